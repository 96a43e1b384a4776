//! Text from the machine before it reaches a terminal or a page: control, direction and invisible
//! characters are shown as escapes, the home directory as `~`.

use serde_json::Value;

use crate::model::report::Report;

/// Tells whether a character can change how other text looks, or hides itself.
pub(super) fn is_risky(sign: char) -> bool {
    sign.is_control()
        || matches!(sign,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Shows risky characters as `\u{…}`.
pub(crate) fn clean(text: &str) -> String {
    escape(text, false)
}

/// The same, line by line: line feeds stay.
pub(crate) fn clean_lines(text: &str) -> String {
    escape(text, true)
}

fn escape(text: &str, keep_lines: bool) -> String {
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

/// Replaces the home directory by `~` wherever a path begins with it.
pub(super) fn tilde(text: &str, home: &str) -> String {
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

/// Returns the report with every text made safe to show. Commands keep their paths as they are: a
/// `~` inside quotes would not be a home directory.
pub(super) fn report(report: &Report, home: &str) -> Report {
    let Ok(mut value) = serde_json::to_value(report) else {
        return report.clone();
    };
    walk(&mut value, "", home);
    serde_json::from_value(value).unwrap_or_else(|_| report.clone())
}

fn walk(value: &mut Value, field: &str, home: &str) {
    match value {
        Value::String(text) => {
            let shown = escape(text, matches!(field, "detail" | "commands" | "text"));
            *text = if field == "commands" {
                shown
            } else {
                tilde(&shown, home)
            };
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, field, home)),
        Value::Object(members) => members.iter_mut().for_each(|(name, item)| walk(item, name, home)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn the_home_directory_becomes_a_tilde_only_as_a_whole() {
        let table = [
            ("/home/me/.env:3 and /home/me", "~/.env:3 and ~"),
            ("/home/me2/.env", "/home/me2/.env"),
            ("/mnt/home/me/x", "/mnt/home/me/x"),
            ("/home/me/home/me/x", "~/home/me/x"),
            ("'/home/me/a b'", "'~/a b'"),
        ];
        for (text, expected) in table {
            assert_eq!(tilde(text, "/home/me"), expected);
        }
        assert_eq!(tilde("/x", "/"), "/x");
    }
}
