//! Completion scripts.
//!
//! `openclaw` alone is the Node CLI's, completion included. What this adds for `openclaw doctor` is
//! read after the Node CLI's script and passes every other word on to it.

use std::collections::BTreeSet;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap_complete::Shell;

use super::docs::command;
use crate::render::CheckMeta;

/// What makes `openclaw doctor` complete, where `openclaw` may be completed by the Node CLI's script.
const HOOKS: &[(Shell, &str)] = &[
    (Shell::Bash, include_str!("completions/beside_node.bash")),
    (Shell::Zsh, include_str!("completions/beside_node.zsh")),
    (Shell::Fish, include_str!("completions/beside_node.fish")),
];

/// The line in which the zsh script registers itself.
const ZSH_REGISTERS: &str = "    compdef _openclaw-doctor openclaw-doctor\n";

/// Returns the completion script for `openclaw-doctor`, and with `beside_node` for `openclaw doctor`
/// too; none for an unknown shell. Ids and groups of `checks` complete
/// where they are taken; the parser itself takes any word, to suggest the nearest.
pub fn completions(shell: &str, checks: &[CheckMeta<'static>], beside_node: bool) -> Option<String> {
    let shell: Shell = shell.parse().ok()?;
    let ids: Vec<&'static str> = checks.iter().map(|check| check.id).collect();
    let mut topics: Vec<&'static str> = checks.iter().map(|check| check.group).collect();
    topics.retain({
        let mut seen = BTreeSet::new();
        move |group| seen.insert(*group)
    });
    topics.extend(&ids);
    let of = |words: &[&'static str]| PossibleValuesParser::new(words.iter().map(|word| PossibleValue::new(*word)));
    let mut command = command(true)
        .mut_arg("only", |arg| arg.value_parser(of(&topics)))
        .mut_arg("skip", |arg| arg.value_parser(of(&topics)))
        .mut_subcommand("explain", |explain| {
            explain.mut_arg("topic", |arg| arg.value_parser(of(&ids)))
        });
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "openclaw-doctor", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let script = match shell {
        Shell::PowerShell => with_values(script, &topics, &ids),
        Shell::Fish => for_fish(&script, &ids),
        // The generator names a subcommand of a program with a hyphen in two ways, and the two never meet.
        Shell::Bash => script.replace("openclaw__subcmd__doctor", "openclaw__doctor"),
        // Read before compinit, the script has nothing to register with.
        Shell::Zsh => script.replace(
            ZSH_REGISTERS,
            &format!("    (( ! $+functions[compdef] )) ||{ZSH_REGISTERS}"),
        ),
        _ => script,
    };
    let hook = HOOKS
        .iter()
        .find(|(name, _)| beside_node && *name == shell)
        .map_or("", |(_, hook)| hook);
    Some(script + hook)
}

/// Lets a fish script complete the value of an option before any subcommand, where its own look
/// at the line fails for want of that value, and the words after `explain`.
fn for_fish(script: &str, ids: &[&str]) -> String {
    const LOOK: &str = "    argparse -s (";
    let without_last = "    string match -q -- '--*' \"$cmd[-1]\"\n    and set -e cmd[-1]\n";
    let script = script.replacen(LOOK, &format!("{without_last}{LOOK}"), 1);
    format!(
        "{script}complete -c openclaw-doctor -n \"__fish_openclaw_doctor_using_subcommand explain\" -f -a \"{}\"\n",
        ids.join(" ")
    )
}

/// Adds the values of `--only`, `--skip` and `explain` to a PowerShell script, whose generator
/// knows flags and subcommands alone.
fn with_values(script: String, topics: &[&str], ids: &[&str]) -> String {
    const AFTER: &str = "    $commandElements = $commandAst.CommandElements\n";
    let list = |words: &[&str]| {
        words
            .iter()
            .map(|word| format!("'{word}'"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let values = format!(
        "    $typed = @($commandElements | ForEach-Object {{ $_.ToString() }} | Where-Object {{ $_ -ne $wordToComplete }})\n    \
         $values = @()\n    \
         if ($typed.Count -gt 0 -and @('--only', '--skip') -ccontains $typed[-1]) {{ $values = @({}) }}\n    \
         if ($typed.Count -gt 0 -and $typed[-1] -ceq 'explain') {{ $values = @({}) }}\n    \
         if ($values.Count -gt 0) {{\n        \
         return $values | Where-Object {{ $_ -like \"$wordToComplete*\" }} |\n            \
         ForEach-Object {{ [CompletionResult]::new($_, $_, [CompletionResultType]::ParameterValue, $_) }}\n    }}\n",
        list(topics),
        list(ids)
    );
    script.replacen(AFTER, &format!("{AFTER}{values}"), 1)
}
