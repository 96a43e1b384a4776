//! SecretRefs and variables that a start needs and that have no value.

use serde_json::Value;

use super::auth::{Auth, Credential};
use super::{Around, Gone, KIND, NothingBehind, refuse};
use crate::config::problem::{Problem, get, text};
use crate::config::{env_id, references, retired, secret_refs};
use crate::secret::value::js_trim;

/// The Gateway's own secret. A token from a missing `${VARIABLE}` alone is made up by the Gateway; a password is not, nor
/// what a SecretRef names.
pub(super) fn unresolved(config: &Value, auth: &Auth<'_>, around: &Around<'_>) -> Option<Problem> {
    let (key, Credential::Reference(value)) = auth.active()? else {
        return None;
    };
    let variable = match key {
        "token" => "OPENCLAW_GATEWAY_TOKEN",
        _ => "OPENCLAW_GATEWAY_PASSWORD",
    };
    if (around.is_set)(variable) {
        return None;
    }
    let path = ["gateway", "auth", key];
    let behind = |look: &NothingBehind<'_>| look(&path.join("."));
    if let Some(gone) = around.nothing_behind.and_then(behind) {
        let (words, hint) = of_gone(gone);
        return refuse(&path, format!("auth.{key} is taken from {words}"), hint);
    }
    if let Some(file) = file_of(config, value) {
        let there = around.path_exists.is_none_or(|look| look(&file));
        // The path is not repeated: somebody may have put the secret itself there.
        let words = format!("auth.{key} is taken from a file that is not there");
        return (!there)
            .then(|| refuse(&path, words, "put the file back, or name another one"))
            .flatten();
    }
    let names = value.as_str().map(references).unwrap_or_default();
    let name = match value {
        Value::String(text) if key == "password" => whole_reference(text, &names)?,
        // What cannot be a name is refused before, and may be the secret itself.
        Value::Object(_) if text(value, &["source"]) == Some("env") => text(value, &["id"]).filter(|id| env_id(id))?,
        _ => return None,
    };
    if (around.is_set)(name) {
        return None;
    }
    let words = format!("auth.{key} is taken from {name}, which is not set");
    refuse(&path, words, format!("set {name} where the Gateway reads it"))
}

/// What a reference is taken from and what to do about it. Neither paths nor ids are repeated.
fn of_gone(gone: Gone) -> (&'static str, &'static str) {
    match gone {
        Gone::File => ("a file that is not there", "put the file back, or name another one"),
        Gone::InFile => (
            "a file that does not give it",
            "put the value where the id points, in a private file of the Gateway's user",
        ),
        Gone::Entry => (
            "the secret store, which has no such entry",
            "put the entry into the store: openclaw secrets store set NAME --kind secret",
        ),
        Gone::Program => (
            "a program that is not there, or that OpenClaw cannot run",
            "name a program that is there, belongs to the Gateway's user, may be executed and is closed to others",
        ),
    }
}

/// Returns the name where the whole text is `${NAME}`, by the names that OpenClaw finds in it. What only looks like that
/// is a secret, of which nothing is said.
fn whole_reference<'n>(text: &str, names: &'n [String]) -> Option<&'n str> {
    let name = names.first()?;
    (js_trim(text) == format!("${{{name}}}")).then_some(name)
}

/// Returns the file that a SecretRef of source `file` is read from.
pub(super) fn file_of(config: &Value, reference: &Value) -> Option<String> {
    if text(reference, &["source"]) != Some("file") {
        return None;
    }
    let alias = text(reference, &["provider"])?;
    text(config, &["secrets", "providers", alias, "path"]).map(str::to_owned)
}

/// SecretRefs of model providers, their headers and requests included, of the Gateway's own secrets and of bundled channels that are on, whose provider is not
/// configured or does not allow their name ("required secrets are unavailable" each time). Those of channels in packages of
/// their own and of plugins count only where these are loaded, which is not looked at.
pub(super) fn unknown_providers(config: &Value) -> Vec<Problem> {
    let on = |path: &[&str]| get(config, path).and_then(|value| value.get("enabled")) != Some(&Value::Bool(false));
    let in_use = |path: &[String]| {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["models", "providers", _, "apiKey"]
            | ["models", "providers", _, "headers", _]
            | ["models", "providers", _, "request", ..]
            | ["gateway", "auth", "token" | "password"] => true,
            ["channels", channel, _] => retired::official(channel).is_none() && on(&["channels", channel]),
            ["channels", channel, "accounts", account, _] => {
                let own = ["channels", channel, "accounts", account];
                retired::official(channel).is_none() && on(&own[..2]) && on(&own)
            }
            _ => false,
        }
    };
    let found = secret_refs::without_provider(config).into_iter();
    found
        .filter(|problem| in_use(&problem.path))
        .map(|problem| Problem { kind: KIND, ..problem })
        .collect()
}
