//! `allOf`, `anyOf`, `oneOf`, `not` and `if` of a JSON Schema.

use serde_json::{Map, Value};

use super::check::{Walk, in_words};
use crate::config::near;
use crate::config::problem::Problem;

impl Walk<'_, '_> {
    /// Checks what a schema combines.
    pub(super) fn combined(
        &mut self,
        schema: &Map<String, Value>,
        value: &Value,
        defaults: bool,
        out: &mut Vec<Problem>,
    ) {
        if let Some(condition) = schema.get("if") {
            let branch = if fits(self, condition, value) { "then" } else { "else" };
            if let Some(branch) = schema.get(branch) {
                // The release lets a default that only switches a condition on pass, so defaults do not count here.
                self.value(branch, value, defaults, out);
            }
        }
        if schema.get("not").is_some_and(|not| fits(self, not, value)) {
            out.push(self.problem("rule", "this combination is not allowed"));
        }
        for part in list(schema, "allOf") {
            self.value(part, value, defaults, out);
        }
        any(self, list(schema, "anyOf"), value, out);
        any(self, list(schema, "oneOf"), value, out);
    }
}

fn list<'s>(schema: &'s Map<String, Value>, key: &str) -> &'s [Value] {
    schema.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn fits(walk: &mut Walk<'_, '_>, schema: &Value, value: &Value) -> bool {
    let mut found = Vec::new();
    walk.value(schema, value, false, &mut found);
    found.is_empty()
}

/// Checks branches of which one must fit. The branches of the schemas there are exclude each other, so that "one" and
/// "exactly one" are the same here. No default is filled in inside a branch.
fn any(walk: &mut Walk<'_, '_>, branches: &[Value], value: &Value, out: &mut Vec<Problem>) {
    let mut tries: Vec<Vec<Problem>> = Vec::new();
    for branch in branches {
        let mut found = Vec::new();
        walk.value(branch, value, false, &mut found);
        if found.is_empty() {
            return;
        }
        tries.push(found);
    }
    if tries.is_empty() {
        return;
    }
    let words: Vec<String> = branches.iter().map(|branch| name(walk, branch)).collect();
    let mut said = Vec::new();
    words.iter().filter(|word| !word.is_empty()).for_each(|word| {
        if !said.contains(word) {
            said.push(word.clone());
        }
    });
    let constants: Option<Vec<Value>> = branches
        .iter()
        .map(|branch| constants(walk, branch))
        .collect::<Option<Vec<_>>>()
        .map(|all| all.concat());
    let here = walk.path.len();
    let mut problem = walk.problem(
        "union",
        format!("none of the allowed forms fits: {}", said.join(" or ")),
    );
    if let Some(constants) = constants {
        problem.kind = "enum";
        problem.message = format!("expected {}", near::list(&constants));
        problem.hint = near::constant(&constants, value, &walk.path);
    } else {
        // The branch that comes closest is the one that was meant: fewest problems, none at the value itself.
        let best = tries
            .iter()
            .filter(|found| !found.iter().any(|one| one.path.len() == here && one.kind == "type"));
        let best = best.min_by_key(|found| found.len()).and_then(|found| found.first());
        problem.hint = best.map(|best| {
            let place = best.path.get(here..).unwrap_or_default().join(".");
            let said = match place.as_str() {
                "" => best.message.clone(),
                place => format!("{place}: {}", best.message),
            };
            best.hint
                .as_ref()
                .map_or(said.clone(), |hint| format!("{said}; {hint}"))
        });
    }
    let deeper: Vec<Problem> = tries
        .into_iter()
        .flatten()
        .filter(|one| one.path.len() > here)
        .collect();
    out.push(problem);
    for one in deeper {
        if !out.iter().any(|known| known.path == one.path) {
            out.push(one);
        }
    }
}

/// Returns what a branch takes, in words.
fn name(walk: &mut Walk<'_, '_>, branch: &Value) -> String {
    let part = walk.resolve(branch);
    let branch = part.as_deref().unwrap_or(branch);
    if let Some(constants) = constants(walk, branch) {
        return near::list(&constants);
    }
    let inner: Vec<Value> = ["anyOf", "oneOf"]
        .iter()
        .filter_map(|key| branch.get(*key)?.as_array())
        .flatten()
        .cloned()
        .collect();
    if let Some(first) = inner.first() {
        let first = walk.resolve(first).as_deref().unwrap_or(first).clone();
        let reference = ["source", "provider", "id"]
            .iter()
            .all(|key| first.get("properties").is_some_and(|all| all.get(*key).is_some()));
        if reference {
            return "a SecretRef {source, provider, id}".to_owned();
        }
        return inner
            .iter()
            .map(|branch| name(walk, branch))
            .collect::<Vec<_>>()
            .join(" or ");
    }
    match branch.get("type") {
        Some(Value::String(kind)) => in_words(kind).to_owned(),
        Some(Value::Array(kinds)) => kinds
            .iter()
            .filter_map(Value::as_str)
            .map(in_words)
            .collect::<Vec<_>>()
            .join(" or "),
        _ => String::new(),
    }
}

fn constants(walk: &mut Walk<'_, '_>, branch: &Value) -> Option<Vec<Value>> {
    let part = walk.resolve(branch);
    let branch = part.as_deref().unwrap_or(branch);
    match (branch.get("const"), branch.get("enum")) {
        (Some(only), _) => Some(vec![only.clone()]),
        (None, Some(all)) => all.as_array().cloned(),
        _ => None,
    }
}
