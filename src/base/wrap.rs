//! How wide text is on a screen, and where it is broken.

use unicode_width::UnicodeWidthStr;

/// Returns the columns `text` takes; escape sequences for colour take none.
pub(crate) fn columns(text: &str) -> usize {
    anstream::adapter::strip_str(text).map(UnicodeWidthStr::width).sum()
}

/// Breaks text at blanks; a word that is wider than `width` keeps a line of its own, so that what
/// people copy stays in one piece. Line feeds break too.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
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
