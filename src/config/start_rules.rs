//! What a starting Gateway refuses although the file validates.
//!
//! The class is that of facts/config-validation.md section 2.2 ("Looser"); each rule was measured on the real Gateway
//! 2026.9.6, and tests/e2e/real_starts measures all of them again.

mod auth;
mod hooks;
mod listener;

use serde_json::Value;

use super::problem::{Problem, text};
use crate::value::js_trim;

pub(crate) use listener::tls_pair;

/// Kind of these problems.
pub(crate) const KIND: &str = "start-refused";

/// What the rules ask of the Gateway's surroundings.
pub(super) struct Around<'a> {
    /// Whether its environment gives a variable a value.
    pub(super) is_set: &'a dyn Fn(&str) -> bool,
    /// Whether it runs in a container.
    pub(super) container: bool,
    /// Whether a path of the config (`~` allowed) exists; `None` when nobody looked.
    pub(super) path_exists: Option<&'a dyn Fn(&str) -> bool>,
    /// State directory.
    pub(super) state_dir: &'a str,
}

/// Returns why a Gateway with this config ends when it is started, in the order in which it looks. Without
/// `gateway.mode: "local"` none starts anyway, and nothing more is said.
pub(super) fn run(config: &Value, around: &Around<'_>) -> Vec<Problem> {
    if text(config, &["gateway", "mode"]) != Some("local") {
        return Vec::new();
    }
    let auth = auth::Auth::of(config, around);
    [
        auth::no_password(&auth),
        listener::open_without_auth(config, &auth, around),
        auth::two_secrets(config, &auth),
        auth::unresolved(config, &auth, around),
        auth::no_secret_by_name(config, &auth),
        auth::trusted_proxy(config, &auth),
        listener::funnel(config, &auth),
        listener::custom_host(config),
        listener::tls_files(config, around),
        hooks::refused(config),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn filled(value: Option<&Value>) -> Option<&str> {
    value
        .and_then(Value::as_str)
        .map(js_trim)
        .filter(|text| !text.is_empty())
}

fn refuse(path: &[&str], words: impl Into<String>, hint: impl Into<String>) -> Option<Problem> {
    let path: Vec<String> = path.iter().map(|segment| (*segment).to_owned()).collect();
    Some(Problem::mild(&path, KIND, words).hint(hint))
}
