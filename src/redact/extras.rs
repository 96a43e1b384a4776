//! Texts that a bundle carries beside the snapshot, masked when they were read.

use serde::{Deserialize, Serialize};

/// What `collect::extras` reads for a bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Extras {
    /// Name and version of the system, such as "Debian GNU/Linux 13 (trixie)".
    pub os_name: Option<String>,
    /// Release of the kernel.
    pub kernel: Option<String>,
    /// Version of the Node that the service runs, where a file beside it tells.
    pub node: Option<String>,
    /// Version of systemd, by the name of its own library.
    pub systemd: Option<String>,
    /// Unit file, drop-ins or plist.
    pub definitions: Vec<MaskedText>,
    /// The config file.
    pub config: Option<MaskedText>,
    /// Texts that could not be read, with the reason.
    pub unreadable: Vec<String>,
    /// The machine's own name; it stays here.
    #[serde(skip)]
    pub host_name: Option<String>,
}

/// A text with its line numbers kept and its values masked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskedText {
    /// Path.
    pub path: String,
    /// Lines.
    pub lines: Vec<String>,
    /// Values withheld, by rule.
    pub withheld: Vec<(String, usize)>,
    /// Lines at the end that were left out.
    pub cut: usize,
}
