//! The few settings that mean the same in every channel of 2026.9.6. Everything else of a
//! channel is judged by its plugin alone (facts/config-validation.md section 6).

use serde_json::{Map, Value};

use super::problem::{Problem, type_name};

const LISTS: [&str; 2] = ["allowFrom", "groupAllowFrom"];
const OBJECTS: [&str; 2] = ["accounts", "groups"];
const DM_POLICY: [&str; 4] = ["pairing", "allowlist", "open", "disabled"];

/// Channels whose schema takes anything.
const OPEN: [&str; 1] = ["synology-chat"];
/// Channels whose accounts take anything.
const OPEN_ACCOUNTS: [&str; 1] = ["matrix"];

/// Checks a channel and its accounts.
pub(super) fn check(id: &str, channel: &Map<String, Value>, out: &mut Vec<Problem>) {
    if OPEN.contains(&id) {
        return;
    }
    let base = ["channels", id].map(str::to_owned).to_vec();
    let accounts = channel.get("accounts").and_then(Value::as_object);
    scope(&base, channel, out);
    if OPEN_ACCOUNTS.contains(&id) {
        return;
    }
    for (name, account) in accounts.into_iter().flatten() {
        let Some(account) = account.as_object() else { continue };
        let path: Vec<String> = base
            .iter()
            .cloned()
            .chain(["accounts".to_owned(), name.clone()])
            .collect();
        scope(&path, account, out);
    }
}

fn scope(base: &[String], map: &Map<String, Value>, out: &mut Vec<Problem>) {
    for (key, value) in map {
        let wanted = match key.as_str() {
            "enabled" if !value.is_boolean() => "true or false",
            key if LISTS.contains(&key) && !value.is_array() => "a list",
            key if OBJECTS.contains(&key) && !value.is_object() => "an object",
            "dmPolicy" if !value.as_str().is_some_and(|policy| DM_POLICY.contains(&policy)) => {
                "\"pairing\", \"allowlist\", \"open\" or \"disabled\""
            }
            _ => continue,
        };
        let path: Vec<String> = base.iter().cloned().chain([key.clone()]).collect();
        let kind = if key == "dmPolicy" && value.is_string() {
            "enum"
        } else {
            "type"
        };
        let words = format!("expected {wanted}, found {}", type_name(value));
        let problem = Problem::mild(&path, kind, words);
        out.push(if wanted == "a list" {
            problem.hint("write it as a list: […]")
        } else {
            problem
        });
    }
}
