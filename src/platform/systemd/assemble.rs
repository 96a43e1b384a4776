//! The environment a service is started with: which layer wins, and what it beats.
//!
//! Weakest first (facts/services.md section 1.4, systemd.exec(5), compared with systemd 252): the
//! manager's block, what systemd sets itself, `PassEnvironment=`, `Environment=`,
//! `EnvironmentFile=`; `UnsetEnvironment=` is applied last and to all of them.

use std::collections::BTreeMap;

use super::definition::Definition;
use crate::loader::RawBinding;
use crate::model::snapshot::{Scope, Source};
use crate::secret::Vault;

impl Assembled {
    /// Returns the winner of a name.
    pub fn get(&self, name: &str) -> Option<&RawBinding> {
        let at = self.env.binary_search_by(|one| one.name.as_str().cmp(name)).ok()?;
        self.env.get(at)
    }
}

/// Account of the process, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Name.
    pub name: String,
    /// Number.
    pub uid: u32,
    /// Home.
    pub home: String,
    /// Shell.
    pub shell: Option<String>,
}

/// The layers of one service.
pub struct Layers<'a> {
    /// User or system.
    pub scope: Scope,
    /// The manager's block; empty where it is not known.
    pub manager: &'a [RawBinding],
    /// The account that systemd sets `HOME` and the like for; none for root's system services.
    pub account: Option<&'a Account>,
    /// Unit and drop-ins.
    pub definition: &'a Definition,
    /// Bindings of all environment files, in their order.
    pub files: Vec<RawBinding>,
}

/// The result.
#[derive(Debug, Default)]
pub struct Assembled {
    /// The winner of each name, by name.
    pub env: Vec<RawBinding>,
    /// What was replaced, reset or removed, oldest first, with the word for it.
    pub overridden: Vec<(RawBinding, String)>,
}

/// The text of values that systemd makes up at each start; only that they are not blank matters
/// (facts/env-resolution.md section 7).
const MADE_AT_START: &str = "set-by-systemd-at-each-start";

/// How many overridden bindings are kept: more than any unit has that was not made to have them.
const MAX_OVERRIDDEN: usize = 1000;

/// Applies all layers.
pub fn assemble(layers: Layers<'_>, vault: &Vault) -> Assembled {
    let own = own_variables(&layers, vault);
    let definition = layers.definition;
    let overridden = definition.reset.iter().map(|one| (one.clone(), "reset".to_owned()));
    let mut env: BTreeMap<String, RawBinding> = BTreeMap::new();
    let mut done = Assembled {
        env: Vec::new(),
        overridden: overridden.take(MAX_OVERRIDDEN).collect(),
    };
    let in_order = layers
        .manager
        .iter()
        .cloned()
        .chain(own)
        .chain(definition.env.iter().cloned())
        .chain(layers.files);
    for binding in in_order {
        if let Some(old) = env.insert(binding.name.clone(), binding)
            && done.overridden.len() < MAX_OVERRIDDEN
        {
            done.overridden.push((old, "replaced".to_owned()));
        }
    }
    for (pattern, _) in &definition.unset {
        let (name, value) = match pattern.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (pattern.as_str(), None),
        };
        let hit = env
            .get(name)
            .is_some_and(|binding| value.is_none_or(|value| binding.value.expose() == value));
        if let Some(old) = hit.then(|| env.remove(name)).flatten() {
            done.overridden.push((old, "unset".to_owned()));
        }
    }
    done.env = env.into_values().collect();
    done
}

/// What systemd sets itself. A user's manager carries the account's variables in its own block,
/// where they may have been changed; then they are not set again.
fn own_variables(layers: &Layers<'_>, vault: &Vault) -> Vec<RawBinding> {
    let mut own = Vec::new();
    let mut set = |name: &str, value: &str| {
        own.push(RawBinding {
            name: name.to_owned(),
            value: vault.seal(value),
            source: Source::SystemManager,
            place: None,
        });
    };
    let fixed_user = layers.definition.user.is_some();
    let in_block = |name: &str| layers.manager.iter().any(|one| one.name == name);
    if let Some(account) = layers.account {
        let shell = account.shell.as_deref().unwrap_or_default();
        for (name, value) in [
            ("HOME", account.home.as_str()),
            ("LOGNAME", &account.name),
            ("SHELL", shell),
            ("USER", &account.name),
        ] {
            if !value.is_empty() && (fixed_user || !in_block(name)) {
                set(name, value);
            }
        }
    }
    if layers.scope == Scope::User {
        set("MANAGERPID", MADE_AT_START);
    }
    for name in ["INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID"] {
        set(name, MADE_AT_START);
    }
    own
}

#[cfg(test)]
#[path = "assemble_tests.rs"]
mod tests;
