//! The document of a run that has no report, in the format that was asked for: whoever parses
//! standard output gets something that parses.

use super::json::error_document;
use super::{github, junit};
use crate::base::text::clean;
use crate::render::format::Format;

/// Returns the document; empty where people read standard error, and for Prometheus, where no
/// metric is a valid file. `kind` is a stable word: `usage`, `input`, `internal`, `handover`, `timeout`,
/// `limits`.
pub fn failure(format: Format, kind: &str, message: &str, exit_code: u8) -> String {
    match format {
        Format::Json => error_document(kind, message, exit_code),
        Format::Junit => junit::failure(kind, &clean(message)),
        Format::Github => github::failure(&clean(message)),
        Format::Markdown => format!(
            "### ✗ openclaw doctor has no report\n\n{}\n",
            crate::base::text::markdown_inline(&clean(message))
        ),
        Format::Human | Format::Prometheus => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_a_whole_document() {
        let of = |format| failure(format, "usage", "no <such> \"thing\"\u{1b}[2J & more", 2);
        let json: serde_json::Value = serde_json::from_str(&of(Format::Json)).unwrap();
        assert_eq!(json["error"]["exit_code"], 2);
        let junit = of(Format::Junit);
        assert!(
            junit.starts_with("<?xml") && junit.ends_with("</testsuites>\n"),
            "{junit}"
        );
        assert!(
            junit.contains("no &lt;such&gt; &quot;thing&quot;\\u{1b}[2J &amp; more"),
            "{junit}"
        );
        assert!(of(Format::Github).starts_with("::error title=openclaw doctor::no <such>"));
        assert_eq!(of(Format::Github).lines().count(), 1);
        assert!(of(Format::Markdown).starts_with("### "));
        for format in [Format::Human, Format::Prometheus] {
            assert_eq!(of(format), "");
        }
    }
}
