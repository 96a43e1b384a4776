//! What a script adds before it runs OpenClaw, told from its text.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{self, Command, Joined, Word, is_shell};
use super::{Chain, Change, Files, base_name};
use crate::model::snapshot::{Adds, LinkKind};
use crate::secret::value::is_env_name;

/// Commands that change no variable.
const HARMLESS: &[&str] = &[
    "cd", "umask", "ulimit", ":", "true", "echo", "printf", "sleep", "mkdir", "logger", "test", "[", "[[", "trap",
    "shift", "chmod", "date", "touch", "rm", "exit", "return", "hash", "wait", "ln", "chown", "install", "cp", "shopt",
    "hostname", "id", "type", "which",
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
pub(super) fn follow(
    chain: &mut Chain,
    path: &str,
    text: &str,
    args: &[String],
    files: &dyn Files,
) -> Option<Vec<String>> {
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
    if named(&|word| word == "bash") {
        chain.bash_env(files);
    }
    let read = read(text);
    record(chain, LinkKind::Script, path, &read);
    chain.by_shell = true;
    read.command.map(|command| with_args(&command, args))
}

/// Follows the text behind a shell's `-c`. `$0` stands first among its arguments.
pub(super) fn inline(chain: &mut Chain, shell: &str, text: &str, args: &[String]) -> Option<Vec<String>> {
    let read = read(text);
    if !read.changes.is_empty() {
        record(chain, LinkKind::Shell, &format!("{shell} -c"), &read);
    }
    chain.by_shell = true;
    let (zero, args) = args.split_first().unzip();
    let mut command = read.command?;
    for word in command.iter_mut().filter(|word| word.expands && word.text == "$0") {
        word.text = zero.cloned().unwrap_or_default();
    }
    Some(with_args(&command, args.unwrap_or_default()))
}

/// The command of a script whose own effect is not told.
fn script_command(text: &str, args: &[String]) -> Option<Vec<String>> {
    read(text).command.map(|command| with_args(&command, args))
}

fn record(chain: &mut Chain, kind: LinkKind, program: &str, read: &Read) {
    let is_file = kind == LinkKind::Script;
    chain
        .changes
        .extend(read.changes.iter().cloned().map(|change| match change {
            Change::Set {
                name, value, expands, ..
            } => Change::Set {
                name,
                value,
                script: is_file.then(|| program.to_owned()),
                expands,
            },
            other => other,
        }));
    let adds = match (read.changes.contains(&Change::Anything), read.changes.is_empty()) {
        (true, _) => Adds::Unknown,
        (false, false) => Adds::Known,
        (false, true) => Adds::Nothing,
    };
    chain.link(kind, program, adds);
}

/// The shims of npm and pnpm (cmd-shim) run the package's entry and set a path of modules at most.
fn is_package_shim(text: &str) -> bool {
    text.contains("basedir=$(dirname \"$(echo \"$0\"")
}

/// What a text does.
#[derive(Default)]
struct Read {
    changes: Vec<Change>,
    command: Option<Vec<Word>>,
    /// Variables of the shell: their value where it is known.
    own: BTreeMap<String, Option<Value>>,
    /// Variables that every later assignment hands on.
    exported: BTreeSet<String>,
    /// `set -a` is on.
    all: bool,
    /// Changes of this list that happen when all before them succeeded, by their place.
    pending: Vec<(usize, Change)>,
    /// The same of the list that starts OpenClaw.
    granted: Vec<usize>,
}

/// A value as it is written.
#[derive(Clone)]
struct Value {
    text: String,
    expands: bool,
}

fn read(text: &str) -> Read {
    let mut read = Read::default();
    let text = words::split(text);
    let mut list = 0;
    for command in &text.commands {
        if command.list != list {
            list = command.list;
            read.pending.clear();
        }
        let calls = command
            .words
            .first()
            .is_some_and(|word| text.functions.contains(&word.text));
        let ended = one(&mut read, command, calls);
        if ended {
            break;
        }
    }
    if read.command.is_none() {
        read.changes.push(Change::Anything);
    }
    read
}

/// Reads one command; returns whether nothing after it is reached.
fn one(read: &mut Read, command: &Command, calls: bool) -> bool {
    // What stands after a start of OpenClaw did not happen when that one was taken.
    let top = command.top && read.command.is_none();
    let sure = top && command.joined == Joined::First;
    let by = By {
        sure,
        pending: top && command.joined == Joined::And,
    };
    let words = command.words.as_slice();
    // `NAME=VALUE … command`: for the command alone, or for the shell itself.
    let assignments = words.iter().take_while(|word| assignment(word).is_some()).count();
    let (assigned, words) = words.split_at(assignments);
    let Some((first, args)) = words.split_first() else {
        assigned.iter().for_each(|word| assign(read, word, by));
        return false;
    };
    match first.text.as_str() {
        "export" => export(read, args, by),
        "declare" | "typeset" if args.iter().any(|word| is_flag(&word.text, 'x')) => export(read, args, by),
        "declare" | "typeset" | "local" | "readonly" => args
            .iter()
            .filter(|word| assignment(word).is_some())
            .for_each(|word| assign(read, word, by)),
        "unset" => {
            for word in args.iter().filter(|word| is_env_name(&word.text)) {
                read.own.remove(&word.text);
                read.change(Change::Remove(word.text.clone()), by);
            }
        }
        "set" => {
            let named = args.iter().any(|word| word.text == "allexport");
            let turned = |sign: char| {
                let flags = args
                    .iter()
                    .filter(|word| word.text.starts_with(sign) && !word.text.starts_with("--"));
                flags
                    .into_iter()
                    .any(|word| word.text.contains('a') || named && word.text.contains('o'))
            };
            read.all = turned('-') || read.all && !turned('+');
        }
        "exec" if args.is_empty() => {}
        "exec" => {
            let skip = match args.first().map(|word| word.text.as_str()) {
                Some("-a") => 2,
                Some("-c") => {
                    read.changes.push(if sure {
                        Change::Clear("exec -c".to_owned())
                    } else {
                        Change::Anything
                    });
                    1
                }
                Some("-l" | "--") => 1,
                _ => 0,
            };
            read.start(command, assigned, args.get(skip..).unwrap_or_default());
            return sure;
        }
        name if HARMLESS.contains(&name) => {}
        _ if calls => {}
        _ if starts_gateway(words) => read.start(command, assigned, words),
        _ => read.changes.push(Change::Anything),
    }
    false
}

/// How sure a change is.
#[derive(Clone, Copy)]
struct By {
    sure: bool,
    /// It is when a later command of its list is reached.
    pending: bool,
}

impl Read {
    fn change(&mut self, change: Change, by: By) {
        let name = match &change {
            Change::Set { name, .. } | Change::Remove(name) | Change::Doubt(name) => name.clone(),
            Change::Clear(_) | Change::Anything => return self.changes.push(change),
        };
        if by.pending {
            self.pending.push((self.changes.len(), change.clone()));
        }
        self.changes.push(if by.sure { change } else { Change::Doubt(name) });
    }

    fn set(&mut self, name: &str, value: Option<Value>, by: By) {
        let change = match value {
            Some(value) => Change::Set {
                name: name.to_owned(),
                value: value.text,
                script: None,
                expands: value.expands,
            },
            None => Change::Doubt(name.to_owned()),
        };
        self.change(change, by);
    }

    /// OpenClaw is started here: what stands before it in its list happened.
    fn start(&mut self, command: &Command, assigned: &[Word], words: &[Word]) {
        for at in std::mem::take(&mut self.granted) {
            if let Some(Change::Set { name, .. } | Change::Remove(name)) = self.changes.get(at) {
                let doubt = Change::Doubt(name.clone());
                self.changes.splice(at..=at, [doubt]);
            }
        }
        let again = self.command.is_some();
        if command.top && command.joined != Joined::Or && !again {
            for (at, change) in std::mem::take(&mut self.pending) {
                self.changes.splice(at..=at, [change]);
                self.granted.push(at);
            }
        }
        for word in assigned {
            if let Some((name, text)) = assignment(word).filter(|(name, _)| !PATHS.contains(name)) {
                let by = By {
                    sure: !again,
                    pending: false,
                };
                self.set(name, value(text, word.expands), by);
            }
        }
        self.command = Some(words.to_vec());
    }
}

/// A value that a program or another file gives is not known; names alone are put in later.
fn value(text: &str, expands: bool) -> Option<Value> {
    let only_names = !expands || super::names_in(text).is_some();
    only_names.then(|| Value {
        text: text.to_owned(),
        expands,
    })
}

/// `NAME=VALUE` alone: a variable of the shell, handed on where its name is in the environment already.
fn assign(read: &mut Read, word: &Word, by: By) {
    let Some((name, text)) = assignment(word).filter(|(name, _)| !PATHS.contains(name)) else {
        return;
    };
    let value = value(text, word.expands);
    read.own
        .insert(name.to_owned(), value.clone().filter(|_| by.sure || by.pending));
    if read.all || read.exported.contains(name) {
        read.set(name, value, by);
    } else if name.chars().any(|c| c.is_ascii_uppercase()) {
        read.set(name, None, by);
    }
}

fn export(read: &mut Read, args: &[Word], by: By) {
    let flag = |letter| args.iter().any(|word| is_flag(&word.text, letter));
    if flag('f') || flag('p') {
        return;
    }
    for word in args.iter().filter(|word| !word.text.starts_with('-')) {
        match assignment(word) {
            Some((name, _)) if PATHS.contains(&name) => {}
            _ if PATHS.contains(&word.text.as_str()) => {}
            _ if flag('n') => {
                let name = word.text.split('=').next().unwrap_or_default();
                read.exported.remove(name);
                read.change(Change::Remove(name.to_owned()), by);
            }
            Some((name, text)) => {
                let value = value(text, word.expands);
                read.exported.insert(name.to_owned());
                read.set(name, value, by);
            }
            None if is_env_name(&word.text) => {
                read.exported.insert(word.text.clone());
                if let Some(value) = read.own.get(&word.text).cloned() {
                    read.set(&word.text, value, by);
                }
            }
            // `export $(cat file)`.
            None => read.changes.push(Change::Anything),
        }
    }
}

fn is_flag(word: &str, letter: char) -> bool {
    word.starts_with('-') && !word.starts_with("--") && word.contains(letter)
}

fn assignment(word: &Word) -> Option<(&str, &str)> {
    word.text.split_once('=').filter(|(name, _)| is_env_name(name))
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
