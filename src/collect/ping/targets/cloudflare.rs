//! The AI Gateway at Cloudflare that the default model goes through, with exactly what the daemon
//! would send (facts/pings.md section 9).

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::credential::cleaned;
use super::own_secret;
use super::provider::{self, Key};
use super::provider_headers::headers;
use super::side::{Known, Side, trace};
use super::{CloudflarePlan, CloudflarePlans};
use crate::config::cloudflare::address::is_aig;
use crate::config::cloudflare::faults::judge;
use crate::config::cloudflare::path_secret::why_not_asked;
use crate::model::snapshot::{ModelRole, ModelUse};
use crate::ping::probe::Probe;
use crate::ping::target::{Candidate, CloudflareTarget, Origins, ProxyEnv};
use crate::resolve::{self, CLOUDFLARE_PROVIDER};
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

/// Most providers besides the default model's that are asked in one run.
const MOST_OTHERS: usize = 3;

/// Decides whom to ask; an error says why nobody.
pub(in crate::collect) fn cloudflare(known: &Known<'_>, budget: Duration) -> Result<CloudflarePlans, String> {
    let side = Side::daemon(known).ok_or("the Gateway's config could not be found out")?;
    let ids = providers(&side);
    let default = default_model(&side, known);
    let default = default.as_deref();
    let used = trace(known).map(|trace| trace.config.uses.models.as_slice());
    let used = used.unwrap_or_default();
    let Some(id) = chosen(default, used, &ids) else {
        return Err("no provider of the config goes through Cloudflare's AI Gateway".to_owned());
    };
    let model_through = |id: &String| {
        let all = default
            .into_iter()
            .chain(used.iter().map(|used| used.model.value.as_str()));
        all.into_iter().find(|model| is_of(model, id))
    };
    let first = plan(&side, known, &id, model_through(&id), budget)?;
    let others: Vec<String> = ids.into_iter().filter(|other| *other != id).collect();
    let more = others
        .iter()
        .filter_map(|id| plan(&side, known, id, Some(model_through(id)?), budget).ok())
        .take(MOST_OTHERS)
        .collect();
    Ok(CloudflarePlans { first, more, others })
}

/// Returns whether a model is one of a provider's.
fn is_of(model: &str, id: &str) -> bool {
    model
        .split_once('/')
        .is_some_and(|(provider, _)| provider.eq_ignore_ascii_case(id))
}

/// What to ask one provider, with the model that is wanted of it; an error says why it cannot be asked.
fn plan(
    side: &Side,
    known: &Known<'_>,
    id: &str,
    wanted: Option<&str>,
    budget: Duration,
) -> Result<CloudflarePlan, String> {
    let at = |field: &'static str| ["models", "providers", id, field];
    let model = model_of(side, id, wanted);
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
    if let Some(why) = why_not_asked(&base_url, &|part| is_seen(known, part)) {
        return Err(format!(
            "models.providers.{id}.baseUrl {why}, and nothing was sent to such an address"
        ));
    }
    // Without its plugin the provider has the api of every other (seen on 2026.9.6).
    let plain = id == CLOUDFLARE_PROVIDER && !provider::has_plugin(known, id);
    let api = of_model("api")
        .or(side.text(&at("api")))
        .or(plain.then_some("openai-completions"));
    let mut facts = vec![("provider".to_owned(), id.to_owned())];
    let mut unresolved = Vec::new();
    let mut closed = false;
    let mut key_origin = None;
    let api_key = match provider::key(side, known, id) {
        Key::None => None,
        Key::Closed { profile, variable } => {
            closed = true;
            facts.push(("closed_profile".to_owned(), profile));
            facts.extend(variable.map(|name| ("closed_variable".to_owned(), name)));
            None
        }
        Key::Elsewhere(name) => {
            unresolved.push(name);
            None
        }
        Key::Found { candidate, origin } => {
            key_origin = Some(origin);
            Some(candidate)
        }
    };
    let at_model = model_index(side, id, model);
    let (mut headers, header_origins) = headers(side, known, id, at_model, &mut unresolved);
    let probe = Probe::of(id, &base_url, api);
    // Of the empty ones only that in the key's own place keeps OpenClaw from a request.
    headers.retain(|(name, candidate)| {
        !candidate.secret.expose().is_empty() || name.trim().eq_ignore_ascii_case(probe.key_header().0)
    });
    let mut api_key = api_key;
    let mut shell_key = shell_key(known, id);
    let kept = own_secret::withhold(side, known, &mut api_key, &mut headers, &mut shell_key);
    if let Some((place, what)) = kept {
        facts.push(("gateway_secret".to_owned(), place));
        unresolved.push(what);
    }
    let shell_key = shell_key.map(|(name, whose, candidate)| {
        facts.push(("shell_name".to_owned(), name));
        facts.push(("shell_whose".to_owned(), whose.to_owned()));
        candidate
    });
    let vars = PROXIES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), side.env.get(*name)?.clone())));
    let bearer_too = side.get(&at("authHeader")).and_then(Value::as_bool) == Some(true);
    Ok(CloudflarePlan {
        target: CloudflareTarget {
            probe,
            needs_key: closed || needs_key(side, known, id, &base_url),
            wrong_address: judge(id, &base_url, api)
                .filter(|fault| !fault.asks)
                .map(|fault| fault.why),
            model: model_id(wanted, id),
            provider_id: id.to_owned(),
            base_url,
            api_key,
            bearer_too,
            headers,
            origins: Origins {
                key: key_origin,
                headers: header_origins,
            },
            unresolved,
            shell_key,
            proxy: ProxyEnv {
                vars: vars.collect(),
                managed: managed_proxy(side, known),
            },
            extra_ca: extra_ca(side, known),
            system_ca: system_ca(side),
            budget,
        },
        facts,
    })
}

/// Returns whether nothing but an apiKey, or what stands in for one, makes OpenClaw send a request: another kind of login, a
/// stored profile of any kind and a server of one's own do without.
fn needs_key(side: &Side, known: &Known<'_>, id: &str, base_url: &str) -> bool {
    let auth = side.text(&["models", "providers", id, "auth"]);
    let other_login = auth.is_some_and(|auth| !matches!(auth, "api-key" | "token"));
    let profile = known.stores.iter().any(|store| match store.profiles.get() {
        Some(profiles) => profiles.iter().any(|profile| profile.provider == id),
        None => store.profiles.why_unknown().is_some(),
    });
    !other_login && !profile && !resolve::is_local(base_url)
}

/// Returns whether a text is a credential that was seen on this machine.
fn is_seen(known: &Known<'_>, text: &str) -> bool {
    const SURE: usize = 8;
    let is = |secret: &Secret| {
        let whole = secret.expose();
        whole == text || whole.strip_prefix("Bearer ").is_some_and(|token| token == text)
    };
    text.len() >= SURE && known.vault.credentials().iter().any(is)
}

/// Ids of the providers that go through an AI Gateway of Cloudflare.
fn providers(side: &Side) -> Vec<String> {
    let all = side.get(&["models", "providers"]).and_then(Value::as_object);
    // On a domain of one's own only the header tells.
    let has_token = |entry: &Value| {
        let headers = entry.get("headers").and_then(Value::as_object);
        headers.is_some_and(|map| {
            map.keys()
                .any(|name| name.trim().eq_ignore_ascii_case("cf-aig-authorization"))
        })
    };
    let through =
        |id: &str, entry: &Value| is_aig(id, entry.get("baseUrl").and_then(Value::as_str)) || has_token(entry);
    all.into_iter()
        .flatten()
        .filter(|(id, entry)| *id != "__proto__" && through(id, entry))
        .map(|(id, _)| id.clone())
        .collect()
}

/// The model that a message without more meets: that of the default agent, else the one of all agents. An alias is its model.
fn default_model(side: &Side, known: &Known<'_>) -> Option<String> {
    let written = side
        .text(&["agents", "defaults", "model", "primary"])
        .or_else(|| side.text(&["agents", "defaults", "model"]));
    let used = trace(known)
        .map(|trace| trace.config.uses.models.as_slice())
        .unwrap_or_default();
    let primary = |start: &str| {
        let mut all = used.iter().filter(|used| used.role == ModelRole::Primary);
        all.find(|used| {
            used.model
                .path
                .strip_prefix(start)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    let own = default_agent(side).and_then(|agent| primary(&format!("{agent}.model")));
    let found = own.or_else(|| primary("agents.defaults.model"));
    found
        .map(|used| used.model.value.clone())
        .or(written.map(str::to_owned))
}

/// The path of the default agent: the one that is marked, else `main`, else the first.
fn default_agent(side: &Side) -> Option<String> {
    let is_marked = |agent: &Value| agent.get("default").and_then(Value::as_bool) == Some(true);
    if let Some(entries) = side.get(&["agents", "entries"]).and_then(Value::as_object) {
        let marked = entries.iter().find(|(_, agent)| is_marked(agent)).map(|(id, _)| id);
        let main = entries.keys().find(|id| *id == "main");
        let id = marked.or(main).or(entries.keys().next())?;
        return Some(format!("agents.entries.{id}"));
    }
    let list = side.get(&["agents", "list"]).and_then(Value::as_array)?;
    let at = list.iter().position(is_marked).unwrap_or(0);
    Some(format!("agents.list.{at}"))
}

/// The default model's provider where it is one of them, else that of the model that comes next, else the first.
fn chosen(default: Option<&str>, used: &[ModelUse], ids: &[String]) -> Option<String> {
    let models = default
        .into_iter()
        .chain(used.iter().map(|used| used.model.value.as_str()));
    let mut of_models = models.filter_map(|model| ids.iter().find(|id| is_of(model, id)));
    of_models.next().or(ids.first()).cloned()
}

fn model_index(side: &Side, id: &str, model: Option<&Value>) -> Option<usize> {
    let models = side.get(&["models", "providers", id, "models"])?.as_array()?;
    models
        .iter()
        .position(|entry| model.is_some_and(|model| std::ptr::eq(model, entry)))
}

/// The id of the default model, where it is of this provider and plain enough to be part of a path.
fn model_id(default: Option<&str>, id: &str) -> Option<String> {
    const LONGEST: usize = 80;
    let (provider, name) = default?.split_once('/')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':');
    let sendable = provider.eq_ignore_ascii_case(id)
        && (1..=LONGEST).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(plain)
        // What looks like a key is not made part of an address.
        && crate::secret::value::shape(name).is_none()
        && crate::secret::generated::find(name).is_empty();
    sendable.then(|| name.to_owned())
}

/// The entry of the model that is asked for: the default one, else the first.
fn model_of<'a>(side: &'a Side, id: &str, default: Option<&str>) -> Option<&'a Value> {
    let name = default
        .and_then(|model| model.split_once('/'))
        .filter(|(provider, _)| provider.eq_ignore_ascii_case(id))
        .map(|(_, name)| name);
    let models = side.get(&["models", "providers", id, "models"])?.as_array()?;
    let named = |model: &&Value| name.is_some() && model.get("id").and_then(Value::as_str) == name;
    models.iter().find(named).or(models.first())
}

/// The key a Gateway started from this shell would send, where it comes from a variable.
fn shell_key(known: &Known<'_>, id: &str) -> Option<(String, &'static str, Candidate)> {
    let shell = Side::client(known)?;
    match provider::key(&shell, known, id) {
        Key::Found { candidate, origin } => {
            let name = origin.variable?;
            let secret = cleaned(&candidate.secret, known.vault);
            let whose = shell.whose(&name);
            let what = format!("{name} {whose}");
            Some((name, whose, Candidate { what, secret }))
        }
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
pub(super) fn extra_ca(side: &Side, known: &Known<'_>) -> Option<Vec<u8>> {
    let path = side.var("NODE_EXTRA_CA_CERTS")?.expose();
    known.by.read(Path::new(path), CA_CAP).ok().map(|file| file.bytes)
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
