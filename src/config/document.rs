//! A config file as read: value, positions, duplicate keys, includes resolved.
//!
//! The value and the verdict come from `serde_json` and, as in OpenClaw, from `json5` where the
//! text is no strict JSON; positions come from our own index over the same text
//! (facts/config-validation.md sections 3 and 4).

use std::rc::Rc;

use serde_json::Value;

use super::include::{self, IncludeAnswer, IncludeSettings, Includes, normalize};
use super::origin::{Origin, Source};
use super::parsed::{LARGE, parse};
use crate::model::snapshot::{ConfigIssue, Place};
use crate::parse::json5::spans::SpanIndex;

/// A config file and what it includes.
#[derive(Debug, Clone)]
pub struct Document {
    /// The merged value, before `${VAR}`; null where the text could not be read.
    pub value: Rc<Value>,
    /// Whether the file uses `$include`.
    pub includes: bool,
    /// Problems of syntax and of includes; the value is then null.
    pub issues: Vec<ConfigIssue>,
    sources: Vec<Source>,
    origin: Origin,
    duplicates: Vec<DuplicateKey>,
}

/// A key given twice in one object of one file; the later one counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateKey {
    /// Path inside the file that holds it.
    pub path: Vec<String>,
    /// Place of the key that is lost.
    pub lost: Place,
    /// Place of the key that counts.
    pub kept: Place,
    /// Whether the lost value is an object or array, that is a whole section.
    pub section: bool,
}

/// Reads a config file.
///
/// `ask` is called with the absolute path of each included file and returns `None` while its
/// answer is not known; then the result is an error with the paths wanted, and the caller comes
/// again with the answers. `read` itself touches nothing.
pub fn read(
    path: &str,
    bytes: &[u8],
    settings: &IncludeSettings,
    ask: &mut dyn FnMut(&str) -> Option<IncludeAnswer>,
) -> Result<Document, Vec<String>> {
    let (value, source) = match parse(path, bytes) {
        Ok(parsed) => parsed,
        Err(issue) => return Ok(Document::refused(path, bytes, vec![*issue])),
    };
    // Only an escaped key could hide the word.
    let may_include = memchr::memmem::find(bytes, b"$include").is_some() || memchr::memchr(b'\\', bytes).is_some();
    let includes = may_include && include::present(&value);
    let mut sources = vec![source];
    let origin = Origin::Node { file: 0, node: 0 };
    let (value, origin, issues) = if includes {
        let mut run = Includes {
            settings,
            ask,
            sources: &mut sources,
            wanted: Vec::new(),
            issues: Vec::new(),
            spent: (0, 0),
        };
        let (value, origin) = run.value(value, origin, &[normalize(path)]);
        if !run.wanted.is_empty() {
            return Err(run.wanted);
        }
        let issues = run.issues;
        (value, origin, issues)
    } else {
        (value, origin, Vec::new())
    };
    let duplicates = sources.iter().flat_map(duplicates).collect();
    Ok(Document {
        value: Rc::new(if issues.is_empty() { value } else { Value::Null }),
        includes,
        issues,
        sources,
        origin,
        duplicates,
    })
}

impl Document {
    /// Returns whether the file or one that it includes is large.
    pub(crate) fn is_large(&self) -> bool {
        self.sources.iter().any(|source| source.text.len() >= LARGE)
    }

    fn refused(path: &str, bytes: &[u8], issues: Vec<ConfigIssue>) -> Self {
        Document {
            value: Rc::new(Value::Null),
            includes: false,
            issues,
            sources: vec![Source::new(
                path,
                String::from_utf8_lossy(bytes).into_owned(),
                SpanIndex::default(),
            )],
            origin: Origin::Node { file: 0, node: 0 },
            duplicates: Vec::new(),
        }
    }

    /// Returns whether the text was read and its includes resolved.
    pub fn is_read(&self) -> bool {
        self.issues.is_empty()
    }

    /// Returns the place of the value at a path, in whichever file it stands.
    pub fn place(&self, path: &[&str]) -> Option<Place> {
        let (source, node) = self.find(path)?;
        Some(source.place(source.index.node(node)?.start as usize))
    }

    /// Returns the place of the key at a path; for elements and the root that of the value.
    pub fn key_place(&self, path: &[&str]) -> Option<Place> {
        let (source, node) = self.find(path)?;
        let node = source.index.node(node)?;
        let start = if node.key_end > node.key_start {
            node.key_start
        } else {
            node.start
        };
        Some(source.place(start as usize))
    }

    /// Returns the place of the deepest value on the way to a path; of the root at least.
    pub fn nearest_place(&self, path: &[&str]) -> Option<Place> {
        (0..=path.len()).rev().find_map(|len| self.place(path.get(..len)?))
    }

    /// Returns the text of a file by the path its places name.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.sources
            .iter()
            .find(|source| source.path == path)
            .map(|source| source.text.as_str())
    }

    /// Returns the paths of all files read, the config file first.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| source.path.as_str())
    }

    /// Returns the byte ranges of all string values of a file; the renderer masks the secret ones.
    pub(super) fn index_of(&self, path: &str) -> Option<(&str, &SpanIndex)> {
        let source = self.sources.iter().find(|source| source.path == path)?;
        Some((&source.text, &source.index))
    }

    /// Returns whether the config file has comments, which a rewrite by the Gateway loses.
    pub fn has_comments(&self) -> bool {
        self.sources.first().is_some_and(|source| source.index.comments)
    }

    /// Returns the keys given twice.
    pub fn duplicates(&self) -> &[DuplicateKey] {
        &self.duplicates
    }

    fn find(&self, path: &[&str]) -> Option<(&Source, usize)> {
        let (file, node) = self.origin.find(&self.sources, path)?;
        Some((self.sources.get(file)?, node))
    }
}

fn duplicates(source: &Source) -> Vec<DuplicateKey> {
    let place = |id: usize| {
        let start = source.index.node(id).map_or(0, |node| node.key_start);
        source.place(start as usize)
    };
    // A file made of duplicates must not make a report of the same size.
    let shown = source.index.duplicates.iter().take(100);
    let found = shown.map(|duplicate| DuplicateKey {
        path: source.index.path_of(&source.text, duplicate.kept),
        lost: place(duplicate.lost),
        kept: place(duplicate.kept),
        section: source
            .index
            .node(duplicate.lost)
            .is_some_and(|node| node.kind != crate::parse::json5::spans::Kind::Scalar),
    });
    found.collect()
}
