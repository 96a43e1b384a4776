//! The config's hold on the environment: `env.vars`, the flat `env.KEY` of older releases, and
//! `${VAR}` (facts/env-resolution.md section 5).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::entry::{alias_group, normalise_aliases};
use super::env::{Env, Slot};
use crate::config::document::Document;
use crate::config::{Missing, substitute};
use crate::model::snapshot::{Place, Source};
use crate::product::names;
use crate::product::rules::RuleSet;
use crate::secret::value::js_trim;
use crate::secret::{Secret, Vault};

pub(crate) use super::template::has_reference;

/// One entry of `env.vars` or of the flat layout.
#[derive(Debug, Clone)]
pub(crate) struct ConfigEntry {
    pub(crate) name: String,
    pub(crate) value: Secret,
    pub(crate) place: Option<Place>,
    /// Why it is not used, as a rule word.
    pub(crate) refused: Option<&'static str>,
}

/// Which of the two layouts counts, and which one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// `env.vars` alone.
    Vars,
    /// Both; the flat one wins (until the 2026.9 line, and at read time where includes forbid a repair).
    FlatWins,
    /// Both; `env.vars` wins, because start-up moves the flat ones there.
    VarsWin,
}

/// Lists the entries of a config in the order in which the later one of a name counts.
pub(crate) fn entries(
    value: &Value,
    document: &Document,
    layout: Layout,
    refusals: Refusals<'_>,
    vault: &Vault,
) -> Vec<ConfigEntry> {
    let Some(env) = value.get("env").and_then(Value::as_object) else {
        return Vec::new();
    };
    let collect = |map: &Map<String, Value>, parents: &[&str]| -> Vec<ConfigEntry> {
        map.iter()
            .filter_map(|(name, value)| value.as_str().map(|text| (name, text)))
            .filter(|(name, _)| parents.len() > 1 || !matches!(name.as_str(), "shellEnv" | "vars"))
            .map(|(name, text)| {
                let mut path = parents.to_vec();
                path.push(name);
                ConfigEntry {
                    name: js_trim(name).to_owned(),
                    value: vault.seal(text),
                    place: document.place(&path),
                    refused: refusals.why(name, text),
                }
            })
            .collect()
    };
    let vars = env.get("vars").and_then(Value::as_object);
    let in_vars = |name: &str| vars.is_some_and(|map| map.contains_key(name));
    let flat = || collect(env, &["env"]);
    // The repair drops a flat entry as soon as `env.vars` has its name, even with a blank value (2026.9.6, run).
    let flat_left = || {
        let mut entries = flat();
        for entry in entries.iter_mut().filter(|entry| in_vars(&entry.name)) {
            entry.refused = entry.refused.or(Some("config-repeated"));
        }
        entries
    };
    let vars = vars.map(|map| collect(map, &["env", "vars"])).unwrap_or_default();
    let ordered = match layout {
        Layout::Vars => vars,
        Layout::FlatWins => [vars, flat()].concat(),
        Layout::VarsWin => [flat_left(), vars].concat(),
    };
    last_wins(ordered)
}

fn last_wins(mut entries: Vec<ConfigEntry>) -> Vec<ConfigEntry> {
    let mut seen = BTreeSet::new();
    for entry in entries.iter_mut().rev().filter(|entry| entry.refused.is_none()) {
        if !seen.insert(entry.name.clone()) {
            entry.refused = Some("config-repeated");
        }
    }
    entries
}

/// Which entries a release leaves out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusals<'a> {
    /// The rules by which names are looked at.
    names: &'a RuleSet,
    references: bool,
}

impl<'a> Refusals<'a> {
    pub(crate) fn of(rules: &'a RuleSet) -> Self {
        Refusals {
            names: rules,
            references: rules.skip_unresolved,
        }
    }

    /// Literals alone, as `${VAR}` sees the config.
    fn literals(rules: &'a RuleSet) -> Self {
        Refusals {
            names: rules,
            references: true,
        }
    }

    fn why(self, name: &str, text: &str) -> Option<&'static str> {
        let Some(name) = names::portable(name) else {
            return Some("not-a-name");
        };
        if js_trim(text).is_empty() {
            Some("config-blank")
        } else if !names::config_may_set(name, self.names) {
            Some("config-blocked-name")
        } else if self.references && has_reference(text) {
            Some("config-unresolved-reference")
        } else {
            None
        }
    }
}

/// Values of weaker sources that config values replace (the login shell's).
pub(crate) type Weaker = BTreeMap<String, Secret>;

/// Applies config entries: they fill unset and blank names, and replace weaker sources.
pub(crate) fn apply(env: &mut Env, entries: &[ConfigEntry], weaker: &Weaker) {
    let used: Vec<&ConfigEntry> = entries.iter().filter(|entry| entry.refused.is_none()).collect();
    let mut own_values: BTreeMap<&str, Vec<&Secret>> = BTreeMap::new();
    for entry in &used {
        for name in alias_group(&entry.name) {
            own_values.entry(name).or_default().push(&entry.value);
        }
    }
    let is_weaker = |name: &str, value: &Secret| weaker.get(name).is_some_and(|other| other.same_as(value));
    let mut stronger: BTreeMap<String, Slot> = BTreeMap::new();
    for entry in &used {
        let group = alias_group(&entry.name);
        let winner = group.iter().find_map(|name| {
            let slot = env.slot(name).filter(|slot| !slot.value.is_blank())?;
            let own = own_values
                .get(name)
                .is_some_and(|values| values.iter().any(|value| value.same_as(&slot.value)));
            (!own && !is_weaker(name, &slot.value)).then(|| slot.clone())
        });
        if let Some(slot) = winner {
            for name in group {
                stronger.insert(name.to_owned(), slot.clone());
            }
        }
    }
    for (name, value) in weaker {
        let replaced = own_values.contains_key(name.as_str()) && env.get(name).is_some_and(|now| now.same_as(value));
        if replaced {
            env.remove(name);
        }
    }
    for entry in used {
        apply_one(env, entry, stronger.get(&entry.name), &is_weaker);
    }
    normalise_aliases(env);
}

/// Applies config entries as releases without a selection loop do: each fills its own name where that is unset or
/// blank.
pub(crate) fn fill(env: &mut Env, entries: &[ConfigEntry]) {
    for entry in entries.iter().filter(|entry| entry.refused.is_none()) {
        apply_one(env, entry, None, &|_, _| false);
    }
}

fn apply_one(env: &mut Env, entry: &ConfigEntry, stronger: Option<&Slot>, is_weaker: &dyn Fn(&str, &Secret) -> bool) {
    if let Some(slot) = stronger {
        if !env.get(&entry.name).is_some_and(|now| now.same_as(&slot.value)) {
            let copy = Slot {
                source: Source::Alias,
                rule: "alias",
                ..slot.clone()
            };
            env.set(&entry.name, copy);
        }
        return;
    }
    let keeps = env
        .get(&entry.name)
        .is_some_and(|now| !now.is_blank() && !is_weaker(&entry.name, now));
    if keeps || has_reference(entry.value.expose()) {
        return;
    }
    env.set(
        &entry.name,
        Slot {
            value: entry.value.clone(),
            source: Source::ConfigEnv,
            place: entry.place.clone(),
            rule: "config-env",
        },
    );
}

/// Replaces `${VAR}` in all strings of a config by this environment and by the config's own
/// literals; one level only.
pub(crate) fn resolve(
    document: &Document,
    env: &Env,
    layout: Layout,
    rules: &RuleSet,
    weaker: &Weaker,
    vault: &Vault,
) -> (Rc<Value>, Vec<Missing>) {
    let mut lookup = env.clone();
    // Literals alone: an entry that refers to a variable is not resolved through another one.
    apply(
        &mut lookup,
        &entries(&document.value, document, layout, Refusals::literals(rules), vault),
        weaker,
    );
    let (value, missing) = substitute(&document.value, &|name| {
        lookup.get(name).map(|value| value.expose().to_owned())
    });
    match value {
        Cow::Borrowed(_) => (Rc::clone(&document.value), missing),
        Cow::Owned(value) => (Rc::new(value), missing),
    }
}
