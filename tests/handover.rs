//! The executable beside a Node CLI of the same name: stub scripts on a private PATH.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const DOCTOR: &str = env!("CARGO_BIN_EXE_openclaw");

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Place(tempfile::tempdir().unwrap())
    }

    fn dir(&self, name: &str) -> PathBuf {
        let dir = self.0.path().join(name);
        fs::create_dir_all(&dir).unwrap();
        dir
    }

    /// Writes an `openclaw` script into a directory of this name.
    fn script(&self, dir: &str, text: &str) -> PathBuf {
        let dir = self.dir(dir);
        let file = dir.join("openclaw");
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        dir
    }

    /// Puts the doctor itself into a directory of this name.
    fn doctor(&self, dir: &str, put: fn(&Path, &Path)) -> PathBuf {
        let dir = self.dir(dir);
        put(Path::new(DOCTOR), &dir.join("openclaw"));
        dir
    }
}

fn link(from: &Path, to: &Path) {
    symlink(from, to).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::copy(from, to).unwrap();
}

#[must_use]
fn run(path: &[&Path], args: &[&str]) -> Output {
    let path = std::env::join_paths(path.iter().chain(&[Path::new("/usr/bin"), Path::new("/bin")])).unwrap();
    Command::new(DOCTOR)
        .args(args)
        .env_clear()
        .env("PATH", path)
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn another_command_is_handed_over_without_a_word() {
    let place = Place::new();
    let node = place.script("node", "#!/bin/sh\nprintf '<%s>' \"$@\"; echo; pwd; exit 42\n");
    let doctor = place.doctor("doctor", link);
    let output = run(&[&doctor, &node], &["gateway", "status", "a b", "", "--json"]);
    let cwd = std::env::current_dir().unwrap();
    assert_eq!(
        out(&output),
        format!("<gateway><status><a b><><--json>\n{}\n", cwd.display())
    );
    assert_eq!((err(&output).as_str(), output.status.code()), ("", Some(42)));
}

#[test]
#[cfg(target_os = "linux")] // a shell adds variables of its own; /proc shows what it was given
fn the_environment_is_the_same() {
    let place = Place::new();
    let node = place.script("node", "#!/bin/sh\ntr '\\0' '\\n' </proc/$$/environ\n");
    let doctor = place.doctor("doctor", link);
    let output = run(&[&doctor, &node], &["agents"]);
    let names: Vec<String> = out(&output)
        .lines()
        .filter_map(|line| Some(line.split_once('=')?.0.to_owned()))
        .collect();
    assert_eq!(names, ["PATH"], "{}", err(&output));
}

#[test]
fn a_signal_ends_the_one_process_there_is() {
    let place = Place::new();
    let node = place.script("node", "#!/bin/sh\nkill -TERM $$\n");
    assert_eq!(run(&[&node], &["gateway"]).status.signal(), Some(15));
}

#[test]
#[cfg(target_os = "linux")]
fn ignored_signals_stay_ignored() {
    let place = Place::new();
    let node = place.script("node", "#!/bin/sh\nexec grep SigIgn /proc/self/status\n");
    let path = std::env::join_paths([node.as_path(), Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
    let started = |signals: &str, program: &str| {
        let output = Command::new("sh")
            .args(["-c", &format!("trap '' {signals}; exec '{program}' agents")])
            .env("PATH", &path)
            .output()
            .unwrap();
        out(&output)
    };
    let direct = node.join("openclaw").to_string_lossy().into_owned();
    for signals in ["HUP USR1", "INT TERM"] {
        let through = started(signals, DOCTOR);
        assert_eq!(through, started(signals, &direct), "{signals}");
        assert_ne!(through, started("CHLD", &direct), "{signals}");
    }
}

#[test]
fn a_flag_of_the_node_cli_is_handed_over_with_one_line() {
    let place = Place::new();
    let node = place.script("node", "#!/bin/sh\necho \"$@\"\n");
    let output = run(&[&node], &["doctor", "--fix", "--yes"]);
    assert_eq!(out(&output), "doctor --fix --yes\n");
    let line = format!(
        "openclaw doctor: --fix belongs to the Node CLI, handing over to {}/openclaw\n",
        node.display()
    );
    assert_eq!(err(&output), line);
}

#[test]
fn copies_and_links_of_the_doctor_are_passed_over() {
    let place = Place::new();
    let dirs = [place.doctor("a", link), place.doctor("b", copy)];
    let node = place.script("node", "#!/bin/sh\necho node\n");
    assert_eq!(out(&run(&[&dirs[0], &dirs[1], &node], &["agents"])), "node\n");
}

#[test]
fn what_anybody_may_write_to_is_passed_over_and_a_shared_folder_is_not() {
    let place = Place::new();
    let doctor = place.doctor("doctor", link);
    let node = place.script("node", "#!/bin/sh\necho mine\n");
    for (mode, told) in [
        (0o777, "mine\n"),
        (0o1777, "mine\n"),
        (0o2775, "shared\n"),
        (0o755, "shared\n"),
    ] {
        let shared = place.script("shared", "#!/bin/sh\necho shared\n");
        fs::set_permissions(&shared, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(out(&run(&[&doctor, &shared, &node], &["gateway"])), told, "{mode:o}");
    }
}

#[test]
fn without_a_node_cli_it_is_127_and_one_line() {
    let place = Place::new();
    let doctor = place.doctor("doctor", copy);
    for args in [&["agents", "list"][..], &[], &["doctor", "--fix"]] {
        let output = run(&[&doctor], args);
        assert_eq!(
            (output.status.code(), out(&output).as_str()),
            (Some(127), ""),
            "{args:?}"
        );
        assert_eq!(err(&output).lines().count(), 1, "{args:?}");
    }
    let output = run(&[&doctor], &["doctor", "--json", "--fix"]);
    let document: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(document["error"]["exit_code"], 127);
}

#[test]
fn help_and_version_are_answered_when_nobody_else_can() {
    let place = Place::new();
    for args in ["--help", "-h", "--version", "-V"] {
        let alone = run(&[], &[args]);
        assert_eq!(alone.status.code(), Some(0));
        assert!(out(&alone).contains("doctor"), "{args}");
        let node = place.script("node", "#!/bin/sh\necho \"node $1\"\n");
        assert_eq!(out(&run(&[&node], &[args])), format!("node {args}\n"));
    }
}

#[test]
fn wrappers_that_lead_back_end_in_127() {
    for call in ["exec ", ""] {
        let place = Place::new();
        let wrapper = place.script("wrapper", &format!("#!/bin/sh\n{call}'{DOCTOR}' \"$@\"\n"));
        let output = run(&[&wrapper], &["agents"]);
        assert_eq!(output.status.code(), Some(127), "{call:?}");
        assert!(err(&output).contains("leads back"), "{}", err(&output));
    }
}

/// Wrappers whose children do not inherit descriptors, as those of Python and Node. The count in
/// the environment ends a circle that the doctor does not notice.
#[test]
#[cfg(target_os = "linux")]
fn wrappers_that_start_clean_children_end_in_127() {
    for (more, limit) in [("", 4), (" more", 13)] {
        let place = Place::new();
        let wrapper = place.script(
            "wrapper",
            &format!(
                "#!/bin/sh\nDEPTH=$((${{DEPTH:-0}} + 1)); export DEPTH\n[ $DEPTH -le {limit} ] || exit 99\n\
                 ( exec 3>&- 4>&- 5>&- 6>&- 7>&-; exec '{DOCTOR}' \"$@\"{more} )\n"
            ),
        );
        let output = run(&[&wrapper], &["agents", "list"]);
        assert_eq!(output.status.code(), Some(127), "{more:?} {}", err(&output));
        assert!(err(&output).contains("leads back"), "{}", err(&output));
    }
}

#[test]
fn a_wrapper_with_a_path_of_its_own_is_no_circle() {
    let place = Place::new();
    let node = place.script("node", "#!/bin/sh\necho \"node $@\"\n");
    let wrapper = place.script(
        "wrapper",
        &format!(
            "#!/bin/sh\nPATH='{}:/usr/bin:/bin' exec '{DOCTOR}' \"$@\"\n",
            node.display()
        ),
    );
    assert_eq!(out(&run(&[&wrapper], &["agents"])), "node agents\n");
}

#[test]
fn a_script_without_an_interpreter_is_a_clear_failure() {
    let place = Place::new();
    let broken = place.script("broken", "#!/nonexistent/node\n");
    let output = run(&[&broken], &["agents"]);
    assert_eq!(output.status.code(), Some(127));
    assert!(err(&output).contains("cannot be started"), "{}", err(&output));
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    let script = format!("'{DOCTOR}' doctor completions bash | head -c 10 >/dev/null; echo ${{PIPESTATUS[0]}}");
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert_eq!((out(&output).trim(), err(&output).as_str()), ("0", ""));
}

#[test]
fn the_other_executable_hands_nothing_over() {
    let place = Place::new();
    let node = place.script("node", "#!/bin/sh\necho node\n");
    let path = std::env::join_paths([node.as_path(), Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_openclaw-doctor"))
        .arg("--fix")
        .env("PATH", path)
        .output()
        .unwrap();
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""));
}
