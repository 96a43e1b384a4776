//! What a starting Gateway changes in providers, MCP servers and agents.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::super::problem::get;
use super::super::rules::agent_id;
use super::super::table::Table;
use super::object;

/// Renames the api that was removed, and drops formats of thinking that are none.
pub(super) fn providers(config: &mut Value, done: &mut Vec<String>) {
    let path = ["models", "providers", "*", "models", "*", "compat", "thinkingFormat"];
    let formats = Table::core().constants(&path);
    for (id, provider) in object(config, &["models", "providers"]).into_iter().flatten() {
        let Some(provider) = provider.as_object_mut() else {
            continue;
        };
        let mut rename = |map: &mut Map<String, Value>| {
            if map.get("api").is_some_and(|api| api == "openai-codex-responses") {
                map.insert("api".to_owned(), json!("openai-chatgpt-responses"));
                done.push(format!("models.providers.{id}: api becomes openai-chatgpt-responses"));
            }
        };
        rename(provider);
        for model in provider
            .get_mut("models")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            model.as_object_mut().map(&mut rename);
        }
        for model in provider
            .get_mut("models")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            let Some(compat) = model.get_mut("compat").and_then(Value::as_object_mut) else {
                continue;
            };
            for key in ["nativeWebSearchTool", "requiresMistralToolIds"] {
                if compat.shift_remove(key).is_some() {
                    done.push(format!("models.providers.{id}: compat.{key} is removed"));
                }
            }
            if compat
                .get("thinkingFormat")
                .is_some_and(|format| !formats.contains(format))
            {
                compat.shift_remove("thinkingFormat");
                done.push(format!(
                    "models.providers.{id}: an unknown compat.thinkingFormat is removed"
                ));
            }
        }
    }
}

/// Renames keys of MCP servers.
pub(super) fn servers(config: &mut Value, done: &mut Vec<String>) {
    for path in [&["mcp", "servers"][..], &["nodeHost", "mcp", "servers"]] {
        for (id, server) in object(config, path).into_iter().flatten() {
            let Some(server) = server.as_object_mut() else { continue };
            if let Some(Value::Bool(disabled)) = server.get("disabled").cloned() {
                server.shift_remove("disabled");
                server.entry("enabled").or_insert(Value::Bool(!disabled));
                done.push(format!("{0}.{id}.disabled moves to {0}.{id}.enabled", path.join(".")));
            }
            if let Some(codex) = server.get_mut("codex").and_then(Value::as_object_mut)
                && let Some(mode) = codex.shift_remove("default_tools_approval_mode")
            {
                codex.entry("defaultToolsApprovalMode").or_insert(mode);
                let place = format!("{}.{id}.codex", path.join("."));
                done.push(format!(
                    "{place}.default_tools_approval_mode moves to {place}.defaultToolsApprovalMode"
                ));
            }
            for (from, to, seconds) in [
                ("connectTimeout", "connectionTimeoutMs", true),
                ("connect_timeout", "connectionTimeoutMs", true),
                ("timeout", "requestTimeoutMs", true),
                ("workingDirectory", "cwd", false),
                ("supports_parallel_tool_calls", "supportsParallelToolCalls", false),
                ("ssl_verify", "sslVerify", false),
                ("client_cert", "clientCert", false),
                ("client_key", "clientKey", false),
            ] {
                let Some(value) = server.shift_remove(from) else {
                    continue;
                };
                let value = match value.as_f64().filter(|_| seconds) {
                    Some(number) if number > 0.0 => Some(json!(number * 1000.0)),
                    _ if seconds => None,
                    _ => Some(value),
                };
                if let Some(value) = value {
                    server.entry(to).or_insert(value);
                }
                done.push(format!("{0}.{id}.{from} moves to {0}.{id}.{to}", path.join(".")));
            }
        }
    }
}

/// Changes every agent scope, and the tools of the whole file.
pub(super) fn agents(config: &mut Value, done: &mut Vec<String>) {
    let narrowed = narrowed(config);
    tools(config, &["tools"], narrowed.contains(&None), done);
    scope(config, &["agents", "defaults"], done);
    let entries = get(config, &["agents", "entries"]).and_then(Value::as_object);
    let ids: Vec<String> = entries.into_iter().flat_map(|map| map.keys().cloned()).collect();
    for id in &ids {
        scope(config, &["agents", "entries", id], done);
        let narrow = narrowed.contains(&Some(id.clone()));
        tools(config, &["agents", "entries", id, "tools"], narrow, done);
    }
}

/// Returns the scopes (an agent, or none for the whole file) whose `alsoAllow` a profile needs beside it, so that the
/// release leaves it as it is.
fn narrowed(config: &Value) -> Vec<Option<String>> {
    let profile = |tools: Option<&Value>| tools.and_then(|tools| tools.get("profile")).cloned();
    let narrow = |profile: &Option<Value>| profile.as_ref().is_some_and(|one| !one.is_null() && one != "full");
    let shared = config.get("tools");
    let mut out = Vec::new();
    if narrow(&profile(shared)) {
        out.push(None);
    }
    for (id, entry) in get(config, &["agents", "entries"])
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let own = entry.get("tools");
        if !narrow(&profile(own).or_else(|| profile(shared))) {
            continue;
        }
        let lists = own
            .and_then(|tools| tools.get("alsoAllow"))
            .is_some_and(Value::is_array);
        out.push(lists.then(|| id.clone()));
    }
    out
}

fn scope(config: &mut Value, path: &[&str], done: &mut Vec<String>) {
    let Some(map) = object(config, path) else { return };
    let name = path.join(".");
    if let Some(sandbox) = map.get_mut("sandbox").and_then(Value::as_object_mut)
        && let Some(Value::Bool(own)) = sandbox.get("perSession").cloned()
    {
        sandbox.shift_remove("perSession");
        sandbox
            .entry("scope")
            .or_insert(json!(if own { "session" } else { "shared" }));
        done.push(format!("{name}.sandbox.perSession moves to {name}.sandbox.scope"));
    }
    for (id, backend) in map
        .get_mut("cliBackends")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        let Some(backend) = backend.as_object_mut() else {
            continue;
        };
        let Some(old) = backend.shift_remove("sessionArg") else {
            continue;
        };
        if old.is_string() {
            backend
                .entry("sessionArgs")
                .or_insert_with(|| json!([old, "{sessionId}"]));
        }
        let place = format!("{name}.cliBackends.{id}");
        done.push(format!("{place}.sessionArg moves to {place}.sessionArgs"));
    }
    let Some(compaction) = map.get_mut("compaction").and_then(Value::as_object_mut) else {
        return;
    };
    for key in ["customInstructions", "identifierInstructions"] {
        if compaction.shift_remove(key).is_some() {
            done.push(format!("{name}.compaction.{key} is removed"));
        }
    }
    if compaction
        .get("identifierPolicy")
        .is_some_and(|policy| policy == "custom")
    {
        compaction.insert("identifierPolicy".to_owned(), json!("strict"));
        done.push(format!("{name}.compaction.identifierPolicy custom becomes strict"));
    }
}

fn tools(config: &mut Value, path: &[&str], narrow: bool, done: &mut Vec<String>) {
    let name = path.join(".");
    if let Some(exec) = object(config, &[path, &["exec"]].concat()).filter(|exec| exec.contains_key("mode")) {
        let had = exec.shift_remove("security").is_some() | exec.shift_remove("ask").is_some();
        if had {
            done.push(format!(
                "{name}.exec.security and {name}.exec.ask are removed, because mode is set"
            ));
        }
    }
    let Some(map) = object(config, path) else { return };
    for (id, policy) in map
        .get_mut("byProvider")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        let own = policy.get("profile").is_some_and(|one| !one.is_null() && one != "full");
        if let Some(policy) = policy.as_object_mut().filter(|_| !own) {
            merge(policy, &format!("{name}.byProvider.{id}"), done);
        }
    }
    if !narrow {
        merge(map, &name, done);
    }
}

fn merge(map: &mut Map<String, Value>, name: &str, done: &mut Vec<String>) {
    let list = |key: &str| {
        map.get(key)
            .and_then(Value::as_array)
            .filter(|list| !list.is_empty())
            .cloned()
    };
    if let (Some(mut allow), Some(also)) = (list("allow"), list("alsoAllow")) {
        allow.extend(also);
        map.insert("allow".to_owned(), Value::Array(allow));
        map.shift_remove("alsoAllow");
        done.push(format!("{name}.alsoAllow moves to {name}.allow"));
    }
}

/// Turns the older roster into `agents.entries`.
pub(super) fn listed(config: &mut Value, done: &mut Vec<String>) {
    let Some(agents) = object(config, &["agents"]) else {
        return;
    };
    if agents.get("list").is_some_and(Value::is_array)
        && let Some(Value::Array(list)) = agents.shift_remove("list")
    {
        let mut entries = Map::with_capacity(list.len());
        let mut renamed = Vec::new();
        for entry in list {
            let Value::Object(mut entry) = entry else { continue };
            let given = entry.shift_remove("id");
            let given = given.as_ref().and_then(Value::as_str).unwrap_or_default();
            let wanted = match given.is_empty() {
                true => Cow::Borrowed("agent"),
                false => agent_id(given),
            };
            let numbered = (2..).map(|number| format!("{wanted}-{number}"));
            let mut ids = std::iter::once(wanted.clone().into_owned()).chain(numbered);
            let Some(id) = ids.find(|id| !entries.contains_key(id)) else {
                continue;
            };
            match given {
                "" => renamed.push(format!("an agent without an id becomes {id}")),
                given if given != id => renamed.push(format!("{given} becomes {id}")),
                _ => {}
            }
            entries.insert(id, Value::Object(entry));
        }
        agents.entry("entries").or_insert(Value::Object(entries));
        let renamed = match renamed.len() {
            0 => String::new(),
            1..=5 => format!(" ({})", renamed.join(", ")),
            many => format!(" ({many} agents get another id)"),
        };
        done.push(format!("agents.list moves to agents.entries{renamed}"));
    }
}

/// Says who owns what.
pub(super) fn roster(config: &mut Value, done: &mut Vec<String>) {
    for (at, binding) in config
        .get_mut("bindings")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .enumerate()
    {
        if let Some(kind) = binding.pointer_mut("/match/peer/kind").filter(|kind| *kind == "dm") {
            *kind = json!("direct");
            done.push(format!("bindings.{at}.match.peer.kind dm becomes direct"));
        }
    }
    let Some(agents) = object(config, &["agents"]) else {
        return;
    };
    let entries = agents.get("entries").and_then(Value::as_object);
    let several = entries.is_some_and(|map| map.len() > 1);
    let marked = entries
        .into_iter()
        .flat_map(|map| map.values())
        .any(|entry| entry.get("default") == Some(&Value::Bool(true)));
    if several && !marked && !agents.contains_key("ownership") {
        agents.insert("ownership".to_owned(), json!("explicit"));
        done.push("agents.ownership becomes explicit".to_owned());
    }
}
