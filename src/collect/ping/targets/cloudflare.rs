//! The AI Gateway at Cloudflare that the default model goes through, with exactly what the daemon
//! would send (facts/pings.md section 9).

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::CloudflarePlan;
use super::credential::{self, Found, cleaned};
use super::provider::{self, From, Key};
use super::side::{Known, Side};
use crate::collect::read;
use crate::config::cloudflare::address::is_aig;
use crate::ping::probe::Probe;
use crate::ping::target::{Candidate, CloudflareTarget, ProxyEnv};
use crate::secret::Secret;

/// Largest file of certificates that is read.
const CA_CAP: u64 = 4 << 20;
/// Proxy variables in both spellings.
const PROXIES: [&str; 8] = [
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
];

/// Decides whom to ask; an error says why nobody.
pub(in crate::collect) fn cloudflare(known: &Known<'_>, budget: Duration) -> Result<CloudflarePlan, String> {
    let side = Side::daemon(known).ok_or("the Gateway's config could not be found out")?;
    let ids = providers(&side);
    let Some(id) = chosen(&side, &ids) else {
        return Err("no provider of the config goes through Cloudflare's AI Gateway".to_owned());
    };
    let at = |field: &'static str| ["models", "providers", id.as_str(), field];
    let Some(base_url) = side.text(&at("baseUrl")).map(str::to_owned) else {
        return Err(format!("models.providers.{id} has no baseUrl"));
    };
    if !crate::config::references(&base_url).is_empty() {
        return Err(format!(
            "models.providers.{id}.baseUrl refers to a variable that the Gateway does not have"
        ));
    }
    let mut facts = vec![("provider".to_owned(), id.clone())];
    let others: Vec<&str> = ids.iter().filter(|other| **other != id).map(String::as_str).collect();
    if !others.is_empty() {
        facts.push(("not_asked".to_owned(), others.join(", ")));
    }
    let mut unresolved = Vec::new();
    let api_key = match provider::key(&side, known, &id) {
        Key::None => None,
        Key::Elsewhere(name) => {
            unresolved.push(name);
            None
        }
        Key::Found { candidate, from } => {
            facts.extend(origin(&from));
            Some(candidate)
        }
    };
    let headers = headers(&side, known, &id, &mut unresolved);
    let shell_key = shell_key(known, &id);
    let vars = PROXIES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), side.env.get(*name)?.clone())));
    let probe = Probe::of(&id, &base_url, side.text(&at("api")));
    Ok(CloudflarePlan {
        target: CloudflareTarget {
            probe,
            provider_id: id,
            base_url,
            api_key,
            headers,
            unresolved,
            shell_key,
            proxy: ProxyEnv {
                vars: vars.collect(),
                managed: managed_proxy(&side, known),
            },
            extra_ca: extra_ca(&side),
            system_ca: system_ca(&side),
            budget,
        },
        facts,
    })
}

/// Ids of the providers that go through an AI Gateway of Cloudflare.
fn providers(side: &Side) -> Vec<String> {
    let all = side.get(&["models", "providers"]).and_then(Value::as_object);
    all.into_iter()
        .flatten()
        .filter(|(id, entry)| *id != "__proto__" && is_aig(id, entry.get("baseUrl").and_then(Value::as_str)))
        .map(|(id, _)| id.clone())
        .collect()
}

/// The default model's provider where it is one of them, else the first.
fn chosen(side: &Side, ids: &[String]) -> Option<String> {
    let model = side
        .text(&["agents", "defaults", "model", "primary"])
        .or_else(|| side.text(&["agents", "defaults", "model"]));
    let wanted = model
        .and_then(|model| model.split_once('/'))
        .map(|(provider, _)| provider);
    let named = ids
        .iter()
        .find(|id| wanted.is_some_and(|wanted| id.eq_ignore_ascii_case(wanted)));
    named.or(ids.first()).cloned()
}

fn origin(from: &From) -> Vec<(String, String)> {
    let (kind, name) = match from {
        From::Profile { store } => ("profile", store.as_str()),
        From::Variable(name) => ("variable", name.as_str()),
        From::Config => ("config", ""),
    };
    vec![
        ("key_from".to_owned(), kind.to_owned()),
        ("key_name".to_owned(), name.to_owned()),
    ]
}

/// Configured headers; one that refers to a missing variable is left out, because what the
/// Gateway makes of it is no credential.
fn headers(side: &Side, known: &Known<'_>, id: &str, unresolved: &mut Vec<String>) -> Vec<(String, Candidate)> {
    let all = side
        .written(&["models", "providers", id, "headers"])
        .and_then(Value::as_object);
    let mut headers = Vec::new();
    for name in all.into_iter().flatten().map(|(name, _)| name).take(50) {
        let path = ["models", "providers", id, "headers", name.as_str()];
        match credential::field(side, &path, known) {
            Found::Nothing | Found::Void => {}
            Found::Elsewhere(what) => unresolved.push(what),
            Found::Value { secret, variable } => {
                let what = match variable {
                    Some(variable) => format!("{name} ({variable} {})", side.of),
                    None => format!("{name} of openclaw.json"),
                };
                headers.push((name.clone(), Candidate { what, secret }));
            }
        }
    }
    headers
}

/// The key a Gateway started from this shell would send, where it comes from a variable.
fn shell_key(known: &Known<'_>, id: &str) -> Option<Candidate> {
    let shell = Side::client(known)?;
    match provider::key(&shell, known, id) {
        Key::Found {
            candidate,
            from: From::Variable(name),
        } => Some(Candidate {
            what: format!("{name} of your shell"),
            secret: cleaned(&candidate.secret, known.vault),
        }),
        _ => None,
    }
}

/// The config's setting beats the variable; blank ones count as none.
fn managed_proxy(side: &Side, known: &Known<'_>) -> Option<(&'static str, Secret)> {
    let configured = side.text(&["proxy", "proxyUrl"]);
    match configured {
        Some(url) => Some(("proxy.proxyUrl", known.vault.seal(url))),
        None => side
            .var("OPENCLAW_PROXY_URL")
            .map(|url| ("OPENCLAW_PROXY_URL", url.clone())),
    }
}

/// Node reads the file once, when the process starts.
fn extra_ca(side: &Side) -> Option<Vec<u8>> {
    let path = side.var("NODE_EXTRA_CA_CERTS")?.expose();
    read::read(Path::new(path), CA_CAP).ok().map(|file| file.bytes)
}

fn system_ca(side: &Side) -> bool {
    let option = side.var("NODE_OPTIONS").is_some_and(|options| {
        options
            .expose()
            .split_whitespace()
            .any(|option| option == "--use-system-ca")
    });
    option
        || side
            .var("NODE_USE_SYSTEM_CA")
            .is_some_and(|value| value.expose() == "1")
}
