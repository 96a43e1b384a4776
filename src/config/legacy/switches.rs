//! Settings of the core that a start switches off beside an older one (2026.9.6, each played:
//! tests/data/migrations-2026.9.6.jsonl).

use serde_json::{Value, json};

use super::super::table::Table;
use super::object;

/// Makes the changes, but for places that a release of `keeps` knows.
pub(super) fn repair(config: &mut Value, keeps: Option<&Table>, done: &mut Vec<String>) {
    let knows = |path: &[&str]| keeps.is_some_and(|table| table.knows(path));
    if !knows(&["gateway", "tailscale", "serviceName"]) {
        tailscale_service(config, done);
    }
    if !knows(&["hooks", "internal", "handlers"]) {
        hook_handlers(config, done);
    }
    // The values of an earlier release are right there.
    if keeps.is_none() {
        telemetry(config, done);
        transcript_limit(config, done);
        browser_network(config, done);
    }
}

/// Routes of a named Service do not end with the Gateway, so it publishes none any more.
fn tailscale_service(config: &mut Value, done: &mut Vec<String>) {
    let Some(tailscale) = object(config, &["gateway", "tailscale"]) else {
        return;
    };
    if tailscale.contains_key("serviceName") && tailscale.get("mode").is_some_and(|mode| mode == "serve") {
        tailscale.insert("mode".to_owned(), json!("off"));
        done.push("gateway.tailscale.mode serve becomes off, because serviceName is gone".to_owned());
    }
}

/// Without handlers a bare `enabled` would look for hooks everywhere.
fn hook_handlers(config: &mut Value, done: &mut Vec<String>) {
    let Some(internal) = object(config, &["hooks", "internal"]).filter(|map| map.contains_key("handlers")) else {
        return;
    };
    let named = internal
        .get("entries")
        .and_then(Value::as_object)
        .is_some_and(|map| !map.is_empty());
    let dirs = internal
        .get("load")
        .and_then(|load| load.get("extraDirs"))
        .and_then(Value::as_array);
    let filled = |dir: &Value| {
        dir.as_str()
            .is_some_and(|dir| !crate::secret::value::js_trim(dir).is_empty())
    };
    let dirs = dirs.is_some_and(|dirs| dirs.iter().any(filled));
    internal.shift_remove("handlers");
    done.push(super::became::removed("hooks.internal.handlers"));
    if internal.get("enabled") == Some(&Value::Bool(true)) && !named && !dirs {
        internal.shift_remove("enabled");
        done.push("hooks.internal.enabled is removed".to_owned());
    }
}

/// Telemetry over gRPC is gone, and what sent it that way is switched off.
fn telemetry(config: &mut Value, done: &mut Vec<String>) {
    let Some(otel) =
        object(config, &["diagnostics", "otel"]).filter(|otel| otel.get("protocol").is_some_and(|one| one == "grpc"))
    else {
        return;
    };
    otel.shift_remove("protocol");
    done.push("diagnostics.otel.protocol grpc is removed".to_owned());
    let is = |key: &str, value: bool| otel.get(key) == Some(&Value::Bool(value));
    let logs = is("logs", true) && otel.get("logsExporter").is_none_or(|one| one != "stdout");
    if is("enabled", true) && (!is("traces", false) || !is("metrics", false) || logs) {
        otel.insert("enabled".to_owned(), json!(false));
        done.push("diagnostics.otel.enabled becomes false: nothing is sent until endpoint is one of OTLP over HTTP and it is set again".to_owned());
    }
}

/// A limit that was kept from having an effect.
fn transcript_limit(config: &mut Value, done: &mut Vec<String>) {
    let Some(compaction) = object(config, &["agents", "defaults", "compaction"]) else {
        return;
    };
    if compaction.get("truncateAfterCompaction") == Some(&Value::Bool(false))
        && compaction.shift_remove("maxActiveTranscriptBytes").is_some()
    {
        done.push("agents.defaults.compaction.maxActiveTranscriptBytes is removed".to_owned());
    }
}

/// A browser without a network is none.
fn browser_network(config: &mut Value, done: &mut Vec<String>) {
    let ids = config.pointer("/agents/entries").and_then(Value::as_object);
    let ids: Vec<String> = ids.into_iter().flatten().map(|(id, _)| id.clone()).collect();
    let own = ids.iter().map(|id| vec!["agents", "entries", id, "sandbox", "browser"]);
    for path in own.chain([vec!["agents", "defaults", "sandbox", "browser"]]) {
        let none = |one: &Value| {
            one.as_str()
                .is_some_and(|one| crate::secret::value::js_trim(one).eq_ignore_ascii_case("none"))
        };
        let Some(browser) = object(config, &path).filter(|map| map.get("network").is_some_and(none)) else {
            continue;
        };
        browser.insert("enabled".to_owned(), json!(false));
        browser.insert("network".to_owned(), json!("openclaw-sandbox-browser"));
        let place = path.join(".");
        done.push(format!(
            "{place}.network none becomes openclaw-sandbox-browser, and {place}.enabled becomes false"
        ));
    }
}
