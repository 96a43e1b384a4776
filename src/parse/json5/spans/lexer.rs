//! The tokens of JSON5 as npm `json5` 2.2.3 cuts them (facts/config-validation.md section 3).

use super::FaultKind;

/// Where a token cannot go on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stop {
    pub(crate) kind: FaultKind,
    pub(crate) offset: usize,
    /// Start of the string or comment it lies in.
    pub(crate) inside: Option<u32>,
    /// Whether a token had begun.
    pub(crate) in_token: bool,
}

/// A cursor over the text.
pub(crate) struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    pub(crate) comments: bool,
}

impl<'t> Lexer<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Lexer {
            text,
            bytes: text.as_bytes(),
            at: 0,
            comments: false,
        }
    }

    /// Byte offset; texts over 4 GiB are refused before they get here.
    pub(crate) fn offset(&self) -> u32 {
        self.at as u32
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(crate) fn bump(&mut self) {
        self.at += 1;
    }

    /// Goes on to the next byte for which `ends` is true, or to the end.
    fn skip_until(&mut self, ends: impl Fn(u8) -> bool) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|byte| ends(*byte)).unwrap_or(rest.len());
    }

    fn peek_char(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    /// Returns the refusal of the next character.
    pub(crate) fn refuse(&self) -> Stop {
        let kind = self.peek_char().map_or(FaultKind::End, FaultKind::Char);
        Stop {
            kind,
            offset: self.at,
            inside: None,
            in_token: false,
        }
    }

    fn refuse_rest(&self) -> Stop {
        Stop {
            in_token: true,
            ..self.refuse()
        }
    }

    fn refuse_inside(&self, start: usize) -> Stop {
        Stop {
            inside: Some(start as u32),
            ..self.refuse_rest()
        }
    }

    /// Skips white space and comments.
    pub(crate) fn skip_space(&mut self) -> Result<(), Stop> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c) => {
                    self.skip_until(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c));
                }
                Some(b'/') => self.comment()?,
                Some(byte) if byte >= 0x80 => match self.peek_char() {
                    Some(space) if is_space(space) => self.at += space.len_utf8(),
                    _ => return Ok(()),
                },
                _ => return Ok(()),
            }
        }
    }

    fn comment(&mut self) -> Result<(), Stop> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'*') => {
                self.at += 1;
                let rest = self.text.get(self.at..).unwrap_or_default();
                let Some(end) = rest.find("*/") else {
                    self.at = self.bytes.len();
                    return Err(self.refuse_inside(start));
                };
                self.at += end + 2;
            }
            Some(b'/') => {
                self.at = self.line_end();
            }
            _ => return Err(self.refuse_rest()),
        }
        self.comments = true;
        Ok(())
    }

    /// Returns where the line ends: at a line feed, a carriage return, or one of Unicode's two separators.
    fn line_end(&self) -> usize {
        const SEPARATORS: u8 = 0xe2; // the first byte of both
        let mut at = self.at;
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr3(b'\n', b'\r', SEPARATORS, rest) else {
                return self.bytes.len();
            };
            at += found;
            match self.bytes.get(at..at + 3) {
                Some([SEPARATORS, 0x80, 0xa8 | 0xa9]) => return at,
                _ if self.bytes.get(at) == Some(&SEPARATORS) => at += 1,
                _ => return at,
            }
        }
    }

    /// Reads a key and returns its range, quotes included.
    pub(crate) fn key(&mut self) -> Result<(u32, u32), Stop> {
        let start = self.at;
        match self.peek() {
            Some(quote @ (b'"' | b'\'')) => self.string(quote)?,
            Some(b'\\') => self.identifier_escape(true)?,
            _ => match self.peek_char() {
                Some(first) if is_id_start(first) => self.at += first.len_utf8(),
                _ => return Err(self.refuse()),
            },
        }
        if !matches!(self.bytes.get(start), Some(b'"' | b'\'')) {
            loop {
                match self.peek_char() {
                    Some('\\') => self.identifier_escape(false)?,
                    Some(next) if is_id_continue(next) => self.at += next.len_utf8(),
                    _ => break,
                }
            }
        }
        Ok((start as u32, self.at as u32))
    }

    fn identifier_escape(&mut self, first: bool) -> Result<(), Stop> {
        let start = self.at;
        self.at += 1;
        if self.peek() != Some(b'u') {
            return Err(self.refuse_rest());
        }
        self.at += 1;
        let value = self.hex(4)?;
        let fits = char::from_u32(value).is_some_and(|c| if first { is_id_start(c) } else { is_id_continue(c) });
        if fits {
            return Ok(());
        }
        Err(Stop {
            kind: FaultKind::Identifier,
            offset: start,
            inside: None,
            in_token: true,
        })
    }

    fn hex(&mut self, digits: usize) -> Result<u32, Stop> {
        let mut value = 0;
        for _ in 0..digits {
            let Some(digit) = self.peek().and_then(|byte| (byte as char).to_digit(16)) else {
                return Err(self.refuse_rest());
            };
            value = value * 16 + digit;
            self.at += 1;
        }
        Ok(value)
    }

    fn string(&mut self, quote: u8) -> Result<(), Stop> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(byte) if byte == quote => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape().map_err(|stop| Stop {
                    inside: Some(start as u32),
                    ..stop
                })?,
                Some(b'\n' | b'\r') | None => return Err(self.refuse_inside(start)),
                Some(_) => self.skip_until(|b| b == quote || matches!(b, b'\\' | b'\n' | b'\r')),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Stop> {
        self.at += 1;
        match self.peek() {
            Some(b'x') => {
                self.at += 1;
                self.hex(2).map(drop)
            }
            Some(b'u') => {
                self.at += 1;
                self.hex(4).map(drop)
            }
            Some(b'0') => {
                self.at += 1;
                if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                    return Err(self.refuse_rest());
                }
                Ok(())
            }
            Some(b'1'..=b'9') | None => Err(self.refuse_rest()),
            Some(b'\r') => {
                self.at += 1;
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
                Ok(())
            }
            Some(_) => {
                self.at += self.peek_char().map_or(1, char::len_utf8);
                Ok(())
            }
        }
    }

    /// Reads a string, number or word.
    pub(crate) fn scalar(&mut self) -> Result<(), Stop> {
        match self.peek() {
            Some(quote @ (b'"' | b'\'')) => self.string(quote),
            Some(b'n') => self.word("null"),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'-' | b'+') => {
                self.at += 1;
                self.number().map_err(|stop| Stop { in_token: true, ..stop })
            }
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Stop> {
        for (index, wanted) in word.bytes().enumerate() {
            if self.peek() != Some(wanted) {
                return Err(if index == 0 { self.refuse() } else { self.refuse_rest() });
            }
            self.at += 1;
        }
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<(), Stop> {
        match self.peek() {
            Some(b'I') => return self.word("Infinity"),
            Some(b'N') => return self.word("NaN"),
            Some(b'.') => {
                self.at += 1;
                if self.digits() == 0 {
                    return Err(self.refuse_rest());
                }
                return self.exponent();
            }
            Some(b'0') => {
                self.at += 1;
                if matches!(self.peek(), Some(b'x' | b'X')) {
                    self.at += 1;
                    self.hex(1)?;
                    while self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        self.at += 1;
                    }
                    return Ok(());
                }
            }
            Some(b'1'..=b'9') => {
                self.digits();
            }
            _ => return Err(self.refuse()),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits();
        }
        self.exponent()
    }

    fn exponent(&mut self) -> Result<(), Stop> {
        if !matches!(self.peek(), Some(b'e' | b'E')) {
            return Ok(());
        }
        self.at += 1;
        if matches!(self.peek(), Some(b'+' | b'-')) {
            self.at += 1;
        }
        if self.digits() == 0 {
            return Err(self.refuse_rest());
        }
        Ok(())
    }
}

fn is_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

fn is_id_start(c: char) -> bool {
    c == '$' || c == '_' || c.is_alphabetic()
}

fn is_id_continue(c: char) -> bool {
    is_id_start(c)
        || c.is_alphanumeric()
        || matches!(
            c,
            '\u{200c}' | '\u{200d}' | '\u{203f}' | '\u{2040}' | '\u{300}'..='\u{36f}'
        )
}
