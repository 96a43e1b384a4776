//! `openclaw doctor config --schema`: what the tables hold as one JSON Schema, for editors.
//!
//! It refuses what the tables refuse: types, constants, limits, keys that nobody knows. Rules between fields are no
//! part of it, nor is what hangs on the machine: a text with `${NAME}` may become anything, and what `$include` brings
//! is in another file, so both are let through.

mod core;
mod plugins;

use serde_json::{Map, Value, json};

use super::table::RELEASE;
use crate::model::snapshot::PluginSettings;

/// A text with a reference to a variable.
pub(super) const REFERENCE: &str = r"\$\{[A-Z_][A-Z0-9_]*\}";

/// Returns the schema of the release's settings, with those of the plugins that are installed beside the package.
pub(super) fn schema(installed: &[PluginSettings]) -> Value {
    let mut parts = Map::new();
    let mut root = core::root(&mut parts);
    plugins::add(&mut root, &mut parts, installed);
    let mut whole = Map::new();
    let title = format!("openclaw.json of OpenClaw {RELEASE}");
    whole.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    whole.insert("title".to_owned(), json!(title));
    if let Value::Object(root) = root {
        whole.extend(root);
    }
    parts.insert("reference".to_owned(), json!({"type": "string", "pattern": REFERENCE}));
    whole.insert("definitions".to_owned(), Value::Object(parts));
    Value::Object(whole)
}

/// Returns a reference to a part.
fn to(name: &str) -> Value {
    json!({"$ref": format!("#/definitions/{name}")})
}

/// Returns constants, beside which a reference to a variable may stand for a text.
fn constants(allowed: &[Value]) -> Value {
    let plain = json!({ "enum": allowed });
    match allowed.iter().any(Value::is_string) {
        true => json!({"anyOf": [plain, to("reference")]}),
        false => plain,
    }
}

/// Returns a schema that looks at no text with a reference to a variable.
fn unless_reference(schema: Value) -> Value {
    json!({"type": "string", "if": {"pattern": REFERENCE}, "else": schema})
}

/// Returns a schema that looks at no object whose content is in another file.
fn unless_included(schema: Value) -> Value {
    json!({"if": {"type": "object", "required": ["$include"]}, "else": schema})
}

/// Rewrites what a regular expression says in a way that only some readers know.
fn portable(pattern: &str) -> String {
    pattern
        .replace(r"\p{Cc}", r"\x00-\x1f\x7f-\x9f")
        .replace(r"\p{Cs}", r"\ud800-\udfff")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references<'v>(value: &'v Value, out: &mut Vec<&'v str>) {
        match value {
            Value::Object(map) => {
                out.extend(map.get("$ref").and_then(Value::as_str));
                map.values().for_each(|value| references(value, out));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, out)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let own = PluginSettings {
            id: "acme".to_owned(),
            config: Some(
                json!({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {}}}),
            ),
            channels: vec![(
                "acme".to_owned(),
                Some(json!({"type": "object", "properties": {"token": {"type": "string"}}})),
            )],
        };
        let whole = schema(&[own]);
        let mut all = Vec::new();
        references(&whole, &mut all);
        assert!(all.len() > 500);
        for one in all {
            assert!(
                whole
                    .pointer(one.trim_start_matches('#'))
                    .is_some_and(|part| !part.is_null()),
                "{one}"
            );
        }
        assert_eq!(
            whole["properties"]["channels"]["properties"]["acme"],
            to("channel-acme")
        );
        assert_eq!(whole["definitions"]["plugin-acme"]["required"], json!([]));
    }

    #[test]
    fn what_is_let_through() {
        let whole = schema(&[]);
        let gateway = &whole["properties"]["gateway"];
        assert_eq!(gateway["additionalProperties"], json!(false));
        assert_eq!(gateway["properties"]["mode"]["anyOf"][1], to("reference"));
        assert!(gateway["properties"].get("$include").is_some());
        assert!(whole["properties"]["agents"]["properties"].get("list").is_some());
        assert!(
            whole["properties"]["channels"]["properties"]
                .get("qa-channel")
                .is_none()
        );
    }
}
