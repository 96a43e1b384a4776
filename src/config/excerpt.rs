//! The lines around a problem, for people. Secrets are masked before the renderer sees them.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::advice::is_credential;
use super::document::Document;
use crate::model::snapshot::ConfigIssue;
use crate::parse::json5::spans::{Kind, SpanIndex};

/// Lines shown before and after the one with the problem.
const AROUND: usize = 1;
/// Characters of a line that are shown.
const WIDTH: usize = 160;

/// Returns the lines around an issue with its message, without colour; empty where it has no place.
pub fn excerpt(doc: &Document, issue: &ConfigIssue) -> String {
    let Some((place, line)) = issue
        .place
        .as_ref()
        .and_then(|place| Some((place, place.line? as usize)))
    else {
        return String::new();
    };
    let Some((text, index)) = doc.index_of(&place.path) else {
        return String::new();
    };
    let first = line.saturating_sub(AROUND + 1);
    let (masked, base) = window(text, index, first, 2 * AROUND + 1);
    if masked.is_empty() {
        return String::new();
    }
    let column = place.column.unwrap_or(1).saturating_sub(1) as usize;
    let start = offset(&masked, line.saturating_sub(base + 1), column);
    let end = masked.get(start..).map_or(start, |rest| start + mark_len(rest));
    let title = Level::ERROR.primary_title(issue.message.as_str());
    let label = issue.hint.as_deref().unwrap_or_default();
    let annotation = AnnotationKind::Primary.span(start..end).label(label);
    let snippet = Snippet::source(masked.as_str())
        .line_start(base + 1)
        .path(place.path.as_str())
        .annotation(annotation);
    Renderer::plain().render(&[title.element(snippet)]).to_string()
}

/// Returns the lines from `first` on with secrets masked and long lines cut, and the number of
/// lines before them.
fn window(text: &str, index: &SpanIndex, first: usize, count: usize) -> (String, usize) {
    let mut lines: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number >= first && number < first + count {
            let line = line.trim_end_matches(['\n', '\r']);
            let cut = line.char_indices().nth(WIDTH).map_or(line.len(), |(end, _)| end);
            lines.push((at, line.get(..cut).unwrap_or(line)));
        }
        at += line.len();
    }
    let (Some(start), Some(end)) = (
        lines.first().map(|line| line.0),
        lines.last().map(|line| line.0 + line.1.len()),
    ) else {
        return (String::new(), first);
    };
    let hidden = secrets(text, index, start, end);
    let shown: Vec<String> = lines
        .iter()
        .map(|(from, line)| {
            let masked: String = line
                .char_indices()
                .map(|(offset, c)| {
                    let at = from + offset;
                    let hide = hidden.iter().any(|range| range.0 <= at && at < range.1);
                    if hide {
                        '•'
                    } else if c.is_control() || is_bidi(c) {
                        ' '
                    } else {
                        c
                    }
                })
                .take(WIDTH)
                .collect();
            masked
        })
        .collect();
    (shown.join("\n"), first)
}

fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns the byte ranges between two offsets that must not be shown.
fn secrets(text: &str, index: &SpanIndex, start: usize, end: usize) -> Vec<(usize, usize)> {
    let Some(root) = index.root() else {
        return guessed(text, start, end);
    };
    let mut out = Vec::new();
    let mut open = vec![(root, Vec::new())];
    while let Some((id, path)) = open.pop() {
        let Some(node) = index
            .node(id)
            .filter(|node| (node.start as usize) < end && (node.end as usize) > start)
        else {
            continue;
        };
        let range = (node.start as usize, node.end as usize);
        match node.kind {
            Kind::Object => {
                for child in index.children(id) {
                    let mut below = path.clone();
                    below.push(index.key(text, child));
                    open.push((child, below));
                }
            }
            Kind::Array => open.extend(index.children(id).map(|child| (child, path.clone()))),
            Kind::Scalar => {
                let value = text.get(range.0..range.1).unwrap_or_default();
                if hide(&path, value) {
                    out.push((range.0 + 1, range.1.saturating_sub(1)));
                }
            }
        }
    }
    // Comments often hold an old key.
    let comments = guessed(text, start, end);
    let outside = comments.into_iter().filter(|range| !covered(index, root, range.0));
    out.extend(outside);
    out
}

fn covered(index: &SpanIndex, root: usize, at: usize) -> bool {
    let mut here = root;
    'down: loop {
        for child in index.children(here) {
            let inside = index.node(child).is_some_and(|node| {
                let from = if node.key_end > node.key_start {
                    node.key_start
                } else {
                    node.start
                };
                (from as usize) <= at && at < node.end as usize
            });
            if inside {
                here = child;
                continue 'down;
            }
        }
        return index.node(here).is_some_and(|node| node.kind == Kind::Scalar);
    }
}

fn hide(path: &[String], literal: &str) -> bool {
    let Some(text) = literal.strip_prefix(['"', '\'']) else {
        return false;
    };
    let text = text.trim_end_matches(['"', '\'']);
    let reference = crate::secret::value::literal_reference(text).is_some();
    let env = path.first().is_some_and(|section| section == "env");
    let listed = path
        .iter()
        .any(|key| matches!(key.as_str(), "env" | "headers" | "args" | "edgeAuth"));
    !reference && (is_credential(path) || env || listed || looks_secret(text) || !is_plain(text))
}

/// A word as settings have them: a mode, an address, a path, a model.
fn is_plain(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | '~' | ' ');
    let has = |kind: fn(&u8) -> bool| text.as_bytes().iter().any(kind);
    let mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    text.len() <= 64 && text.chars().all(word) && !mixed
}

/// A long run of letters and digits, or a public prefix, or a user in an address.
fn looks_secret(text: &str) -> bool {
    let shaped = crate::secret::value::shape(text).is_some_and(|shape| shape != crate::model::snapshot::Shape::Url);
    let user = text
        .split_once("://")
        .is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|host| host.contains('@')));
    shaped || user || runs(text).any(|(from, to)| to - from >= 32)
}

/// Ranges of letters, digits, `_`, `-` and `=` that have a digit in them.
fn runs(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '=' | '+');
    let mut out = Vec::new();
    let mut from = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (word(c), from) {
            (true, None) => from = Some(at),
            (false, Some(start)) => {
                let digit = text
                    .get(start..at)
                    .is_some_and(|run| run.bytes().any(|b| b.is_ascii_digit()));
                if digit {
                    out.push((start, at));
                }
                from = None;
            }
            _ => {}
        }
    }
    out.into_iter()
}

/// For a text without an index, and for what stands between the values: all but signs, keys where
/// a key may stand, and small numbers. In a broken text a value may begin and end anywhere.
fn guessed(text: &str, start: usize, end: usize) -> Vec<(usize, usize)> {
    let Some(part) = text.get(start..end) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for line in part.split_inclusive('\n') {
        let base = start + (line.as_ptr() as usize - part.as_ptr() as usize);
        let mut from = 0;
        while let Some(word) = line
            .get(from..)
            .and_then(|rest| rest.find(|c| !is_sign(c)))
            .map(|at| from + at)
        {
            let rest = line.get(word..).unwrap_or_default();
            let to = word + rest.find(is_sign).unwrap_or(rest.len());
            let (before, after) = (line.get(..word).unwrap_or_default(), line.get(to..).unwrap_or_default());
            if !is_harmless(before, line.get(word..to).unwrap_or_default(), after) {
                out.push((base + word, base + to));
            }
            from = to;
        }
    }
    out
}

fn is_sign(c: char) -> bool {
    c.is_whitespace() || matches!(c, '{' | '}' | '[' | ']' | ',' | ':' | '"' | '\'')
}

/// A key between what opens an entry and its colon, a small number, a word of the language.
fn is_harmless(before: &str, word: &str, after: &str) -> bool {
    let opens = before.trim_end().trim_end_matches(['"', '\'']).trim_end();
    let closes = after.trim_start_matches(['"', '\'']).trim_start();
    let key = word.len() <= 48
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && (opens.is_empty() || opens.ends_with(['{', ',']))
        && closes.starts_with(':');
    let number = word.len() <= 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    key || number || matches!(word, "true" | "false" | "null" | "//" | "/*" | "*/")
}

/// Byte offset of a column on a line of the masked text.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let mut at = 0;
    for (number, each) in text.split_inclusive('\n').enumerate() {
        if number == line {
            let each = each.trim_end_matches('\n');
            return at + each.char_indices().nth(column).map_or(each.len(), |(at, _)| at);
        }
        at += each.len();
    }
    at.min(text.len())
}

/// Length of the mark: a word, a quoted string, or one character.
fn mark_len(rest: &str) -> usize {
    let mut chars = rest.chars();
    let line = rest.split('\n').next().unwrap_or_default();
    match chars.next() {
        Some(quote @ ('"' | '\'')) => line.get(1..).and_then(|tail| tail.find(quote)).map_or(1, |at| at + 2),
        Some(c) if c.is_alphanumeric() || c == '_' || c == '$' => line
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
            .unwrap_or(line.len()),
        Some(c) if c != '\n' => c.len_utf8(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::{IncludeSettings, read};
    use super::*;
    use crate::model::snapshot::Place;

    fn shown(text: &str, line: u32, column: u32) -> String {
        let doc = read(
            "/c/openclaw.json",
            text.as_bytes(),
            &IncludeSettings::default(),
            &mut |_| None,
        )
        .unwrap();
        let issue = ConfigIssue {
            path: String::new(),
            place: Some(Place {
                path: "/c/openclaw.json".to_owned(),
                line: Some(line),
                column: Some(column),
            }),
            kind: "type".to_owned(),
            message: "expected a number".to_owned(),
            hint: Some("write 1".to_owned()),
            keys: Vec::new(),
        };
        excerpt(&doc, &issue)
    }

    #[test]
    fn secrets_never_reach_the_renderer() {
        let cases = [
            "{\n  apiKey: \"topsecret\", gateway: {port: \"x\"}\n}",
            "{\n  env: {vars: {A: \"topsecret\"}}, port: \"x\"\n}",
            "{\n  headers: {\"x-y\": 'topsecret'},\n}",
            "{\n  a: 1, // key: topsecret12345678\n}",
            "{\n  token: \"topsecret\" x\n}",
            "{\n  \"token\": topsecret\n}",
            "{\n  url: \"https://me:topsecret@host/\", a: 1\n}",
        ];
        for text in cases {
            let out = shown(text, 2, 3);
            assert!(!out.is_empty() && !out.contains("topsecret"), "{text}\n{out}");
        }
    }

    #[test]
    fn the_place_is_marked() {
        let out = shown("{\n  gateway: {port: \"x\"}\n}", 2, 19);
        assert!(out.contains("write 1") && out.contains(":2:19"), "{out}");
    }

    #[test]
    fn odd_places_are_answered() {
        for (line, column) in [(0, 0), (1, 99), (99, 1), (3, 1)] {
            let _ = shown("{\né: \"\u{202e}\"\n}", line, column);
        }
    }
}
