//! What the release changes while it reads a config, before it validates it
//! (facts/config-validation.md section 2.3: valid with a warning).

use serde_json::{Map, Value, json};

use super::problem::{Problem, get};
use super::rules::agent_id;

/// A config as it is validated.
pub(super) struct Migrated {
    pub(super) value: Value,
    /// What was changed; valid with a warning.
    pub(super) notes: Vec<Problem>,
    /// Whether one agent of several is the marked default, which counts as ownership said.
    pub(super) legacy_default: Option<String>,
}

/// Applies the changes in the order of the release.
pub(super) fn at_read(config: &Value) -> Migrated {
    let mut value = config.clone();
    let mut notes = Vec::new();
    context_budget(&mut value, &mut notes);
    let legacy_default = roster(&mut value, &mut notes);
    if legacy_default.is_some() {
        own_explicitly(&mut value);
    }
    Migrated {
        value,
        notes,
        legacy_default,
    }
}

fn note(notes: &mut Vec<Problem>, path: &[&str], message: &str, hint: &str) {
    let path: Vec<String> = path.iter().map(|segment| (*segment).to_owned()).collect();
    notes.push(Problem::mild(&path, "legacy", message).hint(hint));
}

const BUDGET: &str = "give contextTokens in models.providers.<provider>.models[]";

fn context_budget(config: &mut Value, notes: &mut Vec<Problem>) {
    let providers = config.pointer_mut("/models/providers").and_then(Value::as_object_mut);
    for (id, provider) in providers.into_iter().flatten() {
        let Some(map) = provider.as_object_mut() else { continue };
        for key in ["contextTokens", "contextWindow"] {
            let Some(given) = map.shift_remove(key) else { continue };
            for model in map
                .get_mut("models")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                if let Some(model) = model.as_object_mut() {
                    model.entry(key).or_insert_with(|| given.clone());
                }
            }
            let path = ["models", "providers", id, key];
            note(
                notes,
                &path,
                "a limit for a whole provider is an older layout; it is applied to its models",
                BUDGET,
            );
        }
    }
    let Some(agents) = config.get_mut("agents").and_then(Value::as_object_mut) else {
        return;
    };
    let old = "contextTokens of an agent is an older layout and is ignored";
    let mut drop = |entry: Option<&mut Value>, path: &[&str]| {
        let map = entry.and_then(Value::as_object_mut);
        if map.and_then(|map| map.shift_remove("contextTokens")).is_some() {
            note(notes, path, old, BUDGET);
        }
    };
    drop(agents.get_mut("defaults"), &["agents", "defaults", "contextTokens"]);
    for (id, entry) in agents
        .get_mut("entries")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        drop(Some(entry), &["agents", "entries", id, "contextTokens"]);
    }
    for (at, entry) in agents
        .get_mut("list")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .enumerate()
    {
        drop(Some(entry), &["agents", "list", &at.to_string(), "contextTokens"]);
    }
}

/// Turns older rosters into `agents.entries`; returns the marked default agent of several.
fn roster(config: &mut Value, notes: &mut Vec<Problem>) -> Option<String> {
    let root = config.as_object_mut()?;
    if root.get("agents").is_some_and(|agents| !agents.is_object()) {
        return None;
    }
    let mut agents = root
        .get("agents")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    if !agents.contains_key("entries") && agents.contains_key("list") {
        let entries = list_entries(agents.get("list")?)?;
        agents.shift_remove("list");
        agents.insert("entries".to_owned(), Value::Object(entries));
        note(
            notes,
            &["agents", "list"],
            "agents.list is an older layout",
            "use agents.entries: {<id>: {…}}",
        );
    }
    let entries = match agents.get("entries") {
        None => None,
        Some(Value::Object(entries)) => Some(entries.clone()),
        Some(_) => return None,
    };
    let Some(mut entries) = entries.filter(|entries| !entries.is_empty()) else {
        if agents.get("ownership").is_none_or(|own| own != "explicit") {
            agents.insert("entries".to_owned(), json!({"main": {}}));
        }
        root.insert("agents".to_owned(), Value::Object(agents));
        return None;
    };
    let valid: Vec<(String, Option<Value>)> = entries
        .iter()
        .filter_map(|(id, entry)| Some((id.clone(), entry.as_object()?.get("default").cloned())))
        .collect();
    let odd = valid
        .iter()
        .any(|(_, mark)| mark.as_ref().is_some_and(|mark| !mark.is_boolean()));
    if valid.is_empty() || odd {
        // The list form was accepted above only with entries that are objects.
        return None;
    }
    let marked: Vec<&String> = valid
        .iter()
        .filter(|(_, mark)| mark.as_ref() == Some(&Value::Bool(true)))
        .map(|(id, _)| id)
        .collect();
    let explicit = agents.get("ownership").is_some_and(|own| own == "explicit");
    let mut default = None;
    if let ([only], false) = (marked.as_slice(), explicit) {
        default = (valid.len() > 1).then(|| agent_id(only));
        let path = ["agents", "entries", only.as_str(), "default"];
        note(
            notes,
            &path,
            "default: true is an older layout",
            "say who owns what: agents.ownership and agentId fields",
        );
        for entry in entries.values_mut() {
            entry.as_object_mut().map(|entry| entry.shift_remove("default"));
        }
    }
    agents.insert("entries".to_owned(), Value::Object(entries));
    root.insert("agents".to_owned(), Value::Object(agents));
    default
}

fn list_entries(list: &Value) -> Option<Map<String, Value>> {
    let mut entries = Map::new();
    for entry in list.as_array()? {
        let mut entry = entry.as_object()?.clone();
        let Some(Value::String(id)) = entry.shift_remove("id") else {
            return None;
        };
        if id.is_empty() || agent_id(&id) != id || entries.contains_key(&id) {
            return None;
        }
        entries.insert(id, Value::Object(entry));
    }
    Some(entries)
}

fn own_explicitly(config: &mut Value) {
    let several = get(config, &["agents", "entries"])
        .and_then(Value::as_object)
        .is_some_and(|map| map.len() > 1);
    if let Some(agents) = config
        .get_mut("agents")
        .and_then(Value::as_object_mut)
        .filter(|_| several)
    {
        agents.entry("ownership").or_insert_with(|| json!("explicit"));
    }
}
