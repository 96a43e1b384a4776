//! What is said of one copy of a key.

use serde::{Deserialize, Serialize};

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
