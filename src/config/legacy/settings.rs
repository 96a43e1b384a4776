//! Older settings of channels and plugins: where they went, and the file after the release's own `doctor --fix`
//! (table/moves-2026.9.6.txt).

use serde_json::{Map, Value, json};

const MOVES: &str = include_str!("../table/moves-2026.9.6.txt");

/// What becomes of a key.
#[derive(Debug, Clone, Copy)]
enum Change {
    Streaming {
        delivery: bool,
        preview: bool,
        native: bool,
    },
    Dm,
    /// Whatever it is, or only where it is an object.
    Drop(&'static str, bool),
    Move(&'static str, &'static str),
}

/// Returns the changes of a channel, or of `plugin:ID`.
fn changes(of: &str) -> impl Iterator<Item = Change> {
    MOVES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(move |line| {
            let mut words = line.split(' ');
            let owner = words.next()?;
            let channel = !of.starts_with("plugin:");
            if owner != of && !(channel && owner == "any") {
                return None;
            }
            Some(match words.next()? {
                "streaming" => {
                    let flags: Vec<&str> = words.collect();
                    let has = |flag: &str| flags.contains(&flag);
                    Change::Streaming {
                        delivery: has("delivery"),
                        preview: has("preview"),
                        native: has("native"),
                    }
                }
                "dm" => Change::Dm,
                "drop" => Change::Drop(words.next()?, words.next() == Some("object")),
                _ => Change::Move(words.next()?, words.next()?),
            })
        })
}

/// Flat keys that became parts of `streaming`.
fn flat(preview: bool, native: bool) -> Vec<(&'static str, &'static str)> {
    let mut keys = vec![
        ("chunkMode", "chunkMode"),
        ("blockStreaming", "block.enabled"),
        ("blockStreamingCoalesce", "block.coalesce"),
    ];
    if preview {
        keys.push(("draftChunk", "preview.chunk"));
    }
    if native {
        keys.push(("nativeStreaming", "nativeTransport"));
    }
    keys
}

/// Returns what became of a key of a channel or a plugin, in words.
pub(super) fn note(path: &[String], key: &str) -> Option<String> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let (owner, below) = match path.as_slice() {
        ["channels", id, "accounts", _, rest @ ..] | ["channels", id, rest @ ..] => ((*id).to_owned(), rest),
        ["plugins", "entries", id, "config", rest @ ..] => (format!("plugin:{id}"), rest),
        _ => return None,
    };
    let full: Vec<&str> = below.iter().copied().chain([key]).collect();
    let fits = |pattern: &str| {
        let segments: Vec<&str> = pattern.split('.').collect();
        segments.len() == full.len()
            && segments
                .iter()
                .zip(&full)
                .all(|(want, have)| *want == "*" || want == have)
    };
    changes(&owner).find_map(|change| match change {
        Change::Streaming {
            delivery,
            preview,
            native,
        } => {
            let moved = flat(preview, native).into_iter().find(|(from, _)| full == [*from]);
            let mode = !delivery && full == ["streamMode"];
            let to = moved.map(|(_, to)| to).or(mode.then_some("mode"))?;
            Some(format!("it became streaming.{to}"))
        }
        Change::Dm if full == ["dm", "policy"] => Some("it became dmPolicy".to_owned()),
        Change::Dm if full == ["dm", "allowFrom"] => Some("it became allowFrom, beside dm".to_owned()),
        Change::Drop(from, _) if fits(from) => Some(super::GONE.to_owned()),
        Change::Move(from, to) if fits(from) => Some(format!("it became {}", to.replace("\\*", "\"*\""))),
        _ => None,
    })
}

/// Applies what `doctor --fix` of the release does to channels and plugins; says it in words.
pub(super) fn repair(config: &mut Value, done: &mut Vec<String>) {
    if let Some(channels) = config.get_mut("channels").and_then(Value::as_object_mut) {
        for (id, channel) in channels.iter_mut() {
            let Value::Object(channel) = channel else { continue };
            let changes: Vec<Change> = changes(id).collect();
            entry(channel, &changes, &format!("channels.{id}"), done);
            let accounts = channel.get_mut("accounts").and_then(Value::as_object_mut);
            for (name, account) in accounts.into_iter().flatten() {
                if let Value::Object(account) = account {
                    entry(account, &changes, &format!("channels.{id}.accounts.{name}"), done);
                }
            }
        }
        if let Some(Value::Object(signal)) = channels.get_mut("signal") {
            signal_transport(signal, done);
        }
    }
    let plugins = config.get_mut("plugins").and_then(|plugins| plugins.get_mut("entries"));
    for (id, plugin) in plugins.and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(Value::Object(own)) = plugin.get_mut("config") {
            let changes: Vec<Change> = changes(&format!("plugin:{id}")).collect();
            entry(own, &changes, &format!("plugins.entries.{id}.config"), done);
        }
    }
}

fn entry(map: &mut Map<String, Value>, changes: &[Change], place: &str, done: &mut Vec<String>) {
    for change in changes {
        match *change {
            Change::Streaming {
                delivery,
                preview,
                native,
            } => streaming(map, (delivery, preview, native), place, done),
            Change::Dm => {
                shift(map, "dm.policy", "dmPolicy", place, done);
                shift(map, "dm.allowFrom", "allowFrom", place, done);
            }
            Change::Drop(from, true) if map.get(from).is_some_and(|value| !value.is_object()) => {}
            Change::Drop(from, _) => shift(map, from, "", place, done),
            Change::Move(from, to) => shift(map, from, to, place, done),
        }
    }
}

/// Moves a key, or drops it where `to` is empty.
fn shift(map: &mut Map<String, Value>, from: &str, to: &str, place: &str, done: &mut Vec<String>) {
    let Some((first, rest)) = from.split_once('.') else {
        let Some(value) = map.shift_remove(from) else { return };
        let new = to.replace("\\*", "*");
        done.push(match new.as_str() {
            "" => format!("{place}.{from} is removed"),
            new => format!("{place}.{from} moves to {place}.{new}"),
        });
        if !to.is_empty() {
            put(map, to, value);
        }
        return;
    };
    if first == "*" {
        let to = to.split_once('.').map_or("", |(_, to)| to);
        for (key, value) in map.iter_mut() {
            if let Value::Object(below) = value {
                shift(below, rest, to, &format!("{place}.{key}"), done);
            }
        }
        return;
    }
    let Some(Value::Object(below)) = map.get_mut(first) else {
        return;
    };
    let before = done.len();
    match to.split_once('.') {
        // The new place is below the same key.
        Some((same, to)) if same == first => shift(below, rest, to, &format!("{place}.{first}"), done),
        _ if rest.contains('.') || to.is_empty() => shift(below, rest, to, &format!("{place}.{first}"), done),
        _ => {
            if let Some(value) = below.shift_remove(rest) {
                done.push(format!("{place}.{from} moves to {place}.{to}"));
                put(map, to, value);
            }
        }
    }
    let empty = |map: &Map<String, Value>| map.get(first).and_then(Value::as_object).is_some_and(Map::is_empty);
    if done.len() > before && empty(map) {
        map.shift_remove(first);
    }
}

/// Sets a value unless something is set there.
fn put(map: &mut Map<String, Value>, to: &str, value: Value) {
    let (first, rest) = to.split_once('.').unwrap_or((to, ""));
    let first = if first == "\\*" { "*" } else { first };
    if rest.is_empty() {
        map.entry(first).or_insert(value);
    } else if let Value::Object(below) = map.entry(first).or_insert_with(|| json!({})) {
        put(below, rest, value);
    }
}

fn streaming(
    map: &mut Map<String, Value>,
    (delivery, preview, native): (bool, bool, bool),
    place: &str,
    done: &mut Vec<String>,
) {
    let flat = flat(preview, native);
    let plain = map
        .get("streaming")
        .is_some_and(|value| value.is_boolean() || value.is_string());
    let old = flat.iter().any(|(from, _)| map.contains_key(*from));
    if !old && (delivery || !(plain || map.contains_key("streamMode"))) {
        return;
    }
    let written = if plain { map.shift_remove("streaming") } else { None };
    let mode = map.shift_remove("streamMode");
    if written.is_some() || mode.is_some() {
        let known = |value: &Value| matches!(value.as_str(), Some("off" | "partial" | "block" | "progress" | "quiet"));
        let chosen = match (&written, &mode) {
            (Some(value), _) | (_, Some(value)) if known(value) => value.clone(),
            (Some(Value::Bool(on)), _) => json!(if *on { "partial" } else { "off" }),
            _ => json!("partial"),
        };
        done.push(format!(
            "{place}.{} becomes {place}.streaming.mode",
            if mode.is_some() { "streamMode" } else { "streaming" }
        ));
        put(map, "streaming.mode", chosen);
        if native && written == Some(Value::Bool(true)) {
            put(map, "streaming.nativeTransport", json!(true));
        }
    }
    for (from, to) in flat {
        if let Some(value) = map.shift_remove(from) {
            done.push(format!("{place}.{from} moves to {place}.streaming.{to}"));
            put(map, &format!("streaming.{to}"), value);
        }
    }
}

/// Settings of signal's daemon became one `transport`; what needs a look at the daemon is not changed.
fn signal_transport(signal: &mut Map<String, Value>, done: &mut Vec<String>) {
    const OLD: [&str; 9] = [
        "configPath",
        "httpUrl",
        "httpHost",
        "httpPort",
        "cliPath",
        "autoStart",
        "startupTimeoutMs",
        "receiveMode",
        "ignoreStories",
    ];
    const KEPT: [&str; 7] = [
        "configPath",
        "httpHost",
        "httpPort",
        "cliPath",
        "startupTimeoutMs",
        "receiveMode",
        "ignoreStories",
    ];
    let own = OLD.iter().any(|key| signal.contains_key(*key));
    let asks = signal.contains_key("httpUrl") || signal.get("autoStart") == Some(&Value::Bool(false));
    if !own
        || asks
        || signal.contains_key("apiMode")
        || signal.contains_key("transport")
        || signal.contains_key("accounts")
    {
        return;
    }
    // Without one of these there is no daemon that the others could be for.
    if !["configPath", "cliPath", "autoStart"]
        .iter()
        .any(|key| signal.contains_key(*key))
    {
        for key in OLD {
            if signal.shift_remove(key).is_some() {
                done.push(format!("channels.signal.{key} is removed"));
            }
        }
        return;
    }
    let mut transport = Map::new();
    transport.insert("kind".to_owned(), json!("managed-native"));
    for key in OLD {
        let Some(value) = signal.shift_remove(key) else {
            continue;
        };
        if KEPT.contains(&key) {
            transport.insert(key.to_owned(), value);
            done.push(format!(
                "channels.signal.{key} moves to channels.signal.transport.{key}"
            ));
        } else {
            done.push(format!("channels.signal.{key} moves to channels.signal.transport.kind"));
        }
    }
    signal.insert("transport".to_owned(), Value::Object(transport));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(config: Value) -> (Value, Vec<String>) {
        let (mut config, mut done) = (config, Vec::new());
        repair(&mut config, &mut done);
        (config, done)
    }

    #[test]
    fn old_settings_get_their_new_place() {
        let cases = [
            (
                json!({"telegram": {"streamMode": "block"}}),
                json!({"telegram": {"streaming": {"mode": "block"}}}),
            ),
            (
                json!({"telegram": {"streaming": false}}),
                json!({"telegram": {"streaming": {"mode": "off"}}}),
            ),
            (
                json!({"telegram": {"accounts": {"a": {"draftChunk": {"minChars": 1}, "retry": {}}}}}),
                json!({"telegram": {"accounts": {"a": {"streaming": {"preview": {"chunk": {"minChars": 1}}}}}}}),
            ),
            (
                json!({"telegram": {"requireMention": true}}),
                json!({"telegram": {"groups": {"*": {"requireMention": true}}}}),
            ),
            (
                json!({"discord": {"dm": {"policy": "open", "enabled": true}}}),
                json!({"discord": {"dm": {"enabled": true}, "dmPolicy": "open"}}),
            ),
            (
                json!({"discord": {"guilds": {"1": {"channels": {"c": {"allow": true}}}}}}),
                json!({"discord": {"guilds": {"1": {"channels": {"c": {"enabled": true}}}}}}),
            ),
            (
                json!({"slack": {"socketMode": {"clientPingTimeout": 1}}}),
                json!({"slack": {}}),
            ),
            (
                json!({"whatsapp": {"messagePrefix": "x", "heartbeat": {}}}),
                json!({"whatsapp": {"heartbeatVisibility": {}, "responsePrefix": "x"}}),
            ),
            (
                json!({"signal": {"cliPath": "s", "autoStart": true}}),
                json!({"signal": {"transport": {"kind": "managed-native", "cliPath": "s"}}}),
            ),
        ];
        for (before, after) in cases {
            let (config, done) = repaired(json!({"channels": before}));
            assert_eq!(config, json!({ "channels": after }), "{before}");
            assert!(!done.is_empty());
            assert!(repaired(config).1.is_empty(), "{before}");
        }
    }

    #[test]
    fn a_key_is_told_its_new_place() {
        let owned = |path: &[&str]| path.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let cases = [
            (&["channels", "telegram"][..], "streamMode", "it became streaming.mode"),
            (
                &["channels", "discord", "accounts", "a", "dm"],
                "policy",
                "it became dmPolicy",
            ),
            (
                &["channels", "slack", "channels", "C1"],
                "allow",
                "it became channels.*.enabled",
            ),
            (
                &["plugins", "entries", "active-memory", "config"],
                "qmd",
                super::super::GONE,
            ),
        ];
        for (path, key, words) in cases {
            assert_eq!(note(&owned(path), key).as_deref(), Some(words), "{path:?} {key}");
        }
        assert_eq!(note(&owned(&["channels", "telegram"]), "botTokn"), None);
    }
}
