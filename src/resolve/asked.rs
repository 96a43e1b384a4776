//! Which providers behind Cloudflare the ping left out.

use crate::model::snapshot::{ModelUse, Snapshot};

/// Returns the models of the config that are of a provider.
pub(crate) fn uses_of<'a>(snapshot: &'a Snapshot, id: &str) -> impl Iterator<Item = &'a ModelUse> {
    let models = super::config(snapshot).map(|config| config.uses.models.as_slice());
    models.unwrap_or_default().iter().filter(move |used| {
        let provider = used.model.value.split_once('/').map(|(provider, _)| provider);
        provider.is_some_and(|provider| provider.eq_ignore_ascii_case(id))
    })
}

/// Returns the providers behind Cloudflare that some model of the config uses and that were not asked, each with one use.
pub(crate) fn not_asked(snapshot: &Snapshot) -> Vec<(&str, &ModelUse)> {
    let verdict = snapshot.pings.cloudflare.as_ref();
    let ids = verdict
        .and_then(|verdict| verdict.fact("not_asked"))
        .unwrap_or_default();
    ids.split(", ")
        .filter_map(|id| Some((id, uses_of(snapshot, id).next()?)))
        .collect()
}
