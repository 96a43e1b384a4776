//! The remedies of all problems as one list of steps, for formats that have no blocks.

use crate::model::report::Remedy;
use crate::render::Page;
use crate::render::group::worst_first;

/// Parts of commands that make changes take effect; such commands go last.
const CLOSING: &[&str] = &[
    "restart",
    "daemon-reload",
    "kickstart",
    "bootstrap",
    " start",
    "compose up",
];

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::render) struct Step {
    pub(in crate::render) text: String,
    pub(in crate::render) commands: Vec<String>,
}

/// Returns the steps of a report, worst first, no command twice.
pub(in crate::render) fn steps(page: &Page<'_>) -> Vec<Step> {
    let mut remedies: Vec<&Remedy> = Vec::new();
    for remedy in worst_first(page)
        .into_iter()
        .filter_map(|finding| finding.remedy.as_ref())
    {
        let same = |other: &&Remedy| {
            if remedy.commands.is_empty() {
                other.text == remedy.text
            } else {
                other.commands == remedy.commands
            }
        };
        if !remedies.iter().any(same) {
            remedies.push(remedy);
        }
    }
    let mut steps: Vec<Step> = Vec::new();
    for (at, remedy) in remedies.iter().enumerate() {
        let later = |command: &String| {
            remedies
                .iter()
                .skip(at + 1)
                .any(|other| other.commands.contains(command))
        };
        let earlier = |command: &String| remedies.iter().take(at).any(|other| other.commands.contains(command));
        let kept = |command: &&String| {
            if is_closing(command) {
                !later(command)
            } else {
                !earlier(command)
            }
        };
        let commands: Vec<String> = remedy.commands.iter().filter(kept).cloned().collect();
        // A step whose every command is part of another one has nothing left to say.
        if commands.is_empty() && !remedy.commands.is_empty() {
            continue;
        }
        steps.push(Step {
            text: remedy.text.clone(),
            commands,
        });
    }
    steps
}

/// Returns whether a command only brings a change to the Gateway.
pub(super) fn is_closing(command: &str) -> bool {
    CLOSING.iter().any(|word| command.contains(word))
}

/// Returns whether a command opens an editor, or says what to open, which changes nothing by itself.
pub(super) fn is_editor(command: &str) -> bool {
    command.contains("${EDITOR") || command.starts_with("# edit ") || command.split(" && ").any(opens)
}

fn opens(command: &str) -> bool {
    let (program, rest) = command.split_once(' ').unwrap_or((command, ""));
    let name = program.rsplit('/').next().unwrap_or(program);
    let known = [
        "sudoedit", "nano", "vi", "vim", "nvim", "emacs", "micro", "joe", "pico", "mg", "kak",
    ];
    known.contains(&name) || rest.starts_with('+')
}
