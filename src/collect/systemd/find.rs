//! Finding Gateway units and their drop-ins in the directories systemd searches.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::collect::ownership::By;
use crate::collect::read::ReadError;
use crate::model::snapshot::Scope;
use crate::parse::systemd::unit;
use crate::platform::systemd::{exec, names, paths};

/// How many entries of a directory are looked at.
const MAX_ENTRIES: usize = 4096;
/// How many unit files of one scope are opened to look for a Gateway.
const MAX_OPENED: usize = 500;
/// How many Gateway units of one scope are reported.
const MAX_FOUND: usize = 64;
/// How many files beside the drop-ins are read.
const MAX_STRAYS: usize = 16;
/// Largest unit file that is searched.
const CAP: u64 = 256 * 1024;
/// Largest wrapper script that is searched.
const SCRIPT_CAP: u64 = 64 * 1024;
/// Where packages of the system put their programs: no wrapper of the user's own.
const SYSTEM_DIRS: &[&str] = &[
    "/usr/bin/",
    "/usr/sbin/",
    "/usr/lib/",
    "/usr/libexec/",
    "/bin/",
    "/sbin/",
    "/lib/",
];

/// A unit on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Unit name, with the instance where it is a template.
    pub(super) unit: String,
    /// Whose manager.
    pub(super) scope: Scope,
    /// The unit file.
    pub(super) fragment: PathBuf,
    /// Drop-ins in the order in which they apply.
    pub(super) drop_ins: Vec<PathBuf>,
    /// Directories that could not be looked into, and why, in words.
    pub(super) closed: Vec<String>,
    /// Files beside the drop-ins, or in a directory of nearly their name, that systemd does not read.
    pub(super) strays: Vec<PathBuf>,
    /// On whose word they are read, and what they name.
    pub(super) by: By,
}

/// The directories of a scope, listed once.
pub(super) struct Dirs {
    scope: Scope,
    by: By,
    listed: Vec<Listed>,
    /// Directories that exist, for the record of what was looked at.
    pub(super) looked_at: Vec<String>,
    /// What could not be looked into, and why, in words: a unit or drop-ins could be there.
    pub(super) closed: Vec<String>,
}

struct Listed {
    path: PathBuf,
    vendor: bool,
    /// Names that end in `.service` or in `.service.d` / `service.d`, sorted.
    names: Vec<String>,
    /// Those of them that are links.
    links: BTreeSet<String>,
}

impl Dirs {
    /// Lists the directories of a scope; one that is a link to another counts once.
    pub(super) fn list(scope: Scope, by: By, dirs: &[String]) -> Self {
        let mut all = Dirs {
            scope,
            by,
            listed: Vec::new(),
            looked_at: Vec::new(),
            closed: Vec::new(),
        };
        let mut seen: Vec<PathBuf> = Vec::new();
        for dir in dirs {
            let entries = match by.entries(Path::new(dir), MAX_ENTRIES) {
                Ok(entries) => entries,
                Err(error) => {
                    all.closed.extend(unlisted(dir, &error));
                    continue;
                }
            };
            if entries.len() == MAX_ENTRIES {
                all.closed
                    .push(format!("{dir} has more entries than are looked through"));
            }
            let real = std::fs::canonicalize(dir).unwrap_or_else(|_| PathBuf::from(dir));
            if seen.contains(&real) {
                continue;
            }
            seen.push(real.clone());
            // A link such as Debian's /etc/xdg/systemd/user goes by the name people know.
            let linked = std::fs::symlink_metadata(dir).is_ok_and(|facts| facts.is_symlink());
            let dir = if linked { real } else { PathBuf::from(dir) };
            let mut names = Vec::new();
            let mut links = BTreeSet::new();
            for entry in entries {
                let Ok(name) = entry.name.into_string() else {
                    continue;
                };
                if name.ends_with(".service") || name.ends_with("service.d") {
                    // The listing tells links apart; a readlink for each of some hundred units would not be cheap.
                    if entry.is_link {
                        links.insert(name.clone());
                    }
                    names.push(name);
                }
            }
            names.sort();
            let shown = dir.to_string_lossy().into_owned();
            all.listed.push(Listed {
                vendor: paths::is_vendor(&shown),
                path: dir,
                names,
                links,
            });
            all.looked_at.push(shown);
        }
        all
    }

    /// Finds all Gateway units, by name or by what they start. `user` is the instance that
    /// stands in for templates nobody has instantiated; none where nobody is meant by it.
    pub(super) fn gateways(&mut self, wanted: &str, user: Option<&str>) -> Vec<Found> {
        let mut units: BTreeMap<String, PathBuf> = BTreeMap::new();
        let mut masked_by_stronger: BTreeSet<&str> = BTreeSet::new();
        let mut opened = 0;
        let mut closed = Vec::new();
        for dir in &self.listed {
            for name in dir.names.iter().filter(|name| name.ends_with(".service")) {
                if units.contains_key(name) || masked_by_stronger.contains(name.as_str()) {
                    continue;
                }
                let path = dir.path.join(name);
                let by_name = name == wanted || names::is_gateway(name);
                if dir.links.contains(name) && alias_target(&path, name).is_some() {
                    continue;
                }
                let look = !by_name && (!dir.vendor || names::is_suspect(name)) && opened < MAX_OPENED;
                opened += usize::from(look);
                let starts = match look.then(|| self.starts_gateway(&path)) {
                    Some(Err(why)) if names::is_suspect(name) && why.is_out_of_reach() => {
                        closed.push(format!("{} could not be read: {why}", path.display()));
                        false
                    }
                    starts => matches!(starts, Some(Ok(true))),
                };
                if by_name || starts {
                    units.insert(name.clone(), path);
                } else {
                    masked_by_stronger.insert(name);
                }
            }
        }
        let mut found = Vec::new();
        for (name, path) in units {
            match names::instance(&name) {
                Some((_, "")) => {
                    let mut instances = self.instances(&name);
                    if instances.is_empty() {
                        instances.extend(user.map(|user| name.replacen("@.", &format!("@{user}."), 1)));
                    }
                    found.extend(instances.into_iter().map(|unit| self.unit(unit, path.clone())));
                }
                _ => found.push(self.unit(name, path)),
            }
        }
        if found.len() > MAX_FOUND {
            // By name alone, the unit of the default profile comes after those of all the others.
            found.sort_by_key(|one| one.unit != wanted);
            found.truncate(MAX_FOUND);
            found.sort_by(|one, other| one.unit.cmp(&other.unit));
        }
        self.closed.extend(closed);
        found
    }

    fn starts_gateway(&self, path: &Path) -> Result<bool, ReadError> {
        let by = match self.scope {
            Scope::User => self.by,
            Scope::System => By::of_owner(path),
        };
        starts_gateway(by, path)
    }

    /// Returns a unit with its drop-ins.
    pub(super) fn unit(&self, unit: String, fragment: PathBuf) -> Found {
        let mut found = Found {
            unit,
            scope: self.scope,
            fragment,
            drop_ins: Vec::new(),
            // Each of them could have drop-ins, or a unit of this name that goes before.
            closed: self.closed.clone(),
            strays: Vec::new(),
            by: self.by,
        };
        let own = paths::drop_in_names(&found.unit);
        let exact = self
            .listed
            .iter()
            .flat_map(|dir| own.iter().map(move |name| (dir, name.as_str())));
        let wide = self.listed.iter().map(|dir| (dir, paths::TYPE_WIDE));
        // Of one file name the strongest directory's file counts; all are then sorted by name.
        let mut by_name: BTreeMap<std::ffi::OsString, PathBuf> = BTreeMap::new();
        for (dir, name) in exact.chain(wide) {
            if dir.names.binary_search_by(|one| one.as_str().cmp(name)).is_err() {
                continue;
            }
            let path = dir.path.join(name);
            match self.by.entries(&path, MAX_ENTRIES) {
                Ok(entries) => {
                    for entry in entries {
                        let file = entry.name;
                        let conf = Path::new(&file).extension().is_some_and(|end| end == "conf");
                        let hidden = file.to_string_lossy().starts_with('.');
                        if conf && !hidden {
                            by_name.entry(file).or_insert(entry.path);
                        } else if !hidden && name != paths::TYPE_WIDE {
                            found.strays.push(entry.path);
                        }
                    }
                }
                Err(error) => found.closed.extend(unlisted(&path.to_string_lossy(), &error)),
            }
        }
        found.drop_ins = by_name.into_values().collect();
        found.strays.extend(self.misnamed(&found.unit));
        found.strays.sort();
        found.strays.truncate(MAX_STRAYS);
        if self.scope == Scope::System {
            let files = std::iter::once(&found.fragment).chain(&found.drop_ins);
            found.by = By::of_files(files.map(PathBuf::as_path));
        }
        found
    }

    /// Files in directories that were meant for drop-ins of a unit and have another name.
    fn misnamed(&self, unit: &str) -> Vec<PathBuf> {
        let stem = unit.strip_suffix(".service").unwrap_or(unit);
        let names = [
            format!("{stem}.d"),
            format!("{stem}.conf.d"),
            format!("{unit}.conf.d"),
            format!("{stem}.service"),
            format!("{unit}.d.conf"),
        ];
        let own = self.listed.iter().filter(|dir| !dir.vendor);
        own.flat_map(|dir| names.iter().map(|name| dir.path.join(name)))
            .filter_map(|path| self.by.entries(&path, MAX_STRAYS).ok())
            .flatten()
            .map(|entry| entry.path)
            .filter(|path| path.extension().is_some_and(|end| end == "conf"))
            .collect()
    }

    /// Instances of a template that a `.wants` directory names, or a link beside it.
    fn instances(&self, template: &str) -> Vec<String> {
        let Some((prefix, _)) = names::instance(template) else {
            return Vec::new();
        };
        let is_instance = |name: &str| {
            name != template
                && names::instance(name).is_some_and(|(head, instance)| head == prefix && !instance.is_empty())
        };
        let mut found = Vec::new();
        for dir in &self.listed {
            found.extend(dir.names.iter().filter(|name| is_instance(name)).cloned());
            let entries = self.by.entries(&dir.path, MAX_ENTRIES).into_iter().flatten();
            for wants in entries.filter(|entry| entry.path.extension().is_some_and(|end| end == "wants")) {
                let links = self.by.entries(&wants.path, MAX_ENTRIES).into_iter().flatten();
                found.extend(
                    links
                        .filter_map(|link| link.name.into_string().ok())
                        .filter(|name| is_instance(name)),
                );
            }
        }
        found.sort();
        found.dedup();
        found.truncate(MAX_FOUND);
        found
    }
}

/// Returns the other unit that a link of this name stands for.
fn alias_target(path: &Path, name: &str) -> Option<String> {
    let target = std::fs::read_link(path).ok()?;
    let target = target.file_name()?.to_str()?.to_owned();
    (target != name && target.ends_with(".service")).then_some(target)
}

/// What is neither there nor a folder has nothing in it; else something could be.
fn unlisted(dir: &str, error: &std::io::Error) -> Option<String> {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => None,
        ErrorKind::PermissionDenied => Some(format!("{dir} may not be listed by this user")),
        _ => Some(format!("{dir} could not be listed: {error}")),
    }
}

fn starts_gateway(by: By, path: &Path) -> Result<bool, ReadError> {
    let file = by.read(path, CAP)?;
    let has = |word: &[u8]| file.bytes.windows(word.len()).any(|part| part == word);
    // Cheap words first: nearly all units stop here.
    if !has(b"ExecStart") {
        return Ok(false);
    }
    let named = has(b"gateway");
    Ok(unit::parse(&file.bytes)
        .section("Service")
        .filter(|one| one.key == "ExecStart")
        .any(|one| named && exec::starts_gateway(&one.value) || runs_wrapper(file.names, path, &one.value)))
}

/// Returns whether a command line names a script outside the system's own folders whose text starts a Gateway.
fn runs_wrapper(by: By, unit: &Path, line: &str) -> bool {
    let home = unit
        .to_str()
        .and_then(|path| path.split_once("/.config/systemd/"))
        .map(|(home, _)| home);
    let words = line.split_whitespace().take(8);
    let scripts = words.map(|word| {
        word.trim_start_matches(['-', ':', '+', '!', '@'])
            .trim_matches(['"', '\''])
    });
    scripts
        .map(|word| word.replace("%h", home.unwrap_or("%h")))
        .filter(|word| word.starts_with('/') && !SYSTEM_DIRS.iter().any(|dir| word.starts_with(dir)))
        .any(|word| {
            let Ok(file) = by.read(Path::new(&word), SCRIPT_CAP) else {
                return false;
            };
            let text = String::from_utf8_lossy(&file.bytes).to_ascii_lowercase();
            text.starts_with("#!") && text.contains("openclaw") && text.contains("gateway")
        })
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
