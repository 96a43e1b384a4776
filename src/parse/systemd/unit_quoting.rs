//! The words of `Environment=` and `ExecStart=`: systemd's quoting, escapes and specifiers.
//!
//! Quotes of both kinds may stand anywhere in a word and escapes count inside both; an unknown
//! escape or an open quote makes systemd drop the rest of the line (systemd.syntax(7), compared
//! with systemd 252; facts/services.md section 1.4).

/// Words of a line; the values may be secrets, so there is no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Words {
    /// The words that could be read, quotes removed.
    pub words: Vec<String>,
    /// Why the rest of the line is ignored, where it is.
    pub cut: Option<Cut>,
}

/// Why systemd stops reading a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// A quote is never closed.
    OpenQuote,
    /// A backslash stands before a character that has no meaning after it.
    BadEscape,
}

impl Cut {
    /// Returns the reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Cut::OpenQuote => "a quote is never closed",
            Cut::BadEscape => "a backslash before a character that has no meaning after it",
        }
    }
}

/// Splits a line into words.
pub fn words(line: &str) -> Words {
    let mut found = Words {
        words: Vec::new(),
        cut: None,
    };
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches(is_separator);
        if rest.is_empty() {
            return found;
        }
        match word(rest) {
            Ok((word, after)) => {
                found.words.push(word);
                rest = after;
            }
            Err(cut) => {
                found.cut = Some(cut);
                return found;
            }
        }
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Reads one word; returns it and what follows. Bytes, because `\xff` is a byte to systemd.
fn word(text: &str) -> Result<(String, &str), Cut> {
    let mut out: Vec<u8> = Vec::new();
    let mut quote: Option<char> = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (_, '\\') => {
                let (used, bytes) = unescape(text.get(at + 1..).unwrap_or_default()).ok_or(Cut::BadEscape)?;
                out.extend(bytes);
                // All escapes are ASCII, so `used` counts characters as well as bytes.
                chars.nth(used.saturating_sub(1));
            }
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, _) if is_separator(c) => {
                return Ok((text_of(&out), text.get(at..).unwrap_or_default()));
            }
            _ => {
                let mut buffer = [0; 4];
                out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
            }
        }
    }
    match quote {
        Some(_) => Err(Cut::OpenQuote),
        None => Ok((text_of(&out), "")),
    }
}

/// Bytes that are not UTF-8 (from `\xff`) become U+FFFD; systemd refuses such an assignment.
fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Reads what follows a backslash: how many bytes it takes, and the bytes it stands for.
fn unescape(text: &str) -> Option<(usize, Vec<u8>)> {
    let kind = text.chars().next()?;
    let byte = |byte: u8| Some((1, vec![byte]));
    match kind {
        'a' => byte(7),
        'b' => byte(8),
        'f' => byte(12),
        'n' => byte(b'\n'),
        'r' => byte(b'\r'),
        't' => byte(b'\t'),
        'v' => byte(11),
        's' => byte(b' '),
        '\\' | '"' | '\'' => byte(kind as u8),
        'x' => number(text, 1, 2, 16)
            .and_then(|code| u8::try_from(code).ok())
            .filter(|code| *code != 0)
            .map(|code| (3, vec![code])),
        'u' => coded(number(text, 1, 4, 16)?).map(|bytes| (5, bytes)),
        'U' => coded(number(text, 1, 8, 16)?).map(|bytes| (9, bytes)),
        '0'..='7' => number(text, 0, 3, 8)
            .and_then(|code| u8::try_from(code).ok())
            .filter(|code| *code != 0)
            .map(|code| (3, vec![code])),
        _ => None,
    }
}

fn number(text: &str, from: usize, digits: usize, radix: u32) -> Option<u32> {
    let part = text.get(from..from + digits)?;
    let plain = part.chars().all(|c| c.is_digit(radix));
    plain.then(|| u32::from_str_radix(part, radix).ok()).flatten()
}

fn coded(code: u32) -> Option<Vec<u8>> {
    char::from_u32(code)
        .filter(|c| *c != '\0')
        .map(|c| c.to_string().into_bytes())
}

/// A text with its specifiers replaced; no `Debug`, since it may hold a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The text; what could not be resolved stands as it was.
    pub text: String,
    /// Specifiers that systemd knows and the doctor does not resolve.
    pub open: Vec<char>,
    /// A letter after `%` that is no specifier: systemd ignores the whole word.
    pub bad: Option<char>,
}

/// Replaces specifiers; `resolve` returns the text of one, where it is known.
pub fn specifiers(text: &str, resolve: impl Fn(char) -> Option<String>) -> Resolved {
    /// Letters that systemd resolves (systemd.unit(5), Specifiers).
    const KNOWN: &str = "aAbBcCdDEfgGhHiIjJlLmMnNopPqrRsStTuUvVwWyY";
    let mut found = Resolved {
        text: String::with_capacity(text.len()),
        open: Vec::new(),
        bad: None,
    };
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            found.text.push(c);
            continue;
        }
        match chars.next() {
            None | Some('%') => found.text.push('%'),
            Some(letter) => match resolve(letter) {
                Some(value) => found.text.push_str(&value),
                None => {
                    if KNOWN.contains(letter) {
                        found.open.push(letter);
                    } else if letter.is_ascii_alphanumeric() {
                        found.bad = found.bad.or(Some(letter));
                    }
                    found.text.push('%');
                    found.text.push(letter);
                }
            },
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(line: &str, expected: &[&str], cut: Option<Cut>) {
        let found = words(line);
        assert_eq!(found.words, expected, "{line:?}");
        assert_eq!(found.cut, cut, "{line:?}");
    }

    #[test]
    fn words_are_split_as_systemd_splits_them() {
        check("A=1 B=2", &["A=1", "B=2"], None);
        check("  A=1\t B=2  ", &["A=1", "B=2"], None);
        check(r#""A=a b" 'B=c d' C="e f""#, &["A=a b", "B=c d", "C=e f"], None);
        check(r#"A="x"y'z'"#, &["A=xyz"], None);
        check(r#"A=\x41\101\u00e9\sz"#, &["A=AA\u{e9} z"], None);
        check(r#""A=\"q\" \\ \$""#, &[], Some(Cut::BadEscape));
        check(r#"A=1 "B=2"#, &["A=1"], Some(Cut::OpenQuote));
        check(r"A=1 B=a\qb C=3", &["A=1"], Some(Cut::BadEscape));
        check(r"A=1\", &[], Some(Cut::BadEscape));
        check(r#"A=$X ${Y} $$"#, &["A=$X", "${Y}", "$$"], None);
        check(r#"'A=it\'s'"#, &["A=it's"], None);
        check(r"A=\x00", &[], Some(Cut::BadEscape));
        check(r#"A="""#, &["A="], None);
        check("A=p#q ;x", &["A=p#q", ";x"], None);
    }

    #[test]
    fn specifiers_are_replaced_once() {
        let resolve = |letter| match letter {
            'h' => Some("/home/me%u".to_owned()),
            'i' => Some(String::new()),
            _ => None,
        };
        for (text, expected, open, bad) in [
            ("%h/x %i| %% 100% %", "/home/me%u/x | % 100% %", "", None),
            ("%b%b", "%b%b", "bb", None),
            ("a%zb%y", "a%zb%y", "y", Some('z')),
            ("50%-60%.", "50%-60%.", "", None),
        ] {
            let found = specifiers(text, resolve);
            assert_eq!(found.text, expected);
            assert_eq!(found.open.iter().collect::<String>(), open);
            assert_eq!(found.bad, bad);
        }
    }

    proptest! {
        #[test]
        fn every_line_has_an_answer(line in "\\PC{0,80}|[\\\\\"' xuU0-9a-f%=]{0,60}") {
            let found = words(&line);
            prop_assert!(found.words.iter().map(String::len).sum::<usize>() <= line.len() * 3);
            let _ = specifiers(&line, |_| None);
        }
    }
}
