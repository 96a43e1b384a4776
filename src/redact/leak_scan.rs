//! The last gate: searches a text that is about to leave for every secret in every shape.
//!
//! One pass over the text: all patterns are filed under their first six bytes, and a table of bits
//! rules out nearly every position before a pattern is compared.

use std::collections::HashMap;

use serde_json::Value;
use zeroize::Zeroizing;

use super::encodings;
use super::needles::{Needles, SHORTEST};
use super::shapes;
use super::vocabulary;
use crate::secret::public::WITHHELD;

/// A secret that was found, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// The part of the output, such as `report`.
    pub place: String,
    /// Line in it, from 1.
    pub line: usize,
    /// In which shape: `raw`, `base64`, …
    pub rule: &'static str,
}

impl std::fmt::Display for Leak {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, line {}, rule `{}`", self.place, self.line, self.rule)
    }
}

/// Bits of the table that rules positions out.
const BITS: usize = 1 << 16;

/// All patterns, ready to search many texts.
#[derive(Default)]
pub struct Scanner<'a> {
    needles: Option<&'a Needles>,
    patterns: Vec<(&'static str, Zeroizing<String>)>,
    by_head: HashMap<u64, Vec<usize>>,
    bits: Vec<u64>,
}

impl std::fmt::Debug for Scanner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scanner({} patterns)", self.patterns.len())
    }
}

impl<'a> Scanner<'a> {
    /// Prepares the search for all secrets.
    pub fn new(needles: &'a Needles) -> Self {
        let mut scanner = Scanner {
            needles: Some(needles),
            bits: vec![0; BITS / 64],
            ..Scanner::default()
        };
        for secret in &needles.secrets {
            for (rule, text) in encodings::of(&secret.text, secret.by_half) {
                scanner.add(rule, text);
            }
        }
        scanner
    }

    fn add(&mut self, rule: &'static str, text: Zeroizing<String>) {
        let Some(head) = head(text.as_bytes()) else { return };
        if let Some(word) = self.bits.get_mut(slot(head) / 64) {
            *word |= 1 << (slot(head) % 64);
        }
        self.by_head.entry(head).or_default().push(self.patterns.len());
        self.patterns.push((rule, text));
    }

    /// Returns the first leak in a text. `place` names the text in the answer.
    pub fn find(&self, place: &str, text: &str) -> Option<Leak> {
        let (start, _, rule) = self.hits(text, true).into_iter().next()?;
        Some(Leak {
            place: place.to_owned(),
            line: 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count(),
            rule,
        })
    }

    /// Returns a text with every secret in it withheld, and how many there were; none where there is nothing to
    /// withhold.
    pub fn mask(&self, text: &str) -> Option<(String, usize)> {
        let mut hits = self.hits(text, false);
        if hits.is_empty() {
            return None;
        }
        hits.sort_unstable();
        let mut shown = String::with_capacity(text.len());
        let (mut at, mut count) = (0, 0);
        for (start, end, _) in hits {
            if start >= at {
                shown.push_str(text.get(at..start).unwrap_or_default());
                shown.push_str(WITHHELD);
                count += 1;
            }
            at = at.max(end);
        }
        shown.push_str(text.get(at..).unwrap_or_default());
        Some((shown, count))
    }

    /// Withholds secrets in every text of a JSON value but its keys; returns how many there were.
    pub fn mask_value(&self, value: &mut Value) -> usize {
        match value {
            Value::String(text) => match self.mask(text) {
                Some((shown, count)) => {
                    *text = shown;
                    count
                }
                None => 0,
            },
            Value::Array(items) => items.iter_mut().map(|item| self.mask_value(item)).sum(),
            Value::Object(members) => members.values_mut().map(|item| self.mask_value(item)).sum(),
            _ => 0,
        }
    }

    /// Start, end and rule of what is found; of the first alone on demand.
    fn hits(&self, text: &str, first: bool) -> Vec<(usize, usize, &'static str)> {
        let mut hits = self.search(text, first, |_| true);
        if first && !hits.is_empty() {
            return hits;
        }
        hits.extend(shapes::find(text, first));
        if first && !hits.is_empty() {
            return hits;
        }
        // A page breaks long words: once more without blanks, for whole secrets alone.
        let (joined, offsets) = joined(text);
        let whole = |rule: &str| matches!(rule, "raw" | "trimmed" | "unquoted");
        let broken = self.search(&joined, first, whole).into_iter().map(|(start, end, _)| {
            let at = |offset: usize| offsets.get(offset).copied();
            let last = at(end - 1).unwrap_or(text.len());
            let width = text
                .get(last..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, char::len_utf8);
            (at(start).unwrap_or(0), last + width, "broken over lines")
        });
        hits.extend(broken);
        hits
    }

    fn search(&self, text: &str, first: bool, wanted: impl Fn(&str) -> bool) -> Vec<(usize, usize, &'static str)> {
        let bytes = text.as_bytes();
        let mut window: u64 = 0;
        let mut hits = Vec::new();
        for (at, byte) in bytes.iter().enumerate() {
            window = (window << 8 | u64::from(*byte)) & HEAD_MASK;
            let Some(start) = (at + 1).checked_sub(SHORTEST) else {
                continue;
            };
            let bit = self.bits.get(slot(window) / 64).copied().unwrap_or(0) >> (slot(window) % 64) & 1;
            if bit == 0 {
                continue;
            }
            let rest = bytes.get(start..).unwrap_or_default();
            for index in self.by_head.get(&window).into_iter().flatten() {
                let Some((rule, pattern)) = self.patterns.get(*index) else {
                    continue;
                };
                if wanted(rule) && rest.starts_with(pattern.as_bytes()) && !self.excused(pattern) {
                    hits.push((start, start + pattern.len(), *rule));
                    if first {
                        return hits;
                    }
                }
            }
        }
        hits
    }

    /// What the doctor says anyway, or may show, is no leak.
    fn excused(&self, pattern: &str) -> bool {
        vocabulary::contains(pattern) || self.needles.is_some_and(|needles| needles.excused(pattern))
    }
}

const HEAD_MASK: u64 = (1 << (8 * SHORTEST)) - 1;

fn head(bytes: &[u8]) -> Option<u64> {
    let head = bytes.get(..SHORTEST)?;
    Some(head.iter().fold(0, |head, byte| head << 8 | u64::from(*byte)))
}

fn slot(head: u64) -> usize {
    (head.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
}

/// The text without white space, with the offset of each byte in the text.
fn joined(text: &str) -> (String, Vec<usize>) {
    let mut joined = String::with_capacity(text.len());
    let mut offsets = Vec::with_capacity(text.len());
    for (at, sign) in text.char_indices().filter(|(_, sign)| !sign.is_whitespace()) {
        joined.push(sign);
        offsets.resize(joined.len(), at);
    }
    (joined, offsets)
}
