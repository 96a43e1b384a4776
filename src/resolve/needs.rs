//! Which credentials a config needs.

use crate::model::snapshot::{ConfigRef, ConfigState, ConfigView, CredentialField, Snapshot};
use crate::product::rules;

/// A key and who needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) name: String,
    pub(super) needed_by: Vec<String>,
    /// Whether the Gateway cannot do without it; others are shown where they exist.
    pub(super) strict: bool,
}

/// The provider whose key is named after it although its plugin is a package of its own.
pub(crate) const CLOUDFLARE_PROVIDER: &str = "cloudflare-ai-gateway";
/// Its variable (facts/env-resolution.md section 0).
pub(crate) const CLOUDFLARE_KEY: &str = "CLOUDFLARE_AI_GATEWAY_API_KEY";

/// The variables that providers of the stock package read, most used first
/// (facts/env-resolution.md section 6, from the bundled manifests).
const STOCK_PROVIDERS: &[(&str, &[&str])] = &[
    ("anthropic", &["ANTHROPIC_OAUTH_TOKEN", "ANTHROPIC_API_KEY"]),
    ("openai", &["OPENAI_API_KEY"]),
    ("google", &["GEMINI_API_KEY", "GOOGLE_API_KEY"]),
    ("openrouter", &["OPENROUTER_API_KEY"]),
    ("xai", &["XAI_API_KEY"]),
    ("minimax", &["MINIMAX_API_KEY"]),
    ("nvidia", &["NVIDIA_API_KEY"]),
    ("together", &["TOGETHER_API_KEY"]),
    ("litellm", &["LITELLM_API_KEY"]),
    ("zai", &["ZAI_API_KEY", "Z_AI_API_KEY"]),
];

/// Lists the keys that configs refer to or that a configured provider reads by itself.
pub(super) fn of(snapshot: &Snapshot) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    let views = &snapshot.views;
    let configs = [views.next_start.get(), views.running.get(), views.shell.get()];
    for config in configs.into_iter().flatten().map(|trace| &trace.config) {
        for reference in config.refs.iter().filter(|reference| counts(reference)) {
            add(&mut needs, &reference.name, &reference.path, true);
        }
        for (name, by, strict) in implied(config, snapshot) {
            add(&mut needs, &name, &by, strict);
        }
        if let Some((name, by)) = gateway_secret(config, snapshot) {
            add(&mut needs, name, by, false);
        }
    }
    // The key this program is asked about most comes first.
    needs.sort_by_key(|need| (need.name != CLOUDFLARE_KEY, !need.strict));
    needs
}

fn counts(reference: &ConfigRef) -> bool {
    // A reference inside `env.vars` is no need of its own: the name it fills is.
    !reference.path.starts_with("env.")
}

fn add(needs: &mut Vec<Need>, name: &str, by: &str, strict: bool) {
    let at = match needs.iter().position(|need| need.name == name) {
        Some(at) => at,
        None => {
            needs.push(Need {
                name: name.to_owned(),
                ..Need::default()
            });
            needs.len() - 1
        }
    };
    if let Some(need) = needs.get_mut(at) {
        need.strict |= strict;
        if !need.needed_by.iter().any(|known| known == by) {
            need.needed_by.push(by.to_owned());
        }
    }
}

/// Keys that a provider reads by itself, without a reference in the config.
fn implied(config: &ConfigView, snapshot: &Snapshot) -> Vec<(String, String, bool)> {
    let mut implied = Vec::new();
    let default_provider = config
        .default_model
        .as_ref()
        .and_then(|model| model.value.split_once('/'))
        .map(|(provider, _)| provider.to_lowercase());
    let configured = config.providers.iter().map(|provider| provider.id.to_lowercase());
    let mut ids: Vec<String> = default_provider.into_iter().chain(configured).collect();
    ids.dedup();
    for id in ids {
        let entry = config
            .providers
            .iter()
            .find(|provider| provider.id.eq_ignore_ascii_case(&id));
        if entry.is_some_and(|entry| entry.api_key.is_some()) {
            continue;
        }
        let by = match entry {
            Some(entry) => format!("models.providers.{}", entry.id),
            None => config
                .default_model
                .as_ref()
                .map(|model| model.path.clone())
                .unwrap_or_default(),
        };
        for name in variables(config, &id) {
            // A stored profile can stand in for the variable of every provider.
            let profile = has_profile(snapshot, &id);
            implied.push((name, by.clone(), id == CLOUDFLARE_PROVIDER && !profile));
        }
    }
    implied
}

/// The variable that holds the Gateway's own secret, where the config does not hold it: daemon and
/// clients both look there (facts/pings.md section 5). Older releases ask it before the config.
fn gateway_secret(config: &ConfigView, snapshot: &Snapshot) -> Option<(&'static str, &'static str)> {
    let gateway = &config.gateway;
    let by_password = match gateway.auth_mode.as_deref() {
        Some("none") => return None,
        Some("password" | "trusted-proxy") => true,
        Some(_) => false,
        None => gateway.token.is_none() && gateway.password.is_some(),
    };
    let (own, name, path) = match by_password {
        true => (&gateway.password, "OPENCLAW_GATEWAY_PASSWORD", "gateway.auth.password"),
        false => (&gateway.token, "OPENCLAW_GATEWAY_TOKEN", "gateway.auth.token"),
    };
    let config_first = rules::for_version(snapshot.install.version.as_deref()).token_config_first;
    let exists = !matches!(config.state, ConfigState::Missing | ConfigState::Unreadable { .. });
    (exists && !(config_first && own.is_some())).then_some((name, path))
}

/// The variables a provider reads: by its plugin's manifest, else by the stock table.
pub(crate) fn variables(config: &ConfigView, provider: &str) -> Vec<String> {
    let declared = config
        .plugins_found
        .iter()
        .flat_map(|plugin| &plugin.providers)
        .find(|(id, _)| id == provider)
        .map(|(_, names)| names.clone());
    declared.unwrap_or_else(|| {
        if provider == CLOUDFLARE_PROVIDER {
            return vec![CLOUDFLARE_KEY.to_owned()];
        }
        STOCK_PROVIDERS
            .iter()
            .find(|(id, _)| *id == provider)
            .map(|(_, names)| names.iter().map(|name| (*name).to_owned()).collect())
            .unwrap_or_default()
    })
}

/// Tells whether an auth profile with a credential is stored for a provider.
pub(crate) fn has_profile(snapshot: &Snapshot, provider: &str) -> bool {
    snapshot
        .auth_profiles
        .iter()
        .filter_map(|store| store.profiles.get())
        .flatten()
        .any(|profile| {
            profile.provider == provider
                && (profile.key.is_some() || profile.key_ref.is_some() || profile.kind != "api_key")
        })
}

/// Returns the variable that a provider's `apiKey` is made of, or reads by itself.
pub(crate) fn key_of_provider(config: &ConfigView, id: &str) -> Option<String> {
    let entry = config.providers.iter().find(|provider| provider.id == id)?;
    match entry.api_key.as_ref().map(|field| &field.value) {
        Some(CredentialField::Literal { from, .. }) => from.first().cloned(),
        Some(CredentialField::Unresolved { name }) => Some(name.clone()),
        Some(CredentialField::Ref { secret_ref }) => (secret_ref.source == "env").then(|| secret_ref.id.clone()),
        None => variables(config, id).first().cloned(),
    }
}
