//! What is said of one copy of a key.

use serde::{Deserialize, Serialize};

use crate::model::snapshot::{OfferStatus, Source};

/// Which of the environments a copy belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceView {
    /// Yours.
    #[serde(rename = "shell")]
    Shell,
    /// The Gateway's at its next start.
    #[serde(rename = "next_start")]
    NextStart,
    /// Both of them.
    #[serde(rename = "both")]
    Both,
}

impl SourceView {
    /// Returns the public word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            SourceView::Shell => "shell",
            SourceView::NextStart => "next_start",
            SourceView::Both => "both",
        }
    }
}

/// One copy of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySource {
    /// What it is.
    pub source: Source,
    /// Which of the environments it belongs to.
    pub view: SourceView,
    /// File.
    pub path: Option<String>,
    /// Line.
    pub line: Option<u32>,
    /// Id of the stored profile that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Fingerprint of its value.
    pub fingerprint: Option<String>,
    /// What becomes of it.
    pub status: OfferStatus,
    /// The rule that decided.
    pub rule: String,
}
