//! How much depends on a credential.

use super::super::config as gateway_config;
use crate::model::report::{Severity, Weight};
use crate::model::snapshot::{ConfigView, ModelRole, Snapshot};

impl Weight {
    /// Returns how bad it is when nothing answers.
    pub fn severity(self) -> Severity {
        match self {
            Weight::Must => Severity::Error,
            Weight::Fallback => Severity::Warning,
            Weight::Optional => Severity::Info,
        }
    }

    pub(super) fn of_role(role: ModelRole) -> Weight {
        match role {
            ModelRole::Primary => Weight::Must,
            ModelRole::Fallback | ModelRole::Side => Weight::Fallback,
            ModelRole::Media => Weight::Optional,
        }
    }
}

/// Whether a path lies in a section that is switched off: what it refers to is not needed.
pub(crate) fn is_off(config: &ConfigView, path: &str) -> bool {
    config.uses.off.iter().any(|section| path.starts_with(section.as_str()))
}

/// How much depends on a reference at a path of the Gateway's config. None where its section is switched off.
pub(crate) fn of_path(snapshot: &Snapshot, path: &str) -> Option<Weight> {
    of_path_in(gateway_config(snapshot)?, path)
}

pub(super) fn of_path_in(config: &ConfigView, path: &str) -> Option<Weight> {
    if is_off(config, path) {
        return None;
    }
    if let Some(below) = path.strip_prefix("models.providers.") {
        return Some(of_provider(config, provider_at(config, below)));
    }
    let mut steps = path.split('.');
    Some(match (steps.next(), steps.next()) {
        (Some("gateway"), Some("remote")) if config.gateway.mode.as_deref() != Some("remote") => Weight::Fallback,
        (Some("gateway" | "channels" | "hooks" | "auth" | "secrets"), ..) => Weight::Must,
        // Written out, so it is wanted; what goes without it is one tool or service.
        _ => Weight::Fallback,
    })
}

/// The id at the start of a path below `models.providers`: it may have dots of its own (`z.ai`).
fn provider_at<'a>(config: &'a ConfigView, below: &'a str) -> &'a str {
    let is_at = |id: &&str| {
        let rest = below.strip_prefix(id);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let ids = config.providers.iter().map(|entry| entry.id.as_str());
    let first = below.split('.').next().unwrap_or_default();
    ids.filter(is_at).max_by_key(|id| id.len()).unwrap_or(first)
}

/// The models that use a provider decide; where no model is chosen any of them may be.
fn of_provider(config: &ConfigView, id: &str) -> Weight {
    let of_it = |model: &&crate::model::snapshot::ModelUse| {
        model
            .model
            .value
            .split_once('/')
            .is_some_and(|(provider, _)| provider.eq_ignore_ascii_case(id))
    };
    let used = config
        .uses
        .models
        .iter()
        .filter(of_it)
        .map(|model| Weight::of_role(model.role))
        .max();
    let chosen = config.uses.models.iter().any(|model| model.role == ModelRole::Primary);
    match used {
        // Written out, so at least a warning.
        Some(weight) => weight.max(Weight::Fallback),
        None if chosen => Weight::Fallback,
        None => Weight::Must,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::healthy;
    use crate::model::snapshot::{Located, ModelUse};

    /// What depends on a provider does not change with the dots of its id, nor with another one whose id begins the same.
    #[test]
    fn an_id_may_have_dots() {
        let snapshot = healthy();
        let mut config = gateway_config(&snapshot).unwrap().clone();
        let entry = config.providers[0].clone();
        config.providers = ["z.ai", "z", "my.own.server"]
            .map(|id| crate::model::snapshot::ProviderConfig {
                id: id.to_owned(),
                ..entry.clone()
            })
            .to_vec();
        config.uses.models = [(ModelRole::Primary, "z.ai/m"), (ModelRole::Fallback, "my.own.server/m")]
            .map(|(role, model)| ModelUse {
                role,
                model: Located {
                    path: "agents.defaults.model".to_owned(),
                    place: None,
                    value: model.to_owned(),
                },
            })
            .to_vec();
        for (path, weight) in [
            ("models.providers.z.ai", Weight::Must),
            ("models.providers.z.ai.apiKey", Weight::Must),
            ("models.providers.my.own.server.headers.x", Weight::Fallback),
            ("models.providers.z.apiKey", Weight::Fallback),
            ("models.providers.unknown.apiKey", Weight::Fallback),
            ("gateway.auth.token", Weight::Must),
        ] {
            assert_eq!(of_path_in(&config, path), Some(weight), "{path}");
        }
    }
}
