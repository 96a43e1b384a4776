//! The key that the Gateway would send to a provider, in the order in which it looks
//! (facts/env-resolution.md section 9).

use serde_json::Value;

use super::credential::{self, Found, cleaned};
use super::side::{Known, Side, trace};
use crate::model::snapshot::{AuthProfile, ConfigView, CredentialOrigin, OriginKind};
use crate::ping::target::Candidate;
use crate::product::rules::CloudflarePlugin;
use crate::resolve::{self, CLOUDFLARE_PROVIDER};

/// What became of the search.
pub(super) enum Key {
    None,
    /// The stored profile's reference leads nowhere: OpenClaw makes no request, whatever else there is (played on 2026.9.6).
    Closed {
        profile: String,
        /// The variable that it refers to, where it is one.
        variable: Option<String>,
    },
    Elsewhere(String),
    Found {
        candidate: Candidate,
        origin: CredentialOrigin,
    },
}

/// Finds the key of a provider on one side.
pub(super) fn key(side: &Side, known: &Known<'_>, id: &str) -> Key {
    let api_key = ["models", "providers", id, "apiKey"];
    let explicit = side.text(&["models", "providers", id, "auth"]) == Some("api-key");
    if explicit && side.written(&api_key).is_some() {
        return configured(side, known, &api_key);
    }
    if let Some(found) = profile(side, known, id) {
        return found;
    }
    let Some(config) = trace(known).map(|trace| &trace.config) else {
        return Key::None;
    };
    for name in own_variables(config, known, id) {
        if let Some(why) = side.why_open(&name) {
            return Key::Elsewhere(format!("{name} ({why})"));
        }
        if let Some(secret) = side.var(&name) {
            let candidate = Candidate {
                what: format!("{name} {}", side.whose(&name)),
                secret: cleaned(secret, known.vault),
            };
            return Key::Found {
                candidate,
                origin: origin(OriginKind::Variable, "", Some(name)),
            };
        }
    }
    configured(side, known, &api_key)
}

/// Returns whether the plugin of a provider is there and on.
pub(super) fn has_plugin(known: &Known<'_>, id: &str) -> bool {
    let Some(config) = trace(known).map(|trace| &trace.config) else {
        return true;
    };
    let mut plugins = config.plugins_found.iter();
    let found = plugins.any(|plugin| plugin.providers.iter().any(|(provider, _)| provider == id));
    let off = config
        .plugin_entries
        .iter()
        .any(|(name, enabled)| name == id && *enabled == Some(false));
    !off && (found || known.rules.cloudflare == CloudflarePlugin::Bundled)
}

/// The variables that the provider reads by itself: none without its plugin.
fn own_variables(config: &ConfigView, known: &Known<'_>, id: &str) -> Vec<String> {
    let plugin = config
        .plugins_found
        .iter()
        .any(|plugin| plugin.providers.iter().any(|(provider, _)| provider == id));
    let off = config
        .plugin_entries
        .iter()
        .any(|(name, enabled)| name == id && *enabled == Some(false));
    let bundled = known.rules.cloudflare == CloudflarePlugin::Bundled;
    if off || (id == CLOUDFLARE_PROVIDER && !plugin && !bundled) {
        return Vec::new();
    }
    resolve::variables(config, id)
}

fn configured(side: &Side, known: &Known<'_>, path: &[&str]) -> Key {
    match credential::field(side, path, known) {
        Found::Nothing | Found::Void => Key::None,
        Found::Elsewhere(name) => Key::Elsewhere(name),
        Found::Value { secret, variable } => {
            let candidate = Candidate {
                what: match &variable {
                    Some(name) => format!("{name} {}", side.whose(name)),
                    None => format!("{} {}", path.join("."), side.written_in(path)),
                },
                secret: cleaned(&secret, known.vault),
            };
            let origin = origin(OriginKind::ApiKey, &path.join("."), variable);
            Key::Found { candidate, origin }
        }
    }
}

/// The first stored profile of the provider, in the configured order, else in the stores' own.
fn profile(side: &Side, known: &Known<'_>, id: &str) -> Option<Key> {
    let order = side.get(&["auth", "order", id]).and_then(Value::as_array);
    let order: Vec<&str> = order.into_iter().flatten().filter_map(Value::as_str).collect();
    let rank = |profile: &AuthProfile| {
        order
            .iter()
            .position(|wanted| *wanted == profile.id)
            .unwrap_or(order.len())
    };
    let mut stored: Vec<(&str, &AuthProfile)> = Vec::new();
    for store in known
        .stores
        .iter()
        .filter(|store| store.agent.as_deref().is_none_or(|agent| agent == "main"))
    {
        // The JSON files are of older releases; a database beside them is what is read.
        if store.kind == "json" && !stored.is_empty() {
            continue;
        }
        let profiles = store.profiles.get().into_iter().flatten();
        stored.extend(
            profiles
                .filter(|profile| profile.provider == id)
                .map(|profile| (store.path.as_str(), profile)),
        );
    }
    stored.sort_by_key(|(_, profile)| rank(profile));
    let (store, profile) = stored
        .into_iter()
        .find(|(_, profile)| profile.key.is_some() || profile.key_ref.is_some())?;
    let what = format!("auth profile {}", shown(&profile.id));
    let literal = known
        .profiles
        .keys
        .iter()
        .find(|(path, found, _)| path == store && *found == profile.id);
    let from = |variable: Option<&str>| origin(OriginKind::Profile, store, variable.map(str::to_owned));
    let closed = |variable: Option<&str>| Key::Closed {
        profile: shown(&profile.id),
        variable: variable.map(str::to_owned),
    };
    Some(match (&profile.key_ref, literal) {
        (_, Some((_, _, secret))) => Key::Found {
            candidate: Candidate {
                what,
                secret: cleaned(secret, known.vault),
            },
            origin: from(None),
        },
        (Some(reference), None) if reference.source == "env" && side.why_open(&reference.id).is_none() => {
            match side.var(&reference.id) {
                Some(secret) => Key::Found {
                    candidate: Candidate {
                        what: format!("{what} ({})", shown(&reference.id)),
                        secret: cleaned(secret, known.vault),
                    },
                    origin: from(Some(&reference.id)),
                },
                None => closed(Some(&reference.id)),
            }
        }
        (Some(reference), None) if matches!(reference.source.as_str(), "store" | "file") => {
            let provider = Some(reference.provider.as_str());
            let found = match reference.source.as_str() {
                "file" => credential::in_file(side, provider, &reference.id, &what, known),
                _ => credential::stored(side, provider, &reference.id, &what, known),
            };
            match found {
                Found::Value { secret, .. } => Key::Found {
                    candidate: Candidate {
                        what,
                        secret: cleaned(&secret, known.vault),
                    },
                    origin: from(None),
                },
                Found::Elsewhere(what) => Key::Elsewhere(what),
                Found::Nothing | Found::Void => closed(None),
            }
        }
        (Some(_), None) => Key::Elsewhere(what),
        // Its own key is blank, or was not read.
        (None, None) => return None,
    })
}

fn origin(kind: OriginKind, path: &str, variable: Option<String>) -> CredentialOrigin {
    CredentialOrigin {
        kind,
        path: path.to_owned(),
        variable,
        header: None,
    }
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}
