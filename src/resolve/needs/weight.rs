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
    let mut steps = path.split('.');
    Some(match (steps.next(), steps.next(), steps.next()) {
        (Some("models"), Some("providers"), Some(id)) => of_provider(config, id),
        (Some("gateway"), Some("remote"), _) if config.gateway.mode.as_deref() != Some("remote") => Weight::Fallback,
        (Some("gateway" | "channels" | "hooks" | "auth" | "secrets"), ..) => Weight::Must,
        // Written out, so it is wanted; what goes without it is one tool or service.
        _ => Weight::Fallback,
    })
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
