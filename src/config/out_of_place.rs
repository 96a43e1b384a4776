//! Texts that stand where a config has no secrets, and may be one: a swapped pair, an unknown key that no word makes, a word
//! that its setting does not know, a SecretRef whose `id` cannot be a name. They are shown nowhere.

use serde_json::Value;

use super::secret_refs::{env_id, file_id};
use super::shown::{elements, is_constant, is_member, is_plain_key, members, only_constants};
use super::table::Table;
use crate::secret::names::{holds_secret, is_public_name};
use crate::secret::public::is_public;

/// Deepest value that is looked at; what lies deeper is refused by every release.
const DEPTH: usize = 64;

/// Returns the texts of a config, as it is written, that must not be told although their place is public.
pub(crate) fn out_of_place(config: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    below(config, &[Table::core().root], DEPTH, &mut found);
    found
}

fn below<'v>(value: &'v Value, nodes: &[u32], depth: usize, found: &mut Vec<&'v str>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::String(text) if only_constants(nodes) && !is_constant(nodes, text) && !is_told(text) => found.push(text),
        Value::Array(items) => {
            let nodes = elements(nodes);
            items.iter().for_each(|item| below(item, &nodes, depth, found));
        }
        Value::Object(map) => {
            found.extend(reference_of_no_name(value));
            for (key, item) in map {
                let is_known = is_member(nodes, key);
                let swapped = item.as_str().is_some_and(|text| holds_secret(text) && text != key);
                if !is_known && (swapped && !is_public_name(key, &|_| false) || !is_told(key) && is_closed(nodes)) {
                    found.push(key);
                }
                below(item, &members(nodes, key), depth, found);
            }
        }
        _ => {}
    }
}

/// Whether only the keys that the schema knows may stand here.
fn is_closed(nodes: &[u32]) -> bool {
    !nodes.is_empty() && members(nodes, "\0").is_empty()
}

/// A word, or a setting that is misspelt: it must be seen.
fn is_told(text: &str) -> bool {
    is_plain_key(text)
        || text.contains("${")
        || is_public(text, &|name| {
            Table::core().has_channel(name) || Table::core().has_plugin(name)
        })
}

/// The `id` of a reference that OpenClaw cannot resolve for its form alone: of `env` a name in capitals, of `file` a JSON
/// pointer or `value`.
fn reference_of_no_name(value: &Value) -> Option<&str> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let id = text("id")?;
    let fits = match text("source")? {
        "env" => env_id(id),
        "file" => file_id(id),
        _ => true,
    };
    (!fits).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_wrong_place_is_told_nowhere() {
        for (text, expected) in [
            (
                r#"{gateway: {auth: {mode: "token", correcthorsebattery: "token"}}}"#,
                &["correcthorsebattery"][..],
            ),
            (
                r#"{channels: {telegram: {enabled: true, "4839201745": "botToken"}}}"#,
                &["4839201745"],
            ),
            (
                r#"{models: {providers: {p: {headers: {hunter2pass: "cf-aig-authorization"}}}}}"#,
                &["hunter2pass"],
            ),
            (
                r#"{gateway: {auth: {password: {source: "env", provider: "default", id: "correcthorsebattery"}}}}"#,
                &["correcthorsebattery"],
            ),
            (
                r#"{gateway: {auth: {password: {source: "file", provider: "f", id: "correcthorsebattery"}}}}"#,
                &["correcthorsebattery"],
            ),
            (
                r#"{gateway: {bind: "correcthorsebattery", mode: "c0rrecthorse"}}"#,
                &["correcthorsebattery", "c0rrecthorse"],
            ),
            // What is only misspelt, or has a name of its own, is seen.
            (
                r#"{gateway: {prot: 1, bind: "lokalhost", mode: "local"}, env: {vars: {MY_TOKEN: "token"}}}"#,
                &[],
            ),
            (
                r#"{gateway: {auth: {password: {source: "env", provider: "default", id: "GATEWAY_PASSWORD"}}}}"#,
                &[],
            ),
            (
                r#"{models: {providers: {"my-proxy2": {apiKey: "token", headers: {"x-team": "blue"}}}}}"#,
                &[],
            ),
            (
                r#"{cron: {maxConcurrentRuns: 1}, removeAckAfterReply: 1, logging: {level: "${LVL}"}}"#,
                &[],
            ),
            (r#"{kJhGfDsAqWeRtYuI: 1}"#, &["kJhGfDsAqWeRtYuI"]),
            (
                r#"{agents: {entries: {main2: {model: "a/b"}}}, hooks: {mappings: [{id: "m1x"}]}}"#,
                &[],
            ),
        ] {
            let value: Value = json5::from_str(text).unwrap();
            assert_eq!(out_of_place(&value), expected, "{text}");
        }
    }
}
