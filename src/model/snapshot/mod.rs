//! Everything read from a machine in one run, as plain data without a secret in it.
//!
//! Invariants: no type here can hold the text of a secret (only [`ValueFacts`]); there is no
//! logic; a snapshot that was saved and loaded is equal to the one that was taken, so the
//! report made of it is the same byte for byte.

mod config;
mod config_lock;
mod definition;
mod host;
mod launch;
mod layers;
mod origin;
mod pings;
mod process;
mod programs;
mod service;
mod stores;
mod suppress;
mod systemd;
mod trace;
mod uses;
mod values;

pub use config::*;
pub use config_lock::ConfigLock;
pub use definition::*;
pub use host::*;
pub use launch::*;
pub use layers::*;
pub use origin::*;
pub use pings::*;
pub use process::*;
pub use programs::*;
pub use service::*;
pub use stores::*;
pub use suppress::*;
pub use systemd::*;
pub use trace::*;
pub use uses::*;
pub use values::*;

use serde::{Deserialize, Serialize};

use crate::base::fact::Fact;

/// The number of this format; raised when a field changes its meaning.
pub const SCHEMA: u32 = 1;

/// One machine at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// [`SCHEMA`] of the writer.
    pub schema: u32,
    /// Version of the doctor that took it.
    pub tool_version: String,
    /// When it was taken, seconds since 1970 (UTC).
    pub taken_at: i64,
    /// What was asked for, where it changes what the report says.
    pub asked: Asked,
    /// The machine and the user.
    pub host: Host,
    /// The OpenClaw package that the service or the command line uses.
    pub install: Install,
    /// The service manager and the Gateway services it knows.
    pub services: ServiceFacts,
    /// Gateway processes and whoever holds the Gateway's port.
    pub processes: ProcessFacts,
    /// The three environments.
    pub views: Views,
    /// Assignments found in the start-up files of the user's shell.
    pub startup_files: Vec<StartupFile>,
    /// Files near the state directory that nothing reads, with the names they assign.
    pub unread_files: Vec<UnreadFile>,
    /// Files that are read, with the names that lines made a comment would set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commented: Vec<UnreadFile>,
    /// Stored auth profiles.
    pub auth_profiles: Vec<AuthProfileStore>,
    /// The shared secret store. Snapshots of earlier doctors have none.
    #[serde(default = "not_read")]
    pub secret_store: Fact<Vec<StoreEntry>>,
    /// Mode and owner of the files that hold secrets.
    pub permissions: Vec<PathFacts>,
    /// The last lines of the Gateway's log, secrets masked.
    pub log_tail: Fact<Vec<String>>,
    /// Answers of the Gateways that were asked.
    pub pings: PingFacts,
    /// Findings that are not to count. Snapshots of earlier doctors have none.
    #[serde(default)]
    pub suppressions: Suppressions,
    /// Why the look did not come to its end, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_short: Option<CutShort>,
}

/// A look that did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutShort {
    /// Why, in words.
    pub why: String,
    /// Whether all was read that findings rest on; otherwise what is missing from the snapshot may exist.
    pub judged: bool,
}

fn not_read<T>() -> Fact<T> {
    Fact::not_asked("this snapshot is of a doctor that did not read it")
}

/// What the user asked for, as far as the report depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Asked {
    /// Keys named on the command line.
    pub keys: Vec<String>,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--offline`.
    pub offline: bool,
    /// `--service-manager`, as typed.
    pub service_manager: String,
    /// Whether fingerprints were made under the user's own key.
    pub own_fingerprint_key: bool,
}
