//! The files that a job starts: program, entry script, wrapper.

use std::path::Path;

use crate::base::fact::Fact;
use crate::collect::launch_files::Outcome;
use crate::collect::ownership::By;
use crate::collect::read::ReadError;
use crate::model::snapshot::{Adds, ExecFacts, FileKind, PathFacts, Place};
use crate::parse::proc::gateway_argv;
use crate::platform::launch::Chain;
use crate::platform::launchd::launch::Launch;
use crate::platform::launchd::wrapper::{self, WrapperFacts};
use crate::redact;

const MAX_WRAPPER: u64 = 64 * 1024;

/// Returns what is started and whether it is there.
pub(super) fn exec_facts(
    by: By,
    launch: &Launch,
    wrapper: &Wrapper,
    chain: &Chain,
    outcome: Outcome,
    place: Option<Place>,
) -> ExecFacts {
    let exists = |path: &str, runnable: bool| {
        let stat = Path::new(path).is_absolute().then(|| by.stat(Path::new(path)))?;
        match stat {
            Fact::Known { value } => Some(value.kind == FileKind::File && (!runnable || value.mode & 0o111 != 0)),
            Fact::Absent => Some(false),
            Fact::Unreadable { .. } | Fact::NotAsked { .. } => None,
        }
    };
    let shown = |word: &str| redact::program(word, &redact::is_known);
    ExecFacts {
        program: launch.program.as_deref().map(shown),
        program_exists: launch.program.as_deref().and_then(|path| exists(path, true)),
        entry: launch.entry.as_deref().map(shown),
        entry_exists: launch.entry.as_deref().and_then(|path| exists(path, false)),
        port: launch.port,
        profile: launch.profile.clone(),
        overrides: gateway_argv::overrides(&launch.arguments),
        shell_wrapped: wrapper.facts.adds_more || chain.links.iter().any(|link| link.adds == Adds::Unknown),
        links: redact::links(&chain.links),
        settled: outcome.settled,
        doubtful: outcome.doubtful,
        place,
    }
}

/// The wrapper script as it is found.
#[derive(Debug, Default)]
pub(super) struct Wrapper {
    /// The file.
    pub(super) path: Option<PathFacts>,
    /// Whether it is there and may be run the way the job runs it.
    pub(super) usable: Option<bool>,
    /// Whether it insists on the header of the environment file.
    pub(super) needs_header: Option<bool>,
    /// What its text says.
    pub(super) facts: WrapperFacts,
    /// What could not be told, in words.
    pub(super) unknown: Vec<String>,
}

impl Wrapper {
    /// Looks at the wrapper that the arguments name.
    pub(super) fn look(launch: &Launch, by: By) -> Self {
        let Some(path) = launch.wrapper.as_deref() else {
            return Wrapper::default();
        };
        let path_facts = by.path_facts(Path::new(path), "environment wrapper");
        let mut found = Wrapper {
            usable: match &path_facts.stat {
                Fact::Known { value } => {
                    Some(value.kind == FileKind::File && (launch.wrapper_by_shell || value.mode & 0o111 != 0))
                }
                Fact::Absent => Some(false),
                Fact::Unreadable { .. } | Fact::NotAsked { .. } => None,
            },
            path: Some(path_facts),
            ..Wrapper::default()
        };
        match by.read(Path::new(path), MAX_WRAPPER) {
            Ok(file) => {
                found.facts = wrapper::read(&String::from_utf8_lossy(&file.bytes));
                found.needs_header = Some(found.facts.needs_header);
                if found.facts.adds_more {
                    found
                        .unknown
                        .push(format!("{path} sets more than its environment file"));
                }
            }
            Err(ReadError::Missing) => {}
            Err(error) => found.unknown.push(format!("{path} could not be read: {error}")),
        }
        found
    }
}
