//! "Did you mean": the nearest known key or constant, and what a value of the wrong type lacks.

use serde_json::{Map, Value};

use super::legacy;
use super::problem::Problem;
use super::table::{Shape, Table};
use crate::product::rules::Release;

/// Names shown at most.
const SHOWN: usize = 12;
/// Unknown keys of one section that are reported.
const KEPT: usize = 100;

/// Returns constants as a list in words.
pub(super) fn list(values: &[Value]) -> String {
    let mut words: Vec<String> = values.iter().take(SHOWN).map(Value::to_string).collect();
    if values.len() > SHOWN {
        words.push(format!("{} more", values.len() - SHOWN));
    }
    words.join(", ")
}

/// Returns the known name nearest to a given one, if it is near enough to be meant.
pub(super) fn name<'n>(given: &str, known: &[&'n str]) -> Option<&'n str> {
    let plain = fold(given);
    if plain.is_empty() {
        return None;
    }
    if let Some(same) = known.iter().find(|name| fold(name) == plain) {
        return Some(same);
    }
    let near = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&fold(name), &plain), *name))
        .min_by_key(|(distance, _)| *distance)?;
    let allowed = match plain.chars().count() {
        // Two letters of a short word are half of it: `zork` is not `port`.
        0..=5 => 1,
        6..=8 => 2,
        _ => 3,
    };
    let word = fold(near.1);
    let within = word.chars().count() >= 4 && plain.contains(&word);
    (near.0 <= allowed || within && near.0 <= 3).then_some(near.1)
}

/// Letters and digits in lower case: `api_key`, `api-key` and `apiKey` are one word.
fn fold(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Returns the problem of keys that an object does not take; [`each_key`] makes one of each key later.
pub(super) fn unknown(path: &[String], mut keys: Vec<String>, known: &[&str], map: &Map<String, Value>) -> Problem {
    let words = match keys.as_slice() {
        [one] => format!("unknown key {one}"),
        many if many.len() <= SHOWN => format!("unknown keys {}", many.join(", ")),
        many => format!("{} keys are none of this section", many.len()),
    };
    let free: Vec<&str> = known.iter().copied().filter(|name| !map.contains_key(*name)).collect();
    let mut problem = Problem::mild(path, "unknown_key", words);
    keys.truncate(KEPT);
    let hints = keys.iter().take(SHOWN);
    problem.key_hints = hints.map(|key| hint_for(path, key, &free, known)).collect();
    problem.keys = keys;
    problem
}

/// Makes one problem of each of several unknown keys, so that each has its own place and hint. What comes after the first
/// dozen of a section stays together.
pub(super) fn each_key(problems: Vec<Problem>) -> Vec<Problem> {
    let mut out = Vec::with_capacity(problems.len());
    for mut problem in problems {
        let mut hints = std::mem::take(&mut problem.key_hints);
        let mut keys = std::mem::take(&mut problem.keys);
        if hints.is_empty() {
            out.push(Problem { keys, ..problem });
            continue;
        }
        let more = keys.split_off(hints.len());
        let several = keys.len() > 1;
        for (key, hint) in keys.into_iter().zip(hints.drain(..)) {
            out.push(Problem {
                message: match several {
                    true => format!("unknown key {key}"),
                    false => problem.message.clone(),
                },
                hint,
                keys: vec![key],
                ..problem.clone()
            });
        }
        if !more.is_empty() {
            out.push(Problem { keys: more, ..problem });
        }
    }
    out
}

/// Gives an unknown key that a migration knows the hint of what that makes of it.
pub(super) fn by_migration(issues: &mut [Problem], config: &Value, release: Option<Release>) {
    let is_key = |problem: &Problem| problem.kind == "unknown_key" && problem.keys.len() == 1;
    if !issues.iter().any(is_key) {
        return;
    }
    let table = Table::of(release);
    let older = Some(table).filter(|table| table.release != Table::core().release);
    let done = legacy::repair(&mut config.clone(), older);
    for problem in issues.iter_mut().filter(|problem| is_key(problem)) {
        // Variables have a hint of their own.
        let key = problem.keys.first().filter(|_| problem.path != ["env"]);
        if let Some(words) = key.and_then(|key| legacy::became(&done, &problem.path, key)) {
            problem.hint = Some(words);
        }
    }
}

fn hint_for(path: &[String], key: &str, free: &[&str], known: &[&str]) -> Option<String> {
    if let Some(moved) = legacy::note(path, key) {
        return Some(moved);
    }
    if let Some(elsewhere) = habit(path, key) {
        return Some(elsewhere);
    }
    if key == "//" || key.starts_with("_comment") {
        return Some("comments are written // … or /* … */, not as a key".to_owned());
    }
    if let Some(near) = name(key, free) {
        return Some(format!("did you mean {near}?"));
    }
    if let Some(place) = place_of(path, key, known) {
        return Some(place);
    }
    name(key, known).map(|near| format!("did you mean {near}? (already set)"))
}

/// Where a key belongs that no known one is near to: each new place was tried on 2026.9.6.
fn place_of(path: &[String], key: &str, known: &[&str]) -> Option<String> {
    let section = path.first().map(String::as_str);
    Some(match (section, path.len(), key) {
        (Some("skills"), 1, _) => format!("settings of a skill belong in skills.entries.{key}"),
        (Some("channels"), _, "token") if known.contains(&"botToken") => {
            "the bot's token is called botToken".to_owned()
        }
        _ => return None,
    })
}

/// Habits from other programs.
fn habit(path: &[String], key: &str) -> Option<String> {
    let section = path.first().map(String::as_str);
    let depth = path.len();
    let words = match (section, depth, key) {
        (Some("models"), 3, "token" | "key") => "the provider's key is called apiKey",
        (Some("models"), 3, "url" | "endpoint") => "the provider's address is called baseUrl",
        (Some("models"), 3, "accountId" | "gatewayId" | "account" | "gateway") => {
            "account and gateway belong in baseUrl: https://gateway.ai.cloudflare.com/v1/ACCOUNT/GATEWAY/anthropic"
        }
        (Some("models"), 3, "header") => "did you mean headers?",
        (Some("models"), 3, "model") => "models are a list: models: [{id, name}]",
        (Some("models"), 3, "timeoutMs") => "the limit is given in seconds: timeoutSeconds",
        (None, 0, "providers") => "did you mean models.providers?",
        (None, 0, "mcpServers") => "did you mean mcp.servers?",
        (None, 0, "agent") => "did you mean agents.defaults?",
        (None, 0, "model") => "did you mean agents.defaults.model?",
        (Some("gateway"), 1, "token" | "password") => "the credential belongs in gateway.auth",
        (None, 0, "sandbox") => "did you mean agents.defaults.sandbox?",
        (Some("gateway"), 1, "discovery") => "did you mean discovery? It is a section of its own",
        (Some("messages"), 2, "byProvider") => "did you mean byChannel?",
        (Some("gateway"), 1, "host") => "did you mean gateway.bind?",
        _ => return None,
    };
    Some(words.to_owned())
}

/// Says which of the keys given was probably meant as a required one.
pub(super) fn required(map: &Map<String, Value>, wanted: &str) -> Option<String> {
    let given: Vec<&str> = map.keys().map(String::as_str).collect();
    let near = name(wanted, &given).filter(|near| *near != wanted)?;
    Some(format!("{near} looks like it; write {wanted}"))
}

/// Says which constant was probably meant.
pub(super) fn constant(allowed: &[Value], value: &Value, path: &[String]) -> Option<String> {
    let given = value.as_str()?;
    if let Some(note) = legacy::constant(path, given) {
        return Some(note);
    }
    let known: Vec<&str> = allowed.iter().filter_map(Value::as_str).collect();
    name(given, &known).map(|near| format!("did you mean {near:?}?"))
}

/// Says how a value of the wrong type becomes right.
pub(super) fn conversion(wanted: &Shape, value: &Value, path: &[String]) -> Option<String> {
    let name = match wanted {
        Shape::String => "string",
        Shape::Number | Shape::Integer => "number",
        Shape::Bool => "boolean",
        Shape::Array(_) => "array",
        Shape::Object { .. } => "object",
        _ => "",
    };
    conversion_to(name, value, path)
}

fn is_models(path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    matches!(path.as_slice(), ["models", "providers", _, "models"])
}

fn is_model(path: &[String]) -> bool {
    path.split_last().is_some_and(|(_, list)| is_models(list))
}

fn is_streaming(path: &[String]) -> bool {
    let of_channel = path.first().is_some_and(|section| section == "channels");
    of_channel && path.last().is_some_and(|key| key == "streaming")
}

/// The same for a type by its name in a JSON Schema.
pub(super) fn conversion_to(wanted: &str, value: &Value, path: &[String]) -> Option<String> {
    let said = match (wanted, value) {
        ("number" | "integer", Value::String(text)) if text.contains("${") => {
            "a variable always gives a string; numbers must be written here"
        }
        ("boolean", Value::String(text)) if text.contains("${") => {
            "a variable always gives a string; true or false must be written here"
        }
        ("number" | "integer", Value::String(text)) if text.trim().parse::<f64>().is_ok() => {
            "write the number without quotes"
        }
        ("boolean", Value::String(text)) if matches!(text.as_str(), "true" | "false" | "yes" | "no" | "on" | "off") => {
            "write true or false without quotes"
        }
        ("string", Value::Number(_) | Value::Bool(_)) => "write it in quotes",
        ("array", Value::String(_) | Value::Number(_) | Value::Object(_)) if !is_models(path) => {
            "write it as a list: […]"
        }
        ("object", Value::String(_) | Value::Bool(_)) if is_streaming(path) => {
            "write it as an object: {mode: \"partial\"}, or \"off\", \"block\", \"progress\""
        }
        ("object", Value::String(_)) if is_model(path) => "a model is an object: {id: \"…\", name: \"…\"}",
        ("array", _) if is_models(path) => "models are a list: [{id: \"…\", name: \"…\"}]",
        ("object", Value::Array(_))
            if path
                .first()
                .is_some_and(|section| section == "agents" || section == "models") =>
        {
            "write an object whose keys are the names, not a list"
        }
        (_, Value::Null) => "leave the key out instead of giving null",
        _ => return None,
    };
    Some(said.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_names() {
        let known = ["baseUrl", "apiKey", "headers", "api", "auth"];
        for (given, want) in [
            ("zork", None),
            ("prot", Some("port")),
            ("ports", Some("port")),
            ("hots", Some("host")),
            ("nikc", None),
        ] {
            assert_eq!(name(given, &["port", "host", "nickname"]), want, "{given}");
        }
        let cases = [
            ("baseURL", Some("baseUrl")),
            ("base_url", Some("baseUrl")),
            ("api-key", Some("apiKey")),
            ("header", Some("headers")),
            ("zzzzzz", None),
            ("", None),
        ];
        for (given, want) in cases {
            assert_eq!(name(given, &known), want, "{given}");
        }
    }

    #[test]
    fn a_hint_belongs_to_its_key() {
        let map = Map::new();
        let owned = |path: &[&str]| path.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let keys = vec!["api_key".to_owned(), "base_url".to_owned(), "zzzzzz".to_owned()];
        let path = owned(&["models", "providers", "p"]);
        let problem = unknown(&path, keys, &["apiKey", "baseUrl"], &map);
        let each = each_key(vec![problem]);
        let told: Vec<_> = each
            .iter()
            .map(|one| (one.message.as_str(), one.hint.as_deref()))
            .collect();
        let expected = [
            ("unknown key api_key", Some("did you mean apiKey?")),
            ("unknown key base_url", Some("did you mean baseUrl?")),
            ("unknown key zzzzzz", None),
        ];
        assert_eq!(told, expected);
        let many: Vec<String> = (0..200).map(|at| format!("k{at}")).collect();
        let each = each_key(vec![unknown(&path, many, &[], &map)]);
        assert_eq!(each.len(), SHOWN + 1);
        let last = each.last().map(|last| (last.message.as_str(), last.keys.len()));
        assert_eq!(last, Some(("200 keys are none of this section", KEPT - SHOWN)));
    }

    #[test]
    fn keys_in_the_wrong_place_have_a_hint() {
        let telegram = &["botToken", "name"][..];
        for (path, key, known, hint) in [
            (&["channels", "telegram"][..], "token", telegram, "called botToken"),
            (
                &["channels", "telegram", "accounts", "a"],
                "token",
                telegram,
                "called botToken",
            ),
            (&["channels", "discord"], "botToken", &["token"], "did you mean token?"),
            (
                &["messages", "queue"],
                "byProvider",
                &["byChannel", "mode"],
                "byChannel",
            ),
            (&["skills"], "my-skill", &["entries", "load"], "skills.entries.my-skill"),
            (&["skills"], "entires", &["entries", "load"], "did you mean entries?"),
            (&[], "sandbox", &["agents"], "agents.defaults.sandbox"),
            (&["gateway"], "discovery", &["auth"], "discovery? It is a section"),
        ] {
            let path: Vec<String> = path.iter().map(|one| (*one).to_owned()).collect();
            let said = hint_for(&path, key, known, known).unwrap_or_default();
            assert!(said.contains(hint), "{path:?} {key}: {said}");
        }
    }

    #[test]
    fn models_are_objects() {
        let path = |last: &[&str]| {
            ["models", "providers", "p"]
                .iter()
                .chain(last)
                .map(|one| (*one).to_owned())
                .collect::<Vec<_>>()
        };
        let text = Value::String("m".to_owned());
        let said = |wanted, last: &[&str]| conversion_to(wanted, &text, &path(last)).unwrap_or_default();
        assert!(said("object", &["models", "0"]).starts_with("a model is an object"));
        assert!(said("array", &["models"]).starts_with("models are a list"));
        let streaming = ["channels", "telegram", "streaming"].map(str::to_owned);
        let hint = conversion_to("object", &text, &streaming);
        assert!(hint.is_some_and(|hint| hint.contains("mode: \"partial\"")));
        assert_eq!(said("array", &["headers"]), "write it as a list: […]");
    }
}
