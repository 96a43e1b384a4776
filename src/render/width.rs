//! Columns: how wide text is, and how it is broken, cut and padded.

pub(super) use crate::base::wrap::{columns, wrap};

/// Pads with blanks on the right.
pub(super) fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(columns(text));
    format!("{text}{}", " ".repeat(missing))
}

/// Shortens in the middle, where paths differ least. `mark` stands for what was cut.
pub(super) fn shorten(text: &str, width: usize, mark: &str) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(columns(mark));
    let (head, tail) = (room / 3, room - room / 3);
    let chars: Vec<char> = text.chars().collect();
    let take = |from_end: bool, limit: usize| {
        let mut kept = String::new();
        let mut used = 0;
        let mut signs: Box<dyn Iterator<Item = &char>> = if from_end {
            Box::new(chars.iter().rev())
        } else {
            Box::new(chars.iter())
        };
        for sign in &mut signs {
            let needed = columns(sign.encode_utf8(&mut [0; 4]));
            if used + needed > limit {
                break;
            }
            used += needed;
            kept.push(*sign);
        }
        kept
    };
    let end: String = take(true, tail).chars().rev().collect();
    format!("{}{mark}{end}", take(false, head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_at_blanks_and_long_words_stay_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a /a/very/long/path b", 6), ["a", "/a/very/long/path", "b"]);
        assert_eq!(wrap("first\nsecond", 80), ["first", "second"]);
        assert_eq!(wrap("", 10), Vec::<String>::new());
        assert_eq!(wrap("it took 47.8 s", 12), ["it took", "47.8 s"]);
        assert_eq!(wrap("a 4711 suppressed", 9), ["a 4711", "suppressed"]);
    }

    #[test]
    fn paths_are_cut_in_the_middle() {
        let table = [
            ("~/.openclaw/.env", 16, "~/.openclaw/.env"),
            ("~/.openclaw/.env", 10, "~/.…w/.env"),
            ("日本語", 4, "…語"),
        ];
        for (text, width, expected) in table {
            assert_eq!(shorten(text, width, "…"), expected, "{text} {width}");
        }
    }

    #[test]
    fn colour_takes_no_columns() {
        assert_eq!(columns("\u{1b}[31mred\u{1b}[0m"), 3);
        assert_eq!(pad("日", 4), "日  ");
    }
}
