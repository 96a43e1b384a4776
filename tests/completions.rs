//! Completion of `openclaw doctor` in real shells, read after a stand-in of the Node CLI's own script.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stderr)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A line, and what its last word completes to, after the Node CLI's script was read.
const LINES: &[(&str, &str)] = &[
    ("openclaw gat", "gateway"),
    ("openclaw gateway ru", "run"),
    ("openclaw doct", "doctor"),
    ("openclaw doctor --off", "--offline"),
    ("openclaw doctor en", "env"),
    ("openclaw doctor --json expl", "explain"),
    ("openclaw doctor --format js", "json"),
    ("openclaw doctor explain linger-d", "linger-disabled"),
    ("openclaw-doctor en", "env"),
];

fn has(shell: &str) -> bool {
    let found = Command::new(shell).args(["-c", "true"]).status().is_ok();
    if !found {
        eprintln!("skipped: {shell} is not installed");
    }
    found
}

/// Writes the script of the program into the folder.
fn script(program: &str, first: &[&str], shell: &str, to: &Path) -> PathBuf {
    let printed = Command::new(program)
        .args(first)
        .args(["completions", shell])
        .output()
        .unwrap();
    assert!(printed.status.success());
    let file = to.join(format!("{}.{shell}", first.len()));
    fs::write(&file, printed.stdout).unwrap();
    file
}

/// What a shell makes of the lines, after these commands.
fn completed(shell: &str, setup: &str, lines: &[&str], scratch: &Path) -> Vec<String> {
    let rig = format!("{}/tests/rig/complete.{shell}", env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(shell);
    command
        .env("HOME", scratch)
        .env("XDG_CONFIG_HOME", scratch)
        .current_dir(scratch);
    let seen = scratch.join("seen");
    match shell {
        "bash" => command.args(["--norc", "--noprofile"]).arg(rig),
        "zsh" => command.arg("-f").arg(rig).arg(&seen),
        _ => command.arg(rig),
    };
    let ran = command.arg(setup).args(lines).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success() && said.is_empty(), "{shell}: {setup}: {said}");
    let out = match shell {
        "zsh" => fs::read_to_string(seen).unwrap().replacen("ready\n", "", 1),
        _ => String::from_utf8(ran.stdout).unwrap(),
    };
    out.lines().map(str::to_owned).collect()
}

/// Scripts in a folder: the Node CLI's, that for both names, that for `openclaw-doctor` alone.
fn scripts(shell: &str) -> (tempfile::TempDir, String, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let node = format!(
        "{}/tests/data/node_completion/openclaw.{shell}",
        env!("CARGO_MANIFEST_DIR")
    );
    let both = script(env!("CARGO_BIN_EXE_openclaw"), &["doctor"], shell, folder.path());
    let alone = script(env!("CARGO_BIN_EXE_openclaw-doctor"), &[], shell, folder.path());
    let source = |path: String| format!("source '{path}'; ");
    let of = |path: PathBuf| source(path.display().to_string());
    let texts = (source(node), of(both), of(alone));
    (folder, texts.0, texts.1, texts.2)
}

/// Read before the scripts, or after them, as start-up files do.
const COMPINIT: &str = "autoload -Uz compinit; compinit -u -D; ";

/// The ways in which a start-up file may read the Node CLI's script and this one.
fn orders(shell: &str, node: &str, both: &str) -> Vec<String> {
    match shell {
        "zsh" => vec![
            format!("{COMPINIT}{node}{both}"),
            format!("{COMPINIT}{node}{both}{both}"),
            format!("{node}{both}{COMPINIT}"),
        ],
        _ => vec![format!("{node}{both}"), format!("{node}{both}{both}")],
    }
}

fn beside_the_node_cli(shell: &str) {
    if !has(shell) {
        return;
    }
    let (folder, node, both, alone) = scripts(shell);
    let (lines, wanted): (Vec<&str>, Vec<&str>) = LINES.iter().copied().unzip();
    for setup in orders(shell, &node, &both) {
        assert_eq!(
            completed(shell, &setup, &lines, folder.path()),
            wanted,
            "{shell}: {setup}"
        );
    }
    // The script of `openclaw-doctor` changes nothing for `openclaw`.
    let compinit = if shell == "zsh" { COMPINIT } else { "" };
    let lines = ["openclaw gat", "openclaw doctor --fi", "openclaw-doctor --off"];
    let seen = completed(shell, &format!("{compinit}{node}{alone}"), &lines, folder.path());
    assert_eq!(seen, ["gateway", "--fix", "--offline"], "{shell}");
    // Where nothing completes `openclaw`, `doctor` is all that is known.
    let lines = ["openclaw doct", "openclaw doctor --off"];
    let seen = completed(shell, &format!("{compinit}{both}"), &lines, folder.path());
    assert_eq!(seen[1], "--offline", "{shell}");
    assert!(shell == "fish" || seen[0] == "doctor", "{shell}: {seen:?}");
}

#[test]
fn bash_completes_both() {
    beside_the_node_cli("bash");
}

#[test]
fn zsh_completes_both() {
    beside_the_node_cli("zsh");
}

#[test]
fn fish_completes_both() {
    beside_the_node_cli("fish");
}
