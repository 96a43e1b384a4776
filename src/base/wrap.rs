//! How wide text is on a screen, and where it is broken.

use unicode_width::UnicodeWidthStr;

/// Returns the columns `text` takes; escape sequences for colour take none.
pub(crate) fn columns(text: &str) -> usize {
    anstream::adapter::strip_str(text).map(UnicodeWidthStr::width).sum()
}

/// Breaks text at blanks; a word that is wider than `width` keeps a line of its own, so that what
/// people copy stays in one piece. A number stays with what it counts. Line feeds break too.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut used = 0;
        let mut words = paragraph.split(' ').filter(|word| !word.is_empty()).peekable();
        while let Some(word) = words.next() {
            let counted = words.next_if(|next| is_number(word) && columns(word) + 1 + columns(next) <= width);
            let joined = counted.map(|next| format!("{word} {next}"));
            let word = joined.as_deref().unwrap_or(word);
            let needed = columns(word);
            if used > 0 && used + 1 + needed > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += needed;
        }
        lines.push(line);
    }
    lines
}

fn is_number(word: &str) -> bool {
    word.starts_with(|sign: char| sign.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}
