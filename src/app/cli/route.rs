//! Whose command it is: the doctor's, or the Node CLI's of the same name (design section 2).

use std::ffi::{OsStr, OsString};

use clap::CommandFactory;

use super::RawArgs;
use crate::app::handover::Reason;
use crate::app::plan::ColorChoice;
use crate::render::format::Format;

/// Flags of the Node CLI's own `doctor`, read from its `doctor --help` (2026.9.6). `--json`,
/// `--only`, `--skip` and `--help` are the doctor's as well and stay here.
const NODE_FLAGS: &[&str] = &[
    "--all",
    "--allow-exec",
    "--deep",
    "--fix",
    "--generate-gateway-token",
    "--github-issue",
    "--lint",
    "--no-workspace-suggestions",
    "--non-interactive",
    "--post-upgrade",
    "--repair",
    "--severity-min",
    "--yes",
];

/// Flags whose whole family is the Node CLI's.
const NODE_FAMILIES: &[&str] = &["--session-sqlite", "--state-sqlite"];

/// Global flags that the Node CLI takes before the word `doctor`.
const NODE_GLOBALS: &[&str] = &["--dev", "--log-level"];

/// Before the word `doctor` it makes the Node CLI run inside that container; behind it, it is the doctor's own.
const NODE_BEFORE: &str = "--container";

/// Where a command goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// To the doctor, the subcommand first and without the word `doctor`.
    Ours(Vec<OsString>),
    /// To the Node CLI.
    HandOver(Reason),
}

/// Reads `--wait 5` as `--wait=5`: the seconds may be left away, so the parser takes them only behind `=`.
pub(crate) fn joined_wait(args: &[OsString]) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::with_capacity(args.len());
    for arg in args {
        let is_number = arg
            .to_str()
            .is_some_and(|word| word.parse::<f64>().is_ok_and(f64::is_finite));
        match joined.last_mut() {
            Some(last) if last == "--wait" && is_number => {
                last.push("=");
                last.push(arg);
            }
            _ => joined.push(arg.clone()),
        }
    }
    joined
}

/// Decides where a command goes; the error is a message for people.
pub(crate) fn route(args: &[OsString], as_doctor: bool) -> Result<Route, String> {
    let command = RawArgs::command();
    let positions = word_positions(args, &command);
    let mut rest = args.to_vec();
    let mut words = positions.as_slice();
    if !as_doctor {
        match words.split_first() {
            Some((&first, others)) if args.get(first).is_some_and(|word| word == "doctor") => {
                let before = args.get(..first).unwrap_or_default();
                if options(before).filter_map(OsStr::to_str).any(is_node_before) {
                    return Ok(Route::HandOver(Reason::Flag(NODE_BEFORE.to_owned())));
                }
                rest.remove(first);
                words = others;
            }
            Some((&first, _)) => {
                let word = args.get(first).map(|word| word.to_string_lossy().into_owned());
                return Ok(Route::HandOver(Reason::Command(word.unwrap_or_default())));
            }
            None => return Ok(Route::HandOver(without_word(args))),
        }
    }
    if let Some(flag) = node_flag(&rest) {
        return if as_doctor {
            // This executable is the read-only doctor and never anything else.
            Err(format!(
                "{flag} belongs to the Node CLI; openclaw-doctor changes nothing\n\n  tip: openclaw doctor {flag}"
            ))
        } else {
            Ok(Route::HandOver(Reason::Flag(flag)))
        };
    }
    // Options may stand on both sides of the subcommand; clap merges repeated ones on one side only.
    let shift = usize::from(!as_doctor);
    if let Some(at) = words.first().map(|at| at.saturating_sub(shift))
        && rest.get(at).is_some_and(|word| is_subcommand(word, &command))
    {
        let word = rest.remove(at);
        rest.insert(0, word);
    }
    Ok(Route::Ours(rest))
}

/// Returns the format asked for, for a command line that may make no sense otherwise.
pub fn typed_format(args: &[OsString]) -> Format {
    let words: Vec<&OsStr> = options(args).collect();
    let asked = |word: &str| {
        let joined = format!("--format={word}");
        words.iter().any(|arg| *arg == joined.as_str()) || words.windows(2).any(|pair| pair == ["--format", word])
    };
    if asked("json") || words.iter().any(|arg| *arg == "--json") {
        Format::Json
    } else if asked("junit") {
        Format::Junit
    } else if asked("github") {
        Format::Github
    } else if asked("markdown") {
        Format::Markdown
    } else {
        Format::Human
    }
}

/// Returns the colour asked for, for texts that are printed in place of a run.
pub fn typed_color(args: &[OsString]) -> ColorChoice {
    let words: Vec<&OsStr> = options(args).collect();
    let asked = |word: &str| {
        let joined = format!("--color={word}");
        words.iter().any(|arg| *arg == joined.as_str()) || words.windows(2).any(|pair| pair == ["--color", word])
    };
    if asked("never") || words.iter().any(|arg| *arg == "--no-color") {
        ColorChoice::Never
    } else if asked("always") {
        ColorChoice::Always
    } else {
        ColorChoice::Auto
    }
}

fn options(args: &[OsString]) -> impl Iterator<Item = &OsStr> {
    args.iter().map(OsString::as_os_str).take_while(|arg| *arg != "--")
}

fn without_word(args: &[OsString]) -> Reason {
    let has = |names: [&str; 2]| options(args).any(|arg| names.iter().any(|name| arg == *name));
    if has(["-h", "--help"]) {
        Reason::Help
    } else if has(["-V", "--version"]) {
        Reason::Version
    } else {
        Reason::NoCommand
    }
}

/// Returns the positions of the words that are neither options nor values of options.
fn word_positions(args: &[OsString], command: &clap::Command) -> Vec<usize> {
    let mut positions = Vec::new();
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        match arg.to_str() {
            Some("--") => break,
            Some(flag) if flag.len() > 1 && flag.starts_with('-') => at += usize::from(takes_next(flag, command)),
            _ => positions.push(at),
        }
        at += 1;
    }
    positions
}

fn takes_next(flag: &str, command: &clap::Command) -> bool {
    let Some(name) = flag.strip_prefix("--") else {
        return false;
    };
    command
        .get_arguments()
        .any(|arg| arg.get_long() == Some(name) && arg.get_action().takes_values() && !arg.is_require_equals_set())
}

fn is_subcommand(word: &OsStr, command: &clap::Command) -> bool {
    command.get_subcommands().any(|sub| word == sub.get_name()) || word == "help"
}

/// Returns whether a flag is the Node CLI's and never the doctor's.
fn is_node_flag(flag: &str) -> bool {
    let name = flag.split('=').next().unwrap_or(flag);
    NODE_FLAGS.contains(&name)
        || NODE_GLOBALS.contains(&name)
        || NODE_FAMILIES.iter().any(|family| name.starts_with(family))
}

fn is_node_before(flag: &str) -> bool {
    flag.split('=').next() == Some(NODE_BEFORE)
}

fn node_flag(args: &[OsString]) -> Option<String> {
    let names = || {
        options(args)
            .filter_map(OsStr::to_str)
            .map(|arg| arg.split('=').next().unwrap_or(arg))
    };
    // Both have --force; it is the doctor's where a bundle is asked for.
    let bundle = names().any(|name| name == "--bundle");
    names()
        .find(|name| is_node_flag(name) || (*name == "--force" && !bundle))
        .map(str::to_owned)
}
