//! The config file with its line numbers kept and its texts masked. Works on a text that is no
//! JSON5 too: such a file is the one that most needs to be shown.

use super::mask::{Tally, is_token};
use crate::redact::MaskedText;
use crate::secret::value;

/// Words of the schema that are shown as values.
const WORDS: &[&str] = &[
    "local",
    "remote",
    "token",
    "password",
    "none",
    "trusted-proxy",
    "loopback",
    "lan",
    "auto",
    "custom",
    "tailnet",
    "off",
    "on",
    "api_key",
    "oauth",
    "env",
    "file",
    "exec",
    "default",
    "anthropic-messages",
    "openai-completions",
    "openai-responses",
    "google-generative-ai",
    "bearer",
    "api-key",
    "main",
    "text",
    "image",
    "merge",
    "replace",
];

/// Keys whose value is shown when it is a plain name: models and ids.
const NAMED: &[&str] = &[
    "primary",
    "id",
    "api",
    "mode",
    "bind",
    "provider",
    "source",
    "lastTouchedVersion",
    "$include",
];

/// Masks a config file.
pub(crate) fn mask(path: &str, text: &str, secrets: &[&str]) -> MaskedText {
    let mut masker = Masker {
        rest: text,
        shown: String::with_capacity(text.len()),
        tally: Tally::default(),
        key: String::new(),
        value: false,
    };
    masker.run();
    let Masker { shown, tally, .. } = masker;
    tally.text(path, &shown, secrets)
}

struct Masker<'t> {
    rest: &'t str,
    shown: String,
    tally: Tally,
    /// The last key.
    key: String,
    /// Whether a value stands next, after a colon.
    value: bool,
}

impl<'t> Masker<'t> {
    fn run(&mut self) {
        while let Some(sign) = self.rest.chars().next() {
            match sign {
                '/' if self.rest.starts_with("//") => {
                    let comment = self.take_until(|c| c == '\n');
                    let mark = if comment.len() > 2 {
                        self.tally.withhold("comment")
                    } else {
                        ""
                    };
                    self.shown.push_str(&format!("// {mark}"));
                }
                '/' if self.rest.starts_with("/*") => self.block_comment(),
                '"' | '\'' => self.string(sign),
                ':' => {
                    self.value = true;
                    self.keep(1);
                }
                ',' | '{' | '[' | '}' | ']' => {
                    self.value = sign == '[';
                    self.keep(1);
                }
                _ if sign.is_whitespace() => self.keep(sign.len_utf8()),
                _ => self.word(),
            }
        }
    }

    fn keep(&mut self, bytes: usize) {
        let (head, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.shown.push_str(head);
        self.rest = rest;
    }

    fn take_until(&mut self, stop: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(stop).unwrap_or(self.rest.len());
        let (head, rest) = self.rest.split_at(end);
        self.rest = rest;
        head
    }

    fn block_comment(&mut self) {
        let end = self.rest.find("*/").map_or(self.rest.len(), |end| end + 2);
        let (comment, rest) = self.rest.split_at(end);
        self.rest = rest;
        let mark = self.tally.withhold("comment");
        self.shown.push_str(&format!("/* {mark}{} */", breaks(comment)));
    }

    /// A string ends at its quote, or at the end of the line where that is missing.
    fn string(&mut self, quote: char) {
        let body = self.rest.get(1..).unwrap_or_default();
        let (mut end, mut escaped, mut closed) = (body.len(), false, false);
        for (at, sign) in body.char_indices() {
            match sign {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '\n' => {
                    end = at;
                    break;
                }
                _ if sign == quote => {
                    (end, closed) = (at, true);
                    break;
                }
                _ => {}
            }
        }
        let (text, rest) = body.split_at(end);
        self.rest = if closed {
            rest.get(1..).unwrap_or_default()
        } else {
            rest
        };
        let is_key = !self.value && self.rest.trim_start().starts_with(':');
        self.shown.push(quote);
        self.piece(text, is_key);
        if closed {
            self.shown.push(quote);
        }
    }

    /// A bare word: a key, a number, a fixed word, or something that should have had quotes.
    fn word(&mut self) {
        let word =
            self.take_until(|c| c.is_whitespace() || matches!(c, ',' | '{' | '}' | '[' | ']' | ':' | '"' | '\''));
        let is_key = !self.value && self.rest.trim_start().starts_with(':');
        let number = word.len() <= 12 && word.parse::<f64>().is_ok() && !is_secret_key(&self.key);
        if !is_key && (number || matches!(word, "true" | "false" | "null")) {
            self.shown.push_str(word);
        } else {
            self.piece(word, is_key);
        }
        if word.is_empty() {
            // A sign that nothing above takes must not stop the scan.
            let width = self.rest.chars().next().map_or(1, char::len_utf8);
            self.keep(width);
        }
    }

    fn piece(&mut self, text: &str, is_key: bool) {
        if is_key {
            self.key = text.to_owned();
            let plain = text.len() <= 80
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_-./@:*$".contains(c));
            let mark = if plain && !is_token(text) {
                text
            } else {
                self.tally.withhold("key")
            };
            self.shown.push_str(mark);
            return;
        }
        self.value = false;
        match shown_value(&self.key, text) {
            Some(shown) => self.shown.push_str(&shown),
            None => {
                let mark = self.tally.withhold("string value");
                self.shown.push_str(&format!("{mark}{}", breaks(text)));
            }
        }
    }
}

fn is_secret_key(key: &str) -> bool {
    let lower = key.to_lowercase();
    crate::secret::names::is_credential(key)
        || ["key", "token", "secret", "password", "auth"]
            .iter()
            .any(|word| lower.ends_with(word))
}

/// A value that may be shown, the way it may.
fn shown_value(key: &str, text: &str) -> Option<String> {
    if text.is_empty() || value::literal_reference(text).is_some_and(|whole| whole == text) {
        return Some(text.to_owned());
    }
    if is_secret_key(key) && !(key == "auth" && WORDS.contains(&text)) {
        return None;
    }
    if WORDS.contains(&text) {
        return Some(text.to_owned());
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':');
    if NAMED.contains(&key) && text.len() <= 80 && text.chars().all(plain) && !is_token(text) {
        return Some(text.to_owned());
    }
    if matches!(key, "baseUrl" | "url") {
        return url(text);
    }
    None
}

/// An address without login and query, its id segments left to the stand-ins.
fn url(text: &str) -> Option<String> {
    let (scheme, rest) = text
        .split_once("://")
        .filter(|(scheme, _)| matches!(*scheme, "http" | "https" | "ws" | "wss"))?;
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let kept = rest.get(..end)?;
    let (authority, path) = kept.split_at(kept.find('/').unwrap_or(kept.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '{' | '}' | '$' | '<' | '>');
    let id = |part: &str| part.len() == 32 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let safe = path.split('/').all(|part| id(part) || !is_token(part));
    (kept.chars().all(|c| plain(c) || c == '@') && safe).then(|| {
        let cut = if end < rest.len() { "?…" } else { "" };
        format!("{scheme}://{host}{path}{cut}")
    })
}

fn breaks(text: &str) -> String {
    "\n".repeat(text.matches('\n').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        mask("c", text, &[]).lines.join("\n")
    }

    #[test]
    fn keys_and_lines_stay_and_texts_go() {
        let config = r#"{
  // token is hunter2
  gateway: { mode: "local", port: 18789, auth: { mode: "token", token: "hunter2", password: 123456 } },
  /* two
     lines */
  env: { vars: { ODD: "hunter2", REF: "${X_KEY}" } },
  models: { providers: { "cf": { baseUrl: "https://u:hunter2@gw.example/v1/acct?k=hunter2", api: "anthropic-messages",
    headers: { 'cf-aig-authorization': 'Bearer hunter2' }, models: [{ id: "claude-sonnet-4-6", name: "hunter2" }] } } },
  list: ["hunter2", 'a \' hunter2'], on: true,
}"#;
        let expected = r#"{
  // [withheld]
  gateway: { mode: "local", port: 18789, auth: { mode: "token", token: "[withheld]", password: [withheld] } },
  /* [withheld]
 */
  env: { vars: { ODD: "[withheld]", REF: "${X_KEY}" } },
  models: { providers: { "cf": { baseUrl: "https://gw.example/v1/acct?…", api: "anthropic-messages",
    headers: { 'cf-aig-authorization': '[withheld]' }, models: [{ id: "claude-sonnet-4-6", name: "[withheld]" }] } } },
  list: ["[withheld]", '[withheld]'], on: true,
}"#;
        assert_eq!(masked(config), expected);
    }

    #[test]
    fn broken_texts_are_masked_too() {
        let table = [
            ("{ apiKey: hunter2-x, port: 1 }", "{ apiKey: [withheld], port: 1 }"),
            ("{ token: \"hunter2\n port: 1 }", "{ token: \"[withheld]\n port: 1 }"),
            ("{ hunter2 \"hunter2\" }", "{ [withheld] \"[withheld]\" }"),
            ("{ a: hunter2: 3 }", "{ a: [withheld]: 3 }"),
            ("hunter2", "[withheld]"),
            ("{ \"sk-ant-api03-AAAABBBBCCCC\": 1 }", "{ \"[withheld]\": 1 }"),
        ];
        for (text, expected) in table {
            assert_eq!(masked(text), expected);
        }
        for text in ["\"", "'\\", "/*", "//", "{\"a\\", "é:é", "\u{0}\u{1}", "/", "a/b"] {
            let _ = masked(text);
        }
    }
}
