//! Which credentials a config needs, how much depends on each, and which variable is to hold it.

mod answer;
mod stock;
mod weight;

pub(crate) use answer::{Answer, is_local, of_provider as answer_of_provider, variables};
pub(crate) use stock::{provider as stock_provider, same_login, stock};
pub(crate) use weight::of_path as weight_of_path;

use crate::model::report::{ViewState, Weight};
use crate::model::snapshot::{
    AuthProfile, AuthProfileStore, ChannelUse, ConfigRef, ConfigState, ConfigView, CredentialField, RefForm, SecretRef,
    ServiceKind, ServiceUse, Snapshot, UnsetModel,
};
use crate::product::rules;
use stock::ChannelNeed;

/// A key and who needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) name: String,
    pub(super) needed_by: Vec<String>,
    /// How much depends on it; none where it is shown only because it exists.
    pub(super) weight: Option<Weight>,
}

/// The provider whose key is named after it although its plugin is a package of its own.
pub(crate) const CLOUDFLARE_PROVIDER: &str = "cloudflare-ai-gateway";
/// Its variable (facts/env-resolution.md section 0).
pub(crate) const CLOUDFLARE_KEY: &str = "CLOUDFLARE_AI_GATEWAY_API_KEY";

/// Where a model would be named; where none is, the release's own needs the key.
const UNSET_MODEL: &str = "agents.defaults.model";

/// The model that OpenClaw takes where the config names none, if a key of a config is needed for that.
pub(crate) fn built_in_model(snapshot: &Snapshot, needed_by: &[String]) -> Option<&'static str> {
    let taken = matches!(
        super::config(snapshot)?.uses.unset_model,
        Some(UnsetModel::BuiltIn { .. })
    );
    let only = needed_by.iter().all(|by| by == UNSET_MODEL);
    (taken && only && !needed_by.is_empty())
        .then(|| rules::for_version(snapshot.install.version.as_deref()).built_in_model)
}

fn built_in_provider(snapshot: &Snapshot) -> &'static str {
    let model = rules::for_version(snapshot.install.version.as_deref()).built_in_model;
    model.split('/').next().unwrap_or(model)
}

/// Lists the keys that configs refer to, and those that models, channels and services read by themselves.
pub(super) fn of(snapshot: &Snapshot) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    let views = &snapshot.views;
    let configs = [views.next_start.get(), views.running.get(), views.shell.get()];
    for config in configs.into_iter().flatten().map(|trace| &trace.config) {
        for reference in config
            .refs
            .iter()
            .filter(|reference| counts(config, snapshot, reference))
        {
            if let Some(weight) = weight::of_path_in(config, &reference.path) {
                add(&mut needs, &reference.name, &reference.path, Some(weight));
            }
        }
        for (name, by) in shown(config) {
            add(&mut needs, &name, &by, None);
        }
        if let Some((name, by)) = gateway_secret(config, snapshot) {
            add(&mut needs, name, by, None);
        }
    }
    // What another config of this machine chooses is no need of the Gateway.
    if let Some(config) = super::config(snapshot) {
        for (name, by, weight) in implied(config, snapshot) {
            add(&mut needs, &name, &by, Some(weight));
        }
    }
    // The key this program is asked about most comes first.
    needs.sort_by_key(|need| (need.name != CLOUDFLARE_KEY, std::cmp::Reverse(need.weight)));
    needs
}

fn counts(config: &ConfigView, snapshot: &Snapshot, reference: &ConfigRef) -> bool {
    // Of a bare name a stored profile or another variable of the provider takes the place (played on 2026.9.6).
    let provider = || reference.path.split('.').nth(2).unwrap_or_default();
    if reference.form == RefForm::Name
        && (has_profile(snapshot, provider())
            || variables(config, provider())
                .iter()
                .any(|name| *name != reference.name && gateway_has(snapshot, name)))
    {
        return false;
    }
    // A reference inside `env.vars` is no need of its own: the name it fills is.
    !reference.path.starts_with("env.")
}

fn add(needs: &mut Vec<Need>, name: &str, by: &str, weight: Option<Weight>) {
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
        need.weight = need.weight.max(weight);
        if !need.needed_by.iter().any(|known| known == by) {
            need.needed_by.push(by.to_owned());
        }
    }
}

/// Keys of configured providers, shown where they exist.
fn shown(config: &ConfigView) -> Vec<(String, String)> {
    let without_key = config.providers.iter().filter(|provider| provider.api_key.is_none());
    without_key
        .flat_map(|provider| {
            let by = format!("models.providers.{}", provider.id);
            variables(config, &provider.id)
                .into_iter()
                .map(move |name| (name, by.clone()))
        })
        .collect()
}

/// Keys that something reads by itself, without a reference in the config, and that nothing else answers for.
fn implied(config: &ConfigView, snapshot: &Snapshot) -> Vec<(String, String, Weight)> {
    let mut found = Vec::new();
    for used in &config.uses.models {
        let Some((provider, _)) = used.model.value.split_once('/') else {
            continue;
        };
        let weight = Weight::of_role(used.role);
        found.extend(of_provider(config, snapshot, provider).map(|name| (name, used.model.path.clone(), weight)));
        let cloud = of_cloud(snapshot, provider).into_iter();
        found.extend(cloud.map(|name| (name, used.model.path.clone(), weight.min(Weight::Fallback))));
    }
    if let Some(unset) = &config.uses.unset_model {
        let (provider, by, weight) = match unset {
            UnsetModel::FirstProvider { id } => (id.as_str(), format!("models.providers.{id}"), Weight::Must),
            UnsetModel::BuiltIn { used } => {
                let weight = if *used { Weight::Must } else { Weight::Optional };
                (built_in_provider(snapshot), UNSET_MODEL.to_owned(), weight)
            }
        };
        found.extend(of_provider(config, snapshot, provider).map(|name| (name, by, weight)));
    }
    // A configured Cloudflare provider is what this program is asked about, whoever uses it.
    for entry in config.providers.iter().filter(|entry| entry.id == CLOUDFLARE_PROVIDER) {
        let path = format!("models.providers.{}", entry.id);
        let weight = weight::of_path_in(config, &path).unwrap_or(Weight::Fallback);
        found.extend(of_provider(config, snapshot, &entry.id).map(|name| (name, path, weight)));
    }
    for channel in &config.uses.channels {
        found.extend(of_channel(config, snapshot, channel));
    }
    for service in &config.uses.services {
        found.extend(of_service(config, snapshot, service));
    }
    found
}

/// The variable that has to hold the key of a provider.
fn of_provider(config: &ConfigView, snapshot: &Snapshot, id: &str) -> Option<String> {
    match answer::of_provider(config, snapshot, id) {
        Answer::Given | Answer::Entry | Answer::Unknown => None,
        Answer::Variables(names) => choose(snapshot, &names, answer::ask_for(id, &names)),
    }
}

/// Variables of a cloud account that the shell has, where the Gateway has none of their group: what works in a terminal
/// need not work there. A file or the machine itself may stand for them, so nothing else is said of such logins.
fn of_cloud(snapshot: &Snapshot, provider: &str) -> Vec<String> {
    let groups = stock::provider(provider).map_or(&[][..], |stock| &stock.cloud);
    let gateway_has = |name: &String| match super::gateway_view(snapshot, name) {
        Some((state, value)) => state == ViewState::Unknown || value.is_some_and(|value| !value.is_blank()),
        None => true,
    };
    let in_shell = |name: &&String| super::seen::in_shell(snapshot, name);
    let open = groups.iter().filter(|group| !group.iter().any(gateway_has));
    open.filter_map(|group| group.iter().find(in_shell).cloned()).collect()
}

/// The variables that an enabled channel lacks a field for. Only its default account reads them.
fn of_channel(config: &ConfigView, snapshot: &Snapshot, channel: &ChannelUse) -> Vec<(String, String, Weight)> {
    let plugin_off = config
        .plugin_entries
        .iter()
        .any(|(id, enabled)| *id == channel.id && *enabled == Some(false));
    let Some(stock) = stock()
        .channels
        .get(&channel.id)
        .filter(|_| channel.enabled != Some(false) && !plugin_off)
    else {
        return Vec::new();
    };
    let open: Vec<&ChannelNeed> = stock.needs.iter().filter(|need| applies(need, channel)).collect();
    let some_given = open
        .iter()
        .any(|need| need.fields.iter().any(|field| channel.fields.contains(field)));
    // A section that neither switches the channel on nor has anything of its login may be left over.
    let weight = if some_given || channel.enabled == Some(true) {
        Weight::Must
    } else {
        Weight::Fallback
    };
    let lacking = open
        .into_iter()
        .filter(|need| !need.fields.iter().any(|field| channel.fields.contains(field)));
    lacking
        .filter_map(|need| choose(snapshot, &need.env, need.env.first()))
        .map(|name| (name, format!("channels.{}", channel.id), weight))
        .collect()
}

fn applies(need: &ChannelNeed, channel: &ChannelUse) -> bool {
    let has_word = |setting: &[String]| {
        let (name, values) = setting.split_first()?;
        let given = channel.words.iter().find(|(word, _)| word == name);
        Some(given.is_some_and(|(_, value)| values.contains(value)))
    };
    has_word(&need.when).unwrap_or(true) && !has_word(&need.unless).unwrap_or(false)
}

fn of_service(config: &ConfigView, snapshot: &Snapshot, service: &ServiceUse) -> Option<(String, String, Weight)> {
    if service.has_key {
        return None;
    }
    let id = service.provider.value.as_str();
    let of_model = |id: &str| answer::of_provider(config, snapshot, id);
    let names = match service.kind {
        ServiceKind::Search => {
            let search = stock().search.get(id)?;
            match of_model(&search.plugin) {
                // An OAuth profile of the provider serves its search too.
                _ if has_profile(snapshot, &search.plugin) => return None,
                _ => search.env.clone(),
            }
        }
        ServiceKind::Speech => match of_model(id) {
            _ if has_profile(snapshot, id) => return None,
            Answer::Given => return None,
            _ => stock().speech.get(id)?.clone(),
        },
        ServiceKind::Embedding => match of_model(if id == "gemini" { "google" } else { id }) {
            Answer::Variables(names) => names,
            Answer::Given | Answer::Entry | Answer::Unknown => return None,
        },
    };
    let name = choose(snapshot, &names, answer::ask_for(id, &names))?;
    Some((name, service.provider.path.clone(), Weight::Optional))
}

/// Whether the Gateway is known to have a variable with a value.
fn gateway_has(snapshot: &Snapshot, name: &str) -> bool {
    super::gateway_view(snapshot, name).is_some_and(|(_, value)| value.is_some_and(|value| !value.is_blank()))
}

/// Of several variables, the one that the Gateway has; else one that is somewhere on this machine; else the usual one.
fn choose(snapshot: &Snapshot, names: &[String], ask: Option<&String>) -> Option<String> {
    let has = |name: &&String| gateway_has(snapshot, name);
    let somewhere = |name: &&String| super::seen::exists(snapshot, name);
    let found = names.iter().find(has).or(names.iter().find(somewhere)).or(ask);
    found.cloned()
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
    let exists = !matches!(
        config.state,
        ConfigState::Missing | ConfigState::Unreadable { .. } | ConfigState::TooMuch { .. }
    );
    (exists && !(config_first && own.is_some())).then_some((name, path))
}

/// Returns whether an auth profile with a credential that has not ended is stored for a provider, where the default agent
/// finds it: in the shared store or its own.
pub(crate) fn has_profile(snapshot: &Snapshot, provider: &str) -> bool {
    usable_profiles(snapshot, provider).next().is_some()
}

/// Returns the variable that all profiles which answer for a provider refer to; none where one has a credential of its own.
fn profile_reads(snapshot: &Snapshot, provider: &str) -> Option<String> {
    let mut found = usable_profiles(snapshot, provider).map(|profile| {
        let reference = profile.key_ref.as_ref().filter(|reference| reference.source == "env")?;
        Some(reference.id.clone())
    });
    let first = found.next()??;
    found.all(|other| other.is_some()).then_some(first)
}

fn usable_profiles<'a>(snapshot: &'a Snapshot, provider: &'a str) -> impl Iterator<Item = &'a AuthProfile> {
    let now = snapshot.taken_at.saturating_mul(1000);
    let shared_or_main = |store: &&AuthProfileStore| store.agent.as_deref().is_none_or(|agent| agent == "main");
    // Without a store of `main` the default agent has another name.
    let has_main = snapshot
        .auth_profiles
        .iter()
        .any(|store| store.agent.as_deref() == Some("main"));
    let stores = snapshot
        .auth_profiles
        .iter()
        .filter(move |store| !has_main || shared_or_main(store));
    stores
        .filter_map(|store| store.profiles.get())
        .flatten()
        .filter(move |profile| {
            let ended = !profile.renews && profile.expires_ms.is_some_and(|ends| ends < now);
            stock::same_login(&profile.provider, provider)
                && !ended
                && match &profile.key_ref {
                    Some(reference) => !lacks(snapshot, reference),
                    None => profile.key.is_some() || profile.kind != "api_key",
                }
        })
}

/// Whether a reference is to a variable that the Gateway is known not to have. The profile then has no credential: "configured
/// but unavailable", and no other source is tried (played on 2026.9.6).
fn lacks(snapshot: &Snapshot, reference: &SecretRef) -> bool {
    let view = super::gateway_view(snapshot, &reference.id);
    let unset = |(state, value): (ViewState, Option<crate::model::snapshot::ValueFacts>)| {
        state != ViewState::Unknown && value.is_none_or(|value| value.is_blank())
    };
    reference.source == "env" && view.is_some_and(unset)
}

/// Returns the variable that a stored profile of a provider refers to and the Gateway does not have.
pub(super) fn profile_lacks(snapshot: &Snapshot, provider: &str) -> Option<String> {
    let profiles = snapshot.auth_profiles.iter().filter_map(|store| store.profiles.get());
    let own = profiles
        .flatten()
        .filter(|profile| stock::same_login(&profile.provider, provider));
    let reference = own
        .filter_map(|profile| profile.key_ref.as_ref())
        .find(|one| lacks(snapshot, one))?;
    Some(reference.id.clone())
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
