//! Every older setting against what the release itself makes of it: `scripts/migrations` plays them.

use serde_json::Value;

use super::repair;

const PLAYED: &str = include_str!("../../../tests/data/migrations-2026.9.6.jsonl");

/// What is not followed: daemons of Signal beside accounts, values that no release took, and what another step of the start does.
const LEFT: [&str; 12] = [
    "channels.signal.accounts.",
    "channels.signal.apiMode",
    "channels.feishu.botName",
    "channels.matrix.groups.*.allow",
    "channels.matrix.rooms.*.allow",
    "channels.zalouser.groups.*.allow",
    "channels.telegram.heartbeat",
    "channels.telegram.threadBindings.spawn",
    "messages.tts",
    "models.providers.*.models.[].compat.",
    "plugins.installs",
    "discovery.",
];

/// A value without the sections that say nothing.
fn filled(value: &Value) -> Value {
    let Value::Object(map) = value else {
        return value.clone();
    };
    let members = map.iter().map(|(key, below)| (key.clone(), filled(below)));
    members
        .filter(|(_, below)| below.as_object().is_none_or(|map| !map.is_empty()))
        .collect()
}

#[test]
fn older_settings_become_what_the_release_makes_of_them() {
    let mut wrong = Vec::new();
    for line in PLAYED.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let key = case["k"].as_str().unwrap();
        if LEFT.iter().any(|left| key.starts_with(left)) {
            continue;
        }
        let (before, after) = (&case["c"], &case["a"]);
        let after = if after.is_null() { before } else { after };
        let mut config = before.clone();
        let done = repair(&mut config, None);
        if filled(&config) != filled(after) {
            wrong.push(format!("{key}\t{before}\t{after}\t{config}\t{done:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}
