//! Older layouts: what became of a key, and the changes that a Gateway makes to the file when it
//! starts (facts/config-validation.md sections 2.1, 2.3 and 7).

mod became;
mod bindings;
mod channel_effects;
mod effects;
mod keys;
mod moves;
#[cfg(test)]
mod played;
mod plugin_ids;
mod scopes;
mod settings;
mod shapes;
mod switches;

use std::collections::HashSet;

use serde_json::{Map, Value};

pub(crate) use became::{GONE, became};

use super::problem::Problem;
use super::retired;
use super::table::Table;

/// Host names that older releases took for `gateway.bind`.
const BIND: [(&str, &str); 8] = [
    ("0.0.0.0", "lan"),
    ("::", "lan"),
    ("[::]", "lan"),
    ("*", "lan"),
    ("127.0.0.1", "loopback"),
    ("localhost", "loopback"),
    ("::1", "loopback"),
    ("[::1]", "loopback"),
];

/// Returns what became of a key that the release does not take, if it was one once.
pub(super) fn note(path: &[String], key: &str) -> Option<String> {
    if matches!(path.first().map(String::as_str), Some("channels" | "plugins"))
        && let Some(moved) = settings::note(path, key)
    {
        return Some(moved);
    }
    let joined = path.join(".");
    let moved = match (joined.as_str(), key) {
        ("env", key) if crate::secret::value::is_env_name(key) => {
            return Some(format!(
                "since the 2026.9 line variables belong in env.vars: env: {{ vars: {{ {key}: … }} }}"
            ));
        }
        ("agents", "list") => "the list became agents.entries: {<id>: {…}}",
        ("gateway.remote", "enabled") => "it was removed: gateway.mode: \"remote\" says it",
        ("session", "idleMinutes") => "it became session.reset.idleMinutes",
        ("", "heartbeat") => "it became agents.defaults.heartbeat",
        ("", "defaultModel") => "it became agents.defaults.model",
        ("", "routing") => "it became bindings, channels and messages",
        ("", "identity" | "bridge" | "cli") => "it was removed",
        _ if retired::is_dropped(path, key) => {
            return Some(GONE.to_owned());
        }
        _ => return moves::note(path, key),
    };
    Some(moved.to_owned())
}

/// Returns what became of a value that the release does not take.
pub(super) fn constant(path: &[String], given: &str) -> Option<String> {
    let joined = path.join(".");
    if joined == "gateway.bind" {
        let given = crate::secret::value::js_trim(given).to_lowercase();
        if let Some((_, mode)) = BIND.iter().find(|(host, _)| *host == given) {
            return Some(format!("an address became a mode: write {mode:?}"));
        }
        return bind_address(&given);
    }
    let to = match (joined.as_str(), given) {
        (_, "openai-codex-responses") => "openai-chatgpt-responses",
        ("gateway.reload.mode", "hot" | "restart") => "hybrid",
        ("logging.consoleStyle", "compact") => "pretty",
        ("diagnostics.otel.protocol", "grpc") => "http/protobuf",
        _ => return None,
    };
    Some(format!("{given:?} was removed; write {to:?}"))
}

/// Returns what to write for an address that was given as `gateway.bind`.
fn bind_address(given: &str) -> Option<String> {
    let host = given.trim_start_matches('[').trim_end_matches(']');
    let address: std::net::IpAddr = host.parse().ok()?;
    // 100.64.0.0/10 and fd7a:115c:a1e0::/48 are the addresses that Tailscale gives out.
    let tailnet = match address {
        std::net::IpAddr::V4(v4) => v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64,
        std::net::IpAddr::V6(v6) => v6.segments()[..3] == [0xfd7a, 0x115c, 0xa1e0],
    };
    let own = format!("bind: \"custom\" with customBindHost: {host:?}");
    Some(if tailnet {
        format!("an address is not a mode: write bind: \"tailnet\" for the Tailscale address, or {own}")
    } else if address.is_loopback() {
        format!("an address is not a mode: write bind: \"loopback\", or {own}")
    } else {
        format!("an address is not a mode: write {own}, or bind: \"lan\" for all addresses")
    })
}

/// Applies the changes that a Gateway makes when it starts; returns them in words. What a release of `keeps` knows at its
/// place stays there: they are the changes of the newest release, and an older one makes fewer.
pub(super) fn repair(config: &mut Value, keeps: Option<&Table>) -> Vec<String> {
    let mut done = Vec::new();
    let by_name = keeps.is_none_or(Table::has_roster);
    keys::flat_env(config, &mut done);
    keys::values(config, &mut done);
    keys::roots(config, &mut done);
    let owner = bindings::first_of_list(config).filter(|_| by_name);
    if by_name {
        scopes::listed(config, &mut done);
    }
    switches::repair(config, keeps, &mut done);
    moves::repair(config, keeps, &mut done);
    effects::repair(config, keeps, &mut done);
    shapes::repair(config, &mut done);
    scopes::servers(config, &mut done);
    scopes::providers(config, &mut done);
    scopes::agents(config, &mut done);
    scopes::roster(config, &mut done);
    if let Some(owner) = owner {
        bindings::keep_owner(config, &owner, &mut done);
    }
    plugin_ids::repair(config, &mut done);
    if keeps.is_none() {
        channel_effects::repair(config, &mut done);
    }
    settings::repair(config, &mut done);
    let of_agents = agent_keys(config);
    for pattern in retired::keys() {
        if keeps.is_some_and(|table| table.knows(&pattern)) {
            continue;
        }
        if let ["agents", "entries", "*", key, ..] = pattern.as_slice()
            && !of_agents.contains(*key)
        {
            continue;
        }
        keys::drop_key(config, &pattern, &mut Vec::new(), &mut done);
    }
    done
}

/// Returns what stays in the older layout although a start would move it.
pub(super) fn put_back(config: &Value, is_installed: &dyn Fn(&str) -> bool) -> Vec<Problem> {
    plugin_ids::put_back(config, is_installed)
}

/// Returns the keys that any agent has: there may be thousands of agents, and some dozen dropped keys to look for.
fn agent_keys(config: &Value) -> HashSet<String> {
    let entries = config.get("agents").and_then(|agents| agents.get("entries"));
    let entries = entries.and_then(Value::as_object).into_iter().flat_map(Map::values);
    let mut keys = HashSet::new();
    for key in entries.filter_map(Value::as_object).flat_map(Map::keys) {
        if !keys.contains(key) {
            keys.insert(key.clone());
        }
    }
    keys
}

/// Returns the object at a path.
fn object<'v>(config: &'v mut Value, path: &[&str]) -> Option<&'v mut Map<String, Value>> {
    path.iter()
        .try_fold(config, |value, key| value.as_object_mut()?.get_mut(*key))?
        .as_object_mut()
}
