//! What the user chose not to hear of.

use serde::{Deserialize, Serialize};

/// A suppression file, as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Suppressions {
    /// The file; empty where there is none.
    pub path: String,
    /// Its lines that can have an effect.
    pub rules: Vec<Suppression>,
    /// Lines that have none, and why.
    pub complaints: Vec<SuppressionComplaint>,
    /// Why the file as a whole is not applied.
    pub not_applied: Option<String>,
}

/// One line of a suppression file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// Id of the check.
    pub id: String,
    /// The variable or config path; none means every finding of the check.
    pub subject: Option<String>,
    /// Why, in the words of whoever wrote it, known secrets withheld.
    pub reason: String,
    /// Line, from 1.
    pub line: u32,
}

/// A line without effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuppressionComplaint {
    /// Line, from 1.
    pub line: u32,
    /// Why.
    pub why: String,
}
