//! Where the values of the user manager's block come from, as far as files tell.
//!
//! environment.d files of all directories are sorted by file name, later ones win, and a file
//! masks those of the same name in weaker directories (facts/services.md section 1.4, rows 4, 4b).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::reach::Target;
use crate::collect::ownership::By;
use crate::loader::RawBinding;
use crate::model::snapshot::{Place, Source};
use crate::parse::systemd::environment_d;
use crate::secret::Vault;

/// How many files are read.
const MAX_FILES: usize = 200;
/// Largest file that is read.
const CAP: u64 = 1024 * 1024;

/// Returns the winner of each name that environment.d files set, with its file and line.
pub(super) fn bindings(by: By, target: &Target, root: &str, vault: &Vault) -> Vec<RawBinding> {
    let home = &target.account.home;
    let config = target
        .dirs
        .config_home
        .clone()
        .unwrap_or_else(|| format!("{home}/.config"));
    let system = ["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"];
    let dirs = std::iter::once(format!("{config}/environment.d"))
        .chain(system.iter().map(|dir| format!("{root}{dir}/environment.d")));
    let mut files: BTreeMap<std::ffi::OsString, PathBuf> = BTreeMap::new();
    for dir in dirs {
        for entry in by.entries(Path::new(&dir), MAX_FILES).into_iter().flatten() {
            let name = entry.name;
            let hidden = name.to_string_lossy().starts_with('.');
            if !hidden && Path::new(&name).extension().is_some_and(|end| end == "conf") {
                files.entry(name).or_insert(entry.path);
            }
        }
    }
    let mut known = BTreeMap::from([("HOME".to_owned(), home.clone())]);
    let mut winners: BTreeMap<String, RawBinding> = BTreeMap::new();
    for path in files.into_values().take(MAX_FILES) {
        let Ok(file) = by.read(&path, CAP) else { continue };
        let Ok(text) = environment_d::parse(&file.bytes, &mut known) else {
            continue;
        };
        // The usual link to /etc/environment is named by what people edit.
        let shown = std::fs::read_link(&path)
            .ok()
            .and_then(|_| path.canonicalize().ok())
            .unwrap_or(path);
        for entry in text.entries {
            let binding = RawBinding {
                name: entry.name.clone(),
                value: vault.seal(entry.value),
                source: Source::Manager,
                place: Some(Place::line(shown.to_string_lossy(), entry.line)),
            };
            winners.insert(entry.name, binding);
        }
    }
    winners.into_values().collect()
}

/// Gives the bindings of the manager's block the file and line that set the same value; `files`
/// is sorted by name.
pub(super) fn place(block: &mut [RawBinding], files: &[RawBinding]) {
    for binding in block {
        let found = files
            .binary_search_by(|one| one.name.cmp(&binding.name))
            .ok()
            .and_then(|at| files.get(at));
        if let Some(origin) = found.filter(|one| one.value.same_as(&binding.value)) {
            binding.place.clone_from(&origin.place);
        }
    }
}
