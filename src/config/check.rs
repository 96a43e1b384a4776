//! A value against the table: types, constants, limits, unknown keys, unions; and the rules that
//! hang on single paths. What hides what follows the release: a rule of an object runs only
//! while nothing inside has a wrong type, constant or key; an unknown key hides nothing (facts/config-validation.md section 1).

use serde_json::{Map, Value};

use super::member::Members;
use super::near;
use super::problem::{At, Problem, type_name};
use super::rules::{self, Hook};
use super::table::{Limits, Member, Node, Open, Shape, Table};

/// Names that an agent entry must not hold at all.
const BLOCKED: [&str; 3] = ["__proto__", "prototype", "constructor"];
/// Largest integer that JavaScript counts exactly.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

/// Returns all problems of a whole config by the table of a release.
pub(super) fn config(value: &Value, table: &'static Table) -> Vec<Problem> {
    let mut checker = Checker {
        table,
        path: Vec::new(),
    };
    let mut out = Vec::new();
    checker.value(checker.table.root, value, Some(rules::hooks()), &mut out);
    out
}

/// The walk through value and table.
pub(super) struct Checker {
    pub(super) table: &'static Table,
    pub(super) path: Vec<String>,
}

impl Checker {
    /// Checks one value and adds its problems.
    pub(super) fn value(&mut self, id: u32, value: &Value, hook: Option<&Hook>, out: &mut Vec<Problem>) {
        let start = out.len();
        let table = self.table;
        let node = table.node(id);
        if hook.is_some_and(|hook| hook.blocks_names) && self.blocked(value, out) {
            return;
        }
        match (&node.shape, value) {
            (Shape::Any, _) | (Shape::Bool, Value::Bool(_)) | (Shape::Null, Value::Null) => {}
            (Shape::String, Value::String(text)) => {
                let trims = hook.is_some_and(|hook| hook.trims);
                self.string(
                    node,
                    if trims {
                        crate::secret::value::js_trim(text)
                    } else {
                        text
                    },
                    out,
                );
            }
            (Shape::Number | Shape::Integer, Value::Number(number)) => {
                self.number(node, number.as_f64().unwrap_or(f64::NAN), out);
            }
            (Shape::Consts(allowed), _) => self.constant(allowed, value, out),
            (Shape::Object { .. }, Value::Object(map)) => self.object(node, map, hook, out),
            (Shape::Array(item), Value::Array(items)) => {
                for (at, each) in items.iter().enumerate() {
                    if let Some(item) = item {
                        self.below(at.to_string(), *item, each, Hook::step(hook, "*"), out);
                    }
                }
                self.length(&node.limits, items.len(), "elements", out);
            }
            (Shape::Tuple(parts), Value::Array(items)) if parts.len() == items.len() => {
                for (at, (part, each)) in parts.iter().zip(items).enumerate() {
                    self.below(at.to_string(), *part, each, None, out);
                }
            }
            (Shape::Union(branches), _) => return self.plain(branches, value, hook, out),
            (Shape::Tagged(branches), _) => return self.tagged(branches, value, hook, out),
            _ => out.push(self.wrong_type(node, value)),
        }
        let hidden = out.iter().skip(start).any(|problem| problem.fatal);
        let rules = hook.filter(|_| !hidden).map(|hook| &hook.rules);
        for (_, rule) in rules.into_iter().flatten().filter(|(span, _)| table.has_rule(*span)) {
            let before = out.len();
            let checked = table.release;
            rule(
                value,
                &mut At {
                    path: &self.path,
                    out,
                    checked,
                },
            );
            let told = out.split_off(before);
            out.extend(told.into_iter().filter(|problem| self.has(node, problem)));
        }
    }

    /// Whether the release has the setting that a problem is about.
    fn has(&self, node: &Node, problem: &Problem) -> bool {
        let key = problem.path.get(self.path.len());
        match (&node.shape, key) {
            (
                Shape::Object {
                    by_name,
                    open: Open::Closed,
                    ..
                },
                Some(key),
            ) => by_name.get(key).is_some(),
            _ => true,
        }
    }

    fn below(&mut self, key: String, id: u32, value: &Value, hook: Option<&Hook>, out: &mut Vec<Problem>) {
        self.path.push(key);
        self.value(id, value, hook, out);
        self.path.pop();
    }

    fn blocked(&mut self, value: &Value, out: &mut Vec<Problem>) -> bool {
        let map = value.as_object();
        let Some(name) = BLOCKED
            .iter()
            .find(|name| map.is_some_and(|map| map.member(name).is_some()))
        else {
            return false;
        };
        self.path.push((*name).to_owned());
        out.push(Problem::fatal(
            &self.path,
            "rule",
            format!("{name} is a name that OpenClaw refuses here"),
        ));
        self.path.pop();
        true
    }

    fn wrong_type(&self, node: &Node, value: &Value) -> Problem {
        let wanted = words(node);
        let found = match value {
            Value::Null => "null (or a number that is not finite)",
            other => type_name(other),
        };
        let mut problem = Problem::fatal(&self.path, "type", format!("expected {wanted}, found {found}"));
        problem.hint = near::conversion(&node.shape, value, &self.path);
        problem
    }

    fn constant(&self, allowed: &[Value], value: &Value, out: &mut Vec<Problem>) {
        // JavaScript has one kind of number: 0 and 0.0 are the same.
        let same = |wanted: &Value| match (wanted.as_f64(), value.as_f64()) {
            (Some(wanted), Some(found)) => wanted == found,
            _ => wanted == value,
        };
        if !allowed.iter().any(same) {
            let mut problem = Problem::fatal(&self.path, "enum", format!("expected {}", near::list(allowed)));
            problem.hint = near::constant(allowed, value, &self.path);
            out.push(problem);
        }
    }

    fn string(&self, node: &Node, text: &str, out: &mut Vec<Problem>) {
        let before = out.len();
        if node.limits.len != (None, None) {
            self.length(&node.limits, text.encode_utf16().count(), "characters", out);
        }
        let misfit = node.limits.patterns.iter().find(|pattern| !(pattern.fits)(text));
        if let Some(pattern) = misfit.filter(|_| out.len() == before) {
            out.push(Problem::mild(
                &self.path,
                "pattern",
                format!("expected {}", pattern.words),
            ));
        }
    }

    fn number(&self, node: &Node, number: f64, out: &mut Vec<Problem>) {
        if matches!(node.shape, Shape::Integer) {
            if number.fract() != 0.0 {
                out.push(Problem::fatal(&self.path, "type", "expected a whole number"));
                return;
            }
            if number.abs() > MAX_SAFE {
                out.push(Problem::mild(
                    &self.path,
                    "range",
                    "the number is too large to be counted exactly",
                ));
                return;
            }
        }
        let limits = &node.limits;
        let broken = if limits.min.is_some_and(|min| number < min) {
            limits.min.map(|min| format!("at least {min}"))
        } else if limits.above.is_some_and(|above| number <= above) {
            limits.above.map(|above| format!("more than {above}"))
        } else if limits.max.is_some_and(|max| number > max) {
            limits.max.map(|max| format!("at most {max}"))
        } else if limits.below.is_some_and(|below| number >= below) {
            limits.below.map(|below| format!("less than {below}"))
        } else {
            None
        };
        if let Some(words) = broken {
            out.push(Problem::mild(&self.path, "range", format!("expected {words}")));
        }
    }

    fn length(&self, limits: &Limits, length: usize, unit: &str, out: &mut Vec<Problem>) {
        if limits.len.0.is_some_and(|min| length < min) {
            let what = if length == 0 {
                "it must not be empty".to_owned()
            } else {
                format!("too few {unit}")
            };
            out.push(Problem::mild(&self.path, "range", what));
        } else if let Some(max) = limits.len.1.filter(|max| length > *max) {
            out.push(Problem::mild(&self.path, "range", format!("more than {max} {unit}")));
        }
    }

    fn object(&mut self, node: &Node, map: &Map<String, Value>, hook: Option<&Hook>, out: &mut Vec<Problem>) {
        let Shape::Object {
            members,
            by_name,
            keys,
            open,
        } = &node.shape
        else {
            return;
        };
        for Member { name, .. } in members
            .iter()
            .filter(|member| member.required && map.member(member.name).is_none())
        {
            self.path.push((*name).to_owned());
            let mut problem = Problem::fatal(&self.path, "required", format!("{name} is missing"));
            problem.hint = near::required(map, name);
            out.push(problem);
            self.path.pop();
        }
        let mut unknown = Vec::new();
        // An own key `__proto__` is ignored by the release (facts section 3).
        for (key, value) in map.iter().filter(|(key, _)| *key != "__proto__") {
            let member = by_name.get(key.as_str()).and_then(|at| members.get(*at));
            let below = Hook::step(hook, key);
            if let Some(member) = member {
                self.below(key.clone(), member.node, value, below, out);
                continue;
            }
            match open {
                Open::Closed => unknown.push(key.clone()),
                Open::Any => {}
                Open::Of(id) => {
                    if self.key(*keys, key, hook, out) {
                        self.below(key.clone(), *id, value, below, out);
                    }
                }
            }
        }
        if !unknown.is_empty() {
            let names: Vec<&str> = members.iter().map(|member| member.name).collect();
            out.push(near::unknown(&self.path, unknown, &names, map));
        }
    }

    /// Checks a key by the rules of keys; false when its value is not looked at.
    fn key(&mut self, rule: Option<u32>, key: &str, hook: Option<&Hook>, out: &mut Vec<Problem>) -> bool {
        let trims = hook.is_some_and(|hook| hook.trims_keys);
        let text = if trims { crate::secret::value::js_trim(key) } else { key };
        let mut found = Vec::new();
        if let Some(rule) = rule {
            self.string(self.table.node(rule), text, &mut found);
        }
        let own = hook
            .and_then(|hook| hook.key_rule)
            .and_then(|rule| rule(text))
            .map(str::to_owned);
        let Some(words) = own.or_else(|| found.into_iter().next().map(|problem| problem.message)) else {
            return true;
        };
        self.path.push(key.to_owned());
        out.push(Problem::fatal(
            &self.path,
            "pattern",
            format!("the key does not fit: {words}"),
        ));
        self.path.pop();
        false
    }
}

/// Returns what a node takes, in words.
pub(super) fn words(node: &Node) -> String {
    match &node.shape {
        Shape::Any => "any value".to_owned(),
        Shape::String => "a string".to_owned(),
        Shape::Number => "a number".to_owned(),
        Shape::Integer => "a whole number".to_owned(),
        Shape::Bool => "true or false".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::Consts(values) => near::list(values),
        Shape::Object { .. } => "an object".to_owned(),
        Shape::Array(_) => "a list".to_owned(),
        Shape::Tuple(parts) => format!("a list of {}", parts.len()),
        Shape::Union(_) | Shape::Tagged(_) => "one of several forms".to_owned(),
    }
}
