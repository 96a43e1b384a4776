//! The config file with its line numbers kept and its texts masked. Works on a text that is no
//! JSON5 too: such a file is the one that most needs to be shown.

use super::mask::finish;
use crate::config;
use crate::parse::json5::spans::SpanIndex;
use crate::redact::MaskedText;
use crate::secret::public::WITHHELD;

/// Masks a config file.
pub fn mask(path: &str, text: &str, secrets: &[&str]) -> MaskedText {
    let index = SpanIndex::build(text).ok();
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    let hidden = config::hidden(text, index.as_ref(), 0, text.len());
    for (from, to) in hidden {
        let between = text.get(at..from).unwrap_or_default();
        // `[withheld]: [withheld]` would tell where the signs of a secret are; between values signs stay.
        let glued = at > 0 && between.chars().count() <= 2 && between.chars().all(|c| matches!(c, ' ' | ':' | '\''));
        if !glued {
            shown.push_str(between);
            shown.push_str(WITHHELD);
        }
        at = to;
    }
    shown.push_str(text.get(at..).unwrap_or_default());
    finish(path, &shown, secrets)
}
