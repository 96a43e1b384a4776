//! The state database of a state directory: the rows that anything here asks for, read in one go.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::collect::ownership::By;

use super::sqlite::{self, Failure, Row};

/// The shared store of auth profiles; `?1` bounds the value.
const STORE: &str =
    "SELECT value_json FROM config_machine_state WHERE state_key = 'authProfiles.store' AND length(value_json) <= ?1";
/// The usage of the shared profiles.
const USAGE: &str =
    "SELECT value_json FROM config_machine_state WHERE state_key = 'authProfiles.state' AND length(value_json) <= ?1";
/// The record of installed plugins.
const PLUGINS: &str = "SELECT value_json FROM config_machine_state WHERE state_key = 'plugins.installedIndex' AND length(value_json) <= ?1";
/// The shared secret store: the team's entries, deleted ones too, as a JSON list. Its values are plain text of at
/// most 64 KiB (`secret-store.ts` of 2026.9.6).
const SECRETS: &str = "SELECT json_group_array(json_object('name', name, 'kind', kind, 'value', \
    CASE WHEN deleted_at_ms IS NULL THEN value END, 'updated', updated_at_ms, 'deleted', deleted_at_ms, 'by', updated_by)) \
    FROM (SELECT * FROM secret_store_entries WHERE scope_kind = 'team' AND scope_id = '' \
    AND length(value) <= min(?1, 65536) ORDER BY name LIMIT 1000)";

/// The rows; their texts may hold keys, so they are not printable.
pub(in crate::collect) struct StateRows {
    /// The shared store of auth profiles.
    pub(in crate::collect) store: Row,
    /// The usage of the shared profiles.
    pub(in crate::collect) usage: Row,
    /// The record of installed plugins.
    pub(in crate::collect) plugins: Row,
    /// The shared secret store.
    pub(in crate::collect) secrets: Row,
}

impl fmt::Debug for StateRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateRows")
    }
}

/// Returns the path of the database.
pub(in crate::collect) fn path(state_dir: &Path) -> PathBuf {
    state_dir.join("state/openclaw.sqlite")
}

/// Reads the rows.
pub(in crate::collect) fn read(by: By, state_dir: &Path) -> StateRows {
    match sqlite::texts(by, &path(state_dir), [STORE, USAGE, PLUGINS, SECRETS]) {
        Ok([store, usage, plugins, secrets]) => StateRows {
            store,
            usage,
            plugins,
            secrets,
        },
        Err(failure) => failed(failure),
    }
}

fn failed(failure: Failure) -> StateRows {
    StateRows {
        store: Err(failure.clone()),
        usage: Err(failure.clone()),
        plugins: Err(failure.clone()),
        secrets: Err(failure),
    }
}
