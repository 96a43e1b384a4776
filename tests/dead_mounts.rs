//! A file system that never answers costs no document, wherever it is: under the home, on PATH, in the command line.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::type_complexity
)]

mod rig;

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rig::Machine;
use serde_json::Value;

fn command(machine: &Machine, program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(args)
        .env_clear()
        .envs(machine.env.iter().map(|(name, value)| (name, value)))
        .current_dir(machine.path("cwd"))
        .stdin(Stdio::null());
    command
}

/// Runs the doctor beside a mount that never answers; none where the system has no such mount.
fn beside_silent_mount(machine: &Machine, folder: &str, args: &[&str]) -> Option<(Value, Duration, Option<i32>)> {
    let folder = machine.path(folder);
    fs::create_dir_all(&folder).unwrap();
    let tool = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tools/silent-mount");
    let mut all = vec![tool, folder.to_str().unwrap(), env!("CARGO_BIN_EXE_openclaw"), "doctor"];
    all.extend(args);
    let started = Instant::now();
    let done = command(machine, "/usr/bin/python3", &all).output().ok()?;
    if done.status.code() == Some(77) {
        eprintln!("skipped: {}", String::from_utf8_lossy(&done.stderr));
        return None;
    }
    let text = String::from_utf8_lossy(&done.stdout);
    let document = serde_json::from_str(&text);
    let document = document.unwrap_or_else(|error| panic!("{error}: {text} {}", String::from_utf8_lossy(&done.stderr)));
    Some((document, started.elapsed(), done.status.code()))
}

#[test]
fn a_dead_mount_costs_no_document() {
    let places: &[(&str, fn(&mut Machine))] = &[
        ("home/.openclaw", |_| ()),
        ("home", |_| ()),
        ("mnt", |machine| {
            let path = format!(
                "{}:{}",
                machine.path("mnt/bin").display(),
                machine.path("bin").display()
            );
            machine.set("PATH", &path);
        }),
        ("mnt", |machine| {
            let path = machine.path("mnt/openclaw.json");
            machine.set("OPENCLAW_CONFIG_PATH", path.to_str().unwrap());
        }),
        ("mnt", |machine| {
            machine.put(
                "home/.config/systemd/user/openclaw-gateway.service.d/a.conf",
                "[Service]\nEnvironmentFile={root}/mnt/x.env\n",
            );
        }),
    ];
    for (at, (folder, change)) in places.iter().enumerate() {
        let mut machine = Machine::usual();
        change(&mut machine);
        let args = ["--json", "--offline", "--timeout", "1", "--service-manager", "systemd"];
        let Some((document, took, code)) = beside_silent_mount(&machine, folder, &args) else {
            return;
        };
        assert!(took < Duration::from_millis(3500), "{at}: {took:?}");
        assert_eq!(document["outcome"], "incomplete", "{at}: {document}");
        assert_eq!(code, Some(3), "{at}");
        let passed = document["checks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|check| check["outcome"] == "pass");
        assert!(!passed, "{at}: a check passed of which nothing is known");
    }
}

/// What may pass between the limit and a document on a machine that is busy with other tests.
const SLACK: Duration = Duration::from_millis(2500);

#[test]
fn a_bundle_on_a_dead_mount_costs_no_report() {
    let machine = Machine::usual();
    for (flag, file) in [("--bundle", "mnt/b.json"), ("--suppressions", "mnt/list")] {
        let file = machine.path(file);
        let file = file.to_str().unwrap();
        let args = ["--json", "--offline", "--timeout", "1", flag, file];
        let Some((document, took, code)) = beside_silent_mount(&machine, "mnt", &args) else {
            return;
        };
        assert!(took < Duration::from_secs(1) + SLACK, "{flag}: {took:?}");
        assert_eq!(document["schema"], "openclaw-doctor/report/1", "{flag}: {document}");
        assert!(
            document["examined"]["config"]
                .as_str()
                .unwrap()
                .ends_with("openclaw.json")
        );
        // What was seen may be an error by itself.
        assert!(matches!(code, Some(1 | 3)), "{flag}: {code:?}");
    }
}

#[test]
fn a_file_of_the_command_line_that_hangs_ends_in_a_document() {
    let machine = Machine::usual();
    let file = machine.path("mnt/file");
    let file = file.to_str().unwrap();
    for args in [&["--json", "--fingerprint-key", file][..], &["config", file, "--json"]] {
        let args = [args, &["--offline", "--timeout", "1"]].concat();
        let Some((document, took, code)) = beside_silent_mount(&machine, "mnt", &args) else {
            return;
        };
        assert!(took < Duration::from_secs(1) + SLACK, "{args:?}: {took:?}");
        assert_eq!((document["error"]["kind"].as_str(), code), (Some("timeout"), Some(3)));
    }
}

#[test]
fn the_search_for_the_other_program_ends_beside_a_dead_mount() {
    let mut machine = Machine::usual();
    let path = format!("{}:/usr/bin:/bin", machine.path("mnt").display());
    machine.set("PATH", &path);
    let Some((document, took, code)) = beside_silent_mount(&machine, "mnt", &["--json", "--fix"]) else {
        return;
    };
    assert!(took < Duration::from_secs(3) + SLACK, "{took:?}");
    assert_eq!(
        (document["error"]["kind"].as_str(), code),
        (Some("handover"), Some(127))
    );
    assert!(document.to_string().contains("does not answer"), "{document}");
}

#[test]
fn what_could_not_be_looked_at_is_not_called_absent() {
    let machine = Machine::usual();
    let args = ["explain", "CLOUDFLARE_AI_GATEWAY_API_KEY", "--json", "--timeout", "1"];
    let Some((document, _, code)) = beside_silent_mount(&machine, "home", &args) else {
        return;
    };
    assert_eq!(code, Some(3));
    let why = document["config_unknown"].as_str().unwrap();
    assert!(why.contains("does not answer"), "{document}");
}
