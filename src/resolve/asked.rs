//! Which providers behind Cloudflare the ping left out.

use crate::model::snapshot::{ModelUse, Snapshot};

/// Returns the providers behind Cloudflare that some model of the config uses and that were not asked, each with one use:
/// the ping asks one provider alone.
pub(crate) fn not_asked(snapshot: &Snapshot) -> Vec<(&str, &ModelUse)> {
    let facts = snapshot
        .pings
        .cloudflare
        .as_ref()
        .map(|verdict| verdict.facts.as_slice());
    let ids = facts.unwrap_or_default().iter().find(|(name, _)| name == "not_asked");
    let (Some((_, ids)), Some(config)) = (ids, super::config(snapshot)) else {
        return Vec::new();
    };
    let used = |id: &str| {
        config.uses.models.iter().find(|used| {
            let provider = used.model.value.split_once('/').map(|(provider, _)| provider);
            provider.is_some_and(|provider| provider.eq_ignore_ascii_case(id))
        })
    };
    ids.split(", ").filter_map(|id| Some((id, used(id)?))).collect()
}
