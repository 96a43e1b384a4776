//! The last gate: searches a text that is about to leave for every secret in every shape.
//!
//! One pass over the text: all patterns are filed under their first six bytes, and a table of bits
//! rules out nearly every position before a pattern is compared.

use std::collections::HashMap;

use zeroize::Zeroizing;

use super::encodings;
use super::needles::{Needles, SHORTEST};
use super::shapes;
use super::vocabulary;

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
        let at = |offset: usize, rule| Leak {
            place: place.to_owned(),
            line: 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count(),
            rule,
        };
        if let Some((offset, rule)) = self.search(text, |_| true) {
            return Some(at(offset, rule));
        }
        if let Some((offset, rule)) = shapes::find(text) {
            return Some(at(offset, rule));
        }
        // A page breaks long words: once more without blanks, for whole secrets alone.
        let (joined, offsets) = joined(text);
        let whole = |rule: &str| matches!(rule, "raw" | "trimmed" | "unquoted");
        self.search(&joined, whole)
            .map(|(offset, _)| at(offsets.get(offset).copied().unwrap_or(0), "broken over lines"))
    }

    fn search(&self, text: &str, wanted: impl Fn(&str) -> bool) -> Option<(usize, &'static str)> {
        let bytes = text.as_bytes();
        let mut window: u64 = 0;
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
                    return Some((start, rule));
                }
            }
        }
        None
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
