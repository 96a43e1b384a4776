//! What the release changes while it reads a config, before it validates it
//! (facts/config-validation.md section 2.3: valid with a warning).

use std::collections::HashSet;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::member::Members;
use super::problem::{Problem, get};
use super::rules::agent_id;

/// What was changed for the validation, and the way back.
pub(super) struct Migrated {
    /// What was changed; valid with a warning.
    pub(super) notes: Vec<Problem>,
    /// Whether one agent of several is the marked default, which counts as ownership said.
    pub(super) legacy_default: Option<String>,
    before: Before,
}

/// How the config was.
enum Before {
    /// As it is.
    Same,
    /// Somebody else holds it too, so a copy was changed.
    Shared(Rc<Value>),
    /// The sections that were changed.
    Sections(Vec<(&'static str, Option<Value>)>),
}

/// Applies the changes in the order of the release; the one of agents where the release keeps them by name. Of a large config only the changed sections are copied.
pub(super) fn at_read(config: &mut Rc<Value>, has_roster: bool) -> Migrated {
    let mut done = Migrated {
        notes: Vec::new(),
        legacy_default: None,
        before: Before::Same,
    };
    let budget = has_budget(config);
    let settled = !has_roster || has_settled_roster(config);
    if !budget && settled {
        return done;
    }
    let sections: &[&'static str] = if budget { &["models", "agents"] } else { &["agents"] };
    done.before = match Rc::get_mut(config) {
        None => Before::Shared(Rc::clone(config)),
        Some(value) => {
            let sections = sections.iter().filter(|_| value.is_object());
            Before::Sections(sections.map(|name| (*name, value.get(*name).cloned())).collect())
        }
    };
    let value = Rc::make_mut(config);
    context_budget(value, &mut done.notes);
    if has_roster {
        done.legacy_default = roster(value, &mut done.notes);
    }
    if done.legacy_default.is_some() {
        own_explicitly(value);
    }
    done
}

impl Migrated {
    /// Puts the sections back, in their old order.
    pub(super) fn undo(self, config: &mut Rc<Value>) -> (Vec<Problem>, Option<String>) {
        match self.before {
            Before::Same => {}
            Before::Shared(original) => *config = original,
            Before::Sections(sections) => {
                if let Some(root) = Rc::make_mut(config).as_object_mut() {
                    for (name, value) in sections {
                        match value {
                            Some(value) => root.insert(name.to_owned(), value),
                            None => root.shift_remove(name),
                        };
                    }
                }
            }
        }
        (self.notes, self.legacy_default)
    }
}

/// Returns whether [`context_budget`] may find something.
fn has_budget(config: &Value) -> bool {
    let has = |value: &Value| value.member("contextTokens").is_some() || value.member("contextWindow").is_some();
    let below = |path: &[&str]| get(config, path).and_then(Value::as_object).into_iter().flatten();
    let list = get(config, &["agents", "list"]).and_then(Value::as_array);
    below(&["models", "providers"]).any(|(_, provider)| has(provider))
        || get(config, &["agents", "defaults"]).is_some_and(has)
        || below(&["agents", "entries"]).any(|(_, entry)| has(entry))
        || list.into_iter().flatten().any(has)
}

/// Returns whether [`roster`] has nothing to do: there are entries, and none says whether it is the default.
fn has_settled_roster(config: &Value) -> bool {
    let entries = get(config, &["agents", "entries"]).and_then(Value::as_object);
    entries.is_some_and(|map| !map.is_empty() && map.values().all(|entry| entry.member("default").is_none()))
}

fn note(notes: &mut Vec<Problem>, path: &[&str], message: &str, hint: &str) {
    let path: Vec<String> = path.iter().map(|segment| (*segment).to_owned()).collect();
    notes.push(Problem::mild(&path, "legacy", message).hint(hint));
}

const BUDGET: &str = "give contextTokens in models.providers.<provider>.models[]";

fn context_budget(config: &mut Value, notes: &mut Vec<Problem>) {
    let providers = config.pointer_mut("/models/providers").and_then(Value::as_object_mut);
    for (id, provider) in providers.into_iter().flatten() {
        let Some(map) = provider.as_object_mut() else { continue };
        for key in ["contextTokens", "contextWindow"] {
            let Some(given) = map.shift_remove(key) else { continue };
            for model in map
                .get_mut("models")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                if let Some(model) = model.as_object_mut() {
                    model.entry(key).or_insert_with(|| given.clone());
                }
            }
            let path = ["models", "providers", id, key];
            note(
                notes,
                &path,
                "a limit for a whole provider is an older layout; it is applied to its models",
                BUDGET,
            );
        }
    }
    let Some(agents) = config.get_mut("agents").and_then(Value::as_object_mut) else {
        return;
    };
    let old = "contextTokens of an agent is an older layout and is ignored";
    let mut drop = |entry: Option<&mut Value>, path: &[&str]| {
        let map = entry.and_then(Value::as_object_mut);
        if map.and_then(|map| map.shift_remove("contextTokens")).is_some() {
            note(notes, path, old, BUDGET);
        }
    };
    drop(agents.get_mut("defaults"), &["agents", "defaults", "contextTokens"]);
    for (id, entry) in agents
        .get_mut("entries")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        drop(Some(entry), &["agents", "entries", id, "contextTokens"]);
    }
    for (at, entry) in agents
        .get_mut("list")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .enumerate()
    {
        drop(Some(entry), &["agents", "list", &at.to_string(), "contextTokens"]);
    }
}

/// Turns older rosters into `agents.entries`; returns the marked default agent of several.
fn roster(config: &mut Value, notes: &mut Vec<Problem>) -> Option<String> {
    let root = config.as_object_mut()?;
    match root.get_mut("agents") {
        Some(Value::Object(agents)) => settle(agents, notes)?,
        Some(_) => None,
        None => {
            let mut agents = Map::new();
            let default = settle(&mut agents, notes)?;
            root.insert("agents".to_owned(), Value::Object(agents));
            default
        }
    }
}

/// None where the roster is left as it is; else it was changed, and the marked default agent is returned.
fn settle(agents: &mut Map<String, Value>, notes: &mut Vec<Problem>) -> Option<Option<String>> {
    let listed = match agents.get("list").filter(|_| !agents.contains_key("entries")) {
        Some(list) => Some(listed_agents(list)?),
        None => None,
    };
    if listed.is_some() {
        note(
            notes,
            &["agents", "list"],
            "agents.list is an older layout",
            "use agents.entries: {<id>: {…}}",
        );
    }
    let marks = match (&listed, agents.get("entries")) {
        (Some(listed), _) => marks(listed.iter().copied()),
        (None, None) => Marks::default(),
        (None, Some(Value::Object(entries))) => marks(
            entries
                .iter()
                .filter_map(|(id, entry)| Some((id.as_str(), entry.as_object()?))),
        ),
        (None, Some(_)) => return None,
    };
    let none = listed
        .as_ref()
        .map_or_else(|| get_entries(agents).is_none_or(Map::is_empty), Vec::is_empty);
    if !none && (marks.agents == 0 || marks.odd) {
        // The list form was accepted above only with entries that are objects.
        return None;
    }
    if listed.is_some()
        && let Some(Value::Array(list)) = agents.shift_remove("list")
    {
        agents.insert("entries".to_owned(), Value::Object(by_id(list)));
    }
    let explicit = agents.get("ownership").is_some_and(|own| own == "explicit");
    if none {
        if !explicit {
            agents.insert("entries".to_owned(), json!({"main": {}}));
        }
        return Some(None);
    }
    let ([only], false) = (marks.default.as_slice(), explicit) else {
        return Some(None);
    };
    let path = ["agents", "entries", only.as_str(), "default"];
    note(
        notes,
        &path,
        "default: true is an older layout",
        "say who owns what: agents.ownership and agentId fields",
    );
    let entries = agents.get_mut("entries").and_then(Value::as_object_mut);
    for entry in entries.into_iter().flat_map(Map::values_mut) {
        entry.as_object_mut().map(|entry| entry.shift_remove("default"));
    }
    Some((marks.agents > 1).then(|| agent_id(only).into_owned()))
}

fn get_entries(agents: &Map<String, Value>) -> Option<&Map<String, Value>> {
    agents.get("entries").and_then(Value::as_object)
}

/// What entries say of being the default.
#[derive(Default)]
struct Marks {
    /// Entries that are objects.
    agents: usize,
    /// Whether one says something else than yes or no.
    odd: bool,
    /// Ids of those that say yes.
    default: Vec<String>,
}

fn marks<'v>(entries: impl Iterator<Item = (&'v str, &'v Map<String, Value>)>) -> Marks {
    let mut marks = Marks::default();
    for (id, entry) in entries {
        marks.agents += 1;
        match entry.get("default") {
            Some(Value::Bool(true)) => marks.default.push(id.to_owned()),
            None | Some(Value::Bool(false)) => {}
            Some(_) => marks.odd = true,
        }
    }
    marks
}

/// Returns ids and entries of a list; none unless each has an id of its own in its stored form.
fn listed_agents(list: &Value) -> Option<Vec<(&str, &Map<String, Value>)>> {
    let list = list.as_array()?;
    let mut seen = HashSet::with_capacity(list.len());
    let mut agents = Vec::with_capacity(list.len());
    for entry in list {
        let entry = entry.as_object()?;
        let id = entry.get("id")?.as_str()?;
        if id.is_empty() || agent_id(id) != id || !seen.insert(id) {
            return None;
        }
        agents.push((id, entry));
    }
    Some(agents)
}

fn by_id(list: Vec<Value>) -> Map<String, Value> {
    let mut entries = Map::with_capacity(list.len());
    for entry in list {
        if let Value::Object(mut entry) = entry
            && let Some(Value::String(id)) = entry.shift_remove("id")
        {
            entries.insert(id, Value::Object(entry));
        }
    }
    entries
}

fn own_explicitly(config: &mut Value) {
    let several = get(config, &["agents", "entries"])
        .and_then(Value::as_object)
        .is_some_and(|map| map.len() > 1);
    if let Some(agents) = config
        .get_mut("agents")
        .and_then(Value::as_object_mut)
        .filter(|_| several)
    {
        agents.entry("ownership").or_insert_with(|| json!("explicit"));
    }
}
