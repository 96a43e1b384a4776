//! Every file the doctor reads, in every bad state: always a report, in time, that says what could
//! not be read.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::Duration;

use rig::{KEY, Machine, ids, view};
use serde_json::Value;

/// The files, with something harmless that each may hold.
const FILES: &[(&str, &str)] = &[
    ("home/.openclaw/.env", "A=1\n"),
    ("cwd/.env", "A=1\n"),
    ("home/.config/openclaw/gateway.env", "A=1\n"),
    ("home/.openclaw/openclaw.json", "{ gateway: { mode: \"local\" } }\n"),
    ("home/.openclaw/part.json5", "{ mode: \"local\" }\n"),
    (
        "home/.config/systemd/user/openclaw-gateway.service",
        "[Service]\nExecStart=/bin/true gateway\n",
    ),
    (
        "home/.config/systemd/user/openclaw-gateway.service.d/10.conf",
        "[Service]\nEnvironment=A=1\n",
    ),
    ("home/extra.env", "A=1\n"),
    ("home/.openclaw/gateway.systemd.env", "A=1\n"),
    ("home/.config/environment.d/10.conf", "A=1\n"),
    ("home/.bashrc", "export A=1\n"),
    (
        "home/.openclaw/agents/main/agent/auth-profiles.json",
        "{\"version\":1,\"profiles\":{}}\n",
    ),
    ("home/.openclaw/state/openclaw.sqlite", "SQLite format 3\0"),
    ("home/.openclaw/extensions/p/openclaw.plugin.json", "{\"id\":\"p\"}\n"),
    (
        "pkg/openclaw/package.json",
        "{\"name\":\"openclaw\",\"version\":\"2026.9.6\"}\n",
    ),
    ("home/.openclaw/tmp/openclaw-{uid}/gateway.state.lock", "{\"pid\":1}\n"),
];

/// A bad state: makes it at a path, from the harmless text.
type Fault = (&'static str, fn(&Path, &str));

const FAULTS: &[Fault] = &[
    ("unreadable", |path, text| {
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    }),
    ("oversized", |path, _| {
        fs::File::create(path).unwrap().set_len(9 << 20).unwrap();
    }),
    ("binary", |path, _| {
        let mut state = 1_u32;
        let bytes: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(20_000)
        .collect();
        fs::write(path, bytes).unwrap();
    }),
    ("fifo", |path, _| {
        rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, 0o644.into(), 0).unwrap();
    }),
    ("directory", |path, _| fs::create_dir(path).unwrap()),
    ("dangling", |path, _| symlink("/nonexistent/target", path).unwrap()),
    ("loop", |path, _| symlink(path, path).unwrap()),
    ("crlf", |path, text| {
        fs::write(path, text.replace('\n', "\r\n")).unwrap()
    }),
    ("bom", |path, text| fs::write(path, format!("\u{feff}{text}")).unwrap()),
    ("not utf-8", |path, text| {
        fs::write(path, [text.as_bytes(), b"B=\xff\xfe\xc3\n"].concat()).unwrap();
    }),
    ("nul", |path, text| {
        fs::write(path, [text.as_bytes(), b"B=\0\0c\n\0"].concat()).unwrap()
    }),
    ("empty", |path, _| fs::write(path, "").unwrap()),
];

/// A machine with one file in one state, run by a user to whom modes mean something.
fn machine(file: &str, fault: &Fault, text: &str) -> Machine {
    let mut machine = Machine::usual();
    let own = rustix::process::geteuid().as_raw();
    let uid = if own == 0 { 65_534 } else { own };
    machine.uid = (own == 0).then_some(uid);
    let file = file.replace("{uid}", &uid.to_string());
    if file.ends_with("part.json5") {
        machine.put(
            "home/.openclaw/openclaw.json",
            "{ gateway: { $include: \"./part.json5\" } }\n",
        );
    }
    if file.contains("extensions/p/") {
        machine.put("home/.openclaw/extensions/p/index.js", "");
    }
    let path = machine.path(&file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let _ = fs::remove_file(&path);
    fault.1(&path, text);
    if let Some(uid) = machine.uid {
        give(&machine.path(""), uid);
    }
    machine
}

fn give(path: &Path, uid: u32) {
    std::os::unix::fs::lchown(path, Some(uid), Some(uid)).unwrap();
    let below = fs::symlink_metadata(path)
        .unwrap()
        .is_dir()
        .then(|| fs::read_dir(path).unwrap());
    for entry in below.into_iter().flatten().flatten() {
        give(&entry.path(), uid);
    }
}

fn report(file: &str, fault: &Fault, text: &str, manager: &str) -> Result<Value, String> {
    let machine = machine(file, fault, text);
    machine
        .doctor(&["--json", "--offline", "--service-manager", manager, "--key", KEY])
        .report(Duration::from_secs(5))
        .map_err(|why| format!("{file}, {}, {manager}: {why}", fault.0))
}

fn fault(name: &str) -> &'static Fault {
    FAULTS.iter().find(|fault| fault.0 == name).unwrap()
}

/// Runs every fault on a part of the files; the parts run side by side.
fn check(files: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (file, text) in files {
        for fault in FAULTS {
            wrong.extend(report(file, fault, text, "systemd").err());
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn dotenv_and_config_files() {
    check(&FILES[..5]);
}

#[test]
fn files_of_the_service() {
    check(&FILES[5..10]);
}

#[test]
fn files_of_the_shell_the_stores_and_the_package() {
    check(&FILES[10..]);
}

#[test]
fn without_a_manager_too() {
    let mut wrong = Vec::new();
    for (file, text) in FILES
        .iter()
        .filter(|(file, _)| file.ends_with(".env") || file.contains("json"))
    {
        for name in ["unreadable", "fifo", "not utf-8"] {
            wrong.extend(report(file, fault(name), text, "none").err());
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
/// A key in a file that OpenClaw passes over, or that says nothing a parser takes: told as unset,
/// with the reason beside the file. A file that only the doctor cannot read: told as unknown.
#[test]
fn what_a_bad_file_means_for_the_key() {
    let assign = format!("{KEY}=FAKE-planted-0000000001\n");
    let drop_in = format!("[Service]\nEnvironment={assign}");
    let (dotenv, extra) = ("home/.openclaw/.env", "home/extra.env");
    let unit_part = "home/.config/systemd/user/openclaw-gateway.service.d/10.conf";
    // File, text, fault, state of the next start, what the report says.
    let table: &[(&str, &str, &str, &str, &str)] = &[
        (
            dotenv,
            &assign,
            "unreadable",
            "unset",
            "passes it over: this user may not read it",
        ),
        (
            dotenv,
            &assign,
            "oversized",
            "unset",
            "passes it over: it has 9437184 bytes",
        ),
        (
            dotenv,
            &assign,
            "fifo",
            "unset",
            "passes it over: it is not a regular file but a FIFO",
        ),
        (
            dotenv,
            &assign,
            "directory",
            "unset",
            "not a regular file but a directory",
        ),
        (
            dotenv,
            &assign,
            "dangling",
            "unset",
            "passes it over: it is a dangling link",
        ),
        (
            dotenv,
            &assign,
            "loop",
            "unset",
            "passes it over: it is a dangling link",
        ),
        (dotenv, &assign, "empty", "unset", "does not set it"),
        (dotenv, &assign, "crlf", "set", "dotenv-state"),
        (dotenv, &assign, "bom", "set", "dotenv-state"),
        (dotenv, &assign, "not utf-8", "set", "dotenv-state"),
        (dotenv, &assign, "nul", "set", "dotenv-state"),
        ("cwd/.env", &assign, "crlf", "unset", "key-only-in-workspace-env"),
        (
            "home/.config/openclaw/gateway.env",
            &assign,
            "bom",
            "set",
            "gateway-env",
        ),
        (
            "home/.openclaw/openclaw.json",
            "{}",
            "unreadable",
            "unknown",
            "config-unreadable",
        ),
        (
            "home/.openclaw/openclaw.json",
            "{}",
            "oversized",
            "unknown",
            "config-unreadable",
        ),
        (
            "home/.openclaw/openclaw.json",
            "{}",
            "dangling",
            "unknown",
            "config-unreadable",
        ),
        (
            "home/.openclaw/openclaw.json",
            "{}",
            "binary",
            "unset",
            "config-syntax-error",
        ),
        (
            "home/.openclaw/part.json5",
            "{}",
            "loop",
            "unset",
            "config-syntax-error",
        ),
        (
            unit_part,
            &drop_in,
            "unreadable",
            "unknown",
            "10.conf could not be read: this user may not read it",
        ),
        (
            unit_part,
            &drop_in,
            "oversized",
            "unknown",
            "10.conf could not be read: it has 9437184 bytes",
        ),
        (
            unit_part,
            &drop_in,
            "fifo",
            "unknown",
            "10.conf could not be read: it is not a regular file",
        ),
        (unit_part, &drop_in, "bom", "set", "drop-in"),
        (
            extra,
            &assign,
            "unreadable",
            "unset", // optional, and the manager of the same account cannot read it either
            "env-file-unreadable",
        ),
        (
            extra,
            &assign,
            "oversized",
            "unknown",
            "extra.env, named by EnvironmentFile=, was not read",
        ),
        (
            extra,
            &assign,
            "fifo",
            "unknown",
            "extra.env, named by EnvironmentFile=, was not read",
        ),
        (extra, &assign, "crlf", "set", "environment-file"),
        (extra, &assign, "bom", "unset", "key-missing-everywhere"),
        (extra, &assign, "nul", "unset", "key-missing-everywhere"),
    ];
    let mut wrong = Vec::new();
    for (file, text, name, state, says) in table {
        let report = report(file, fault(name), text, "systemd").unwrap();
        let view = view(&report, KEY, "next_start");
        let missing = ids(&report).contains(&"key-missing-everywhere");
        if view["state"] != *state || !report.to_string().contains(says) || (missing && *state != "unset") {
            wrong.push(format!(
                "{file}, {name}: wanted {state} and {says:?}: {view}, {:?}",
                ids(&report)
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The key may be in a store that only the Gateway can read: then it is not called missing.
#[test]
fn a_store_that_is_not_read_may_hold_the_key() {
    for (file, text) in FILES
        .iter()
        .filter(|(file, _)| file.contains("profiles") || file.contains("sqlite"))
    {
        for name in ["unreadable", "fifo", "directory", "binary", "loop"] {
            let report = report(file, fault(name), text, "systemd").unwrap();
            assert!(!ids(&report).contains(&"key-missing-everywhere"), "{file}, {name}");
            let checks = report["checks"].as_array().unwrap();
            let unknown = |id: &str| checks.iter().any(|one| one["id"] == id && one["outcome"] == "unknown");
            assert!(
                unknown("key-missing-everywhere") && unknown("auth-profile-shadows-env"),
                "{file}, {name}"
            );
        }
    }
}
