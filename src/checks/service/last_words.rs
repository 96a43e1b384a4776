//! What a process said before it ended: its own last error, told apart from what systemd says of it (facts/field.md section 8).

use super::service_common::{edit, take_out};
use crate::checks::check::CheckContext;
use crate::model::snapshot::Snapshot;
use crate::remedy::Kind;

/// Options for Node, from the environment.
const NODE_OPTIONS: &str = "NODE_OPTIONS";

/// Words of a line that tells of a failure.
const FAILURE: [&str; 17] = [
    "error",
    "fail",
    "fatal",
    "refus",
    "cannot",
    "could not",
    "invalid",
    "not allowed",
    "requires",
    "denied",
    "blocked",
    "missing",
    "newer than",
    "heap limit",
    "changed during startup",
    "does not know",
    "bad option",
];

/// A kind of refusal that the process itself names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Words of its line.
    needle: &'static str,
    /// What it means, as a sentence.
    pub(crate) meaning: &'static str,
    /// What cures it.
    pub(crate) cure: Cure,
}

/// What cures a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cure {
    /// A command of the product's own CLI, then a start.
    Cli(&'static str),
    /// The newer release.
    Upgrade,
    /// Starting once more.
    Again,
    /// The options that Node is given, where they come from.
    NodeOptions,
    /// Another definition of the service: its command is wrong.
    Reinstall,
}

/// In the order in which they are looked for. Seen on 2026.9.6.
const REFUSALS: &[Refusal] = &[
    Refusal {
        needle: "requires legacy credential migration",
        meaning: "A left-over auth-profiles.json of an older release waits to be migrated, and every start ends until it is.",
        cure: Cure::Cli("doctor --fix"),
    },
    Refusal {
        needle: "selected config changed during startup",
        meaning: "A start refuses to migrate old settings of the config by itself; the CLI does it.",
        cure: Cure::Cli("doctor --fix"),
    },
    Refusal {
        needle: "migration inputs changed during startup",
        meaning: "Config or plugins changed while it started, so it ended; nothing is wrong with them.",
        cure: Cure::Again,
    },
    Refusal {
        needle: "newer than this",
        meaning: "A newer release wrote the state database; this one cannot read it.",
        cure: Cure::Upgrade,
    },
    Refusal {
        needle: "or newer with this state directory",
        meaning: "A newer release wrote the state database; this one cannot read it.",
        cure: Cure::Upgrade,
    },
    Refusal {
        needle: "heap limit",
        meaning: "Node ran out of the memory that --max-old-space-size allows it.",
        cure: Cure::NodeOptions,
    },
    Refusal {
        needle: "is not allowed in NODE_OPTIONS",
        meaning: "Node does not start with the NODE_OPTIONS it is given.",
        cure: Cure::NodeOptions,
    },
    Refusal {
        needle: "bad option: -",
        meaning: "Node does not know an option that it is given.",
        cure: Cure::NodeOptions,
    },
    Refusal {
        needle: "internal/preload",
        meaning: "Node does not find a module that NODE_OPTIONS has it load first.",
        cure: Cure::NodeOptions,
    },
    Refusal {
        needle: "OpenClaw does not know the command",
        meaning: "The command in the service definition is misspelled.",
        cure: Cure::Reinstall,
    },
];

/// Returns the last line that the process itself said: the last that tells of a failure, else the last at all.
pub(crate) fn last_words(snapshot: &Snapshot) -> Option<&str> {
    let own: Vec<&str> = own_lines(snapshot).collect();
    let fails = |line: &&&str| {
        let lower = line.to_lowercase();
        FAILURE.iter().any(|word| lower.contains(word))
    };
    own.iter().rev().find(fails).or(own.last()).copied()
}

/// Returns the refusal that its last lines name.
pub(crate) fn refusal(snapshot: &Snapshot) -> Option<&'static Refusal> {
    let lines: Vec<&str> = own_lines(snapshot).collect();
    REFUSALS
        .iter()
        .find(|refusal| lines.iter().any(|line| line.contains(refusal.needle)))
}

/// Returns what brings a failed or looping service up again: a sentence and its commands.
pub(crate) fn cure(case: &CheckContext<'_>, refusal: Option<&Refusal>) -> (String, Vec<String>) {
    let commands = case.commands();
    // The CLI does not start what is failing or looping.
    let start = match commands.kind() {
        Kind::Systemd => commands.restart(),
        _ => commands.start(),
    };
    let (text, first) = match refusal.map(|refusal| refusal.cure) {
        // A service that is started every few seconds holds the state that the CLI wants.
        Some(Cure::Cli(words)) => (
            "Stop the service, let the CLI of OpenClaw migrate it, then start the Gateway.",
            commands.stop().into_iter().chain([commands.openclaw(words)]).collect(),
        ),
        Some(Cure::Upgrade) => (
            "Install the release that wrote it, then start the Gateway.",
            vec!["npm install -g openclaw@latest".to_owned()],
        ),
        Some(Cure::Again) => ("Start it once more.", Vec::new()),
        Some(Cure::Reinstall) => (
            "Regenerate the service definition; then clear the failed state and start the Gateway.",
            vec![commands.reinstall()],
        ),
        Some(Cure::NodeOptions) if node_options(case).is_some() => (
            "Correct or remove the option where the Gateway gets it from; then clear the failed state and start the \
             Gateway.",
            node_options(case).unwrap_or_default(),
        ),
        Some(Cure::NodeOptions) | None => (
            "Mend what its last words name (other findings here may say it already); then clear the failed state and \
             start the Gateway.",
            vec![commands.logs()],
        ),
    };
    let mut all: Vec<String> = first
        .into_iter()
        .chain(commands.reset_failed())
        .chain([start])
        .collect();
    all.dedup();
    (text.to_owned(), all)
}

/// Opens the place that gives Node its options: the variable, else the command of the service.
fn node_options(case: &CheckContext<'_>) -> Option<Vec<String>> {
    let set = case.start_trace().and_then(|trace| trace.find(NODE_OPTIONS).seen());
    if let Some(binding) = set.filter(|binding| !binding.value.is_blank()) {
        let file = binding
            .place
            .as_ref()
            .map(|place| case.tilde(&place.path))
            .unwrap_or_default();
        return Some(take_out(case, NODE_OPTIONS, binding.source, &file).1);
    }
    let place = case.service()?.exec.place.as_ref()?;
    let open = edit(&case.tilde(&place.path));
    Some([open].into_iter().chain(case.daemon_reload()).collect())
}

/// Returns how often the log tells of an end of the main process.
pub(crate) fn ends(snapshot: &Snapshot) -> usize {
    let lines = snapshot.log_tail.get().into_iter().flatten();
    lines
        .filter(|line| line.contains(": Main process exited, code="))
        .count()
}

/// The lines of the last start: without systemd's own, without the frames of a stack.
fn own_lines(snapshot: &Snapshot) -> impl Iterator<Item = &str> {
    let lines: &[String] = snapshot.log_tail.get().map_or(&[], Vec::as_slice);
    let last_end = lines
        .iter()
        .rposition(|line| line.contains(": Main process exited, code="));
    let earlier = last_end.and_then(|end| {
        lines
            .get(..end)?
            .iter()
            .rposition(|line| line.contains(": Main process exited, code="))
    });
    // A start that follows the last end has said nothing of it yet.
    let from = earlier.map_or(0, |at| at + 1);
    let to = last_end.map_or(lines.len(), |end| end + 1);
    let of_start = lines.get(from..to).unwrap_or_default();
    of_start
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty() && !is_of_manager(line) && !line.starts_with("at "))
}

/// Whether systemd said it: of the unit by its name, or of a job.
fn is_of_manager(line: &str) -> bool {
    let of_unit = line.split_once(": ").is_some_and(|(head, _)| {
        [".service", ".scope", ".slice"].iter().any(|kind| head.ends_with(kind)) && !head.contains(' ')
    });
    let of_job = [
        "Started ",
        "Starting ",
        "Stopped ",
        "Stopping ",
        "Failed to start ",
        "Reloading ",
    ];
    of_unit || of_job.iter().any(|head| line.starts_with(head)) && !line.contains('[')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::healthy;
    use crate::redact::log_line::masked;

    fn said(lines: &[&str]) -> Snapshot {
        let mut snapshot = healthy();
        snapshot.log_tail = Fact::known(lines.iter().map(|line| masked(line, &[])).collect());
        snapshot
    }

    const END: [&str; 3] = [
        "openclaw-gateway.service: Main process exited, code=exited, status=1/FAILURE",
        "openclaw-gateway.service: Failed with result 'exit-code'.",
        "openclaw-gateway.service: Consumed 3.099s CPU time.",
    ];

    #[test]
    fn the_process_speaks_and_not_its_manager() {
        for (own, wanted) in [
            (
                &[
                    "Gateway failed to start: Error: no",
                    "    at node:internal/process/task_queues:95:5",
                ][..],
                "Gateway failed to start: Error: no",
            ),
            (
                &["FATAL ERROR: Reached heap limit Allocation failed", "Aborted"],
                "FATAL ERROR: Reached heap limit Allocation failed",
            ),
            (&["[gateway] loading configuration"], "[gateway] loading configuration"),
        ] {
            let lines = [&["Started OpenClaw Gateway (v2026.9.6)."], own, &END].concat();
            assert_eq!(last_words(&said(&lines)), Some(wanted), "{own:?}");
        }
        assert_eq!(last_words(&said(&END)), None);
        assert_eq!(last_words(&healthy()), None);
    }

    #[test]
    fn the_last_start_counts() {
        let lines = [
            &["Error: first"][..],
            &END,
            &["Error: second"],
            &END,
            &["[gateway] loading configuration"],
        ]
        .concat();
        let snapshot = said(&lines);
        assert_eq!(last_words(&snapshot), Some("Error: second"));
        assert_eq!(ends(&snapshot), 2);
    }

    #[test]
    fn refusals_are_known_by_their_words_after_the_masks() {
        for (line, cure) in [
            (
                "Gateway failed to start: Auth profile store /home/me/.openclaw/agents/main/agent requires legacy credential migration; affected providers: anthropic",
                Some(Cure::Cli("doctor --fix")),
            ),
            (
                "Refusing to run automatic gateway startup migrations because the selected config changed during startup (config validity changed). Retry",
                Some(Cure::Cli("doctor --fix")),
            ),
            (
                "OpenClaw migration inputs changed during startup (plugins); refusing to report the gateway ready.",
                Some(Cure::Again),
            ),
            (
                "Use a build that supports schema 12 or newer with this state directory.",
                Some(Cure::Upgrade),
            ),
            (
                "node: --no-such-flag is not allowed in NODE_OPTIONS",
                Some(Cure::NodeOptions),
            ),
            ("node: bad option: --no-such-flag", Some(Cure::NodeOptions)),
            ("- internal/preload", Some(Cure::NodeOptions)),
            ("OpenClaw does not know the command \"gatway\".", Some(Cure::Reinstall)),
            ("Gateway failed to start: Error: no", None),
        ] {
            let lines = [&[line][..], &END].concat();
            assert_eq!(refusal(&said(&lines)).map(|one| one.cure), cure, "{line}");
        }
    }
}
