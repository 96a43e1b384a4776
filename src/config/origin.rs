//! Which file and which place each value of a config comes from, through `$include` merges.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::model::snapshot::Place;
use crate::parse::json5::spans::SpanIndex;

/// One text that was read, with its index.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) index: SpanIndex,
    lines: OnceLock<Vec<u32>>,
    /// Characters before each block of bytes: a config may be one long line.
    characters: OnceLock<Vec<u32>>,
}

/// Bytes of a block.
const BLOCK: usize = 1024;

impl Source {
    /// Returns a source of a text and its index.
    pub(super) fn new(path: &str, text: String, index: SpanIndex) -> Self {
        Source {
            path: path.to_owned(),
            text,
            index,
            lines: OnceLock::new(),
            characters: OnceLock::new(),
        }
    }

    /// Returns the place of a byte. Line starts are kept, so that many places cost little.
    pub(super) fn place(&self, offset: usize) -> Place {
        let starts = self.lines.get_or_init(|| {
            let feeds = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(feeds.map(|at| at as u32 + 1)).collect()
        });
        let before = starts.partition_point(|start| *start as usize <= offset).max(1);
        let start = starts.get(before - 1).copied().unwrap_or(0) as usize;
        let column = self.characters_before(offset) - self.characters_before(start.min(offset)) + 1;
        let line = before as u32;
        Place {
            path: self.path.clone(),
            line: Some(line),
            column: Some(column),
        }
    }

    fn characters_before(&self, offset: usize) -> u32 {
        let bytes = self.text.as_bytes();
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| !matches!(byte, 0x80..=0xbf)).count() as u32;
        let blocks = self.characters.get_or_init(|| {
            let mut before = 0;
            let sums = bytes.chunks(BLOCK).map(|block| {
                before += count(block);
                before
            });
            std::iter::once(0).chain(sums).collect()
        });
        let offset = offset.min(bytes.len());
        let block = offset / BLOCK;
        blocks.get(block).copied().unwrap_or_default() + count(bytes.get(block * BLOCK..offset).unwrap_or_default())
    }
}

/// Where a value comes from: a node of one file, or members of several.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    Node {
        file: usize,
        node: usize,
    },
    Object {
        at: (usize, usize),
        members: BTreeMap<String, Origin>,
    },
    Array {
        at: (usize, usize),
        items: Vec<Origin>,
    },
}

impl Origin {
    /// Returns file and node of the value itself.
    pub(super) fn at(&self) -> (usize, usize) {
        match self {
            Origin::Node { file, node } => (*file, *node),
            Origin::Object { at, .. } | Origin::Array { at, .. } => *at,
        }
    }

    /// Returns file and node of the value at a path below.
    pub(super) fn find(&self, sources: &[Source], path: &[&str]) -> Option<(usize, usize)> {
        let mut here = self;
        for (depth, segment) in path.iter().enumerate() {
            here = match here {
                Origin::Object { members, .. } => members.get(*segment)?,
                Origin::Array { items, .. } => items.get(segment.parse::<usize>().ok()?)?,
                Origin::Node { file, node } => {
                    let source = sources.get(*file)?;
                    let mut below = path.get(depth..)?.iter();
                    let node =
                        below.try_fold(*node, |node, segment| source.index.child(&source.text, node, segment))?;
                    return Some((*file, node));
                }
            };
        }
        Some(here.at())
    }

    /// Returns the origins of all members of an object.
    pub(super) fn into_members(self, sources: &[Source]) -> BTreeMap<String, Origin> {
        match self {
            Origin::Object { members, .. } => members,
            Origin::Node { file, node } => sources.get(file).map_or_else(BTreeMap::new, |source| {
                let named = |id| (source.index.key(&source.text, id), Origin::Node { file, node: id });
                source.index.children(node).map(named).collect()
            }),
            Origin::Array { .. } => BTreeMap::new(),
        }
    }

    /// Returns the origins of all elements of an array.
    pub(super) fn into_items(self, sources: &[Source]) -> Vec<Origin> {
        match self {
            Origin::Array { items, .. } => items,
            Origin::Node { file, node } => sources.get(file).map_or_else(Vec::new, |source| {
                let element = |id| Origin::Node { file, node: id };
                source.index.children(node).map(element).collect()
            }),
            Origin::Object { .. } => Vec::new(),
        }
    }
}
