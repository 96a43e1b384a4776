//! `$include`: what is read, what is refused, how parts are merged
//! (facts/config-validation.md section 4).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::origin::{Origin, Source};
use super::parsed::parse;
use crate::model::snapshot::{ConfigIssue, Place};

const KEY: &str = "$include";
/// The kind of a problem with a part that exists and was not read: what it holds is not known.
const UNREAD: &str = "include-unreadable";
const MAX_CHAIN: usize = 10;
const MAX_BYTES: usize = 2_097_152;
const MAX_PATH: usize = 4096;
/// The doctor's own limits for one config: how many inclusions are followed, and how many bytes they may have together.
const MOST_FILES: usize = 1000;
const MOST_BYTES: usize = 6 << 20;
/// Names that a merge drops.
const DROPPED: [&str; 3] = ["__proto__", "prototype", "constructor"];

/// What is known of an included file.
#[derive(Debug, Clone)]
pub enum IncludeAnswer {
    /// It was read.
    Text {
        /// The path with all links followed.
        real_path: String,
        /// The contents.
        bytes: Vec<u8>,
    },
    /// OpenClaw refuses to open it: no regular file, hard links, too large. The text says which.
    Refused(String),
    /// It does not exist.
    Missing,
    /// This user may not read it; the text says why.
    Unreadable(String),
}

/// Where includes may lie.
#[derive(Debug, Clone, Default)]
pub struct IncludeSettings {
    /// Directory of the config file, absolute.
    pub config_dir: String,
    /// The same with all links followed, where known.
    pub real_config_dir: Option<String>,
    /// Directories of `OPENCLAW_INCLUDE_ROOTS`, `~` expanded; relative ones are ignored.
    pub roots: Vec<String>,
    /// The same with all links followed, in the same order, where known.
    pub real_roots: Vec<String>,
    /// Home directory.
    pub home: String,
}

impl IncludeSettings {
    /// Returns whether a normalised path lies inside an allowed directory.
    pub(super) fn contains(&self, path: &str) -> bool {
        inside(&self.config_dir, path) || self.absolute_roots().any(|root| inside(root, path))
    }

    /// The same for a path with all links followed.
    pub(super) fn contains_real(&self, path: &str) -> bool {
        inside(self.real_config_dir.as_ref().unwrap_or(&self.config_dir), path)
            || self.real_roots.iter().any(|root| inside(root, path))
            || (self.real_roots.is_empty() && self.absolute_roots().any(|root| inside(root, path)))
    }

    fn absolute_roots(&self) -> impl Iterator<Item = &String> {
        self.roots.iter().filter(|root| root.starts_with('/'))
    }
}

fn inside(root: &str, path: &str) -> bool {
    let root = normalize(root);
    root == "/" || path == root || path.strip_prefix(&root).is_some_and(|rest| rest.starts_with('/'))
}

/// Returns the first problem with a part of the config that exists and was not read.
pub(crate) fn unread(issues: &[ConfigIssue]) -> Option<&ConfigIssue> {
    issues.iter().find(|issue| issue.kind == UNREAD)
}

/// Returns whether a value holds an include directive anywhere.
pub(super) fn present(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.contains_key(KEY) || map.values().any(present),
        Value::Array(items) => items.iter().any(present),
        _ => false,
    }
}

/// Resolves the includes of one document.
pub(super) struct Includes<'a> {
    pub(super) settings: &'a IncludeSettings,
    pub(super) ask: &'a mut dyn FnMut(&str) -> Option<IncludeAnswer>,
    pub(super) sources: &'a mut Vec<Source>,
    pub(super) wanted: Vec<String>,
    pub(super) issues: Vec<ConfigIssue>,
    /// How many inclusions were followed, and their bytes.
    pub(super) spent: (usize, usize),
}

type Part = (Value, Origin);

impl Includes<'_> {
    /// Resolves one value; `chain` holds the files on the way here, the innermost last.
    pub(super) fn value(&mut self, value: Value, origin: Origin, chain: &[String]) -> Part {
        match value {
            Value::Object(map) if map.contains_key(KEY) => self.directive(map, origin, chain),
            Value::Object(map) if map.values().any(present) => self.object(map, origin, chain),
            Value::Array(items) if items.iter().any(present) => {
                let at = origin.at();
                let origins = origin.into_items(self.sources);
                let parts = items.into_iter().zip(origins);
                let (values, items) = parts.map(|(value, origin)| self.value(value, origin, chain)).unzip();
                (Value::Array(values), Origin::Array { at, items })
            }
            other => (other, origin),
        }
    }

    fn object(&mut self, map: Map<String, Value>, origin: Origin, chain: &[String]) -> Part {
        let at = origin.at();
        let mut origins = origin.into_members(self.sources);
        let mut members = BTreeMap::new();
        let mut values = Map::new();
        for (key, value) in map {
            let from = origins.remove(&key).unwrap_or(Origin::Node { file: at.0, node: at.1 });
            let (value, from) = self.value(value, from, chain);
            members.insert(key.clone(), from);
            values.insert(key, value);
        }
        (Value::Object(values), Origin::Object { at, members })
    }

    fn directive(&mut self, mut map: Map<String, Value>, origin: Origin, chain: &[String]) -> Part {
        let at = origin.at();
        let directive = map.shift_remove(KEY).unwrap_or(Value::Null);
        let place = self.place_of(&origin);
        let null = (Value::Null, Origin::Node { file: at.0, node: at.1 });
        let included = match directive {
            Value::String(path) => self.file(&path, place.clone(), chain).unwrap_or(null),
            Value::Array(paths) => {
                let empty = Origin::Object {
                    at,
                    members: BTreeMap::new(),
                };
                let mut sum = (Value::Object(Map::new()), empty);
                for path in paths {
                    let Value::String(path) = path else {
                        self.fail("include-value", "an item of $include is not a string", place.clone());
                        continue;
                    };
                    if let Some(part) = self.file(&path, place.clone(), chain) {
                        sum = self.merge(sum, part);
                    }
                }
                sum
            }
            _ => {
                self.fail("include-value", "$include takes a path or a list of paths", place);
                return null;
            }
        };
        if map.is_empty() {
            return included;
        }
        if !included.0.is_object() {
            if self.wanted.is_empty() && self.issues.is_empty() {
                let text = "$include has keys beside it, and the included file is not an object to merge them into";
                self.fail("include-sibling", text, place);
            }
            return included;
        }
        let rest = self.object(map, origin, chain);
        self.merge(included, rest)
    }

    /// Reads one file and resolves its own includes.
    fn file(&mut self, path: &str, place: Option<Place>, chain: &[String]) -> Option<Part> {
        let full = match self.locate(path, chain) {
            Ok(full) => full,
            Err((kind, text)) => {
                self.fail(kind, &text, place);
                return None;
            }
        };
        if chain.contains(&full) {
            let text = format!("{path} is included while it is itself being included (a circle)");
            self.fail("include-cycle", &text, place);
            return None;
        }
        if chain.len() > MAX_CHAIN {
            let text = format!("more than {MAX_CHAIN} files include each other in a row; {path} is one too many");
            self.fail("include-depth", &text, place);
            return None;
        }
        if self.spent.0 > MOST_FILES || self.spent.1 > MOST_BYTES {
            return None;
        }
        self.spent.0 += 1;
        let Some(answer) = (self.ask)(&full) else {
            if !self.wanted.contains(&full) {
                self.wanted.push(full);
            }
            return None;
        };
        let (kind, text) = match answer {
            IncludeAnswer::Text { real_path, bytes } => {
                if !self.settings.contains_real(&real_path) {
                    let text = format!("{path} is a link that leads out of the directory of the config file");
                    ("include-escape", text)
                } else if bytes.len() > MAX_BYTES {
                    ("include-unsafe", format!("{path} is larger than {MAX_BYTES} bytes"))
                } else {
                    self.spent.1 += bytes.len();
                    if self.spent.0 > MOST_FILES || self.spent.1 > MOST_BYTES {
                        let text = format!(
                            "the doctor follows at most {MOST_FILES} inclusions with {MOST_BYTES} bytes; this config has more"
                        );
                        self.fail(UNREAD, &text, place);
                        return None;
                    }
                    return self.text(&full, &bytes, place, chain);
                }
            }
            IncludeAnswer::Refused(why) => (
                "include-unsafe",
                format!("{path} is refused: {why} (only regular files without hard links, up to {MAX_BYTES} bytes)"),
            ),
            IncludeAnswer::Missing => ("include-missing", format!("the included file {path} does not exist")),
            IncludeAnswer::Unreadable(why) => (UNREAD, format!("{path} cannot be read: {why}")),
        };
        self.fail(kind, &text, place);
        None
    }

    fn text(&mut self, full: &str, bytes: &[u8], place: Option<Place>, chain: &[String]) -> Option<Part> {
        let file = self.sources.len();
        match parse(full, bytes) {
            Ok((value, source)) => {
                self.sources.push(source);
                let mut chain = chain.to_vec();
                chain.push(full.to_owned());
                Some(self.value(value, Origin::Node { file, node: 0 }, &chain))
            }
            Err(mut issue) => {
                issue.kind = "include-parse".to_owned();
                if issue.place.is_none() {
                    issue.place = place;
                }
                self.issues.push(*issue);
                None
            }
        }
    }

    /// Returns the lexical path of an include, or why it is refused.
    fn locate(&self, path: &str, chain: &[String]) -> Result<String, (&'static str, String)> {
        if path.contains('\0') {
            return Err(("include-unsafe", "an include path contains a NUL byte".to_owned()));
        }
        let base = chain
            .last()
            .and_then(|file| file.rsplit_once('/'))
            .map_or("", |(dir, _)| dir);
        let joined = if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("{base}/{path}")
        };
        let full = normalize(&joined);
        if path.len() >= MAX_PATH || full.len() >= MAX_PATH {
            return Err((
                "include-unsafe",
                format!("an include path is longer than {MAX_PATH} characters"),
            ));
        }
        if !self.settings.contains(&full) {
            let text = format!(
                "{path} lies outside {}; OPENCLAW_INCLUDE_ROOTS names further directories",
                self.settings.config_dir
            );
            return Err(("include-escape", text));
        }
        Ok(full)
    }

    /// Merges two values: objects member by member, arrays end to end, anything else is replaced.
    fn merge(&mut self, target: Part, source: Part) -> Part {
        match (target, source) {
            ((Value::Object(mut into), from), (Value::Object(add), add_from)) => {
                let at = from.at();
                let mut members = from.into_members(self.sources);
                let mut added = add_from.into_members(self.sources);
                for (key, value) in add {
                    let here = added.remove(&key).unwrap_or(Origin::Node { file: at.0, node: at.1 });
                    if DROPPED.contains(&key.as_str()) {
                        continue;
                    }
                    let (value, here) = match (into.get_mut(&key), members.remove(&key)) {
                        (Some(old), Some(old_from)) => self.merge((old.take(), old_from), (value, here)),
                        _ => (value, here),
                    };
                    members.insert(key.clone(), here);
                    into.insert(key, value);
                }
                (Value::Object(into), Origin::Object { at, members })
            }
            ((Value::Array(mut into), from), (Value::Array(add), add_from)) => {
                let at = from.at();
                let mut items = from.into_items(self.sources);
                items.extend(add_from.into_items(self.sources));
                into.extend(add);
                (Value::Array(into), Origin::Array { at, items })
            }
            (_, source) => source,
        }
    }

    fn place_of(&self, origin: &Origin) -> Option<Place> {
        let (file, node) = origin.find(self.sources, &[KEY])?;
        let source = self.sources.get(file)?;
        Some(source.place(source.index.node(node)?.start as usize))
    }

    fn fail(&mut self, kind: &str, text: &str, place: Option<Place>) {
        self.issues.push(ConfigIssue {
            place,
            kind: kind.to_owned(),
            message: text.to_owned(),
            ..ConfigIssue::default()
        });
    }
}

/// Returns an absolute path without `.`, `..` and doubled slashes.
pub(super) fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    format!("/{}", parts.join("/"))
}
