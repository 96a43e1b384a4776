//! The environment on its way through the loading: a value never travels without its source.

use std::collections::BTreeMap;

use crate::model::snapshot::{Place, Source};
use crate::product::names;
use crate::secret::Secret;
use crate::secret::value::js_trim;

/// One bound name.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    pub(crate) value: Secret,
    pub(crate) source: Source,
    pub(crate) place: Option<Place>,
    /// The rule by which it stands here.
    pub(crate) rule: &'static str,
}

/// Names and slots. "Bound" means present, even if empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct Env(BTreeMap<String, Slot>);

impl Env {
    pub(crate) fn slot(&self, name: &str) -> Option<&Slot> {
        self.0.get(name)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Secret> {
        self.0.get(name).map(|slot| &slot.value)
    }

    /// Returns the trimmed text of a name that is not blank.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)
            .map(|value| js_trim(value.expose()))
            .filter(|text| !text.is_empty())
    }

    pub(crate) fn is_bound(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn set(&mut self, name: &str, slot: Slot) {
        self.0.insert(name.to_owned(), slot);
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Slot> {
        self.0.remove(name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Slot)> {
        self.0.iter()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    pub(crate) fn into_inner(self) -> BTreeMap<String, Slot> {
        self.0
    }

    /// Returns whether a name has the same value, or none, in both.
    fn agrees(&self, other: &Env, name: &str) -> bool {
        match (self.get(name), other.get(name)) {
            (Some(a), Some(b)) => a.same_as(b),
            (None, None) => true,
            _ => false,
        }
    }

    /// Undoes the change from `before` to `after` for every name that still stands as `after`
    /// left it and that `keep` does not name.
    pub(crate) fn undo(&mut self, before: &Env, after: &Env, keep: impl Fn(&str) -> bool) {
        let changed: Vec<&String> = before
            .names()
            .chain(after.names())
            .filter(|name| !keep(name) && !before.agrees(after, name))
            .collect();
        for name in changed {
            if !self.agrees(after, name) {
                continue;
            }
            match before.slot(name) {
                Some(slot) => self.set(name, slot.clone()),
                None => {
                    self.remove(name);
                }
            }
        }
    }

    /// Returns whether every selection key has the same value in both (section 2, step 3).
    pub(crate) fn selects_as(&self, other: &Env) -> bool {
        names::lists().selection.iter().all(|name| self.agrees(other, name))
    }
}
