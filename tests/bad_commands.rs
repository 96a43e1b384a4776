//! Helper commands that misbehave: always a report, within `--timeout`, that says what could not be
//! asked, and no process left behind.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;

use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rig::{KEY, Machine, ids, view};
use serde_json::Value;

const LIMIT: Duration = Duration::from_millis(4_500);
const ARGS: &[&str] = &["--json", "--offline", "--timeout", "3", "--key", KEY];

/// Ways to misbehave, as scripts; `{nap}` is a number of seconds that nothing else on the machine
/// sleeps.
const WAYS: &[(&str, &str)] = &[
    ("missing", ""),
    ("hangs", "exec /bin/sleep {nap}"),
    ("hangs in a child", "/bin/sleep {nap}; exit 0"),
    ("ignores signals", "trap '' TERM INT HUP; /bin/sleep {nap}; exit 0"),
    ("floods", "exec /usr/bin/yes 'Environment=FLOOD=1'"),
    ("floods both", "/usr/bin/yes >&2 & exec /usr/bin/yes"),
    ("fails", "echo 'Failed to connect to bus: No medium found' >&2; exit 1"),
    ("fails without a word", "exit 1"),
    ("is killed", "kill -KILL $$"),
    ("prints garbage", "/usr/bin/head -c 3000000 /dev/urandom"),
    ("prints NUL", "printf 'Id=\\0\\0\\nLinger=\\0\\n\\0=\\0\\n'; exit 0"),
    ("prints nothing", "exit 0"),
    ("prints one endless line", "exec /usr/bin/tr '\\0' x < /dev/zero"),
    ("leaves a child that holds the pipe", "/bin/sleep {nap} & exit 0"),
    ("reads its input", "/bin/cat; exit 0"),
    ("is no program", "#"),
];

/// A number of seconds that no other run sleeps.
fn nap() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "{}.{:03}",
        61_000 + std::process::id() % 7_000,
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// Processes that have this word among their arguments.
fn left(word: &str) -> Vec<String> {
    let dirs = fs::read_dir("/proc").unwrap().flatten();
    let lines = dirs.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    let words = |line: &Vec<u8>| String::from_utf8_lossy(line).split('\0').any(|one| one == word);
    lines
        .filter(words)
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .collect()
}

/// A killed process takes a moment to go.
fn all_gone(word: &str) -> Result<(), String> {
    let until = Instant::now() + Duration::from_secs(2);
    loop {
        match left(word) {
            still if still.is_empty() => return Ok(()),
            still if Instant::now() > until => return Err(format!("left behind: {still:?}")),
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Runs the doctor on a machine whose `tool` misbehaves.
fn with(tool: &str, way: &(&str, &str)) -> Result<Value, String> {
    let machine = Machine::usual();
    let nap = nap();
    match way.0 {
        "missing" => fs::remove_file(machine.path("bin").join(tool)).unwrap(),
        "is no program" => fs::write(machine.path("bin").join(tool), "\x7fELF nothing").unwrap(),
        _ => machine.tool(tool, &way.1.replace("{nap}", &nap)),
    }
    let told = |why: String| format!("{tool} {}: {why}", way.0);
    let args = [ARGS, &["--service-manager", "systemd"]].concat();
    let report = machine.doctor(&args).report(LIMIT).map_err(told)?;
    all_gone(&nap).map_err(told)?;
    Ok(report)
}

fn check(tool: &str, judge: fn(&str, &Value) -> bool) {
    let mut wrong = Vec::new();
    for way in WAYS {
        match with(tool, way) {
            Ok(report) if judge(way.0, &report) => {}
            Ok(report) => wrong.push(format!(
                "{tool} {}: {} {:?} {}",
                way.0,
                view(&report, KEY, "next_start"),
                ids(&report),
                report["checks"]
            )),
            Err(why) => wrong.push(why),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Whether the report says that a check could not be done, with a reason.
fn unknown(report: &Value, id: &str) -> bool {
    let checks = report["checks"].as_array().unwrap();
    let open = |one: &&Value| {
        one["id"] == id && one["outcome"] == "unknown" && one["why"].as_str().is_some_and(|why| !why.is_empty())
    };
    checks.iter().any(|one| open(&one))
}

#[test]
fn systemctl() {
    check("systemctl", |way, report| {
        // A manager that says nothing at all has an empty environment and knows no unit.
        let answers = ["prints", "leaves", "reads"].iter().any(|word| way.starts_with(word));
        let missing = ids(report).contains(&"key-missing-everywhere");
        answers || (unknown(report, "service-not-running") && !missing)
    });
}

#[test]
fn loginctl() {
    check("loginctl", |_, report| {
        view(report, KEY, "next_start")["state"] == "unset"
    });
}

#[test]
fn journalctl() {
    check("journalctl", |_, report| {
        view(report, KEY, "next_start")["state"] == "unset"
    });
}

/// Last lines of `~/.bash_profile` and `~/.profile`, and what a Gateway started by hand then has of
/// a key that the line before exports. OpenClaw waits until the pipes are closed, and takes nothing
/// from a shell that fails or prints more than 2 MiB.
const SHELLS: &[(&str, &str, &str)] = &[
    ("hangs", "/bin/sleep {nap}", "unknown"),
    ("becomes a sleeper", "exec /bin/sleep {nap}", "unknown"),
    ("ignores signals", "trap '' TERM INT HUP; /bin/sleep {nap}", "unknown"),
    ("floods", "/usr/bin/yes", "unset"),
    ("floods and ends", "/usr/bin/head -c 3000000 /dev/zero", "unset"),
    ("forks", "/bin/sleep {nap} &", "unknown"),
    ("forks twice", "(/bin/sleep {nap} & /bin/sleep {nap} &) &", "unknown"),
    (
        "forks with job control",
        "set -m; /bin/sleep {nap} & /bin/sleep {nap}",
        "unknown",
    ),
    ("fails", "exit 3", "unset"),
    ("ends early", "exit 0", "unset"),
    ("is killed", "kill -KILL $$", "unset"),
    ("reads its input", "read answer; /bin/cat", "set"),
    (
        "wants the terminal",
        "read answer < /dev/tty; /bin/cat < /dev/tty; stty sane < /dev/tty",
        "set",
    ),
    ("stops itself", "kill -STOP $$", "unknown"),
    (
        "prints noise",
        "/usr/bin/head -c 100000 /dev/urandom; echo; echo 'A=1'",
        "set",
    ),
    ("prints on stderr", "/usr/bin/head -c 3000000 /dev/urandom >&2", "unset"),
];

fn with_shell(shell: &str, way: &(&str, &str)) -> Result<Value, String> {
    let mut machine = Machine::usual();
    let nap = nap();
    machine.set("SHELL", shell);
    machine.set("OPENCLAW_LOAD_SHELL_ENV", "1");
    let text = format!(
        "export OPENAI_API_KEY=FAKE-from-the-shell\n{}\n",
        way.1.replace("{nap}", &nap)
    );
    machine.put("home/.bash_profile", &text);
    machine.put("home/.profile", &text);
    let args = [
        "--json",
        "--offline",
        "--timeout",
        "3",
        "--key",
        "OPENAI_API_KEY",
        "--service-manager",
        "none",
    ];
    let told = |why: String| format!("{shell} {}: {why}", way.0);
    let report = machine.doctor(&args).report(LIMIT).map_err(told)?;
    all_gone(&nap).map_err(told)?;
    Ok(report)
}

/// Plays every way in one shell.
fn check_shell(shell: &str) {
    let mut wrong = Vec::new();
    for (way, script, wanted) in SHELLS {
        match with_shell(shell, &(way, script)) {
            Ok(report) => {
                let view = view(&report, "OPENAI_API_KEY", "shell");
                if view["state"] != *wanted {
                    wrong.push(format!("{shell} {way}: wanted {wanted}: {view}"));
                }
            }
            Err(why) => wrong.push(why),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn login_shells_that_are_bash() {
    check_shell("/bin/bash");
}

#[test]
fn login_shells_that_are_another() {
    check_shell("/bin/sh");
}
