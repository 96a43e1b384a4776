//! The list of a bundle's parts, each with its size and hash.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    /// Its name, such as `snapshot.json`.
    pub(super) part: String,
    /// Its size.
    pub(super) bytes: usize,
    /// SHA-256 in hex.
    pub(super) sha256: String,
}

/// Describes a part.
pub(super) fn entry(part: &str, text: &str) -> Part {
    Part {
        part: part.to_owned(),
        bytes: text.len(),
        sha256: sha256(text),
    }
}

/// Returns the SHA-256 of a text in hex.
pub(super) fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
