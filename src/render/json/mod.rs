//! JSON: the report, one file per version, and the document of a run that could not report.

pub mod v1;

use serde::Serialize;

use super::sanitize::is_risky;
use crate::app::exit::Exit;

/// Name and number of the format of errors.
pub const ERROR_SCHEMA: &str = "openclaw-doctor/error/1";

/// Returns the one document of a run that ended before there was a report. `kind` is a stable
/// word: `usage`, `input`, `internal`.
pub fn error_document(kind: &str, message: &str, exit: Exit) -> String {
    pretty(&serde_json::json!({
        "schema": ERROR_SCHEMA,
        "tool": { "version": env!("CARGO_PKG_VERSION") },
        "error": { "kind": kind, "message": message, "exit_code": exit.code() },
    }))
}

/// Returns a value as indented JSON with a final line feed. Characters that could change how a
/// terminal shows the text are written as escapes; the value is the same.
pub fn pretty(value: &impl Serialize) -> String {
    // Only maps with keys that are not text, which no type here has, cannot be written.
    let text = serde_json::to_string_pretty(value).unwrap_or_else(|_| "null".to_owned());
    let mut safe = String::with_capacity(text.len() + 1);
    for sign in text.chars() {
        if is_risky(sign) && sign != '\n' {
            for unit in sign.encode_utf16(&mut [0; 2]) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(sign);
        }
    }
    safe.push('\n');
    safe
}
