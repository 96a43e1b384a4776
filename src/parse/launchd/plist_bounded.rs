//! Property lists from untrusted files, read by the `plist` crate within bounds.
//!
//! The crate as it is would follow a binary list in which few bytes expand to billions of
//! values, nest as deep as the file is long, and panic on dates outside the years 0 to 9999.
//! So this module refuses lists with dates (no launchd job has one) before the crate sees
//! them, and counts values, bytes and depth while it reads.

use std::cell::Cell;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Largest file that is read; a job with a long environment stays far below.
pub const MAX_BYTES: u64 = 256 * 1024;
const MAX_VALUES: usize = 20_000;
const MAX_TEXT: usize = 1024 * 1024;
const MAX_DEPTH: usize = 24;

/// A value of a property list; kinds that no launchd job of ours needs are left out.
#[derive(Clone, PartialEq)]
pub enum Node {
    /// A string.
    Text(String),
    /// A boolean.
    Flag(bool),
    /// An array.
    List(Vec<Node>),
    /// A dictionary in the order of the file.
    Dict(Vec<(String, Node)>),
    /// A number, or bytes.
    Other,
}

impl Node {
    /// Returns the text of a string.
    pub fn text(&self) -> Option<&str> {
        match self {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Why a file is no property list for us.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlistError {
    /// The old form with braces, which launchd does not take.
    #[error("it is in the old property list format, which launchd does not load")]
    OldStyle,
    /// Neither XML nor binary.
    #[error("it is not a property list")]
    NotAPlist,
    /// It holds a date.
    #[error("it contains a date, which no launchd job does")]
    HasDate,
    /// Its parser gave up.
    #[error("it is not a valid property list: {0}")]
    Invalid(String),
    /// The outermost value is not a dictionary.
    #[error("its outermost value is not a dictionary")]
    NotADictionary,
}

thread_local! {
    static LEFT: Cell<Bounds> = const { Cell::new(Bounds { values: 0, text: 0, depth: 0 }) };
}

#[derive(Clone, Copy)]
struct Bounds {
    values: usize,
    text: usize,
    depth: usize,
}

/// Reads an XML or binary property list.
pub fn parse(bytes: &[u8]) -> Result<Node, PlistError> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if bytes.starts_with(b"bplist00") {
        if binary_has_date(bytes) {
            return Err(PlistError::HasDate);
        }
    } else if start.starts_with(b"<") {
        if start.windows(5).any(|window| window == b"<date") {
            return Err(PlistError::HasDate);
        }
    } else if start.starts_with(b"{") || start.starts_with(b"(") || start.starts_with(b"//") {
        return Err(PlistError::OldStyle);
    } else {
        return Err(PlistError::NotAPlist);
    }
    LEFT.set(Bounds {
        values: MAX_VALUES,
        text: MAX_TEXT,
        depth: MAX_DEPTH,
    });
    let parsed = if bytes.starts_with(b"bplist00") {
        plist::from_bytes(bytes)
    } else {
        plist::from_reader_xml(start)
    };
    parsed.map_err(|error| PlistError::Invalid(reason(&error)))
}

/// Where the parser gave up. Its own words quote the value that it found, which may be a secret.
fn reason(error: &plist::Error) -> String {
    let text = error.to_string();
    let at = text
        .rsplit_once("(offset ")
        .and_then(|(_, rest)| rest.strip_suffix(')'));
    match at.filter(|at| at.bytes().all(|byte| byte.is_ascii_digit())) {
        Some(at) => format!("broken at byte {at}"),
        None if error.is_eof() => "it ends too early".to_owned(),
        None => "a value in it is of another kind than expected".to_owned(),
    }
}

/// Returns whether an object of a binary list is a date. A broken trailer is left to the crate.
fn binary_has_date(bytes: &[u8]) -> bool {
    let Some((body, trailer)) = bytes.len().checked_sub(32).and_then(|at| bytes.split_at_checked(at)) else {
        return false;
    };
    let number = |from: &[u8]| {
        from.iter()
            .fold(0_u64, |sum, byte| sum.wrapping_shl(8) | u64::from(*byte))
    };
    let field = |at: usize| usize::try_from(number(trailer.get(at..at + 8).unwrap_or_default())).unwrap_or(usize::MAX);
    let (width, count, table) = (
        usize::from(trailer.get(6).copied().unwrap_or_default()),
        field(8),
        field(24),
    );
    let offsets = bytes.get(table..).unwrap_or_default();
    width > 0
        && offsets
            .chunks_exact(width)
            .take(count)
            .filter_map(|offset| body.get(usize::try_from(number(offset)).ok()?))
            .any(|marker| *marker == 0x33)
}

fn charge<E: Error>(values: usize, text: usize) -> Result<(), E> {
    let left = LEFT.get();
    match (left.values.checked_sub(values), left.text.checked_sub(text)) {
        (Some(values), Some(text)) => {
            LEFT.set(Bounds { values, text, ..left });
            Ok(())
        }
        _ => Err(E::custom("it is too large")),
    }
}

fn deeper<T, E: Error>(read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let left = LEFT.get();
    let depth = left
        .depth
        .checked_sub(1)
        .ok_or_else(|| E::custom("it nests too deep"))?;
    LEFT.set(Bounds { depth, ..left });
    let result = read();
    LEFT.set(Bounds {
        depth: left.depth,
        ..LEFT.get()
    });
    result
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        charge(1, 0)?;
        from.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a property list")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Flag(value))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Node, E> {
        charge(0, bytes.len()).map(|()| Node::Other)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        charge(0, text.len()).map(|()| Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        // The length that a binary list claims is paid for before its elements are read.
        charge(access.size_hint().unwrap_or_default(), 0)?;
        deeper(|| {
            let mut list = Vec::new();
            while let Some(node) = access.next_element()? {
                list.push(node);
            }
            Ok(Node::List(list))
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        charge(access.size_hint().unwrap_or_default(), 0)?;
        deeper(|| {
            let mut dict = Vec::new();
            while let Some((key, node)) = access.next_entry::<String, Node>()? {
                charge(0, key.len())?;
                dict.push((key, node));
            }
            Ok(Node::Dict(dict))
        })
    }
}
