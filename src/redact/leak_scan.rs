//! The last gate: searches a text that is about to leave for every secret in every shape.
//!
//! One pass over the text: all patterns are filed under their first six bytes, and a table of bits
//! rules out nearly every position before a pattern is compared.

use std::collections::HashMap;

use serde_json::Value;
use zeroize::Zeroizing;

use super::encodings;
use super::mask::is_known;
use super::secret_patterns::{SHORTEST, SecretPatterns};
use super::shapes;
use super::vocabulary;
use crate::secret::public::{WITHHELD, is_public};

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
    secret_patterns: Option<&'a SecretPatterns>,
    patterns: Vec<(&'static str, Zeroizing<String>)>,
    by_head: HashMap<u64, Vec<usize>>,
    bits: Vec<u64>,
    /// Bytes of the longest pattern.
    longest: usize,
}

impl std::fmt::Debug for Scanner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scanner({} patterns)", self.patterns.len())
    }
}

impl<'a> Scanner<'a> {
    /// Prepares the search for all secrets.
    pub fn new(secret_patterns: &'a SecretPatterns) -> Self {
        let mut scanner = Scanner {
            secret_patterns: Some(secret_patterns),
            bits: vec![0; BITS / 64],
            ..Scanner::default()
        };
        for secret in &secret_patterns.secrets {
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
        self.longest = self.longest.max(text.len());
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
        let hits = self.hits(text, false);
        (!hits.is_empty()).then(|| replaced(text, hits, WITHHELD))
    }

    /// Returns a text in which nothing is found any more, and how many secrets were withheld. What a mask joins may be
    /// a secret again, and so may the mask's own word; from the second round on a sign that is shorter than any secret
    /// stands in its place, so that there is an end.
    pub fn seal(&self, text: String, clean: impl Fn(&str) -> String) -> (String, usize) {
        let mut shown = clean(&text);
        let mut count = 0;
        let mut mark = WITHHELD;
        loop {
            let hits = self.hits(&shown, false);
            if hits.is_empty() {
                return (shown, count);
            }
            let (next, found) = replaced(&shown, hits, mark);
            shown = clean(&next);
            (count, mark) = (count + found, "…");
        }
    }

    /// Withholds secrets in every text of a JSON value, as it is and as it is written; returns how many there were. A
    /// key of public words is the format's own.
    pub fn mask_value(&self, value: &mut Value) -> usize {
        match value {
            Value::String(text) => self.mask_text(text),
            Value::Number(number) => {
                let hidden = self.find("", &number.to_string()).is_some();
                if hidden {
                    *value = Value::String(WITHHELD.to_owned());
                }
                usize::from(hidden)
            }
            Value::Array(items) => items.iter_mut().map(|item| self.mask_value(item)).sum(),
            Value::Object(members) => {
                let keys = members.keys().filter(|key| self.find("", key).is_some());
                let hidden: Vec<String> = keys.filter(|key| !is_public(key, &is_known)).cloned().collect();
                for (at, key) in hidden.iter().enumerate() {
                    if let Some(inner) = members.remove(key) {
                        members.insert(format!("{WITHHELD} {}", at + 1), inner);
                    }
                }
                let inner: usize = members.values_mut().map(|item| self.mask_value(item)).sum();
                hidden.len() + inner
            }
            Value::Null | Value::Bool(_) => 0,
        }
    }

    fn mask_text(&self, text: &mut String) -> usize {
        let mut count = 0;
        if self.find("", text).is_some() {
            (*text, count) = self.seal(std::mem::take(text), str::to_owned);
        }
        // `a\nb` in a secret is two signs, and one in a text that is written as those two.
        if text.contains(|c: char| c.is_control() || matches!(c, '"' | '\\')) {
            let written = serde_json::to_string(text).unwrap_or_default();
            if self.find("", &written).is_some() {
                WITHHELD.clone_into(text);
                count += 1;
            }
        }
        count
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
        hits.extend(self.broken(text, first));
        hits
    }

    /// A page breaks long words: once more without blanks, for whole secrets alone.
    fn broken(&self, text: &str, first: bool) -> Vec<(usize, usize, &'static str)> {
        let whole = |rule: &str| matches!(rule, "raw" | "trimmed" | "unquoted");
        let mut part = Joined::default();
        let mut hits = Vec::new();
        let mut signs = text.char_indices().filter(|(_, sign)| !sign.is_whitespace()).peekable();
        while let Some((at, sign)) = signs.next() {
            part.push(at, sign);
            if part.text.len() < PART + self.longest && signs.peek().is_some() {
                continue;
            }
            let found = self.search(&part.text, first, whole).into_iter();
            hits.extend(found.map(|(start, end, _)| (part.start(start), part.end(end), "broken over lines")));
            if first && !hits.is_empty() {
                return hits;
            }
            part.keep_last(self.longest);
        }
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
        vocabulary::contains(pattern)
            || self
                .secret_patterns
                .is_some_and(|secret_patterns| secret_patterns.excused(pattern))
    }
}

/// A text with a mark in the place of what was found, and how many marks there are.
fn replaced(text: &str, mut hits: Vec<(usize, usize, &'static str)>, mark: &str) -> (String, usize) {
    hits.sort_unstable();
    let mut shown = String::with_capacity(text.len());
    let (mut at, mut count) = (0, 0);
    for (start, end, _) in hits {
        if start >= at {
            shown.push_str(text.get(at..start).unwrap_or_default());
            shown.push_str(mark);
            count += 1;
        }
        at = at.max(end);
    }
    shown.push_str(text.get(at..).unwrap_or_default());
    (shown, count)
}

const HEAD_MASK: u64 = (1 << (8 * SHORTEST)) - 1;

fn head(bytes: &[u8]) -> Option<u64> {
    let head = bytes.get(..SHORTEST)?;
    Some(head.iter().fold(0, |head, byte| head << 8 | u64::from(*byte)))
}

fn slot(head: u64) -> usize {
    (head.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
}

/// How much of a text is joined at a time: the offsets of all of a long one would take eight times its size.
const PART: usize = 64 << 10;

/// A part of a text without white space, with where each of its bytes stands in the whole: the first byte of its sign,
/// and the byte after that sign.
#[derive(Default)]
struct Joined {
    text: String,
    offsets: Vec<(usize, usize)>,
}

impl Joined {
    fn push(&mut self, at: usize, sign: char) {
        self.text.push(sign);
        self.offsets.resize(self.text.len(), (at, at + sign.len_utf8()));
    }

    fn start(&self, at: usize) -> usize {
        self.offsets.get(at).map_or(0, |(start, _)| *start)
    }

    fn end(&self, end: usize) -> usize {
        self.offsets.get(end - 1).map_or(0, |(_, end)| *end)
    }

    /// Forgets all but the end, in which a secret may begin.
    fn keep_last(&mut self, bytes: usize) {
        let mut from = self.text.len().saturating_sub(bytes);
        while !self.text.is_char_boundary(from) {
            from -= 1;
        }
        self.text.drain(..from);
        self.offsets.drain(..from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::secret_patterns::SecretPatterns;

    #[test]
    fn a_secret_that_is_broken_over_lines_is_found_wherever_it_stands() {
        let mut secret_patterns = SecretPatterns::default();
        secret_patterns.suspect("zq9FAKEunusualvalue42zq9");
        assert_eq!(secret_patterns.texts(), ["zq9FAKEunusualvalue42zq9"]);
        let scanner = Scanner::new(&secret_patterns);
        for before in [0, 1, PART - 30, PART - 1, PART, PART + 5, PART + 24, 3 * PART] {
            let text = format!(
                "{}zq9FAKEunusu\n   alvalue42zq9 é",
                "é ".repeat(before / 2) + &"x".repeat(before % 2)
            );
            let (shown, count) = scanner.mask(&text).unwrap();
            assert_eq!(count, 1, "{before}");
            assert!(shown.ends_with(&format!("{WITHHELD} é")), "{before}: {shown}");
        }
    }
}
