//! SecretRefs: their ids, where they may not stand, and whether their provider fits
//! (facts/config-validation.md sections 2.4 and 5).

use serde_json::{Map, Value};

use super::problem::{Problem, Step, get};
use super::table::Table;
use crate::product::spans::Span;

/// Places that take a plain string alone.
const PLAIN: [&str; 7] = [
    "hooks.token",
    "hooks.gmail.pushToken",
    "hooks.mappings.*.sessionKey",
    "channels.discord.accounts.*.threadBindings.webhookToken",
    "channels.discord.threadBindings.webhookToken",
    "channels.whatsapp.accounts.*.creds.json",
    "channels.whatsapp.creds.json",
];

/// Returns whether a value has the form of a SecretRef.
pub(super) fn is_ref(value: &Value) -> bool {
    let Some(map) = value.as_object().filter(|map| map.len() == 3) else {
        return false;
    };
    let filled = |key: &str| {
        map.get(key)
            .and_then(Value::as_str)
            .is_some_and(|text| !crate::secret::value::js_trim(text).is_empty())
    };
    let source = map.get("source").and_then(Value::as_str);
    matches!(source, Some("env" | "file" | "exec" | "store")) && filled("provider") && filled("id")
}

/// Checks the id of a file or exec reference; ids of the other sources have a pattern.
pub(super) fn check_id(map: &Map<String, Value>, path: &[String], table: &Table, out: &mut Vec<Problem>) {
    let field = |key: &str| map.get(key).and_then(Value::as_str);
    // A provider has a source too, and no id.
    let (Some(source), Some(id)) = (field("source"), field("id")) else {
        return;
    };
    let (fits, kind, words) = match source {
        "file" => (
            file_id(id),
            "rule",
            "expected value, or a path such as /providers/openai/apiKey (~ only as ~0 or ~1)",
        ),
        "exec" => (
            exec_id(id) && (!climbs(id) || !table.has_rule(Span::FROM_5_28)),
            "pattern",
            "expected letters, digits and . _ : / # -, at most 256, no part . or ..",
        ),
        _ => return,
    };
    if !fits {
        let path: Vec<String> = path.iter().cloned().chain(["id".to_owned()]).collect();
        out.push(Problem::mild(&path, kind, words));
    }
}

/// Whether an id of `env` is one: the schema's own pattern, capitals, digits and `_`.
pub(crate) fn env_id(id: &str) -> bool {
    let rest = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    id.len() <= 128 && id.starts_with(|first: char| first.is_ascii_uppercase()) && id.bytes().all(rest)
}

pub(super) fn file_id(id: &str) -> bool {
    let tilde = |part: &str| {
        let tail = part.chars().next();
        matches!(tail, Some('0' | '1'))
    };
    id == "value" || (id.starts_with('/') && id.split('~').skip(1).all(tilde))
}

fn exec_id(id: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._:/#-".contains(&b);
    id.len() <= 256 && id.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric()) && id.bytes().all(plain)
}

/// Whether an id has a part that would lead elsewhere in a tree of secrets.
fn climbs(id: &str) -> bool {
    id.split('/').any(|part| part == "." || part == "..")
}

/// Returns the SecretRefs that stand where only a plain string is read.
pub(super) fn misplaced(config: &Value) -> Vec<Problem> {
    let mut out = Vec::new();
    for pattern in PLAIN {
        let segments: Vec<&str> = pattern.split('.').collect();
        visit(config, &segments, &mut Vec::new(), &mut |value, path| {
            if is_ref(value) {
                let text = "a SecretRef is not allowed here: OpenClaw changes or manages this value itself";
                out.push(Problem::mild(path, "rule", text).hint("write a string; \"${NAME}\" is one"));
            }
        });
    }
    out
}

/// Calls `each` with every value at a path in which `*` stands for any key or element.
pub(super) fn visit(value: &Value, pattern: &[&str], path: &mut Vec<String>, each: &mut dyn FnMut(&Value, &[String])) {
    let Some((first, rest)) = pattern.split_first() else {
        return each(value, path);
    };
    let mut go = |key: String, value: &Value| {
        path.push(key);
        visit(value, rest, path, each);
        path.pop();
    };
    match value {
        Value::Object(map) if *first == "*" => map.iter().for_each(|(key, value)| go(key.clone(), value)),
        Value::Object(map) => {
            if let Some(value) = map.get(*first) {
                go((*first).to_owned(), value);
            }
        }
        Value::Array(items) if *first == "*" => {
            items
                .iter()
                .enumerate()
                .for_each(|(at, value)| go(at.to_string(), value));
        }
        _ => {}
    }
}

/// Sections without places for credentials.
const NO_SECRETS: [&str; 4] = ["secrets", "env", "meta", "bindings"];

/// Returns every SecretRef with its path.
pub(super) fn all(config: &Value) -> Vec<(Vec<String>, &Map<String, Value>)> {
    let mut out = Vec::new();
    for (section, value) in config.as_object().into_iter().flatten() {
        if !NO_SECRETS.contains(&section.as_str()) {
            collect(value, &mut vec![Step::Key(section)], &mut out);
        }
    }
    out
}

fn collect<'v>(value: &'v Value, path: &mut Vec<Step<'v>>, out: &mut Vec<(Vec<String>, &'v Map<String, Value>)>) {
    match value {
        Value::Object(map) if is_ref(value) => out.push((Step::owned(path), map)),
        Value::Object(map) => {
            for (key, value) in map.iter().filter(|(key, _)| *key != "params") {
                path.push(Step::Key(key));
                collect(value, path, out);
                path.pop();
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                path.push(Step::At(at));
                collect(value, path, out);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Returns the name under which a source is meant when a reference names the default provider.
fn default_alias<'v>(config: &'v Value, source: &str) -> &'v str {
    let given = get(config, &["secrets", "defaults", source]).and_then(Value::as_str);
    given
        .map(crate::secret::value::js_trim)
        .filter(|alias| !alias.is_empty())
        .unwrap_or("default")
}

/// What a reference's provider turned out to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ProviderOf<'v> {
    /// The reader of the source itself; it needs no entry.
    BuiltIn,
    /// An entry of `secrets.providers` of the same source.
    Entry(&'v Map<String, Value>),
    /// An entry of another source.
    OtherSource,
    /// There is none.
    Missing,
}

/// Finds the provider of a reference. An entry of the same source wins; the default alias of `env` and `store` needs
/// none, and is the built-in reader also where an entry of another source has its name (SecretRef contract, 2026.9.6).
pub(crate) fn provider_of<'v>(config: &'v Value, source: &str, alias: Option<&str>) -> ProviderOf<'v> {
    let default = default_alias(config, source);
    let alias = alias.unwrap_or(default);
    let entry = get(config, &["secrets", "providers", alias]).and_then(Value::as_object);
    let same = entry.filter(|entry| entry.get("source").and_then(Value::as_str) == Some(source));
    match (same, entry) {
        (Some(entry), _) => ProviderOf::Entry(entry),
        (None, _) if matches!(source, "env" | "store") && alias == default => ProviderOf::BuiltIn,
        (None, Some(_)) => ProviderOf::OtherSource,
        (None, None) => ProviderOf::Missing,
    }
}

/// Why a command is refused that none of the provider's `trustedDirs` has.
pub(crate) const OUTSIDE: &str = "none of its provider's trustedDirs has it";

/// Returns whether the command of an exec provider is in none of its `trustedDirs`; without any, every folder will do
/// (`assertSecureExecCommandPath` of 2026.9.6).
pub(crate) fn outside_trusted_dirs(
    provider: &Map<String, Value>,
    command: &str,
    user_path: &dyn Fn(&str) -> String,
) -> bool {
    let dirs = provider.get("trustedDirs").and_then(Value::as_array);
    let dirs: Vec<&str> = dirs.into_iter().flatten().filter_map(Value::as_str).collect();
    let inside = |dir: &&str| {
        let dir = user_path(dir);
        std::path::Path::new(command).starts_with(std::path::Path::new(&dir))
    };
    let plain = |path: &str| !path.split('/').any(|part| part == ".." || part == ".");
    // A path that has to be worked out first is not judged.
    let judged = plain(command) && dirs.iter().all(|dir| plain(dir) && dir.starts_with(['/', '~']));
    judged && !dirs.is_empty() && !dirs.iter().any(inside)
}

/// Returns the references whose provider is of another source than they ask for.
pub(super) fn mismatches(config: &Value) -> Vec<Problem> {
    let Some(providers) = get(config, &["secrets", "providers"]).and_then(Value::as_object) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (path, reference) in all(config) {
        let field = |key: &str| reference.get(key).and_then(Value::as_str).unwrap_or_default();
        let (source, alias) = (field("source"), field("provider"));
        let configured = providers
            .get(alias)
            .and_then(|provider| provider.get("source"))
            .and_then(Value::as_str);
        let Some(other) = configured.filter(|other| *other != source) else {
            continue;
        };
        let built_in = matches!(source, "env" | "store") && alias == default_alias(config, source);
        if !built_in {
            let text = format!("the provider {alias} is of source {other}, the reference asks for {source}");
            // The id is one of the source that is asked for, so the provider is what is wrong.
            let hint = match source {
                "env" | "store" => format!("write provider: \"{}\"", default_alias(config, source)),
                _ => format!("name a provider of source {source}"),
            };
            out.push(Problem::mild(&path, "secret_source", text).hint(hint));
        }
    }
    out
}

/// Returns whether a provider of source env has a list of names without this one.
fn denies(provider: &Map<String, Value>, id: &str) -> bool {
    let list = provider.get("allowlist").and_then(Value::as_array);
    let env = provider.get("source").is_some_and(|source| source == "env");
    env && list.is_some_and(|list| !list.iter().any(|name| name == id))
}

/// Returns the references that name a provider which does not exist, or does not allow their name: valid for the release,
/// but the credential is then missing when it is needed.
pub(super) fn without_provider(config: &Value) -> Vec<Problem> {
    let mut out = Vec::new();
    for (path, reference) in all(config) {
        let field = |key: &str| reference.get(key).and_then(Value::as_str).unwrap_or_default();
        let (source, alias) = (field("source"), field("provider"));
        let known = get(config, &["secrets", "providers", alias]).is_some();
        let built_in = matches!(source, "env" | "store") && alias == default_alias(config, source);
        let id = field("id");
        if let ProviderOf::Entry(entry) = provider_of(config, source, Some(alias))
            && denies(entry, id)
        {
            let text = format!("secrets.providers.{alias}.allowlist does not name {id}, so it is not resolved");
            let hint = format!("add {id} to secrets.providers.{alias}.allowlist");
            out.push(Problem::mild(&path, "secret-provider-unknown", text).hint(hint));
        } else if !known && !built_in {
            let text = format!("secrets.providers.{alias} does not exist, so this credential will be missing");
            let hint = match source {
                "env" => format!("write provider: \"{}\"", default_alias(config, source)),
                _ => format!("add secrets.providers.{alias}, or name an existing one"),
            };
            out.push(Problem::mild(&path, "secret-provider-unknown", text).hint(hint));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_provider_does_not_allow() {
        for (allowlist, told) in [
            (serde_json::json!(["OTHER"]), 1),
            (serde_json::json!([]), 1),
            (serde_json::json!(["OTHER", "KEY"]), 0),
            (serde_json::Value::Null, 0),
        ] {
            let config = serde_json::json!({
                "secrets": {"providers": {"default": {"source": "env", "allowlist": allowlist}}},
                "models": {"providers": {"p": {"apiKey": {"source": "env", "provider": "default", "id": "KEY"}}}},
            });
            assert_eq!(without_provider(&config).len(), told, "{config}");
        }
    }

    #[test]
    fn commands_and_trusted_folders() {
        let home = |path: &str| path.replacen('~', "/home/me", 1);
        for (dirs, command, outside) in [
            (serde_json::json!(["/opt/x"]), "/usr/bin/op", true),
            (serde_json::json!(["/usr/bin"]), "/usr/bin/op", false),
            (serde_json::json!(["/usr/b"]), "/usr/bin/op", true),
            (serde_json::json!(["~/bin", "/opt"]), "/home/me/bin/op", false),
            (serde_json::json!([]), "/usr/bin/op", false),
            (serde_json::json!(["/opt/../usr"]), "/usr/bin/op", false),
        ] {
            let provider = serde_json::json!({"source": "exec", "command": command, "trustedDirs": dirs});
            let map = provider.as_object().unwrap();
            assert_eq!(outside_trusted_dirs(map, command, &home), outside, "{provider}");
        }
    }

    #[test]
    fn ids() {
        for (id, fits) in [
            ("value", true),
            ("/a/b~1c", true),
            ("/a~2", false),
            ("/a~", false),
            ("a/b", false),
        ] {
            assert_eq!(file_id(id), fits, "{id}");
        }
        for (id, fits) in [("vault/a", true), ("-a", false), ("a b", false)] {
            assert_eq!(exec_id(id), fits, "{id}");
        }
    }
}
