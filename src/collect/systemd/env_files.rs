//! Reading the files that `EnvironmentFile=` names.

use std::path::{Path, PathBuf};

use super::access;
use super::glob::{self, Blind};
use crate::collect::ownership::By;
use crate::collect::read::ReadError;
use crate::loader::{MOST_NAMES, RawBinding};
use crate::model::snapshot::{EnvFile, FileAccess, FileKind, OddLine, Place, Source};
use crate::parse::systemd::env_file;
use crate::parse::systemd::env_file::EnvText;
use crate::platform::systemd::definition::EnvFileRef;
use crate::platform::systemd::dropped_sources;
use crate::secret::Vault;

/// Largest file that is read; systemd itself reads more, but no file of variables is that long.
const CAP: u64 = 1024 * 1024;

/// A file or pattern, read.
pub(super) struct Loaded {
    /// The facts.
    pub(super) facts: EnvFile,
    /// The bindings in order.
    pub(super) bindings: Vec<RawBinding>,
    /// What could not be read.
    pub(super) unknown: Vec<String>,
    /// What could not be read and is told by a finding of its own; that no check may pass over it all the same.
    pub(super) blind: Vec<String>,
}

/// Who opens the file when the service starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// The manager of the account that the doctor runs as.
    Asker,
    /// The system's manager, which may read everything.
    Root,
    /// The manager of another account.
    Other(u32),
}

/// Reads one `EnvironmentFile=`; `budget` is how many bytes the unit's files may still have.
pub(super) fn load(reference: &EnvFileRef, vault: &Vault, budget: &mut u64, by: By, reader: Reader) -> Loaded {
    let mut loaded = Loaded {
        facts: EnvFile {
            path: reference.path.clone(),
            place: Some(reference.place.clone()),
            optional: reference.optional,
            generated: dropped_sources::is_generated(&reference.path),
            files: Vec::new(),
            names: Vec::new(),
            odd_lines: Vec::new(),
            access: Default::default(),
        },
        bindings: Vec::new(),
        unknown: Vec::new(),
        blind: Vec::new(),
    };
    let paths = if glob::is_pattern(&reference.path) {
        glob::expand(by, &reference.path)
    } else {
        Ok(vec![PathBuf::from(&reference.path)])
    };
    match paths {
        Ok(paths) if paths.is_empty() => loaded.refused(&reference.place, "matches no file"),
        Ok(paths) => paths
            .iter()
            .for_each(|path| loaded.one(path, reference, vault, budget, (by, reader))),
        Err(why) => {
            let why = match why {
                Blind::Closed(dir) => format!("the directory {} may not be read", dir.display()),
                Blind::TooMuch => "it stands for more files than are looked through".to_owned(),
            };
            let pattern = &reference.path;
            loaded
                .unknown
                .push(format!("what EnvironmentFile={pattern} gives is not known: {why}"));
        }
    }
    loaded
}

/// Returns the names that a file sets, where it can be read; for a file that is not in use.
pub(super) fn names_in(by: By, path: &Path) -> Vec<String> {
    let text = by
        .read(path, CAP)
        .ok()
        .and_then(|file| env_file::parse(&file.bytes).ok());
    unique(&text.unwrap_or_default())
}

fn unique(text: &EnvText) -> Vec<String> {
    let mut names: Vec<String> = text.entries.iter().map(|one| one.name.clone()).collect();
    names.sort();
    names.dedup();
    names
}

impl Loaded {
    fn one(
        &mut self,
        path: &Path,
        reference: &EnvFileRef,
        vault: &Vault,
        budget: &mut u64,
        (by, reader): (By, Reader),
    ) {
        let shown = path.to_string_lossy().into_owned();
        self.facts.files.push(by.path_facts(path, "environment file"));
        if matches!(reader, Reader::Other(uid) if access::may_read(path, uid) == Some(false)) {
            self.facts.access = FileAccess::Denied;
            return;
        }
        let bytes = match by.read(path, CAP.min(*budget)) {
            Ok(file) => file.bytes,
            Err(ReadError::Missing | ReadError::BadLink) => return self.refused(&reference.place, "does not exist"),
            Err(ReadError::NotRegular(FileKind::Directory)) => {
                return self.refused(&reference.place, "is a directory");
            }
            Err(ReadError::Denied) if reader == Reader::Asker => {
                self.facts.access = FileAccess::Denied;
                // The manager may have been started with other groups than this shell.
                return self
                    .blind
                    .push(format!("{shown}, named by EnvironmentFile=, may not be read by you"));
            }
            Err(why) => {
                self.facts.access = FileAccess::Unknown;
                return self
                    .unknown
                    .push(format!("{shown}, named by EnvironmentFile=, was not read: {why}"));
            }
        };
        *budget = budget.saturating_sub(bytes.len() as u64);
        let text = match env_file::parse(&bytes) {
            Ok(text) => text,
            Err(why) => return self.refused(&Place::file(&shown), &format!("cannot be used: {}", why.words())),
        };
        if text.entries.len() > MOST_NAMES {
            // What it holds is searched for in every output all the same.
            for one in text.entries {
                let value = vault.seal(one.value);
                vault.facts(&one.name, &value);
            }
            self.facts.access = FileAccess::Unknown;
            return self.unknown.push(format!(
                "{shown}, named by EnvironmentFile=, has more than {MOST_NAMES} variables, the most that the doctor takes from one file"
            ));
        }
        for (line, name, what) in &text.odd {
            self.facts.odd_lines.push(OddLine {
                place: Place::line(&shown, *line),
                name: name.clone(),
                what: what.clone(),
            });
        }
        self.facts.names.extend(unique(&text));
        self.facts.names.sort();
        self.facts.names.dedup();
        self.bindings.extend(text.entries.into_iter().map(|one| RawBinding {
            name: one.name,
            value: vault.seal(one.value),
            source: Source::EnvironmentFile,
            place: Some(Place::line(&shown, one.line)),
        }));
    }

    /// systemd goes on without a file marked `-`, and refuses to start the unit without another.
    fn refused(&mut self, place: &Place, why: &str) {
        let what = if self.facts.optional {
            format!("{} {why}; systemd goes on without it and says nothing", self.facts.path)
        } else {
            format!("{} {why}; systemd refuses to start the service", self.facts.path)
        };
        // OpenClaw marks its own file `-` because it is often not there; that is no oddity.
        if !(self.facts.optional && why == "does not exist") {
            self.facts.odd_lines.push(OddLine {
                place: place.clone(),
                name: None,
                what,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::FingerprintKey;

    fn check(files: &[(&str, &[u8])], pattern: &str, optional: bool, values: &[(&str, &str)], odd: usize) {
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            std::fs::write(dir.path().join(name), bytes).unwrap();
        }
        let reference = EnvFileRef {
            path: format!("{}/{pattern}", dir.path().display()),
            optional,
            place: Place::line("/u", 3),
        };
        let vault = Vault::new(FingerprintKey::from_bytes(vec![1]));
        let loaded = load(&reference, &vault, &mut 1000, By::Asker, Reader::Asker);
        let got: Vec<_> = loaded
            .bindings
            .iter()
            .map(|one| (one.name.as_str(), one.value.expose()))
            .collect();
        assert_eq!(got, values, "{pattern}");
        assert_eq!(
            loaded.facts.odd_lines.len(),
            odd,
            "{pattern}: {:?}",
            loaded.facts.odd_lines
        );
        assert!(loaded.unknown.is_empty());
    }

    #[test]
    fn files_are_read_in_order() {
        let two: &[(&str, &[u8])] = &[("b.env", b"K=b\n"), ("a.env", b"K=a\nexport X=1\n")];
        check(two, "*.env", false, &[("K", "a"), ("K", "b")], 1);
        check(two, "none*.env", true, &[], 1);
        check(two, "gone.env", true, &[], 0);
        check(two, "gone.env", false, &[], 1);
        check(&[("n.env", b"K=a\0b")], "n.env", true, &[], 1);
        check(
            &[("gateway.systemd.env", b"K=1")],
            "gateway.systemd.env",
            true,
            &[("K", "1")],
            0,
        );
    }
}
