//! `cf-key-not-proved`: nothing that can be asked for free says anything about the provider's key.

use super::cf_common::answer_finding;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::lacks;
use crate::checks::finding::FindingExt;
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
right to call models and not the one to list them. Then nothing is known about the key, good or bad.\n\nFix: none needed. One real model call through the Gateway tells.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        // That there is no key at all is told by the checks of keys, and there is nothing to prove then.
        Some(Word::KeyNotProved) if !(no_key(case) && missing_is_told(case)) => vec![found(case)],
        _ => Vec::new(),
    }
}

fn no_key(case: &CheckContext<'_>) -> bool {
    case.cloudflare_fact("key") == Some("missing")
}

/// Whether a key that this provider needs is known to be missing.
fn missing_is_told(case: &CheckContext<'_>) -> bool {
    let id = case.cloudflare_fact("provider").unwrap_or_default();
    let names = resolve::config(case.snapshot).map(|config| resolve::variables(config, id));
    let names = names.unwrap_or_default();
    case.needed()
        .any(|key| names.iter().any(|name| name == key.name()) && lacks(case, key))
}

fn found(case: &CheckContext<'_>) -> Finding {
    let id = case.cloudflare_fact("provider").unwrap_or("cloudflare-ai-gateway");
    let why = match case.cloudflare_fact("not_proved") {
        Some("public-list") => "its list of models answers without a key too, so a 200 says nothing about the key",
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
        Some("unsure") => {
            "Cloudflare's API refuses the list of models, and its check of the token gave no clear answer"
        }
        Some("x-api-key") => {
            "OpenClaw sends the key as x-api-key with this api, and Cloudflare documents Authorization alone for the API of an \
             account. If the call fails with 401, authHeader: true in the provider's entry makes OpenClaw send both"
        }
        _ => "the doctor cannot form a request of its kind",
    };
    let who = if case.asks_account_api() {
        "Cloudflare's API"
    } else {
        "The AI Gateway"
    };
    let title = match no_key(case) {
        true => format!("{id} has no key, and whether Cloudflare pays for it could not be tested for free"),
        false => format!("The key of {id} could not be tested for free"),
    };
    answer_finding(case, &CHECK, CHECK.severity, title)
        .subject(format!("models.providers.{id}"))
        .detail(format!(
            "{who} answers, but {why}. To test the key, make one real model call (it may cost a fraction of a cent)."
        ))
        .fix("Make one model call through the Gateway.", [case.model_call()])
}
