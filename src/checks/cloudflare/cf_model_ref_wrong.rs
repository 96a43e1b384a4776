//! `cf-model-ref-wrong`: the default model matches no model of its provider.

use super::cf_common::answer_finding;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::config::cloudflare::address::HOST;
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{Located, ProviderConfig, Snapshot};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "cf-model-ref-wrong",
    title: "the default model is one of its provider's models",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::Config],
    causes: &["cf-plugin-missing"],
    docs: "A model reference is the provider's id, a slash and a model id exactly as in the provider's `models`. \
Early defaults had the maker in between (cloudflare-ai-gateway/anthropic/claude-…), which matches nothing any more: the \
Gateway answers \"Unknown model\". Anthropic and OpenAI are asked by the id whether they know the default model; that costs nothing.\n\n\
Fix: openclaw config set agents.defaults.model.primary cloudflare-ai-gateway/<id of models[]>",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let mut found = of_default(case);
    found.extend(of_others(case));
    found
}

/// Models of further providers, which were asked for them.
fn of_others(case: &CheckContext<'_>) -> Vec<Finding> {
    let others = case.snapshot.pings.others.iter();
    let unknown = others.filter(|other| other.verdict.fact("model") == Some("unknown"));
    unknown
        .filter_map(|other| {
            let used = resolve::uses_of(case.snapshot, other.provider()).next()?;
            let weight = resolve::weight_of_path(case.snapshot, &format!("models.providers.{}", other.provider()))?;
            let (_, model) = used.model.value.split_once('/')?;
            let look = edit(case, &used.model);
            let title = format!("{} does not know the model {model} (404)", other.provider());
            Some(
                finding(CHECK.id, CHECK.severity.min(weight.severity()), title)
                    .subject(used.model.path.clone())
                    .detail("It was asked by the id alone, which is free. Every request that comes to this model ends in the same 404.")
                    .at(used.model.place.as_ref(), used.model.value.clone())
                    .fix(NAME_ONE, [look]),
            )
        })
        .collect()
}

const NAME_ONE: &str = "Name a model that the provider has, here and in `models` of the provider.";

fn edit(case: &CheckContext<'_>, wanted: &Located<String>) -> String {
    match &wanted.place {
        Some(place) => case.edit_at(place),
        None => case.commands().openclaw(&format!("config get {}", wanted.path)),
    }
}

fn of_default(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    let Some(wanted) = &config.default_model else {
        return Vec::new();
    };
    let Some((provider, model)) = wanted.value.split_once('/') else {
        return Vec::new();
    };
    let known = case.aig_providers();
    let asked = case
        .cloudflare_fact("provider")
        .is_some_and(|id| id.eq_ignore_ascii_case(provider));
    if asked && case.cloudflare_fact("model") == Some("unknown") {
        return vec![not_there(case, wanted, model)];
    }
    match known.iter().find(|entry| entry.id.eq_ignore_ascii_case(provider)) {
        Some(entry) => unknown_model(case, wanted, entry, model).into_iter().collect(),
        None if config
            .providers
            .iter()
            .any(|entry| entry.id.eq_ignore_ascii_case(provider)) =>
        {
            Vec::new()
        }
        None => unknown_provider(case, wanted, &known, provider, model)
            .into_iter()
            .collect(),
    }
}

/// The provider itself says so.
fn not_there(case: &CheckContext<'_>, wanted: &Located<String>, model: &str) -> Finding {
    let look = edit(case, wanted);
    answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        format!("The provider does not know the default model {model} (404)"),
    )
    .subject(wanted.path.clone())
    .detail("It was asked by the id alone, which is free. Every message of an agent that uses the default ends in the same 404.")
    .at(wanted.place.as_ref(), wanted.value.clone())
    .fix(NAME_ONE, [look])
}

fn unknown_model(
    case: &CheckContext<'_>,
    wanted: &Located<String>,
    entry: &ProviderConfig,
    model: &str,
) -> Option<Finding> {
    let listed = entry.models.iter().any(|id| id == model);
    // With both ids in a stored profile the plugin has a catalog of its own.
    if listed || entry.models.is_empty() || has_catalog(case.snapshot, &entry.id) {
        return None;
    }
    let near = nearest(model, &entry.models)?;
    let reference = format!("{}/{near}", entry.id);
    Some(
        finding(
            CHECK.id,
            CHECK.severity,
            format!("{} names no model of its provider: {}", wanted.path, wanted.value),
        )
        .detail(format!(
            "models.providers.{} lists {}. The Gateway answers \"Unknown model\" to every message of an agent that uses \
             the default.",
            entry.id,
            some(&entry.models),
        ))
        .subject(wanted.path.clone())
        .at(wanted.place.as_ref(), wanted.value.clone())
        .at(entry.place.as_ref(), format!("models.providers.{}: {}", entry.id, some(&entry.models)))
        .fix(format!("Use {reference}."), [case.config_set(&wanted.path, &reference)]),
    )
}

fn unknown_provider(
    case: &CheckContext<'_>,
    wanted: &Located<String>,
    known: &[&ProviderConfig],
    provider: &str,
    model: &str,
) -> Option<Finding> {
    let close =
        |entry: &&&ProviderConfig| strsim::jaro_winkler(&entry.id.to_lowercase(), &provider.to_lowercase()) > 0.92;
    let entry = known.iter().find(close)?;
    let near = nearest(model, &entry.models).unwrap_or(model);
    let reference = format!("{}/{near}", entry.id);
    Some(
        finding(
            CHECK.id,
            CHECK.severity,
            format!(
                "{} names a provider that is not configured: {}",
                wanted.path, wanted.value
            ),
        )
        .certainty(Certainty::Likely)
        .detail(format!(
            "The configured provider is called {}, before {HOST}.",
            entry.id
        ))
        .subject(wanted.path.clone())
        .at(wanted.place.as_ref(), wanted.value.clone())
        .fix(format!("Use {reference}."), [case.config_set(&wanted.path, &reference)]),
    )
}

fn has_catalog(snapshot: &Snapshot, provider: &str) -> bool {
    let profiles = snapshot
        .auth_profiles
        .iter()
        .filter_map(|store| store.profiles.get())
        .flatten();
    profiles
        .into_iter()
        .any(|profile| profile.provider == provider && profile.has_gateway_ids)
}

fn nearest<'m>(model: &str, models: &'m [String]) -> Option<&'m str> {
    let last = model.rsplit('/').next().unwrap_or(model);
    let score = |id: &String| strsim::normalized_levenshtein(id, last).max(strsim::normalized_levenshtein(id, model));
    let best = models.iter().max_by(|a, b| score(a).total_cmp(&score(b)));
    best.map(String::as_str)
}

fn some(models: &[String]) -> String {
    let shown: Vec<&str> = models.iter().take(5).map(String::as_str).collect();
    let more = if models.len() > shown.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
