//! The shared secret store of the state database: what SecretRefs of source `store` are resolved to
//! (`secret-store.ts` of 2026.9.6). Values go to the vault; facts alone leave.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::auth_profiles::sqlite::Failure;
use super::auth_profiles::state_db;
use super::context::Context;
use super::ownership::By;
use crate::base::fact::Fact;
use crate::model::snapshot::{StoreEntry, StoreKind};
use crate::secret::Secret;

/// The values behind the entries, for the pings. None where the store could not be read.
#[derive(Debug, Default)]
pub struct StoreSecrets(Option<BTreeMap<String, Secret>>);

/// What the store has under a name.
#[derive(Debug)]
pub enum Stored<'a> {
    /// A value.
    Value(&'a Secret),
    /// No live entry of this name.
    Missing,
    /// The store could not be read.
    Unknown,
}

impl StoreSecrets {
    /// Returns a store of the given values.
    #[cfg(test)]
    pub(crate) fn of(values: BTreeMap<String, Secret>) -> Self {
        StoreSecrets(Some(values))
    }

    /// Looks an entry up as the Gateway does: by its exact name, whatever its kind.
    pub fn get(&self, name: &str) -> Stored<'_> {
        match &self.0 {
            None => Stored::Unknown,
            Some(values) => values.get(name).map_or(Stored::Missing, Stored::Value),
        }
    }
}

/// One row as the query hands it over.
#[derive(Deserialize)]
struct Row {
    name: String,
    kind: String,
    value: Option<String>,
    updated: Option<i64>,
    deleted: Option<i64>,
    by: Option<String>,
}

/// What is known of the store of a state directory that cannot be looked into.
pub fn closed(state_dir: &str, why: String) -> (Fact<Vec<StoreEntry>>, StoreSecrets) {
    (Fact::unreadable(format!("{state_dir}: {why}"), ""), StoreSecrets(None))
}

/// Reads the store of a state directory. Absent where there is no database.
pub fn collect(ctx: &Context<'_>, state_dir: &str, by: By) -> (Fact<Vec<StoreEntry>>, StoreSecrets) {
    let state_dir = Path::new(state_dir);
    let path = state_db::path(state_dir).to_string_lossy().into_owned();
    let unreadable = |why: &str| {
        let quoted = shlex::try_quote(&path)
            .map(|quoted| quoted.into_owned())
            .unwrap_or_default();
        (
            Fact::unreadable(format!("{path}: {why}"), format!("ls -ld {quoted}")),
            StoreSecrets(None),
        )
    };
    let rows = match &ctx.memo.state_rows(by, state_dir).secrets {
        Err(Failure::Missing) => return (Fact::Absent, StoreSecrets(Some(BTreeMap::new()))),
        Err(Failure::Unreadable(why)) => return unreadable(why),
        Ok(None) => Vec::new(),
        Ok(Some(text)) => match serde_json::from_str::<Vec<Row>>(text) {
            Ok(rows) => rows,
            Err(_) => return unreadable("its secret store has another layout than expected"),
        },
    };
    let mut values = BTreeMap::new();
    let entries = rows.into_iter().filter_map(|row| seal(ctx, row, &mut values)).collect();
    (Fact::known(entries), StoreSecrets(Some(values)))
}

fn seal(ctx: &Context<'_>, row: Row, values: &mut BTreeMap<String, Secret>) -> Option<StoreEntry> {
    let live = row.value.filter(|_| row.deleted.is_none());
    let secret = live.map(|value| ctx.vault.seal(value));
    // Other names are hand-overs of the product's own; no reference can name them.
    if !is_name(&row.name) {
        return None;
    }
    if let Some(secret) = &secret {
        values.insert(row.name.clone(), secret.clone());
    }
    Some(StoreEntry {
        kind: match row.kind.as_str() {
            "env" => StoreKind::Env,
            _ => StoreKind::Secret,
        },
        value: secret.map(|secret| ctx.vault.facts("", &secret)),
        updated_ms: row.updated.unwrap_or_default(),
        outside_gateway: matches!(row.by.as_deref(), Some("cli" | "doctor" | "setup")),
        name: row.name,
    })
}

/// `[A-Z][A-Z0-9_]{0,127}`, the names that a reference may have.
fn is_name(text: &str) -> bool {
    let rest = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.len() <= 128 && text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::testkit::Bench;

    fn store(root: &Path, rows: &[(&str, &str, &str, Option<i64>)]) {
        std::fs::create_dir_all(root.join("state")).unwrap();
        let database = rusqlite::Connection::open(root.join("state/openclaw.sqlite")).unwrap();
        database
            .execute_batch(
                "CREATE TABLE secret_store_entries(scope_kind TEXT, scope_id TEXT, name TEXT, value TEXT, kind TEXT, \
                 created_at_ms INTEGER, updated_at_ms INTEGER, updated_by TEXT, deleted_at_ms INTEGER, allowed_hosts TEXT)",
            )
            .unwrap();
        for (scope, name, value, deleted) in rows {
            database
                .execute(
                    "INSERT INTO secret_store_entries VALUES(?1, '', ?2, ?3, 'secret', 1, 2, 'cli', ?4, NULL)",
                    rusqlite::params![scope, name, value, deleted],
                )
                .unwrap();
        }
    }

    #[test]
    fn live_entries_of_the_team_are_found_and_nothing_of_them_is_shown() {
        let root = tempfile::tempdir().unwrap();
        let rows = [
            ("team", "A_KEY", "value-of-a", None),
            ("team", "GONE_KEY", "value-that-went", Some(5)),
            ("identity", "OTHER_KEY", "value-of-another", None),
            ("team", "github-setup-00", "handover-value", None),
        ];
        store(root.path(), &rows);
        let bench = Bench::new(root.path());
        let (facts, secrets) = collect(&bench.context(), root.path().to_str().unwrap(), By::Asker);
        let found: Vec<(&str, bool)> = facts
            .get()
            .unwrap()
            .iter()
            .map(|entry| (entry.name.as_str(), entry.value.is_some()))
            .collect();
        assert_eq!(found, [("A_KEY", true), ("GONE_KEY", false)]);
        assert!(matches!(secrets.get("A_KEY"), Stored::Value(secret) if secret.expose() == "value-of-a"));
        for name in ["GONE_KEY", "OTHER_KEY", "github-setup-00"] {
            assert!(matches!(secrets.get(name), Stored::Missing), "{name}");
        }
        assert!(!format!("{facts:?} {secrets:?}").contains("value-"), "{facts:?}");
    }

    #[test]
    fn a_store_that_cannot_be_read_is_not_an_empty_one() {
        let root = tempfile::tempdir().unwrap();
        let bench = Bench::new(root.path());
        let state = root.path().to_str().unwrap();
        let (facts, secrets) = collect(&bench.context(), state, By::Asker);
        assert!(facts == Fact::Absent && matches!(secrets.get("A_KEY"), Stored::Missing));
        crate::collect::testkit::put(&root.path().join("state/openclaw.sqlite"), "no database ".repeat(200));
        let bench = Bench::new(root.path());
        let (facts, secrets) = collect(&bench.context(), state, By::Asker);
        assert!(facts.why_unknown().is_some() && matches!(secrets.get("A_KEY"), Stored::Unknown));
    }
}
