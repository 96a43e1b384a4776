//! What the programs of a launch chain are on disk. They are read, never run.

use std::path::Path;

use super::context::Context;
use super::{read, startup_files};
use crate::loader::RawBinding;
use crate::model::snapshot::{Link, LinkKind, Place, Source};
use crate::parse::rc::rc_file;
use crate::parse::rc::rc_file::Dialect;
use crate::platform::launch::{Chain, Change, Files, Program};
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
}

impl Files for Disk {
    fn program(&mut self, path: &str) -> Program {
        let found = if path.contains('/') {
            read::read(&Path::new(&self.cwd).join(path), SCRIPT_CAP).ok()
        } else {
            SEARCHED
                .iter()
                .find_map(|dir| read::read(&Path::new(dir).join(path), SCRIPT_CAP).ok())
        };
        match found {
            None => Program::Unseen,
            Some(file) if file.bytes.contains(&0) => Program::Binary,
            Some(file) => Program::Script(String::from_utf8_lossy(&file.bytes).into_owned()),
        }
    }

    /// One variable for each file: the first line, NUL read as a line feed (daemontools envdir(8)).
    fn env_dir(&mut self, path: &str) -> Option<Vec<(String, String)>> {
        let dir = Path::new(&self.cwd).join(path);
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&dir).ok()?.take(DIR_LIMIT) {
            let name = entry.ok()?.file_name().into_string().ok()?;
            if !crate::secret::value::is_env_name(&name) {
                continue;
            }
            let file = read::read(&dir.join(&name), VALUE_CAP).ok()?;
            let text = String::from_utf8_lossy(&file.bytes);
            let line = text.split('\n').next().unwrap_or_default();
            found.push((name, line.trim_end_matches([' ', '\t']).replace('\0', "\n")));
        }
        found.sort();
        Some(found)
    }
}

/// Applies what the chain is known to change to a service's bindings.
pub fn apply(chain: &Chain, env: &mut Vec<RawBinding>, vault: &Vault, place: Option<&Place>) {
    for change in &chain.changes {
        match change {
            Change::Clear => env.clear(),
            Change::Remove(name) => env.retain(|one| one.name != *name),
            Change::Set { name, value, script } => {
                env.retain(|one| one.name != *name);
                env.push(RawBinding {
                    name: name.clone(),
                    value: vault.seal(value.as_str()),
                    source: Source::Launcher,
                    place: script
                        .as_ref()
                        .map(|path| Place::file(path.clone()))
                        .or_else(|| place.cloned()),
                });
            }
        }
    }
    env.sort_by(|a, b| a.name.cmp(&b.name));
}

/// Adds to the links which credentials their scripts assign.
pub fn note_assignments(ctx: &Context<'_>, links: &mut [Link]) {
    for link in links.iter_mut().filter(|link| link.kind == LinkKind::Script) {
        if let Ok(file) = read::read(Path::new(&link.program), SCRIPT_CAP) {
            let text = String::from_utf8_lossy(&file.bytes);
            let contents = rc_file::parse(&text, Dialect::Posix);
            link.assigns = startup_files::assignments(ctx, &contents, &ctx.request.keys);
        }
    }
}
