//! The dialogue with the disk: what the loading asks, and what the collector answered.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::config_view::memo::Reads;
use super::dotenv_line::Line;
use crate::config::document::Document;
use crate::model::snapshot::{ConfigLock, PluginFact, Stat};
use crate::secret::{Secret, WipedBytes};

/// One question to the machine.
#[derive(Debug, Clone)]
pub enum Ask {
    /// The contents of this file.
    File(String),
    /// Whether these paths exist (links followed).
    Exists(Vec<String>),
    /// What OpenClaw would refuse about these commands of secrets providers.
    Commands(Vec<String>),
    /// The plugins on disk.
    Plugins(PluginAsk),
    /// The names of the live entries in the secret store of this state directory.
    Store(String),
    /// What keeps an account (the doctor's own where none is named) from replacing this file.
    Lock(String, Option<u32>),
    /// The environment that a login shell prints.
    Shell(ShellAsk),
}

/// Which plugins are asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PluginAsk {
    /// State directory.
    pub state_dir: String,
    /// `plugins.load.paths` of the config.
    pub load_paths: Vec<String>,
    /// Whether the bundled ones are wanted too.
    pub bundled: bool,
}

/// A login shell to run (facts/env-resolution.md section 6).
#[derive(Debug, Clone)]
pub struct ShellAsk {
    /// Tells equal questions without their values.
    pub id: String,
    /// Absolute path of the shell.
    pub shell: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its whole environment.
    pub env: Vec<(String, Secret)>,
    /// Limit in milliseconds; 0 means none.
    pub timeout_ms: u64,
    /// Whether its answer begins after the first NUL.
    pub framed: bool,
}

/// What a file turned out to be.
#[derive(Debug, Clone)]
pub enum FileAnswer {
    /// A regular file.
    Bytes {
        /// Its contents.
        bytes: Arc<WipedBytes>,
        /// Its state.
        stat: Stat,
        /// Its path with all links resolved.
        real_path: String,
        /// Number of hard links.
        links: u64,
    },
    /// It does not exist.
    Missing,
    /// It is no regular file, a link to nowhere, or too large: OpenClaw ignores it.
    Ignored(String),
    /// The doctor's user may not read it.
    Denied,
}

/// What a login shell gave.
#[derive(Debug, Clone)]
pub enum ShellAnswer {
    /// It printed these.
    Values {
        /// Names and values; the last of a name counts.
        values: Vec<(String, Secret)>,
        /// Milliseconds it took.
        ms: u64,
    },
    /// It exited with a failure.
    Failed(String),
    /// It took longer than OpenClaw allows.
    TimedOut,
    /// The doctor could not find out.
    Unknown(String),
}

type Dotenvs = BTreeMap<(String, bool), Rc<[Line]>>;

/// What is wrong with the command of a secrets provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandFault {
    /// OpenClaw refuses it, for this reason.
    Refused(String),
    /// It is accepted, and cannot be run: `config validate` passes, and a start that needs it ends (played on 2026.9.6).
    NotExecutable,
}

/// All answers so far. Shared by the views, so that no file is read twice.
#[derive(Debug, Default)]
pub struct Answers {
    files: BTreeMap<String, FileAnswer>,
    exists: BTreeMap<String, bool>,
    commands: BTreeMap<String, Option<CommandFault>>,
    plugins: BTreeMap<PluginAsk, Vec<PluginFact>>,
    stores: BTreeMap<String, Option<BTreeSet<String>>>,
    locks: BTreeMap<(String, Option<u32>), Option<ConfigLock>>,
    shells: BTreeMap<String, ShellAnswer>,
    /// Parsed configs by path and include roots, so that a large one is parsed once for all views.
    documents: RefCell<BTreeMap<String, Rc<Document>>>,
    /// What came of them in each environment.
    pub(crate) reads: Reads,
    /// Parsed `.env` files by path and whether odd names count: a loading begins anew after every answer.
    pub(crate) dotenvs: RefCell<Dotenvs>,
}

impl Answers {
    /// Takes in the contents of a file.
    pub fn add_file(&mut self, path: String, answer: FileAnswer) {
        self.files.insert(path, answer);
    }

    /// Takes in whether a path exists.
    pub fn add_exists(&mut self, path: String, exists: bool) {
        self.exists.insert(path, exists);
    }

    /// Takes in what is wrong with a command of a secrets provider.
    pub fn add_command(&mut self, path: String, fault: Option<CommandFault>) {
        self.commands.insert(path, fault);
    }

    /// Takes in the plugins found.
    pub fn add_plugins(&mut self, ask: PluginAsk, plugins: Vec<PluginFact>) {
        self.plugins.insert(ask, plugins);
    }

    /// Takes in the names in the secret store of a state directory; none where it could not be read.
    pub fn add_store(&mut self, state_dir: String, names: Option<BTreeSet<String>>) {
        self.stores.insert(state_dir, names);
    }

    /// Takes in what keeps an account from replacing a file.
    pub fn add_lock(&mut self, path: String, account: Option<u32>, lock: Option<ConfigLock>) {
        self.locks.insert((path, account), lock);
    }

    /// Takes in the answer of a login shell.
    pub fn add_shell(&mut self, id: String, answer: ShellAnswer) {
        self.shells.insert(id, answer);
    }

    /// Returns a file, or the question.
    pub fn file(&self, path: &str) -> Result<&FileAnswer, Box<Ask>> {
        self.files.get(path).ok_or_else(|| Box::new(Ask::File(path.to_owned())))
    }

    /// Returns the paths of all files that had contents.
    pub(crate) fn files_read(&self) -> impl Iterator<Item = &str> {
        let read = self
            .files
            .iter()
            .filter(|(_, answer)| matches!(answer, FileAnswer::Bytes { .. }));
        read.map(|(path, _)| path.as_str())
    }

    pub(crate) fn document(&self, path: &str) -> Option<Rc<Document>> {
        self.documents.borrow().get(path).cloned()
    }

    /// Returns a config by its path alone.
    pub fn document_at(&self, path: &str) -> Option<Rc<Document>> {
        let known = self.documents.borrow();
        let found = known.iter().find(|(key, _)| key.split('\0').next() == Some(path));
        found.map(|(_, document)| Rc::clone(document))
    }

    pub(crate) fn keep_document(&self, path: String, document: Document) -> Rc<Document> {
        let document = Rc::new(document);
        if document.is_large() {
            // The process ends with it: to free its values one by one takes a twentieth of the run.
            std::mem::forget(Rc::clone(&document));
        }
        self.documents.borrow_mut().insert(path, Rc::clone(&document));
        document
    }

    pub(crate) fn first_existing(&self, candidates: &[String]) -> Result<Option<String>, Box<Ask>> {
        for path in candidates {
            match self.exists.get(path) {
                Some(true) => return Ok(Some(path.clone())),
                Some(false) => {}
                None => return Err(Box::new(Ask::Exists(candidates.to_vec()))),
            }
        }
        Ok(None)
    }

    /// Returns whether a path exists; every path has to be asked for first.
    pub(crate) fn exists(&self, paths: &[String]) -> Result<(), Box<Ask>> {
        let open: Vec<String> = paths
            .iter()
            .filter(|path| !self.exists.contains_key(*path))
            .cloned()
            .collect();
        if open.is_empty() {
            Ok(())
        } else {
            Err(Box::new(Ask::Exists(open)))
        }
    }

    pub(crate) fn is_there(&self, path: &str) -> bool {
        self.exists.get(path).copied().unwrap_or(true)
    }

    /// Makes sure that all these commands were looked at.
    pub(crate) fn look_at_commands(&self, paths: &[String]) -> Result<(), Box<Ask>> {
        let open: Vec<String> = paths
            .iter()
            .filter(|path| !self.commands.contains_key(*path))
            .cloned()
            .collect();
        if open.is_empty() {
            Ok(())
        } else {
            Err(Box::new(Ask::Commands(open)))
        }
    }

    /// Returns why OpenClaw refuses a command where it validates a config.
    pub(crate) fn command_problem(&self, path: &str) -> Option<String> {
        match self.commands.get(path)? {
            Some(CommandFault::Refused(why)) => Some(why.clone()),
            Some(CommandFault::NotExecutable) | None => None,
        }
    }

    /// Returns why a command gives no secret when it is run.
    pub(crate) fn command_fault(&self, path: &str) -> Option<String> {
        match self.commands.get(path)?.as_ref()? {
            CommandFault::Refused(why) => Some(why.clone()),
            CommandFault::NotExecutable => Some("nobody may execute it".to_owned()),
        }
    }

    pub(crate) fn plugins(&self, ask: PluginAsk) -> Result<&[PluginFact], Box<Ask>> {
        match self.plugins.get(&ask) {
            Some(found) => Ok(found),
            None => Err(Box::new(Ask::Plugins(ask))),
        }
    }

    pub(crate) fn store(&self, state_dir: &str) -> Result<Option<&BTreeSet<String>>, Box<Ask>> {
        match self.stores.get(state_dir) {
            Some(names) => Ok(names.as_ref()),
            None => Err(Box::new(Ask::Store(state_dir.to_owned()))),
        }
    }

    pub(crate) fn lock(&self, path: &str, account: Option<u32>) -> Result<Option<&ConfigLock>, Box<Ask>> {
        match self.locks.get(&(path.to_owned(), account)) {
            Some(lock) => Ok(lock.as_ref()),
            None => Err(Box::new(Ask::Lock(path.to_owned(), account))),
        }
    }

    pub(crate) fn shell(&self, ask: ShellAsk) -> Result<&ShellAnswer, Box<Ask>> {
        match self.shells.get(&ask.id) {
            Some(answer) => Ok(answer),
            None => Err(Box::new(Ask::Shell(ask))),
        }
    }
}
