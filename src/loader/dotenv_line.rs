//! One entry of a `.env`, apart from the file, for those who keep what was read.

use crate::secret::Secret;

/// One entry of a file.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) value: Secret,
    pub(crate) line: u32,
    pub(crate) cut_by_hash: bool,
    /// Why the entry is not offered, as a rule word.
    pub(crate) refused: Option<&'static str>,
}
