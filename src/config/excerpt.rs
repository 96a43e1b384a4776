//! The lines around a problem, for people. Secrets are masked before the renderer sees them.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::document::Document;
use super::shown::hidden;
use crate::base::wrap::{columns, wrap};
use crate::model::snapshot::ConfigIssue;
use crate::parse::json5::spans::SpanIndex;

/// Lines shown before and after the one with the problem.
const AROUND: usize = 1;
/// Characters of a line that are shown.
const WIDTH: usize = 160;

/// Returns the lines around an issue with its message; empty where it has no place. A hint that does not fit beside the
/// mark stands below.
pub(super) fn excerpt(doc: &Document, issue: &ConfigIssue, color: bool, width: usize) -> String {
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
    let hint = issue.hint.as_deref().unwrap_or_default();
    let before = masked
        .get(..end)
        .and_then(|text| text.rsplit('\n').next())
        .unwrap_or_default();
    let margin = (base + 2 * AROUND + 1).to_string().len() + 4;
    let beside = margin + columns(before) + columns(hint) <= width;
    let annotation = AnnotationKind::Primary
        .span(start..end)
        .label(if beside { hint } else { "" });
    let snippet = Snippet::source(masked.as_str())
        .line_start(base + 1)
        .path(place.path.as_str())
        .annotation(annotation);
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = renderer.render(&[title.element(snippet)]).to_string();
    for line in wrap(hint, width.saturating_sub(2)).iter().filter(|_| !beside) {
        text.push_str(&format!("\n  {line}"));
    }
    text
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
    let hidden = hidden(text, index.root().map(|_| index), start, end);
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
                    } else if crate::base::text::is_risky(c) {
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
    use super::super::document::read;
    use super::super::include::IncludeSettings;
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
        excerpt(&doc, &issue, false, 200)
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
