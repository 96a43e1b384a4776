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
