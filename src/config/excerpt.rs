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
    let written = place.column.unwrap_or(1).saturating_sub(1) as usize;
    // Of a long line the part with the place is shown.
    let skipped = written.saturating_sub(if written + SHOWN_BEHIND < WIDTH {
        written
    } else {
        SHOWN_BEFORE
    });
    let (masked, base) = window(text, index, (first, skipped), 2 * AROUND + 1);
    if masked.is_empty() {
        return String::new();
    }
    let column = written - skipped;
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
    if skipped > 0 {
        let at = |column: usize| format!("{}:{line}:{}", place.path, column + 1);
        text = text.replacen(&at(column), &at(written), 1);
    }
    for line in wrap(hint, width.saturating_sub(2)).iter().filter(|_| !beside) {
        text.push_str(&format!("\n  {line}"));
    }
    text
}

/// Columns of a long line before the place, and those that must be left behind it.
const SHOWN_BEFORE: usize = 60;
const SHOWN_BEHIND: usize = 40;

/// Problems of which the lines are kept for the report; more are not told there.
const KEPT: usize = 5;
/// Columns of a line that a report shows.
const NARROW: usize = 64;

/// Adds their lines to the first problems.
pub(crate) fn keep_lines(doc: &Document, issues: &mut [ConfigIssue]) {
    for issue in issues.iter_mut().take(KEPT) {
        issue.excerpt = numbered(doc, issue);
    }
}

/// Returns the lines around an issue, numbered, with a mark under its place, for a report; empty where it has no place,
/// or its line is too long to be looked through.
fn numbered(doc: &Document, issue: &ConfigIssue) -> Vec<String> {
    let place = issue.place.as_ref();
    let Some((place, line)) = place.and_then(|place| Some((place, (place.line? as usize).checked_sub(1)?))) else {
        return Vec::new();
    };
    let Some((text, index)) = doc.index_of(&place.path) else {
        return Vec::new();
    };
    let first = line.saturating_sub(AROUND);
    let (masked, _) = window(text, index, (first, 0), 2 * AROUND + 1);
    let lines: Vec<&str> = masked.split('\n').collect();
    let column = place.column.unwrap_or(1).saturating_sub(1) as usize;
    let Some(own) = lines.get(line - first).filter(|own| column <= own.chars().count()) else {
        return Vec::new();
    };
    let from = own.char_indices().nth(column).map_or(own.len(), |(at, _)| at);
    let mark = own.get(from..).map_or(1, |rest| {
        rest.get(..mark_len(rest)).unwrap_or_default().chars().count().max(1)
    });
    // A far place is shown with some of what is before it, and the other lines from the same column on.
    let skipped = match column + mark > NARROW {
        true => column.saturating_sub(NARROW / 3),
        false => 0,
    };
    let digits = (first + lines.len()).to_string().len();
    let mut out = Vec::new();
    for (at, text) in lines.iter().enumerate() {
        let shown: String = text.chars().skip(skipped).take(NARROW).collect();
        out.push(format!("{:>digits$} | {shown}", first + at + 1).trim_end().to_owned());
        if at == line - first {
            let mark = "^".repeat(mark.min(NARROW - (column - skipped)));
            out.push(format!("{:digits$} | {}{mark}", "", " ".repeat(column - skipped)));
        }
    }
    out
}

/// Returns the lines from `first` on, each from the column `skipped` on, with secrets masked and long lines cut, and the
/// number of lines before them.
fn window(text: &str, index: &SpanIndex, (first, skipped): (usize, usize), count: usize) -> (String, usize) {
    let mut lines: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number >= first && number < first + count {
            let line = line.trim_end_matches(['\n', '\r']);
            let offset_of = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
            let (from, cut) = (offset_of(skipped), offset_of(skipped + WIDTH));
            lines.push((at + from, line.get(from..cut).unwrap_or_default()));
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

    fn document(text: &str) -> Document {
        read(
            "/c/openclaw.json",
            text.as_bytes(),
            &IncludeSettings::default(),
            &mut |_| None,
        )
        .unwrap()
    }

    fn issue(line: u32, column: u32) -> ConfigIssue {
        ConfigIssue {
            path: String::new(),
            parts: Vec::new(),
            place: Some(Place {
                path: "/c/openclaw.json".to_owned(),
                line: Some(line),
                column: Some(column),
            }),
            kind: "type".to_owned(),
            message: "expected a number".to_owned(),
            hint: Some("write 1".to_owned()),
            package: None,
            keys: Vec::new(),
            excerpt: Vec::new(),
        }
    }

    fn shown(text: &str, line: u32, column: u32) -> String {
        excerpt(&document(text), &issue(line, column), false, 200)
    }

    /// Where a long word begins, early or late, the mark stays below it and within what is shown.
    #[test]
    fn a_long_word_at_any_column() {
        for before in [1, 2, 5, 20, 21, 22, 43, 63, 64, 65, 200] {
            for long in [1, 42, 60, 63, 64, 65, 100, 150] {
                let text = format!("{{\n{}port: {}\n}}", " ".repeat(before), "1".repeat(long));
                let doc = document(&text);
                let mut issues = [issue(2, u32::try_from(before + 7).unwrap())];
                keep_lines(&doc, &mut issues);
                let shown = &issues[0].excerpt;
                // Behind what is looked through of a long line there is nothing to show.
                if shown.is_empty() {
                    assert!(before + long > SHOWN_BEFORE + SHOWN_BEHIND, "{before} {long}");
                    continue;
                }
                assert!(shown.iter().all(|line| line.chars().count() <= NARROW + 4), "{shown:?}");
                let own = shown.iter().position(|line| line.contains('^')).unwrap();
                let at = shown[own].chars().position(|c| c == '^').unwrap();
                assert!(matches!(shown[own - 1].chars().nth(at), Some('1' | '•')), "{shown:?}");
            }
        }
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
    fn a_report_shows_numbered_lines() {
        let far = format!("{{{} gateway: {{port: \"x\"}}}}", "a: 1,".repeat(25));
        for (text, line, column, wanted) in [
            (
                "{\n  gateway: {port: \"x\"},\n  token: \"topsecret\"\n}",
                2,
                19,
                vec![
                    "1 | {",
                    "2 |   gateway: {port: \"x\"},",
                    "  |                   ^^^",
                    "3 |   token: \"•••••••••\"",
                ],
            ),
            ("{prot: 1}", 1, 2, vec!["1 | {prot: 1}", "  |  ^^^^"]),
            ("{prot: 1}", 7, 2, vec![]),
            ("{prot: 1}", 1, 99, vec![]),
            (far.as_str(), 1, 144, vec![]),
        ] {
            let got = numbered(&document(text), &issue(line, column));
            if text == far {
                // Somewhere in the middle of a long line: the mark is below its place, and the line is short.
                assert!(got.iter().all(|line| line.chars().count() < NARROW + 8), "{got:?}");
                assert_eq!(got.len(), 2, "{got:?}");
                let mark = got[1].find('^').unwrap();
                assert!(
                    got[0].chars().skip(mark).collect::<String>().starts_with('"'),
                    "{got:?}"
                );
                continue;
            }
            assert_eq!(got.iter().map(String::as_str).collect::<Vec<_>>(), wanted, "{text}");
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
