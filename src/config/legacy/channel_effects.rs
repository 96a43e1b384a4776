//! Older settings of channels and plugins whose end changes something outside of them, or turns their sense around
//! (2026.9.6, each played: tests/data/migrations-2026.9.6.jsonl).

use serde_json::{Map, Value, json};

use super::moves::put;

type Entry = Map<String, Value>;

/// Makes the changes.
pub(super) fn repair(config: &mut Value, done: &mut Vec<String>) {
    acknowledgement(config, done);
    debounce(config, done);
    bound_rooms(config, done);
    llm_task(config, done);
    each_entry(config, "slack", &mut |entry, place| thread_mentions(entry, place, done));
    signal_endpoint(config, done);
    // The reference counted before, and goes on doing so in its new place.
    each_entry(config, "googlechat", &mut |entry, _| {
        if entry.contains_key("serviceAccountRef") {
            entry.shift_remove("serviceAccount");
        }
    });
}

fn channel<'v>(config: &'v mut Value, id: &str) -> Option<&'v mut Entry> {
    config.get_mut("channels")?.get_mut(id)?.as_object_mut()
}

/// Calls `each` with a channel, then with each of its accounts.
fn each_entry(config: &mut Value, id: &str, each: &mut dyn FnMut(&mut Entry, &str)) {
    let Some(channel) = channel(config, id) else { return };
    each(channel, &format!("channels.{id}"));
    let accounts = channel.get_mut("accounts").and_then(Value::as_object_mut);
    for (name, account) in accounts.into_iter().flatten() {
        if let Value::Object(account) = account {
            each(account, &format!("channels.{id}.accounts.{name}"));
        }
    }
}

/// Puts a value at a dotted place where nothing is.
fn fill_in(config: &mut Value, place: &str, value: Value) {
    let path: Vec<String> = place.split('.').map(str::to_owned).collect();
    put(config, &path, value, false);
}

/// The sign that a message was seen is one of all channels.
fn acknowledgement(config: &mut Value, done: &mut Vec<String>) {
    let mut found = Vec::new();
    each_entry(config, "whatsapp", &mut |entry, place| {
        if entry.get("ackReaction").is_some_and(Value::is_object)
            && let Some(old) = entry.shift_remove("ackReaction")
        {
            found.push((old, format!("{place}.ackReaction")));
        }
    });
    for (old, place) in found {
        let sign = old.get("emoji").filter(|sign| sign.is_string()).cloned();
        fill_in(config, "messages.ackReaction", sign.unwrap_or_else(|| json!("👀")));
        let direct = old.get("direct") != Some(&Value::Bool(false));
        let scope = match (old.get("group").and_then(Value::as_str), direct) {
            (Some("always"), true) => Some("all"),
            (Some("always"), false) => Some("group-all"),
            (Some("never"), true) => Some("direct"),
            (Some("never"), false) => Some("off"),
            (_, false) => Some("group-mentions"),
            (_, true) => None,
        };
        let also = match scope {
            Some(scope) => {
                fill_in(config, "messages.ackReactionScope", json!(scope));
                " and messages.ackReactionScope"
            }
            None => "",
        };
        done.push(format!("{place} moves to messages.ackReaction{also}"));
    }
}

/// How long messages are gathered is said for each channel in one place.
fn debounce(config: &mut Value, done: &mut Vec<String>) {
    let mut found = Vec::new();
    each_entry(config, "whatsapp", &mut |entry, place| {
        if entry.get("debounceMs").is_some_and(Value::is_number)
            && let Some(old) = entry.shift_remove("debounceMs")
        {
            found.push((old, format!("{place}.debounceMs")));
        }
    });
    for (old, place) in found {
        fill_in(config, "messages.inbound.byChannel.whatsapp", old);
        done.push(format!("{place} moves to messages.inbound.byChannel.whatsapp"));
    }
}

/// A room of Discord that had an agent of its own is bound to it.
fn bound_rooms(config: &mut Value, done: &mut Vec<String>) {
    let mut found = Vec::new();
    each_entry(config, "discord", &mut |entry, place| {
        let account = place.split_once(".accounts.").map(|(_, name)| name.to_owned());
        let guilds = entry.get_mut("guilds").and_then(Value::as_object_mut);
        for (guild, of_guild) in guilds.into_iter().flatten() {
            let rooms = of_guild.get_mut("channels").and_then(Value::as_object_mut);
            for (room, of_room) in rooms.into_iter().flatten() {
                let Some(of_room) = of_room.as_object_mut() else {
                    continue;
                };
                let named = |agent: &Value| {
                    agent
                        .as_str()
                        .is_some_and(|id| !crate::secret::value::js_trim(id).is_empty())
                };
                if !of_room.get("agentId").is_some_and(named) {
                    continue;
                }
                let agent = of_room.shift_remove("agentId");
                let mut wanted =
                    json!({"channel": "discord", "guildId": guild, "peer": {"kind": "channel", "id": room}});
                if let Some(account) = &account {
                    wanted["accountId"] = json!(account);
                }
                let place = format!("{place}.guilds.{guild}.channels.{room}.agentId");
                found.push((json!({"agentId": agent, "match": wanted}), place));
            }
        }
    });
    for (binding, place) in found {
        fill_in(config, "bindings", json!([]));
        if let Some(bindings) = config.get_mut("bindings").and_then(Value::as_array_mut) {
            bindings.push(binding);
            done.push(format!("{place} moves to bindings"));
        }
    }
}

/// The models that a task may use are granted by the host.
fn llm_task(config: &mut Value, done: &mut Vec<String>) {
    let entry = config
        .pointer_mut("/plugins/entries/llm-task")
        .and_then(Value::as_object_mut);
    let Some(entry) = entry else { return };
    let place = "plugins.entries.llm-task";
    let old = entry
        .get_mut("config")
        .and_then(Value::as_object_mut)
        .and_then(|own| own.shift_remove("allowedModels"));
    // A start grants the same to an entry without them, which is no older setting.
    let Some(old) = old else { return };
    let Some(llm) = entry.entry("llm").or_insert_with(|| json!({})).as_object_mut() else {
        return;
    };
    let grants = ["allowModelOverride", "allowAuthProfileOverride"];
    let missing: Vec<&str> = grants.into_iter().filter(|grant| !llm.contains_key(*grant)).collect();
    for grant in &missing {
        llm.insert((*grant).to_owned(), json!(true));
    }
    let models = match &old {
        Value::Array(list) if list.is_empty() => None,
        Value::Array(list) => Some(list.iter().filter_map(literal).collect::<Vec<_>>()),
        _ => Some(Vec::new()),
    };
    match models {
        Some(models) if !llm.contains_key("allowedCompletionModels") => {
            llm.insert("allowedCompletionModels".to_owned(), json!(models));
            done.push(format!(
                "{place}.config.allowedModels moves to {place}.llm.allowedCompletionModels"
            ));
        }
        _ => done.push(format!("{place}.config.allowedModels is removed")),
    }
    if !missing.is_empty() {
        done.push(format!("{place}.llm.{} becomes true", missing.join(" and ")));
    }
}

/// A model that is written as the release itself writes it.
fn literal(model: &Value) -> Option<&str> {
    let text = crate::secret::value::js_trim(model.as_str()?);
    super::super::rules::provider_model(text).map(|_| text)
}

/// Whether a thread has to be asked anew is said the other way round.
fn thread_mentions(entry: &mut Entry, place: &str, done: &mut Vec<String>) {
    let Some(thread) = entry.get_mut("thread").and_then(Value::as_object_mut) else {
        return;
    };
    let Some(asked) = thread.get("requireExplicitMention").and_then(Value::as_bool) else {
        return;
    };
    thread.shift_remove("requireExplicitMention");
    if thread.is_empty() {
        entry.shift_remove("thread");
    }
    let mentions = entry.entry("implicitMentions").or_insert_with(|| json!({}));
    if let Value::Object(mentions) = mentions {
        mentions.entry("threadParticipation").or_insert(json!(!asked));
    }
    done.push(format!(
        "{place}.thread.requireExplicitMention moves to {place}.implicitMentions.threadParticipation"
    ));
}

/// Host and port of Signal's daemon became its address.
fn signal_endpoint(config: &mut Value, done: &mut Vec<String>) {
    let mut shared: Option<Entry> = None;
    each_entry(config, "signal", &mut |entry, place| {
        let above = shared.get_or_insert_with(|| entry.clone());
        let is_account = place.contains(".accounts.");
        let inherited = |key: &str| above.get(key).filter(|_| is_account).cloned();
        if !entry.contains_key("httpHost") && !entry.contains_key("httpPort") {
            return;
        }
        let given = ["httpHost", "httpPort"]
            .into_iter()
            .filter(|key| entry.contains_key(*key));
        for key in given {
            done.push(format!("{place}.{key} moves to {place}.httpUrl"));
        }
        let (host, port) = (entry.shift_remove("httpHost"), entry.shift_remove("httpPort"));
        let held = entry.contains_key("httpUrl") || inherited("httpUrl").is_some_and(|url| url.is_string());
        if !held {
            let host = host.or_else(|| inherited("httpHost"));
            let host = host
                .as_ref()
                .and_then(Value::as_str)
                .map(crate::secret::value::js_trim)
                .filter(|host| !host.is_empty());
            let host = host.unwrap_or("127.0.0.1");
            let host = match host.contains(':') && !host.starts_with('[') {
                true => format!("[{host}]"),
                false => host.to_owned(),
            };
            let port = port
                .or_else(|| inherited("httpPort"))
                .filter(Value::is_number)
                .unwrap_or(json!(8080));
            entry.insert("httpUrl".to_owned(), json!(format!("http://{host}:{port}")));
            entry.entry("autoStart").or_insert(json!(true));
        }
    });
}
