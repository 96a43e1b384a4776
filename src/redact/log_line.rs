//! Log lines made fit to be shown: known secrets and whatever looks like one are withheld.

use zeroize::Zeroizing;

use crate::secret::names;

/// What stands in the place of a secret.
pub const WITHHELD: &str = "[withheld]";
/// Longest line that is shown, in characters.
const LINE_LIMIT: usize = 300;
/// Longest part of a line that is looked at.
const SCAN_LIMIT: usize = 16 << 10;

/// Starts of well-known credentials; what follows is withheld with them.
const PREFIXES: &[&str] = &[
    "sk-",
    "sk_",
    "rk-",
    "pk-",
    "cfut_",
    "cfat_",
    "cfk_",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxs-",
    "xapp-",
    "AIza",
    "ya29.",
    "AKIA",
    "ASIA",
    "eyJ",
    "hf_",
    "npm_",
    "gsk_",
    "xai-",
    "r8_",
    "pplx-",
    "nvapi-",
    "tvly-",
    "fc-",
    "AGE-SECRET-KEY-",
];

/// The known secrets as they would stand in a shown line; made once for many lines.
pub struct Known(Vec<Zeroizing<String>>);

impl Known {
    /// Takes the known secrets, longest first.
    pub fn new(secrets: &[&str]) -> Self {
        // A shown line has lost its control characters, so the secrets lose them too.
        let lines = secrets.iter().flat_map(|secret| secret.lines());
        let clean = lines.map(|line| Zeroizing::new(without_escapes(line)));
        Known(clean.filter(|secret| secret.len() >= 4).collect())
    }

    /// Returns a line without control characters and without secrets.
    pub fn masked(&self, line: &str) -> String {
        let mut text = without_escapes(line);
        for secret in &self.0 {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), WITHHELD);
            }
        }
        let text = mask_words(&text);
        if text.chars().count() <= LINE_LIMIT {
            return text;
        }
        text.chars().take(LINE_LIMIT).chain(std::iter::once('…')).collect()
    }
}

/// Returns one line without control characters and without secrets. `secrets` are the known ones, longest first.
pub fn masked(line: &str, secrets: &[&str]) -> String {
    Known::new(secrets).masked(line)
}

/// Removes terminal sequences and control characters.
fn without_escapes(line: &str) -> String {
    let mut clean = String::new();
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if clean.len() > SCAN_LIMIT {
            break;
        }
        if c == '\u{1b}' && chars.peek() == Some(&'[') {
            let _ = chars.by_ref().find(|c| c.is_ascii_alphabetic());
        } else if c == '\t' {
            clean.push(' ');
        } else if !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        {
            clean.push(c);
        }
    }
    clean
}

/// Withholds `Bearer …`, `name="…"`, `NAME=…`, `"name": "…"`, user:password in URLs and words that
/// start like a credential.
fn mask_words(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    let mut hide_next = false;
    let mut quote = None;
    while !rest.is_empty() {
        let word_end = rest.find(is_separator).unwrap_or(rest.len());
        let (word, tail) = rest.split_at_checked(word_end).unwrap_or((rest, ""));
        let scheme = word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic");
        let mut after_word = tail;
        if hide_next && !word.is_empty() && !scheme {
            // A secret may hold separators itself, so all of the value goes.
            shown.push_str(WITHHELD);
            after_word = rest.get(value_end(rest, quote)..).unwrap_or_default();
            hide_next = false;
        } else {
            shown.push_str(&mask_word(word));
        }
        let separators_end = after_word.find(|c: char| !is_separator(c)).unwrap_or(after_word.len());
        let (separators, after) = after_word.split_at_checked(separators_end).unwrap_or((after_word, ""));
        // A name is followed by `=` or `:`, a scheme by a blank.
        let assigns = separators.contains(['=', ':']);
        let named = names::is_credential(word) || is_camel_credential(word);
        hide_next = if word.is_empty() {
            hide_next
        } else {
            named && assigns || scheme && separators.starts_with(' ') || scheme && hide_next
        };
        let opened = separators
            .chars()
            .next_back()
            .filter(|last| matches!(last, '"' | '\'' | '`'));
        quote = opened.or(quote.filter(|_| scheme));
        shown.push_str(separators);
        rest = after;
    }
    shown
}

/// Where a value ends: at its closing quote, else at a blank, a quote or an `&`.
fn value_end(text: &str, quote: Option<char>) -> usize {
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
        (end, _) => {
            let bare = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
            bare.trim_end_matches([',', ';', ')', ']', '}', '>']).len()
        }
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '=' | ':'
                | '"'
                | '\''
                | '`'
                | ','
                | ';'
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '<'
                | '>'
                | '&'
                | '?'
                | '@'
                | '|'
        )
}

/// `apiKey`, `authToken`, `clientSecret`.
fn is_camel_credential(word: &str) -> bool {
    ["Key", "Token", "Secret", "Password", "Authorization"]
        .iter()
        .any(|ending| word.ends_with(ending))
        || word.eq_ignore_ascii_case("authorization")
}

fn mask_word(word: &str) -> String {
    let at = PREFIXES
        .iter()
        .filter_map(|prefix| {
            let at = word.find(prefix)?;
            let starts = word
                .get(..at)?
                .chars()
                .next_back()
                .is_none_or(|before| !before.is_ascii_alphanumeric());
            let long = word.len() - at >= prefix.len() + 8;
            (starts && long).then_some(at)
        })
        .min();
    match at {
        Some(at) => format!("{}{WITHHELD}", word.get(..at).unwrap_or_default()),
        None if is_random(word) => WITHHELD.to_owned(),
        None => word.to_owned(),
    }
}

/// A long run of letters and digits mixed, as keys are and words are not. Paths have slashes and
/// UUIDs and dates have a form of their own.
fn is_random(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.');
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let letters = word.chars().filter(char::is_ascii_alphabetic).count();
    let longest = word.split(['-', '.', '_']).map(str::len).max().unwrap_or_default();
    word.len() >= 32 && word.chars().all(plain) && digits >= 4 && letters >= 4 && longest >= 20
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_withheld() {
        let cases = [
            ("key is my-secret-1 here", "key is [withheld] here"),
            ("Authorization: Bearer abcdef", "Authorization: Bearer [withheld]"),
            (
                "authorization=\"Bearer abc.def\"",
                "authorization=\"Bearer [withheld]\"",
            ),
            ("OPENAI_API_KEY=abc next", "OPENAI_API_KEY=[withheld] next"),
            (
                "{\"apiKey\": \"abc\", \"port\": 1}",
                "{\"apiKey\": \"[withheld]\", \"port\": 1}",
            ),
            ("got sk-ant-api03-AAAABBBB.", "got [withheld]"),
            ("token: x", "token: [withheld]"),
            ("url https://h/x?token=abc&b=1", "url https://h/x?token=[withheld]&b=1"),
            (
                "{\"apiKey\":\"a,b\\\"c]d\",\"x\":1}",
                "{\"apiKey\":\"[withheld]\",\"x\":1}",
            ),
            ("Authorization: Bearer a,b;c d", "Authorization: Bearer [withheld] d"),
            ("token='a b&c' d", "token='[withheld]' d"),
            ("(token=a,b), d", "(token=[withheld]), d"),
            ("hash 0123456789abcdef0123456789abcdef", "hash [withheld]"),
        ];
        for (line, expected) in cases {
            assert_eq!(masked(line, &["my-secret-1"]), expected, "{line}");
        }
    }

    #[test]
    fn ordinary_lines_stay() {
        let lines = [
            "[gateway] listening on ws://127.0.0.1:18789 (pid 4242)",
            "2026-11-22T14:10:12.851Z info starting 2026.9.6",
            "Error: config /home/me/.openclaw/openclaw.json is not valid: gateway.mode",
            "No API key found for provider \"cloudflare-ai-gateway\"",
            "id 6f1c9a52-9f0e-4c7e-9b43-6a1f0c5b7d21",
            "task-manager ask-user",
        ];
        for line in lines {
            assert_eq!(masked(line, &[]), line);
        }
    }

    #[test]
    fn controls_go_and_lines_are_bounded() {
        assert_eq!(masked("\u{1b}[31mred\u{1b}[0m\u{7}\u{202e}x", &[]), "redx");
        assert_eq!(masked(&"é ".repeat(1000), &[]).chars().count(), LINE_LIMIT + 1);
        for line in ["\u{1b}[", "=", "::::", "\"", "Bearer", "Bearer ", "sk-", "é=é"] {
            let _ = masked(line, &[]);
        }
    }
}
