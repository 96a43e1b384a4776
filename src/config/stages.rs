//! Checks that run only on a config whose types and rules are right, one after the other: the
//! first that finds something ends them (facts/config-validation.md section 1, order of checks).

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value};

use super::include::normalize;
use super::member::Members;
use super::problem::{Problem, get, text};
use super::roster::{Agent, agents, place};
use super::rules::{agent_id, provider_model};
use super::table::Table;
use crate::product::spans::Span;

/// Directories that relative settings lie in.
pub(super) struct Paths<'a> {
    pub(super) home: &'a str,
    pub(super) state_dir: &'a str,
}

/// Returns what the first failing stage finds.
pub(super) fn run(config: &Value, paths: &Paths<'_>, table: &Table) -> Vec<Problem> {
    let stages: [(Span, &dyn Fn() -> Vec<Problem>); 5] = [
        (Span::FROM_8_2, &|| sandbox_env(config)),
        (Span::ALWAYS, &|| agent_dirs(config, paths)),
        (Span::ALWAYS, &|| avatars(config, paths)),
        (Span::FROM_5_28, &|| tailscale(config)),
        (Span::FROM_8_2, &|| model_policy(config)),
    ];
    stages
        .iter()
        .filter(|(span, _)| table.has_rule(*span))
        .map(|(_, stage)| stage())
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|segment| (*segment).to_owned()).collect()
}

fn sandbox_env(config: &Value) -> Vec<Problem> {
    let mut out: Vec<Problem> = Vec::new();
    let defaults = get(config, &["agents", "defaults", "sandbox"]);
    let wrong = sandbox_vars(defaults).into_iter().flatten();
    let mut wrong: Vec<(&String, Option<&'static str>)> = wrong
        .filter_map(|(key, value)| Some((key, Some(wrong_variable(key, value)?))))
        .collect();
    for agent in agents(config) {
        let own = agent.value.member("sandbox");
        let pick = |field: &str| {
            let of = |sandbox: Option<&Value>| {
                sandbox.and_then(|sandbox| {
                    text(sandbox, &[field])
                        .map(crate::secret::value::js_trim)
                        .filter(|v| !v.is_empty())
                        .map(str::to_owned)
                })
            };
            of(own).or_else(|| of(defaults))
        };
        let backend = pick("backend").unwrap_or_else(|| "docker".to_owned());
        if backend != "docker" && backend != "podman" {
            continue;
        }
        let shared = pick("scope").as_deref() == Some("shared");
        let mine = sandbox_vars(own).filter(|_| !shared);
        let inherited = wrong
            .iter_mut()
            .filter(|(key, _)| !mine.is_some_and(|mine| mine.contains_key(*key)));
        for (key, words) in inherited {
            // The same entry for every agent that takes it over: said once.
            if let Some(words) = words.take() {
                let path = owned(&["agents", "defaults", "sandbox", "docker", "env", key.as_str()]);
                out.push(Problem::mild(&path, "rule", words));
            }
        }
        for (key, value) in mine.into_iter().flatten() {
            if let Some(words) = wrong_variable(key, value) {
                let path = agent.path(&["sandbox", "docker", "env", key]);
                out.push(Problem::mild(&path, "rule", words));
            }
        }
    }
    out
}

fn sandbox_vars(sandbox: Option<&Value>) -> Option<&Map<String, Value>> {
    get(sandbox?, &["docker", "env"])?.as_object()
}

fn wrong_variable(name: &str, value: &Value) -> Option<&'static str> {
    if !crate::secret::value::is_env_name(name) {
        Some("the name of a variable has letters, digits and _ alone, and no digit first")
    } else if value.as_str().is_some_and(|value| value.contains(['\r', '\n', '\0'])) {
        Some("the value of a sandbox variable must be one line without NUL")
    } else {
        None
    }
}

/// Returns an absolute path with `~` expanded and relative ones taken from the home directory.
fn resolve(path: &str, home: &str) -> String {
    let path = crate::secret::value::js_trim(path);
    match path.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => normalize(&format!("{home}{rest}")),
        _ if path.starts_with('/') => normalize(path),
        _ => normalize(&format!("{home}/{path}")),
    }
}

fn agent_dirs(config: &Value, paths: &Paths<'_>) -> Vec<Problem> {
    // The folders of two ids are the same only where one of them was chosen.
    if !agents(config).any(|agent| agent.value.member("agentDir").is_some()) {
        return Vec::new();
    }
    let mut ids: Vec<Cow<'_, str>> = agents(config).map(|agent| agent_id(agent.id)).collect();
    for binding in config.get("bindings").and_then(Value::as_array).into_iter().flatten() {
        ids.extend(
            text(binding, &["agentId"])
                .filter(|id| !crate::secret::value::js_trim(id).is_empty())
                .map(agent_id),
        );
    }
    // The first entry of an id decides, whether it names a folder or not.
    let mut own_dirs: BTreeMap<Cow<'_, str>, Option<&str>> = BTreeMap::new();
    for agent in agents(config) {
        own_dirs
            .entry(agent_id(agent.id))
            .or_insert_with(|| text(agent.value, &["agentDir"]));
    }
    let mut by_dir: BTreeMap<String, Cow<'_, str>> = BTreeMap::new();
    for id in ids {
        let own = own_dirs.get(&id).copied().flatten();
        let dir = match own.filter(|dir| !crate::secret::value::js_trim(dir).is_empty()) {
            Some(dir) => resolve(dir, paths.home),
            None => normalize(&format!("{}/agents/{id}/agent", paths.state_dir)),
        };
        if let Some(other) = by_dir.get(&dir).filter(|other| **other != id) {
            let text =
                format!("the agents {other} and {id} share one agentDir; their sessions and credentials would collide");
            return vec![Problem::mild(&place(config), "rule", text).hint("give each its own agentDir")];
        }
        by_dir.insert(dir, id);
    }
    Vec::new()
}

fn avatars(config: &Value, paths: &Paths<'_>) -> Vec<Problem> {
    let mut out = Vec::new();
    for agent in agents(config) {
        let avatar = crate::secret::value::js_trim(text(agent.value, &["identity", "avatar"]).unwrap_or_default());
        let lower = avatar.to_lowercase();
        if avatar.is_empty()
            || lower.starts_with("data:")
            || lower.starts_with("http://")
            || lower.starts_with("https://")
        {
            continue;
        }
        let scheme = avatar.split_once(':').is_some_and(|(scheme, _)| {
            scheme.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
                && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b))
        });
        let drive = matches!(avatar.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
        let path = agent.path(&["identity", "avatar"]);
        if avatar.starts_with('~') || (scheme && !drive) {
            let words = "expected a path inside the agent's workspace, an http(s) address or a data: address";
            out.push(Problem::mild(&path, "rule", words));
        } else if !workspaces(config, &agent, paths)
            .iter()
            .any(|root| inside(root, avatar))
        {
            out.push(Problem::mild(
                &path,
                "rule",
                "the avatar must lie inside the agent's workspace",
            ));
        }
    }
    out
}

/// Returns the directories that may be the workspace of an agent.
fn workspaces(config: &Value, agent: &Agent<'_>, paths: &Paths<'_>) -> Vec<String> {
    let filled = |text: Option<&str>| {
        text.map(crate::secret::value::js_trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    if let Some(own) = filled(text(agent.value, &["workspace"])) {
        return vec![resolve(&own, paths.home)];
    }
    let id = agent_id(agent.id);
    match filled(text(config, &["agents", "defaults", "workspace"])) {
        Some(shared) => {
            let root = resolve(&shared, paths.home);
            vec![format!("{root}/{id}"), root]
        }
        None => vec![
            format!("{}/workspace", paths.state_dir),
            format!("{}/workspace-{id}", paths.state_dir),
        ],
    }
}

fn inside(root: &str, path: &str) -> bool {
    let root = normalize(root);
    let full = if path.starts_with('/') {
        normalize(path)
    } else {
        normalize(&format!("{root}/{path}"))
    };
    full == root || full.strip_prefix(&root).is_some_and(|rest| rest.starts_with('/'))
}

fn tailscale(config: &Value) -> Vec<Problem> {
    let mode = text(config, &["gateway", "tailscale", "mode"]).unwrap_or("off");
    if mode != "serve" && mode != "funnel" {
        return Vec::new();
    }
    let bind = text(config, &["gateway", "bind"]).unwrap_or("loopback");
    let host = text(config, &["gateway", "customBindHost"]).unwrap_or_default();
    let local = host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback());
    if bind != "loopback" && !(bind == "custom" && local) {
        let words = format!("tailscale {mode} needs a Gateway that listens on loopback");
        return vec![Problem::mild(&owned(&["gateway", "bind"]), "rule", words).hint("write bind: \"loopback\"")];
    }
    if text(config, &["gateway", "auth", "mode"]) == Some("none") {
        let words = format!("tailscale {mode} makes the Gateway reachable, so auth.mode must not be none");
        let fix = if mode == "funnel" { "password" } else { "token" };
        let path = owned(&["gateway", "auth", "mode"]);
        return vec![Problem::mild(&path, "rule", words).hint(format!("write mode: \"{fix}\""))];
    }
    Vec::new()
}

fn model_policy(config: &Value) -> Vec<Problem> {
    let mut out = Vec::new();
    let aliases = |models: Option<&Value>| -> HashSet<String> {
        let map = models.and_then(Value::as_object);
        let named = map
            .into_iter()
            .flat_map(|map| map.values())
            .filter_map(|entry| text(entry, &["alias"]));
        named
            .map(|alias| crate::secret::value::js_trim(alias).to_lowercase())
            .filter(|alias| !alias.is_empty())
            .collect()
    };
    let shared = aliases(get(config, &["agents", "defaults", "models"]));
    let mut check = |holder: Option<&Value>, base: &dyn Fn(&[&str]) -> Vec<String>, own: &HashSet<String>| {
        let allow = holder
            .and_then(|holder| get(holder, &["modelPolicy", "allow"]))
            .and_then(Value::as_array);
        for (at, raw) in allow.into_iter().flatten().enumerate() {
            let reference = crate::secret::value::js_trim(raw.as_str().unwrap_or_default());
            let lower = reference.to_lowercase();
            let fits = shared.contains(&lower)
                || own.contains(&lower)
                || matches!(lower.as_str(), "openrouter:auto" | "openrouter:free")
                || exact(reference)
                || wildcard(reference);
            if !fits {
                let path = base(&["modelPolicy", "allow", &at.to_string()]);
                let words = "expected an alias, provider/model, or a prefix that ends in /*";
                out.push(Problem::mild(&path, "rule", words));
            }
        }
    };
    let defaults = |below: &[&str]| owned(&[&["agents", "defaults"], below].concat());
    check(get(config, &["agents", "defaults"]), &defaults, &shared);
    for agent in agents(config).filter(|agent| agent.value.get("modelPolicy").is_some()) {
        let own = aliases(agent.value.get("models"));
        check(Some(agent.value), &|below| agent.path(below), &own);
    }
    out
}

fn part(part: &str) -> bool {
    !part.is_empty() && !part.contains('*') && !part.contains(|c: char| c.is_whitespace() || c.is_ascii_control())
}

fn exact(reference: &str) -> bool {
    provider_model(reference).is_some_and(|(provider, model)| part(provider) && model.split('/').all(part))
}

fn wildcard(reference: &str) -> bool {
    let parts: Vec<&str> = reference.split('/').map(crate::secret::value::js_trim).collect();
    match parts.split_last() {
        Some((&"*", rest)) => !rest.is_empty() && rest.iter().all(|segment| part(segment)),
        _ => false,
    }
}
