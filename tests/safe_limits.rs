//! Safe to run where there is little of everything, or much: small limits, ten thousand keys, commands that slip away, keys
//! in the place of folders.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;

use std::process::{Command, Stdio};
use std::time::Duration;

use rig::Machine;
use serde_json::Value;

#[test]
fn small_limits_cost_no_document() {
    let machine = Machine::usual();
    let limits = ["-n 4", "-n 6", "-n 7", "-n 9", "-s 16", "-s 64", "-s 128"];
    for limit in limits {
        let script = format!(
            "ulimit {limit}; exec {} doctor --json --offline",
            env!("CARGO_BIN_EXE_openclaw")
        );
        // Not every shell can set every limit.
        let done = Command::new("/bin/bash")
            .args(["-c", &script])
            .env_clear()
            .envs(machine.env.iter().map(|(name, value)| (name, value)))
            .current_dir(machine.path("cwd"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        let document: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{limit}: {error}: {text}"));
        assert!(
            matches!(done.status.code(), Some(0 | 1 | 3)),
            "{limit}: {:?}",
            done.status
        );
        assert!(document["outcome"].is_string(), "{limit}: {document}");
    }
}

#[test]
fn a_command_that_leaves_its_session_is_ended_too() {
    let machine = Machine::usual();
    let nap = format!("78.{}", std::process::id());
    machine.tool(
        "systemctl",
        &format!("/usr/bin/setsid /bin/sleep {nap} >/dev/null 2>&1 </dev/null &\n/bin/sleep 60"),
    );
    let ran = machine.doctor(&["--json", "--offline", "--timeout", "1", "--service-manager", "systemd"]);
    ran.report(Duration::from_secs(6)).unwrap();
    let left = Command::new("/usr/bin/pgrep")
        .args(["-f", &format!("sleep {nap}")])
        .output()
        .unwrap();
    assert!(!left.status.success(), "{}", String::from_utf8_lossy(&left.stdout));
}

#[test]
fn much_to_read_is_no_dead_mount() {
    let machine = Machine::usual();
    let lines = |n: usize| format!("SOME_NAME_{n}_KEY=Zx8Cv7Bn6Mq{}wErTy\n", n * 7919);
    machine.put("home/.openclaw/.env", &(0..10_000).map(lines).collect::<String>());
    let ran = machine.doctor(&["--json", "--offline", "--timeout", "1", "--service-manager", "systemd"]);
    // The report, or a document which says that the time was too short: on a machine that has the time it is kept to.
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    let document: Value = serde_json::from_str(&text).unwrap();
    let schema = document["schema"].as_str().unwrap();
    assert!(
        schema.starts_with("openclaw-doctor/") && !text.contains("dead mount"),
        "{text}"
    );
}

/// Runs the doctor; its document, and the most memory it had at a time, in megabytes.
fn measured(machine: &Machine, args: &[&str]) -> Option<(Value, u64)> {
    let script = "import resource, subprocess, sys\nsubprocess.run(sys.argv[1:])\n\
                  print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)";
    let doctor = [env!("CARGO_BIN_EXE_openclaw"), "doctor", "--json", "--offline"];
    let done = Command::new("/usr/bin/python3")
        .args(["-c", script])
        .args(doctor)
        .args(["--service-manager", "systemd"])
        .args(args)
        .env_clear()
        .envs(machine.env.iter().map(|(name, value)| (name, value)))
        .current_dir(machine.path("cwd"))
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let (text, said) = (
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
    let document = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text} {said}"));
    Some((document, said.trim().lines().last()?.parse().ok()?))
}

/// What a machine may cost beyond an ordinary one; with that it stays below 64 MB.
const BEYOND: u64 = 45;

#[test]
fn more_than_any_machine_has_is_not_known_and_costs_little() {
    let many = |times: usize, one: &dyn Fn(usize) -> String| (0..times).map(one).collect::<String>();
    let lines = many(20_000, &|at| format!("A{at}_KEY=abcdefgh{at}\n"));
    let inside = |around: &str, text: &str| around.replace("_", text);
    let provider =
        |at: usize| format!("p{at}: {{baseUrl: 'https://h{at}.example/v1', apiKey: '${{A{at}_KEY}}', models: []}},");
    let (env, config) = ("home/.openclaw/.env", "home/.openclaw/openclaw.json");
    let probes: [(&str, String, &str); 7] = [
        (env, lines.clone(), "home/.openclaw/.env could not be read"),
        (
            config,
            inside("{env: {vars: {A: '_'}}}", &many(120_000, &|at| format!("${{W{at}}}"))),
            "references",
        ),
        (
            config,
            inside("{_}", &many(150_000, &|at| format!("k{at}:1,"))),
            "values",
        ),
        (
            config,
            inside("{models: {providers: {_}}}", &many(3000, &provider)),
            "models.providers",
        ),
        (
            config,
            inside(
                "{env: {vars: {_}}}",
                &many(20_000, &|at| format!("A{at}_KEY: 'abcdefgh{at}',")),
            ),
            "env.vars",
        ),
        (
            config,
            inside(
                "{plugins: {entries: {_}}}",
                &many(15_000, &|at| format!("p{at}: {{}},")),
            ),
            "plugins.entries",
        ),
        (
            "home/many.env",
            lines,
            "many.env, named by EnvironmentFile=, has more than",
        ),
    ];
    let bundle = |machine: &Machine| machine.path("b.json").to_str().unwrap().to_owned();
    let ordinary = Machine::usual();
    let Some((_, usual)) = measured(&ordinary, &["--bundle", &bundle(&ordinary)]) else {
        return;
    };
    for (file, text, word) in probes {
        let machine = Machine::usual();
        machine.put(file, &text);
        machine.put("home/.openclaw/logs/gateway.log", &"abcdefgh1 ".repeat(20_000));
        machine.put(
            "home/.config/systemd/user/openclaw-gateway.service.d/a.conf",
            "[Service]\nEnvironmentFile=-{root}/home/many.env\n",
        );
        let started = std::time::Instant::now();
        let (report, most) = measured(&machine, &["--timeout", "20", "--bundle", &bundle(&machine)]).unwrap();
        // A build that is not optimised takes ten times what a release takes, beside other tests.
        assert!(
            started.elapsed() < Duration::from_secs(21),
            "{word}: {:?}",
            started.elapsed()
        );
        assert!(most < usual + BEYOND, "{word}: {most} MB, and {usual} MB usually");
        assert_eq!(report["schema"], "openclaw-doctor/report/1", "{word}: {report}");
        let checks = report["checks"].as_array().unwrap().iter();
        let unknown: Vec<&str> = checks
            .filter(|check| check["outcome"] == "unknown")
            .filter_map(|check| check["why"].as_str())
            .collect();
        assert!(unknown.iter().any(|why| why.contains(word)), "{word}: {unknown:?}");
        let ids: Vec<&Value> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["id"])
            .collect();
        assert!(
            !ids.iter()
                .any(|id| *id == "config-unreadable" || *id == "key-missing-everywhere"),
            "{word}: {ids:?}"
        );
        assert!(machine.path("b.json").exists(), "{word}");
    }
}

#[test]
fn keys_in_the_place_of_folders_and_names_are_not_shown() {
    let key = "Hkm1x72EsS-UQUAkNX7LH";
    for name in [
        "OPENCLAW_STATE_DIR",
        "OPENCLAW_HOME",
        "HOME",
        "OPENCLAW_PROFILE",
        "LANG",
        "SHELL",
    ] {
        for value in [key.to_owned(), format!("/x/{key}")] {
            let mut machine = Machine::usual();
            machine.set(name, &value);
            for args in [["--json"].as_slice(), &[], &["--bundle", "-"]] {
                let ran = machine.doctor(&[args, &["--offline", "--service-manager", "systemd"]].concat());
                let text = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
                assert!(
                    !text.contains("Hkm1x72E") && !text.contains("UQUAkNX7"),
                    "{name}={value} {args:?}: {text}"
                );
            }
        }
    }
}

#[test]
fn a_home_that_is_the_root_is_spelled_once() {
    let mut machine = Machine::usual();
    machine.set("HOME", "/");
    let ran = machine.doctor(&["--json", "--offline", "--service-manager", "none"]);
    let report = ran.report(Duration::from_secs(15)).unwrap();
    assert_eq!(report["examined"]["state_dir"], "/.openclaw");
}
