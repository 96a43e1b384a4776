//! Settings of channels and plugins as parts of the JSON Schema.

use serde_json::{Map, Value, json};

use super::{constants, portable, to, unless_included, unless_reference};
use crate::config::schema::{Tables, Where};
use crate::model::snapshot::PluginSettings;

/// Members of `channels` that are no channel.
const NO_CHANNEL: [&str; 3] = ["defaults", "modelByChannel", "$include"];

/// Adds them to the root.
pub(super) fn add(root: &mut Value, parts: &mut Map<String, Value>, installed: &[PluginSettings]) {
    let tables = Tables::newest();
    let mut channels = Map::new();
    let mut settings = Map::new();
    let mut table = Table { tables, parts };
    for (id, channel) in tables.channels().filter(|(_, channel)| channel.lies != Where::Hidden) {
        let schema = tables.of_channel(*channel).map(|schema| table.part(&schema, true));
        channels.insert((*id).to_owned(), schema.unwrap_or_else(|| json!({})));
    }
    for id in tables.plugin_ids() {
        if let Some(schema) = tables.of_plugin(id) {
            settings.insert(id.to_owned(), table.part(&schema, true));
        }
    }
    for one in installed {
        for (id, schema) in &one.channels {
            let schema = schema
                .as_ref()
                .map(|schema| own(schema, &format!("channel-{id}"), true, parts));
            channels.insert(id.clone(), schema.unwrap_or_else(|| json!({})));
        }
        let schema = one
            .config
            .as_ref()
            .map(|schema| own(schema, &format!("plugin-{}", one.id), false, parts));
        settings.insert(one.id.clone(), schema.unwrap_or_else(|| json!({})));
    }
    only_known_channels(root, &channels);
    if let Some(members) = root
        .pointer_mut("/properties/channels/properties")
        .and_then(Value::as_object_mut)
    {
        members.extend(channels);
    }
    let Some(entries) = root.pointer_mut("/properties/plugins/properties/entries") else {
        return;
    };
    let entry = entries["additionalProperties"].clone();
    let name = "plugin-entry";
    parts.insert(name.to_owned(), entry);
    entries["additionalProperties"] = to(name);
    for (id, schema) in settings {
        let own = json!({"properties": {"config": {"if": {"type": "object"}, "then": schema}}});
        // Under its own name for editors to offer; in other letters the release takes it as well.
        entries["patternProperties"][other_letters(&id)] = own.clone();
        entries["properties"][id.as_str()] = json!({"allOf": [to(name), own]});
    }
}

/// Without `plugins` nothing can stand for a channel that is not known here: it is a typing error.
fn only_known_channels(root: &mut Value, channels: &Map<String, Value>) {
    let names = channels.keys().map(String::as_str).chain(NO_CHANNEL);
    let names: Vec<String> = names.map(|name| name.replace('$', r"\$")).collect();
    let pattern = format!(r"^\s*(?:{})?\s*$", names.join("|"));
    root["if"] = json!({"not": {"anyOf": [{"required": ["plugins"]}, {"required": ["$include"]}]}});
    root["then"] = json!({"properties": {"channels": {"propertyNames": {"pattern": pattern}}}});
}

/// An id in any letter case, with blanks around it, but not as it is.
fn other_letters(id: &str) -> String {
    let letters: String = id
        .chars()
        .map(|c| match c.is_ascii_lowercase() {
            true => format!("[{c}{}]", c.to_ascii_uppercase()),
            false => format!("[{c}]"),
        })
        .collect();
    format!(r"^(?!{id}$)\s*{letters}\s*$")
}

/// The table of the release, whose schemas name parts by their hash.
struct Table<'p> {
    tables: &'static Tables,
    parts: &'p mut Map<String, Value>,
}

impl Table<'_> {
    /// Returns a schema as editors read it. `filled` says that defaults are filled in before the release checks.
    fn part(&mut self, schema: &Value, filled: bool) -> Value {
        let Value::Object(schema) = schema else {
            return schema.clone();
        };
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            return self.named(name, filled);
        }
        let mut out = Map::new();
        for (keyword, value) in schema {
            match (keyword.as_str(), value) {
                ("default" | "format", _) => {}
                ("required", Value::Array(names)) => {
                    let wanted: Vec<&Value> = names
                        .iter()
                        .filter(|name| !(filled && self.has_default(schema, name.as_str().unwrap_or_default())))
                        .collect();
                    if !wanted.is_empty() {
                        out.insert("required".to_owned(), json!(wanted));
                    }
                }
                ("properties" | "patternProperties", Value::Object(members)) => {
                    let members = members
                        .iter()
                        .map(|(key, member)| (key.clone(), self.part(member, filled)));
                    out.insert(keyword.clone(), Value::Object(members.collect()));
                }
                ("additionalProperties" | "items" | "additionalItems", Value::Object(_)) => {
                    out.insert(keyword.clone(), self.part(value, filled));
                }
                ("items" | "prefixItems", Value::Array(items)) => {
                    out.insert(
                        "items".to_owned(),
                        items.iter().map(|item| self.part(item, filled)).collect(),
                    );
                }
                ("anyOf" | "oneOf" | "allOf", Value::Array(branches)) => {
                    let filled = filled && keyword == "allOf";
                    let branches = branches.iter().map(|branch| self.part(branch, filled));
                    out.insert(keyword.clone(), branches.collect());
                }
                ("propertyNames" | "not" | "if" | "then" | "else", _) => {
                    out.insert(keyword.clone(), self.part(value, false));
                }
                _ => {
                    out.insert(keyword.clone(), value.clone());
                }
            }
        }
        lenient(out, schema)
    }

    fn named(&mut self, name: &str, filled: bool) -> Value {
        let own = format!("{name}{}", if filled { "" } else { "-as-written" });
        if !self.parts.contains_key(&own) {
            self.parts.insert(own.clone(), Value::Null);
            let schema = self.tables.named(name);
            let part = schema.map_or_else(|| json!({}), |schema| self.part(&schema, filled));
            self.parts.insert(own.clone(), part);
        }
        to(&own)
    }

    fn has_default(&self, schema: &Map<String, Value>, name: &str) -> bool {
        let member = schema.get("properties").and_then(|members| members.get(name));
        let named = member.and_then(|member| self.tables.named(member.get("$ref")?.as_str()?));
        let has = |schema: &Value| schema.get("default").is_some();
        member.is_some_and(has) || named.as_deref().is_some_and(has)
    }
}

/// Lets references to variables and included objects through, where the release replaces them before it checks.
fn lenient(mut schema: Map<String, Value>, written: &Map<String, Value>) -> Value {
    if written.get("format").is_some_and(|format| format == "uri") && !schema.contains_key("pattern") {
        schema.insert("pattern".to_owned(), json!(crate::config::patterns::URI));
    }
    let one_type = schema
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    match one_type.as_str() {
        "object" => {
            if let Some(Value::Object(members)) = schema.get_mut("properties") {
                members.entry("$include").or_insert_with(|| json!({}));
            } else if schema.contains_key("additionalProperties") {
                schema.insert("properties".to_owned(), json!({"$include": {}}));
            }
            if let Some(required) = schema.remove("required") {
                let choice = json!({"anyOf": [{"required": ["$include"]}, {"required": required}]});
                match schema.get_mut("allOf") {
                    Some(Value::Array(all)) => all.push(choice),
                    _ => {
                        schema.insert("allOf".to_owned(), json!([choice]));
                    }
                }
            }
            Value::Object(schema)
        }
        "array" => unless_included(Value::Object(schema)),
        "string" => {
            let allowed = match (schema.get("enum"), schema.get("const")) {
                (Some(Value::Array(allowed)), _) => Some(allowed.clone()),
                (None, Some(only)) => Some(vec![only.clone()]),
                _ => None,
            };
            if let Some(allowed) = allowed {
                return constants(&allowed);
            }
            if let Some(Value::String(pattern)) = schema.get("pattern") {
                let pattern = portable(pattern);
                schema.insert("pattern".to_owned(), Value::String(pattern));
            }
            match schema.keys().all(|keyword| keyword == "type") {
                true => Value::Object(schema),
                false => unless_reference(Value::Object(schema)),
            }
        }
        _ => Value::Object(schema),
    }
}

/// Adds the schema of an installed plugin's manifest, whose references lead into itself. The release lets SecretRefs
/// stand for credentials of a channel, and knows one key more.
fn own(schema: &Value, name: &str, channel: bool, parts: &mut Map<String, Value>) -> Value {
    let mut schema = rebased(schema, name, channel);
    if let Some(members) = schema
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .filter(|_| channel)
    {
        members.entry("heartbeatVisibility").or_insert_with(|| json!({}));
    }
    parts.insert(name.to_owned(), schema);
    to(name)
}

fn rebased(schema: &Value, name: &str, channel: bool) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(|item| rebased(item, name, channel)).collect(),
        Value::Object(map) => {
            if map.get("type").is_some_and(|own| own == "string") {
                let plain = without_marks(map);
                return match channel {
                    true => {
                        json!({"if": {"type": "object", "required": ["source", "id"]}, "else": unless_reference(plain)})
                    }
                    false => unless_reference(plain),
                };
            }
            let members = map
                .iter()
                .filter(|(keyword, _)| !is_mark(keyword))
                .map(|(keyword, value)| {
                    let value = match (keyword.as_str(), value) {
                        ("$ref", Value::String(to)) => json!(to.replacen('#', &format!("#/definitions/{name}"), 1)),
                        // What is filled in is not known here: nothing is wanted that the release might fill in.
                        ("required", _) => json!([]),
                        ("additionalProperties", Value::Bool(_)) | ("enum" | "const", _) => value.clone(),
                        _ => rebased(value, name, channel),
                    };
                    (keyword.clone(), value)
                });
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

/// Words that say whose document a schema is: two of them in one document confuse readers.
fn is_mark(keyword: &str) -> bool {
    matches!(keyword, "$schema" | "$id" | "default")
}

fn without_marks(map: &Map<String, Value>) -> Value {
    let kept = map.iter().filter(|(keyword, _)| !is_mark(keyword));
    Value::Object(kept.map(|(keyword, value)| (keyword.clone(), value.clone())).collect())
}
