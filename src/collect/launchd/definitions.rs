//! The plists of launchd's three directories, and which of them define a Gateway.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::collect::copied;
use crate::collect::ownership::By;
use crate::model::snapshot::Scope;
use crate::parse::launchd::plist_bounded::MAX_BYTES;
use crate::parse::launchd::plist_file;
use crate::parse::launchd::plist_file::LaunchdPlist;
use crate::platform::launchd::{labels, launch};

/// How many entries of one directory are looked at.
const MAX_ENTRIES: usize = 4000;

/// A plist that defines a Gateway, or has the name of one.
#[derive(Debug)]
pub(super) struct Definition {
    /// `Label`, or the name of the file where it has none.
    pub(super) label: String,
    /// The file.
    pub(super) path: PathBuf,
    /// Whose manager loads it.
    pub(super) scope: Scope,
    /// Its contents, or why they are not known.
    pub(super) plist: Result<LaunchdPlist, String>,
}

/// Definitions of Gateways in order of their labels, and where they were looked for.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub(super) found: Vec<Definition>,
    /// The places looked at, with what could not be read.
    pub(super) looked_at: Vec<String>,
    /// The folders that could not be listed, and why, in words: a definition could be there.
    pub(super) closed: Vec<String>,
}

/// Looks for definitions.
/// Of a copied home (`moved_to`) only its own directory counts.
pub(super) fn find(by: By, home: &Path, wanted: &str, moved_to: Option<&str>) -> Search {
    let places = [
        (home.join("Library/LaunchAgents"), Scope::User),
        (PathBuf::from("/Library/LaunchAgents"), Scope::User),
        (PathBuf::from("/Library/LaunchDaemons"), Scope::System),
    ];
    let count = if moved_to.is_some() { 1 } else { places.len() };
    find_in(by, places.into_iter().take(count), wanted, moved_to)
}

fn find_in(by: By, places: impl Iterator<Item = (PathBuf, Scope)>, wanted: &str, moved_to: Option<&str>) -> Search {
    let Search {
        mut found,
        mut looked_at,
        mut closed,
    } = Search::default();
    for (directory, scope) in places {
        match plists(by, &directory) {
            Ok(paths) => {
                looked_at.push(directory.to_string_lossy().into_owned());
                for path in paths {
                    let mut plist = load(by, &path);
                    if let (Ok(plist), Some(home)) = (&mut plist, moved_to) {
                        copied::moved_plist(plist, home);
                    }
                    let definition = Definition {
                        label: String::new(),
                        path,
                        scope,
                        plist,
                    };
                    take(&mut found, &mut looked_at, definition, wanted);
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                looked_at.push(format!("{} (it does not exist)", directory.display()));
            }
            Err(error) => closed.push(match error.kind() {
                std::io::ErrorKind::PermissionDenied => {
                    format!("{} may not be listed by this user", directory.display())
                }
                _ => format!("{} could not be listed: {error}", directory.display()),
            }),
        }
    }
    found.sort_by(|a, b| a.label.cmp(&b.label));
    Search {
        found,
        looked_at,
        closed,
    }
}

fn take(found: &mut Vec<Definition>, looked_at: &mut Vec<String>, definition: Definition, wanted: &str) {
    let path = &definition.path;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let plist = &definition.plist;
    let label = plist
        .as_ref()
        .ok()
        .and_then(|plist| plist.label.clone())
        .filter(|label| !label.is_empty())
        .unwrap_or_else(|| stem.clone());
    let is_ours = match plist {
        Ok(plist) => label == wanted || is_gateway(plist),
        Err(why) => {
            looked_at.push(format!("{} ({why})", path.display()));
            stem == wanted || labels::is_ours(&stem)
        }
    };
    if is_ours {
        found.push(Definition { label, ..definition });
    }
}

/// Reads one plist.
pub(super) fn load(by: By, path: &Path) -> Result<LaunchdPlist, String> {
    let file = by.read(path, MAX_BYTES).map_err(|error| error.to_string())?;
    plist_file::parse(&file.bytes).map_err(|error| error.to_string())
}

fn is_gateway(plist: &LaunchdPlist) -> bool {
    let environment: BTreeMap<&str, &str> = plist
        .environment_variables
        .iter()
        .map(|one| (one.name.as_str(), one.value.as_str()))
        .collect();
    launch::is_gateway(plist.program.as_deref(), &plist.program_arguments, &environment)
}

fn plists(by: By, directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = by.entries(directory, MAX_ENTRIES)?;
    let mut paths: Vec<PathBuf> = entries
        .into_iter()
        .map(|entry| entry.path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "plist"))
        .collect();
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::testkit::put;

    const WORDS: &str = "<array><string>/opt/homebrew/bin/node</string>\
                         <string>/x/openclaw/dist/index.js</string><string>gateway</string></array>";

    fn xml(label: &str) -> String {
        format!(
            "<plist version=\"1.0\"><dict><key>Label</key><string>{label}</string><key>ProgramArguments</key>{WORDS}</dict></plist>"
        )
    }

    /// The same as a binary list.
    fn binary(label: &str) -> Vec<u8> {
        let value = plist::Value::from_reader_xml(xml(label).as_bytes()).unwrap();
        let mut bytes = Vec::new();
        value.to_writer_binary(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn all_three_folders_and_both_forms_are_read() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        put(&at("me/ai.openclaw.gateway.plist"), xml("ai.openclaw.gateway"));
        put(
            &at("all/homebrew.mxcl.openclaw.plist"),
            binary("homebrew.mxcl.openclaw"),
        );
        put(&at("system/com.clawdbot.gateway.plist"), binary("com.clawdbot.gateway"));
        put(
            &at("system/com.apple.other.plist"),
            "<plist version=\"1.0\"><dict/></plist>",
        );
        let places = [
            (at("me"), Scope::User),
            (at("all"), Scope::User),
            (at("system"), Scope::System),
            (at("gone"), Scope::System),
        ];
        let Search { found, looked_at, .. } = find_in(By::Asker, places.into_iter(), "ai.openclaw.gateway", None);
        let told: Vec<_> = found.iter().map(|one| (one.label.as_str(), one.scope)).collect();
        assert_eq!(
            told,
            [
                ("ai.openclaw.gateway", Scope::User),
                ("com.clawdbot.gateway", Scope::System),
                ("homebrew.mxcl.openclaw", Scope::User),
            ]
        );
        assert!(
            found
                .iter()
                .all(|one| one.plist.as_ref().is_ok_and(|plist| plist.program_arguments.len() == 3))
        );
        assert!(
            looked_at
                .iter()
                .any(|place| place.ends_with("gone (it does not exist)"))
        );
    }
}
