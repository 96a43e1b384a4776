//! The text of `explain` for a check.

use super::theme::{Theme, Tone};
use super::width::wrap;
use crate::base::json::pretty;
use crate::model::report::Severity;
use crate::render::format::Format;

/// A check as `explain` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic<'a> {
    /// Its id.
    pub id: &'a str,
    /// What holds when it passes.
    pub title: &'a str,
    /// The word of its group.
    pub group: &'a str,
    /// How bad a finding usually is.
    pub severity: Severity,
    /// Ids of findings folded under it.
    pub causes: &'a [&'a str],
    /// What, why, fix, example; paragraphs apart by empty lines, code indented or fenced.
    pub docs: &'a str,
    /// Address of the same text in the documents.
    pub address: &'a str,
}

/// Returns the text, in JSON where the format asks for it.
pub fn explain(topic: &Topic<'_>, theme: &Theme, format: Format) -> String {
    if format == Format::Json {
        return pretty(&serde_json::json!({
            "schema": "openclaw-doctor/explain/1",
            "id": topic.id,
            "title": topic.title,
            "group": topic.group,
            "severity": topic.severity,
            "causes": topic.causes,
            "docs": topic.docs,
            "url": topic.address,
        }));
    }
    let severity = match topic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let mut text = format!(
        "{}   {} · {severity}\nPasses when: {}\n\n",
        theme.paint(Tone::Strong, topic.id),
        topic.group,
        topic.title
    );
    text.push_str(&body(topic.docs, theme));
    if !topic.causes.is_empty() {
        text.push_str(&format!("\nexplains: {}\n", topic.causes.join(", ")));
    }
    text.push_str(&format!("\nmore: {}\n", topic.address));
    theme.fit(text)
}

/// Wraps prose; leaves headings, lists and code as they are.
fn body(docs: &str, theme: &Theme) -> String {
    let mut text = String::new();
    let mut prose = String::new();
    let mut fenced = false;
    let flush = |prose: &mut String, text: &mut String| {
        for line in wrap(prose, theme.width) {
            text.push_str(&format!("{line}\n"));
        }
        prose.clear();
    };
    for line in docs.trim().lines() {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        if fence {
            flush(&mut prose, &mut text);
        } else if fenced || line.starts_with("    ") {
            flush(&mut prose, &mut text);
            let indent = if fenced { "    " } else { "" };
            text.push_str(&format!("{}\n", theme.paint(Tone::Copy, &format!("{indent}{line}"))));
        } else if let Some(heading) = line.strip_prefix('#') {
            flush(&mut prose, &mut text);
            text.push_str(&format!(
                "{}\n",
                theme.paint(Tone::Strong, heading.trim_start_matches(['#', ' ']))
            ));
        } else if line.trim().is_empty() {
            flush(&mut prose, &mut text);
            text.push('\n');
        } else {
            if line.starts_with(['-', '*']) {
                flush(&mut prose, &mut text);
            }
            if !prose.is_empty() {
                prose.push(' ');
            }
            prose.push_str(line.trim());
        }
    }
    flush(&mut prose, &mut text);
    text
}
