//! Answers the questions of the loading, each at most once for all views.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::command_fault::command_fault;
use super::context::Context;
use super::ownership::By;
use super::read::{FileBytes, ReadError};
use super::run::{self, Cmd, Ran};
use super::{config_lock, login_shell, plugins, secret_store, tools};
use crate::base::fact::Fact;
use crate::loader::{self, Answers, Ask, FileAnswer, Finished, PluginAsk, ShellAnswer, ShellAsk, Start};
use crate::model::snapshot::{ConfigLock, Setting};
use crate::platform::systemd::sandbox::{self, Seen};
use crate::secret::WipedBytes;

/// The largest file that is handed to the loading; it applies OpenClaw's own limits itself.
const MAX_FILE: u64 = 8 << 20;
/// How many bytes of files one run hands to its loadings.
const ALL_FILES: u64 = 24 << 20;
/// What a login shell may print on each of its outputs, as in OpenClaw (facts/env-resolution.md section 6).
const MAX_SHELL: usize = 2 << 20;
/// The doctor's own limit for a login shell.
const SHELL_LIMIT: Duration = Duration::from_secs(5);
/// No loading asks this often; a fault ends here instead of in a circle.
const MAX_ASKS: usize = 500;

/// The dialogue of the loading with this machine.
#[derive(Debug)]
pub struct Loading<'a> {
    ctx: &'a Context<'a>,
    answers: Answers,
    /// Root of the installed package.
    package_dir: Option<String>,
    /// The account whose loading it is, where that is another one than the doctor's.
    other_uid: Option<u32>,
    /// How many bytes may still be read.
    left: u64,
    /// What stands before every path: the root of a container's files as its host sees them.
    root: Option<PathBuf>,
    /// Directives that hide files from the service whose loading this is.
    hides: Vec<Setting>,
}

impl<'a> Loading<'a> {
    /// Returns a dialogue without answers.
    pub fn new(ctx: &'a Context<'a>, package_dir: Option<String>) -> Self {
        Loading {
            ctx,
            answers: Answers::default(),
            package_dir,
            other_uid: None,
            left: ALL_FILES,
            root: None,
            hides: Vec::new(),
        }
    }

    /// Returns a dialogue with what a service sees whose unit hides files from it.
    pub fn behind(ctx: &'a Context<'a>, package_dir: Option<String>, hides: &[Setting]) -> Self {
        Loading {
            hides: hides.to_vec(),
            ..Loading::new(ctx, package_dir)
        }
    }

    /// On whose word everything is read that the loading asks for.
    fn by(&self) -> By {
        self.ctx.by.of_gateway(self.other_uid)
    }

    fn is_hidden(&self, path: &str) -> bool {
        matches!(sandbox::seen(&self.hides, path), Seen::Hidden(_))
    }

    /// Returns a dialogue with the files of a process in another container. Nothing is run there.
    pub fn of_container(ctx: &'a Context<'a>, pid: u32, script: Option<&str>) -> Self {
        let package = script.and_then(|script| Some(script.split_once("/dist/")?.0.to_owned()));
        Loading {
            root: Some(PathBuf::from(format!("/proc/{pid}/root"))),
            ..Loading::new(ctx, package)
        }
    }

    /// Runs the loading to its end; an error says why it has none.
    pub async fn run(&mut self, start: &Start) -> Result<Finished, String> {
        let names = start.env.len() + start.overridden.len();
        if names > loader::MOST_STARTED_WITH {
            let most = loader::MOST_STARTED_WITH;
            return Err(format!(
                "it is started with {names} variables, and the doctor follows at most {most}"
            ));
        }
        self.other_uid = start.other_uid;
        for _ in 0..MAX_ASKS {
            match loader::advance(start, &self.answers, self.ctx.vault) {
                Ok(finished) => return Ok(finished),
                Err(ask) => self.answer(*ask).await,
            }
        }
        Err("the loading asked for more files than the doctor reads".to_owned())
    }

    /// Returns a config that was read, with its positions.
    pub fn document(&self, path: &str) -> Option<std::rc::Rc<crate::config::document::Document>> {
        self.answers.document_at(path)
    }

    async fn answer(&mut self, ask: Ask) {
        match ask {
            Ask::File(path) => {
                let answer = match &self.root {
                    _ if self.is_hidden(&path) => FileAnswer::Missing,
                    Some(root) => file_below(self.by(), root, &path, self.left),
                    None => {
                        let seen = sandbox::in_its_place(&self.hides, &path);
                        file(self.by(), seen.as_deref().unwrap_or(&path), self.left)
                    }
                };
                if let FileAnswer::Bytes { bytes, .. } = &answer {
                    self.left = self.left.saturating_sub(bytes.len() as u64);
                }
                self.answers.add_file(path, answer);
            }
            Ask::Exists(paths) => {
                for path in paths {
                    let exists = match &self.root {
                        _ if self.is_hidden(&path) => false,
                        Some(root) => !matches!(below(root, &path), Below::Missing),
                        None => Path::new(&path).exists(),
                    };
                    self.answers.add_exists(path, exists);
                }
            }
            Ask::Commands(paths) => {
                for path in paths {
                    let own = self.root.is_none();
                    let fault = own
                        .then(|| command_fault(self.by(), Path::new(&path), self.ctx.host.uid))
                        .flatten();
                    self.answers.add_command(path, fault);
                }
            }
            Ask::Plugins(ask) => {
                let found = self.plugins(&ask);
                self.answers.add_plugins(ask, found);
            }
            Ask::Store(state_dir) => {
                let names = self.stored_names(&state_dir);
                self.answers.add_store(state_dir, names);
            }
            Ask::Lock(path, account) => {
                let lock = self.lock(&path, account);
                self.answers.add_lock(path, account, lock);
            }
            Ask::Shell(ask) => {
                let answer = self.shell(&ask).await;
                self.answers.add_shell(ask.id, answer);
            }
        }
    }

    fn lock(&self, path: &str, account: Option<u32>) -> Option<ConfigLock> {
        let at = match &self.root {
            Some(root) => reached(root, path)?,
            None if self.by().stat(Path::new(path)).why_unknown().is_some() => return None,
            None => PathBuf::from(path),
        };
        config_lock::by_unit(&self.hides, path).or_else(|| config_lock::of(&at, path, account))
    }

    fn stored_names(&self, state_dir: &str) -> Option<BTreeSet<String>> {
        let dir = match &self.root {
            _ if self.is_hidden(state_dir) => return None,
            Some(root) => reached(root, state_dir)?.to_string_lossy().into_owned(),
            None => state_dir.to_owned(),
        };
        let (entries, _) = secret_store::collect(self.ctx, &dir, self.by());
        match entries {
            Fact::Known { value } => {
                let live = value.into_iter().filter(|entry| entry.value.is_some());
                Some(live.map(|entry| entry.name).collect())
            }
            Fact::Absent => Some(BTreeSet::new()),
            Fact::Unreadable { .. } | Fact::NotAsked { .. } => None,
        }
    }

    fn plugins(&self, ask: &PluginAsk) -> Vec<crate::model::snapshot::PluginFact> {
        let package = self.package_dir.as_deref().filter(|_| ask.bundled);
        let Some(root) = &self.root else {
            if self.is_hidden(&ask.state_dir) {
                return plugins::collect(self.ctx, self.by(), package, "/nonexistent", &[]);
            }
            return plugins::collect(self.ctx, self.by(), package, &ask.state_dir, &ask.load_paths);
        };
        let inside = |path: &str| Some(reached(root, path)?.to_string_lossy().into_owned());
        let package = package.and_then(inside);
        let state_dir = inside(&ask.state_dir).unwrap_or_default();
        let load_paths: Vec<String> = ask.load_paths.iter().filter_map(|path| inside(path)).collect();
        let mut found = plugins::collect(self.ctx, self.by(), package.as_deref(), &state_dir, &load_paths);
        let start = root.to_string_lossy();
        for plugin in &mut found {
            if let Some(path) = plugin.path.strip_prefix(&*start) {
                plugin.path = path.to_owned();
            }
        }
        found
    }

    async fn shell(&self, ask: &ShellAsk) -> ShellAnswer {
        if self.root.is_some() {
            return ShellAnswer::Unknown("the login shell of another container is not run".to_owned());
        }
        if let Some(why) = login_shell::refusal(ask, self.other_uid, self.answers.files_read()) {
            return ShellAnswer::Unknown(why);
        }
        let own = match ask.timeout_ms {
            0 => SHELL_LIMIT,
            ms => SHELL_LIMIT.min(Duration::from_millis(ms)),
        };
        let limit = self.ctx.within(own);
        let cmd = Cmd {
            args: ask.args.clone(),
            env: ask
                .env
                .iter()
                .map(|(name, value)| match name.as_str() {
                    "PATH" => (name.clone(), tools::safe_path(value.expose())),
                    _ => (name.clone(), value.expose().to_owned()),
                })
                .collect(),
            cap: MAX_SHELL + 1,
            session: true,
            ..Cmd::new(&ask.shell, limit)
        };
        match run::run(&cmd).await {
            Ran::Done(output) if output.stdout.len().max(output.stderr.len()) > MAX_SHELL => {
                ShellAnswer::Failed("it printed more than 2 MiB".to_owned())
            }
            Ran::Done(output) if output.status == Some(0) => ShellAnswer::Values {
                values: self.printed(&output.stdout, ask.framed),
                ms: output.took.as_millis() as u64,
            },
            Ran::Done(output) => ShellAnswer::Failed(match output.status {
                Some(status) => format!("it exited with status {status}"),
                None => "it was ended by a signal".to_owned(),
            }),
            Ran::TimedOut if ask.timeout_ms > 0 && limit.as_millis() as u64 >= ask.timeout_ms => ShellAnswer::TimedOut,
            Ran::TimedOut => ShellAnswer::Unknown(format!(
                "it took longer than the {} s the doctor waits",
                limit.as_secs()
            )),
            Ran::Missing => ShellAnswer::Failed("the shell does not exist".to_owned()),
            Ran::Failed(why) => ShellAnswer::Unknown(why),
        }
    }

    /// Reads `env -0`: everything up to the first NUL is noise where the answer is framed.
    fn printed(&self, stdout: &[u8], framed: bool) -> Vec<(String, crate::secret::Secret)> {
        let body = match stdout.iter().position(|byte| *byte == 0) {
            Some(at) if framed => stdout.get(at + 1..).unwrap_or_default(),
            None if framed => &[],
            _ => stdout,
        };
        let mut values: std::collections::BTreeMap<String, crate::secret::Secret> = Default::default();
        for part in body.split(|byte| *byte == 0) {
            let text = String::from_utf8_lossy(part);
            if let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.is_empty()) {
                values.insert(name.to_owned(), self.ctx.vault.seal(value));
            }
        }
        values.into_iter().collect()
    }
}

/// Where a path of a container leads.
pub(super) enum Below {
    Found(PathBuf),
    Missing,
    /// A part is a link, which would lead out of the container from here, or may not be looked at.
    Closed,
}

/// Follows a path below the root of a container, part by part and through no link.
pub(super) fn below(root: &Path, path: &str) -> Below {
    let mut at = root.to_owned();
    if std::fs::metadata(&at).is_err() {
        return Below::Closed;
    }
    for part in Path::new(path).components() {
        match part {
            Component::RootDir | Component::CurDir => continue,
            Component::Normal(name) => at.push(name),
            Component::ParentDir | Component::Prefix(_) => return Below::Closed,
        }
        match std::fs::symlink_metadata(&at) {
            Ok(facts) if facts.is_symlink() => return Below::Closed,
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => return Below::Closed,
            Err(_) => return Below::Missing,
        }
    }
    Below::Found(at)
}

/// Returns where a path of a container is on this machine; none where it is not there or a link would lead out.
pub(super) fn reached(root: &Path, path: &str) -> Option<PathBuf> {
    match below(root, path) {
        Below::Found(path) => Some(path),
        Below::Missing | Below::Closed => None,
    }
}

/// The path in the answer is the container's own.
fn file_below(by: By, root: &Path, path: &str, left: u64) -> FileAnswer {
    match by.read_below(root, Path::new(path), MAX_FILE.min(left)) {
        Ok(file) => bytes(file, path.to_owned()),
        Err(error) => no_bytes(error, left),
    }
}

fn file(by: By, path: &str, left: u64) -> FileAnswer {
    let found = Path::new(path);
    let real = || {
        let real = std::fs::canonicalize(found);
        real.map_or_else(|_| path.to_owned(), |real| real.to_string_lossy().into_owned())
    };
    match by.read(found, MAX_FILE.min(left)) {
        Ok(file) => bytes(file, real()),
        Err(error) => no_bytes(error, left),
    }
}

fn bytes(file: FileBytes, real_path: String) -> FileAnswer {
    FileAnswer::Bytes {
        links: file.links,
        real_path,
        bytes: Arc::new(WipedBytes::new(file.bytes)),
        stat: file.stat,
    }
}

fn no_bytes(error: ReadError, left: u64) -> FileAnswer {
    match error {
        // The doctor's own limit says nothing of what OpenClaw does with the file.
        ReadError::TooLarge { size, .. } if size > left && size <= MAX_FILE => FileAnswer::Denied,
        ReadError::Missing => FileAnswer::Missing,
        // What an error of the device says of the file is nothing.
        ReadError::Denied | ReadError::Other(_) => FileAnswer::Denied,
        other => FileAnswer::Ignored(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::testkit::put;

    #[test]
    fn a_containers_files_are_read_below_its_root_and_through_no_link() {
        let root = tempfile::tempdir().unwrap();
        put(&root.path().join("home/node/.openclaw/.env"), "K=v\n");
        std::os::unix::fs::symlink("/etc", root.path().join("etc")).unwrap();
        match file_below(By::Asker, root.path(), "/home/node/.openclaw/.env", MAX_FILE) {
            FileAnswer::Bytes { bytes, real_path, .. } => {
                assert_eq!(
                    (&bytes[..], real_path.as_str()),
                    (&b"K=v\n"[..], "/home/node/.openclaw/.env")
                );
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(
            file_below(By::Asker, root.path(), "/home/node/other", MAX_FILE),
            FileAnswer::Missing
        ));
        assert!(matches!(
            file_below(By::Asker, root.path(), "/etc/passwd", MAX_FILE),
            FileAnswer::Denied
        ));
        assert!(matches!(
            file_below(By::Asker, root.path(), "/home/../../etc/passwd", MAX_FILE),
            FileAnswer::Denied
        ));
        assert!(matches!(
            file_below(By::Asker, &root.path().join("gone"), "/x", MAX_FILE),
            FileAnswer::Denied
        ));
    }
}
