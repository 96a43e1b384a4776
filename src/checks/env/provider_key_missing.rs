//! `provider-key-missing`: a model's provider is a server whose entry gives no key, and nothing else could.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::cloudflare::cf_common::field;
use crate::checks::cloudflare::cf_slots::Existing;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::ProviderConfig;
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "provider-key-missing",
    title: "every server in use that is not of this network has a key",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Config, Need::Plugins, Need::Providers, Need::AuthProfiles],
    causes: &[],
    docs: "OpenClaw makes no request to a provider without a key: an entry of `models.providers` that it does not know by \
name needs `apiKey` or a stored profile. A header or `request.auth` does not count as one. Only for a server on this \
machine or its private network, with `api` and `models` in the entry, OpenClaw makes a key up. Every message ends in \
\"No API key found for provider\".\n\n\
Fix: openclaw config set models.providers.<id>.apiKey '${NAME_OF_A_VARIABLE}', and the variable in the state directory's .env.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    // Told by cf-provider-key-missing, with what headers are for there.
    let cloudflare = case.aig_providers();
    let used = |entry: &&ProviderConfig| {
        config.uses.models.iter().any(|used| {
            let provider = used.model.value.split_once('/').map(|(provider, _)| provider);
            provider.is_some_and(|provider| provider.eq_ignore_ascii_case(&entry.id))
        })
    };
    let entries = config.providers.iter().filter(used);
    entries
        .filter(|entry| !cloudflare.iter().any(|known| known.id == entry.id))
        .filter(|entry| resolve::lacks_key_in_entry(case.snapshot, &entry.id))
        .filter_map(|entry| found(case, entry))
        .collect()
}

fn found(case: &CheckContext<'_>, entry: &ProviderConfig) -> Option<Finding> {
    let path = field(&entry.id, "apiKey");
    let weight = resolve::weight_of_path(case.snapshot, &path)?;
    let slot = case.key_slot(&entry.id, &path, Existing::MayDo);
    let local = entry.base_url.as_ref().is_some_and(|url| resolve::is_local(&url.value));
    let why = match (local, entry.headers.is_empty()) {
        (true, _) => {
            " For a server of this machine or network OpenClaw makes a key up only where the entry has `api` and `models`."
        }
        (false, true) => "",
        (false, false) => " A header is not a key: it goes out beside one.",
    };
    let title = format!(
        "The provider {} has no apiKey, and nothing else gives it a key",
        entry.id
    );
    let found = finding(CHECK.id, weight.severity(), title)
        .subject(&path)
        .certainty(Certainty::Likely)
        .detail(format!(
            "OpenClaw makes no request to it: every message ends in \"No API key found for provider \"{}\"\".{why}",
            entry.id
        ))
        .at(
            entry.place.as_ref(),
            format!("models.providers.{} has no apiKey", entry.id),
        );
    let words = slot.words(case, "the key");
    let set = case.config_set(&path, &format!("${{{}}}", slot.name));
    Some(found.fix(
        format!("{words} in {path}, and restart. A server that asks for none takes any text."),
        slot.put.into_iter().chain([set, case.commands().restart()]),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, value, views};
    use crate::model::snapshot::{CredentialField, Located, ModelRole, ModelUse, Snapshot};

    /// What is changed in the entry, in words and for real.
    type Change = (&'static str, fn(&mut ProviderConfig));

    fn using(change: fn(&mut ProviderConfig)) -> Snapshot {
        let mut snapshot = healthy();
        for view in views(&mut snapshot) {
            let at = |field: &str, value: &str| Located {
                path: format!("models.providers.custom.{field}"),
                place: None,
                value: value.to_owned(),
            };
            let mut entry = ProviderConfig {
                id: "custom".to_owned(),
                place: None,
                base_url: Some(at("baseUrl", "https://llm.example.com/v1")),
                api: Some("openai-completions".to_owned()),
                auth: None,
                api_key: None,
                headers: Vec::new(),
                model_headers: Vec::new(),
                models: vec!["x".to_owned()],
            };
            change(&mut entry);
            view.config.uses.models = vec![ModelUse {
                role: ModelRole::Primary,
                model: at("model", &format!("{}/x", entry.id)),
            }];
            view.config.providers.push(entry);
        }
        snapshot
    }

    fn literal(path: &str) -> Located<CredentialField> {
        Located {
            path: path.to_owned(),
            place: None,
            value: CredentialField::Literal {
                value: value("", "sk-proj-Aq9Zt4Lm7Rw2Xc5Vb8Nj"),
                from: Vec::new(),
            },
        }
    }

    /// What was played on 2026.9.6: neither headers nor `request.auth` make a request, and a local server needs both `api`
    /// and `models`.
    #[test]
    fn a_server_without_a_key_is_told() {
        let told: [Change; 4] = [
            ("no key", |_| ()),
            ("a header", |entry| {
                let header = literal("models.providers.custom.headers.Authorization");
                entry.headers.push(("authorization".to_owned(), header));
            }),
            ("request.auth", |entry| {
                let header = literal("models.providers.custom.request.auth.token");
                entry.headers.push(("authorization".to_owned(), header));
            }),
            ("local, without a format", |entry| {
                entry.api = None;
                entry.base_url.as_mut().unwrap().value = "http://127.0.0.1:8000/v1".to_owned();
            }),
        ];
        for (name, change) in told {
            let found = findings(&CHECK, &using(change));
            assert_eq!(found.len(), 1, "{name}");
            assert_eq!(found[0].severity, Severity::Error, "{name}");
            assert!(found[0].remedy.as_ref().unwrap().commands[1].contains("${CUSTOM_API_KEY}"));
        }
    }

    #[test]
    fn a_server_with_a_key_or_with_none_to_give_is_not() {
        let passes: [Change; 5] = [
            ("a key", |entry| {
                entry.api_key = Some(literal("models.providers.custom.apiKey"))
            }),
            ("local", |entry| {
                entry.base_url.as_mut().unwrap().value = "http://192.168.1.5:8000/v1".to_owned();
            }),
            ("another login", |entry| entry.auth = Some("aws-sdk".to_owned())),
            ("a format of a plugin", |entry| entry.api = Some("ollama".to_owned())),
            ("a provider that reads a variable", |entry| {
                entry.id = "openai".to_owned()
            }),
        ];
        for (name, change) in passes {
            assert!(findings(&CHECK, &using(change)).is_empty(), "{name}");
        }
    }
}
