//! The agents of a config: by name in `agents.entries`, or in `agents.list` on releases that have no names for them.

use serde_json::Value;

use super::problem::get;

/// One agent.
pub(super) struct Agent<'v> {
    pub(super) id: &'v str,
    pub(super) value: &'v Value,
    /// Its place in the list.
    at: Option<usize>,
}

impl Agent<'_> {
    /// Returns the path of a setting of this agent.
    pub(super) fn path(&self, below: &[&str]) -> Vec<String> {
        let own = match self.at {
            None => ["agents".to_owned(), "entries".to_owned(), self.id.to_owned()],
            Some(at) => ["agents".to_owned(), "list".to_owned(), at.to_string()],
        };
        own.into_iter()
            .chain(below.iter().map(|key| (*key).to_owned()))
            .collect()
    }
}

/// Returns the agents in the order of the file. A release with names has made entries of a list before it is asked.
pub(super) fn agents(config: &Value) -> impl Iterator<Item = Agent<'_>> {
    let entries = get(config, &["agents", "entries"]).and_then(Value::as_object);
    let list = get(config, &["agents", "list"]).and_then(Value::as_array);
    let named = entries
        .into_iter()
        .flatten()
        .map(|(id, value)| Agent { id, value, at: None });
    let listed = list.into_iter().flatten().enumerate().filter_map(|(at, value)| {
        let id = value.get("id")?.as_str()?;
        Some(Agent {
            id,
            value,
            at: Some(at),
        })
    });
    named.chain(listed)
}

/// Returns where the agents stand.
pub(super) fn place(config: &Value) -> Vec<String> {
    let name = if get(config, &["agents", "list"]).is_some() {
        "list"
    } else {
        "entries"
    };
    ["agents", name].map(str::to_owned).to_vec()
}
