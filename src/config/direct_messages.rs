//! Who may write to a channel directly: policies under which OpenClaw drops every direct message. The release accepts them
//! with a warning, for every channel alike (facts/config-validation.md section 2.4; played on 2026.9.6 for each of its ids).

use serde_json::{Map, Value};

use super::installed::Installed;
use super::problem::Problem;
use crate::secret::value::js_trim;

/// Kind of these warnings.
pub(crate) const KIND: &str = "direct-messages-dropped";

/// Members of `channels` for which the release does not ask.
const NO_CHANNEL: [&str; 3] = ["defaults", "modelByChannel", "tools"];

type Entry = Map<String, Value>;

/// Notes the channels and accounts whose direct messages are all dropped.
pub(super) fn dropped(config: &Value, installed: &Installed<'_>, out: &mut Vec<Problem>) {
    let channels = config.get("channels").and_then(Value::as_object);
    for (id, channel) in channels.into_iter().flatten() {
        let Some(channel) = channel.as_object().filter(|channel| is_on(channel)) else {
            continue;
        };
        // The plugin of Matrix has these settings at another place.
        if NO_CHANNEL.contains(&id.as_str()) || (id == "matrix" && installed.knows("matrix")) {
            continue;
        }
        // That of QQ asks for no star.
        let needs_star = !(id == "qqbot" && installed.knows("qqbot"));
        out.extend(judge(channel, None, &["channels", id], needs_star));
        let accounts = channel.get("accounts").and_then(Value::as_object);
        for (name, account) in accounts.into_iter().flatten() {
            if let Some(account) = account.as_object().filter(|account| is_on(account)) {
                let path = ["channels", id, "accounts", name];
                out.extend(judge(account, Some(channel), &path, needs_star));
            }
        }
    }
}

fn is_on(entry: &Entry) -> bool {
    entry.get("enabled") != Some(&Value::Bool(false))
}

/// A setting of an entry, or its older form below `dm`.
fn own<'v>(entry: &'v Entry, key: &str, old: &str) -> Option<&'v Value> {
    let filled = |value: &&Value| !value.is_null();
    let older = || entry.get("dm").and_then(|dm| dm.get(old)).filter(filled);
    entry.get(key).filter(filled).or_else(older)
}

fn judge(entry: &Entry, channel: Option<&Entry>, path: &[&str], needs_star: bool) -> Option<Problem> {
    let setting = |key: &str, old: &str| own(entry, key, old).or_else(|| own(channel?, key, old));
    let senders = setting("allowFrom", "allowFrom").and_then(Value::as_array);
    let senders: Vec<String> = senders
        .into_iter()
        .flatten()
        .map(|sender| match sender {
            Value::String(text) => js_trim(text).to_owned(),
            other => other.to_string(),
        })
        .filter(|sender| !sender.is_empty())
        .collect();
    let (words, hint) = match setting("dmPolicy", "policy").and_then(Value::as_str)? {
        "open" if needs_star && !senders.iter().any(|sender| sender == "*") => (
            "dmPolicy is \"open\", and allowFrom does not name \"*\": every direct message is dropped",
            "write dmPolicy: \"pairing\" to approve each sender once, or add \"*\" to allowFrom to answer everybody",
        ),
        "allowlist" if senders.is_empty() => (
            "dmPolicy is \"allowlist\", and allowFrom names nobody: every direct message is dropped",
            "name the senders in allowFrom, or write dmPolicy: \"pairing\" to approve each one once",
        ),
        _ => return None,
    };
    let path: Vec<String> = path
        .iter()
        .chain(&["allowFrom"])
        .map(|segment| (*segment).to_owned())
        .collect();
    Some(Problem::mild(&path, KIND, words).hint(hint))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::table::Table;

    #[test]
    fn policies_that_drop_every_message_are_told() {
        let installed = |plugins: &'static [String]| Installed {
            table: Table::core(),
            plugins,
            manifests: &[],
            path_exists: None,
        };
        let told = |channels: Value, plugins: &'static [String]| {
            let mut out = Vec::new();
            dropped(&json!({ "channels": channels }), &installed(plugins), &mut out);
            out.iter().map(|problem| problem.path.join(".")).collect::<Vec<_>>()
        };
        let accounts = json!({"a": {}, "b": {"allowFrom": []}, "c": {"dmPolicy": "allowlist", "allowFrom": []},
            "d": {"dm": {"allowFrom": ["x"]}}, "e": {"allowFrom": null}, "f": {"enabled": false, "allowFrom": []}});
        let cases = [
            (json!({"dmPolicy": "open"}), &["allowFrom"][..]),
            (json!({"dmPolicy": "allowlist"}), &["allowFrom"]),
            (json!({"dm": {"policy": "open"}}), &["allowFrom"]),
            (json!({"dmPolicy": "open", "dm": {"allowFrom": ["*"]}}), &[]),
            (json!({"dmPolicy": "open", "allowFrom": [" * "]}), &[]),
            (json!({"dmPolicy": "open", "allowFrom": ["U1"]}), &["allowFrom"]),
            (json!({"dmPolicy": "allowlist", "allowFrom": ["  "]}), &["allowFrom"]),
            (json!({"dmPolicy": "allowlist", "allowFrom": [5]}), &[]),
            (json!({"dmPolicy": "open", "enabled": false}), &[]),
            (json!({"dmPolicy": "pairing"}), &[]),
            (json!({"groupPolicy": "allowlist"}), &[]),
            (
                json!({"allowFrom": ["*"], "dmPolicy": "open", "accounts": accounts}),
                &["accounts.b.allowFrom", "accounts.c.allowFrom", "accounts.d.allowFrom"],
            ),
        ];
        for (channel, paths) in cases {
            for id in ["telegram", "discord", "nostr", "a-plugins-own"] {
                let whole: Vec<String> = paths.iter().map(|path| format!("channels.{id}.{path}")).collect();
                assert_eq!(told(json!({ id: channel }), &[]), whole, "{channel}");
            }
        }
        assert!(
            told(
                json!({"defaults": {"dmPolicy": "open"}, "tools": {"dmPolicy": "open"}}),
                &[]
            )
            .is_empty()
        );
        let plugins: &'static [String] = Box::leak(Box::new(["matrix".to_owned(), "qqbot".to_owned()]));
        assert!(
            told(
                json!({"matrix": {"dmPolicy": "open"}, "qqbot": {"dmPolicy": "open"}}),
                plugins
            )
            .is_empty()
        );
        assert_eq!(
            told(json!({"matrix": {"dmPolicy": "open"}}), &[]),
            ["channels.matrix.allowFrom"]
        );
    }
}
