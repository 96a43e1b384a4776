//! Keys and values that a starting Gateway moves, replaces or deletes.

use serde_json::{Map, Value, json};

use super::super::rules::exact_host;
use super::{BIND, object};

pub(super) fn flat_env(config: &mut Value, done: &mut Vec<String>) {
    let Some(env) = object(config, &["env"]) else { return };
    let flat: Vec<String> = env
        .iter()
        .filter(|(key, value)| !matches!(key.as_str(), "vars" | "shellEnv") && value.is_string())
        .map(|(key, _)| key.clone())
        .collect();
    for key in flat {
        let Some(value) = env.shift_remove(&key) else { continue };
        let Some(vars) = env.entry("vars").or_insert_with(|| json!({})).as_object_mut() else {
            continue;
        };
        if vars.contains_key(&key) {
            done.push(format!("env.{key} is removed, because env.vars.{key} is set"));
        } else {
            vars.insert(key.clone(), value);
            done.push(format!("env.{key} moves to env.vars.{key}"));
        }
    }
}

pub(super) fn values(config: &mut Value, done: &mut Vec<String>) {
    if let Some(gateway) = object(config, &["gateway"]) {
        if let Some(port) = gateway
            .get("port")
            .and_then(Value::as_f64)
            .filter(|port| *port < 1.0 || *port > 65535.0)
        {
            gateway.shift_remove("port");
            done.push(format!("gateway.port {port} is removed; the default 18789 applies"));
        }
        let bind = gateway
            .get("bind")
            .and_then(Value::as_str)
            .map(|bind| crate::secret::value::js_trim(bind).to_lowercase());
        if let Some((host, mode)) = bind.and_then(|bind| BIND.iter().find(|(host, _)| *host == bind)) {
            gateway.insert("bind".to_owned(), json!(mode));
            done.push(format!("gateway.bind {host} becomes {mode}"));
        }
    }
    for (path, key, from, to) in [
        (&["gateway", "reload"][..], "mode", "hot", "hybrid"),
        (&["gateway", "reload"], "mode", "restart", "hybrid"),
        (&["logging"], "consoleStyle", "compact", "pretty"),
    ] {
        let Some(map) = object(config, path).filter(|map| map.get(key).is_some_and(|value| value == from)) else {
            continue;
        };
        map.shift_remove(key);
        map.insert(key.to_owned(), json!(to));
        done.push(format!("{}.{key} {from} becomes {to}", path.join(".")));
    }
    if let Some(map) = object(config, &["skills", "workshop", "autonomous"])
        && let Some(enabled) = map.shift_remove("enabled")
    {
        let mode = if enabled == Value::Bool(false) {
            "off"
        } else {
            "propose"
        };
        map.entry("mode").or_insert(json!(mode));
        done.push("skills.workshop.autonomous.enabled moves to skills.workshop.autonomous.mode".to_owned());
    }
    if object(config, &["channels"])
        .and_then(|channels| channels.shift_remove("webchat"))
        .is_some()
    {
        done.push("channels.webchat is removed".to_owned());
    }
    for key in ["allowedHosts", "bypassHosts"] {
        let hosts = object(config, &["secrets", "egressProxy"]).and_then(|map| map.get_mut(key)?.as_array_mut());
        let Some(hosts) = hosts else { continue };
        let before = hosts.len();
        hosts.retain(|host| host.as_str().is_none_or(exact_host));
        if hosts.len() < before {
            done.push(format!("secrets.egressProxy.{key} loses its unusable entries"));
        }
    }
    for key in ["pruneAfter", "resetArchiveRetention"] {
        let zero = |value: &Value| value.as_f64() == Some(0.0) || value.as_str().is_some_and(zero_text);
        let Some(map) = object(config, &["session", "maintenance"]).filter(|map| map.get(key).is_some_and(zero)) else {
            continue;
        };
        map.shift_remove(key);
        done.push(format!("session.maintenance.{key} 0 is removed"));
    }
}

fn zero_text(text: &str) -> bool {
    let digits = crate::secret::value::js_trim(text).trim_end_matches(|c: char| c.is_ascii_alphabetic());
    digits.parse::<f64>().is_ok_and(|number| number == 0.0)
}

/// Sections at the top of the file that are gone.
pub(super) fn roots(config: &mut Value, done: &mut Vec<String>) {
    let Some(root) = config.as_object_mut() else { return };
    if root.contains_key("defaultModel") {
        let given = root.shift_remove("defaultModel").filter(Value::is_string);
        done.push("defaultModel moves to agents.defaults.model".to_owned());
        if let Some(defaults) = given.is_some().then(|| defaults(root)).flatten() {
            defaults.entry("model").or_insert(given.unwrap_or_default());
        }
    }
    if let Some(Value::Object(old)) = root.get("heartbeat").cloned() {
        root.shift_remove("heartbeat");
        done.push("heartbeat moves to agents.defaults.heartbeat".to_owned());
        let (shown, rest): (Map<String, Value>, Map<String, Value>) = old
            .into_iter()
            .partition(|(key, _)| matches!(key.as_str(), "showOk" | "showAlerts" | "useIndicator"));
        if !rest.is_empty()
            && let Some(defaults) = defaults(root)
            && let Value::Object(known) = defaults.entry("heartbeat").or_insert_with(|| json!({}))
        {
            super::moves::fill(known, rest);
        }
        if !shown.is_empty() {
            let channels = root.entry("channels").or_insert_with(|| json!({})).as_object_mut();
            let shared = channels.and_then(|map| map.entry("defaults").or_insert_with(|| json!({})).as_object_mut());
            shared.map(|map| map.entry("heartbeatVisibility").or_insert(Value::Object(shown)));
        }
    }
    let records = root
        .get("plugins")
        .and_then(|plugins| plugins.get("installs"))
        .and_then(Value::as_object);
    if records.is_some_and(|map| map.values().all(Value::is_object)) {
        object(config, &["plugins"]).map(|plugins| plugins.shift_remove("installs"));
        done.push("plugins.installs moves out of the file".to_owned());
    }
}

/// Returns `agents.defaults`, made where it is missing.
fn defaults(root: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
    let agents = root.entry("agents").or_insert_with(|| json!({})).as_object_mut()?;
    agents.entry("defaults").or_insert_with(|| json!({})).as_object_mut()
}

/// Deletes a dropped key, and the sections that are empty without it.
pub(super) fn drop_key(value: &mut Value, pattern: &[&str], path: &mut Vec<String>, done: &mut Vec<String>) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return false;
    };
    let Some(map) = value.as_object_mut() else { return false };
    if rest.is_empty() {
        if map.shift_remove(*first).is_none() {
            return false;
        }
        path.push((*first).to_owned());
        done.push(super::became::removed(&path.join(".")));
        path.pop();
        return true;
    }
    let keys: Vec<String> = if *first == "*" {
        map.keys().cloned().collect()
    } else {
        vec![(*first).to_owned()]
    };
    let mut changed = false;
    for key in keys {
        let Some(below) = map.get_mut(&key) else { continue };
        path.push(key.clone());
        let dropped = drop_key(below, rest, path, done);
        let kept = keeps_empty(path);
        let empty = below.as_object().is_some_and(Map::is_empty);
        if dropped && empty && *first != "*" && !kept {
            map.shift_remove(&key);
        }
        path.pop();
        changed |= dropped;
    }
    changed
}

/// Returns whether a section stays although nothing is left in it.
fn keeps_empty(path: &[String]) -> bool {
    match path.first().map(String::as_str) {
        Some("security") => true,
        Some("agents") => {
            path.len()
                <= if path.get(1).is_some_and(|key| key == "entries") {
                    3
                } else {
                    2
                }
        }
        _ => false,
    }
}
