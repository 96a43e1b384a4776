//! The state database of a state directory: the rows that anything here asks for, read in one go.

use std::fmt;
use std::path::{Path, PathBuf};

use super::sqlite::{self, Failure, Row};

/// The shared store of auth profiles; `?1` bounds the value.
const STORE: &str =
    "SELECT value_json FROM config_machine_state WHERE state_key = 'authProfiles.store' AND length(value_json) <= ?1";
/// The record of installed plugins.
const PLUGINS: &str = "SELECT value_json FROM config_machine_state WHERE state_key = 'plugins.installedIndex' AND length(value_json) <= ?1";

/// The rows; their texts may hold keys, so they are not printable.
pub(in crate::collect) struct StateRows {
    /// The shared store of auth profiles.
    pub(in crate::collect) store: Row,
    /// The record of installed plugins.
    pub(in crate::collect) plugins: Row,
}

impl fmt::Debug for StateRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateRows")
    }
}

/// Returns the path of the database.
pub(super) fn path(state_dir: &Path) -> PathBuf {
    state_dir.join("state/openclaw.sqlite")
}

/// Reads the rows.
pub(in crate::collect) fn read(state_dir: &Path) -> StateRows {
    match sqlite::texts(&path(state_dir), [STORE, PLUGINS]) {
        Ok([store, plugins]) => StateRows { store, plugins },
        Err(failure) => failed(failure),
    }
}

fn failed(failure: Failure) -> StateRows {
    StateRows {
        store: Err(failure.clone()),
        plugins: Err(failure),
    }
}
