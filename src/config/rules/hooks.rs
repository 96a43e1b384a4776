//! Rules of `hooks`.

use serde_json::Value;

use super::super::problem::{At, text};
use super::Rule;

pub(super) const RULES: &[(&str, Rule)] = &[("hooks", persistent), ("hooks.mappings.*.transform.module", module)];

fn persistent(value: &Value, at: &mut At<'_>) {
    let filled = |text: Option<&str>| text.is_some_and(|text| !crate::secret::value::js_trim(text).is_empty());
    if filled(text(value, &["defaultSessionKey"])) {
        return;
    }
    let mappings = value.get("mappings").and_then(Value::as_array);
    for (index, mapping) in mappings.into_iter().flatten().enumerate() {
        let agent = text(mapping, &["action"]).unwrap_or("agent") == "agent";
        let keep = text(mapping, &["sessionMode"]) == Some("persistent");
        if agent && keep && !filled(text(mapping, &["sessionKey"])) && mapping.get("transform").is_none() {
            let words = "a persistent mapping needs sessionKey, hooks.defaultSessionKey or a transform";
            at.refuse(&["mappings", &index.to_string(), "sessionKey"], words);
        }
    }
}

fn module(value: &Value, at: &mut At<'_>) {
    let path = crate::secret::value::js_trim(value.as_str().unwrap_or_default());
    let climbs = path.split(['/', '\\']).any(|part| part == "..");
    if path.is_empty() || path.starts_with(['/', '~']) || path.contains(':') || climbs {
        at.refuse(&[], "expected a relative path without .. and without a drive or scheme");
    }
}
