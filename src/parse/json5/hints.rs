//! Words for a fault in a JSON5 text: what stands there, and what was probably meant.

use crate::parse::json5::spans::{Expected, Fault, FaultKind, position};

/// Returns what is wrong, in words.
pub fn message(fault: &Fault) -> String {
    let wanted = match fault.expected {
        Expected::Value => "a value",
        Expected::Key => "a key or }",
        Expected::Colon => "a colon after the key",
        Expected::CommaOrBrace => "a comma or }",
        Expected::CommaOrBracket => "a comma or ]",
        Expected::Nothing => "the end of the file",
        Expected::Rest => "",
    };
    let found = match fault.kind {
        FaultKind::End => "the file ends too early".to_owned(),
        FaultKind::Char('\n' | '\r') if fault.inside.is_some() => {
            "a string is not closed before the line ends".to_owned()
        }
        FaultKind::Char(c) if c.is_control() => format!("unexpected character U+{:04X}", c as u32),
        FaultKind::Char(c) => format!("unexpected `{c}`"),
        FaultKind::Identifier => "an escape in an unquoted key gives no letter".to_owned(),
    };
    if wanted.is_empty() {
        found
    } else {
        format!("{found}; expected {wanted}")
    }
}

/// Returns what was probably meant, where that can be told.
pub fn hint(text: &str, fault: &Fault) -> Option<String> {
    if let FaultKind::Char(c) = fault.kind
        && let Some(hint) = char_hint(text, fault, c)
    {
        return Some(hint);
    }
    if fault.kind == FaultKind::End {
        return end_hint(text, fault);
    }
    None
}

fn char_hint(text: &str, fault: &Fault, c: char) -> Option<String> {
    let rest = text.get(fault.offset..).unwrap_or_default();
    let line_before = |at: usize| position(text, at).0;
    match (c, fault.expected) {
        ('\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2018}' | '\u{2019}', _) => {
            Some("these are typographic quotes; write \" or '".to_owned())
        }
        ('`', _) => Some("JSON5 has no backtick strings; write \" or '".to_owned()),
        ('#', _) => Some("comments begin with // (or lie between /* and */), not with #".to_owned()),
        ('=', Expected::Colon) => Some("write : between key and value, not =".to_owned()),
        ('-' | '.', Expected::Colon) => Some(format!("a key with {c} in it must be in quotes")),
        ('T' | 'F' | 'N', _) if word(rest, &["True", "False", "None"]) => {
            Some("write true, false or null in lower case".to_owned())
        }
        (',', Expected::Key | Expected::Value) => Some("there is one comma too many before this place".to_owned()),
        ('$', Expected::Value) if rest.starts_with("${") => {
            Some("a reference to a variable must be in quotes: \"${NAME}\"".to_owned())
        }
        (_, Expected::CommaOrBrace | Expected::CommaOrBracket) if starts_token(c) => {
            let end = previous_end(text, fault.offset);
            Some(format!("a comma is missing after line {}", line_before(end)))
        }
        ('}' | ']', Expected::CommaOrBrace | Expected::CommaOrBracket | Expected::Key | Expected::Value) => {
            let open = fault.open.last()?;
            let bracket = text.get(*open as usize..)?.chars().next()?;
            Some(format!(
                "the innermost open bracket is {bracket} of line {}",
                line_before(*open as usize)
            ))
        }
        ('\n' | '\r', _) => {
            let start = fault.inside?;
            Some(format!(
                "the string that begins on line {} has no closing quote",
                line_before(start as usize)
            ))
        }
        (_, Expected::Nothing) => {
            Some("everything after the first value is too much; was a brace closed too early?".to_owned())
        }
        (_, Expected::Value) if c.is_alphabetic() => Some("text must be in quotes".to_owned()),
        _ if fault.open.is_empty() && fault.expected == Expected::Value => {
            Some("the file does not begin with {".to_owned())
        }
        _ if fault.inside.is_some() && fault.expected == Expected::Rest => {
            Some("a backslash in a string is written twice: \\\\".to_owned())
        }
        _ => None,
    }
}

fn end_hint(text: &str, fault: &Fault) -> Option<String> {
    if let Some(start) = fault.inside {
        let (line, column) = position(text, start as usize);
        let what = if text.get(start as usize..)?.starts_with("/*") {
            "comment"
        } else {
            "string"
        };
        return Some(format!(
            "the {what} that begins on line {line}, column {column} is not closed"
        ));
    }
    let Some(open) = fault.open.last() else {
        return Some("the file is empty; an empty config is written {}".to_owned());
    };
    let bracket = text.get(*open as usize..)?.chars().next()?;
    let (line, column) = position(text, *open as usize);
    let others = match fault.open.len() {
        1 => String::new(),
        more => format!(" ({more} brackets are open in all)"),
    };
    Some(format!(
        "{bracket} of line {line}, column {column} is not closed{others}"
    ))
}

fn word(rest: &str, words: &[&str]) -> bool {
    words.iter().any(|word| rest.starts_with(word))
}

fn starts_token(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '"' | '\'' | '{' | '[' | '_' | '$' | '-')
}

/// Returns the offset after the last character before `offset` that is no white space.
fn previous_end(text: &str, offset: usize) -> usize {
    text.get(..offset).map_or(0, |before| before.trim_end().len())
}
