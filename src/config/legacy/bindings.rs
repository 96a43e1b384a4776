//! Which bindings a start adds: where several agents of the older list share channels, the first one keeps the accounts
//! that no binding names (the product's legacy-config-binding-repair).

use serde_json::{Map, Value, json};

use super::super::problem::get;
use super::super::rules::agent_id;
use super::super::schema::{Tables, Where};

/// Returns the agent that owned what nobody was bound to; none where the roster is of another form.
pub(super) fn first_of_list(config: &Value) -> Option<String> {
    let agents = config.get("agents")?;
    let list = agents.get("list")?.as_array().filter(|list| list.len() > 1)?;
    let marked = |entry: &Value| entry.get("default") == Some(&Value::Bool(true));
    if agents.get("ownership").is_some() || agents.get("entries").is_some() || list.iter().any(marked) {
        return None;
    }
    Some(agent_id(list.first()?.get("id")?.as_str()?).into_owned())
}

/// Binds the accounts that no binding names to the agent.
pub(super) fn keep_owner(config: &mut Value, owner: &str, done: &mut Vec<String>) {
    let channels = config.get("channels").and_then(Value::as_object).into_iter().flatten();
    let mut added = Vec::new();
    for (id, channel) in channels {
        // Of a channel whose plugin is not in the package no accounts are known.
        let here = Tables::newest().channel(id).is_some_and(|one| one.lies != Where::Away);
        let Some(channel) = channel.as_object().filter(|map| here && !is_off(map)) else {
            continue;
        };
        let accounts = channel
            .get("accounts")
            .and_then(Value::as_object)
            .filter(|map| !map.is_empty());
        let named = accounts.into_iter().flatten();
        let named = named
            .filter(|(_, one)| !one.as_object().is_some_and(is_off))
            .map(|(name, _)| name.clone());
        let mut names: Vec<String> = match accounts {
            Some(_) => named.collect(),
            None => vec!["default".to_owned()],
        };
        names.retain(|name| !is_bound(config, id, name));
        added.extend(names.into_iter().map(|name| (id.clone(), name)));
    }
    if added.is_empty() {
        return;
    }
    let Some(root) = config.as_object_mut() else { return };
    let bindings = root.entry("bindings").or_insert_with(|| json!([]));
    let Some(bindings) = bindings.as_array_mut() else {
        return;
    };
    for (channel, account) in added {
        bindings.push(json!({"agentId": owner, "match": {"channel": channel, "accountId": account}}));
        done.push(format!(
            "a binding of {channel}, account {account}, to the agent {owner} is added"
        ));
    }
}

fn is_off(map: &Map<String, Value>) -> bool {
    map.get("enabled") == Some(&Value::Bool(false))
}

/// Returns whether a binding without a narrower condition names the account.
fn is_bound(config: &Value, channel: &str, account: &str) -> bool {
    let bindings = get(config, &["bindings"]).and_then(Value::as_array);
    bindings.into_iter().flatten().any(|binding| {
        let text = |key: &str| binding.pointer(&format!("/match/{key}")).and_then(Value::as_str);
        let of_account = match text("accountId") {
            Some("*") => true,
            Some(given) => given == account,
            None => account == "default",
        };
        let narrow = ["peer", "guildId", "teamId", "roles"];
        let narrow = narrow
            .iter()
            .any(|key| binding.pointer(&format!("/match/{key}")).is_some());
        text("channel") == Some(channel) && of_account && !narrow
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_is_bound_to_stays_with_the_first_agent() {
        let list = json!([{"id": "Main"}, {"id": "b"}]);
        for (agents, channels, bindings, added) in [
            (
                json!({"list": list}),
                json!({"telegram": {"botToken": "x"}}),
                json!([]),
                1,
            ),
            (
                json!({"list": list}),
                json!({"telegram": {"accounts": {"a": {}, "b": {"enabled": false}, "c": {}}}}),
                json!([]),
                2,
            ),
            (
                json!({"list": list}),
                json!({"telegram": {"enabled": false, "botToken": "x"}}),
                json!([]),
                0,
            ),
            (json!({"list": list}), json!({"discord": {"token": "x"}}), json!([]), 0),
            (
                json!({"list": list}),
                json!({"telegram": {"botToken": "x"}}),
                json!([{"agentId": "b", "match": {"channel": "telegram"}}]),
                0,
            ),
            (
                json!({"list": list}),
                json!({"telegram": {"botToken": "x"}}),
                json!([{"agentId": "b", "match": {"channel": "telegram", "peer": {"kind": "direct", "id": "1"}}}]),
                1,
            ),
            (
                json!({"list": [{"id": "a"}, {"id": "b", "default": true}]}),
                json!({"telegram": {"botToken": "x"}}),
                json!([]),
                0,
            ),
            (
                json!({"list": [{"id": "a"}]}),
                json!({"telegram": {"botToken": "x"}}),
                json!([]),
                0,
            ),
            (
                json!({"entries": {"a": {}, "b": {}}}),
                json!({"telegram": {"botToken": "x"}}),
                json!([]),
                0,
            ),
        ] {
            let mut config = json!({"agents": agents, "channels": channels, "bindings": bindings});
            let mut done = Vec::new();
            if let Some(owner) = first_of_list(&config) {
                assert_eq!(owner, "main");
                keep_owner(&mut config, &owner, &mut done);
            }
            assert_eq!(done.len(), added, "{config}");
        }
    }
}
