//! Whether a hand-over came back here before.
//!
//! Two traces show it. A wrapper that keeps its descriptors hands the guard on, so it is found on
//! this process. A wrapper that starts a child with closed descriptors (Python and Node do) does
//! not; but it waits, so it is an ancestor that was started with this very command, or, where it
//! alters the arguments, one that still holds the guard itself.

use std::ffi::OsString;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};

use super::same_file;

/// How often a hand-over may come back before it is called a circle. One is a wrapper's honest
/// mistake with a PATH of its own; more never ends.
const MOST_RETURNS: usize = 3;

/// How many ancestors may hold the guard. An agent of the Gateway may call `openclaw` again, so
/// this is far above what nests in practice and far below what hurts.
const MOST_HOLDERS: usize = 12;

/// How many descriptors of a process, and how many ancestors, are looked at.
const MOST_DESCRIPTORS: usize = 4096;
const MOST_ANCESTORS: usize = 128;

/// Returns whether handing `args` over again would go on for ever.
pub(super) fn closed(own: &Metadata, args: &[OsString]) -> bool {
    if held(Path::new("/dev/fd"), own) >= MOST_RETURNS {
        return true;
    }
    let (mut same, mut holders) = (0, 0);
    for (pid, words) in ancestors() {
        same += usize::from(is_command(&words, args));
        holders += usize::from(held(&PathBuf::from(format!("/proc/{pid}/fd")), own) > 0);
        if same >= MOST_RETURNS || holders >= MOST_HOLDERS {
            return true;
        }
    }
    false
}

/// Counts the descriptors in this folder that earlier hand-overs left.
fn held(folder: &Path, own: &Metadata) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .take(MOST_DESCRIPTORS)
        .flatten()
        .filter(|entry| std::fs::metadata(entry.path()).is_ok_and(|facts| same_file(own, &facts)))
        .count()
}

/// Process id and command line of each ancestor, the nearest first.
fn ancestors() -> impl Iterator<Item = (u32, Vec<OsString>)> {
    let mut system = System::new().ok();
    let mut next = rustix::process::getppid().map(|pid| pid.as_raw_nonzero().get());
    std::iter::from_fn(move || {
        let pid = u32::try_from(next?).ok()?;
        let system = system.as_mut()?;
        let what = ProcessRefreshKind::nothing()
            .without_tasks()
            .with_cmd(UpdateKind::Always);
        let wanted = Pid::from_u32(pid);
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[wanted]), true, what);
        let process = system.process(wanted)?;
        next = process.parent().and_then(|above| i32::try_from(above.as_u32()).ok());
        Some((pid, process.cmd().to_vec()))
    })
    .take(MOST_ANCESTORS)
}

/// Returns whether a command line is `openclaw` with these arguments, run by whatever interpreter.
fn is_command(words: &[OsString], args: &[OsString]) -> bool {
    // Empty arguments are not shown by every system (facts/dependencies.md section 4).
    let told: Vec<&OsString> = words.iter().filter(|word| !word.is_empty()).collect();
    let args: Vec<&OsString> = args.iter().filter(|word| !word.is_empty()).collect();
    let Some(start) = told.len().checked_sub(args.len() + 1) else {
        return false;
    };
    let Some((program, rest)) = told.get(start..).and_then(<[_]>::split_first) else {
        return false;
    };
    rest == args.as_slice() && Path::new(program).file_stem().is_some_and(|name| name == "openclaw")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<OsString> {
        text.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_same_command_is_known_behind_any_interpreter() {
        let args = words("agents list");
        for line in [
            "openclaw agents list",
            "/usr/bin/python3 /opt/bin/openclaw agents list",
            "node --no-warnings /usr/lib/openclaw.mjs agents list",
        ] {
            assert!(is_command(&words(line), &args), "{line}");
        }
        for line in [
            "openclaw agents",
            "openclaw agents list x",
            "agents list",
            "myopenclaw agents list",
            "list",
        ] {
            assert!(!is_command(&words(line), &args), "{line}");
        }
        assert!(is_command(&words("sh openclaw"), &[]));
        assert!(is_command(
            &words("sh openclaw a b"),
            &["a".into(), "".into(), "b".into()]
        ));
        assert!(!is_command(&[], &[]));
    }

    #[test]
    fn this_test_is_no_circle() {
        let own = std::env::current_exe().and_then(std::fs::metadata).unwrap();
        assert!(!closed(&own, &words("agents list")));
        assert!(ancestors().next().is_some());
    }
}
