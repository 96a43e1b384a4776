//! The AI Gateway at Cloudflare that the default model goes through, with exactly what the daemon
//! would send (facts/pings.md section 9).

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::CloudflarePlan;
use super::credential::cleaned;
use super::provider::{self, From, Key};
use super::provider_headers::headers;
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
    let model = model_of(&side, &id);
    let of_model = |field: &str| {
        let text = model.and_then(|model| model.get(field)).and_then(Value::as_str);
        text.map(crate::secret::value::js_trim).filter(|text| !text.is_empty())
    };
    let base_url = of_model("baseUrl").or(side.text(&at("baseUrl"))).map(str::to_owned);
    let Some(base_url) = base_url else {
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
    let at_model = model_index(&side, &id, model);
    let headers = headers(&side, known, &id, at_model, &mut unresolved);
    let shell_key = shell_key(known, &id);
    let vars = PROXIES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), side.env.get(*name)?.clone())));
    let probe = Probe::of(&id, &base_url, of_model("api").or(side.text(&at("api"))));
    let bearer_too = side.get(&at("authHeader")).and_then(Value::as_bool) == Some(true);
    Ok(CloudflarePlan {
        target: CloudflareTarget {
            probe,
            provider_id: id,
            base_url,
            api_key,
            bearer_too,
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

fn model_index(side: &Side, id: &str, model: Option<&Value>) -> Option<usize> {
    let models = side.get(&["models", "providers", id, "models"])?.as_array()?;
    models
        .iter()
        .position(|entry| model.is_some_and(|model| std::ptr::eq(model, entry)))
}

/// The entry of the model that is asked for: the default one, else the first.
fn model_of<'a>(side: &'a Side, id: &str) -> Option<&'a Value> {
    let default = side
        .text(&["agents", "defaults", "model", "primary"])
        .or_else(|| side.text(&["agents", "defaults", "model"]));
    let name = default
        .and_then(|model| model.split_once('/'))
        .filter(|(provider, _)| provider.eq_ignore_ascii_case(id))
        .map(|(_, name)| name);
    let models = side.get(&["models", "providers", id, "models"])?.as_array()?;
    let named = |model: &&Value| name.is_some() && model.get("id").and_then(Value::as_str) == name;
    models.iter().find(named).or(models.first())
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
pub(super) fn extra_ca(side: &Side) -> Option<Vec<u8>> {
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
