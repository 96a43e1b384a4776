//! As root, what the owner of the examined home merely named is read only if that account could read it itself.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stderr)]

mod rig;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use rig::Machine;

/// An account that `/etc/passwd` does not have.
const OTHER: u32 = 4242;

/// What stands in root's file or folder, and nowhere else.
const MARK: &str = "HELDBYROOT";

/// What names it (a file of the home, unless it says so), with `{root}` for the machine's root. `held` is root's folder.
const NAMED: &[(&str, &str, &str)] = &[
    ("a start-up file", "home/.bashrc", ". {root}/held/vars\n"),
    (
        "a start-up file, a folder",
        "home/.bashrc",
        "for f in {root}/held/d/*; do . \"$f\"; done\n. {root}/held/d/*\n",
    ),
    (
        "a start-up file of zsh",
        "home/.zshenv",
        "export ZDOTDIR={root}/held/z\n",
    ),
    (
        "a file for the current folder",
        "home/.envrc",
        "dotenv {root}/held/vars\n",
    ),
    (
        "a file that a sourced file names",
        "home/.bashrc",
        ". {root}/home/more\n",
    ),
    (
        "a folder of plugins",
        "home/.openclaw/openclaw.json",
        "{gateway:{mode:\"local\"},plugins:{load:{paths:[\"{root}/held/plugin\"]}}}",
    ),
    (
        "a script that starts the Gateway",
        UNIT,
        "[Service]\nExecStart={root}/held/start gateway\n",
    ),
    (
        "a script that a script names",
        UNIT,
        "[Service]\nExecStart={root}/home/start gateway\n",
    ),
    (
        "a file of variables",
        UNIT,
        "[Service]\nExecStart={root}/pkg/node {root}/pkg/openclaw/dist/index.js gateway\nEnvironmentFile={root}/held/vars\n",
    ),
    (
        "files of variables",
        UNIT,
        "[Service]\nExecStart={root}/pkg/node {root}/pkg/openclaw/dist/index.js gateway\nEnvironmentFile={root}/held/v*\n",
    ),
    (
        "a file of variables that is no longer read",
        UNIT,
        "[Service]\nEnvironmentFile={root}/held/vars\nEnvironmentFile=\nExecStart={root}/pkg/node {root}/pkg/openclaw/dist/index.js gateway\n",
    ),
    (
        "a folder of variables",
        UNIT,
        "[Service]\nExecStart=/usr/bin/envdir {root}/held/envdir {root}/pkg/node {root}/pkg/openclaw/dist/index.js gateway\n",
    ),
    (
        "a package",
        UNIT,
        "[Service]\nExecStart={root}/pkg/node {root}/held/openclaw/dist/index.js gateway\n",
    ),
    (
        "a unit with another name",
        "home/.config/systemd/user/other.service",
        "[Service]\nExecStart={root}/held/start\n",
    ),
    (
        "a state directory",
        UNIT,
        "[Service]\nExecStart={root}/pkg/node {root}/pkg/openclaw/dist/index.js gateway\nEnvironment=OPENCLAW_STATE_DIR={root}/held/state\n",
    ),
];

const UNIT: &str = "home/.config/systemd/user/openclaw-gateway.service";

fn machine(file: &str, text: &str, is_open: bool) -> Machine {
    let machine = Machine::usual();
    let variables = format!("{MARK}_API_KEY=abcdefgh12345678\nexport {MARK}_API_KEY\n");
    for name in ["vars", "d/vars", "z/.zshrc", "state/.env"] {
        machine.put(&format!("held/{name}"), &variables);
    }
    machine.put(&format!("held/envdir/{MARK}_API_KEY"), "abcdefgh12345678\n");
    machine.put(
        "held/plugin/openclaw.plugin.json",
        &format!("{{\"id\":\"{MARK}\",\"configSchema\":{{}}}}"),
    );
    machine.put(
        "held/start",
        &format!("#!/bin/sh\nexport {MARK}_API_KEY=abcdefgh12345678\nexec {{root}}/pkg/node {{root}}/pkg/openclaw/dist/index.js gateway\n"),
    );
    machine.put(
        "held/openclaw/package.json",
        &format!("{{\"name\":\"openclaw\",\"version\":\"2026.9.6-{MARK}\"}}"),
    );
    machine.put("held/openclaw/dist/index.js", "");
    machine.put("home/more", ". {root}/held/vars\n");
    machine.put("home/start", "#!/bin/sh\nexec {root}/held/start gateway\n");
    machine.put(file, text);
    for script in ["held/start", "home/start"] {
        fs::set_permissions(machine.path(script), PermissionsExt::from_mode(0o755)).unwrap();
    }
    fs::set_permissions(
        machine.path("held"),
        PermissionsExt::from_mode(if is_open { 0o755 } else { 0o700 }),
    )
    .unwrap();
    give(&machine.path("home"));
    machine
}

/// Gives everything below a folder to the other account.
fn give(path: &Path) {
    std::os::unix::fs::lchown(path, Some(OTHER), None).unwrap();
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path());
        }
    }
}

/// Everything that the doctor gives of a machine.
fn told(machine: &Machine) -> String {
    let bundle = machine.path("b.json");
    let ran = machine.doctor(&[
        "--json",
        "--offline",
        "--service-manager",
        "systemd",
        "--bundle",
        bundle.to_str().unwrap(),
    ]);
    String::from_utf8_lossy(&ran.stdout).into_owned() + &fs::read_to_string(&bundle).unwrap()
}

#[test]
fn root_reads_no_file_that_another_account_named_and_could_not_read() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: needs root");
        return;
    }
    let mut wrong = Vec::new();
    for (what, file, text) in NAMED {
        // What the account may read is read: else the row shows nothing.
        if !told(&machine(file, text, true)).contains(MARK) {
            wrong.push(format!("{what}: it is not read at all"));
        }
        if told(&machine(file, text, false)).contains(MARK) {
            wrong.push(format!("{what}: root's file is told"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_link_of_the_account_on_the_askers_own_path_lends_nothing() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: needs root");
        return;
    }
    for (is_open, is_told) in [(true, true), (false, false)] {
        let mut machine = machine("home/x", "", is_open);
        fs::create_dir_all(machine.path("home/bin")).unwrap();
        fs::set_permissions(
            machine.path("held/openclaw/dist/index.js"),
            PermissionsExt::from_mode(0o755),
        )
        .unwrap();
        symlink(
            machine.path("held/openclaw/dist/index.js"),
            machine.path("home/bin/openclaw"),
        )
        .unwrap();
        give(&machine.path("home"));
        let path = format!(
            "{}:{}",
            machine.path("bin").display(),
            machine.path("home/bin").display()
        );
        machine.set("PATH", &path);
        assert_eq!(told(&machine).contains(MARK), is_told, "open: {is_open}");
    }
}
