//! Text from the machine before it reaches a terminal or a page: control, direction and invisible
//! characters are shown as escapes, the home directory as `~`.

use serde_json::Value;

use crate::base::text::{escape, tilde_within};
use crate::model::report::Report;

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
                tilde_within(&shown, home)
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
    fn the_home_directory_becomes_a_tilde_only_as_a_whole() {
        let table = [
            ("/home/me/.env:3 and /home/me", "~/.env:3 and ~"),
            ("/home/me2/.env", "/home/me2/.env"),
            ("/mnt/home/me/x", "/mnt/home/me/x"),
            ("/home/me/home/me/x", "~/home/me/x"),
            ("'/home/me/a b'", "'~/a b'"),
        ];
        for (text, expected) in table {
            assert_eq!(tilde_within(text, "/home/me"), expected);
        }
        assert_eq!(tilde_within("/x", "/"), "/x");
    }
}
