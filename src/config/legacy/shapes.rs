//! Settings of the core that took another shape.

use serde_json::{Map, Value, json};

use super::object;

/// Changes what is no plain move from one place to another.
pub(super) fn repair(config: &mut Value, done: &mut Vec<String>) {
    idle_minutes(config, done);
    code_mode(config, done);
    deepgram(config, done);
    media_models(config, done);
    host_names(config, done);
    diagnostics(config, done);
    cross_context(config, done);
    shared_memory(config, done);
}

/// `session.idleMinutes` becomes a reset by idleness.
fn idle_minutes(config: &mut Value, done: &mut Vec<String>) {
    let Some(session) = object(config, &["session"]) else {
        return;
    };
    let Some(minutes) = session.shift_remove("idleMinutes") else {
        return;
    };
    if let Value::Object(reset) = session.entry("reset").or_insert_with(|| json!({"mode": "idle"})) {
        reset.entry("idleMinutes").or_insert(minutes);
    }
    done.push("session.idleMinutes moves to session.reset.idleMinutes".to_owned());
}

/// The one runtime of Code Mode that had a name became an executor.
fn code_mode(config: &mut Value, done: &mut Vec<String>) {
    let entries = config.pointer("/agents/entries").and_then(Value::as_object);
    let ids: Vec<String> = entries.into_iter().flatten().map(|(id, _)| id.clone()).collect();
    let own: Vec<Vec<&str>> = ids
        .iter()
        .map(|id| vec!["agents", "entries", id, "tools", "codeMode"])
        .collect();
    for path in own.iter().map(Vec::as_slice).chain([&["tools", "codeMode"][..]]) {
        let Some(map) = object(config, path).filter(|map| map.get("runtime").is_some_and(|one| one == "quickjs-wasi"))
        else {
            continue;
        };
        map.shift_remove("runtime");
        map.entry("executor").or_insert_with(|| json!("quickjs"));
        done.push(format!("{0}.runtime moves to {0}.executor", path.join(".")));
    }
}

/// Models for image, audio and video became one list that says what each is for.
fn media_models(config: &mut Value, done: &mut Vec<String>) {
    let Some(media) = object(config, &["tools", "media"]) else {
        return;
    };
    let mut moved = Vec::new();
    for capability in ["image", "audio", "video"] {
        let Some(own) = media.get_mut(capability).and_then(Value::as_object_mut) else {
            continue;
        };
        let Some(models) = own.shift_remove("models") else {
            continue;
        };
        if own.is_empty() {
            media.shift_remove(capability);
        }
        done.push(format!(
            "tools.media.{capability}.models moves to tools.media.models, with capabilities [\"{capability}\"]"
        ));
        let models = models.as_array().cloned().unwrap_or_default();
        for mut model in models.into_iter().filter(Value::is_object) {
            let others = model.get("capabilities").and_then(Value::as_array);
            if others.is_some_and(|list| !list.iter().any(|one| one == capability)) {
                continue;
            }
            model["capabilities"] = json!([capability]);
            moved.push(model);
        }
    }
    if !moved.is_empty() {
        let shared = media
            .get("models")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        media.insert("models".to_owned(), moved.into_iter().chain(shared).collect());
    }
}

/// Options of Deepgram became options of one provider of several.
fn deepgram(config: &mut Value, done: &mut Vec<String>) {
    let Some(media) = object(config, &["tools", "media"]) else {
        return;
    };
    let mut of = |owner: &mut Value, place: &str| {
        let Some(owner) = owner
            .as_object_mut()
            .filter(|owner| owner.get("deepgram").is_some_and(Value::is_object))
        else {
            return;
        };
        let old = owner.shift_remove("deepgram").unwrap_or_default();
        let Some(options) = owner
            .entry("providerOptions")
            .or_insert_with(|| json!({}))
            .as_object_mut()
        else {
            return;
        };
        let Some(own) = options.entry("deepgram").or_insert_with(|| json!({})).as_object_mut() else {
            return;
        };
        for (from, to) in [
            ("detectLanguage", "detect_language"),
            ("punctuate", "punctuate"),
            ("smartFormat", "smart_format"),
        ] {
            if let Some(value) = old.get(from).filter(|value| value.is_boolean()) {
                own.entry(to).or_insert_with(|| value.clone());
            }
        }
        done.push(format!("{place}.deepgram moves to {place}.providerOptions.deepgram"));
    };
    let models = |list: Option<&mut Value>, place: &str, of: &mut dyn FnMut(&mut Value, &str)| {
        for model in list.and_then(Value::as_array_mut).into_iter().flatten() {
            of(model, place);
        }
    };
    models(media.get_mut("models"), "tools.media.models", &mut of);
    for capability in ["audio", "image", "video"] {
        if let Some(own) = media.get_mut(capability) {
            of(own, &format!("tools.media.{capability}"));
            models(
                own.get_mut("models"),
                &format!("tools.media.{capability}.models"),
                &mut of,
            );
        }
    }
}

/// Two lists of host names became one.
fn host_names(config: &mut Value, done: &mut Vec<String>) {
    let Some(policy) = object(config, &["browser", "ssrfPolicy"])
        .filter(|map| map.get("hostnameAllowlist").is_some_and(Value::is_array))
    else {
        return;
    };
    let old = policy.shift_remove("hostnameAllowlist");
    let known = policy
        .get("allowedHostnames")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let old = old.as_ref().and_then(Value::as_array).into_iter().flatten().cloned();
    let mut all: Vec<Value> = Vec::new();
    for name in known.into_iter().chain(old).filter(Value::is_string) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    policy.insert("allowedHostnames".to_owned(), Value::Array(all));
    done.push("browser.ssrfPolicy.hostnameAllowlist moves to browser.ssrfPolicy.allowedHostnames".to_owned());
}

/// What is traced is no longer chosen in detail.
fn diagnostics(config: &mut Value, done: &mut Vec<String>) {
    if let Some(otel) = object(config, &["diagnostics", "otel"])
        && let Some(Value::Object(old)) = otel.get("captureContent").cloned()
    {
        let any = || {
            old.iter()
                .any(|(key, value)| key != "enabled" && *value == Value::Bool(true))
        };
        let on = old.get("enabled").and_then(Value::as_bool).unwrap_or_else(any);
        otel.insert("captureContent".to_owned(), json!(on));
        done.push(format!("diagnostics.otel.captureContent becomes {on}"));
    }
    let Some(all) = object(config, &["diagnostics"]) else {
        return;
    };
    let Some(trace) = all.get("cacheTrace").and_then(Value::as_object) else {
        return;
    };
    let enabled = trace.get("enabled");
    if trace.keys().any(|key| key != "enabled") || enabled.is_some_and(|value| !value.is_boolean()) {
        let on = enabled == Some(&Value::Bool(true));
        all.insert("cacheTrace".to_owned(), json!({ "enabled": on }));
        done.push("diagnostics.cacheTrace keeps enabled alone".to_owned());
    }
}

/// A leave to send anywhere became two.
fn cross_context(config: &mut Value, done: &mut Vec<String>) {
    let given = |config: &Value| config.pointer("/tools/message/allowCrossContextSend").cloned();
    let shared = given(config);
    let entries = config.pointer("/agents/entries").and_then(Value::as_object);
    let ids: Vec<String> = entries.into_iter().flatten().map(|(id, _)| id.clone()).collect();
    let own: Vec<Vec<&str>> = ids
        .iter()
        .map(|id| vec!["agents", "entries", id, "tools", "message"])
        .collect();
    for path in own.iter().map(Vec::as_slice).chain([&["tools", "message"][..]]) {
        let Some(message) = object(config, path) else { continue };
        let old = message.shift_remove("allowCrossContextSend");
        let inherited = path.len() > 2 && shared == Some(Value::Bool(true));
        if old.is_none() && !inherited {
            continue;
        }
        let both = old.clone().or_else(|| shared.clone()) == Some(Value::Bool(true));
        if both || inherited {
            let context = message.entry("crossContext").or_insert_with(|| json!({}));
            if let Value::Object(context) = context {
                for key in ["allowWithinProvider", "allowAcrossProviders"] {
                    context.insert(key.to_owned(), json!(both || key == "allowWithinProvider"));
                }
            }
        }
        done.push(format!(
            "{0}.allowCrossContextSend moves to {0}.crossContext",
            path.join(".")
        ));
    }
}

/// Memory search that the defaults of all agents gave QMD settings to is that of the whole file.
fn shared_memory(config: &mut Value, done: &mut Vec<String>) {
    let Some(defaults) = object(config, &["agents", "defaults"]) else {
        return;
    };
    if defaults
        .get("memory")
        .and_then(|memory| memory.pointer("/search/qmd"))
        .is_none()
    {
        return;
    }
    let old = defaults.shift_remove("memory").unwrap_or_default();
    let Some(memory) = config
        .as_object_mut()
        .map(|root| root.entry("memory").or_insert_with(|| json!({})))
    else {
        return;
    };
    let search = memory
        .as_object_mut()
        .map(|memory| memory.entry("search").or_insert_with(|| json!({})));
    if let (Some(Value::Object(search)), Some(old)) = (search, old.get("search").and_then(Value::as_object)) {
        let kept: Map<String, Value> = old
            .iter()
            .filter(|(key, _)| *key != "qmd")
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        for (key, value) in kept {
            search.entry(key).or_insert(value);
        }
    }
    done.push("agents.defaults.memory moves to memory".to_owned());
}
