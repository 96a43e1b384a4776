//! What answers for the credential of a provider, in the order of a request (facts/env-resolution.md section 9).

use super::{CLOUDFLARE_KEY, CLOUDFLARE_PROVIDER, has_profile, profile_lacks, profile_reads, stock};
use crate::config::cloudflare::address::is_aig;
use crate::config::is_built_in_provider;
use crate::model::snapshot::{
    ConfigView, CredentialField, ForeignRef, PluginFact, PluginOrigin, ProviderConfig, Snapshot,
};

/// What became of the search for a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// None is needed, or it is in a profile or the config. Checks of those tell what is wrong with them.
    Given,
    /// One of these variables has to be set.
    Variables(Vec<String>),
    /// It reads no variable of its own: its entry in the config has to give the key, and does not.
    Entry,
    /// Nothing is known of this provider.
    Unknown,
}

/// Headers that carry a credential.
const CREDENTIAL_HEADERS: [&str; 4] = ["authorization", "x-api-key", "x-goog-api-key", "api-key"];

/// Finds what answers for a provider.
pub(crate) fn of_provider(config: &ConfigView, snapshot: &Snapshot, id: &str) -> Answer {
    let same = |provider: &&ProviderConfig| provider.id.eq_ignore_ascii_case(id);
    let entry = config.providers.iter().find(same);
    if entry.is_some_and(answers_itself) {
        return Answer::Given;
    }
    if has_profile(snapshot, id) {
        // A profile that refers to a variable needs it, there or not.
        return profile_reads(snapshot, id).map_or(Answer::Given, |name| Answer::Variables(vec![name]));
    }
    // A profile that cannot be seen may answer.
    if snapshot
        .auth_profiles
        .iter()
        .any(|store| store.profiles.why_unknown().is_some())
    {
        return Answer::Unknown;
    }
    if let Some(name) = profile_lacks(snapshot, id) {
        return Answer::Variables(vec![name]);
    }
    let stock = stock::provider(id);
    if stock.is_some_and(|stock| stock.local || stock.login) {
        return Answer::Given;
    }
    match variables(config, id) {
        names if names.is_empty() => {
            match entry.is_some_and(|entry| stock.is_none() && is_of_ones_own(config, entry)) {
                true => Answer::Entry,
                false => Answer::Unknown,
            }
        }
        names => Answer::Variables(names),
    }
}

/// Whether an entry of `models.providers` needs no variable: a key, another way to log in, or a server on this machine or
/// network, for which the product makes up a key (`hasSyntheticLocalProviderAuthConfig` of 2026.9.6: only where format and
/// models are given). A header or `request.auth` is no key: without one no request is made (played on 2026.9.6).
fn answers_itself(entry: &ProviderConfig) -> bool {
    // `token` wants a stored token or a variable, as a key does (held against the product by tests/e2e/real_needs). An
    // OAuth login may be another program's, which is not looked at.
    let other_login = matches!(entry.auth.as_deref(), Some("none" | "oauth" | "aws-sdk"));
    let url = entry.base_url.as_ref().map(|url| url.value.as_str());
    // Behind an AI Gateway this is told by `cf-provider-key-missing`, with what the headers are for there.
    let by_header = is_aig(&entry.id, url)
        && entry
            .headers
            .iter()
            .any(|(name, field)| CREDENTIAL_HEADERS.contains(&name.as_str()) || field.path.contains(".request.auth."));
    let local = url.is_some_and(is_local) && entry.api.is_some() && !entry.models.is_empty();
    entry.api_key.as_ref().is_some_and(|key| !is_marker(&key.value)) || other_login || by_header || local
}

/// Whether a key is `secretref-env:NAME`, which is sent to nobody: the provider's own variable answers, whatever the name
/// (played on 2026.9.6).
fn is_marker(key: &CredentialField) -> bool {
    matches!(key, CredentialField::Literal { value, .. } if value.foreign == Some(ForeignRef::EnvMarker))
}

/// Whether an entry is a server that somebody wrote down himself, so that no plugin knows another credential for it: those of
/// `ollama` and of Bedrock answer for their formats, whatever the entry is called.
fn is_of_ones_own(config: &ConfigView, entry: &ProviderConfig) -> bool {
    let format_of_a_plugin = matches!(entry.api.as_deref(), Some("ollama" | "bedrock-converse-stream"));
    let same = |id: &str| id.eq_ignore_ascii_case(&entry.id);
    let may_bring = |plugin: &PluginFact| {
        let brings = plugin.providers.iter().any(|(id, _)| same(id));
        brings || same(&plugin.id) || plugin.origin == PluginOrigin::Unreadable
    };
    !format_of_a_plugin
        && entry.base_url.is_some()
        && !is_built_in_provider(&entry.id)
        && !config.plugins_found.iter().any(may_bring)
}

/// Whether a URL leads to this machine or its network.
pub(crate) fn is_local(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let host = host.to_ascii_lowercase();
    let named = matches!(
        host.as_str(),
        "localhost" | "0.0.0.0" | "host.docker.internal" | "docker.orb.internal" | "host.orb.internal" | "::1"
    );
    let address = host.parse::<std::net::Ipv4Addr>();
    named || host.ends_with(".local") || address.is_ok_and(|address| address.is_loopback() || address.is_private())
}

/// The variables a provider reads: by its plugin's manifest, else by the stock table.
pub(crate) fn variables(config: &ConfigView, provider: &str) -> Vec<String> {
    let declared = config
        .plugins_found
        .iter()
        .flat_map(|plugin| &plugin.providers)
        .find(|(id, names)| id.eq_ignore_ascii_case(provider) && !names.is_empty())
        .map(|(_, names)| names.clone());
    declared.unwrap_or_else(|| match stock::provider(provider) {
        _ if provider == CLOUDFLARE_PROVIDER => vec![CLOUDFLARE_KEY.to_owned()],
        Some(stock) => stock.env.clone(),
        None => Vec::new(),
    })
}

/// The variable to speak of where none of a provider's is set.
pub(super) fn ask_for<'n>(provider: &str, names: &'n [String]) -> Option<&'n String> {
    let ask = stock::provider(provider).and_then(|stock| stock.ask.as_deref());
    let wanted = names.iter().find(|name| Some(name.as_str()) == ask);
    wanted.or(names.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_of_ones_own() {
        for (url, local) in [
            ("http://127.0.0.1:11434/v1", true),
            ("http://localhost/v1", true),
            ("http://192.168.1.5:8000", true),
            ("http://gpu.local:1234/v1", true),
            ("http://[::1]:8080/v1", true),
            ("https://api.groq.com/openai/v1", false),
            ("http://localhost.example.com/v1", false),
            ("http://8.8.8.8/v1", false),
        ] {
            assert_eq!(is_local(url), local, "{url}");
        }
    }
}
