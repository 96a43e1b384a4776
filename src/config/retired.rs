//! Names that came and went: official plugins, retired models, dropped keys. Facts as data.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::Value;

use super::problem::{Problem, get};
use super::roster;
use super::rules::provider_model;
use super::table::Table;
use crate::product::rules::Release;
use crate::product::spans::Span;

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

/// Returns whether a key was dropped.
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

/// Where an agent, or the defaults of all, name models.
const PLACES: [&[&str]; 13] = [
    &["model"],
    &["imageModel"],
    &["pdfModel"],
    &["voiceModel"],
    &["utilityModel"],
    &["decisionModel"],
    &["mediaModels", "image"],
    &["mediaModels", "video"],
    &["mediaModels", "music"],
    &["heartbeat", "model"],
    &["subagents", "model"],
    &["compaction", "model"],
    &["compaction", "memoryFlush", "model"],
];

/// Notes models that a catalog of the package marks as gone: the release refuses them.
pub(super) fn models(config: &Value, table: &Table, out: &mut Vec<Problem>) {
    if !table.has_rule(Span::FROM_5_28) {
        return;
    }
    if let Some(defaults) = get(config, &["agents", "defaults"]) {
        let path = |below: &[&str]| owned(&[&["agents", "defaults"], below].concat());
        of_agent(&path, defaults, table.release, out);
    }
    for agent in roster::agents(config) {
        of_agent(&|below| agent.path(below), agent.value, table.release, out);
    }
}

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|segment| (*segment).to_owned()).collect()
}

fn of_agent(base: &dyn Fn(&[&str]) -> Vec<String>, agent: &Value, checked: Option<Release>, out: &mut Vec<Problem>) {
    // A roster may be long, and most of its agents name no model.
    let keys = || agent.as_object().into_iter().flat_map(|map| map.keys());
    let names_one = |key: &String| key == "models" || PLACES.iter().any(|place| place.first() == Some(&key.as_str()));
    if !keys().any(names_one) {
        return;
    }
    for place in PLACES {
        match get(agent, place) {
            Some(Value::String(text)) => reference(&|| base(place), text, checked, out),
            Some(Value::Object(map)) => {
                if let Some(Value::String(text)) = map.get("primary") {
                    reference(&|| base(&[place, &["primary"]].concat()), text, checked, out);
                }
                let others = map.get("fallbacks").and_then(Value::as_array);
                for (at, text) in others.into_iter().flatten().enumerate() {
                    let text = text.as_str().unwrap_or_default();
                    let path = || base(&[place, &["fallbacks", &at.to_string()]].concat());
                    reference(&path, text, checked, out);
                }
            }
            _ => {}
        }
    }
    let models = agent.get("models").and_then(Value::as_object);
    for name in models.into_iter().flat_map(|map| map.keys()) {
        reference(&|| base(&["models", name]), name, checked, out);
    }
}

fn reference(path: &dyn Fn() -> Vec<String>, text: &str, checked: Option<Release>, out: &mut Vec<Problem>) {
    if provider_model(text).is_some_and(|(provider, model)| gone(provider, model, checked)) {
        if let Some(now) =
            provider_model(text).and_then(|(provider, model)| Some(format!("{provider}/{}", renamed(model)?)))
        {
            let words = format!(
                "the model {text} is retired; a Gateway takes {now} in its place, other commands refuse the file"
            );
            out.push(Problem::mild(&path(), RENAMED, words).hint(format!("write {now}")));
            return;
        }
        let words = format!("the model {text} is retired and OpenClaw refuses it");
        out.push(Problem::mild(&path(), "rule", words).hint("name a current model of the provider"));
    }
}

/// Kind of a retired model that has a successor: only `config validate` and other commands refuse it.
pub(super) const RENAMED: &str = "renamed_model";

/// What a starting Gateway takes in place of a retired model of Google's (`modelIdNormalization` of its plugin; played on
/// 2026.9.6: it listens with "agent model: google/gemini-3.1-pro-preview" and leaves the file as it is).
fn renamed(model: &str) -> Option<&'static str> {
    model
        .eq_ignore_ascii_case("gemini-3-pro-preview")
        .then_some("gemini-3.1-pro-preview")
}

/// Providers of a retired model, each with the first checked release that refuses it.
type Gone = Vec<(&'static str, Option<Release>)>;

/// Whether a checked release refuses a model; without one, the newest.
fn gone(provider: &str, model: &str, checked: Option<Release>) -> bool {
    static GONE: OnceLock<HashMap<&str, Gone>> = OnceLock::new();
    let known = GONE.get_or_init(|| {
        let lines = KNOWN
            .lines()
            .filter_map(|line| line.strip_prefix("gone ")?.split_once(' '));
        let mut known: HashMap<&str, Gone> = HashMap::new();
        for (providers, rest) in lines {
            let (name, first) = rest.split_once(' ').unwrap_or((rest, ""));
            let providers = providers.split(',').map(|provider| (provider, Release::parse(first)));
            known.entry(name).or_default().extend(providers);
        }
        known
    });
    let provider = provider.to_lowercase();
    let providers = known.get(model.to_lowercase().as_str());
    let refuses = |first: &Option<Release>| checked.is_none_or(|checked| first.is_none_or(|first| checked >= first));
    providers.is_some_and(|providers| {
        providers
            .iter()
            .any(|(known, first)| *known == provider && refuses(first))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        assert_eq!(official("codex"), Some(("codex", "@openclaw/codex")));
        assert!(gone("Google", "gemini-1.5-pro", None) && !gone("openai", "gemini-1.5-pro", None));
        for (release, refused) in [("2026.8.2", false), ("2026.9.5", true)] {
            assert_eq!(
                gone("google", "gemini-2.0-flash", Release::parse(release)),
                refused,
                "{release}"
            );
        }
        let told = |model: &str| {
            let mut out = Vec::new();
            reference(&|| owned(&["agents", "defaults", "model"]), model, None, &mut out);
            out.iter().map(|problem| problem.kind).collect::<Vec<_>>()
        };
        assert_eq!(told("google/gemini-3-pro-preview"), [RENAMED]);
        assert_eq!(told("google-vertex/gemini-3-pro-preview"), [RENAMED]);
        assert_eq!(told("google/gemini-1.5-pro"), ["rule"]);
        assert!(told("openrouter/gemini-3-pro-preview").is_empty());
        assert!(is_dropped(&["gateway".to_owned()], "webchat"));
        assert!(is_dropped(
            &["secrets".into(), "providers".into(), "v".into()],
            "allowInsecurePath"
        ));
        assert!(!is_dropped(&["gateway".to_owned()], "port"));
    }
}
