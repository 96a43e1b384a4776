//! Plugins that became parts of others: where the release moves their settings and the lists that name them, and where
//! it cannot (the product's legacy-config-migrations.runtime.providers and deferred-plugin-migration-config).

use serde_json::{Map, Value, json};

use super::super::problem::Problem;
use super::super::settings::{allowed, plugin_id};
use super::object;

const SUPERVISOR: &str = "codex-supervisor";
const OPENAI_CODEX: &str = "openai-codex";

/// Applies both moves, in the order of the release.
pub(super) fn repair(config: &mut Value, done: &mut Vec<String>) {
    supervisor(config, done);
    openai_codex(config, done);
}

/// `codex-supervisor` became `plugins.entries.codex.config.supervision`.
fn supervisor(config: &mut Value, done: &mut Vec<String>) {
    let Some(plugins) = object(config, &["plugins"]) else {
        return;
    };
    let denied = plugins
        .get("deny")
        .and_then(Value::as_array)
        .is_some_and(|ids| ids.iter().any(|id| is(id, SUPERVISOR)));
    if let Some(entries) = plugins.get_mut("entries").and_then(Value::as_object_mut) {
        supervisor_entry(entries, denied, done);
    }
    listed(plugins, "allow", SUPERVISOR, Some("codex"), done);
    listed(plugins, "deny", SUPERVISOR, None, done);
}

fn supervisor_entry(entries: &mut Map<String, Value>, denied: bool, done: &mut Vec<String>) {
    let Some(key) = entries.keys().find(|key| plugin_id(key) == SUPERVISOR).cloned() else {
        return;
    };
    let Some(old) = entries.shift_remove(&key) else { return };
    let Value::Object(old) = old else {
        done.push(format!("plugins.entries.{key}, which is no object, is removed"));
        return;
    };
    let on = old.get("enabled") == Some(&Value::Bool(true)) && !denied;
    let target = entries.keys().find(|key| plugin_id(key) == "codex").cloned();
    let Some(target) = inner(entries, target.as_deref().unwrap_or("codex")) else {
        return;
    };
    if on {
        target.entry("enabled").or_insert(Value::Bool(true));
    }
    let Some(supervision) = inner(target, "config").and_then(|config| inner(config, "supervision")) else {
        return;
    };
    supervision.entry("enabled").or_insert(Value::Bool(on));
    for (name, fits) in [
        ("endpoints", Value::is_array as fn(&Value) -> bool),
        ("allowRawTranscripts", Value::is_boolean),
        ("allowWriteControls", Value::is_boolean),
    ] {
        let given = old.get("config").and_then(|config| config.get(name));
        if let Some(given) = given.filter(|given| fits(given)) {
            supervision.entry(name).or_insert(given.clone());
        }
    }
    done.push(format!(
        "plugins.entries.{key} moves to plugins.entries.codex.config.supervision"
    ));
}

/// `openai-codex` became `openai`.
fn openai_codex(config: &mut Value, done: &mut Vec<String>) {
    let Some(plugins) = object(config, &["plugins"]) else {
        return;
    };
    listed(plugins, "allow", OPENAI_CODEX, Some("openai"), done);
    listed(plugins, "deny", OPENAI_CODEX, Some("openai"), done);
    if let Some(entries) = plugins.get_mut("entries").and_then(Value::as_object_mut)
        && let Some(old) = entries.shift_remove(OPENAI_CODEX)
    {
        entries.entry("openai").or_insert(old);
        done.push(format!("plugins.entries.{OPENAI_CODEX} becomes plugins.entries.openai"));
    }
    for (slot, id) in object(config, &["plugins", "slots"]).into_iter().flatten() {
        if id == OPENAI_CODEX {
            *id = json!("openai");
            done.push(format!("plugins.slots.{slot} becomes openai"));
        }
    }
}

/// Returns the object of a key; another value is replaced by one.
fn inner<'m>(map: &'m mut Map<String, Value>, key: &str) -> Option<&'m mut Map<String, Value>> {
    let value = map.entry(key.to_owned()).or_insert(Value::Null);
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut()
}

fn is(given: &Value, id: &str) -> bool {
    given.as_str().is_some_and(|given| plugin_id(given) == id)
}

/// Replaces an id in a list, or takes it out; what is then there twice stays once.
fn listed(plugins: &mut Map<String, Value>, list: &str, id: &str, to: Option<&str>, done: &mut Vec<String>) {
    let Some(ids) = plugins.get_mut(list).and_then(Value::as_array_mut) else {
        return;
    };
    if !ids.iter().any(|one| is(one, id)) {
        return;
    }
    let mut seen = std::collections::HashSet::new();
    *ids = std::mem::take(ids)
        .into_iter()
        .filter_map(|one| match is(&one, id) {
            true => to.map(|to| json!(to)),
            false => Some(one),
        })
        .filter(|one| one.as_str().is_none_or(|one| seen.insert(plugin_id(one))))
        .collect();
    done.push(match to {
        Some(to) => format!("{id} in plugins.{list} becomes {to}"),
        None => format!("{id} is removed from plugins.{list}"),
    });
}

/// Returns the retired ids whose settings a start puts back after it has moved them: those of plugins that are on and
/// not installed. The older layout is in the file again then, and the start is refused.
pub(super) fn put_back(config: &Value, is_installed: &dyn Fn(&str) -> bool) -> Vec<Problem> {
    let entries = config.get("plugins").and_then(|plugins| plugins.get("entries"));
    let entries = entries.and_then(Value::as_object).into_iter().flatten();
    let kept = entries.filter(|(key, entry)| {
        let id = plugin_id(key);
        // The release looks for the one in any letter case, for the other as it is written.
        (id == SUPERVISOR || *key == OPENAI_CODEX)
            && entry.get("config").is_some()
            && allowed(config, &id)
            && !is_installed(&id)
    });
    kept.map(|(key, _)| {
        let to = match plugin_id(key).as_str() {
            SUPERVISOR => "plugins.entries.codex.config.supervision",
            _ => "plugins.entries.openai.config",
        };
        let words = format!(
            "this id is retired, and while it is on and has a config the start cannot move that; move it to {to} and \
             remove the entry"
        );
        Problem::mild(&["plugins", "entries", key].map(str::to_owned), "legacy", words)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(mut config: Value) -> (Value, usize) {
        let mut done = Vec::new();
        repair(&mut config, &mut done);
        (config, done.len())
    }

    #[test]
    fn settings_move_to_the_plugin_that_took_them_over() {
        for (before, after, changes) in [
            (
                json!({"plugins": {"entries": {"Codex-Supervisor": {"enabled": true, "config": {"endpoints": ["a"], "x": 1}}}}}),
                json!({"plugins": {"entries": {"codex": {"enabled": true, "config": {"supervision": {"enabled": true, "endpoints": ["a"]}}}}}}),
                1,
            ),
            (
                json!({"plugins": {"deny": ["codex-supervisor", "b"], "entries": {"codex-supervisor": {"enabled": true}, "codex": {"enabled": false}}}}),
                json!({"plugins": {"deny": ["b"], "entries": {"codex": {"enabled": false, "config": {"supervision": {"enabled": false}}}}}}),
                2,
            ),
            (
                json!({"plugins": {"allow": ["codex-supervisor", "codex"], "entries": {"codex-supervisor": 1}}}),
                json!({"plugins": {"allow": ["codex"], "entries": {}}}),
                2,
            ),
            (
                json!({"plugins": {"allow": ["openai-codex"], "slots": {"a": "openai-codex"}, "entries": {"openai-codex": {"config": {}}}}}),
                json!({"plugins": {"allow": ["openai"], "slots": {"a": "openai"}, "entries": {"openai": {"config": {}}}}}),
                3,
            ),
            (
                json!({"plugins": {"entries": {"openai-codex": {"config": {"a": 1}}, "openai": {}}}}),
                json!({"plugins": {"entries": {"openai": {}}}}),
                1,
            ),
            (
                json!({"plugins": {"entries": {"codex": {}}}}),
                json!({"plugins": {"entries": {"codex": {}}}}),
                0,
            ),
        ] {
            assert_eq!(repaired(before), (after, changes));
        }
    }

    #[test]
    fn settings_of_a_plugin_that_is_on_and_not_installed_are_put_back() {
        let entry = |plugins: Value| json!({"plugins": plugins});
        let on = |id: &str| entry(json!({"entries": {id: {"config": {}}}}));
        for (config, kept) in [
            (on("codex-supervisor"), true),
            (on("Codex-Supervisor"), true),
            (on("openai-codex"), true),
            (on("codex"), false),
            (
                entry(json!({"entries": {"codex-supervisor": {"enabled": true}}})),
                false,
            ),
            (
                entry(json!({"entries": {"codex-supervisor": {"enabled": false, "config": {}}}})),
                false,
            ),
            (
                entry(json!({"enabled": false, "entries": {"codex-supervisor": {"config": {}}}})),
                false,
            ),
            (
                entry(json!({"deny": ["codex-supervisor"], "entries": {"codex-supervisor": {"config": {}}}})),
                false,
            ),
            (
                entry(json!({"allow": ["openai"], "entries": {"codex-supervisor": {"config": {}}}})),
                false,
            ),
        ] {
            assert_eq!(!put_back(&config, &|_| false).is_empty(), kept, "{config}");
            assert!(put_back(&config, &|_| true).is_empty());
        }
    }
}
