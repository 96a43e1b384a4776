//! Older settings of the core whose end changes something at another place: what a start carries over, switches off or on
//! (2026.9.6, each played: tests/data/migrations-2026.9.6.jsonl).

use serde_json::{Map, Value, json};

use super::super::table::Table;
use super::moves::{get, put, take};
use super::object;

/// One of the changes.
type Step = fn(&mut Value, &mut Vec<String>);

/// Makes the changes, but for places that a release of `keeps` knows.
pub(super) fn repair(config: &mut Value, keeps: Option<&Table>, done: &mut Vec<String>) {
    let each: [(&[&str], Step); 6] = [
        (&["web"], web),
        (&["canvasHost"], canvas_host),
        (&["memory", "qmd"], qmd),
        (&["audio"], transcription),
        (&["routing"], routing),
        (&["talk", "voiceId"], talk),
    ];
    for (place, change) in each {
        if !keeps.is_some_and(|table| table.knows(place)) {
            change(config, done);
        }
    }
}

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|segment| (*segment).to_owned()).collect()
}

/// Sets a value where none is; returns whether it did.
fn fill_in(config: &mut Value, path: &[&str], value: Value) -> bool {
    let path = owned(path);
    let free = get(config, &path).is_none();
    put(config, &path, value, false);
    free
}

/// Moves a value to a free place, or drops it.
fn carry(config: &mut Value, from: &[&str], to: &[&str], done: &mut Vec<String>) {
    let Some(value) = take(config, &owned(from)) else {
        return;
    };
    let (from, place) = (from.join("."), to.join("."));
    done.push(match fill_in(config, to, value) {
        true => format!("{from} moves to {place}"),
        false => format!("{from} is removed, because {place} is set"),
    });
}

/// Drops an object; what is in it besides the keys that were carried over is told.
fn drop_rest(config: &mut Value, name: &str, done: &mut Vec<String>) {
    let left = take(config, &owned(&[name]));
    let is_told = done.iter().any(|change| change.starts_with(&format!("{name}.")));
    if !is_told || left.is_some_and(|left| left.as_object().is_some_and(|map| !map.is_empty())) {
        done.push(format!("{name} is removed"));
    }
}

/// The web transport was WhatsApp's.
fn web(config: &mut Value, done: &mut Vec<String>) {
    if !config.get("web").is_some_and(Value::is_object) {
        return;
    }
    carry(config, &["web", "enabled"], &["channels", "whatsapp", "enabled"], done);
    drop_rest(config, "web", done);
}

/// The server of the canvas is one of its plugin; only its switch is left.
fn canvas_host(config: &mut Value, done: &mut Vec<String>) {
    canvas_server(config, done);
    if !config.get("canvasHost").is_some_and(Value::is_object) {
        return;
    }
    let to = ["plugins", "entries", "canvas", "config", "host", "enabled"];
    if get(config, &owned(&["canvasHost", "enabled"])).is_some_and(Value::is_boolean) {
        carry(config, &["canvasHost", "enabled"], &to, done);
    }
    drop_rest(config, "canvasHost", done);
}

/// What else the plugin's own server was given.
fn canvas_server(config: &mut Value, done: &mut Vec<String>) {
    let of_plugin = ["plugins", "entries", "canvas", "config"];
    let Some(own) = object(config, &of_plugin) else { return };
    let Some(host) = own.get_mut("host").and_then(Value::as_object_mut) else {
        return;
    };
    for key in ["root", "port", "liveReload"] {
        if host.shift_remove(key).is_some() {
            done.push(format!("{}.host.{key} is removed", of_plugin.join(".")));
        }
    }
    if host.is_empty() {
        own.shift_remove("host");
    }
}

/// Paths that the removed backend of memory indexed, and its index of sessions.
fn qmd(config: &mut Value, done: &mut Vec<String>) {
    let of_sessions = |config: &Value, path: &[&str]| {
        get(config, &owned(path)).is_some_and(|qmd| qmd.pointer("/sessions/enabled") == Some(&Value::Bool(true)))
    };
    let ids = config.pointer("/agents/entries").and_then(Value::as_object);
    let ids: Vec<String> = ids.into_iter().flatten().map(|(id, _)| id.clone()).collect();
    let mut scopes = vec![
        (vec!["memory", "qmd"], "paths", vec!["memory", "search"]),
        (
            vec!["memory", "search", "qmd"],
            "extraCollections",
            vec!["memory", "search"],
        ),
        (
            vec!["agents", "defaults", "memory", "search", "qmd"],
            "extraCollections",
            vec!["memory", "search"],
        ),
    ];
    scopes.extend(ids.iter().map(|id| {
        let search = vec!["agents", "entries", id, "memory", "search"];
        ([&search[..], &["qmd"]].concat(), "extraCollections", search)
    }));
    for (from, list, search) in scopes {
        let place = from.join(".");
        let target = search.join(".");
        if of_sessions(config, &from) {
            fill_in(
                config,
                &[&search[..], &["experimental", "sessionMemory"]].concat(),
                json!(true),
            );
            let sources = [&search[..], &["sources"]].concat();
            fill_in(config, &sources, json!(["memory", "sessions"]));
            let all = config
                .pointer_mut(&format!("/{}", sources.join("/")))
                .and_then(Value::as_array_mut);
            if let Some(all) = all {
                match all.is_empty() {
                    true => *all = vec![json!("memory"), json!("sessions")],
                    false if !all.contains(&json!("sessions")) => all.push(json!("sessions")),
                    false => {}
                }
            }
            done.push(format!("{place}.sessions moves to {target}.sources"));
        }
        let paths = get(config, &owned(&from))
            .and_then(|qmd| qmd.get(list))
            .map(outside_paths)
            .unwrap_or_default();
        if paths.is_empty() {
            continue;
        }
        let extra = [&search[..], &["extraPaths"]].concat();
        let known = get(config, &owned(&extra))
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let mut all = known;
        for path in paths {
            if !all.contains(&path) {
                all.push(path);
            }
        }
        put(config, &owned(&extra), Value::Array(all), true);
        done.push(format!("{place}.{list} moves to {target}.extraPaths"));
    }
}

fn outside_paths(list: &Value) -> Vec<Value> {
    let text = |entry: &Value, key: &str| {
        let text = entry
            .get(key)
            .and_then(Value::as_str)
            .map(crate::secret::value::js_trim);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let each = list.as_array().into_iter().flatten().filter_map(|entry| {
        let path = text(entry, "path")?;
        Some(match text(entry, "pattern") {
            Some(pattern) => json!({"path": path, "pattern": pattern}),
            None => json!(path),
        })
    });
    each.collect()
}

/// A program that writes down what is said is a model for audio.
fn transcription(config: &mut Value, done: &mut Vec<String>) {
    let Some(old) = take(config, &owned(&["audio", "transcription"])) else {
        return;
    };
    if config
        .get("audio")
        .and_then(Value::as_object)
        .is_some_and(Map::is_empty)
    {
        take(config, &owned(&["audio"]));
    }
    let command: Vec<&str> = old
        .get("command")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let Some((program, arguments)) = command.split_first().filter(|(program, _)| !program.is_empty()) else {
        done.push("audio.transcription is removed".to_owned());
        return;
    };
    let models = get(config, &owned(&["tools", "media", "models"]))
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let own = get(config, &owned(&["tools", "media", "audio", "models"])).and_then(Value::as_array);
    let for_audio = |model: &Value| {
        let of = model.get("capabilities").and_then(Value::as_array);
        model.is_object() && of.is_none_or(|of| of.iter().any(|one| one == "audio"))
    };
    if models.iter().chain(own.into_iter().flatten()).any(for_audio) {
        done.push("audio.transcription is removed, because tools.media.models is set".to_owned());
        return;
    }
    let mut model = Map::new();
    model.insert("command".to_owned(), json!(program));
    model.insert("type".to_owned(), json!("cli"));
    if !arguments.is_empty() {
        model.insert("args".to_owned(), json!(arguments));
    }
    if let Some(limit) = old.get("timeoutSeconds").filter(|limit| limit.is_number()) {
        model.insert("timeoutSeconds".to_owned(), limit.clone());
    }
    model.insert("capabilities".to_owned(), json!(["audio"]));
    put(
        config,
        &owned(&["tools", "media", "audio", "enabled"]),
        json!(true),
        true,
    );
    let preferred = owned(&["tools", "media", "audio", "preferredModel"]);
    put(config, &preferred, json!(format!("cli:{program}")), true);
    let all = models.into_iter().chain([Value::Object(model)]).collect();
    put(config, &owned(&["tools", "media", "models"]), all, true);
    done.push("audio.transcription moves to tools.media.models".to_owned());
}

/// Who may write, and what a group needs to be answered, belong to channels and messages.
fn routing(config: &mut Value, done: &mut Vec<String>) {
    if !config.get("routing").is_some_and(Value::is_object) {
        return;
    }
    let has = |config: &Value, id: &str| config.pointer(&format!("/channels/{id}")).is_some_and(Value::is_object);
    if has(config, "whatsapp") {
        carry(
            config,
            &["routing", "allowFrom"],
            &["channels", "whatsapp", "allowFrom"],
            done,
        );
    } else if take(config, &owned(&["routing", "allowFrom"])).is_some() {
        done.push("routing.allowFrom is removed".to_owned());
    }
    if let Some(asked) = take(config, &owned(&["routing", "groupChat", "requireMention"])) {
        let with: Vec<&str> = ["whatsapp", "telegram", "imessage"]
            .into_iter()
            .filter(|id| has(config, id))
            .collect();
        for id in &with {
            fill_in(
                config,
                &["channels", id, "groups", "*", "requireMention"],
                asked.clone(),
            );
            done.push(format!(
                "routing.groupChat.requireMention moves to channels.{id}.groups.\"*\".requireMention"
            ));
        }
        if with.is_empty() {
            done.push("routing.groupChat.requireMention is removed".to_owned());
        }
    }
    for key in ["historyLimit", "mentionPatterns"] {
        carry(
            config,
            &["routing", "groupChat", key],
            &["messages", "groupChat", key],
            done,
        );
    }
    for path in [&["routing", "groupChat"][..], &["routing"]] {
        if get(config, &owned(path))
            .and_then(Value::as_object)
            .is_some_and(Map::is_empty)
        {
            take(config, &owned(path));
        }
    }
}

/// The voice of Talk is one of several providers.
fn talk(config: &mut Value, done: &mut Vec<String>) {
    let Some(talk) = config.get("talk") else { return };
    let named = talk
        .get("provider")
        .and_then(Value::as_str)
        .map(crate::secret::value::js_trim)
        .filter(|name| !name.is_empty());
    let known: Vec<&String> = talk
        .get("providers")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::keys)
        .collect();
    let provider = match (named, known.as_slice()) {
        (Some(name), _) => name.to_owned(),
        (None, []) => "elevenlabs".to_owned(),
        (None, [one]) => (*one).clone(),
        // Which one is meant is left to the reader.
        (None, _) => return,
    };
    for key in ["voiceId", "voiceAliases", "modelId", "outputFormat", "apiKey"] {
        carry(config, &["talk", key], &["talk", "providers", &provider, key], done);
    }
}
