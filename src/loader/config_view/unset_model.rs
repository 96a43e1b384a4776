//! What the default agent talks to where neither it nor the defaults name a model (`models status` of 2026.9.6: the first
//! entry of `models.providers` that lists a model, else the model of the release, whatever keys are there).

use serde_json::Value;

use super::uses::{has_own_runtime, is_given, word};
use crate::model::snapshot::UnsetModel;

/// Returns what is taken; none where a model is named, another runtime answers, or the Gateway is elsewhere.
pub(super) fn of(config: &Value) -> Option<UnsetModel> {
    let is_client = config.pointer("/gateway/mode").and_then(Value::as_str) == Some("remote");
    let agent = default_agent(config);
    let settled = |agent: &Value| has_own_runtime(agent) || names_model(agent);
    let defaults = config.pointer("/agents/defaults");
    if is_client || config.as_object()?.is_empty() || defaults.into_iter().chain(agent).any(settled) {
        return None;
    }
    let lists_one = |entry: &Value| {
        let id = entry.pointer("/models/0/id").and_then(Value::as_str);
        id.is_some_and(|id| !id.is_empty())
    };
    let providers = config.pointer("/models/providers").and_then(Value::as_object);
    let first = providers.into_iter().flatten().find(|(_, entry)| lists_one(entry));
    Some(match first {
        Some((id, _)) => UnsetModel::FirstProvider { id: word(id)? },
        None => UnsetModel::BuiltIn {
            used: agent.is_some() || is_used(config),
        },
    })
}

/// The agent that answers where none is asked for: marked in the older list, else `main`, else the first.
fn default_agent(config: &Value) -> Option<&Value> {
    let list = config.pointer("/agents/list").and_then(Value::as_array);
    let list = list.map(Vec::as_slice).unwrap_or_default();
    let marked = list
        .iter()
        .find(|agent| agent.get("default") == Some(&Value::Bool(true)));
    let entries = config.pointer("/agents/entries").and_then(Value::as_object);
    let entry = entries.and_then(|map| map.get("main").or_else(|| map.values().next()));
    marked.or(list.first()).or(entry)
}

fn names_model(agent: &Value) -> bool {
    let model = agent.get("model");
    let primary = model.and_then(|model| model.get("primary").or(Some(model)));
    primary
        .and_then(Value::as_str)
        .is_some_and(|text| !text.trim().is_empty())
}

/// Whether anything is set up that talks to a model. A Gateway that was only just set up is not wrong yet.
fn is_used(config: &Value) -> bool {
    let on = |section: &Value| section.get("enabled").and_then(Value::as_bool);
    let given = |at: &str| config.pointer(at).is_some_and(is_given);
    let channels = config.get("channels").and_then(Value::as_object).into_iter().flatten();
    let mut channels = channels.filter(|(id, _)| !matches!(id.as_str(), "defaults" | "modelByChannel"));
    given("/agents/defaults/model")
        || given("/agents/defaults/models")
        || channels.any(|(_, section)| on(section) != Some(false))
        || config.get("hooks").and_then(on) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_where_no_model_is_named() {
        let first = |id: &str| Some(UnsetModel::FirstProvider { id: id.to_owned() });
        let built_in = |used| Some(UnsetModel::BuiltIn { used });
        for (config, taken) in [
            ("{gateway: {mode: 'local'}}", built_in(false)),
            ("{gateway: {mode: 'remote'}}", None),
            ("{channels: {telegram: {botToken: 'x'}}}", built_in(true)),
            ("{channels: {telegram: {enabled: false}}}", built_in(false)),
            ("{agents: {entries: {main: {name: 'Main'}}}}", built_in(true)),
            ("{agents: {defaults: {models: {'anthropic/x': {}}}}}", built_in(true)),
            ("{agents: {defaults: {model: {fallbacks: ['groq/x']}}}}", built_in(true)),
            ("{agents: {defaults: {model: ' '}}}", built_in(false)),
            ("{agents: {defaults: {model: 'anthropic/x'}}}", None),
            ("{agents: {defaults: {agentRuntime: {id: 'claude-cli'}}}}", None),
            (
                "{agents: {list: [{id: 'a'}, {id: 'b', default: true, model: 'groq/x'}]}}",
                None,
            ),
            (
                "{models: {providers: {a: {models: []}, b: {models: [{id: 'x'}]}, c: {models: [{id: 'y'}]}}}}",
                first("b"),
            ),
        ] {
            let value: Value = json5::from_str(config).unwrap();
            assert_eq!(of(&value), taken, "{config}");
        }
    }
}
