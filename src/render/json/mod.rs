//! JSON: the report, one file per version, and the document of a run that could not report.

pub mod v1;

use crate::base::json::pretty;

/// Name and number of the format of errors.
pub const ERROR_SCHEMA: &str = "openclaw-doctor/error/1";

/// Returns the one document of a run that ended before there was a report. `kind` is a stable
/// word: `usage`, `input`, `internal`.
pub fn error_document(kind: &str, message: &str, exit_code: u8) -> String {
    pretty(&serde_json::json!({
        "schema": ERROR_SCHEMA,
        "tool": { "version": env!("CARGO_PKG_VERSION") },
        "error": { "kind": kind, "message": message, "exit_code": exit_code },
    }))
}
