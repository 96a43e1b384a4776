//! Recorded machines: the report of a snapshot is what it was. `tests/cases/record` says how they were made, and
//! `tests/cases/record --reports` writes the reports again after a change that is meant.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test of whole runs starts the program and reads its files"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
    assert!(cases.len() >= 8);
    cases
}

/// Runs the doctor with nothing of this machine's environment.
fn doctor(args: &[&str]) -> Output {
    // Reports name the doctor as it is called here: the first `openclaw` on PATH.
    let program = Path::new(env!("CARGO_BIN_EXE_openclaw"));
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    Command::new(program)
        .arg("doctor")
        .args(args)
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("PATH", path)
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_report_of_every_case_is_the_recorded_one() {
    for case in cases() {
        let snapshot = case.join("snapshot.json");
        for (option, file) in [("--json", "report.json"), ("--color=never", "report.txt")] {
            let output = doctor(&["--from", snapshot.to_str().unwrap(), option]);
            let expected = fs::read_to_string(case.join(file)).unwrap();
            assert!(
                recorded(&text(&output)) == expected,
                "{} {file} differs: {REMAKE}",
                case.display()
            );
        }
    }
}

const REMAKE: &str = "if that is meant, `cargo build && tests/cases/record --reports` and read the difference";

/// What is recorded of a report: a check that passes, or a new one, changes nothing
/// (`recorded` of tests/cases/record does the same).
fn recorded(report: &str) -> String {
    if let Ok(mut value) = serde_json::from_str::<Value>(report) {
        let passes = |check: &Value| matches!(check["outcome"].as_str(), Some("pass" | "skipped"));
        value["checks"].as_array_mut().unwrap().retain(|check| !passes(check));
        return serde_json::to_string_pretty(&value).unwrap() + "\n";
    }
    let mut shown = String::new();
    for line in report.lines() {
        let counted = ["passed", "skipped", "left out"].iter().any(|word| line.contains(word));
        let mut before = ' ';
        for sign in line.chars() {
            match sign {
                _ if !(counted && sign.is_ascii_digit()) => shown.push(sign),
                _ if !before.is_ascii_digit() => shown.push('N'),
                _ => {}
            }
            before = sign;
        }
        shown.push('\n');
    }
    shown
}

#[test]
fn a_bundle_of_every_case_replays_to_itself() {
    let folder = tempfile::tempdir().unwrap();
    for (at, case) in cases().iter().enumerate() {
        let mut reports = Vec::new();
        let mut from = case.join("snapshot.json");
        for kind in ["json", "zip", "json"] {
            let bundle = folder.path().join(format!("{at}-{}.{kind}", reports.len()));
            doctor(&[
                "--from",
                from.to_str().unwrap(),
                "--quiet",
                "--bundle",
                bundle.to_str().unwrap(),
            ]);
            let pages = [
                ["--json", "--color=never"],
                ["--color=never", "-v"],
                ["--format", "markdown"],
            ]
            .map(|options| text(&doctor(&[&["--from", bundle.to_str().unwrap()], &options[..]].concat())));
            reports.push(pages);
            from = bundle;
        }
        assert_eq!(reports[0], reports[1], "{}", case.display());
        assert_eq!(reports[0], reports[2], "{}", case.display());
        let same = doctor(&[
            "diff",
            from.to_str().unwrap(),
            folder.path().join(format!("{at}-0.json")).to_str().unwrap(),
        ]);
        assert_eq!(same.status.code(), Some(0), "{}", text(&same));
    }
}

/// The worst finding that stands for itself, and the first command of its fix.
fn main_finding(report: &Value) -> Option<(String, Option<String>)> {
    let heads = || {
        let all = report["findings"].as_array().unwrap().iter();
        all.filter(|finding| finding["folded_under"].is_null() && finding["suppressed"].is_null())
    };
    let worst = ["error", "warning"]
        .into_iter()
        .find_map(|severity| heads().find(|finding| finding["severity"] == severity))?;
    let command = worst["remedy"]["commands"][0].as_str();
    let first = command.and_then(|command| command.lines().next());
    Some((worst["id"].as_str().unwrap().to_owned(), first.map(str::to_owned)))
}

/// Rows of a terminal of 80 columns that the prompt leaves free, and its columns.
const SCREEN: (usize, usize) = (23, 80);

/// The rows of a text as a terminal breaks it.
fn rows(text: &str) -> Vec<String> {
    let cells = |line: &str| -> Vec<String> {
        let chars: Vec<char> = line.chars().collect();
        let rows: Vec<String> = chars.chunks(SCREEN.1).map(|row| row.iter().collect()).collect();
        if rows.is_empty() { vec![String::new()] } else { rows }
    };
    text.lines().flat_map(cells).collect()
}

/// A text without blanks and continued lines: how it is broken says nothing.
fn dense(text: &str) -> String {
    text.replace("\\\n", "")
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect()
}

#[test]
fn verdict_cause_and_fix_are_on_the_first_screen_and_on_the_last() {
    let mut with_problem = 0;
    for case in cases() {
        let report = fs::read_to_string(case.join("report.json")).unwrap();
        let Some((id, command)) = main_finding(&serde_json::from_str(&report).unwrap()) else {
            continue;
        };
        with_problem += 1;
        let text = fs::read_to_string(case.join("report.txt")).unwrap();
        let is_verdict = |line: &&str| ["✗ ", "! ", "? "].iter().any(|sign| line.starts_with(sign));
        let verdict = text.lines().find(is_verdict).unwrap();
        let command = command.unwrap_or_else(|| panic!("{}: {id} has no command", case.display()));
        let rows = rows(&text);
        let first = rows.get(..SCREEN.0.min(rows.len())).unwrap().join("\n");
        let last = rows.get(rows.len().saturating_sub(SCREEN.0)..).unwrap().join("\n");
        for screen in [first, last] {
            for part in [verdict, &id, &command] {
                assert!(
                    dense(&screen).contains(&dense(part)),
                    "{} {part}:\n{screen}",
                    case.display()
                );
            }
        }
    }
    assert!(with_problem >= 10, "{with_problem} cases with a problem");
}

#[test]
fn one_cause_fits_a_small_screen() {
    let mut alone = 0;
    for case in cases() {
        let report: Value = serde_json::from_str(&fs::read_to_string(case.join("report.json")).unwrap()).unwrap();
        let findings = report["findings"].as_array().unwrap();
        if findings
            .iter()
            .filter(|finding| finding["folded_under"].is_null())
            .count()
            > 1
        {
            continue;
        }
        alone += 1;
        let text = fs::read_to_string(case.join("report.txt")).unwrap();
        assert!(rows(&text).len() <= SCREEN.0, "{}:\n{text}", case.display());
    }
    assert!(alone >= 8, "{alone} cases with one cause");
}

#[test]
fn the_sample_needs_no_machine() {
    let output = doctor(&["--from", "sample", "--color=never"]);
    assert_eq!(output.status.code(), Some(1));
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/key-only-in-bashrc/report.txt");
    assert_eq!(recorded(&text(&output)), fs::read_to_string(case).unwrap());
}

/// Runs the doctor with a file as standard input.
fn fed(args: &[&str], input: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_openclaw-doctor"))
        .args(args)
        .env_clear()
        .stdin(fs::File::open(input).unwrap())
        .output()
        .unwrap()
}

#[test]
fn a_saved_report_is_shown_again_from_a_file_and_from_a_pipe() {
    for case in cases() {
        let report = case.join("report.json");
        let path = report.to_str().unwrap();
        let same = doctor(&["--from", path, "--json"]);
        let piped = fed(&["--from", "-", "--json"], &report);
        assert_eq!(same.stdout, piped.stdout, "{path}");
        assert_eq!(same.status.code(), piped.status.code());
        let (old, new): (Value, Value) = (
            serde_json::from_str(&fs::read_to_string(&report).unwrap()).unwrap(),
            serde_json::from_slice(&same.stdout).unwrap(),
        );
        assert_eq!(old["findings"], new["findings"], "{path}");
        let expected = i32::from(old["outcome"] == "errors");
        assert!([expected, 3].contains(&same.status.code().unwrap()), "{path}");
    }
    let report = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/key-only-in-bashrc/report.json");
    let page = text(&fed(&["--from", "-", "--color=never"], &report));
    assert!(page.contains("1 ✗ key-only-in-shell"), "{page}");
    let narrowed = fed(&["--from", "-", "--only", "cloudflare"], &report);
    assert_eq!(narrowed.status.code(), Some(2));
}

#[test]
fn what_cannot_be_replayed_is_refused_with_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.json");
    for (content, words) in [
        ("{\"schema\":7}", "schema 7; this doctor reads schema 1"),
        ("{\"schema\":\"openclaw-doctor/bundle/9\"}", "openclaw-doctor/bundle/9"),
        ("nothing", "nor a bundle (--bundle) of openclaw doctor"),
        ("", "wrote nothing"),
    ] {
        fs::write(&path, content).unwrap();
        let output = doctor(&["--from", path.to_str().unwrap(), "--json"]);
        assert_eq!(output.status.code(), Some(2));
        let error: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(error["error"]["kind"], "input");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains(words) && stderr.lines().count() == 1, "{stderr}");
    }
}

#[test]
fn two_machines_are_compared() {
    let case = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name);
        folder.to_str().unwrap().to_owned()
    };
    let (before, after) = (
        case("key-only-in-bashrc") + "/report.json",
        case("healthy") + "/snapshot.json",
    );
    let output = doctor(&["diff", &before, &after, "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let difference: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(difference["gone"][0]["id"], "key-only-in-shell");
    assert_eq!(difference["new"], serde_json::json!([]));
    // A bundle in Markdown is one, and is for people.
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("b.md").display().to_string();
    assert!(doctor(&["--from", "sample", "--bundle", &page]).status.code().is_some());
    let refused = doctor(&["diff", &page, &before]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("a .md bundle is for people"), "{said}");
    let missing = doctor(&["diff", &before, "/nonexistent.json"]);
    assert_eq!(missing.status.code(), Some(2));
}
