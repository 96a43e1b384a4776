//! `cf-key-not-proved`: nothing that can be asked for free says anything about the provider's key.

use super::cf_common::{TOKEN_HEADER, answer_finding, notes, told_status};
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::lacks;
use crate::checks::finding::{FindingExt, finding};
use crate::config::cloudflare::address::{Address, List, Wants};
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "cf-key-not-proved",
    title: "the ping proves the provider's key",
    group: Group::Cloudflare,
    severity: Severity::Info,
    needs: &[Need::CloudflareAnswer(Reach::Found)],
    causes: &[],
    docs: "The doctor asks for what costs nothing: the list of models. Some providers show that list to everybody (OpenRouter, \
Hugging Face), some have none, and some requests cannot be formed here (signed ones). A gateway that lives by Unified Billing may \
refuse the doctor alone, because its request carries cf-aig-no-wholesale so that it cannot cost money. A key may also have the \
right to call models and not the one to list them. Of several providers behind Cloudflare the one of the default model is asked, and up to three others that models of the config use. Then nothing is known about the key, good or bad.\n\nFix: none needed. One real model call through the Gateway tells.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let mut found = of_asked(case);
    found.extend(not_asked(case));
    found
}

/// Other providers behind Cloudflare that some model of the config uses and that could not be asked, or not in this run.
fn not_asked(case: &CheckContext<'_>) -> Vec<Finding> {
    resolve::not_asked(case.snapshot)
        .into_iter()
        .map(|(id, used)| {
            let reference = shell_quote(&used.model.value);
            let call = format!("infer model run --gateway --model {reference} --prompt ping");
            finding(
                CHECK.id,
                CHECK.severity,
                format!("The key of {id} was not tested: the provider was not asked in this run"),
            )
            .subject(format!("models.providers.{id}"))
            .detail(format!(
                "{} uses it. One real model call tests it (it may cost a fraction of a cent).",
                used.model.path
            ))
            .at(used.model.place.as_ref(), used.model.value.clone())
            .fix(
                "Make one model call through the Gateway.",
                [case.commands().openclaw(&call)],
            )
        })
        .collect()
}

fn of_asked(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        // That there is no key at all is told by the checks of keys, and there is nothing to prove then.
        // An api that the address does not have is told as what is wrong; no model call is worth its price before.
        Some(Word::KeyNotProved) if api_is_wrong(case) => Vec::new(),
        Some(Word::KeyNotProved) if !(no_key(case) && (missing_is_told(case) || is_void(case))) => vec![found(case)],
        _ => Vec::new(),
    }
}

fn api_is_wrong(case: &CheckContext<'_>) -> bool {
    let id = case.cloudflare_fact("provider").unwrap_or_default();
    let path = format!("models.providers.{id}.api");
    let told = |kind: &str| notes(case, kind, &[]).into_iter().any(|issue| issue.path == path);
    case.cloudflare_fact("not_proved") == Some("not-read") && (told("cf-api-fails") || told("cf-api-missing"))
}

fn no_key(case: &CheckContext<'_>) -> bool {
    case.cloudflare_fact("key") == Some("missing")
}

/// Whether the key that is configured is none: a placeholder, a reference that nobody resolves.
fn is_void(case: &CheckContext<'_>) -> bool {
    let left_out = case.cloudflare_fact("no_secret");
    left_out.is_some_and(|what| !what.starts_with(TOKEN_HEADER))
}

/// Whether a key that this provider needs is known to be missing.
fn missing_is_told(case: &CheckContext<'_>) -> bool {
    let id = case.cloudflare_fact("provider").unwrap_or_default();
    let names = resolve::config(case.snapshot).map(|config| resolve::variables(config, id));
    let names = names.unwrap_or_default();
    case.needed()
        .any(|key| names.iter().any(|name| name == key.name()) && lacks(case, key))
}

/// Whether the provider is one with a documented list of models, and there is none at the address. Of Anthropic's nobody has
/// seen the answer through an AI Gateway (facts/pings.md section 10).
fn lists_elsewhere(case: &CheckContext<'_>) -> bool {
    let url = case.asked_provider().and_then(|provider| provider.base_url.as_ref());
    let address = url.and_then(|url| Address::parse(&url.value));
    case.cloudflare_fact("not_proved") == Some("not-offered")
        && told_status(case) == Some(404)
        && address.is_some_and(|address| address.list() == List::Keyed && address.wants() != Wants::Anthropic)
}

fn found(case: &CheckContext<'_>) -> Finding {
    let id = case.cloudflare_fact("provider").unwrap_or("cloudflare-ai-gateway");
    let why = match case.cloudflare_fact("not_proved") {
        Some("public-list") => "its list of models answers without a key too, so a 200 says nothing about the key",
        Some("apart") => {
            "the free list of models there shows only that Cloudflare accepts the token: it goes neither through the AI Gateway \
             nor to the provider behind it, as a model call does"
        }
        Some("not-offered") if lists_elsewhere(case) => {
            "it answers 404 where this provider has its list of models: what follows the provider in baseUrl may be wrong, and \
             model calls would then end in 404 too"
        }
        Some("not-offered") => "it offers no list of models here, and nothing else is free",
        Some("protective-header") => {
            "Cloudflare refused the doctor's request, which carries cf-aig-no-wholesale so that it costs nothing; a model call \
             does not carry it and may pass by Unified Billing"
        }
        Some("list-permission") if case.asks_account_api() => {
            "the list of models is refused to this token, which Cloudflare's own check calls good: listing is a right of its own \
             (Workers AI Read), and model calls may pass; or the account id in baseUrl is that of another account"
        }
        Some("list-permission") => {
            "the list of models is refused to this key, which is known there: listing is a right of its own, and model calls \
             may pass"
        }
        Some("oauth") => {
            "it refuses its list of models to OAuth tokens, whatever the token is, and may refuse model calls in the same way"
        }
        Some("unsure") => {
            "Cloudflare's API refuses the list of models, and its check of the token gave no clear answer"
        }
        Some("x-api-key") => {
            "OpenClaw sends the key as x-api-key with this api, and Cloudflare documents Authorization alone for the API of an \
             account. If the call fails with 401, authHeader: true in the provider's entry makes OpenClaw send both"
        }
        Some("not-read") if case.asks_account_api() => {
            "it looks for the token in Authorization alone, and api puts it into another header"
        }
        Some("not-read") => {
            "its list of models does not look for the key where api puts it, and the endpoint that the model calls use may"
        }
        _ => "the doctor cannot form a request of its kind",
    };
    let who = if case.asks_account_api() {
        "Cloudflare's API"
    } else {
        "The AI Gateway"
    };
    // Cloudflare's API said that no token came, although one was sent; a model call sends it in the same place.
    let unread = case.cloudflare_fact("not_proved") == Some("not-read") && case.asks_account_api();
    if unread {
        let path = format!("models.providers.{id}.api");
        return answer_finding(
            case,
            &CHECK,
            Severity::Error,
            format!("Cloudflare's API does not see the key of {id}: api puts it into another header"),
        )
        .subject(path.clone())
        .detail(format!("{who} answers that no token came: {why}."))
        .fix(
            "Use OpenAI's format, which the endpoint …/ai/v1 of an account speaks, and restart.",
            [case.config_set(&path, "openai-completions"), case.commands().restart()],
        );
    }
    let title = match no_key(case) {
        true => format!("{id} has no key, and whether Cloudflare pays for it could not be tested for free"),
        false => format!("The key of {id} could not be tested for free"),
    };
    let severity = match lists_elsewhere(case) {
        true => Severity::Warning,
        false => CHECK.severity,
    };
    answer_finding(case, &CHECK, severity, title)
        .subject(format!("models.providers.{id}"))
        .detail(format!(
            "{who} answers, but {why}. To test the key, make one real model call (it may cost a fraction of a cent)."
        ))
        .fix("Make one model call through the Gateway.", [case.model_call()])
}
