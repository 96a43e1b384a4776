//! What the shared secret store has for a reference.

use crate::base::fact::Fact;
use crate::model::snapshot::{SecretRef, Snapshot, StoreEntry};

/// What a reference of source `store` leads to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum StoreState<'a> {
    /// A live entry.
    There(&'a StoreEntry),
    /// An entry that was deleted.
    Deleted,
    /// None of this name.
    Missing,
    /// The store could not be read, or was not looked at.
    Unknown,
    /// The reference is of another source, or its provider is.
    OtherSource,
}

/// Looks a reference up as the Gateway does: by the exact name, whatever the entry's kind.
pub(crate) fn stored<'a>(snapshot: &'a Snapshot, secret: &SecretRef) -> StoreState<'a> {
    // A provider that does not exist is a fault of the config, told there.
    if secret.source != "store" || secret.target.get().is_none() {
        return StoreState::OtherSource;
    }
    entry(snapshot, &secret.id)
}

/// Looks a name up in the store.
pub(crate) fn entry<'a>(snapshot: &'a Snapshot, name: &str) -> StoreState<'a> {
    match &snapshot.secret_store {
        Fact::Known { value } => match value.iter().find(|entry| entry.name == name) {
            Some(entry) if entry.value.is_some() => StoreState::There(entry),
            Some(_) => StoreState::Deleted,
            None => StoreState::Missing,
        },
        Fact::Absent => StoreState::Missing,
        Fact::Unreadable { .. } | Fact::NotAsked { .. } => StoreState::Unknown,
    }
}
