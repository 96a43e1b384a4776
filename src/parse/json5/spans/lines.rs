//! Lines and columns of byte offsets, and keys given twice.

use std::collections::HashMap;

use super::{Duplicate, FaultKind, SpanIndex};

/// Returns line and column, from 1, of a byte offset; columns count characters.
/// Only line feeds end a line, as in OpenClaw's own messages.
pub fn position(text: &str, offset: usize) -> (u32, u32) {
    let before = head(text, offset);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u32 + 1;
    (line, column)
}

/// Returns line and column as npm `json5` names them for a refused character: it has read the
/// character already, so a line feed is at column 0 of the next line.
pub(crate) fn npm_position(text: &str, offset: usize, kind: FaultKind) -> (u32, u32) {
    let before = head(text, offset);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() as u32 + 1;
    let tail = before.rsplit('\n').next().unwrap_or_default();
    let column = tail.chars().map(|c| c.len_utf16() as u32).sum::<u32>();
    match kind {
        FaultKind::Char('\n') => (line + 1, 0),
        FaultKind::Char(c) => (line, column + c.len_utf16() as u32),
        FaultKind::End | FaultKind::Identifier => (line, column + 1),
    }
}

fn head(text: &str, offset: usize) -> &str {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Few members: comparing each with each is cheaper than a map.
const FEW: usize = 12;

/// Notes the keys that an object has twice.
pub(crate) fn note_duplicates(index: &mut SpanIndex, text: &str, parent: usize) {
    let members: Vec<(usize, &str)> = index
        .children(parent)
        .filter_map(|id| Some((id, plain(index.raw_key(text, id)?))))
        .collect();
    if members.len() < 2 {
        return;
    }
    if members.iter().any(|(_, key)| key.contains('\\')) {
        let owned: Vec<(usize, String)> = members.iter().map(|(id, _)| (*id, index.key(text, *id))).collect();
        let borrowed: Vec<(usize, &str)> = owned.iter().map(|(id, key)| (*id, key.as_str())).collect();
        note(index, parent, &borrowed);
    } else {
        note(index, parent, &members);
    }
}

/// Returns a key without its quotes; keys with escapes stay as written.
pub(crate) fn plain(raw: &str) -> &str {
    match raw.as_bytes().first() {
        Some(b'"' | b'\'') if !raw.contains('\\') => raw.get(1..raw.len().saturating_sub(1)).unwrap_or(raw),
        _ => raw,
    }
}

fn note(index: &mut SpanIndex, parent: usize, members: &[(usize, &str)]) {
    if members.len() <= FEW {
        for (at, (id, key)) in members.iter().enumerate() {
            if let Some((lost, _)) = members.iter().take(at).rev().find(|(_, other)| other == key) {
                index.duplicates.push(Duplicate {
                    lost: *lost,
                    kept: *id,
                    parent,
                });
            }
        }
        return;
    }
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(members.len());
    for (id, key) in members {
        if let Some(lost) = seen.insert(key, *id) {
            index.duplicates.push(Duplicate {
                lost,
                kept: *id,
                parent,
            });
        }
    }
}
