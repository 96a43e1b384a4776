//! Advice on Cloudflare AI Gateway (facts/pings.md sections 9 and 10, issue "Cloudflare").
//!
//! The release accepts any text as `baseUrl` and any header, and the error then comes from
//! Cloudflare or the provider without a hint to the file. The target is the documented form:
//! `https://gateway.ai.cloudflare.com/v1/<account>/<gateway>/anthropic`, the provider's key in
//! `apiKey`, the gateway's token as `Bearer <token>` in `headers["cf-aig-authorization"]`.

pub(crate) mod address;
mod base_url;
mod corrections;
mod credentials;
mod fault;
pub(crate) mod faults;
#[cfg(test)]
mod faults_tests;
mod foreign;
pub(crate) mod lookalike;
mod models;
#[cfg(test)]
mod parts_tests;
pub(crate) mod path_secret;
pub(crate) mod placeholders;
mod rest_faults;
#[cfg(test)]
mod tests;
mod version_faults;

use serde_json::Value;

use super::document::Document;
use super::problem::{Problem, get};
use super::substitute::Missing;
use crate::model::snapshot::ConfigIssue;

/// Id of the provider.
pub(crate) const ID: &str = "cloudflare-ai-gateway";
/// The header with the AI Gateway's own token.
pub(crate) const TOKEN_HEADER: &str = "cf-aig-authorization";
/// npm package of its plugin.
const PACKAGE: &str = "@openclaw/cloudflare-ai-gateway-provider";
/// The usual form of an address.
const TARGET: &str = "https://gateway.ai.cloudflare.com/v1/<account>/<gateway>/anthropic";

/// The variable that is to hold the key of a provider: never one that another provider's key is in.
pub(crate) fn key_variable(id: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    format!("{}_API_KEY", id.chars().map(plain).collect::<String>())
}

/// One provider entry that goes, or is meant to go, through Cloudflare.
pub(super) struct Entry<'v> {
    pub(super) id: &'v str,
    pub(super) value: &'v Value,
}

impl Entry<'_> {
    /// Returns a problem at a path inside the entry.
    pub(super) fn at(
        &self,
        path: &[&str],
        kind: &'static str,
        words: impl Into<String>,
        hint: impl Into<String>,
    ) -> Problem {
        let base = ["models", "providers", self.id];
        let path: Vec<String> = base.iter().chain(path).map(|segment| (*segment).to_owned()).collect();
        Problem::mild(&path, kind, words).hint(hint)
    }
}

/// Returns the advice for a config after `${VAR}`; `missing` are its references without a
/// value, `plugins` the ids of plugins found on disk beside those of the package.
pub fn advise(doc: &Document, config: &Value, missing: &[Missing], plugins: &[String]) -> Vec<ConfigIssue> {
    find(config, missing, plugins)
        .into_iter()
        .map(|problem| problem.issue(doc))
        .collect()
}

pub(super) fn find(config: &Value, missing: &[Missing], plugins: &[String]) -> Vec<Problem> {
    let mut out = Vec::new();
    let providers = get(config, &["models", "providers"]).and_then(Value::as_object);
    let mut uses = false;
    for (id, value) in providers.into_iter().flatten() {
        let entry = Entry { id, value };
        let url = get(value, &["baseUrl"]).and_then(Value::as_str).unwrap_or_default();
        let own = crate::secret::value::js_trim(id).eq_ignore_ascii_case(ID);
        if !own && misspelt(id) {
            let words = format!("{id} looks like {ID}, and the two are different providers");
            let hint = format!("write \"{ID}\" (or give {id} its own baseUrl and models on purpose)");
            out.push(entry.at(&[], "cf-provider-id", words, hint));
        }
        let slip = address::Address::parse(url).is_some_and(|address| lookalike::meant(&address.host).is_some());
        let meant = own || misspelt(id) || slip || url.contains("cloudflare.com") || address::is_aig(id, Some(url));
        uses |= own;
        if meant {
            base_url::check(&entry, missing, own, &mut out);
            credentials::check(&entry, missing, &mut out);
        }
    }
    uses |= models::check(config, &mut out);
    if uses {
        plugin(config, plugins, &mut out);
    }
    out
}

/// Returns whether an id is probably a typo of the provider's; other providers of Cloudflare are not.
fn misspelt(id: &str) -> bool {
    let plain: String = id.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    const NAME: &str = "cloudflareaigateway";
    let near = plain.len().abs_diff(NAME.len()) <= 3 && strsim::damerau_levenshtein(&plain, NAME) <= 3;
    near || matches!(
        plain.as_str(),
        "cloudflare" | "cloudflareai" | "cloudflaregateway" | "cfaigateway" | "aigateway" | "cfaig"
    )
}

/// Whether the entry is complete and nothing names the plugin: requests then pass without it, for the entry names the key
/// (played on 2026.9.6). The report notes what else the plugin would bring.
fn works_without_plugin(config: &Value) -> bool {
    let entry = |name: &str| get(config, &["models", "providers", ID, name]);
    let named = get(config, &["plugins", "entries", ID]);
    let off = named.is_some_and(|named| named.get("enabled") == Some(&Value::Bool(false)));
    let models = entry("models").and_then(Value::as_array);
    (named.is_none() || off)
        && entry("apiKey").is_some()
        && entry("baseUrl").is_some()
        && models.is_some_and(|models| !models.is_empty())
}

fn plugin(config: &Value, plugins: &[String], out: &mut Vec<Problem>) {
    let at = |path: &[&str], kind, words: String, hint: String| {
        let path: Vec<String> = path.iter().map(|segment| (*segment).to_owned()).collect();
        Problem::mild(&path, kind, words).hint(hint)
    };
    let has = |list: &str| {
        let ids = get(config, &["plugins", list]).and_then(Value::as_array)?;
        Some(ids.iter().filter_map(Value::as_str).any(|id| id == ID))
    };
    if get(config, &["plugins", "enabled"]) == Some(&Value::Bool(false)) {
        let words = format!("plugins are switched off, so the plugin of {ID} is not loaded");
        out.push(at(
            &["plugins", "enabled"],
            "cf-plugin-disabled",
            words,
            "remove enabled: false".to_owned(),
        ));
    }
    if get(config, &["plugins", "entries", ID, "enabled"]) == Some(&Value::Bool(false)) {
        let words = format!("the provider {ID} is used, and its plugin is switched off here");
        out.push(at(
            &["plugins", "entries", ID],
            "cf-plugin-disabled",
            words,
            "write enabled: true".to_owned(),
        ));
    }
    if has("deny") == Some(true) {
        let words = format!("plugins.deny names {ID}, so the plugin is not loaded");
        out.push(at(
            &["plugins", "deny"],
            "cf-plugin-disabled",
            words,
            format!("remove {ID} from the list"),
        ));
    }
    let listed = get(config, &["plugins", "allow"])
        .and_then(Value::as_array)
        .is_some_and(|list| !list.is_empty());
    if listed && has("allow") == Some(false) {
        let words = format!("plugins.allow is a closed list without {ID}");
        out.push(at(
            &["plugins", "allow"],
            "cf-plugin-disabled",
            words,
            format!("add \"{ID}\" to the list"),
        ));
    }
    if get(config, &["plugins", "entries", PACKAGE]).is_some() {
        let words = "an entry is named by the plugin's id, not by its npm package".to_owned();
        out.push(at(
            &["plugins", "entries", PACKAGE],
            "cf-plugin-entry",
            words,
            format!("write \"{ID}\""),
        ));
    }
    if !plugins.iter().any(|id| id == ID) && !works_without_plugin(config) {
        let words = format!(
            "{ID} is an external plugin since OpenClaw 2026.6.8 and is not found; \
             without it the variable CLOUDFLARE_AI_GATEWAY_API_KEY is ignored"
        );
        let path = if get(config, &["models", "providers", ID]).is_some() {
            vec!["models", "providers", ID]
        } else {
            vec!["agents", "defaults", "model"]
        };
        out.push(at(
            &path,
            "cf-plugin-missing",
            words,
            format!("openclaw plugins install {PACKAGE}"),
        ));
    }
}
