//! Stored auth profiles that are asked before the variables and the config's key of their provider: the one judgement for
//! the check, the list of copies, the keys line and `explain` (facts/env-resolution.md section 9).

use super::{config, gateway_view, needs};
use crate::model::snapshot::{AuthProfile, AuthProfileStore, ConfigView, Snapshot, ValueFacts};

/// A profile whose credential goes out, and no variable and no `apiKey`.
pub(crate) struct AskedFirst<'a> {
    pub(crate) store: &'a AuthProfileStore,
    pub(crate) profile: &'a AuthProfile,
    /// What goes out.
    pub(crate) value: ValueFacts,
    /// The variable it refers to, where the key is not in the profile itself.
    pub(crate) variable: Option<&'a str>,
}

/// Returns the profile of each store that is asked first for a provider: where `auth.order` names some, the first of
/// those. None where the entry says `auth: "api-key"` and has a key.
pub(crate) fn asked_first<'a>(snapshot: &'a Snapshot, provider: &str) -> Vec<AskedFirst<'a>> {
    let Some(config) = config(snapshot) else {
        return Vec::new();
    };
    let of_provider = |id: &str| id.eq_ignore_ascii_case(provider);
    let entry = config.providers.iter().find(|entry| of_provider(&entry.id));
    if entry.is_some_and(|entry| entry.auth.as_deref() == Some("api-key") && entry.api_key.is_some()) {
        return Vec::new();
    }
    let order = config.uses.auth_order.iter().find(|order| {
        let id = order.path.strip_prefix("auth.order.").unwrap_or_default();
        of_provider(id.trim_matches(['[', ']', '"', '\'']))
    });
    let first = |store: &'a AuthProfileStore| {
        let stored = store.profiles.get().into_iter().flatten();
        let usable =
            stored.filter(|profile| needs::same_login(&profile.provider, provider) && is_usable(snapshot, profile));
        let mut ranked: Vec<(usize, &AuthProfile)> = usable
            .filter_map(|profile| match order {
                Some(order) => Some((order.value.iter().position(|id| *id == profile.id)?, profile)),
                None => Some((0, profile)),
            })
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let (_, profile) = ranked.first()?;
        let (value, variable) = match (&profile.key, &profile.key_ref) {
            (_, Some(reference)) if reference.source == "env" => {
                let (_, value) = gateway_view(snapshot, &reference.id)?;
                (value.filter(|value| !value.is_blank())?, Some(reference.id.as_str()))
            }
            (Some(key), None) => (key.clone(), None),
            _ => return None,
        };
        Some(AskedFirst {
            store,
            profile,
            value,
            variable,
        })
    };
    snapshot.auth_profiles.iter().filter_map(first).collect()
}

/// Whether the Gateway uses a profile: its time has not ended, and it was not set aside after refusals.
fn is_usable(snapshot: &Snapshot, profile: &AuthProfile) -> bool {
    let now = snapshot.taken_at.saturating_mul(1000);
    let ended = !profile.renews && profile.expires_ms.is_some_and(|ends| ends < now);
    let aside = profile.blocked.as_ref().is_some_and(|(until, _)| *until > now);
    !ended && !aside
}

/// Returns the providers whose credential a variable can be: those of the config that take it, and those of models in use.
pub(crate) fn providers_reading(config: &ConfigView, name: &str) -> Vec<String> {
    let configured = config
        .providers
        .iter()
        .filter(|entry| needs::key_of_provider(config, &entry.id).as_deref() == Some(name))
        .map(|entry| entry.id.clone());
    let used = config
        .uses
        .models
        .iter()
        .filter_map(|used| used.model.value.split_once('/'));
    let used = used.filter(|(id, _)| {
        let configured = config.providers.iter().any(|entry| entry.id.eq_ignore_ascii_case(id));
        !configured && needs::variables(config, id).iter().any(|known| known == name)
    });
    let cloudflare = (name == needs::CLOUDFLARE_KEY).then(|| needs::CLOUDFLARE_PROVIDER.to_owned());
    let mut all: Vec<String> = configured
        .chain(used.map(|(id, _)| id.to_owned()))
        .chain(cloudflare)
        .collect();
    all.sort();
    all.dedup();
    all
}

/// Returns the variables that a provider's credential can be in, in the order of a request.
pub(crate) fn variables_of(config: &ConfigView, provider: &str) -> Vec<String> {
    let own = needs::key_of_provider(config, provider).into_iter();
    let mut all: Vec<String> = needs::variables(config, provider).into_iter().chain(own).collect();
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|name| seen.insert(name.clone()));
    all
}

/// Returns the variables that the Gateway has for a provider in use whose stored profile is asked before them, with the place
/// that uses the provider: they are shown, for who changes one sees no effect.
pub(super) fn hidden(snapshot: &Snapshot) -> Vec<(String, String)> {
    let Some(config) = config(snapshot) else {
        return Vec::new();
    };
    let has = |name: &str| {
        gateway_view(snapshot, name).is_some_and(|(_, value)| value.is_some_and(|value| !value.is_blank()))
    };
    let mut found = Vec::new();
    for used in &config.uses.models {
        let Some((provider, _)) = used.model.value.split_once('/') else {
            continue;
        };
        if !asked_first(snapshot, provider).is_empty() {
            let names = needs::variables(config, provider).into_iter();
            let there = names.filter(|name| has(name));
            found.extend(there.map(|name| (name, used.model.path.clone())));
        }
    }
    found
}
