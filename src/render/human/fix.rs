//! Numbered steps: the remedies of the problems, worst first, no command twice.

use crate::model::report::Remedy;
use crate::render::Page;
use crate::render::group::worst_first;
use crate::render::theme::Tone;
use crate::render::width::wrap;

/// Parts of commands that make changes take effect; such commands go last.
const CLOSING: &[&str] = &["restart", "daemon-reload", "kickstart", "bootstrap", " start"];

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::render) struct Step {
    pub(in crate::render) text: String,
    pub(in crate::render) commands: Vec<String>,
    /// How to confirm it, where the next step is confirmed in another way.
    pub(in crate::render) confirm: Option<String>,
}

pub(super) fn part(page: &Page<'_>) -> String {
    let theme = page.theme;
    let steps = steps(page);
    if steps.is_empty() {
        return String::new();
    }
    let mut text = format!("{}\n", theme.paint(Tone::Strong, "Fix it"));
    for (at, step) in steps.iter().enumerate() {
        for (line_at, line) in wrap(&step.text, theme.width.saturating_sub(5)).into_iter().enumerate() {
            let number = if line_at == 0 {
                format!("{:>3}.", at + 1)
            } else {
                "    ".to_owned()
            };
            text.push_str(&format!("{number} {line}\n"));
        }
        // Never broken and never shortened: people copy it.
        for line in step.commands.iter().flat_map(|command| command.lines()) {
            text.push_str(&format!("       {}\n", theme.paint(Tone::Copy, line)));
        }
        if let Some(confirm) = &step.confirm {
            text.push_str(&format!("     confirm: {}\n", theme.paint(Tone::Copy, confirm)));
        }
    }
    text
}

/// Returns the steps of a report.
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
        let commands: Vec<String> = remedy
            .commands
            .iter()
            .filter(|command| {
                if is_closing(command) {
                    !later(command)
                } else {
                    !earlier(command)
                }
            })
            .cloned()
            .collect();
        // A step whose every command is part of another one has nothing left to say.
        if commands.is_empty() && !remedy.commands.is_empty() {
            continue;
        }
        steps.push(Step {
            text: remedy.text.clone(),
            commands,
            confirm: remedy.confirm.clone(),
        });
    }
    let next: Vec<Option<String>> = steps.iter().skip(1).map(|step| step.confirm.clone()).collect();
    for (step, next) in steps.iter_mut().zip(next) {
        if step.confirm == next {
            step.confirm = None;
        }
    }
    steps
}

fn is_closing(command: &str) -> bool {
    CLOSING.iter().any(|word| command.contains(word))
}
