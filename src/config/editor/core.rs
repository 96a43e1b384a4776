//! The core table as a JSON Schema.

use serde_json::{Map, Value, json};

use super::{constants, portable, to, unless_included, unless_reference};
use crate::config::rules::{self, Hook};
use crate::config::table::{Limits, Node, Open, Shape, Table};

/// Patterns that the release matches without regard to case.
const ANY_CASE: [(&str, &str); 2] = [
    ("^[a-z0-9][a-z0-9_-]{0,63}$", "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"),
    ("^[a-z0-9_][a-z0-9_-]{0,63}$", "^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$"),
];
/// Largest integer that JavaScript counts exactly.
const MAX_SAFE: u64 = 9_007_199_254_740_991;

/// Returns the schema of the whole config; parts that occur more than once go to `parts`.
pub(super) fn root(parts: &mut Map<String, Value>) -> Value {
    let table = Table::core();
    let mut walk = Walk { table, parts };
    let mut root = walk.node(table.root, Some(rules::hooks()));
    older(&mut root, &mut walk);
    root
}

struct Walk<'p> {
    table: &'static Table,
    parts: &'p mut Map<String, Value>,
}

impl Walk<'_> {
    /// Returns a node, or a reference to it where it is a definition of the table.
    fn value(&mut self, id: u32, hook: Option<&Hook>) -> Value {
        // What hangs on a path is not the same everywhere where a definition is used.
        let Some(name) = self
            .table
            .definition(id)
            .filter(|_| hook.is_none_or(|hook| !hook.trims_somewhere()))
        else {
            return self.node(id, hook);
        };
        let name = format!("part-{name}");
        if !self.parts.contains_key(&name) {
            // Held free while it is made: a definition may name itself.
            self.parts.insert(name.clone(), Value::Null);
            let part = self.node(id, None);
            self.parts.insert(name.clone(), part);
        }
        to(&name)
    }

    fn node(&mut self, id: u32, hook: Option<&Hook>) -> Value {
        let node = self.table.node(id);
        match &node.shape {
            Shape::Any => json!({}),
            Shape::Bool => json!({"type": "boolean"}),
            Shape::Null => json!({"type": "null"}),
            Shape::String => text(&node.limits, hook.is_some_and(|hook| hook.trims)),
            Shape::Number | Shape::Integer => number(node),
            Shape::Consts(allowed) => constants(allowed),
            Shape::Object { .. } => self.object(node, hook),
            Shape::Array(item) => {
                let mut list = json!({"type": "array"});
                if let Some(item) = item {
                    list["items"] = self.value(*item, Hook::step(hook, "*"));
                }
                count(&mut list, &node.limits, ["minItems", "maxItems"]);
                unless_included(list)
            }
            Shape::Tuple(ids) => {
                let items: Vec<Value> = ids.iter().map(|id| self.value(*id, None)).collect();
                let length = items.len();
                unless_included(json!({"type": "array", "items": items, "minItems": length, "maxItems": length}))
            }
            Shape::Union(branches) | Shape::Tagged(branches) => {
                let mut branches: Vec<Value> = branches.iter().map(|id| self.value(*id, hook)).collect();
                branches.iter_mut().for_each(exec_id);
                json!({ "anyOf": branches })
            }
        }
    }

    fn object(&mut self, node: &Node, hook: Option<&Hook>) -> Value {
        let Shape::Object {
            members, keys, open, ..
        } = &node.shape
        else {
            return json!({});
        };
        let mut properties = Map::new();
        for member in members {
            let below = Hook::step(hook, member.name);
            properties.insert(member.name.to_owned(), self.value(member.node, below));
        }
        let required: Vec<&str> = members.iter().filter(|one| one.required).map(|one| one.name).collect();
        properties.insert("$include".to_owned(), json!({}));
        let mut object = json!({"type": "object", "properties": properties});
        match open {
            Open::Any => {}
            Open::Closed => object["additionalProperties"] = json!(false),
            Open::Of(id) => {
                object["additionalProperties"] = self.value(*id, Hook::step(hook, "*"));
                if let Some(rule) = keys {
                    let trims = hook.is_some_and(|hook| hook.trims_keys);
                    let known: Vec<&String> = object["properties"]
                        .as_object()
                        .into_iter()
                        .flat_map(Map::keys)
                        .collect();
                    let rule = text(&self.table.node(*rule).limits, trims);
                    object["propertyNames"] = json!({"anyOf": [{"enum": known}, rule]});
                }
            }
        }
        if !required.is_empty() {
            object["anyOf"] = json!([{"required": ["$include"]}, {"required": required}]);
        }
        object
    }
}

/// What the release wants of the id in a SecretRef of source exec.
fn exec_id(branch: &mut Value) {
    if branch
        .pointer("/properties/source/anyOf/0/enum/0")
        .is_some_and(|source| source == "exec")
    {
        let id = r"^(?!.*(?:^|/)\.{1,2}(?:/|$))[A-Za-z0-9][A-Za-z0-9._:/#-]{0,255}$";
        branch["properties"]["id"] = unless_reference(json!({ "pattern": id }));
    }
}

fn count(schema: &mut Value, limits: &Limits, [min, max]: [&str; 2]) {
    if let Some(least) = limits.len.0 {
        schema[min] = json!(least);
    }
    if let Some(most) = limits.len.1 {
        schema[max] = json!(most);
    }
}

fn text(limits: &Limits, trims: bool) -> Value {
    let mut own = json!({});
    if trims {
        // Blanks around the text do not count: only that there is something else can be said.
        if limits.len.0.is_some_and(|least| least > 0) {
            own["pattern"] = json!(r"\S");
        }
    } else {
        count(&mut own, limits, ["minLength", "maxLength"]);
    }
    let mut patterns: Vec<String> = limits.patterns.iter().map(|one| pattern(one.source)).collect();
    if trims {
        patterns.iter_mut().for_each(|one| *one = between_blanks(one));
    }
    match patterns.as_slice() {
        [] => {}
        [one] if own.get("pattern").is_none() => own["pattern"] = json!(one),
        many => own["allOf"] = many.iter().map(|one| json!({ "pattern": one })).collect(),
    }
    match own.as_object().is_some_and(Map::is_empty) {
        true => json!({"type": "string"}),
        false => unless_reference(own),
    }
}

fn pattern(source: &str) -> String {
    match ANY_CASE.iter().find(|(one, _)| *one == source) {
        Some((_, both)) => (*both).to_owned(),
        None => portable(source),
    }
}

fn between_blanks(pattern: &str) -> String {
    match pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')) {
        Some(inner) => format!(r"^\s*(?:{inner})\s*$"),
        None => pattern.to_owned(),
    }
}

fn number(node: &Node) -> Value {
    let mut schema = json!({"type": "number"});
    if matches!(node.shape, Shape::Integer) {
        schema = json!({"type": "integer", "minimum": -(MAX_SAFE as i64), "maximum": MAX_SAFE});
    }
    let limits = &node.limits;
    let named = [
        ("minimum", limits.min),
        ("exclusiveMinimum", limits.above),
        ("maximum", limits.max),
        ("exclusiveMaximum", limits.below),
    ];
    for (keyword, limit) in named {
        if let Some(limit) = limit {
            schema[keyword] = whole(limit);
        }
    }
    schema
}

fn whole(number: f64) -> Value {
    match number.fract() == 0.0 && number.abs() < 9e15 {
        true => json!(number as i64),
        false => json!(number),
    }
}

/// Adds the layouts of earlier releases that are still read as they are, with a warning (`migrate`).
fn older(root: &mut Value, walk: &mut Walk<'_>) {
    let budget = older_key("contextTokens of a model counts; see models.providers.<provider>.models[]");
    let places = [
        (
            "/properties/models/properties/providers/additionalProperties",
            "contextTokens",
        ),
        (
            "/properties/models/properties/providers/additionalProperties",
            "contextWindow",
        ),
        ("/properties/agents/properties/defaults", "contextTokens"),
        (
            "/properties/agents/properties/entries/additionalProperties",
            "contextTokens",
        ),
    ];
    for (at, key) in places {
        if let Some(members) = members_at(root, at, walk.parts) {
            members.entry(key).or_insert_with(|| budget.clone());
        }
    }
    let Some(entry) = root
        .pointer("/properties/agents/properties/entries/additionalProperties")
        .cloned()
    else {
        return;
    };
    let mut listed = match entry
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|name| name.strip_prefix("#/definitions/"))
    {
        Some(name) => walk.parts.get(name).cloned().unwrap_or_default(),
        None => entry,
    };
    listed["properties"]["id"] = json!({"type": "string"});
    let mut list = older_key("use agents.entries: {<id>: {…}}");
    list["items"] = listed;
    list["type"] = json!("array");
    if let Some(members) = members_at(root, "/properties/agents", walk.parts) {
        members.insert("list".to_owned(), unless_included(list));
    }
}

fn older_key(words: &str) -> Value {
    json!({"deprecationMessage": format!("an older layout: {words}"), "doNotSuggest": true})
}

/// Returns the members of the object at a place, in the part that a reference there names.
fn members_at<'v>(
    root: &'v mut Value,
    at: &str,
    parts: &'v mut Map<String, Value>,
) -> Option<&'v mut Map<String, Value>> {
    let object = root.pointer_mut(at)?;
    let name = object
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|name| name.strip_prefix("#/definitions/"));
    match name.map(str::to_owned) {
        Some(name) => parts.get_mut(&name)?.get_mut("properties")?.as_object_mut(),
        None => object.get_mut("properties")?.as_object_mut(),
    }
}
