//! The list of checks, by group.

use super::CheckMeta;
use super::group::groups;
use super::theme::{Theme, Tone};
use super::width::{columns, pad};
use crate::base::json::pretty;
use crate::render::format::Format;

/// Returns the list, in JSON where the format asks for it.
pub fn list(checks: &[CheckMeta<'_>], theme: &Theme, format: Format) -> String {
    if format == Format::Json {
        let records: Vec<serde_json::Value> = checks
            .iter()
            .map(|check| serde_json::json!({ "id": check.id, "group": check.group, "title": check.title }))
            .collect();
        return pretty(&serde_json::json!({ "schema": "openclaw-doctor/checks/1", "checks": records }));
    }
    let widest = checks.iter().map(|check| columns(check.id)).max().unwrap_or(0);
    let mut text = String::new();
    for group in groups(checks) {
        let members: Vec<&CheckMeta<'_>> = checks.iter().filter(|check| check.group == group).collect();
        if members.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{}\n", theme.paint(Tone::Strong, group)));
        for check in members {
            text.push_str(&format!("  {}   {}\n", pad(check.id, widest), check.title));
        }
    }
    text.push_str("\nMore about one: %doctor% explain <ID>\n");
    theme.fit(text)
}
