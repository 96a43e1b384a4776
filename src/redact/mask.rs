//! What the maskers share: the mark, the count, and which words are harmless.

use std::collections::BTreeMap;

use crate::redact::MaskedText;
use crate::redact::log_line;
use crate::secret::value;

pub(crate) use log_line::WITHHELD;

/// Lines that are kept of one text.
const LINES: usize = 2000;
/// Signs of a line that are kept.
const WIDTH: usize = 400;

/// Counts what was withheld, by rule.
#[derive(Debug, Default)]
pub(crate) struct Tally(BTreeMap<&'static str, usize>);

impl Tally {
    /// Counts one and returns the mark.
    pub(crate) fn withhold(&mut self, rule: &'static str) -> &'static str {
        *self.0.entry(rule).or_default() += 1;
        WITHHELD
    }

    /// Puts a masked text together; known secrets that are still in it go too.
    pub(crate) fn text(mut self, path: &str, text: &str, secrets: &[&str]) -> MaskedText {
        let all = text.lines().count();
        let lines = text.lines().take(LINES).map(|line| {
            let mut kept: String = line
                .chars()
                .filter(|c| !c.is_control() || *c == '\t')
                .take(WIDTH)
                .collect();
            for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
                if kept.contains(*secret) {
                    kept = kept.replace(*secret, self.withhold("known secret"));
                }
            }
            kept
        });
        let lines: Vec<String> = lines.collect();
        MaskedText {
            path: path.to_owned(),
            cut: all - lines.len(),
            lines,
            withheld: self
                .0
                .into_iter()
                .map(|(rule, count)| (rule.to_owned(), count))
                .collect(),
        }
    }
}

/// Tells whether a word may be shown in a command line: a path, an option, a small number, or a
/// word of the Gateway's own command line.
pub(crate) fn is_plain_word(word: &str) -> bool {
    const WORDS: &[&str] = &["gateway", "run", "start", "node", "openclaw", "env", "exec", "-", "--"];
    let file = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '%' | '+' | '~');
    let path = (word.starts_with(['/', '~']) || word.starts_with("%h/")) && word.chars().all(file) && !is_token(word);
    let option = word.starts_with('-') && word.len() <= 32 && word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let number = word.len() <= 5 && word.chars().all(|c| c.is_ascii_digit());
    let port = word
        .strip_prefix("--port=")
        .is_some_and(|port| port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit()));
    WORDS.contains(&word) || path || option || number || port
}

/// Tells whether a word has the look of a token: known forms, or a long mix of letters and digits.
pub(crate) fn is_token(word: &str) -> bool {
    value::shape(word).is_some() || log_line::masked(word, &[]) != word
}
