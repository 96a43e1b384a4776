//! The Gateway's webhooks.

use std::path::Path;

use serde_json::Value;

use super::{Around, filled, refuse};
use crate::config::problem::{Problem, text};
use crate::secret::value::js_trim;

/// What the start refuses about them.
pub(super) fn refused(config: &Value, around: &Around<'_>) -> Option<Problem> {
    let hooks = config.get("hooks")?;
    if hooks.get("enabled") != Some(&Value::Bool(true)) {
        return None;
    }
    let token = hooks.get("token").filter(|token| !token.is_null());
    if token.is_none_or(Value::is_string) && filled(token).is_none() {
        return refuse(
            &["hooks", "token"],
            "hooks are on, and hooks.token is not set",
            "set hooks.token",
        );
    }
    if filled(hooks.get("path")) == Some("/") {
        return refuse(
            &["hooks", "path"],
            "hooks.path must not be /",
            "write a path such as /hooks",
        );
    }
    if let Some(problem) = transforms_elsewhere(hooks, around.state_dir) {
        return Some(problem);
    }
    let prefixes: Vec<String> = hooks
        .get("allowedSessionKeyPrefixes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|prefix| filled(Some(prefix)).map(str::to_lowercase))
        .collect();
    let path = ["hooks", "allowedSessionKeyPrefixes"];
    let allowed = |key: &str| prefixes.iter().any(|prefix| key.to_lowercase().starts_with(prefix));
    if prefixes.is_empty() {
        return templated(hooks)
            .then(|| {
                refuse(
                    &path,
                    "a hook makes its sessionKey from a template, and no prefix is allowed for it",
                    "write [\"hook:\"]",
                )
            })
            .flatten();
    }
    match filled(hooks.get("defaultSessionKey")) {
        Some(key) if !allowed(key) => refuse(
            &["hooks", "defaultSessionKey"],
            "hooks.defaultSessionKey starts with none of allowedSessionKeyPrefixes",
            "let it start with one of them",
        ),
        None if !allowed("hook:example") => refuse(
            &path,
            "without hooks.defaultSessionKey the prefixes must take in hook:",
            "add \"hook:\"",
        ),
        _ => None,
    }
}

/// Programs of hooks lie below one folder; with mappings a start ends where another is named (2026.9.6, tried with an absolute
/// path, one that leaves the folder, and one below it).
fn transforms_elsewhere(hooks: &Value, state_dir: &str) -> Option<Problem> {
    let dir = filled(hooks.get("transformsDir"))?;
    hooks
        .get("mappings")?
        .as_array()
        .filter(|mappings| !mappings.is_empty())?;
    let folder = format!("{state_dir}/hooks/transforms");
    let leaves = dir.split('/').any(|part| part == "..");
    let inside = Path::new(&folder).join(dir).starts_with(&folder) && !leaves;
    let judged = !dir.starts_with('~') && !dir.contains("${");
    (judged && !inside)
        .then(|| {
            refuse(
                &["hooks", "transformsDir"],
                "hooks.transformsDir leads out of hooks/transforms in the state directory",
                "name a folder below it, or take the setting out",
            )
        })
        .flatten()
}

/// Returns whether a mapping, or the one of the preset gmail, makes its session key from a template. One that an earlier
/// mapping always comes before does not count.
fn templated(hooks: &Value) -> bool {
    let own = hooks
        .get("mappings")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|mapping| {
            let wanted = |key: &str| mapping.get("match").and_then(|wanted| text(wanted, &[key]));
            Mapping {
                path: wanted("path")
                    .map(js_trim)
                    .filter(|path| !path.is_empty())
                    .map(|path| path.trim_matches('/')),
                source: wanted("source").map(js_trim),
                key: text(mapping, &["sessionKey"]).unwrap_or_default(),
            }
        });
    let gmail = Mapping {
        path: Some("gmail"),
        source: None,
        key: "{{ }}",
    };
    let presets = hooks.get("presets").and_then(Value::as_array).into_iter().flatten();
    let presets = presets.filter(|preset| *preset == "gmail").map(|_| gmail);
    let mut earlier: Vec<Mapping<'_>> = Vec::new();
    for mapping in own.chain(presets) {
        if earlier.iter().any(|one| one.covers(&mapping)) {
            continue;
        }
        if mapping.key.contains("{{") {
            return true;
        }
        earlier.push(mapping);
    }
    false
}

#[derive(Clone, Copy)]
struct Mapping<'a> {
    path: Option<&'a str>,
    source: Option<&'a str>,
    key: &'a str,
}

impl Mapping<'_> {
    fn covers(&self, later: &Mapping<'_>) -> bool {
        let path = self.path.is_none_or(|path| path.is_empty() || Some(path) == later.path);
        path && self
            .source
            .is_none_or(|source| source.is_empty() || Some(source) == later.source)
    }
}
