//! What the programs of a launch chain are on disk. They are read, never run.

use std::collections::BTreeSet;
use std::path::Path;

use super::context::Context;
use super::ownership::By;
use super::startup_files;
use crate::loader::RawBinding;
use crate::model::snapshot::{Link, LinkKind, Place, Source};
use crate::parse::rc::rc_file;
use crate::parse::rc::rc_file::Dialect;
use crate::platform::launch::{self, Chain, Change, Files, Program};
use crate::secret::Vault;

/// Largest script that is read.
const SCRIPT_CAP: u64 = 64 << 10;
/// Most files of a directory of variables, and the largest of them.
const DIR_LIMIT: usize = 256;
const VALUE_CAP: u64 = 64 << 10;
/// Where a manager looks for a program without a slash (systemd.exec(5), `PATH`).
const SEARCHED: &[&str] = &[
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
];

/// The disk, for the chain.
pub struct Disk {
    /// Directory of relative paths.
    pub cwd: String,
    /// `BASH_ENV` of the service.
    pub bash_env: Option<String>,
    /// On whose word the next program is read: who owns a script that was read has a share in what it names.
    pub by: By,
}

impl Files for Disk {
    fn program(&mut self, path: &str) -> Program {
        let found = if path.contains('/') {
            self.by.read(&Path::new(&self.cwd).join(path), SCRIPT_CAP).ok()
        } else {
            SEARCHED
                .iter()
                .find_map(|dir| self.by.read(&Path::new(dir).join(path), SCRIPT_CAP).ok())
        };
        match found {
            None => Program::Unseen,
            Some(file) if file.bytes.contains(&0) => Program::Binary,
            Some(file) => {
                self.by = file.names;
                Program::Script(String::from_utf8_lossy(&file.bytes).into_owned())
            }
        }
    }

    fn bash_env(&self) -> Option<String> {
        self.bash_env.clone()
    }

    /// One variable for each file: the first line, NUL read as a line feed (daemontools envdir(8)).
    fn env_dir(&mut self, path: &str) -> Option<Vec<(String, String)>> {
        let dir = Path::new(&self.cwd).join(path);
        let mut found = Vec::new();
        for entry in self.by.entries(&dir, DIR_LIMIT).ok()? {
            let name = entry.name.into_string().ok()?;
            if !crate::secret::value::is_env_name(&name) {
                continue;
            }
            let file = self.by.read(&entry.path, VALUE_CAP).ok()?;
            let text = String::from_utf8_lossy(&file.bytes);
            let line = text.split('\n').next().unwrap_or_default();
            found.push((name, line.trim_end_matches([' ', '\t']).replace('\0', "\n")));
        }
        found.sort();
        Some(found)
    }
}

/// What a chain leaves known of single names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Names that it sets or removes after all that is not known: nothing before can change them.
    pub settled: Vec<String>,
    /// Names that it may set, change or remove.
    pub doubtful: Vec<String>,
}

/// Applies what the chain is known to change to a service's bindings.
pub fn apply(chain: &Chain, env: &mut Vec<RawBinding>, vault: &Vault, place: Option<&Place>) -> Outcome {
    let (mut settled, mut doubtful) = (BTreeSet::new(), BTreeSet::new());
    let mut open = false;
    // What the words of a command were made from: `env -i NAME=$NAME` takes the value from before.
    let mut before: Option<Vec<RawBinding>> = None;
    for change in &chain.changes {
        let (name, value, script) = match change {
            Change::Clear(_) => {
                before = Some(std::mem::take(env));
                (settled, doubtful, open) = (BTreeSet::new(), BTreeSet::new(), false);
                continue;
            }
            // It may change what the chain itself set before.
            Change::Anything => {
                env.retain(|one| !settled.contains(&one.name));
                doubtful.append(&mut settled);
                open = true;
                continue;
            }
            Change::Remove(name) => (name, Some(None), None),
            Change::Doubt(name) => (name, None, None),
            Change::Set {
                name,
                value,
                script,
                expands: false,
            } => (name, Some(Some(value.clone())), script.as_ref()),
            Change::Set {
                name, value, script, ..
            } => {
                let known = |wanted: &str| -> Option<String> {
                    if doubtful.contains(wanted) || open && !settled.contains(wanted) {
                        return None;
                    }
                    let mut given = before.iter().flatten().chain(env.iter()).rev();
                    let found = given.find(|one| one.name == wanted)?;
                    Some(found.value.expose().to_owned())
                };
                (name, launch::put_in(value, known).map(Some), script.as_ref())
            }
        };
        env.retain(|one| one.name != *name);
        match value {
            None => {
                settled.remove(name);
                doubtful.insert(name.clone());
            }
            Some(value) => {
                doubtful.remove(name);
                settled.insert(name.clone());
                env.extend(value.map(|value| RawBinding {
                    name: name.clone(),
                    value: vault.seal(value),
                    source: Source::Launcher,
                    place: script.map(|path| Place::file(path.clone())).or_else(|| place.cloned()),
                }));
            }
        }
    }
    env.sort_by(|a, b| a.name.cmp(&b.name));
    Outcome {
        settled: settled.into_iter().collect(),
        doubtful: doubtful.into_iter().collect(),
    }
}

/// Adds to the links which credentials their scripts assign. `by` is the definition's.
pub fn note_assignments(ctx: &Context<'_>, links: &mut [Link], mut by: By) {
    for link in links.iter_mut().filter(|link| link.kind == LinkKind::Script) {
        if let Ok(file) = by.read(Path::new(&link.program), SCRIPT_CAP) {
            by = file.names;
            let text = String::from_utf8_lossy(&file.bytes);
            let contents = rc_file::parse(&text, Dialect::Posix);
            link.assigns = startup_files::assignments(ctx, &contents, &ctx.request.keys);
        }
    }
}
