//! Plugin manifests: which variables a plugin declares for credentials
//! (facts/env-resolution.md section 6).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::model::snapshot::PluginSettings;
use crate::parse::json5::spans::SpanIndex;

/// Most names taken of one list.
const LIMIT: usize = 200;

/// What is used of `openclaw.plugin.json`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Plugin id.
    pub id: String,
    /// Provider ids with the variables of each.
    pub providers: Vec<(String, Vec<String>)>,
    /// All variables it declares for credentials, each once.
    pub env_vars: Vec<String>,
}

/// What is used of the `package.json` beside it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// `version`.
    pub version: Option<String>,
    /// Whether `openclaw.extensions` names an entry.
    pub has_entry: bool,
    /// `openclaw.channel.configuredState.env`, `allOf` and `anyOf`.
    pub env_vars: Vec<String>,
}

/// A part that is left out where it has another type than expected, so that one odd member does
/// not hide the rest.
#[derive(Deserialize)]
#[serde(untagged)]
enum Lenient<T> {
    Fits(T),
    Odd(serde::de::IgnoredAny),
}

impl<T> Lenient<T> {
    fn get(self) -> Option<T> {
        match self {
            Lenient::Fits(value) => Some(value),
            Lenient::Odd(_) => None,
        }
    }
}

type Part<T> = Option<Lenient<T>>;

fn take<T: Default>(part: Part<T>) -> T {
    part.and_then(Lenient::get).unwrap_or_default()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawManifest {
    id: Part<String>,
    providers: Part<Vec<Lenient<String>>>,
    setup: Part<RawSetup>,
    provider_usage_auth_env_vars: Part<BTreeMap<String, Lenient<Vec<Lenient<String>>>>>,
}

#[derive(Default, Deserialize)]
struct RawSetup {
    providers: Part<Vec<Lenient<RawProvider>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawProvider {
    id: Part<String>,
    env_vars: Part<Vec<Lenient<String>>>,
}

#[derive(Deserialize)]
struct RawPackage {
    version: Part<String>,
    openclaw: Part<RawOpenclaw>,
}

#[derive(Default, Deserialize)]
struct RawOpenclaw {
    extensions: Part<Vec<Lenient<String>>>,
    channel: Part<RawChannel>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawChannel {
    configured_state: Part<RawConfigured>,
}

#[derive(Default, Deserialize)]
struct RawConfigured {
    env: Part<RawNames>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawNames {
    all_of: Part<Vec<Lenient<String>>>,
    any_of: Part<Vec<Lenient<String>>>,
}

/// Reads plain JSON first, else JSON5, whose reader goes as deep as the text does: one that is nested too deeply is no manifest.
fn read<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    let flat = || SpanIndex::build(text).is_ok_and(|index| !index.too_deep);
    let lenient = || flat().then(|| json5::from_str(text).ok())?;
    serde_json::from_str(text).ok().or_else(lenient)
}

/// Reads a manifest.
pub fn manifest(text: &str) -> Option<Manifest> {
    let raw: RawManifest = read(text)?;
    let mut found = Manifest {
        id: take(raw.id).trim().to_owned(),
        ..Manifest::default()
    };
    for provider in take(raw.setup.map(|setup| match setup {
        Lenient::Fits(setup) => Lenient::Fits(take(setup.providers)),
        Lenient::Odd(odd) => Lenient::Odd(odd),
    })) {
        let Some(provider) = provider.get() else { continue };
        let vars = names(take(provider.env_vars));
        add(&mut found.env_vars, &vars);
        found.providers.push((take(provider.id), vars));
    }
    for id in names(take(raw.providers)) {
        if !found.providers.iter().any(|(known, _)| *known == id) {
            found.providers.push((id, Vec::new()));
        }
    }
    found.providers.truncate(LIMIT);
    for vars in take(raw.provider_usage_auth_env_vars).into_values().take(LIMIT) {
        add(&mut found.env_vars, &names(vars.get().unwrap_or_default()));
    }
    (!found.id.is_empty()).then_some(found)
}

/// Returns what a manifest says of settings. A schema that is no object counts as none.
pub fn settings(text: &str) -> Option<PluginSettings> {
    let raw: Value = read(text)?;
    let configs = raw.get("channelConfigs").and_then(Value::as_object);
    let schema = |value: &Value| value.get("schema").filter(|schema| schema.is_object()).cloned();
    let mut channels: Vec<(String, Option<Value>)> = configs
        .into_iter()
        .flatten()
        .map(|(id, value)| (id.trim().to_owned(), schema(value)))
        .collect();
    for id in raw
        .get("channels")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        if !channels.iter().any(|(known, _)| known == id.trim()) {
            channels.push((id.trim().to_owned(), None));
        }
    }
    channels.truncate(LIMIT);
    Some(PluginSettings {
        id: raw.get("id")?.as_str()?.trim().to_owned(),
        config: raw.get("configSchema").filter(|schema| schema.is_object()).cloned(),
        channels,
    })
}

/// Reads a `package.json`.
pub fn package(text: &str) -> Option<Package> {
    let raw: RawPackage = serde_json::from_str(text).ok()?;
    let openclaw = take(raw.openclaw);
    let env = take(take(take(openclaw.channel).configured_state).env);
    let mut env_vars = names(take(env.all_of));
    add(&mut env_vars, &names(take(env.any_of)));
    Some(Package {
        version: raw
            .version
            .and_then(Lenient::get)
            .map(|version| version.chars().take(64).collect()),
        has_entry: !take(openclaw.extensions).is_empty(),
        env_vars,
    })
}

fn names(list: Vec<Lenient<String>>) -> Vec<String> {
    let names = list.into_iter().filter_map(Lenient::get);
    let trimmed = names.map(|name| name.trim().to_owned());
    trimmed
        .filter(|name| !name.is_empty() && name.len() <= 256)
        .take(LIMIT)
        .collect()
}

fn add(all: &mut Vec<String>, more: &[String]) {
    for name in more {
        if !all.contains(name) && all.len() < LIMIT {
            all.push(name.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_places_of_names_count() {
        let text = r#"{"id":"x","providers":["p","q"],"setup":{"providers":[{"id":"p","envVars":["P_KEY","P_ALT"]}]},
            "providerUsageAuthEnvVars":{"p":["P_ADMIN","P_KEY"],"odd":7},"configSchema":{"deep":[1,{"a":null}]}}"#;
        let found = manifest(text).unwrap();
        assert_eq!(found.env_vars, ["P_KEY", "P_ALT", "P_ADMIN"]);
        let vars = vec!["P_KEY".to_owned(), "P_ALT".to_owned()];
        assert_eq!(found.providers, [("p".to_owned(), vars), ("q".to_owned(), vec![])]);
        let text = r#"{"version":"1","openclaw":{"extensions":["./i.js"],"channel":{"configuredState":{"env":{"allOf":["A"],"anyOf":["B","A"]}}}}}"#;
        let found = package(text).unwrap();
        assert_eq!(
            (found.env_vars, found.has_entry),
            (vec!["A".to_owned(), "B".to_owned()], true)
        );
    }

    #[test]
    fn odd_members_do_not_hide_the_rest() {
        let found =
            manifest(r#"{"id":"x","setup":7,"providers":{},"providerUsageAuthEnvVars":{"a":["K",3]}}"#).unwrap();
        assert_eq!(found.env_vars, ["K"]);
        assert_eq!(manifest("{id: 'x', /* JSON5 */}").unwrap().id, "x");
        let deep = format!("{{id: {}", "[".repeat(30_000));
        for text in ["", "[]", "{}", "7", r#"{"id":""}"#, &deep] {
            assert_eq!(manifest(text), None, "{text}");
        }
        assert_eq!(package(r#"{"version":1,"openclaw":[]}"#), Some(Package::default()));
    }
}
