//! A difference in words.

use super::{Change, Difference, Named};
use crate::base::json::pretty;
use crate::base::text::clean;
use crate::render::format::Format;
use crate::render::theme::{Theme, Tone};

/// Returns the text, in JSON where the format asks for it.
pub fn show(difference: &Difference, theme: &Theme, format: Format) -> String {
    if format == Format::Json {
        return pretty(difference);
    }
    let ends = [&difference.before, &difference.after];
    let [before, after] = ends.map(|end| format!("{} ({})", clean(&end.taken_at), super::word(&end.outcome)));
    let mut text = theme.paint(Tone::Faint, &format!("before: {before}\nafter:  {after}"));
    text.push_str("\n\n");
    if difference.same {
        text.push_str("nothing of note changed\n");
        return theme.fit(text);
    }
    let (good, bad) = if theme.unicode { ("✓", "✗") } else { ("+", "x") };
    findings(&mut text, "gone", good, &difference.gone, theme);
    findings(&mut text, "new", bad, &difference.new, theme);
    for (title, list) in [
        ("keys", &difference.keys),
        ("examined", &difference.examined),
        ("answers", &difference.pings),
        ("checks", &difference.checks),
    ] {
        changes(&mut text, title, list, theme);
    }
    theme.fit(text)
}

fn findings(text: &mut String, title: &str, sign: &str, list: &[Named], theme: &Theme) {
    if list.is_empty() {
        return;
    }
    text.push_str(&format!("{}\n", theme.paint(Tone::Strong, title)));
    for finding in list {
        let subject = finding
            .subject
            .as_deref()
            .map_or(String::new(), |subject| format!(" {}", clean(subject)));
        text.push_str(&format!(
            "  {sign} {}{subject}\n    {}\n",
            clean(&finding.id),
            clean(&finding.title)
        ));
    }
    text.push('\n');
}

fn changes(text: &mut String, title: &str, list: &[Change], theme: &Theme) {
    if list.is_empty() {
        return;
    }
    text.push_str(&format!("{}\n", theme.paint(Tone::Strong, title)));
    for change in list {
        let shown = |value: &Option<String>| value.as_deref().map_or("not there".to_owned(), clean);
        let (before, after) = (shown(&change.before), shown(&change.after));
        if before.len() + after.len() > 50 {
            text.push_str(&format!(
                "  {}\n    before: {before}\n    after:  {after}\n",
                clean(&change.what)
            ));
        } else {
            text.push_str(&format!("  {}: {before} -> {after}\n", clean(&change.what)));
        }
    }
    text.push('\n');
}
