//! Where something could be that may not be looked at, nothing is called absent and no check passes over it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::time::Duration;

use rig::{Machine, Ran, ids};
use serde_json::Value;

/// The account that asks, where the tests are run by root.
const ASKER: u32 = 5000;

/// What is written, and then closed.
struct Case {
    what: &'static str,
    files: &'static [(&'static str, &'static str)],
    closed: &'static str,
    /// A check that is unknown, and passes or finds something where all is open.
    unknown: &'static str,
}

const UNITS: &str = "home/.config/systemd/user";
const DROP_IN: &str = "[Service]\nEnvironment=CLOUDFLARE_AI_GATEWAY_API_KEY=other-value-000000001\n";

const CASES: &[Case] = &[
    Case {
        what: "the folder of the user's units",
        files: &[],
        closed: UNITS,
        unknown: "env-shadowed-by-service",
    },
    Case {
        what: "a folder above it",
        files: &[],
        closed: "home/.config",
        unknown: "env-shadowed-by-service",
    },
    Case {
        what: "the drop-ins of `systemctl --user set-property`",
        files: &[(
            "home/.config/systemd/user.control/openclaw-gateway.service.d/x.conf",
            DROP_IN,
        )],
        closed: "home/.config/systemd/user.control",
        unknown: "secret-inline-in-unit",
    },
    Case {
        what: "the weaker folder of the user's units",
        files: &[(
            "home/.local/share/systemd/user/openclaw-gateway.service.d/x.conf",
            DROP_IN,
        )],
        closed: "home/.local/share/systemd/user",
        unknown: "env-shadowed-by-service",
    },
    Case {
        what: "the drop-ins of every service",
        files: &[("home/.config/systemd/user/service.d/x.conf", DROP_IN)],
        closed: "home/.config/systemd/user/service.d",
        unknown: "env-shadowed-by-service",
    },
    Case {
        what: "an included part of the config",
        files: &[
            (
                "home/.openclaw/openclaw.json",
                "{$include:\"./part/x.json\",gateway:{mode:\"local\"}}",
            ),
            ("home/.openclaw/part/x.json", "{}"),
        ],
        closed: "home/.openclaw/part",
        unknown: "config-ref-unset-in-daemon",
    },
    Case {
        what: "a part of an included part",
        files: &[
            (
                "home/.openclaw/openclaw.json",
                "{$include:\"./a.json\",gateway:{mode:\"local\"}}",
            ),
            ("home/.openclaw/a.json", "{env:{$include:\"./part/x.json\"}}"),
            ("home/.openclaw/part/x.json", "{}"),
        ],
        closed: "home/.openclaw/part",
        unknown: "env-shadowed-by-service",
    },
];

fn own(path: &Path) {
    chown(path, Some(ASKER), Some(ASKER)).unwrap();
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path).unwrap() {
            own(&entry.unwrap().path());
        }
    }
}

/// Runs the doctor on a machine one place of which is closed to the asker.
fn report(case: &Case, args: &[&str]) -> Value {
    let all = ["--json", "--offline", "--service-manager", "systemd"];
    run(case, &[&all, args].concat())
        .report(Duration::from_secs(15))
        .unwrap()
}

fn run(case: &Case, args: &[&str]) -> Ran {
    let mut machine = Machine::usual();
    machine.put("home/.openclaw/.env", &format!("{}=abcdefghijklmnop\n", rig::KEY));
    for (file, text) in case.files {
        machine.put(file, text);
    }
    let closed = machine.path(case.closed);
    let by_root = rustix::process::geteuid().is_root();
    if by_root {
        own(&machine.path("home"));
        machine.uid = Some(ASKER);
        chown(&closed, Some(0), Some(0)).unwrap();
    }
    fs::set_permissions(&closed, PermissionsExt::from_mode(if by_root { 0o700 } else { 0 })).unwrap();
    let ran = machine.doctor(args);
    fs::set_permissions(&closed, PermissionsExt::from_mode(0o700)).unwrap();
    ran
}

#[test]
fn what_could_hide_in_a_closed_place_is_not_known() {
    let mut wrong = Vec::new();
    for case in CASES {
        let report = report(case, &["--only", &format!("environment,service,{}", case.unknown)]);
        let checks = report["checks"].as_array().unwrap();
        let outcome = checks.iter().find(|check| check["id"] == case.unknown).unwrap();
        if outcome["outcome"] != "unknown" || matches!(report["outcome"].as_str(), Some("ok" | "warnings")) {
            wrong.push(format!("{}: {outcome}, {}", case.what, report["outcome"]));
        }
        for id in ["gateway-not-installed", "not-onboarded"] {
            if ids(&report).contains(&id) {
                wrong.push(format!("{}: {id}", case.what));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_service_that_may_be_there_is_not_called_none() {
    let report = report(&CASES[0], &[]);
    assert_eq!(report["examined"]["not_known"], serde_json::json!(["service"]));
    assert_eq!(report["outcome"], "incomplete");
}

#[test]
fn what_an_unread_config_needs_is_not_called_nothing() {
    let case = CASES
        .iter()
        .find(|case| case.what.starts_with("an included part"))
        .unwrap();
    let ran = run(
        case,
        &["--offline", "--service-manager", "systemd", "explain", "OPENAI_API_KEY"],
    );
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(text.contains("needed by: not known"), "{text}");
    assert_eq!(ran.code, Some(3), "{text}");
}
