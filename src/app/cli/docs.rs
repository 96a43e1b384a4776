//! The texts made of the command line's definition: help, completion scripts, the manual page.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Command, CommandFactory};

use super::RawArgs;
use crate::app::exit::TABLE;
use crate::render::CheckMeta;

/// What is not known of the pings, for `--help` and the manual page.
macro_rules! untested {
    () => {
        "The pings were tried against real Gateways and against a stand-in for Cloudflare, never against\n\
         Cloudflare itself: what is said of its answers rests on public documentation and captures.\n"
    };
}

/// What stands below the help of `ping`.
pub(crate) const PING: &str = concat!(
    "At most four requests go to the Gateway and four to Cloudflare, one after the other, the first ones without\n\
     a credential; none is billable, no redirect is followed, nothing is retried. A credential is sent only to\n\
     the address of the config, after the answers showed who is there, and over plain HTTP to loopback alone.\n\n",
    untested!()
);

/// Returns the command line's definition under the name it was called by.
pub(crate) fn command(as_doctor: bool) -> Command {
    let name = if as_doctor {
        "openclaw-doctor"
    } else {
        "openclaw doctor"
    };
    let version = concat!(
        env!("CARGO_PKG_VERSION"),
        " (read-only doctor for the OpenClaw Gateway)"
    );
    RawArgs::command()
        .name("openclaw-doctor")
        .bin_name(name)
        .display_name("openclaw-doctor")
        .version(version)
        .subcommand_help_heading("Subcommands")
        .subcommand_value_name("SUBCOMMAND")
        .after_help(after_help())
}

/// Returns the text of `--help`.
pub fn help(as_doctor: bool) -> String {
    command(as_doctor).render_help().ansi().to_string()
}

/// Returns the text of `--version`.
pub fn version() -> String {
    command(true).render_version()
}

fn after_help() -> String {
    let mut text = String::from("Exit codes:\n");
    for (exit, meaning) in TABLE {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {:>3}  {meaning}", exit.code());
    }
    text.push_str(
        "\nThis doctor only reads. As `openclaw` it answers to `openclaw doctor` alone: every other command,\n\
         and doctor flags that only the Node CLI has (--fix, --lint, --deep, …), go to the next `openclaw`\n\
         on PATH. As `openclaw-doctor` it hands nothing over.\n\n",
    );
    text.push_str(untested!());
    text
}

/// Returns the completion script for `openclaw-doctor`; none for an unknown shell. There is none
/// for `openclaw`, whose completion belongs to the Node CLI. Ids and groups of `checks` complete
/// where they are taken; the parser itself takes any word, to suggest the nearest.
pub fn completions(shell: &str, checks: &[CheckMeta<'static>]) -> Option<String> {
    let shell: clap_complete::Shell = shell.parse().ok()?;
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
    Some(match shell {
        clap_complete::Shell::PowerShell => with_values(script, &topics, &ids),
        clap_complete::Shell::Fish => for_fish(&script, &ids),
        // The generator names a subcommand of a program with a hyphen in two ways, and the two never meet.
        clap_complete::Shell::Bash => script.replace("openclaw__subcmd__doctor", "openclaw__doctor"),
        _ => script,
    })
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

/// Returns the manual page in roff.
pub fn man() -> String {
    let mut page = Vec::new();
    // Writing to a Vec cannot fail.
    let _ = clap_mangen::Man::new(command(true)).render(&mut page);
    let page = String::from_utf8_lossy(&page).into_owned();
    page.lines().map(without_section).collect()
}

/// The generator cites a page for each subcommand; there is this one alone, and `--help`.
fn without_section(line: &str) -> String {
    match line
        .strip_prefix("openclaw\\-doctor\\-")
        .and_then(|rest| rest.strip_suffix("(1)"))
    {
        Some(name) => format!("\\fBopenclaw\\-doctor {name}\\fR\n"),
        None => format!("{line}\n"),
    }
}
