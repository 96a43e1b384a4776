//! `EnvironmentFile=` as systemd reads it, which is neither dotenv nor shell.
//!
//! The rules (facts/services.md section 1.4, facts/env-resolution.md section 3.2, compared with
//! systemd 252): `#` and `;` begin a comment only at the start of a line, an unquoted backslash
//! takes the next character and joins lines, quotes count only at the start of a value or
//! directly after a closing quote, nothing is expanded, `export` is no keyword, and a NUL or
//! invalid UTF-8 makes systemd refuse the whole file.

use crate::parse::meant;
use crate::secret::value::is_env_name;

/// One `NAME=value` that systemd takes; no `Debug`, since the value may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Name.
    pub name: String,
    /// Value, quotes and escapes removed.
    pub value: String,
    /// Line of the name, from 1.
    pub line: u32,
}

/// What a file gives.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EnvText {
    /// Entries in order; of one name the last counts.
    pub entries: Vec<Entry>,
    /// Lines that are ignored or not read as they look: line, name where one can be told, what happens.
    pub odd: Vec<(u32, Option<String>, String)>,
}

/// Why systemd refuses the whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There is a NUL byte.
    Nul,
    /// A name or value is not UTF-8.
    NotUtf8 {
        /// Line of the name, from 1.
        line: u32,
    },
}

impl Refused {
    /// Returns the reason in words.
    pub fn words(self) -> String {
        match self {
            Refused::Nul => "it has a NUL byte".to_owned(),
            Refused::NotUtf8 { line } => format!("line {line} is not UTF-8"),
        }
    }
}

/// How many odd lines are kept for the report.
const MAX_ODD: usize = 50;

/// Parses a file; every byte string has an answer.
pub fn parse(bytes: &[u8]) -> Result<EnvText, Refused> {
    if bytes.contains(&0) {
        return Err(Refused::Nul);
    }
    let mut reader = Reader {
        line: 1,
        ..Reader::default()
    };
    let mut before = 0;
    for &byte in bytes {
        reader.step(byte)?;
        if byte == b'\n' && before != b'\r' || byte == b'\r' {
            reader.line = reader.line.saturating_add(1);
        }
        before = byte;
    }
    reader.end()
}

#[derive(Clone, Copy, Default, PartialEq)]
enum State {
    #[default]
    PreKey,
    Key,
    PreValue,
    Value,
    Escape,
    Single,
    Double,
    DoubleEscape,
    Comment,
    CommentEscape,
}

#[derive(Default)]
struct Reader {
    state: State,
    key: Vec<u8>,
    value: Vec<u8>,
    /// Where the white space at the end of an unquoted value begins.
    value_tail: Option<usize>,
    line: u32,
    key_line: u32,
    escaped: bool,
    /// Where in the value a `\` at the end of a line joined the next one.
    joins: Vec<usize>,
    /// The line that a `\` at the end of a comment takes into it, with its number.
    taken: Option<(u32, Vec<u8>)>,
    text: EnvText,
}

impl Reader {
    fn step(&mut self, byte: u8) -> Result<(), Refused> {
        let newline = matches!(byte, b'\n' | b'\r');
        match self.state {
            State::PreKey if matches!(byte, b'#' | b';') => self.state = State::Comment,
            State::PreKey if is_blank(byte) => {}
            State::PreKey => {
                self.state = State::Key;
                self.key_line = self.line;
                self.escaped = false;
                self.key.push(byte);
            }
            State::Key if newline => self.line_without_value(),
            State::Key if byte == b'=' => {
                self.state = State::PreValue;
                self.value_tail = None;
            }
            State::Key => self.key.push(byte),
            State::PreValue | State::Value if newline => self.push()?,
            State::PreValue if byte == b'\'' => self.state = State::Single,
            State::PreValue if byte == b'"' => self.state = State::Double,
            State::PreValue | State::Value if byte == b'\\' => {
                self.state = State::Escape;
                self.value_tail = None;
            }
            State::PreValue if is_blank(byte) => {}
            State::PreValue | State::Value => {
                if !is_blank(byte) {
                    self.value_tail = None;
                } else if self.value_tail.is_none() {
                    self.value_tail = Some(self.value.len());
                }
                self.state = State::Value;
                self.value.push(byte);
            }
            State::Escape => {
                self.state = State::Value;
                if newline {
                    self.joins.push(self.value.len());
                } else {
                    self.escaped = true;
                    self.value.push(byte);
                }
            }
            State::Single if byte == b'\'' => self.state = State::PreValue,
            State::Double if byte == b'"' => self.state = State::PreValue,
            State::Double if byte == b'\\' => self.state = State::DoubleEscape,
            State::Single | State::Double => self.value.push(byte),
            State::DoubleEscape => {
                self.state = State::Double;
                if byte == b'\n' {
                    self.joins.push(self.value.len());
                } else {
                    if !matches!(byte, b'"' | b'\\' | b'`' | b'$') {
                        self.value.push(b'\\');
                    }
                    self.value.push(byte);
                }
            }
            State::Comment if byte == b'\\' => self.state = State::CommentEscape,
            State::Comment if newline => {
                self.comment_ends();
                self.state = State::PreKey;
            }
            State::Comment => self.taken.iter_mut().for_each(|(_, text)| text.push(byte)),
            State::CommentEscape => {
                if newline {
                    self.comment_ends();
                    self.taken = Some((self.line.saturating_add(1), Vec::new()));
                }
                self.state = State::Comment;
            }
        }
        Ok(())
    }

    fn line_without_value(&mut self) {
        // The text may be a pasted key; only what is clearly meant as a name is taken for one.
        let line = std::mem::take(&mut self.key);
        let name = meant::name_in(&String::from_utf8_lossy(&line)).map(str::to_owned);
        self.odd(name, "there is no `=`; systemd ignores the line");
        self.state = State::PreKey;
    }

    fn comment_ends(&mut self) {
        let Some((line, text)) = self.taken.take() else { return };
        if let Some(name) = meant::name_in(&String::from_utf8_lossy(&text)) {
            self.key_line = line;
            self.odd(
                Some(name.to_owned()),
                "the comment above ends in `\\` and takes this line in",
            );
        }
    }

    fn push(&mut self) -> Result<(), Refused> {
        let refused = Refused::NotUtf8 { line: self.key_line };
        let key = String::from_utf8(std::mem::take(&mut self.key)).map_err(|_| refused)?;
        let key = key.trim_end_matches([' ', '\t', '\r', '\n']).to_owned();
        let mut value = std::mem::take(&mut self.value);
        if self.state == State::Value {
            value.truncate(self.value_tail.unwrap_or(value.len()));
        }
        let value = String::from_utf8(value).map_err(|_| refused)?;
        if has_noncharacter(&key) || has_noncharacter(&value) {
            return Err(refused);
        }
        self.state = State::PreKey;
        if is_env_name(&key) {
            if self.escaped {
                self.odd(
                    Some(key.clone()),
                    "systemd takes an unquoted backslash away and keeps what follows it",
                );
            }
            self.swallowed(&value);
            self.text.entries.push(Entry {
                name: key,
                value,
                line: self.key_line,
            });
            return Ok(());
        }
        let exported = key
            .strip_prefix("export")
            .filter(|rest| rest.starts_with([' ', '\t']))
            .map(str::trim_ascii)
            .filter(|name| is_env_name(name))
            .map(str::to_owned);
        match exported {
            Some(name) => self.odd(Some(name), "systemd does not know `export` and ignores the line"),
            None => self.odd(
                meant::name_in(&format!("{key}=")).map(str::to_owned),
                "the part before `=` is not a valid name; systemd ignores the line",
            ),
        }
        Ok(())
    }

    /// An open quote or a `\` at the end of a line takes the next assignment into the value.
    fn swallowed(&mut self, value: &str) {
        let joins = std::mem::take(&mut self.joins);
        if self.line == self.key_line {
            return;
        }
        let joined = joins.iter().filter_map(|at| value.get(*at..)?.lines().next());
        let names: Vec<String> = value
            .lines()
            .skip(1)
            .chain(joined)
            .filter_map(meant::name_in)
            .map(str::to_owned)
            .collect();
        for name in names {
            self.odd(
                Some(name),
                "the line became part of the value above it, by an open quote or a `\\` at the end",
            );
        }
    }

    fn odd(&mut self, name: Option<String>, what: &str) {
        if self.text.odd.len() < MAX_ODD {
            self.text.odd.push((self.key_line, name, what.to_owned()));
        }
    }

    fn end(mut self) -> Result<EnvText, Refused> {
        match self.state {
            State::PreKey | State::CommentEscape => {}
            State::Comment => self.comment_ends(),
            State::Key => self.line_without_value(),
            State::Single | State::Double | State::DoubleEscape => {
                let name = String::from_utf8_lossy(&self.key).trim_ascii().to_owned();
                let shown = Some(name).filter(|name| is_env_name(name));
                self.odd(
                    shown,
                    "the quote is never closed; the value takes in all lines that follow",
                );
                self.push()?;
            }
            State::PreValue | State::Value | State::Escape => self.push()?,
        }
        Ok(self.text)
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Code points that are no characters make text invalid to systemd.
fn has_noncharacter(text: &str) -> bool {
    text.chars()
        .any(|c| matches!(c as u32, 0xfdd0..=0xfdef) || (c as u32) & 0xfffe == 0xfffe)
}

#[cfg(test)]
#[path = "env_file_tests.rs"]
mod tests;
