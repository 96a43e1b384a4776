//! Settings of the core that got another place or another word: `table/core-moves-2026.9.6.txt`, whose head describes it.

use serde_json::{Map, Value, json};

use super::super::table::Table;

const MOVES: &str = include_str!("../table/core-moves-2026.9.6.txt");

/// Places that stand for several.
const AGENT: [&str; 2] = ["agents.defaults", "agents.entries.*"];
const ENTRY: [&str; 1] = ["agents.entries.*"];
const ALL: [&str; 3] = ["", "agents.defaults", "agents.entries.*"];
const TTS: [&str; 7] = [
    "tts",
    "agents.entries.*.tts",
    "channels.*.tts",
    "channels.*.voice.tts",
    "channels.*.accounts.*.tts",
    "channels.*.accounts.*.voice.tts",
    "plugins.entries.voice-call.config.tts",
];

/// What happens to one place.
#[derive(Debug, Clone, Copy)]
enum Change<'t> {
    Move { to: &'t str, over: bool },
    Fill(&'t str),
    Drop,
    Value { old: &'t str, new: &'t str },
    Plugin { id: &'t str, to: &'t str },
}

/// Lines of the table: the place, what happens to it, and the only type of value to which it happens.
fn lines() -> impl Iterator<Item = (&'static str, Change<'static>, &'static str)> {
    let lines = MOVES.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let word = |at: usize| words.get(at).copied().unwrap_or_default();
        let change = match word(0) {
            "move" => (
                Change::Move {
                    to: word(2),
                    over: false,
                },
                word(3),
            ),
            "over" => (
                Change::Move {
                    to: word(2),
                    over: true,
                },
                "",
            ),
            "fill" => (Change::Fill(word(2)), "object"),
            "drop" => (Change::Drop, word(2)),
            "value" => (
                Change::Value {
                    old: word(2),
                    new: word(3),
                },
                "text",
            ),
            "plugin" => {
                let only = if word(3) == "webSearch" { "some" } else { "" };
                (
                    Change::Plugin {
                        id: word(2),
                        to: word(3),
                    },
                    only,
                )
            }
            _ => return None,
        };
        Some((word(1), change.0, change.1))
    })
}

/// Puts the places for which a name such as `@agent` stands.
fn places(path: &str) -> impl Iterator<Item = (Vec<&str>, &'static str, &str)> {
    let (name, rest) = match path.strip_prefix('@') {
        Some(rest) => rest.split_once('.').unwrap_or((rest, "")),
        None => ("", path),
    };
    let all: &[&'static str] = match name {
        "agent" => &AGENT,
        "entry" => &ENTRY,
        "all" => &ALL,
        "tts" => &TTS,
        _ => &[""],
    };
    all.iter().map(move |base| {
        let segments = base.split('.').chain(rest.split('.')).filter(|one| !one.is_empty());
        (segments.collect(), *base, name)
    })
}

/// Returns what became of a key, if the table knows it.
pub(super) fn note(path: &[String], key: &str) -> Option<String> {
    let full: Vec<&str> = path.iter().map(String::as_str).chain([key]).collect();
    for (from, change, _) in lines() {
        for (pattern, base, name) in places(from) {
            let fits = pattern.len() == full.len()
                && pattern
                    .iter()
                    .zip(&full)
                    .all(|(want, have)| *want == "*" || want == have);
            if !fits {
                continue;
            }
            let named = |to: &str| {
                let to = to.replacen(&format!("@{name}"), base, 1);
                let keys: Vec<&str> = pattern
                    .iter()
                    .zip(&full)
                    .filter(|(want, _)| **want == "*")
                    .map(|(_, have)| *have)
                    .collect();
                filled(&to, &keys).join(".")
            };
            match change {
                Change::Move { to, .. } => return Some(format!("it became {}", named(to))),
                Change::Fill(to) => return Some(format!("its settings belong in {}", named(to))),
                Change::Drop => return Some(super::GONE.to_owned()),
                Change::Plugin { id, to } => return Some(format!("it became plugins.entries.{id}.config.{to}")),
                Change::Value { .. } => {}
            }
        }
    }
    None
}

/// Makes the changes, but for places that a release of `keeps` knows.
pub(super) fn repair(config: &mut Value, keeps: Option<&Table>, done: &mut Vec<String>) {
    for (from, change, only) in lines() {
        for (pattern, base, name) in places(from) {
            if keeps.is_some_and(|table| table.knows(&pattern)) {
                continue;
            }
            let mut found = Vec::new();
            find(config, &pattern, &mut Vec::new(), &mut found);
            for path in found {
                let keys: Vec<&str> = pattern
                    .iter()
                    .zip(&path)
                    .filter(|(want, _)| **want == "*")
                    .map(|(_, have)| have.as_str())
                    .collect();
                let to = |to: &str| filled(&to.replacen(&format!("@{name}"), base, 1), &keys);
                if fits(get(config, &path), only) {
                    apply(config, &path, change, &to, done);
                }
            }
        }
    }
    let web = config.pointer_mut("/tools/web").and_then(Value::as_object_mut);
    if let Some(web) = web.filter(|web| {
        web.get("x_search")
            .and_then(Value::as_object)
            .is_some_and(Map::is_empty)
    }) {
        web.shift_remove("x_search");
    }
}

fn apply(
    config: &mut Value,
    path: &[String],
    change: Change<'_>,
    to: &dyn Fn(&str) -> Vec<String>,
    done: &mut Vec<String>,
) {
    let place = path.join(".");
    if let Change::Value { old, new } = change {
        if let Some(value) = get_mut(config, path).filter(|value| *value == old) {
            *value = json!(new);
            done.push(format!("{place} {old} becomes {new}"));
        }
        return;
    }
    let Some(value) = take(config, path) else { return };
    let target = match change {
        Change::Drop => {
            done.push(super::became::removed(&place));
            return;
        }
        Change::Plugin { id, to } => {
            let entry = ["plugins", "entries", id].map(str::to_owned);
            let enabled: Vec<String> = entry.iter().cloned().chain(["enabled".to_owned()]).collect();
            put(config, &enabled, json!(true), false);
            entry
                .into_iter()
                .chain(["config".to_owned()])
                .chain(to.split('.').map(str::to_owned))
                .collect()
        }
        Change::Move { to: target, .. } | Change::Fill(target) => to(target),
        Change::Value { .. } => return,
    };
    done.push(format!("{place} moves to {}", target.join(".")));
    let filling = matches!(change, Change::Fill(_) | Change::Plugin { .. });
    match value {
        Value::Object(members) if filling => {
            put(config, &target, json!({}), false);
            if let Some(Value::Object(known)) = get_mut(config, &target) {
                fill(known, members);
            }
        }
        value => put(
            config,
            &target,
            value,
            matches!(change, Change::Move { over: true, .. }),
        ),
    }
}

/// Adds what is not there yet, at every level.
pub(super) fn fill(known: &mut Map<String, Value>, more: Map<String, Value>) {
    for (key, value) in more {
        match (known.get_mut(&key), value) {
            (Some(Value::Object(below)), Value::Object(value)) => fill(below, value),
            (Some(_), _) => {}
            (None, value) => {
                known.insert(key, value);
            }
        }
    }
}

fn fits(value: Option<&Value>, only: &str) -> bool {
    value.is_some_and(|value| match only {
        "object" => value.is_object(),
        "some" => value.as_object().is_some_and(|map| !map.is_empty()),
        "boolean" => value.is_boolean(),
        "text" => value.is_string(),
        _ => true,
    })
}

/// Returns a path with its stars replaced by keys, one after the other.
fn filled(path: &str, keys: &[&str]) -> Vec<String> {
    let mut keys = keys.iter();
    let segments = path.split('.').filter(|one| !one.is_empty());
    segments
        .map(|one| match one {
            "*" => keys.next().copied().unwrap_or(one).to_owned(),
            one => one.to_owned(),
        })
        .collect()
}

/// Finds the places that fit a pattern.
fn find(value: &Value, pattern: &[&str], path: &mut Vec<String>, out: &mut Vec<Vec<String>>) {
    let Some((first, rest)) = pattern.split_first() else {
        out.push(path.clone());
        return;
    };
    let Some(map) = value.as_object() else { return };
    let all = *first == "*";
    for (key, below) in map.iter().filter(|(key, _)| all || key == first) {
        path.push(key.clone());
        find(below, rest, path, out);
        path.pop();
    }
}

pub(super) fn get<'v>(config: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(config, |value, key| value.get(key))
}

fn get_mut<'v>(config: &'v mut Value, path: &[String]) -> Option<&'v mut Value> {
    path.iter().try_fold(config, |value, key| value.get_mut(key))
}

pub(super) fn take(config: &mut Value, path: &[String]) -> Option<Value> {
    let (last, parents) = path.split_last()?;
    get_mut(config, parents)?.as_object_mut()?.shift_remove(last)
}

/// Puts a value at a place, with the objects that lead to it; what is there counts unless `over`.
pub(super) fn put(config: &mut Value, path: &[String], value: Value, over: bool) {
    let Some((last, parents)) = path.split_last() else {
        return;
    };
    let mut at = config;
    for key in parents {
        let Some(map) = at.as_object_mut() else { return };
        at = map.entry(key.clone()).or_insert_with(|| json!({}));
    }
    let Some(map) = at.as_object_mut() else { return };
    if over || !map.contains_key(last) {
        map.insert(last.clone(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_get_their_new_place() {
        let cases = [
            (
                json!({"session": {"typingMode": "a"}, "agents": {"defaults": {"typingMode": "b"}}}),
                json!({"session": {}, "agents": {"defaults": {"typingMode": "a"}}}),
            ),
            (
                json!({"agents": {"entries": {"m": {"memorySearch": {"enabled": false}}}}}),
                json!({"agents": {"entries": {"m": {"memory": {"search": {"enabled": false}}}}}}),
            ),
            (
                json!({"tools": {"web": {"search": {"apiKey": "k"}}}}),
                json!({"tools": {"web": {"search": {}}}, "plugins": {"entries": {"brave": {"enabled": true, "config": {"webSearch": {"apiKey": "k"}}}}}}),
            ),
            (
                json!({"tts": {"providers": {"elevenlabs": {"voiceId": "v"}}}}),
                json!({"tts": {"providers": {"elevenlabs": {"speakerVoiceId": "v"}}}}),
            ),
            (
                json!({"agents": {"defaults": {"agentRuntime": "codex"}}}),
                json!({"agents": {"defaults": {"agentRuntime": "codex"}}}),
            ),
            (
                json!({"messages": {"queue": {"byChannel": {"a": "queue", "b": "collect"}}}}),
                json!({"messages": {"queue": {"byChannel": {"a": "steer", "b": "collect"}}}}),
            ),
        ];
        for (before, after) in cases {
            let (mut config, mut done) = (before.clone(), Vec::new());
            repair(&mut config, None, &mut done);
            assert_eq!(config, after, "{before}");
            assert_eq!(done.is_empty(), before == after, "{done:?}");
        }
    }

    #[test]
    fn a_key_is_told_its_new_place() {
        let owned = |path: &str| {
            path.split('.')
                .filter(|one| !one.is_empty())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let cases = [
            ("session", "typingMode", Some("it became agents.defaults.typingMode")),
            (
                "agents.entries.m",
                "memorySearch",
                Some("its settings belong in agents.entries.m.memory.search"),
            ),
            ("tools.exec", "timeoutSec", Some("it became tools.exec.timeoutSeconds")),
            ("agents.defaults", "llm", Some(super::super::GONE)),
            ("gateway", "port", None),
        ];
        for (path, key, words) in cases {
            assert_eq!(note(&owned(path), key).as_deref(), words, "{path} {key}");
        }
    }

    #[test]
    fn every_line_is_understood() {
        let count = MOVES
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty())
            .count();
        assert_eq!(lines().count(), count);
    }
}
