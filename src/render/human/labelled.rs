//! Lines such as `gateway     ✓ up   ✓ ready`: a label and items that are never broken apart.

use crate::render::theme::{Theme, Tone};
use crate::render::width::{columns, pad, wrap};

/// Columns of the label.
pub(super) const LABEL: usize = 12;
/// Blanks between items.
const GAP: &str = "   ";

/// One item with its sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) tone: Tone,
    pub(super) sign: &'static str,
    pub(super) words: String,
}

impl Item {
    pub(super) fn good(words: impl Into<String>) -> Self {
        Item::of(Tone::Good, "✓", words)
    }

    pub(super) fn bad(words: impl Into<String>) -> Self {
        Item::of(Tone::Bad, "✗", words)
    }

    pub(super) fn warn(words: impl Into<String>) -> Self {
        Item::of(Tone::Warn, "!", words)
    }

    pub(super) fn unsure(words: impl Into<String>) -> Self {
        Item::of(Tone::Unsure, "?", words)
    }

    /// Something that was not done, and is no fault.
    pub(super) fn idle(words: impl Into<String>) -> Self {
        Item::of(Tone::Faint, "–", words)
    }

    fn of(tone: Tone, sign: &'static str, words: impl Into<String>) -> Self {
        Item {
            tone,
            sign,
            words: words.into(),
        }
    }
}

/// Returns the lines; an item that is wider than the window is broken at blanks.
pub(super) fn line(theme: &Theme, label: &str, items: &[Item]) -> String {
    let room = theme.width.saturating_sub(LABEL);
    let mut lines: Vec<(String, usize)> = Vec::new();
    for item in items {
        for (at, words) in wrap(&item.words, room.saturating_sub(2)).into_iter().enumerate() {
            let sign = if at == 0 {
                theme.paint(item.tone, item.sign)
            } else {
                " ".to_owned()
            };
            let shown = format!("{sign} {words}");
            let needed = columns(&shown);
            match lines.last_mut() {
                Some((line, used)) if at == 0 && *used + GAP.len() + needed <= room => {
                    line.push_str(GAP);
                    line.push_str(&shown);
                    *used += GAP.len() + needed;
                }
                _ => lines.push((shown, needed)),
            }
        }
    }
    let mut text = String::new();
    for (at, (line, _)) in lines.iter().enumerate() {
        let label = if at == 0 { label } else { "" };
        text.push_str(&format!("{}{line}\n", pad(label, LABEL)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_stay_whole() {
        let items = [Item::good("up"), Item::bad("rejects the token of your shell")];
        assert_eq!(
            line(&Theme::plain(40), "gateway", &items),
            "gateway     ✓ up\n            ✗ rejects the token of your\n              shell\n"
        );
        assert_eq!(
            line(&Theme::plain(80), "gateway", &items),
            "gateway     ✓ up   ✗ rejects the token of your shell\n"
        );
        assert_eq!(line(&Theme::plain(80), "gateway", &[]), "");
    }
}
