//! Settings of channels and plugins against what the release, or an installed plugin, takes.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::installed::Installed;
use super::problem::{Problem, get};
use super::schema::{self, Checked, Home, Tables, Where};
use super::secret_refs;

/// Returns what the settings of a channel break, and whether they were checked in full.
pub(super) fn channel(id: &str, key: &str, value: Option<&Value>, installed: &Installed<'_>) -> Checked {
    let path = ["channels", id].map(str::to_owned);
    let Some(value) = value else {
        // The release looks the settings up under the trimmed name, where there are none.
        let words = format!("write {id:?} without blanks around it: the settings below {key:?} are not read");
        return of(vec![Problem::mild(&path, "type", words)]);
    };
    let mut manifests = installed.manifests.iter().flat_map(|manifest| &manifest.channels);
    if let Some((_, Some(schema))) = manifests.find(|(own, _)| own == id) {
        let mut found = schema::check(&Home::Document(schema), schema, value, &path, true);
        found.problems.retain(|problem| !allowed_by_host(problem, value));
        return found;
    }
    let tables = installed.settings();
    match tables.channel(id).and_then(|channel| tables.of_channel(channel)) {
        Some(schema) => schema::check(&Home::table(tables), &schema, value, &path, true),
        None => Checked {
            partly: true,
            ..Checked::default()
        },
    }
}

/// Returns whether a channel is known to the release and refused in a config all the same.
pub(super) fn is_hidden(id: &str, installed: &Installed<'_>) -> bool {
    let hidden = installed
        .settings()
        .channel(id)
        .is_some_and(|channel| channel.lies == Where::Hidden);
    hidden
        && !installed
            .manifests
            .iter()
            .flat_map(|manifest| &manifest.channels)
            .any(|(own, _)| own == id)
}

/// The release adds to the schema of an installed channel: SecretRefs as credentials, and `heartbeatVisibility`.
fn allowed_by_host(problem: &Problem, channel: &Value) -> bool {
    let below: Vec<&str> = problem.path.iter().skip(2).map(String::as_str).collect();
    match problem.kind {
        "unknown_key" => problem.keys.iter().all(|key| key == "heartbeatVisibility"),
        "type" | "union" => walk(channel, &below).is_some_and(secret_refs::is_ref),
        _ => false,
    }
}

fn walk<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| match value {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => value.get(*key),
    })
}

/// Returns what channels of the release break where nothing is filled in: the release checks so beside a SecretRef that
/// is not allowed at its place, whose path is in `told`.
pub(super) fn raw_channels(config: &Value, tables: &'static Tables, told: &[Vec<String>]) -> Vec<Problem> {
    let Some(channels) = config
        .get("channels")
        .and_then(Value::as_object)
        .filter(|map| !map.is_empty())
    else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (id, channel) in tables.channels().filter(|(_, channel)| channel.lies != Where::Hidden) {
        let Some((value, schema)) = channels.get(*id).zip(tables.of_channel(*channel)) else {
            continue;
        };
        let path = ["channels", id].map(str::to_owned);
        out.extend(schema::check(&Home::table(tables), &schema, value, &path, false).problems);
    }
    let is_told = |problem: &Problem| {
        let is_key = |key: &String| told.iter().any(|path| path.split_last() == Some((key, &problem.path)));
        problem.kind == "unknown_key" && problem.keys.iter().all(is_key)
    };
    out.retain(|problem| !is_told(problem));
    out
}

/// Returns what `plugins.entries.<id>.config` breaks.
pub(super) fn plugin(id: &str, config: Option<&Value>, installed: &Installed<'_>) -> Checked {
    let path = ["plugins", "entries", id, "config"].map(str::to_owned);
    let empty = Value::Object(Map::new());
    let value = config.unwrap_or(&empty);
    if let Some(manifest) = installed.manifests.iter().find(|manifest| manifest.id == id) {
        return match &manifest.config {
            Some(schema) => schema::check(&Home::Document(schema), schema, value, &path, true),
            None => Checked {
                partly: true,
                ..Checked::default()
            },
        };
    }
    let tables = installed.settings();
    let schema: Option<Rc<Value>> = tables.of_plugin(id);
    match schema {
        Some(schema) => schema::check(&Home::table(tables), &schema, value, &path, true),
        None => Checked::default(),
    }
}

fn of(problems: Vec<Problem>) -> Checked {
    Checked {
        problems,
        partly: false,
    }
}

/// Returns whether a plugin is switched on in so many words.
pub(super) fn switched_on(config: &Value, id: &str) -> bool {
    get(config, &["plugins", "entries", id, "enabled"]) == Some(&Value::Bool(true)) && allowed(config, id)
}

/// Returns whether nothing under `plugins` forbids a plugin.
pub(super) fn allowed(config: &Value, id: &str) -> bool {
    let named = named_in(config, "allow", id);
    switched_off(config, id).is_none() && named.is_none_or(|named| named)
}

/// Returns what under `plugins` switches a plugin off.
pub(super) fn switched_off(config: &Value, id: &str) -> Option<String> {
    let off = |value: Option<&Value>| value == Some(&Value::Bool(false));
    if off(get(config, &["plugins", "enabled"])) {
        return Some("plugins.enabled: false".to_owned());
    }
    if named_in(config, "deny", id) == Some(true) {
        return Some("plugins.deny".to_owned());
    }
    let entries = get(config, &["plugins", "entries"]).and_then(Value::as_object);
    let mut entries = entries.into_iter().flatten();
    let own = entries.find(|(key, entry)| plugin_id(key) == id && off(entry.get("enabled")))?;
    Some(format!("plugins.entries.{}", own.0))
}

/// Returns whether a list under `plugins` names a plugin; none where there is no such list.
fn named_in(config: &Value, list: &str, id: &str) -> Option<bool> {
    let ids = get(config, &["plugins", list]).and_then(Value::as_array);
    let ids = ids.filter(|ids| !ids.is_empty())?;
    Some(ids.iter().filter_map(Value::as_str).any(|one| plugin_id(one) == id))
}

/// Returns the id under which a plugin is looked up: ids are written in any letter case, and a few have second names.
pub(super) fn plugin_id(written: &str) -> String {
    let id = crate::secret::value::js_trim(written).to_lowercase();
    match id.as_str() {
        "google-gemini-cli" => "google".to_owned(),
        "minimax-portal" | "minimax-portal-auth" => "minimax".to_owned(),
        _ => id,
    }
}
