//! The `.env` dialect of OpenClaw: npm dotenv 17.4.2 (facts/env-resolution.md section 3.1).
//!
//! Own parser with line numbers, linear in the length of the text whatever is in it. It never
//! fails: what is no entry is passed over, as the original does.

pub mod readers;

use crate::secret::value::{is_js_space, js_trim};

/// One entry of a file, in file order. The last entry of a name counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key as written.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Line of the key, from 1.
    pub line: u32,
    /// Whether an unquoted `#` without a blank before it cut the value.
    pub cut_by_hash: bool,
}

/// Parses the bytes of a file. Invalid UTF-8 is replaced, as Node does.
pub fn parse(bytes: &[u8]) -> Vec<Entry> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    Parser::new(&text).entries()
}

/// The characters that end a line for `^`, `$` and `.` in JavaScript.
fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

fn is_key_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

const QUOTES: [char; 3] = ['\'', '"', '`'];

struct Parser<'a> {
    text: &'a str,
    /// The last run of white space that was skipped: any start in it leads to its end.
    skipped: (usize, usize),
    /// The last place that was tried and is no entry.
    failed: Option<usize>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Parser {
            text,
            skipped: (0, 0),
            failed: None,
        }
    }

    fn entries(mut self) -> Vec<Entry> {
        let mut found = Vec::new();
        let (mut at, mut line, mut counted) = (0, 1_u32, 0);
        while at <= self.text.len() {
            let Some((start, end, mut entry)) = self.at_line_start(at).then(|| self.entry(at)).flatten() else {
                at += self.char_at(at).map_or(1, char::len_utf8);
                continue;
            };
            line += count_newlines(self.text, counted, start);
            counted = start;
            entry.line = line;
            found.push(entry);
            at = if end > at {
                end
            } else {
                at + self.char_at(at).map_or(1, char::len_utf8)
            };
        }
        // Objects of JavaScript lose this key.
        found.retain(|entry| entry.key != "__proto__");
        found
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    fn at_line_start(&self, at: usize) -> bool {
        at == 0
            || self
                .text
                .get(..at)
                .and_then(|head| head.chars().next_back())
                .is_some_and(is_line_end)
    }

    fn at_line_stop(&self, at: usize) -> bool {
        at >= self.text.len() || self.char_at(at).is_some_and(is_line_end)
    }

    fn skip_space(&mut self, from: usize) -> usize {
        let (start, end) = self.skipped;
        if start <= from && from < end {
            return end;
        }
        let to = self.run(from, is_js_space);
        self.skipped = (from, to);
        to
    }

    /// Returns the end of the run of characters that satisfy `wanted`.
    fn run(&self, from: usize, wanted: fn(char) -> bool) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        from + rest.find(|c| !wanted(c)).unwrap_or(rest.len())
    }

    /// Tries to read an entry at the start of a line; returns where its key starts and where it ends.
    fn entry(&mut self, at: usize) -> Option<(usize, usize, Entry)> {
        let start = self.skip_space(at);
        if self.failed == Some(start) {
            return None;
        }
        let found = self.entry_at(start);
        if found.is_none() {
            self.failed = Some(start);
        }
        found
    }

    fn entry_at(&mut self, start: usize) -> Option<(usize, usize, Entry)> {
        self.char_at(start).filter(|c| is_key_char(*c))?;
        let after_export = self
            .text
            .get(start..)
            .and_then(|rest| rest.strip_prefix("export"))
            .filter(|rest| rest.starts_with(is_js_space))
            .map(|_| self.run(start + "export".len(), is_js_space))
            .filter(|key| self.char_at(*key).is_some_and(is_key_char));
        [after_export, Some(start)]
            .into_iter()
            .flatten()
            .find_map(|key| self.entry_with_key_at(key))
    }

    fn entry_with_key_at(&mut self, key_start: usize) -> Option<(usize, usize, Entry)> {
        let key_end = self.run(key_start, is_key_char);
        let sign = self.run(key_end, is_js_space);
        let value_start = if self.char_at(sign) == Some('=') {
            sign + 1
        } else {
            // A colon counts directly after the key and before white space alone.
            let colon = self.char_at(key_end) == Some(':');
            let blank = self.char_at(key_end + 1).filter(|c| is_js_space(*c))?;
            if !colon {
                return None;
            }
            key_end + 1 + blank.len_utf8()
        };
        let (value_end, end, quoted) = self.value_span(value_start);
        let written = self.text.get(value_start..value_end).unwrap_or_default();
        let entry = Entry {
            key: self.text.get(key_start..key_end).unwrap_or_default().to_owned(),
            value: cook(written),
            line: 0,
            cut_by_hash: !quoted && self.is_cut(value_start, value_end),
        };
        Some((key_start, end, entry))
    }

    /// Returns the end of the value, the end of the entry, and whether quotes delimit the value.
    fn value_span(&mut self, from: usize) -> (usize, usize, bool) {
        if let Some((value_end, end)) = self.quoted_span(from) {
            return (value_end, end, true);
        }
        let value_end = self.run(from, |c| !matches!(c, '#' | '\n' | '\r'));
        // A run that stops at `#`, a line end or the end of the text always has a valid tail.
        let end = self.tail(value_end).unwrap_or(value_end);
        (value_end, end, false)
    }

    /// A quoted value: to the first quote that is not escaped and has a valid tail, else to an
    /// escaped one, from the last backwards.
    fn quoted_span(&mut self, from: usize) -> Option<(usize, usize)> {
        let open = self.run(from, is_js_space);
        let quote = self.char_at(open).filter(|c| QUOTES.contains(c))?;
        let mut closes = Vec::new();
        let mut at = open + 1;
        while let Some(c) = self.char_at(at) {
            if c == '\\' && self.char_at(at + 1) == Some(quote) {
                closes.push(at + 2);
                at += 2;
            } else if c == quote {
                closes.push(at + 1);
                break;
            } else {
                at += c.len_utf8();
            }
        }
        closes
            .into_iter()
            .rev()
            .find_map(|close| self.tail(close).map(|end| (close, end)))
    }

    /// What may follow a value: white space, then a comment or a line end.
    fn tail(&mut self, from: usize) -> Option<usize> {
        let stop = self.run(from, is_js_space);
        if self.char_at(stop) == Some('#') {
            return Some(self.run(stop, |c| !is_line_end(c)));
        }
        if self.at_line_stop(stop) {
            return Some(stop);
        }
        // Back off to the last line end inside the white space.
        let blank = self.text.get(from..stop).unwrap_or_default();
        blank.rfind(is_line_end).map(|offset| from + offset)
    }

    fn is_cut(&self, from: usize, to: usize) -> bool {
        self.char_at(to) == Some('#')
            && self
                .text
                .get(from..to)
                .is_some_and(|written| !written.ends_with(is_js_space))
    }
}

fn count_newlines(text: &str, from: usize, to: usize) -> u32 {
    let part = text.as_bytes().get(from..to).unwrap_or_default();
    part.iter().filter(|byte| **byte == b'\n').count() as u32
}

/// Trims, removes the quotes, and expands `\n` and `\r` where the first character was `"`.
fn cook(written: &str) -> String {
    let trimmed = js_trim(written);
    let plain = unquote(trimmed);
    if trimmed.starts_with('"') {
        plain.replace("\\n", "\n").replace("\\r", "\r")
    } else {
        plain
    }
}

/// At every line start, a quote and the last same quote before a line end go.
fn unquote(value: &str) -> String {
    let last_close = QUOTES.map(|quote| last_before_line_end(value, quote));
    let mut plain = String::with_capacity(value.len());
    let mut rest = value.char_indices().peekable();
    let mut line_start = true;
    while let Some((at, c)) = rest.next() {
        let close = QUOTES
            .iter()
            .position(|quote| *quote == c)
            .and_then(|which| last_close.get(which).copied().flatten())
            .filter(|close| line_start && *close > at);
        if let Some(close) = close {
            plain.push_str(value.get(at + 1..close).unwrap_or_default());
            while rest.next_if(|(next, _)| *next <= close).is_some() {}
            line_start = false;
            continue;
        }
        plain.push(c);
        line_start = is_line_end(c);
    }
    plain
}

fn last_before_line_end(value: &str, quote: char) -> Option<usize> {
    let mut before_end = true;
    for (at, c) in value.char_indices().rev() {
        if c == quote && before_end {
            return Some(at);
        }
        before_end = is_line_end(c);
    }
    None
}

#[cfg(test)]
mod tests;
