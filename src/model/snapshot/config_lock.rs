//! What keeps OpenClaw from writing its config.

use serde::{Deserialize, Serialize};

/// Why the Gateway cannot rewrite its config; it starts with one that needs no change all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ConfigLock {
    /// `OPENCLAW_NIX_MODE=1`: the file is made from a Nix source.
    Nix,
    /// `OPENCLAW_CONFIG_READONLY=1`: the file is deployed from elsewhere.
    Deployed,
    /// The file is a mount of its own, so that nothing can be renamed onto it.
    Mounted {
        /// Whether it cannot be written in place either.
        read_only: bool,
    },
    /// Its folder is on a read-only file system, or read-only for the service.
    ReadOnlyFolder {
        /// The folder.
        folder: String,
    },
    /// The Gateway's account may not write to its folder.
    ClosedFolder {
        /// The folder.
        folder: String,
    },
    /// The file or its folder has the attribute "immutable" (`chattr +i`).
    Immutable {
        /// Which of the two.
        path: String,
    },
}
