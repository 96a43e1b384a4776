//! Rules of the channels of 2026.2.26, whose settings lay in the core; each asked of that release's own reader.

use serde_json::Value;

use super::super::problem::{At, get, text};
use super::Dated;
use crate::product::spans::Span;

pub(super) const DATED: &[Dated] = &[(Span::ONLY_2_26, "channels", all)];

/// Channels whose policy for direct messages is held against the list of senders.
const WITH_POLICY: [&str; 10] = [
    "bluebubbles",
    "discord",
    "googlechat",
    "imessage",
    "irc",
    "msteams",
    "signal",
    "slack",
    "telegram",
    "whatsapp",
];

fn all(value: &Value, at: &mut At<'_>) {
    for (id, channel) in value.as_object().into_iter().flatten() {
        of(id, &[id], channel, channel, at);
        let accounts = channel.get("accounts").and_then(Value::as_object);
        for (name, account) in accounts.into_iter().flatten() {
            of(id, &[id, "accounts", name], account, channel, at);
        }
    }
}

/// A channel, or an account that takes from its channel what it lacks.
fn of(id: &str, path: &[&str], own: &Value, channel: &Value, at: &mut At<'_>) {
    let has = |key: &str| own.get(key).or_else(|| channel.get(key)).is_some();
    if WITH_POLICY.contains(&id) {
        senders(path, own, channel, at);
    }
    if id == "telegram" && own.get("webhookUrl").is_some() && !has("webhookSecret") {
        at.refuse(&[path, &["webhookSecret"]].concat(), "webhookUrl needs a webhookSecret");
    }
    if id == "slack" && text(own, &["mode"]) == Some("http") && !has("signingSecret") {
        at.refuse(&[path, &["signingSecret"]].concat(), "mode http needs a signingSecret");
    }
}

fn senders(path: &[&str], own: &Value, channel: &Value, at: &mut At<'_>) {
    for (policy, lists) in [
        (&["dmPolicy"][..], &[&["allowFrom"][..], &["dm", "allowFrom"]][..]),
        (&["dm", "policy"], &[&["dm", "allowFrom"]]),
    ] {
        let list = lists
            .iter()
            .find_map(|list| get(own, list).or_else(|| get(channel, list)));
        let names = || list.and_then(Value::as_array).into_iter().flatten();
        let star = || {
            names().any(|name| {
                name.as_str()
                    .is_some_and(|name| crate::secret::value::js_trim(name) == "*")
            })
        };
        let place = [path, lists.first().copied().unwrap_or_default()].concat();
        match text(own, policy) {
            Some("open") if !star() => at.refuse(&place, "the policy open needs \"*\" in this list"),
            Some("allowlist") if names().next().is_none() => {
                at.refuse(&place, "the policy allowlist needs a sender in this list")
            }
            _ => {}
        }
    }
}
