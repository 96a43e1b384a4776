//! Where every key and value of a JSON5 text stands: an index beside the `json5` crate, which
//! has no positions (facts/config-validation.md section 3).
//!
//! The scanner follows the lexer of npm `json5` 2.2.3, so that a fault is reported at the line
//! and column that OpenClaw reports. It is iterative, so nesting costs memory and never stack.

mod lexer;
mod lines;
mod members;
mod scanner;
#[cfg(test)]
mod tests;

pub use lines::position;

use scanner::Scanner;

/// Nesting that is indexed; deeper values are scanned for faults and have no entry.
pub const MAX_DEPTH: usize = 256;
/// No node.
const NONE: u32 = u32::MAX;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// Anything else.
    Scalar,
}

/// A value, with the key it stands under; byte offsets into the text.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// First byte of the value.
    pub start: u32,
    /// Byte after the value.
    pub end: u32,
    /// First byte of the key, quotes included; equal to `key_end` where there is none.
    pub key_start: u32,
    /// Byte after the key.
    pub key_end: u32,
    /// What it is.
    pub kind: Kind,
    next: u32,
    first: u32,
    parent: u32,
}

/// A key given twice in one object; the later value is the one that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duplicate {
    /// Node of the value that is lost.
    pub lost: usize,
    /// Node of the value that stays.
    pub kept: usize,
    /// Node of the object.
    pub parent: usize,
}

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// This character cannot stand here.
    Char(char),
    /// The text ends too early.
    End,
    /// An escape in an unquoted key is no identifier character.
    Identifier,
}

/// Where a text stops being JSON5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Byte offset of the character, or the length of the text.
    pub offset: usize,
    /// Line as npm `json5` counts it, from 1 (only line feeds count).
    pub line: u32,
    /// Column as npm `json5` counts it: UTF-16 units from 1, 0 where the fault is a line feed.
    pub column: u32,
    /// Offsets of the brackets still open, outermost first (at most [`MAX_DEPTH`]).
    pub open: Vec<u32>,
    /// Offset of the string or comment that the fault lies in.
    pub inside: Option<u32>,
    /// What the grammar waited for.
    pub expected: Expected,
}

/// What the grammar waited for when a fault was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A value.
    Value,
    /// A key or `}`.
    Key,
    /// `:`
    Colon,
    /// `,` or `}`
    CommaOrBrace,
    /// `,` or `]`
    CommaOrBracket,
    /// Nothing: the document is over.
    Nothing,
    /// The rest of a string, comment, number or word.
    Rest,
}

/// Positions of all values of one text.
#[derive(Debug, Clone, Default)]
pub struct SpanIndex {
    nodes: Vec<Node>,
    large: members::Large,
    /// Keys given twice, in the order of the text.
    pub duplicates: Vec<Duplicate>,
    /// Whether some value lies deeper than [`MAX_DEPTH`].
    pub too_deep: bool,
    /// Whether the text has comments (a rewrite by the Gateway loses them).
    pub comments: bool,
}

impl SpanIndex {
    /// Indexes a text; an error is the first fault in it.
    pub fn build(text: &str) -> Result<Self, Fault> {
        Scanner::new(text).run()
    }

    /// Returns the root value's node.
    pub fn root(&self) -> Option<usize> {
        (!self.nodes.is_empty()).then_some(0)
    }

    /// Returns a node.
    pub fn node(&self, id: usize) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// Returns the children of a container, in the order of the text.
    pub fn children(&self, id: usize) -> Children<'_> {
        let next = self.nodes.get(id).map_or(NONE, |node| node.first);
        Children { index: self, next }
    }

    /// Returns the member of an object that counts (the last of its name), or the element of an array.
    pub fn child(&self, text: &str, id: usize, segment: &str) -> Option<usize> {
        let kind = self.node(id)?.kind;
        if let Some(found) = self.large.candidates(self, text, id, segment) {
            return found
                .filter(|child| kind == Kind::Array || self.key_is(text, *child, segment))
                .last();
        }
        match kind {
            Kind::Object => self
                .children(id)
                .filter(|child| self.key_is(text, *child, segment))
                .last(),
            Kind::Array => self.children(id).nth(segment.parse().ok()?),
            Kind::Scalar => None,
        }
    }

    /// Returns the key of a node with quotes and escapes resolved; empty for elements and the root.
    pub fn key(&self, text: &str, id: usize) -> String {
        self.raw_key(text, id).map(decode_key).unwrap_or_default()
    }

    /// Returns the path of a node from the root, elements by number.
    pub fn path_of(&self, text: &str, id: usize) -> Vec<String> {
        let mut path = Vec::new();
        let mut at = id;
        while let Some(node) = self.node(at).filter(|node| node.parent != NONE) {
            let parent = node.parent as usize;
            path.push(if node.key_end > node.key_start {
                self.key(text, at)
            } else {
                self.children(parent)
                    .position(|child| child == at)
                    .unwrap_or(0)
                    .to_string()
            });
            at = parent;
        }
        path.reverse();
        path
    }

    fn raw_key<'t>(&self, text: &'t str, id: usize) -> Option<&'t str> {
        let node = self.node(id)?;
        text.get(node.key_start as usize..node.key_end as usize)
    }

    fn key_is(&self, text: &str, id: usize, name: &str) -> bool {
        self.raw_key(text, id).is_some_and(|raw| {
            if raw.contains('\\') {
                return decode_key(raw) == name;
            }
            lines::plain(raw) == name
        })
    }
}

/// The children of a node.
#[derive(Debug)]
pub struct Children<'a> {
    index: &'a SpanIndex,
    next: u32,
}

impl Iterator for Children<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let id = self.next as usize;
        self.next = self.index.nodes.get(id)?.next;
        Some(id)
    }
}

/// Returns the text of a key as written, quotes and escapes resolved.
fn decode_key(raw: &str) -> String {
    if !raw.contains('\\') {
        return lines::plain(raw).to_owned();
    }
    let quoted = if raw.starts_with(['"', '\'']) {
        raw.to_owned()
    } else {
        format!("\"{raw}\"")
    };
    json5::from_str(&quoted).unwrap_or_else(|_| raw.to_owned())
}
