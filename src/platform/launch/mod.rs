//! From a command line down to Node and OpenClaw's entry: which programs stand between, and what
//! each of them adds to the environment. Scripts are read, nothing is run.

mod script;
mod tools;
mod words;

use crate::model::snapshot::{Adds, Link, LinkKind};
use crate::parse::proc::gateway_argv;
use crate::secret::value::is_env_name;

/// Most links that are followed.
const DEPTH: usize = 12;

/// What the chain asks of the machine.
pub trait Files {
    /// Returns what a program on disk is.
    fn program(&mut self, path: &str) -> Program;
    /// Returns the variables in a directory of files, one for each; none where it cannot be read.
    fn env_dir(&mut self, path: &str) -> Option<Vec<(String, String)>>;
    /// Returns the file that the service's environment names for every bash to read (`BASH_ENV`).
    fn bash_env(&self) -> Option<String>;
}

/// A program on disk.
pub enum Program {
    /// A text with a `#!` line, or without one where a shell would run it.
    Script(String),
    /// Something else.
    Binary,
    /// It is not there or cannot be read.
    Unseen,
}

/// A change that the chain makes to the environment.
#[derive(Clone, PartialEq, Eq)]
pub enum Change {
    /// A variable is set, by the script or the file of an env dir at this path, or by the command line itself. No `Debug`: the value may be a secret.
    Set {
        /// Name of the variable.
        name: String,
        /// Its value.
        value: String,
        /// The script.
        script: Option<String>,
        /// Whether variables of the environment before it are put into the value.
        expands: bool,
    },
    /// A variable is removed.
    Remove(String),
    /// A variable may be set, changed or removed: on what it depends is not told from the text.
    Doubt(String),
    /// All variables are removed, by this program.
    Clear(String),
    /// Any variable may be set here.
    Anything,
}

/// The chain of a command line. No `Debug`: words and values may be secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Chain {
    /// The programs, outermost first.
    pub links: Vec<Link>,
    /// What is known of their changes, in order.
    pub changes: Vec<Change>,
    /// The command that is run in the end, as far as it could be followed.
    pub command: Vec<String>,
    /// The account that the programs change to.
    pub account: Option<String>,
    /// The program that runs the rest in a container or on another machine.
    pub elsewhere: Option<String>,
    /// Whether a shell made the words, which puts variables in the place of their names.
    by_shell: bool,
}

impl Chain {
    fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.set_by(name.into(), value.into(), None);
    }

    fn set_by(&mut self, name: String, value: String, script: Option<String>) {
        let expands = script.is_none() && self.by_shell && value.contains(['$', '`']);
        self.changes.push(match expands && names_in(&value).is_none() {
            true => Change::Doubt(name),
            false => Change::Set {
                name,
                value,
                script,
                expands,
            },
        });
    }

    /// Everything that was set before is gone, whatever it was.
    fn clear(&mut self, by: impl Into<String>) {
        self.changes.push(Change::Clear(by.into()));
        for link in self.links.iter_mut().filter(|link| link.adds == Adds::Unknown) {
            link.adds = Adds::Known;
        }
    }

    fn add(&mut self, kind: LinkKind, program: impl Into<String>, adds: Adds) {
        if adds == Adds::Unknown {
            self.changes.push(Change::Anything);
        }
        self.link(kind, program, adds);
    }

    /// A bash that is not interactive first reads what `BASH_ENV` names.
    fn bash_env(&mut self, files: &dyn Files) {
        let mut file = files.bash_env();
        for change in &self.changes {
            match change {
                Change::Set { name, value, .. } if name == "BASH_ENV" => file = Some(value.clone()),
                Change::Remove(name) if name == "BASH_ENV" => file = None,
                Change::Clear(_) => file = None,
                _ => {}
            }
        }
        match file.filter(|file| !file.is_empty()) {
            Some(file) if file.starts_with('/') => self.add(LinkKind::Script, file, Adds::Unknown),
            Some(_) => self.add(LinkKind::Shell, "bash (BASH_ENV)", Adds::Unknown),
            None => {}
        }
    }

    fn link(&mut self, kind: LinkKind, program: impl Into<String>, adds: Adds) {
        self.links.push(Link {
            kind,
            program: program.into(),
            adds,
            assigns: Vec::new(),
        });
    }
}

/// Follows a command line.
pub fn follow(words: &[String], files: &mut dyn Files) -> Chain {
    let mut chain = Chain {
        command: words.to_vec(),
        ..Chain::default()
    };
    for _ in 0..DEPTH {
        let words = std::mem::take(&mut chain.command);
        match step(&mut chain, &words, files) {
            Some(rest) => chain.command = rest,
            None => {
                chain.command = words;
                break;
            }
        }
    }
    chain
}

/// Takes one link off; none where OpenClaw itself begins, or where nothing more can be told.
fn step(chain: &mut Chain, words: &[String], files: &mut dyn Files) -> Option<Vec<String>> {
    let first = words.first()?;
    let name = base_name(first).trim_start_matches('-');
    let args = words.get(1..).unwrap_or_default();
    if name == "env" {
        return Some(env(chain, args));
    }
    if words::is_shell(name) {
        return shell(chain, first, args, files);
    }
    if let Some(tool) = tools::find(name, args) {
        return tools::apply(chain, &tool, args, files);
    }
    if gateway_argv::is_runtime(first) {
        return None;
    }
    match files.program(first) {
        Program::Script(text) => script::follow(chain, first, &text, args, files),
        // A program of OpenClaw's name on PATH is its CLI.
        _ if gateway_argv::is_product(name) => None,
        Program::Binary | Program::Unseen => {
            chain.add(LinkKind::Program, first.clone(), Adds::Unknown);
            None
        }
    }
}

/// `env [-i] [-u NAME] [-C DIR] [-S TEXT] [NAME=VALUE]… COMMAND`.
fn env(chain: &mut Chain, args: &[String]) -> Vec<String> {
    let mut rest: Vec<String> = args.to_vec();
    rest.reverse();
    let mut adds = Adds::Nothing;
    while let Some(word) = rest.pop() {
        match word.as_str() {
            "-i" | "-" | "--ignore-environment" => chain.clear(format!("env {word}")),
            "-u" | "--unset" => chain.changes.extend(rest.pop().map(Change::Remove)),
            "-C" | "--chdir" => {
                rest.pop();
            }
            "-S" | "--split-string" => {
                let text = rest.pop().unwrap_or_default();
                let mut split = shlex::split(&text).unwrap_or_default();
                split.reverse();
                rest.extend(split);
            }
            "--" | "-v" | "-0" => {}
            // `env $(cat FILE) command`.
            _ if chain.by_shell && word.starts_with(['$', '`']) && names_in(&word).is_none() => adds = Adds::Unknown,
            _ if word.starts_with("--unset=") => {
                let name = word.trim_start_matches("--unset=");
                chain.changes.push(Change::Remove(name.to_owned()));
            }
            _ if word.starts_with('-') => {}
            _ => match word.split_once('=').filter(|(name, _)| is_env_name(name)) {
                Some((name, value)) => {
                    chain.set(name, value);
                    adds = if adds == Adds::Unknown { adds } else { Adds::Known };
                }
                None => {
                    rest.push(word);
                    break;
                }
            },
        }
    }
    if adds == Adds::Nothing && chain.changes.iter().any(|change| !matches!(change, Change::Set { .. })) {
        adds = Adds::Known;
    }
    chain.add(LinkKind::Env, "env", adds);
    rest.reverse();
    rest
}

/// A shell with `-c TEXT` or with a script.
fn shell(chain: &mut Chain, program: &str, args: &[String], files: &mut dyn Files) -> Option<Vec<String>> {
    let name = base_name(program);
    let (mut login, mut command, mut unread) = (name.starts_with('-'), false, false);
    let mut at = 0;
    while let Some(word) = args
        .get(at)
        .filter(|word| word.starts_with(['-', '+']) && word.len() > 1)
    {
        at += 1;
        match word.as_str() {
            "--login" | "--interactive" | "-login" => login = true,
            "--no-rcs" => unread = true,
            "--" => break,
            "-o" | "+o" | "-O" | "--rcfile" | "--init-file" => {
                login |= word.ends_with("file");
                at += 1;
            }
            "-Command" | "-c" | "--command" => command = true,
            _ if word.starts_with("--") => {}
            _ => {
                let flags = word.trim_start_matches(['-', '+']);
                login |= flags.contains(['l', 'i']);
                unread |= flags.contains('f');
                command |= flags.contains('c');
            }
        }
    }
    // These read their config at every start.
    let name = name.trim_start_matches('-');
    login |= matches!(name, "fish" | "nu" | "pwsh") || name == "zsh" && !unread;
    let words = args.get(at..).unwrap_or_default();
    let first = words.first()?;
    let shown = match (login, command) {
        (true, true) => format!("{name} -lc"),
        (true, false) => format!("{name} -l"),
        (false, true) => format!("{name} -c"),
        (false, false) => name.to_owned(),
    };
    if login {
        chain.add(LinkKind::LoginShell, shown, Adds::Unknown);
    } else if command {
        chain.add(LinkKind::Shell, shown, Adds::Nothing);
    }
    if name == "bash" && !login {
        chain.bash_env(files);
    }
    if command {
        return script::inline(chain, name, first, words.get(1..).unwrap_or_default());
    }
    match files.program(first) {
        Program::Script(text) => script::follow(chain, first, &text, words.get(1..).unwrap_or_default(), files),
        Program::Binary | Program::Unseen => {
            chain.add(LinkKind::Script, first.clone(), Adds::Unknown);
            None
        }
    }
}

/// Returns the names of variables in a text of which nothing else is to be put in: `$NAME`, `${NAME}`.
pub fn names_in(text: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    put_in(text, |name| {
        names.push(name);
        Some("")
    })?;
    Some(names)
}

/// Puts variables in the place of their names; none where one is not known, or something else would be put in.
pub fn put_in<'a, V: AsRef<str>>(text: &'a str, mut value: impl FnMut(&'a str) -> Option<V>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (name, tail) = match after.strip_prefix('{') {
            Some(inner) => inner.split_once('}')?,
            None => after.split_at(
                after
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .unwrap_or(after.len()),
            ),
        };
        if !is_env_name(name) {
            return None;
        }
        out.push_str(value(name)?.as_ref());
        rest = tail;
    }
    out.push_str(rest);
    (!text.contains('`')).then_some(out)
}

pub(super) fn base_name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

#[cfg(test)]
mod tests;
