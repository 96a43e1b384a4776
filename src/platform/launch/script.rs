//! What a script adds before it runs OpenClaw, told from its text.

use super::words::{Word, commands, is_shell};
use super::{Chain, Change, base_name};
use crate::model::snapshot::{Adds, LinkKind};
use crate::secret::value::is_env_name;

/// Commands that change no variable.
const HARMLESS: &[&str] = &[
    "cd", "umask", "ulimit", ":", "true", "echo", "printf", "sleep", "mkdir", "logger", "test", "[", "[[", "trap",
    "shift", "chmod", "date", "touch", "rm", "fi", "done", "}", "exit", "return", "hash", "wait", "ln", "chown",
    "install", "cp",
];
/// Words before a command.
const KEYWORDS: &[&str] = &[
    "if", "then", "else", "elif", "do", "while", "until", "!", "{", "time", "command", "builtin",
];
/// Variables that decide where programs are found, no credential.
const PATHS: &[&str] = &[
    "PATH",
    "NODE_PATH",
    "LD_LIBRARY_PATH",
    "NVM_DIR",
    "PNPM_HOME",
    "NPM_CONFIG_PREFIX",
];

/// Follows a script file; returns the command it runs with the arguments it was given.
pub(super) fn follow(chain: &mut Chain, path: &str, text: &str, args: &[String]) -> Option<Vec<String>> {
    let shebang = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("#!"))
        .unwrap_or("/bin/sh");
    let interpreter: Vec<&str> = shebang.split_whitespace().collect();
    let named = |wanted: &dyn Fn(&str) -> bool| interpreter.iter().any(|word| wanted(base_name(word)));
    if named(&|word| matches!(word, "node" | "bun" | "deno" | "tsx")) {
        return None; // OpenClaw's own entry
    }
    if is_package_shim(text) {
        chain.add(LinkKind::Runner, path, Adds::Nothing);
        return None;
    }
    let login = interpreter
        .iter()
        .skip(1)
        .any(|word| word.starts_with('-') && word.contains(['l', 'i']));
    let environment = named(&|word| word == "with-contenv");
    if !named(&|word| is_shell(word)) || login || environment || named(&|word| word == "fish") {
        chain.add(LinkKind::Script, path, Adds::Unknown);
        return script_command(text, args);
    }
    let read = read(text);
    record(chain, LinkKind::Script, path, &read);
    read.command.map(|command| with_args(&command, args))
}

/// Follows the text behind a shell's `-c`.
pub(super) fn inline(chain: &mut Chain, shell: &str, text: &str, args: &[String]) -> Option<Vec<String>> {
    let read = read(text);
    if read.opaque || !read.changes.is_empty() {
        record(chain, LinkKind::Shell, &format!("{shell} -c"), &read);
    }
    read.command.map(|command| with_args(&command, args))
}

/// The command of a script whose own effect is not told.
fn script_command(text: &str, args: &[String]) -> Option<Vec<String>> {
    read(text).command.map(|command| with_args(&command, args))
}

fn record(chain: &mut Chain, kind: LinkKind, program: &str, read: &Read) {
    let adds = match (read.opaque, read.changes.is_empty()) {
        (true, _) => Adds::Unknown,
        (false, false) => Adds::Known,
        (false, true) => Adds::Nothing,
    };
    let is_file = kind == LinkKind::Script;
    chain
        .changes
        .extend(read.changes.iter().cloned().map(|change| match change {
            Change::Set { name, value, .. } => Change::Set {
                name,
                value,
                script: is_file.then(|| program.to_owned()),
            },
            other => other,
        }));
    chain.add(kind, program, adds);
}

/// The shims of npm and pnpm (cmd-shim) run the package's entry and set a path of modules at most.
fn is_package_shim(text: &str) -> bool {
    text.contains("basedir=$(dirname \"$(echo \"$0\"")
}

/// What a text does.
#[derive(Default)]
struct Read {
    /// It may set what cannot be seen.
    opaque: bool,
    changes: Vec<Change>,
    command: Option<Vec<Word>>,
}

fn read(text: &str) -> Read {
    let mut read = Read::default();
    for command in commands(text) {
        one(&mut read, &command);
    }
    read.opaque |= read.command.is_none();
    read
}

fn one(read: &mut Read, command: &[Word]) {
    let mut words = command;
    while let [first, rest @ ..] = words
        && KEYWORDS.contains(&first.text.as_str())
    {
        words = rest;
    }
    // `NAME=VALUE … command`: for the command alone, or for the shell itself.
    let assignments = words.iter().take_while(|word| assignment(word).is_some()).count();
    let (assigned, words) = words.split_at(assignments);
    for word in assigned {
        // A lower-case name is the script's own, and not handed on without `export`.
        let own = assignment(word).is_some_and(|(name, _)| name.chars().all(|c| !c.is_ascii_uppercase()));
        if !own || !words.is_empty() {
            set(read, word);
        }
    }
    let Some((first, args)) = words.split_first() else {
        return;
    };
    match first.text.as_str() {
        "export" => args
            .iter()
            .filter(|word| !word.text.starts_with('-'))
            .for_each(|word| set(read, word)),
        "unset" => {
            let names = args.iter().filter(|word| is_env_name(&word.text));
            read.changes.extend(names.map(|word| Change::Remove(word.text.clone())));
        }
        "set" => {
            read.opaque |= args
                .iter()
                .any(|word| word.text == "allexport" || is_flag(&word.text, 'a'))
        }
        "exec" => {
            let skip = match args.first().map(|word| word.text.as_str()) {
                Some("-a") => 2,
                Some("-l" | "-c" | "--") => 1,
                _ => 0,
            };
            let command = args.get(skip..).unwrap_or_default();
            // `exec >log 2>&1` only moves the output.
            if command
                .first()
                .is_some_and(|word| !word.text.starts_with(['>', '<', '2', '1']))
            {
                read.command = Some(command.to_vec());
            }
        }
        name if HARMLESS.contains(&name) => {}
        _ if starts_gateway(words) => read.command = Some(words.to_vec()),
        _ => read.opaque = true,
    }
}

fn is_flag(word: &str, letter: char) -> bool {
    word.starts_with('-') && !word.starts_with("--") && word.contains(letter)
}

fn assignment(word: &Word) -> Option<(&str, &str)> {
    word.text.split_once('=').filter(|(name, _)| is_env_name(name))
}

fn set(read: &mut Read, word: &Word) {
    match assignment(word) {
        Some((name, _)) if PATHS.contains(&name) => {}
        Some((name, value)) if !word.expands => {
            read.changes.push(Change::Set {
                name: name.to_owned(),
                value: value.to_owned(),
                script: None,
            });
        }
        None if PATHS.contains(&word.text.as_str()) => {}
        _ => read.opaque = true,
    }
}

/// Returns whether a command of a script is the one that becomes OpenClaw.
fn starts_gateway(words: &[Word]) -> bool {
    let has = |wanted: &dyn Fn(&str) -> bool| words.iter().any(|word| wanted(&word.text));
    has(&|text| text == "gateway" || text == "$@") || has(&crate::platform::systemd::exec::is_entry)
}

/// Puts the script's arguments in the place of `"$@"`.
fn with_args(command: &[Word], args: &[String]) -> Vec<String> {
    let mut words = Vec::with_capacity(command.len() + args.len());
    for word in command {
        match word.text.as_str() {
            "$@" | "$*" | "${@}" => words.extend(args.iter().cloned()),
            text => words.push(text.to_owned()),
        }
    }
    words
}
