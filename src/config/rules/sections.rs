//! Rules of the smaller sections: session, cron, browser, talk, proxy, channels, cloudWorkers, …

use reqwest::Url;
use serde_json::Value;

use super::super::problem::{At, get, text};
use super::text::{byte_size, duration_ms, stringified};
use super::{Dated, KeyRule, Rule};
use crate::product::spans::Span;

pub(super) const RULES: &[(&str, Rule)] = &[
    ("browser.profiles.*", browser_profile),
    ("channels", channel_bindings),
    ("cloudWorkers.profiles.*.suspendAfter", suspend),
    ("cloudWorkers.projectProfiles.*", worker_profile),
    ("cron", cron),
    ("desktop.host.passwordFile", password_file),
    ("proxy.proxyUrl", proxy),
    ("session.maintenance", sizes),
    ("cron.runLog", run_log),
    ("session.maintenance.archiveDashboardAfter", duration),
    ("session.maintenance.archiveDashboardAfter", positive),
    ("session.maintenance.preserveRecent", duration),
    ("session.maintenance.preserveRecent", positive),
    ("session.maintenance.pruneAfter", duration),
    ("session.maintenance.resetArchiveRetention", duration),
    ("talk.realtime", provider_named),
    ("worktreeRoot", worktree_root),
];

pub(super) const DATED: &[Dated] = &[
    (Span::FROM_5_28, "browser.profiles.*", extension),
    (Span::ONLY_2_26, "session.maintenance", rotation),
    (Span::FROM_8_2, "session.maintenance.pruneAfter", positive),
    (Span::FROM_8_2, "session.maintenance.resetArchiveRetention", positive),
    (Span::FROM_5_28, "talk", provider_named),
];

pub(super) const KEYS: &[(&str, KeyRule)] = &[
    ("cloudWorkers.profiles", no_blanks),
    ("cloudWorkers.projectProfiles", project_key),
];

/// Milliseconds of a duration in days by default; constants such as `false` are branches of their own.
fn days(value: &Value) -> Option<Option<f64>> {
    (value.is_string() || value.is_number()).then(|| duration_ms(&stringified(value), "d"))
}

fn duration(value: &Value, at: &mut At<'_>) {
    if days(value) == Some(None) {
        at.refuse(&[], "expected a duration such as 30d, 12h or 90m");
    }
}

fn positive(value: &Value, at: &mut At<'_>) {
    // The constant 0 is its own branch where it is allowed at all.
    let zero_allowed = at.path.last().is_some_and(|key| key == "archiveDashboardAfter");
    if zero_allowed && value.as_f64() == Some(0.0) {
        return;
    }
    if days(value).flatten().is_some_and(|ms| ms <= 0.0) {
        at.refuse(&[], "the duration must be longer than zero");
    }
}

fn sizes(value: &Value, at: &mut At<'_>) {
    sizes_of(&["maxDiskBytes", "highWaterBytes"], value, at);
}

fn rotation(value: &Value, at: &mut At<'_>) {
    sizes_of(&["rotateBytes"], value, at);
}

fn run_log(value: &Value, at: &mut At<'_>) {
    sizes_of(&["maxBytes"], value, at);
}

fn sizes_of(fields: &[&str], value: &Value, at: &mut At<'_>) {
    for field in fields {
        let given = value.get(*field).filter(|given| given.is_string() || given.is_number());
        if given.is_some_and(|given| byte_size(&stringified(given)).is_none()) {
            at.refuse(&[field], "expected a size such as 500mb or 10gb");
        }
    }
}

fn cron(value: &Value, at: &mut At<'_>) {
    let given = value.get("sessionRetention").and_then(Value::as_str);
    if given.is_some_and(|given| duration_ms(given, "h").is_none()) {
        at.refuse(&["sessionRetention"], "expected a duration such as 24h or 7d, or false");
    }
}

fn browser_profile(value: &Value, at: &mut At<'_>) {
    let driver = text(value, &["driver"]).unwrap_or_default();
    let set = |key: &str| match value.get(key) {
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        _ => false,
    };
    let alone = match driver {
        "existing-session" => true,
        "extension" => at.is_in(Span::FROM_5_28),
        _ => false,
    };
    if !alone && !set("cdpPort") && !set("cdpUrl") {
        at.refuse(&[], "the profile needs cdpPort or cdpUrl");
    }
    if driver != "existing-session" && set("userDataDir") {
        at.refuse(&[], "userDataDir needs driver: \"existing-session\"");
    }
}

fn extension(value: &Value, at: &mut At<'_>) {
    if text(value, &["driver"]) == Some("extension") && text(value, &["cdpUrl"]).is_some_and(|url| !url.is_empty()) {
        at.refuse(&[], "cdpUrl cannot be combined with driver: \"extension\"");
    }
}

fn provider_named(value: &Value, at: &mut At<'_>) {
    let provider = crate::secret::value::js_trim(text(value, &["provider"]).unwrap_or_default()).to_lowercase();
    let providers = value.get("providers").and_then(Value::as_object);
    let count = providers.map_or(0, serde_json::Map::len);
    if !provider.is_empty() && count > 0 && !providers.is_some_and(|map| map.contains_key(&provider)) {
        at.refuse(
            &["provider"],
            format!("{provider} is not among the providers of this section"),
        );
    }
    if provider.is_empty() && count > 1 {
        at.refuse(&["provider"], "with several providers it must be said which one counts");
    }
}

fn proxy(value: &Value, at: &mut At<'_>) {
    let url = value.as_str().and_then(|text| Url::parse(text).ok());
    if !url.is_some_and(|url| matches!(url.scheme(), "http" | "https")) {
        at.refuse(&[], "the proxy must be given as http://… or https://…");
    }
}

fn worktree_root(value: &Value, at: &mut At<'_>) {
    let path = crate::secret::value::js_trim(value.as_str().unwrap_or_default());
    if !path.is_empty() && !path.starts_with('/') && path != "~" && !path.starts_with("~/") {
        at.refuse(&[], "expected an absolute path, or one that begins with ~/");
    }
}

fn password_file(value: &Value, at: &mut At<'_>) {
    let path = crate::secret::value::js_trim(value.as_str().unwrap_or_default());
    if !path.starts_with('/') {
        at.refuse(&[], "expected an absolute path");
    }
}

fn channel_bindings(value: &Value, at: &mut At<'_>) {
    let mut found = Vec::new();
    old_bindings(value, &mut Vec::new(), &mut found);
    for path in found {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        at.refuse_with(
            &path,
            "ACP bindings of a channel are gone",
            "use bindings[] at the top of the file",
        );
    }
}

fn old_bindings(value: &Value, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let acp = get(value, &["bindings", "acp"]);
    if acp.is_some_and(|acp| acp.is_object() || acp.is_array()) {
        let tail = ["bindings", "acp"].map(str::to_owned);
        found.push(path.iter().cloned().chain(tail).collect());
    }
    let members: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, value)| (at.to_string(), value))
            .collect(),
        _ => return,
    };
    for (key, value) in members {
        path.push(key);
        old_bindings(value, path, found);
        path.pop();
    }
}

fn suspend(value: &Value, at: &mut At<'_>) {
    let given = value.as_str().unwrap_or_default();
    let lower = given.to_lowercase();
    let unit = lower.ends_with(['s', 'm', 'h', 'd']);
    if !unit || duration_ms(given, "ms").is_none_or(|ms| ms < 60_000.0) {
        at.refuse(&[], "expected a duration of at least 1m, with its unit");
    }
}

fn no_blanks(name: &str) -> Option<&'static str> {
    (crate::secret::value::js_trim(name) != name).then_some("the name must not have blanks around it")
}

fn worker_profile(value: &Value, at: &mut At<'_>) {
    if value
        .as_str()
        .is_some_and(|name| crate::secret::value::js_trim(name) != name)
    {
        at.refuse(&[], "the name must not have blanks around it");
    }
}

/// Keys are `host/owner/repo` as a repository is named after it was normalised.
fn project_key(key: &str) -> Option<&'static str> {
    let odd = key.contains(|c: char| c.is_uppercase() || c.is_whitespace() || "\\?#@:".contains(c));
    let parts: Vec<&str> = key.split('/').collect();
    let part = |part: &&str| !part.is_empty() && *part != "." && *part != "..";
    let bad = odd || key.ends_with(".git") || parts.len() < 3 || !parts.iter().all(part);
    bad.then_some("the key must be host/owner/repo in lower case, without .git")
}
