//! Reading a unit, its drop-ins, its environment files and its backup.

use std::path::{Path, PathBuf};

use super::env_files::{self, Loaded, Reader};
use super::find::Found;
use crate::collect::copied;
use crate::collect::ownership::By;
use crate::collect::read::ReadError;
use crate::model::snapshot::{FileKind, LostSource, PartOf, PathFacts, UnreadPart};
use crate::parse::systemd::unit;
use crate::platform::systemd::definition::{self, Definition, Part};
use crate::platform::systemd::dropped_sources::{self, Lost};
use crate::platform::systemd::specifiers::Specifiers;
use crate::secret::Vault;

/// Largest unit file that is read.
const CAP: u64 = 256 * 1024;

/// How many `EnvironmentFile=` lines are followed, and how many bytes all files may have.
const MAX_ENV_FILES: usize = 64;
const ALL_ENV_FILES: u64 = 4 * 1024 * 1024;

/// A unit with everything it names, read.
pub(super) struct LoadedUnit {
    /// Unit and drop-ins merged.
    pub(super) definition: Definition,
    /// State of the unit file.
    pub(super) fragment: PathFacts,
    /// State of the drop-ins.
    pub(super) drop_ins: Vec<PathFacts>,
    /// Environment files in order.
    pub(super) env_files: Vec<Loaded>,
    /// Parts that could not be read, in words.
    pub(super) unknown: Vec<String>,
    /// Those of them that are whole layers.
    pub(super) blind: Vec<UnreadPart>,
    /// Whether the unit is masked: empty, or a link to `/dev/null`.
    pub(super) masked: bool,
    /// Files beside the drop-ins that systemd does not read.
    pub(super) strays: Vec<Part>,
}

/// Reads a unit.
pub(super) fn load(
    found: &Found,
    specifiers: &Specifiers,
    vault: &Vault,
    moved_to: Option<&str>,
    reader: Reader,
) -> LoadedUnit {
    let mut unknown: Vec<String> = found.closed.clone();
    let mut parts = Vec::new();
    let mut masked = false;
    let files = std::iter::once(&found.fragment).chain(&found.drop_ins);
    for (at, path) in files.enumerate() {
        match read_part(found.by, path, at > 0, moved_to) {
            Ok(part) => {
                masked |= at == 0 && part.text.is_empty() && is_empty(found.by, path);
                parts.push(part);
            }
            // systemd takes a unit that is a link to /dev/null, or empty, for masked.
            Err(ReadError::NotRegular(kind)) if kind == FileKind::Device && leads_to_null(path) => masked |= at == 0,
            Err(why) => unknown.push(format!("{} could not be read: {why}", path.display())),
        }
    }
    let definition = definition::merge(&parts, specifiers, vault);
    let mut blind: Vec<UnreadPart> = unknown.iter().map(|why| PartOf::Definition.unread(why)).collect();
    let mut budget = ALL_ENV_FILES;
    let env_files: Vec<Loaded> = definition
        .env_files
        .iter()
        .take(MAX_ENV_FILES)
        .map(|reference| env_files::load(reference, vault, &mut budget, found.by, reader))
        .collect();
    if definition.env_files.len() > MAX_ENV_FILES {
        unknown.push(format!(
            "only the first {MAX_ENV_FILES} EnvironmentFile= lines were read"
        ));
    }
    unknown.extend(definition.unknown.iter().cloned());
    unknown.extend(env_files.iter().flat_map(|file| file.unknown.iter().cloned()));
    blind.extend(
        env_files
            .iter()
            .flat_map(|file| file.unknown.iter().chain(&file.blind))
            .map(|why| PartOf::Variables.unread(why)),
    );
    if definition.env_files.len() > MAX_ENV_FILES {
        blind.push(PartOf::Variables.unread(format!(
            "more than {MAX_ENV_FILES} EnvironmentFile= lines are given; the doctor reads no more"
        )));
    }
    LoadedUnit {
        fragment: found.by.path_facts(&found.fragment, "unit"),
        drop_ins: found
            .drop_ins
            .iter()
            .map(|path| found.by.path_facts(path, "drop-in"))
            .collect(),
        definition,
        env_files,
        unknown,
        blind,
        masked,
        strays: found
            .strays
            .iter()
            .filter_map(|path| read_part(found.by, path, true, moved_to).ok())
            .collect(),
    }
}

/// Returns the last `User=` of a unit and its drop-ins, where it is a plain name or number.
pub(super) fn user_of(found: &Found) -> Option<String> {
    let files = std::iter::once(&found.fragment).chain(&found.drop_ins);
    let parts: Vec<Part> = files
        .filter_map(|path| read_part(found.by, path, false, None).ok())
        .collect();
    let lines = parts.iter().flat_map(|part| part.text.section("Service"));
    let last = lines.filter(|line| line.key == "User").last()?;
    let (_, instance) = crate::platform::systemd::names::instance(&found.unit).unwrap_or(("", ""));
    Some(last.value.replace("%i", instance)).filter(|name| !name.is_empty())
}

fn is_empty(by: By, path: &Path) -> bool {
    by.stat(path).get().is_some_and(|stat| stat.size == 0)
}

fn leads_to_null(path: &Path) -> bool {
    std::fs::canonicalize(path).is_ok_and(|real| real == Path::new("/dev/null"))
}

/// `moved_to` takes the place of the home that the text names.
fn read_part(by: By, path: &Path, drop_in: bool, moved_to: Option<&str>) -> Result<Part, ReadError> {
    let file = by.read(path, CAP)?;
    let bytes = match moved_to {
        Some(home) => copied::moved(&String::from_utf8_lossy(&file.bytes), home).into_bytes(),
        None => file.bytes,
    };
    Ok(Part {
        path: path.to_string_lossy().into_owned(),
        drop_in,
        text: unit::parse(&bytes),
    })
}

/// Compares with the backup that a reinstall left beside the unit.
pub(super) fn lost_sources(
    found: &Found,
    now: &Definition,
    specifiers: &Specifiers,
    vault: &Vault,
    still_set: impl Fn(&str) -> bool,
) -> Vec<LostSource> {
    let mut path = found.fragment.clone().into_os_string();
    path.push(".bak");
    let path = PathBuf::from(path);
    let Ok(part) = read_part(found.by, &path, false, None) else {
        return Vec::new();
    };
    let backup = part.path.clone();
    let before = definition::merge(&[part], specifiers, vault);
    dropped_sources::compare(&before, now, still_set)
        .into_iter()
        .map(|one| match one {
            Lost::File(what) => LostSource {
                backup: backup.clone(),
                directive: "EnvironmentFile".to_owned(),
                names: env_files::names_in(found.by, Path::new(&what)),
                what,
            },
            Lost::Variable(what) => LostSource {
                backup: backup.clone(),
                directive: "Environment".to_owned(),
                names: vec![what.clone()],
                what,
            },
        })
        .collect()
}
