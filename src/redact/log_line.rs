//! Log lines made fit to be shown: words of messages, times, small numbers and paths stay, everything
//! else is withheld, and so is whatever follows the name of a secret.

use zeroize::Zeroizing;

use crate::base::text::is_risky as is_unseen;
use crate::secret::names::holds_secret;
use crate::secret::public;
use crate::secret::public::is_public;

pub(crate) use crate::secret::public::WITHHELD;

/// Longest line that is shown, in characters.
const LINE_LIMIT: usize = 300;
/// Longest part of a line that is looked at, in bytes.
const SCAN_LIMIT: usize = 4 << 10;
/// Stands for a known secret while a line is looked at; no line has one of its own.
const MARK: char = '\u{1}';

/// The known secrets as they would stand in a shown line; made once for many lines.
pub struct Known<'a> {
    secrets: Vec<Zeroizing<String>>,
    public: &'a dyn Fn(&str) -> bool,
}

impl<'a> Known<'a> {
    /// Takes the known secrets, longest first, and what may be shown beside words.
    pub fn new(secrets: &[&str], public: &'a dyn Fn(&str) -> bool) -> Self {
        // A shown line has lost its control characters, so the secrets lose them too.
        let lines = secrets.iter().flat_map(|secret| secret.lines());
        let clean = lines.map(|line| Zeroizing::new(without_escapes(line).trim().to_owned()));
        Known {
            secrets: clean.filter(|secret| secret.len() >= 4).collect(),
            public,
        }
    }

    /// Returns a line without control characters and without secrets.
    pub fn masked(&self, line: &str) -> String {
        let mut text = without_escapes(line);
        for secret in &self.secrets {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), "\u{1}");
            }
        }
        let text = Line {
            rest: &text,
            shown: String::new(),
            hidden: false,
            known: self.public,
        }
        .run();
        if text.chars().count() <= LINE_LIMIT {
            return text;
        }
        text.chars().take(LINE_LIMIT).chain(std::iter::once('…')).collect()
    }
}

/// Returns one line without control characters and without secrets. `secrets` are the known ones, longest first.
pub fn masked(line: &str, secrets: &[&str]) -> String {
    Known::new(secrets, &|_| false).masked(line)
}

/// Removes terminal sequences and characters that are not seen.
fn without_escapes(line: &str) -> String {
    let mut clean = String::new();
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if clean.len() > SCAN_LIMIT {
            break;
        }
        if c == '\u{1b}' && chars.peek() == Some(&'[') {
            chars.next();
            let _ = chars.by_ref().find(|c| ('\u{40}'..='\u{7e}').contains(c));
        } else if c == '\t' {
            clean.push(' ');
        } else if !is_unseen(c) {
            clean.push(c);
        }
    }
    clean
}

/// One line on its way.
struct Line<'t> {
    rest: &'t str,
    shown: String,
    /// Whether the last piece was withheld and only signs followed: what follows is the same secret.
    hidden: bool,
    known: &'t dyn Fn(&str) -> bool,
}

impl<'t> Line<'t> {
    fn run(mut self) -> String {
        while !self.rest.is_empty() {
            let blank = self.take(char::is_whitespace);
            self.shown.push_str(blank);
            if !blank.is_empty() {
                self.hidden = false;
            }
            self.chunk();
        }
        self.shown
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        let (head, rest) = self.rest.split_at(end);
        self.rest = rest;
        head
    }

    /// What stands up to the next blank: whole, when it is a path, an address or a time; else by its pieces.
    fn chunk(&mut self) {
        let end = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
        let chunk = self.rest.get(..end).unwrap_or_default();
        let lead = chunk.len() - chunk.trim_start_matches(is_around).len();
        let body = chunk.get(lead..).unwrap_or_default();
        let bare = body.trim_end_matches(|c| is_around(c) || matches!(c, '.' | '!' | '?' | ':'));
        let whole = self.whole(bare);
        if let Some(shown) = whole {
            self.shown.push_str(chunk.get(..lead).unwrap_or_default());
            self.shown.push_str(&shown);
            self.hidden = false;
            self.rest = self.rest.get(lead + bare.len()..).unwrap_or_default();
            let tail = self.take(|c| !c.is_whitespace() && !c.is_alphanumeric() && c != MARK);
            self.shown.push_str(tail);
            self.after(bare, tail);
            return;
        }
        // Signs alone stay; a piece ends at a sign that programs put between name and value.
        let signs = self.take(|c| is_cut(c) && !c.is_whitespace());
        if signs.chars().filter(|c| is_odd(*c)).count() >= 4 {
            self.withhold();
        } else {
            self.shown.push_str(signs);
        }
        let piece = self.take(|c| !is_cut(c) && !c.is_whitespace());
        if piece.is_empty() {
            return;
        }
        let (body, dots) = piece.split_at(piece.trim_end_matches(['.', '-', '/', '!', '…']).len());
        if !body.is_empty() && self.is_shown(body) {
            self.shown.push_str(body);
            self.hidden = false;
        } else if !body.is_empty() {
            self.withhold();
        }
        self.shown.push_str(dots);
        // Signs that no program puts there may be the value.
        let signs = self.take(|c| is_cut(c) && !c.is_whitespace() && (c.is_ascii() || is_around(c)));
        self.shown.push_str(signs);
        self.after(body, signs);
    }

    fn whole(&self, bare: &str) -> Option<String> {
        if bare.contains(MARK) {
            return None;
        }
        if public::is_time(bare) {
            return Some(bare.to_owned());
        }
        if bare.contains("://") && !bare.contains(['"', '\'', '`', ',', ';', '|', '{', '<', '(', '\\']) {
            return public::url(bare, self.known);
        }
        (!bare.contains(|c: char| is_cut(c) && c != ':'))
            .then(|| public::path(bare, self.known))
            .flatten()
    }

    /// Signs alone, or a public text that signs like `--` or `$` may stand before.
    fn is_shown(&self, body: &str) -> bool {
        if body.contains(MARK) {
            return false;
        }
        let bare = body.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '~' | '+'));
        let flag = body.len() == 2 && body.starts_with('-');
        flag || !bare.chars().any(char::is_alphanumeric) || is_public(bare, self.known) || is_public(body, self.known)
    }

    fn withhold(&mut self) {
        // `[withheld]:[withheld]` would tell where the signs of a secret are.
        if self.hidden
            && self
                .shown
                .rfind(WITHHELD)
                .is_some_and(|at| !self.shown.get(at..).unwrap_or_default().contains(' '))
        {
            let end = self.shown.rfind(WITHHELD).unwrap_or_default() + WITHHELD.len();
            let between = self.shown.get(end..).unwrap_or_default();
            if between.chars().count() <= 3 && !between.contains(['=', '"', '\'', ',', '&']) {
                self.shown.truncate(end);
                return;
            }
        }
        self.shown.push_str(WITHHELD);
        self.hidden = true;
    }

    /// Behind the name of a secret and a blank stands a sentence that goes on, or the secret: what is no word of a
    /// sentence goes, though it would be shown elsewhere. Numbers and names of secrets stand behind a `token`.
    fn beside(&mut self, name: &str) {
        let blank = self.take(char::is_whitespace);
        self.shown.push_str(blank);
        let end = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
        let chunk = self.rest.get(..end).unwrap_or_default();
        let value = chunk.trim_end_matches(|c: char| is_around(c) || matches!(c, '.' | '!' | '?' | ':' | '…'));
        let lower = name.to_ascii_lowercase();
        let of_login = ["password", "passwd", "passphrase", "pwd"]
            .iter()
            .any(|word| lower.ends_with(word));
        let public = is_of_a_sentence(value) || !of_login && (public::is_number(value) || holds_secret(value));
        if value.is_empty() || public || !is_value(value) || value.starts_with(|c| is_cut(c) && !is_odd(c)) {
            return;
        }
        self.hidden = false;
        self.withhold();
        self.rest = self.rest.get(value.len()..).unwrap_or_default();
    }

    /// After the name of a secret and a sign that assigns, or a quote, or for an option a blank, the value goes whatever it is.
    fn after(&mut self, name: &str, signs: &str) {
        if !holds_secret(name) || name.len() > 64 {
            return;
        }
        let option = name.starts_with("--");
        let weak = matches!(
            name.to_ascii_lowercase().as_str(),
            "key" | "keys" | "auth" | "tokens" | "seed" | "webhook"
        );
        let assigned = signs.contains(['=', ':']) || signs.ends_with("->");
        let rest = self.rest.trim_start();
        let gap = self.rest.len() - rest.len();
        let quoted = rest.starts_with(['"', '\'', '`', '“', '‘']) || rest.starts_with("\\\"");
        let opened = signs
            .chars()
            .next_back()
            .filter(|last| matches!(last, '"' | '\'' | '`'));
        let named = signs.is_empty() && gap > 0 && (option || quoted);
        if weak {
            return;
        }
        if !(assigned || named || signs.starts_with(['"', '\'']) && signs.contains(',')) {
            if signs.is_empty() && gap > 0 {
                self.beside(name);
            }
            return;
        }
        // `token: ` at the end of a sentence has its value behind a blank; a comma between means a list.
        let blank = self.take(char::is_whitespace);
        self.shown.push_str(blank);
        let arrow = self.take(|c| matches!(c, '=' | '-' | '>' | ':'));
        self.shown.push_str(arrow);
        let blank = self.take(char::is_whitespace);
        self.shown.push_str(blank);
        let more = self.take(|c| matches!(c, '"' | '\'' | '`' | '“' | '‘' | '\\' | '[' | '{' | '('));
        self.shown.push_str(more);
        let quote = more
            .chars()
            .next_back()
            .filter(|c| matches!(c, '"' | '\'' | '`'))
            .or(opened.filter(|_| blank.is_empty() && more.is_empty()));
        let escaped = more.ends_with("\\\"") || signs.ends_with("\\\"");
        for scheme in ["bearer ", "basic ", "token "] {
            if self
                .rest
                .get(..scheme.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
            {
                let (head, rest) = self.rest.split_at(scheme.len());
                self.shown.push_str(head);
                self.rest = rest;
            }
        }
        let end = value_end(self.rest, quote, escaped);
        if self.rest.get(..end).is_some_and(is_value) {
            self.hidden = false;
            self.withhold();
            self.rest = self.rest.get(end..).unwrap_or_default();
        }
    }
}

/// Whether something stands where a value belongs: `Unexpected token '}'` has none, and `***` hides one.
fn is_value(text: &str) -> bool {
    let hides = |c: char| matches!(c, '*' | '.' | '-' | '_' | 'x' | '•' | '…');
    let signs = text.chars().count() >= 4 || !text.is_ascii();
    text.chars().any(|c| c.is_alphanumeric() || c == MARK) || signs && !text.chars().all(hides)
}

/// Where a value ends: at its closing quote, else at a blank, a quote or an `&`; at the end where a quote stays open.
fn value_end(text: &str, quote: Option<char>, quote_escaped: bool) -> usize {
    if quote_escaped {
        return text.find("\\\"").unwrap_or(text.len());
    }
    let mut escaped = false;
    let end = text.find(|c: char| {
        let ends = !escaped
            && match quote {
                Some(quote) => c == quote,
                None => c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '&'),
            };
        escaped = c == '\\' && !escaped;
        ends
    });
    match (end, quote) {
        (Some(end), Some(_)) => end,
        (None, Some(_)) => text.len(),
        (end, None) => {
            let bare = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
            bare.trim_end_matches([',', ';', ')', ']', '}', '>']).len()
        }
    }
}

/// Whether a text is a single word, as sentences have them: small letters, perhaps behind a capital.
fn is_of_a_sentence(text: &str) -> bool {
    let rest = text.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(text);
    let (start, end) = rest.split_once('\'').unwrap_or((rest, ""));
    !text.is_empty()
        && start
            .chars()
            .chain(end.chars())
            .all(|c| c.is_ascii_lowercase() || c == '-')
}

/// A sign that stands round words.
fn is_around(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '`'
            | '('
            | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '<'
            | '>'
            | ','
            | ';'
            | '“'
            | '”'
            | '‘'
            | '’'
            | '«'
            | '»'
    )
}

/// A sign that programs do not put into rows: neither a dash, an arrow nor a part of a box or a bar.
fn is_odd(c: char) -> bool {
    !c.is_ascii()
        && !c.is_alphanumeric()
        && c != MARK
        && !is_around(c)
        && !matches!(c, '\u{a0}'..='\u{a2}' | '\u{b7}' | '\u{2010}'..='\u{2027}' | '\u{2190}'..='\u{21ff}' | '\u{2500}'..='\u{25ff}')
}

/// A sign at which a piece ends.
fn is_cut(c: char) -> bool {
    is_around(c)
        || matches!(c, '=' | ':' | '|' | '&' | '?' | '\\')
        || (!c.is_ascii() && !c.is_alphanumeric() && c != MARK)
}

#[cfg(test)]
#[path = "log_line_tests.rs"]
mod tests;
