//! Schema `openclaw-doctor/report/1` (`schema/report-1.schema.json`). Fields may be added; what
//! changes or goes needs a `v2`.

use crate::model::report::Report;

/// Returns the document.
pub fn document(report: &Report) -> String {
    super::pretty(report)
}

#[cfg(test)]
#[path = "v1_tests.rs"]
mod tests;
