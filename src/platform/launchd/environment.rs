//! The environment of a LaunchAgent's process, layer by layer (facts/services.md section 2.2).
//!
//! Weakest first: what launchd sets for every job, the domain's variables (`launchctl setenv`),
//! the plist's `EnvironmentVariables`, the exports of the environment file.

use crate::loader::RawBinding;
use crate::model::snapshot::Source;

/// Variables of the domain that launchd itself puts there.
const LAUNCHD_OWN: &[&str] = &["SSH_AUTH_SOCK", "SECURITYSESSIONID", "__CF_USER_TEXT_ENCODING"];

/// Returns where an inherited variable comes from.
pub fn source_of_inherited(name: &str) -> Source {
    if LAUNCHD_OWN.contains(&name) {
        Source::SystemManager
    } else {
        Source::LaunchctlSetenv
    }
}

/// Lays bindings over each other in the given order, weakest first: the winner of each name by
/// name, and the replaced ones, oldest first, with the reason.
pub fn stack(layers: impl IntoIterator<Item = RawBinding>) -> (Vec<RawBinding>, Vec<(RawBinding, String)>) {
    let mut winners: Vec<RawBinding> = Vec::new();
    let mut overridden = Vec::new();
    for binding in layers {
        match winners.binary_search_by(|one| one.name.cmp(&binding.name)) {
            Ok(at) => {
                if let Some(slot) = winners.get_mut(at) {
                    overridden.push((std::mem::replace(slot, binding), "replaced".to_owned()));
                }
            }
            Err(at) => winners.insert(at, binding),
        }
    }
    (winners, overridden)
}

/// Splits the value of `OPENCLAW_SERVICE_MANAGED_ENV_KEYS`.
pub fn managed_keys(value: &str) -> Vec<String> {
    value
        .split(',')
        .map(|name| name.trim().to_uppercase())
        .filter(|name| !name.is_empty())
        .take(1000)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{FingerprintKey, Vault};

    #[test]
    fn later_layers_win_and_the_overridden_are_kept() {
        let vault = Vault::new(FingerprintKey::from_bytes(vec![1]));
        let binding = |name: &str, value: &str, source| RawBinding {
            name: name.to_owned(),
            value: vault.seal(value),
            source,
            place: None,
        };
        let (winners, overridden) = stack([
            binding("B", "1", Source::LaunchctlSetenv),
            binding("A", "2", Source::SystemManager),
            binding("B", "3", Source::LaunchdPlist),
            binding("B", "4", Source::LaunchdEnvFile),
        ]);
        let names: Vec<_> = winners
            .iter()
            .map(|one| (one.name.as_str(), one.value.expose(), one.source))
            .collect();
        assert_eq!(
            names,
            [("A", "2", Source::SystemManager), ("B", "4", Source::LaunchdEnvFile)]
        );
        let lost: Vec<_> = overridden
            .iter()
            .map(|(one, why)| (one.value.expose(), one.source, why.as_str()))
            .collect();
        assert_eq!(
            lost,
            [
                ("1", Source::LaunchctlSetenv, "replaced"),
                ("3", Source::LaunchdPlist, "replaced")
            ]
        );
    }

    #[test]
    fn names_of_managed_keys() {
        assert_eq!(managed_keys(" a, B_C ,,"), ["A", "B_C"]);
        assert!(managed_keys("").is_empty());
    }
}
