//! What is on the screen where a report of 80 by 24 begins, and where it ends: the verdict and the first step are on both.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test of the repository starts the program on recorded machines"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const HEIGHT: usize = 24;

fn machines() -> Vec<PathBuf> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let all = fs::read_dir(cases)
        .unwrap()
        .map(|it| it.unwrap().path().join("snapshot.json"));
    let mut found: Vec<PathBuf> = all.filter(|path| path.exists()).collect();
    found.sort();
    found
}

fn lines(machine: &Path) -> Vec<String> {
    page(machine, "80", "24")
}

fn page(machine: &Path, columns: &str, rows: &str) -> Vec<String> {
    run(&[], machine, columns, rows)
}

fn run(command: &[&str], machine: &Path, columns: &str, rows: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_openclaw-doctor"))
        .args(command)
        .args(["--from", machine.to_str().unwrap(), "--color=never"])
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("COLUMNS", columns)
        .env("LINES", rows)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// `ping` tells every request in one line, and in one sentence what is wrong.
#[test]
fn a_ping_is_a_line() {
    let mut seen = 0;
    for machine in machines() {
        let page = run(&["ping"], &machine, "80", "24");
        let end = page.iter().position(String::is_empty).unwrap_or(page.len());
        let (requests, rest) = page.split_at(end);
        seen += requests.len();
        for line in requests {
            let sides = line.starts_with("gateway ") || line.starts_with("cloudflare ");
            assert!(sides && line.chars().count() <= 80, "{}: {line}", machine.display());
        }
        assert!(
            rest.len() <= 4 && rest.get(1).is_none_or(|line| is_verdict(line)),
            "{rest:?}"
        );
    }
    assert!(seen >= 12, "{seen} lines");
}

/// A line that says how it is: its mark stands at the margin.
fn is_verdict(line: &str) -> bool {
    ['✓', '✗', '!', '?'].iter().any(|mark| line.starts_with(*mark))
}

#[test]
fn the_first_and_the_last_screen_have_the_verdict_and_the_first_step() {
    let machines = machines();
    assert!(machines.len() >= 12, "{} machines", machines.len());
    for machine in &machines {
        let page = lines(machine);
        let name = machine.display();
        let first = &page[..page.len().min(HEIGHT)];
        // The prompt takes the last line of the screen.
        let last = &page[page.len().saturating_sub(HEIGHT - 1)..];
        let step = |line: &String| line.starts_with("1 ✗ ") || line.starts_with("1 ! ");
        let has_problem = page.iter().any(step);
        for (which, screen) in [("first", first), ("last", last)] {
            let text = screen.join("\n");
            assert!(screen.iter().any(|line| is_verdict(line)), "{name}, {which}:\n{text}");
            let told = screen.iter().any(|line| step(line) || line.contains("start with 1"));
            assert!(told || !has_problem, "{name}, {which}:\n{text}");
        }
        // A quoted word of a command is not broken: it would not be the same word.
        let one_word = |line: &String| line.trim_start().starts_with('\'');
        let wide: Vec<&String> = page
            .iter()
            .filter(|line| line.chars().count() > 80 && !one_word(line))
            .collect();
        assert!(wide.is_empty(), "{name}: {wide:?}");
    }
}

/// How many causes a page tells.
fn causes(page: &[String]) -> usize {
    let numbered = |line: &&String| {
        let (number, rest) = line.split_once(' ').unwrap_or_default();
        number.parse::<usize>().is_ok() && ["✗ ", "! ", "i ", "? "].iter().any(|mark| rest.starts_with(mark))
    };
    page.iter().filter(numbered).count()
}

/// The prompt takes the last line of a screen.
#[test]
fn one_cause_fits_the_smallest_screen_and_three_fit_a_larger_one() {
    let mut seen = [0; 2];
    for machine in machines() {
        for (at, (most, columns, rows)) in [(1, "80", "24"), (3, "100", "30")].into_iter().enumerate() {
            let page = page(&machine, columns, rows);
            let told = causes(&page);
            if told > most {
                continue;
            }
            seen[at] += usize::from(told == most || told == 2);
            let room = rows.parse::<usize>().unwrap() - 1;
            assert!(
                page.len() <= room,
                "{}, {columns}x{rows}: {}",
                machine.display(),
                page.join("\n")
            );
        }
    }
    assert!(seen[0] >= 10 && seen[1] >= 2, "{seen:?} pages");
}
