//! Names that came and went: official plugins, retired models, dropped keys. Facts as data.

use serde_json::Value;

use super::problem::{Problem, get};
use super::rules::provider_model;

const KNOWN: &str = include_str!("table/known-2026.9.6.txt");
const KEYS: &str = include_str!("table/retired-2026.9.6.txt");

/// Returns id and npm package of an official plugin that does not come with the package.
pub(super) fn official(id: &str) -> Option<(&'static str, &'static str)> {
    let lines = KNOWN.lines().filter_map(|line| line.strip_prefix("official "));
    lines
        .filter_map(|line| line.split_once(' '))
        .find(|(known, _)| *known == id)
}

/// Returns the patterns of dropped keys as segments; `*` stands for any key.
pub(super) fn keys() -> impl Iterator<Item = Vec<&'static str>> {
    let lines = KEYS.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| match line.strip_prefix("@agent.") {
        Some(rest) => {
            let of = |base: &[&'static str]| base.iter().copied().chain(rest.split('.')).collect::<Vec<_>>();
            vec![of(&["agents", "defaults"]), of(&["agents", "entries", "*"])]
        }
        None => vec![line.split('.').collect()],
    })
}

/// Tells whether a key was dropped.
pub(super) fn is_dropped(path: &[String], key: &str) -> bool {
    keys().any(|pattern| {
        let Some((last, parents)) = pattern.split_last() else {
            return false;
        };
        *last == key
            && parents.len() == path.len()
            && parents
                .iter()
                .zip(path)
                .all(|(want, have)| *want == "*" || want == have)
    })
}

/// Notes models that a catalog of the package marks as gone: the release refuses them.
pub(super) fn models(config: &Value, out: &mut Vec<Problem>) {
    let mut refs: Vec<(Vec<String>, String)> = Vec::new();
    let owned = |path: &[&str]| path.iter().map(|segment| (*segment).to_owned()).collect::<Vec<_>>();
    let mut push = |path: Vec<String>, value: Option<&Value>| match value {
        Some(Value::String(text)) => refs.push((path, text.clone())),
        Some(Value::Object(map)) => {
            let below = |tail: &[&str]| {
                path.iter()
                    .cloned()
                    .chain(tail.iter().map(|s| (*s).to_owned()))
                    .collect()
            };
            if let Some(Value::String(text)) = map.get("primary") {
                refs.push((below(&["primary"]), text.clone()));
            }
            for (at, text) in map
                .get("fallbacks")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .enumerate()
            {
                if let Value::String(text) = text {
                    refs.push((below(&["fallbacks", &at.to_string()]), text.clone()));
                }
            }
        }
        _ => {}
    };
    let mut agent = |base: Vec<String>, entry: &Value| {
        let below = |tail: &[&str]| {
            base.iter()
                .cloned()
                .chain(tail.iter().map(|s| (*s).to_owned()))
                .collect::<Vec<_>>()
        };
        for field in [
            "model",
            "imageModel",
            "pdfModel",
            "voiceModel",
            "utilityModel",
            "decisionModel",
        ] {
            push(below(&[field]), entry.get(field));
        }
        for field in ["image", "video", "music"] {
            push(below(&["mediaModels", field]), get(entry, &["mediaModels", field]));
        }
        for path in [
            &["heartbeat", "model"][..],
            &["subagents", "model"],
            &["compaction", "model"],
            &["compaction", "memoryFlush", "model"],
        ] {
            push(below(path), get(entry, path));
        }
        for reference in entry
            .get("models")
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|map| map.keys())
        {
            push(below(&["models", reference]), Some(&Value::String(reference.clone())));
        }
    };
    if let Some(defaults) = get(config, &["agents", "defaults"]) {
        agent(owned(&["agents", "defaults"]), defaults);
    }
    for (id, entry) in get(config, &["agents", "entries"])
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        agent(owned(&["agents", "entries", id]), entry);
    }
    for (path, text) in refs {
        if provider_model(&text).is_some_and(|(provider, model)| gone(provider, model)) {
            let words = format!("the model {text} is retired and OpenClaw refuses it");
            out.push(Problem::mild(&path, "rule", words).hint("name a current model of the provider"));
        }
    }
}

fn gone(provider: &str, model: &str) -> bool {
    let (provider, model) = (provider.to_lowercase(), model.to_lowercase());
    KNOWN
        .lines()
        .filter_map(|line| line.strip_prefix("gone ")?.split_once(' '))
        .any(|(providers, name)| name == model && providers.split(',').any(|known| known == provider))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        assert_eq!(official("codex"), Some(("codex", "@openclaw/codex")));
        assert!(gone("Google", "gemini-1.5-pro") && !gone("openai", "gemini-1.5-pro"));
        assert!(is_dropped(&["gateway".to_owned()], "webchat"));
        assert!(is_dropped(
            &["secrets".into(), "providers".into(), "v".into()],
            "allowInsecurePath"
        ));
        assert!(!is_dropped(&["gateway".to_owned()], "port"));
    }
}
