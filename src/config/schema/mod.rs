//! What channels and plugins take: JSON Schemas of the release, or of a manifest that is installed.
//!
//! The table lies in the program compressed (`build.rs`) and is opened when a config first asks for it; a schema is
//! parsed when a config reaches it. `scripts/plugin-tables` writes it, and its head describes the format.

mod check;
mod regex;
mod union;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::OnceLock;

use serde_json::Value;

use crate::product::rules::Release;

pub(super) use check::{Checked, check};

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/plugins.z"));

/// Where the plugin of a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    /// In the package.
    Here,
    /// An official plugin that is installed apart from the package.
    Away,
    /// Known, and refused in a config.
    Hidden,
}

/// A channel of a release.
#[derive(Debug, Clone, Copy)]
pub(super) struct Channel {
    /// Its plugin.
    pub(super) owner: &'static str,
    /// Where that is.
    pub(super) lies: Where,
    root: &'static str,
}

/// The table of one release.
#[derive(Debug)]
pub(super) struct Tables {
    defs: BTreeMap<&'static str, &'static str>,
    channels: Vec<(&'static str, Channel)>,
    plugins: Vec<(&'static str, &'static str)>,
}

impl Tables {
    /// Returns the table of the newest release.
    pub(super) fn newest() -> &'static Tables {
        Tables::of(None)
    }

    /// Returns the table of a release: its own, else that of the nearest one below it, else the oldest. Without a release
    /// the newest.
    pub(super) fn of(release: Option<Release>) -> &'static Tables {
        static TABLES: OnceLock<Vec<(Release, OnceLock<Tables>)>> = OnceLock::new();
        static NONE: Tables = Tables {
            defs: BTreeMap::new(),
            channels: Vec::new(),
            plugins: Vec::new(),
        };
        let tables = TABLES.get_or_init(|| {
            let releases = text().lines().filter_map(|line| line.strip_prefix("release "));
            releases
                .filter_map(Release::parse)
                .map(|release| (release, OnceLock::new()))
                .collect()
        });
        let below = |release: Release| tables.iter().rposition(|(known, _)| *known <= release).unwrap_or(0);
        let at = release.map_or(tables.len().saturating_sub(1), below);
        tables.get(at).map_or(&NONE, |(release, table)| {
            table.get_or_init(|| Tables::read(text(), &release.to_string()))
        })
    }

    fn read(text: &'static str, release: &str) -> Tables {
        let mut tables = Tables {
            defs: BTreeMap::new(),
            channels: Vec::new(),
            plugins: Vec::new(),
        };
        let mut ours = false;
        for line in text.lines() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "def" => tables.defs.extend(rest.split_once(' ')),
                "release" => ours = rest == release,
                "channel" if ours => {
                    let mut words = rest.split(' ');
                    let mut next = || words.next().unwrap_or_default();
                    let (id, owner) = (next(), next());
                    let lies = match next() {
                        "here" => Where::Here,
                        "hidden" => Where::Hidden,
                        _ => Where::Away,
                    };
                    let root = next();
                    tables.channels.push((id, Channel { owner, lies, root }));
                }
                "plugin" if ours => tables.plugins.extend(rest.split_once(' ')),
                _ => {}
            }
        }
        tables
    }

    /// Returns a channel by its id.
    pub(super) fn channel(&self, id: &str) -> Option<Channel> {
        self.channels
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, channel)| *channel)
    }

    /// Returns all channels and their ids, in the order of the table.
    pub(super) fn channels(&self) -> impl Iterator<Item = &(&'static str, Channel)> {
        self.channels.iter()
    }

    /// Returns what a channel takes; none where the release does not check it.
    pub(super) fn of_channel(&self, channel: Channel) -> Option<Rc<Value>> {
        self.part(channel.root)
    }

    /// Returns what a plugin of the package takes as its `config`.
    pub(super) fn of_plugin(&self, id: &str) -> Option<Rc<Value>> {
        let (_, root) = self.plugins.iter().find(|(known, _)| *known == id)?;
        self.part(root)
    }

    /// Returns the ids of the package's plugins.
    pub(super) fn plugin_ids(&self) -> impl Iterator<Item = &'static str> {
        self.plugins.iter().map(|(id, _)| *id)
    }

    /// Returns a part that occurs more than once.
    pub(super) fn named(&self, name: &str) -> Option<Rc<Value>> {
        self.part(name)
    }

    fn part(&self, name: &str) -> Option<Rc<Value>> {
        Some(Rc::new(serde_json::from_str(self.defs.get(name)?).ok()?))
    }
}

fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let plain = miniz_oxide::inflate::decompress_to_vec(PACKED).unwrap_or_default();
        String::from_utf8(plain).unwrap_or_default()
    })
}

/// Where the references of a schema lead.
pub(super) enum Home<'s> {
    /// To parts of the table.
    Table(&'static Tables, RefCell<HashMap<String, Rc<Value>>>),
    /// Into the document of a manifest.
    Document(&'s Value),
}

impl<'s> Home<'s> {
    /// The home of schemas of the table.
    pub(super) fn table(tables: &'static Tables) -> Self {
        Home::Table(tables, RefCell::default())
    }

    /// Returns the part that a reference names.
    fn part(&self, name: &str) -> Option<Rc<Value>> {
        match self {
            Home::Table(tables, known) => {
                if let Some(part) = known.borrow().get(name) {
                    return Some(Rc::clone(part));
                }
                let part = tables.part(name)?;
                known.borrow_mut().insert(name.to_owned(), Rc::clone(&part));
                Some(part)
            }
            Home::Document(root) => {
                let part = match name.strip_prefix('#')? {
                    "" => Some(*root),
                    pointer => root.pointer(pointer),
                };
                part.cloned().map(Rc::new)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reference or pattern that leads nowhere would silently accept everything.
    #[test]
    fn every_schema_of_the_table_can_be_read() {
        let tables = Tables::newest();
        assert!(tables.channels.len() > 20 && tables.plugins.len() > 50 && tables.defs.len() > 100);
        let roots = tables.channels.iter().map(|(_, channel)| channel.root);
        for root in roots.chain(tables.plugins.iter().map(|(_, root)| *root)) {
            assert!(root == "-" || tables.defs.contains_key(root), "{root}");
        }
        for (name, body) in &tables.defs {
            let part: Value = serde_json::from_str(body).unwrap();
            follow(tables, &part, name);
        }
    }

    fn follow(tables: &Tables, part: &Value, name: &str) {
        match part {
            Value::Object(map) => {
                if let Some(Value::String(to)) = map.get("$ref") {
                    assert!(tables.defs.contains_key(to.as_str()), "{name} → {to}");
                }
                if let Some(Value::String(pattern)) = map.get("pattern") {
                    assert!(regex::Regex::parse(pattern).is_some(), "{name} {pattern}");
                }
                map.values().for_each(|part| follow(tables, part, name));
            }
            Value::Array(items) => items.iter().for_each(|part| follow(tables, part, name)),
            _ => {}
        }
    }
}
