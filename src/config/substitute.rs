//! `${VAR}` in the strings of a config (facts/env-resolution.md section 5).

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;

use super::problem::Step;

/// A reference that has no value; the text stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Name of the variable.
    pub name: String,
    /// Segments of the path of the string.
    pub path: Vec<String>,
}

/// Returns the config with `${NAME}` replaced in all string values (not in keys), and the names
/// that are unset or empty. `lookup` is the environment plus the config's own `env.vars`
/// ([`own_vars`]); values are not expanded again. A config that refers to nothing is not copied.
pub fn substitute<'v>(value: &'v Value, lookup: &dyn Fn(&str) -> Option<String>) -> (Cow<'v, Value>, Vec<Missing>) {
    if !mentions(value) {
        return (Cow::Borrowed(value), Vec::new());
    }
    let mut run = Run {
        lookup,
        missing: Vec::new(),
    };
    let mut copy = value.clone();
    run.value(&mut copy, &mut Vec::new());
    (Cow::Owned(copy), run.missing)
}

/// Returns whether any string could hold a reference.
fn mentions(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('$'),
        Value::Array(items) => items.iter().any(mentions),
        Value::Object(map) => map.values().any(mentions),
        _ => false,
    }
}

/// Returns the names and literals of `env.vars` (and of the older flat `env`) that OpenClaw puts
/// into the environment where a name is unset or blank there. `blocked` names are left out, and
/// so are blank values and values with an unresolved reference.
pub fn own_vars(config: &Value, blocked: &dyn Fn(&str) -> bool) -> Vec<(String, String)> {
    let Some(env) = config.get("env").and_then(Value::as_object) else {
        return Vec::new();
    };
    let vars = env.get("vars").and_then(Value::as_object).into_iter().flatten();
    let flat = env.iter().filter(|(key, _)| *key != "vars" && *key != "shellEnv");
    let mut out: Vec<(String, String)> = Vec::new();
    let mut seen = HashSet::new();
    for (key, value) in vars.chain(flat) {
        let name = crate::secret::value::js_trim(key);
        let Some(text) = value
            .as_str()
            .filter(|text| !crate::secret::value::js_trim(text).is_empty())
        else {
            continue;
        };
        let fits = crate::secret::value::is_env_name(name) && !blocked(name) && references(text).is_empty();
        if fits && seen.insert(name) {
            out.push((name.to_owned(), text.to_owned()));
        }
    }
    out
}

/// Returns the names that a string refers to with `${NAME}`, escaped ones left out.
pub fn references(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    scan(text, &mut |part| {
        if let Part::Name(name) = part {
            names.push(name.to_owned());
        }
    });
    names
}

struct Run<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    missing: Vec<Missing>,
}

impl Run<'_> {
    fn value<'v>(&mut self, value: &'v mut Value, path: &mut Vec<Step<'v>>) {
        match value {
            Value::String(text) if text.contains('$') => *text = self.text(text, path),
            Value::Array(items) => {
                for (at, item) in items.iter_mut().enumerate() {
                    path.push(Step::At(at));
                    self.value(item, path);
                    path.pop();
                }
            }
            Value::Object(map) => {
                for (key, item) in map.iter_mut() {
                    path.push(Step::Key(key));
                    self.value(item, path);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, path: &[Step<'_>]) -> String {
        let mut out = String::with_capacity(text.len());
        let (lookup, missing) = (self.lookup, &mut self.missing);
        scan(text, &mut |part| match part {
            Part::Text(text) => out.push_str(text),
            Part::Escaped(name) => {
                out.push_str("${");
                out.push_str(name);
                out.push('}');
            }
            Part::Name(name) => match lookup(name).filter(|value| !value.is_empty()) {
                Some(value) => out.push_str(&value),
                None => {
                    out.push_str("${");
                    out.push_str(name);
                    out.push('}');
                    missing.push(Missing {
                        name: name.to_owned(),
                        path: Step::owned(path),
                    });
                }
            },
        });
        out
    }
}

enum Part<'t> {
    Text(&'t str),
    Name(&'t str),
    Escaped(&'t str),
}

fn scan<'t>(text: &'t str, each: &mut dyn FnMut(Part<'t>)) {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, tail) = rest.split_at(at);
        if !before.is_empty() {
            each(Part::Text(before));
        }
        if let Some((name, after)) = tail.strip_prefix("$$").and_then(braced) {
            each(Part::Escaped(name));
            rest = after;
        } else if let Some((name, after)) = tail.strip_prefix('$').and_then(braced) {
            each(Part::Name(name));
            rest = after;
        } else {
            let (dollar, after) = tail.split_at(1);
            each(Part::Text(dollar));
            rest = after;
        }
    }
    if !rest.is_empty() {
        each(Part::Text(rest));
    }
}

/// Cuts `{NAME}` off the front.
fn braced(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix('{')?;
    let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    // Up to the first byte that is in no name, and not to the next brace: that may be megabytes away each time.
    let end = text.bytes().position(|b| !plain(b))?;
    let (name, after) = text.split_at(end);
    let after = after.strip_prefix('}')?;
    let first = name.bytes().next().is_some_and(|b| b.is_ascii_uppercase() || b == b'_');
    first.then_some((name, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn replaces_by_the_rules() {
        let lookup = |name: &str| match name {
            "A" => Some("x".to_owned()),
            "B" => Some("${A}".to_owned()),
            "E" => Some(String::new()),
            _ => None,
        };
        let cases = [
            ("${A}", "x", 0),
            ("p${A}q${A}", "pxqx", 0),
            ("$${A}", "${A}", 0),
            ("$$${A}", "$${A}", 0),
            ("${B}", "${A}", 0),
            ("${E}", "${E}", 1),
            ("${NONE}", "${NONE}", 1),
            ("${a} $A ${A:-x} ${} %A% ${A", "${a} $A ${A:-x} ${} %A% ${A", 0),
            ("é$", "é$", 0),
        ];
        for (text, want, missing) in cases {
            let config = json!({"k": [text]});
            let (value, names) = substitute(&config, &lookup);
            assert_eq!(*value, json!({"k": [want]}), "{text}");
            assert_eq!(names.len(), missing, "{text}");
            assert!(names.iter().all(|name| name.path == ["k", "0"]));
        }
    }

    #[test]
    fn own_vars_follow_the_rules() {
        let config =
            json!({"env": {"vars": {"A": "1", "B": " ", "C": "${A}", "1X": "y", "HOME": "/"}, "D": "2", "A": "3"}});
        let found = own_vars(&config, &|name| name == "HOME");
        assert_eq!(found, [("A".into(), "1".into()), ("D".into(), "2".into())]);
    }
}
