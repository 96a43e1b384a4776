//! Secrets where nobody expects one, values that are words of the report, text that would act on a terminal, and
//! places that may not be looked into.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stderr)]

mod rig;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::time::Duration;

use rig::{KEY, Machine};
use serde_json::Value;

const LIMIT: Duration = Duration::from_secs(15);
const UNIT: &str = "home/.config/systemd/user/openclaw-gateway.service.d/x.conf";
const CONFIG: &str = "home/.openclaw/openclaw.json";
/// The account of the one who asks where root may read too much.
const OTHER: u32 = 4242;

/// A file, and its text with `SECRET` where a name, a path or a word belongs.
const PLACES: &[(&str, &str)] = &[
    (CONFIG, "{$include:\"./SECRET.json\"}"),
    (CONFIG, "{gateway:{mode:\"SECRET\",bind:\"SECRET\",port:\"SECRET\"}}"),
    (CONFIG, "{SECRET:{apiKey:1},talk:{SECRET:{}}}"),
    (
        CONFIG,
        "{models:{providers:{SECRET:{baseUrl:\"SECRET\",api:\"SECRET\",models:\"SECRET\"}}}}",
    ),
    (
        CONFIG,
        "{agents:{defaults:{model:{primary:\"SECRET/x\",fallbacks:[\"x/SECRET\"]}}}}",
    ),
    (
        CONFIG,
        "{env:{vars:{SECRET:\"1\"}},secrets:{providers:{SECRET:{source:\"SECRET\"}}}}",
    ),
    (
        CONFIG,
        "{plugins:{load:{paths:[\"/srv/SECRET\"]},entries:{SECRET:{enabled:\"SECRET\"}}}}",
    ),
    (CONFIG, "{gateway:{auth:{mode:\"SECRET\"}} SECRET"),
    (
        UNIT,
        "[Service]\nUser=SECRET\nWorkingDirectory=SECRET\nEnvironmentFile=SECRET\nType=SECRET\nRestart=SECRET\n",
    ),
    (UNIT, "[Service]\nExecStart=\nExecStart=SECRET gateway\n"),
    (
        UNIT,
        "[Service]\nExecStart=\nExecStart=A_KEY=SECRET node index.js gateway\n",
    ),
    (
        UNIT,
        "[Service]\nExecStart=\nExecStart=\"/usr/bin/node index.js --token SECRET\" gateway\n",
    ),
    (
        UNIT,
        "[Service]\nPassEnvironment=SECRET\nUnsetEnvironment=SECRET\nEnvironment=SECRET=1\nEnvironment=SECRET\n",
    ),
    (
        UNIT,
        "[Unit]\nAfter=SECRET.service\nDescription=SECRET\n[SECRET]\nSECRET\n",
    ),
    ("home/.openclaw/.env", "SECRET\nSECRET=1\nexport SECRET\nA B=SECRET\n"),
    (
        "home/.openclaw/agents/main/agent/auth-profiles.json",
        "{\"version\":1,\"profiles\":{\"SECRET\":{\"type\":\"SECRET\",\"provider\":\"SECRET\",\"key\":\"x\"}}}",
    ),
    (
        "pkg/openclaw/package.json",
        "{\"name\":\"openclaw\",\"version\":\"SECRET\"}",
    ),
    (
        "show",
        "Id=openclaw-gateway.service\nLoadState=loaded\nActiveState=failed\nSubState=SECRET\nResult=SECRET\n",
    ),
];

const SECRETS: &[&str] = &[
    "Xy9zQ8wHunt3rK2",
    "4258ef046efee8f29b9b12888fdebeef",
    "FAKE_68AKUXNJJGZU60XV",
    "xOqLbRtMwZyKpQ-a",
];

/// Every output and a bundle, as one text each.
fn outputs(machine: &Machine) -> Vec<(String, String)> {
    let bundle = machine.path("b.md");
    let looks: &[&[&str]] = &[
        &["--json"],
        &["-v", "--bundle", bundle.to_str().unwrap(), "--force"],
        &["config"],
        &["config", "--json"],
    ];
    let mut texts = Vec::new();
    for look in looks {
        let offline: &[&str] = if look.first() == Some(&"config") {
            &[]
        } else {
            &["--offline", "--service-manager", "systemd"]
        };
        let ran = machine.doctor(&[look, offline].concat());
        assert!(
            matches!(ran.code, Some(0 | 1 | 3)),
            "{look:?}: {:?} {}",
            ran.code,
            ran.err()
        );
        texts.push((
            look.join(" "),
            format!("{}{}", String::from_utf8_lossy(&ran.stdout), ran.err()),
        ));
    }
    texts.push(("the bundle".to_owned(), fs::read_to_string(&bundle).unwrap()));
    texts
}

#[test]
fn a_secret_in_the_place_of_a_name_is_withheld() {
    for (at, (file, text)) in PLACES.iter().enumerate() {
        let secret = SECRETS[at % SECRETS.len()];
        let machine = Machine::usual();
        machine.put(file, &text.replace("SECRET", secret));
        for (what, shown) in outputs(&machine) {
            let part = (0..secret.len() - 8)
                .map(|at| &secret[at..at + 8])
                .find(|part| shown.contains(part));
            assert_eq!(part, None, "{file}: {text}: {what}: {shown}");
        }
    }
}

#[test]
fn a_value_that_is_a_word_of_the_report_costs_no_report() {
    let words = [
        "withheld",
        "[withheld]",
        "summary",
        "outcome",
        "unknown",
        "findings",
        "evidence",
        "snapshot",
        "testcase",
        "systemd",
        "inactive",
        "Environment",
        "checks\": [",
        "not asked",
        "error: ",
        "2026-11-29",
        "\"id\": \"",
        "…………",
        "openclaw doctor",
    ];
    for word in words {
        let mut machine = Machine::usual();
        machine.set("OPENAI_API_KEY", word);
        machine.put(
            "home/.openclaw/.env",
            &format!("{KEY}='{word}'\nOPENCLAW_GATEWAY_PASSWORD='{word}'\n"),
        );
        for format in ["json", "human", "markdown", "github", "junit", "prometheus"] {
            let bundle = machine.path("b.json");
            let ran = machine.doctor(&[
                "--offline",
                "--format",
                format,
                "--bundle",
                bundle.to_str().unwrap(),
                "--force",
            ]);
            assert!(
                matches!(ran.code, Some(0 | 1 | 3)),
                "{word} {format}: {:?} {}",
                ran.code,
                ran.err()
            );
            if format == "json" {
                ran.report(LIMIT).unwrap_or_else(|why| panic!("{word}: {why}"));
            }
            let bundle: Value = serde_json::from_slice(&fs::read(&bundle).unwrap()).unwrap();
            assert!(bundle["snapshot"].is_object(), "{word} {format}");
        }
        let bundle = machine.path("b.json");
        let replayed = machine.doctor(&["--json", "--from", bundle.to_str().unwrap()]);
        replayed.report(LIMIT).unwrap_or_else(|why| panic!("{word}: {why}"));
    }
}

#[test]
fn what_was_typed_does_not_act_on_the_terminal() {
    let odd = "\u{1b}]0;x\u{7}\u{202e}\u{9b}31m\u{200b}x";
    let lines: &[&[&str]] = &[
        &["--format", odd],
        &[odd],
        &["--only", odd],
        &["--skip", odd],
        &["--timeout", odd],
        &["--from", odd],
        &["--bundle", odd],
        &["explain", odd],
        &["config", odd],
        &["diff", odd, odd],
        &["env", odd],
        &[&format!("--{odd}")],
        &["--service-manager", odd],
        &["--json", "--format", odd],
        &["ping", odd],
        &["--color", odd],
        &["completions", odd],
    ];
    let machine = Machine::usual();
    for line in lines {
        let ran = machine.doctor(line);
        let shown = format!("{}{}", String::from_utf8_lossy(&ran.stdout), ran.err());
        let risky = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{202e}' | '\u{200b}' | '\u{fffd}'));
        assert_eq!(shown.find(risky), None, "{line:?}: {shown:?}");
    }
}

#[test]
fn what_may_not_be_looked_into_is_unknown() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: needs root");
        return;
    }
    // What is closed, and the check that needs it.
    let cases: &[(&str, &str, u32, &str)] = &[
        (
            "home/.openclaw/extensions/a/openclaw.plugin.json",
            "home/.openclaw/extensions",
            0o700,
            "plugin-needed",
        ),
        (
            "home/.openclaw/extensions/a/openclaw.plugin.json",
            "home/.openclaw/extensions/a",
            0o700,
            "cf-plugin-missing",
        ),
        ("sec.env", "sec.env", 0o600, "env-shadowed-by-service"),
        ("closed/sec.env", "closed", 0o700, "env-shadowed-by-service"),
    ];
    for (file, closed, mode, check) in cases {
        let mut machine = Machine::usual();
        machine.put("home/.openclaw/.env", &format!("{KEY}=abcdefghijklmnop\n"));
        machine.put(file, &format!("{KEY}=other\n"));
        machine.put(UNIT, &format!("[Service]\nEnvironmentFile=-{{root}}/{file}\n"));
        for name in ["home", "cwd"] {
            give(&machine.path(name));
        }
        chown(machine.path(closed), Some(0), Some(0)).unwrap();
        fs::set_permissions(machine.path(closed), PermissionsExt::from_mode(*mode)).unwrap();
        machine.uid = Some(OTHER);
        let ran = machine.doctor(&["--json", "--offline", "--service-manager", "systemd"]);
        let report = ran.report(LIMIT).unwrap();
        let checks = report["checks"].as_array().unwrap();
        let outcome = &checks.iter().find(|one| one["id"] == *check).unwrap()["outcome"];
        assert_eq!(outcome, "unknown", "{closed}: {check}");
        assert_ne!(ran.code, Some(0), "{closed}");
    }
}

fn give(path: &std::path::Path) {
    std::os::unix::fs::lchown(path, Some(OTHER), Some(OTHER)).unwrap();
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path());
        }
    }
}
