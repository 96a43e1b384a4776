//! Suppression files in whole runs: what they change, what they never change, and that a replay
//! and every format say so.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use rig::{Machine, Ran, ids};
use serde_json::Value;

const FILE: &str = "home/.config/openclaw-doctor/suppress";
const ASK: &[&str] = &["--offline", "--service-manager", "systemd", "--color", "never"];

fn run(machine: &Machine, args: &[&str]) -> Ran {
    machine.doctor(&[args, ASK].concat())
}

fn json(machine: &Machine, args: &[&str]) -> (Option<i32>, Value) {
    let ran = run(machine, &[args, &["--json"]].concat());
    (ran.code, serde_json::from_slice(&ran.stdout).unwrap())
}

fn text(ran: &Ran) -> String {
    String::from_utf8(ran.stdout.clone()).unwrap()
}

/// A machine, and a line for each of its errors with the reason `known to me`.
fn machine() -> (Machine, String) {
    let machine = Machine::usual();
    let (code, report) = json(&machine, &[]);
    assert_eq!((code, &report["suppressed"]), (Some(1), &Value::from(0)));
    let errors = report["findings"].as_array().unwrap().iter();
    let errors = errors.filter(|finding| finding["severity"] == "error");
    let lines: String = errors
        .map(|finding| format!("{}  # known to me\n", finding["id"].as_str().unwrap()))
        .collect();
    assert!(lines.lines().count() >= 2, "{report}");
    (machine, lines)
}

#[test]
fn a_suppressed_finding_stays_in_the_report_and_does_not_count() {
    let (machine, lines) = machine();
    machine.put(FILE, &format!("# mine\n{lines}"));
    let (code, report) = json(&machine, &[]);
    assert_eq!(code, Some(0), "{report}");
    assert_ne!(report["outcome"], "errors");
    let marked: Vec<&Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| !finding["suppressed"].is_null())
        .collect();
    assert_eq!(report["suppressed"], marked.len());
    assert!(marked.len() >= 2);
    assert_eq!(marked[0]["suppressed"]["reason"], "known to me");
    assert!(marked[0]["suppressed"]["line"].as_u64().unwrap() >= 2);
    let id = marked[0]["id"].as_str().unwrap();

    let human = text(&run(&machine, &[]));
    assert!(
        human.contains(&format!("suppressed: {id}")) && human.contains("known to me"),
        "{human}"
    );
    assert!(human.contains(&format!("{} suppressed", marked.len())), "{human}");
    assert!(!human.contains("✗") && human.contains("0 problems to fix"), "{human}");
    for (format, words) in [
        ("github", format!("::notice title=suppressed::{id}")),
        ("junit", "<skipped message=\"suppressed: known to me\"/>".to_owned()),
        ("markdown", "**suppressed**".to_owned()),
        (
            "prometheus",
            format!("openclaw_doctor_suppressed_findings {}\n", marked.len()),
        ),
    ] {
        let shown = text(&run(&machine, &["--format", format]));
        assert!(shown.contains(&words), "{format}: {shown}");
        assert!(
            !shown.contains("::error") && !shown.contains("<failure"),
            "{format}: {shown}"
        );
    }
    // None of it without the file, or when it is not to be read.
    assert_eq!(json(&machine, &["--suppressions", "none"]).0, Some(1));
    fs::remove_file(machine.path(FILE)).unwrap();
    assert_eq!(json(&machine, &[]).0, Some(1));
}

#[test]
fn a_replay_has_the_suppressions_of_its_machine() {
    let (machine, lines) = machine();
    machine.put("cwd/ci.txt", &lines);
    let bundle = machine.path("b.json");
    let args = ["--suppressions", "ci.txt", "--bundle", bundle.to_str().unwrap()];
    let (code, report) = json(&machine, &args);
    assert_eq!(code, Some(0));
    let ran = machine.doctor(&["--from", bundle.to_str().unwrap(), "--json"]);
    let replay: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!((ran.code, &replay["suppressed"]), (Some(0), &report["suppressed"]));
    assert_eq!(ids(&replay), ids(&report));
    let both = machine.doctor(&["--from", bundle.to_str().unwrap(), "--suppressions", "ci.txt"]);
    assert_eq!(both.code, Some(2), "{}", both.err());
}

#[test]
fn lines_without_effect_are_told_and_hide_nothing() {
    let (machine, lines) = machine();
    let without_reason = lines.replace("  # known to me", "");
    machine.put(FILE, &format!("linger-disable # a typo\n{without_reason}"));
    let (code, report) = json(&machine, &[]);
    assert_eq!((code, &report["suppressed"]), (Some(1), &Value::from(0)));
    let told = report["findings"].as_array().unwrap().iter();
    let told: Vec<&Value> = told
        .filter(|finding| finding["id"] == "suppression-without-effect")
        .collect();
    let shown = told[0].to_string();
    assert!(
        shown.contains("no reason") && shown.contains("linger-disabled?"),
        "{shown}"
    );
    // Not even by naming it.
    machine.put(FILE, "nonsense\nsuppression-without-effect # be quiet\n");
    assert!(ids(&json(&machine, &[]).1).contains(&"suppression-without-effect"));
}

#[test]
fn a_file_that_others_may_write_is_not_applied() {
    let (machine, lines) = machine();
    machine.put(FILE, &lines);
    fs::set_permissions(machine.path(FILE), fs::Permissions::from_mode(0o666)).unwrap();
    let (code, report) = json(&machine, &[]);
    assert_eq!((code, &report["suppressed"]), (Some(1), &Value::from(0)));
    assert!(ids(&report).contains(&"suppression-without-effect"));
    // A file that was named is the caller's choice; one that cannot be read is refused.
    let named = machine.path(FILE);
    assert_eq!(json(&machine, &["--suppressions", named.to_str().unwrap()]).0, Some(0));
    let (code, error) = json(&machine, &["--suppressions", "/nonexistent/file"]);
    assert_eq!((code, &error["error"]["kind"]), (Some(2), &Value::from("input")));
}

#[test]
fn hostile_content_does_no_harm() {
    let (machine, _) = machine();
    let escape = "key-missing-everywhere # \u{1b}[2J\u{202e}gone\u{7}\n";
    for text in [
        escape.to_owned(),
        "a # b\n".repeat(5000),
        "\0\u{feff}#".repeat(99),
        format!("{} # y", "x".repeat(60_000)),
    ] {
        machine.put(FILE, &text);
        for format in ["human", "json", "markdown", "github", "junit", "prometheus"] {
            let ran = run(&machine, &["--format", format]);
            assert!(
                matches!(ran.code, Some(0 | 1 | 3)),
                "{format} {:?} {}",
                ran.code,
                ran.err()
            );
            let shown = text_of(&ran);
            assert!(
                !shown.contains(['\u{1b}', '\u{202e}', '\u{7}', '\0']),
                "{format}: {shown}"
            );
        }
    }
    machine.put_bytes(FILE, b"a # \xff\n");
    assert!(ids(&json(&machine, &[]).1).contains(&"suppression-without-effect"));
    fs::remove_file(machine.path(FILE)).unwrap();
    fs::create_dir(machine.path(FILE)).unwrap();
    assert!(ids(&json(&machine, &[]).1).contains(&"suppression-without-effect"));
}

fn text_of(ran: &Ran) -> String {
    String::from_utf8_lossy(&ran.stdout).into_owned()
}

#[test]
fn what_could_not_be_read_cannot_be_suppressed() {
    let machine = Machine::usual();
    let every = json(&machine, &[]).1;
    let lines: String = every["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| format!("{} # all of them\n", check["id"].as_str().unwrap()))
        .collect();
    machine.put(FILE, &lines);
    fs::remove_file(machine.path("home/.openclaw/openclaw.json")).unwrap();
    fs::create_dir(machine.path("home/.openclaw/openclaw.json")).unwrap();
    let (code, report) = json(&machine, &[]);
    assert_eq!(
        (code, &report["outcome"]),
        (Some(3), &Value::from("incomplete")),
        "{report}"
    );
}
