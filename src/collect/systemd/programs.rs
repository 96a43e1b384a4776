//! Whether what `ExecStart=` names is there and may be run.

use std::path::Path;

use crate::base::fact::Fact;
use crate::collect::launch_files::Outcome;
use crate::collect::ownership::By;
use crate::model::snapshot::{ExecFacts, FileKind, Place, Stat};
use crate::parse::proc::gateway_argv;
use crate::platform::systemd::exec::Exec;
use crate::redact;

/// Where systemd looks for a program without a slash (systemd.exec(5), `PATH`).
const SEARCHED: &[&str] = &[
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
];

/// Turns a command line into facts.
pub(super) fn facts(by: By, exec: &Exec, place: Option<&Place>, outcome: Outcome) -> ExecFacts {
    let (program, program_exists) = match &exec.program {
        None => (None, None),
        Some(program) if program.starts_with('/') => (Some(program.clone()), runnable(by, program)),
        Some(program) => {
            let full = SEARCHED.iter().map(|dir| format!("{dir}/{program}"));
            match full.into_iter().find(|path| runnable(by, path) == Some(true)) {
                Some(path) => (Some(path), Some(true)),
                None => (Some(program.clone()), Some(false)),
            }
        }
    };
    let known = redact::is_known;
    ExecFacts {
        program: program.map(|program| redact::program(&program, &known)),
        program_exists,
        entry_exists: exec
            .entry
            .as_deref()
            .filter(|entry| entry.starts_with('/'))
            .and_then(|entry| exists(by, entry)),
        entry: exec.entry.as_deref().map(|entry| redact::program(entry, &known)),
        port: exec.port,
        profile: exec.profile.clone(),
        overrides: gateway_argv::overrides(&exec.args),
        shell_wrapped: exec.shell_wrapped(),
        links: redact::links(&exec.chain.links),
        settled: outcome.settled,
        doubtful: outcome.doubtful,
        place: place.cloned(),
    }
}

fn runnable(by: By, path: &str) -> Option<bool> {
    answer(by, path, |stat| stat.kind == FileKind::File && stat.mode & 0o111 != 0)
}

fn exists(by: By, path: &str) -> Option<bool> {
    answer(by, path, |stat| stat.kind == FileKind::File)
}

/// None where it could not be looked at.
fn answer(by: By, path: &str, fits: impl Fn(&Stat) -> bool) -> Option<bool> {
    match by.stat(Path::new(path)) {
        Fact::Known { value } => Some(fits(&value)),
        Fact::Absent => Some(false),
        Fact::Unreadable { .. } if by == By::Asker && std::fs::symlink_metadata(path).is_ok() => Some(false),
        _ => None,
    }
}
