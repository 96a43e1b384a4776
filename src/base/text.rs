//! Text as it is shown: control characters escaped, paths below the home shortened, words quoted.

/// Returns whether a character can change how other text looks, or hides itself: controls, and what Unicode lets be ignored
/// or draws as nothing (Default_Ignorable_Code_Point, the Braille blank).
pub(crate) fn is_risky(sign: char) -> bool {
    sign.is_control()
        || matches!(sign,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Shows risky characters as `\u{…}`.
pub(crate) fn clean(text: &str) -> String {
    escape(text, false)
}

/// The same, line by line: line feeds stay.
pub(crate) fn clean_lines(text: &str) -> String {
    escape(text, true)
}

/// The same of a whole page that is about to leave: line feeds stay, and where colour is on, its sequences.
pub(crate) fn clean_page(text: &str, color: bool) -> String {
    let mut safe = String::with_capacity(text.len());
    for (at, sign) in text.char_indices() {
        let paints = || {
            let rest = text.get(at + 1..).unwrap_or_default().strip_prefix('[');
            rest.is_some_and(|rest| {
                rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';')
                    .starts_with('m')
            })
        };
        if !is_risky(sign) || sign == '\n' || (color && sign == '\u{1b}' && paints()) {
            safe.push(sign);
        } else {
            safe.extend(sign.escape_unicode());
        }
    }
    safe
}

pub(crate) fn escape(text: &str, keep_lines: bool) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        if is_risky(sign) && !(keep_lines && sign == '\n') {
            safe.extend(sign.escape_unicode());
        } else {
            safe.push(sign);
        }
    }
    safe
}

/// Returns a text as the beginning of a sentence: with a capital, unless its first word is the name of a setting, a file or
/// a variable.
pub(crate) fn capital(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    let word = word.trim_end_matches(',');
    let mut text = text.to_owned();
    if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        text.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    }
    text
}

/// Shows the home directory as `~`.
pub fn tilde(path: &str, home: &str) -> String {
    match path.strip_prefix(home) {
        Some("") if !home.is_empty() => "~".to_owned(),
        Some(rest) if !home.is_empty() && rest.starts_with('/') => format!("~{rest}"),
        _ => path.to_owned(),
    }
}

/// Quotes a word for a POSIX shell; a leading `~/` stays usable.
pub fn shell_quote(word: &str) -> String {
    let (head, rest) = match word.strip_prefix("~/") {
        Some(rest) => ("~/", rest),
        None => ("", word),
    };
    match shlex::try_quote(rest) {
        Ok(quoted) => format!("{head}{quoted}"),
        // A NUL cannot stand in an argument; what cannot be typed is shown without it.
        Err(_) => format!("{head}'{}'", rest.replace(['\0', '\''], "")),
    }
}

/// Makes text harmless in a paragraph or a table cell: no markup, no HTML, no mention, no issue
/// reference, no table border, one line.
pub(crate) fn markdown_inline(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '@' => safe.push_str("&#64;"),
            '#' => safe.push_str("&#35;"),
            '|' => safe.push_str("&#124;"),
            '\n' => safe.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '!' => safe.extend(['\\', sign]),
            sign => safe.push(sign),
        }
    }
    safe
}

/// Replaces the home directory by `~` wherever a path begins with it.
pub(crate) fn tilde_within(text: &str, home: &str) -> String {
    let home = home.trim_end_matches('/');
    if home.len() < 2 {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(home) {
        let (before, found) = rest.split_at(at);
        let after = found.get(home.len()..).unwrap_or_default();
        shown.push_str(before);
        let begins = !shown.ends_with(|c: char| is_path_char(c) || matches!(c, '/' | '~'));
        let ends = !after.starts_with(is_path_char);
        shown.push_str(if begins && ends { "~" } else { home });
        rest = after;
    }
    shown.push_str(rest);
    shown
}

fn is_path_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '+')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_begins_with_a_capital_and_a_name_stays() {
        for (given, wanted) in [
            ("the Gateway ends", "The Gateway ends"),
            ("a Gateway", "A Gateway"),
            ("in a container, it", "In a container, it"),
            ("gateway.mode is missing", "gateway.mode is missing"),
            ("routing: unknown", "routing: unknown"),
            ("~/x is", "~/x is"),
            ("KEY has", "KEY has"),
            ("ünder", "ünder"),
            ("", ""),
        ] {
            assert_eq!(capital(given), wanted);
        }
    }

    #[test]
    fn a_page_keeps_its_lines_and_its_own_colours() {
        let page = "a\n\u{1b}[1;31mb\u{1b}[2Jc\u{202e}";
        assert_eq!(clean_page(page, true), "a\n\u{1b}[1;31mb\\u{1b}[2Jc\\u{202e}");
        assert_eq!(clean_page("\u{1b}[0m", false), "\\u{1b}[0m");
    }

    #[test]
    fn risky_characters_are_shown_as_escapes() {
        let table = [
            ("plain ünïcode 日本", "plain ünïcode 日本"),
            ("\u{1b}[2Jgone", "\\u{1b}[2Jgone"),
            ("a\u{202e}b\u{200b}c\u{feff}", "a\\u{202e}b\\u{200b}c\\u{feff}"),
            ("two\nlines\r", "two\\u{a}lines\\u{d}"),
            ("\u{9b}31m", "\\u{9b}31m"),
        ];
        for (text, expected) in table {
            assert_eq!(clean(text), expected);
        }
    }
}
