//! Unit files and drop-ins as systemd's own reader takes them: lines, sections, assignments.
//!
//! Facts/services.md sections 1.2 and 1.4; the line rules were compared with systemd 252:
//! a `\` at the end of a line joins it with the next by a blank, comment lines inside such a
//! joined line are skipped, and a line that is not UTF-8 is ignored.

/// One `Key=value`; no `Debug`, since the value may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Section without brackets; empty where the line stands before any section, which systemd ignores.
    pub section: String,
    /// Key.
    pub key: String,
    /// Text after `=`, trimmed, continuation lines joined; empty resets a list.
    pub value: String,
    /// First line of it, from 1.
    pub line: u32,
}

/// What a unit file says, and the lines that systemd ignores.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UnitText {
    /// Assignments in order.
    pub assignments: Vec<Assignment>,
    /// Ignored lines with the reason.
    pub odd: Vec<(u32, String)>,
    /// Those of them in a section that have no `=`, as if the first `:` or blank were one.
    pub no_equals: Vec<Assignment>,
}

impl UnitText {
    /// Returns whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.assignments.is_empty() && self.odd.is_empty()
    }

    /// Returns the assignments of a section in order.
    pub fn section<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Assignment> {
        self.assignments.iter().filter(move |one| one.section == name)
    }
}

/// How many ignored lines are kept for the report.
const MAX_ODD: usize = 50;
/// systemd's limit for one (joined) line.
const LONG_LINE_MAX: usize = 1024 * 1024;

/// Parses a unit file; every byte string has an answer.
pub fn parse(bytes: &[u8]) -> UnitText {
    let mut reader = Reader::default();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (line, raw) in lines(bytes) {
        reader.line(line, raw);
    }
    reader.end()
}

#[derive(Default)]
struct Reader {
    text: UnitText,
    section: Option<String>,
    /// A joined line that is not complete yet, with the number of its first line.
    pending: Option<(u32, Vec<u8>)>,
    broken: bool,
}

impl Reader {
    fn line(&mut self, line: u32, raw: &[u8]) {
        let raw = raw.trim_ascii_start();
        if self.broken || matches!(raw.first(), Some(b'#' | b';')) {
            return;
        }
        let (first, mut joined) = self.pending.take().unwrap_or((line, Vec::new()));
        joined.extend_from_slice(raw);
        if joined.len() > LONG_LINE_MAX {
            self.odd(
                first,
                "the line is longer than systemd reads; systemd refuses the whole file",
            );
            self.broken = true;
            return;
        }
        let backslashes = joined.iter().rev().take_while(|byte| **byte == b'\\').count();
        if backslashes % 2 == 1 {
            joined.pop();
            joined.push(b' ');
            self.pending = Some((first, joined));
        } else {
            self.complete(first, &joined);
        }
    }

    fn complete(&mut self, line: u32, raw: &[u8]) {
        let raw = raw.trim_ascii();
        if raw.is_empty() {
            return;
        }
        let Ok(text) = std::str::from_utf8(raw) else {
            self.odd(line, "the line is not UTF-8; systemd ignores it");
            return;
        };
        if let Some(rest) = text.strip_prefix('[') {
            match rest.strip_suffix(']') {
                Some(name) => self.section = Some(name.to_owned()),
                None => {
                    self.odd(line, "the section header has no `]`; systemd refuses the whole file");
                    self.broken = true;
                }
            }
            return;
        }
        let Some((key, value)) = text.split_once('=') else {
            self.odd(line, "there is no `=`; systemd ignores the line");
            self.no_equals(text, line);
            return;
        };
        let key = key.trim_end_matches(is_blank);
        match &self.section {
            None => {
                self.odd(line, "the line is before any section; systemd ignores it");
                self.assignment("", key, value, line);
            }
            Some(_) if key.is_empty() => self.odd(line, "no key before `=`; systemd ignores the line"),
            Some(section) => self.assignment(&section.clone(), key, value, line),
        }
    }

    fn no_equals(&mut self, text: &str, line: u32) {
        let (Some(section), Some((key, value))) = (&self.section, text.split_once([':', ' ', '\t'])) else {
            return;
        };
        if self.text.no_equals.len() < MAX_ODD {
            self.text.no_equals.push(Assignment {
                section: section.clone(),
                key: key.to_owned(),
                value: value.trim_matches(is_blank).to_owned(),
                line,
            });
        }
    }

    fn assignment(&mut self, section: &str, key: &str, value: &str, line: u32) {
        self.text.assignments.push(Assignment {
            section: section.to_owned(),
            key: key.to_owned(),
            value: value.trim_matches(is_blank).to_owned(),
            line,
        });
    }

    fn odd(&mut self, line: u32, why: &str) {
        if self.text.odd.len() < MAX_ODD {
            self.text.odd.push((line, why.to_owned()));
        }
    }

    fn end(mut self) -> UnitText {
        if let Some((line, joined)) = self.pending.take() {
            self.complete(line, &joined);
        }
        self.text
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Splits at LF, CR, CR LF and NUL, with line numbers.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut rest = Some(bytes);
    let mut number = 0_u32;
    std::iter::from_fn(move || {
        let text = rest.take().filter(|text| !text.is_empty())?;
        number = number.saturating_add(1);
        let Some(at) = text.iter().position(|byte| matches!(byte, b'\n' | b'\r' | 0)) else {
            return Some((number, text));
        };
        let (line, mut after) = text.split_at(at);
        after = after
            .strip_prefix(b"\r\n")
            .or_else(|| after.get(1..))
            .unwrap_or_default();
        rest = Some(after);
        Some((number, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[(&str, &str, &str, u32)], odd_lines: &[u32]) {
        let parsed = parse(text.as_bytes());
        let got: Vec<_> = parsed
            .assignments
            .iter()
            .map(|one| (one.section.as_str(), one.key.as_str(), one.value.as_str(), one.line))
            .collect();
        assert_eq!(got, expected, "{text:?}");
        let odd: Vec<_> = parsed.odd.iter().map(|(line, _)| *line).collect();
        assert_eq!(odd, odd_lines, "{text:?}");
    }

    #[test]
    fn lines_are_read_as_systemd_reads_them() {
        check("[Service]\nA=1\n", &[("Service", "A", "1", 2)], &[]);
        check("[Service]\r\n A = 1 \r\n", &[("Service", "A", "1", 2)], &[]);
        check("\u{feff}[Service]\nA=\n", &[("Service", "A", "", 2)], &[]);
        check("# x\n; y\n[S]\nA=1 # kept\n", &[("S", "A", "1 # kept", 4)], &[]);
        check(
            "[S]\nA=1 \\\n  2\nB=3",
            &[("S", "A", "1  2", 2), ("S", "B", "3", 4)],
            &[],
        );
        check("[S]\nA=1 \\\n# no\n2\n", &[("S", "A", "1  2", 2)], &[]);
        check(
            "[S]\nA=1\\\\\nB=2\n",
            &[("S", "A", "1\\\\", 2), ("S", "B", "2", 3)],
            &[],
        );
        check("[S]\nA=end\\", &[("S", "A", "end", 2)], &[]);
        check("A=1\n[S]\nnoequals\n=x\n", &[("", "A", "1", 1)], &[1, 3, 4]);
        check("[S]\nA=1\n[T\nB=2\n", &[("S", "A", "1", 2)], &[3]);
        check(
            "[S]\nA=x\nA=\nA=y=z\n",
            &[("S", "A", "x", 2), ("S", "A", "", 3), ("S", "A", "y=z", 4)],
            &[],
        );
    }

    #[test]
    fn a_line_that_is_not_utf8_is_ignored() {
        let parsed = parse(b"[S]\nA=\xff\nB=2\n");
        assert_eq!(parsed.assignments.len(), 1);
        assert_eq!(parsed.odd.len(), 1);
    }

    proptest! {
        #[test]
        fn every_byte_string_has_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let parsed = parse(&bytes);
            let count = bytes.len() as u32 + 1;
            prop_assert!(parsed.assignments.iter().all(|one| one.line >= 1 && one.line <= count));
        }
    }
}
