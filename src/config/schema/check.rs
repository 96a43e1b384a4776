//! A value against a JSON Schema, with the paths that the release names: each keyword speaks for itself, and a failed
//! union names what every branch misses beside the union.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::Home;
use super::regex::Regex;
use crate::config::near;
use crate::config::patterns;
use crate::config::problem::{Problem, type_name};

/// Problems of one schema that are reported.
const MOST: usize = 200;
/// Schemas that may be looked at, so that a hostile manifest ends.
const STEPS: usize = 2_000_000;
/// Levels of a schema, so that one that names itself ends.
const DEPTH: usize = 120;

/// What came of a check.
#[derive(Debug, Default)]
pub(in crate::config) struct Checked {
    /// What does not fit.
    pub(in crate::config) problems: Vec<Problem>,
    /// Whether something of the schema was not understood, so that no problem is no proof.
    pub(in crate::config) partly: bool,
}

/// Checks a value at a path. `defaults` tells whether the release fills in defaults before.
pub(in crate::config) fn check(
    home: &Home<'_>,
    schema: &Value,
    value: &Value,
    path: &[String],
    defaults: bool,
) -> Checked {
    let mut walk = Walk {
        home,
        path: path.to_vec(),
        steps: 0,
        depth: 0,
        partly: false,
    };
    let mut problems = Vec::new();
    walk.value(schema, value, defaults, &mut problems);
    problems.truncate(MOST);
    Checked {
        problems,
        partly: walk.partly,
    }
}

/// The walk through value and schema.
pub(super) struct Walk<'h, 's> {
    home: &'h Home<'s>,
    pub(super) path: Vec<String>,
    steps: usize,
    depth: usize,
    partly: bool,
}

impl Walk<'_, '_> {
    /// Checks one value and adds its problems.
    pub(super) fn value(&mut self, schema: &Value, value: &Value, defaults: bool, out: &mut Vec<Problem>) {
        self.steps += 1;
        if self.steps > STEPS || self.depth > DEPTH {
            self.partly = true;
            return;
        }
        self.depth += 1;
        match schema {
            Value::Bool(false) => out.push(self.problem("unknown_key", "nothing is allowed here")),
            Value::Object(schema) => self.keywords(schema, value, defaults, out),
            _ => {}
        }
        self.depth -= 1;
    }

    /// Returns what a reference stands for, or the schema itself.
    pub(super) fn resolve(&mut self, schema: &Value) -> Option<Rc<Value>> {
        let name = schema.get("$ref")?.as_str()?;
        let part = self.home.part(name);
        self.partly |= part.is_none();
        part
    }

    pub(super) fn problem(&self, kind: &'static str, words: impl Into<String>) -> Problem {
        Problem::mild(&self.path, kind, words)
    }

    fn below(&mut self, key: &str, schema: &Value, value: &Value, defaults: bool, out: &mut Vec<Problem>) {
        self.path.push(key.to_owned());
        self.value(schema, value, defaults, out);
        self.path.pop();
    }

    fn keywords(&mut self, schema: &Map<String, Value>, value: &Value, defaults: bool, out: &mut Vec<Problem>) {
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            match self.home.part(name) {
                Some(part) => self.value(&part, value, defaults, out),
                None => self.partly = true,
            }
        }
        let before = out.len();
        if let Some(types) = schema.get("type").filter(|types| !is_one_of(types, value, schema)) {
            out.push(self.wrong_type(types, value));
        }
        match value {
            Value::Object(map) => self.object(schema, map, defaults, out),
            Value::Array(items) => self.array(schema, items, defaults, out),
            Value::String(text) => self.string(schema, text, out),
            Value::Number(number) => self.number(schema, number.as_f64().unwrap_or(f64::NAN), out),
            _ => {}
        }
        let allowed = match (schema.get("enum").and_then(Value::as_array), schema.get("const")) {
            (Some(allowed), _) => Some(allowed.clone()),
            (None, Some(only)) => Some(vec![only.clone()]),
            _ => None,
        };
        // A value of the wrong type is said to be of the wrong type, and nothing more at the same place.
        if let Some(allowed) =
            allowed.filter(|allowed| out.len() == before && !allowed.iter().any(|one| same(one, value)))
        {
            let mut problem = self.problem("enum", format!("expected {}", near::list(&allowed)));
            problem.hint = near::constant(&allowed, value, &self.path);
            out.push(problem);
        }
        self.combined(schema, value, defaults, out);
    }

    fn wrong_type(&self, types: &Value, value: &Value) -> Problem {
        let names = || {
            types
                .as_array()
                .map_or(std::slice::from_ref(types), Vec::as_slice)
                .iter()
                .filter_map(Value::as_str)
        };
        let words: Vec<&str> = names().map(in_words).collect();
        let words = format!("expected {}, found {}", words.join(" or "), type_name(value));
        let mut problem = self.problem("type", words);
        problem.hint = names().find_map(|name| near::conversion_to(name, value, &self.path));
        problem
    }

    fn object(
        &mut self,
        schema: &Map<String, Value>,
        map: &Map<String, Value>,
        defaults: bool,
        out: &mut Vec<Problem>,
    ) {
        let members = schema.get("properties").and_then(Value::as_object);
        for name in schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            let mut filled = || {
                let member = members.and_then(|members| members.get(name));
                let part = member.and_then(|member| self.resolve(member));
                member.is_some_and(|member| part.as_deref().unwrap_or(member).get("default").is_some())
            };
            if map.contains_key(name) || (defaults && filled()) {
                continue;
            }
            self.path.push(name.to_owned());
            let mut problem = self.problem("required", format!("{name} is missing"));
            problem.hint = near::required(map, name);
            out.push(problem);
            self.path.pop();
        }
        self.members(schema, members, map, defaults, out);
        if let Some(names) = schema.get("propertyNames") {
            for key in map.keys() {
                self.below(key, names, &Value::String(key.clone()), false, out);
            }
        }
        self.count(schema, ["minProperties", "maxProperties"], map.len(), "keys", out);
    }

    fn members(
        &mut self,
        schema: &Map<String, Value>,
        members: Option<&Map<String, Value>>,
        map: &Map<String, Value>,
        defaults: bool,
        out: &mut Vec<Problem>,
    ) {
        let mut unknown = Vec::new();
        for (key, value) in map {
            if let Some(member) = members.and_then(|members| members.get(key)) {
                self.below(key, member, value, defaults, out);
                continue;
            }
            let mut named = false;
            for (pattern, part) in schema
                .get("patternProperties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                if self.fits(pattern, key) {
                    named = true;
                    self.below(key, part, value, defaults, out);
                }
            }
            match schema.get("additionalProperties").filter(|_| !named) {
                Some(Value::Bool(false)) => unknown.push(key.clone()),
                Some(other) => self.below(key, other, value, defaults, out),
                None => {}
            }
        }
        if !unknown.is_empty() {
            let names: Vec<&str> = members.into_iter().flat_map(Map::keys).map(String::as_str).collect();
            out.push(near::unknown(&self.path, unknown, &names, map));
        }
    }

    fn array(&mut self, schema: &Map<String, Value>, items: &[Value], defaults: bool, out: &mut Vec<Problem>) {
        let fixed = schema
            .get("prefixItems")
            .or(schema.get("items"))
            .and_then(Value::as_array);
        let rest = schema
            .get("items")
            .filter(|items| !items.is_array())
            .or(schema.get("additionalItems"));
        for (at, item) in items.iter().enumerate() {
            if let Some(part) = fixed.and_then(|fixed| fixed.get(at)).or(rest) {
                self.below(&at.to_string(), part, item, defaults, out);
            }
        }
        self.count(schema, ["minItems", "maxItems"], items.len(), "elements", out);
        let unique = schema.get("uniqueItems") == Some(&Value::Bool(true)) && items.len() < 2000;
        if unique && (1..items.len()).any(|at| items.get(..at).is_some_and(|before| before.contains(&items[at]))) {
            out.push(self.problem("rule", "an element occurs twice"));
        }
    }

    fn string(&mut self, schema: &Map<String, Value>, text: &str, out: &mut Vec<Problem>) {
        self.count(
            schema,
            ["minLength", "maxLength"],
            text.chars().count(),
            "characters",
            out,
        );
        if let Some(format) = schema
            .get("format")
            .and_then(Value::as_str)
            .filter(|format| *format == "uri")
            && let Some(known) = patterns::by_format(format).filter(|known| !(known.fits)(text))
        {
            out.push(self.problem("pattern", format!("expected {}", known.words)));
        }
        if let Some(pattern) = schema
            .get("pattern")
            .and_then(Value::as_str)
            .filter(|pattern| !self.fits(pattern, text))
        {
            let words = patterns::by_source(pattern)
                .map_or(format!("a text that matches {pattern}"), |known| known.words.to_owned());
            out.push(self.problem("pattern", format!("expected {words}")));
        }
    }

    fn fits(&mut self, pattern: &str, text: &str) -> bool {
        match Regex::parse(pattern) {
            Some(regex) => regex.fits(text),
            None => {
                self.partly = true;
                true
            }
        }
    }

    fn number(&self, schema: &Map<String, Value>, number: f64, out: &mut Vec<Problem>) {
        let limit = |key: &str| schema.get(key).and_then(Value::as_f64);
        let broken = match () {
            () if limit("minimum").is_some_and(|min| number < min) => {
                limit("minimum").map(|min| format!("at least {min}"))
            }
            () if limit("exclusiveMinimum").is_some_and(|min| number <= min) => {
                limit("exclusiveMinimum").map(|min| format!("more than {min}"))
            }
            () if limit("maximum").is_some_and(|max| number > max) => {
                limit("maximum").map(|max| format!("at most {max}"))
            }
            () if limit("exclusiveMaximum").is_some_and(|max| number >= max) => {
                limit("exclusiveMaximum").map(|max| format!("less than {max}"))
            }
            () => limit("multipleOf")
                .filter(|step| (number / step).fract() != 0.0)
                .map(|step| format!("a multiple of {step}")),
        };
        out.extend(broken.map(|words| self.problem("range", format!("expected {words}"))));
    }

    fn count(
        &self,
        schema: &Map<String, Value>,
        [min, max]: [&str; 2],
        count: usize,
        unit: &str,
        out: &mut Vec<Problem>,
    ) {
        let limit = |key: &str| schema.get(key).and_then(Value::as_f64);
        let count_f = count as f64;
        if limit(min).is_some_and(|min| count_f < min) {
            let words = if count == 0 {
                "it must not be empty".to_owned()
            } else {
                format!("too few {unit}")
            };
            out.push(self.problem("range", words));
        } else if let Some(max) = limit(max).filter(|max| count_f > *max) {
            out.push(self.problem("range", format!("more than {max} {unit}")));
        }
    }
}

/// Returns whether a value has the type, or one of the types, that a schema wants.
fn is_one_of(types: &Value, value: &Value, schema: &Map<String, Value>) -> bool {
    let fits = |name: &Value| match (name.as_str(), value) {
        (Some("string"), Value::String(_))
        | (Some("number"), Value::Number(_))
        | (Some("boolean"), Value::Bool(_))
        | (Some("null"), Value::Null)
        | (Some("object"), Value::Object(_))
        | (Some("array"), Value::Array(_)) => true,
        (Some("integer"), Value::Number(number)) => number.as_f64().is_some_and(|number| number.fract() == 0.0),
        _ => false,
    };
    let nullable = value.is_null() && schema.get("nullable") == Some(&Value::Bool(true));
    nullable
        || types
            .as_array()
            .map_or_else(|| fits(types), |types| types.iter().any(fits))
}

/// Returns whether two values are one, as JavaScript counts: 1 and 1.0 are.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left == right,
        _ => left == right,
    }
}

/// Returns the name of a type in words.
pub(super) fn in_words(name: &str) -> &str {
    match name {
        "string" => "a string",
        "number" => "a number",
        "integer" => "a whole number",
        "boolean" => "true or false",
        "object" => "an object",
        "array" => "a list",
        other => other,
    }
}
