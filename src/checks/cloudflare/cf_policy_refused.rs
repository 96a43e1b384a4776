//! `cf-policy-refused`: a rule of the AI Gateway refuses the request.

use super::cf_common::answer_finding;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-policy-refused",
    title: "no rule of the AI Gateway refuses the request",
    group: Group::Cloudflare,
    severity: Severity::Warning,
    needs: &[Need::CloudflareAnswer(Reach::Found)],
    causes: &[],
    docs: "The AI Gateway's own rules refuse: a policy (403, \"Access denied by policy\"), guardrails (2016, 2017), data loss \
prevention (2029, 2030), a spending limit that cannot price a request without a model (403, 2040), or Unified Billing, which does \
not sell the model (402, 2021). Address, ids and token were accepted before that. A policy refuses model calls as well; the \
others may have refused the doctor's request alone.\n\nFix: change the rule in the dashboard, or send a key of the provider.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ (Word::PolicyDenied | Word::ContentBlocked | Word::SpendUnpriced | Word::ModelNotSold)) => {
            vec![found(case, word)]
        }
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, word: Word) -> Finding {
    let code = case.cloudflare_fact("code").unwrap_or_default();
    let who = case.gateway_name();
    let (severity, title, detail, fix) = match word {
        Word::PolicyDenied => (
            Severity::Error,
            "A policy of the AI Gateway denies the request (403, \"Access denied by policy\")".to_owned(),
            format!("The model calls of {who} meet the same policy."),
            "Change the policy in the dashboard (AI > AI Gateway), or send what it asks for, such as cf-aig-metadata.",
        ),
        Word::SpendUnpriced => (
            CHECK.severity,
            "A spending limit of the AI Gateway refuses a request without a model (403, code 2040)".to_owned(),
            "Address, ids and token were accepted; the provider's key was not judged. Model calls name a model, and pass unless \
             Cloudflare has no price for it: then they get the same answer."
                .to_owned(),
            "Make one real model call. If it fails with 2040, give the model a custom cost, or take it out of the spending limit.",
        ),
        Word::ModelNotSold => (
            CHECK.severity,
            "Unified Billing of the AI Gateway does not sell what was asked for (402, code 2021)".to_owned(),
            "No valid key of the provider came along, so Cloudflare would have to pay, and does not offer this model or provider. \
             It is not a lack of credit."
                .to_owned(),
            "Use a model that Unified Billing offers, store a key of the provider at Cloudflare (BYOK), or send one.",
        ),
        _ => (
            CHECK.severity,
            format!("The AI Gateway's guardrails or data loss prevention block the request (code {code})"),
            "The doctor's request has no prompt. Whether model calls are blocked depends on their text.".to_owned(),
            "Look at the rule in the dashboard under AI > AI Gateway.",
        ),
    };
    answer_finding(case, &CHECK, severity, title)
        .detail(detail)
        .fix(fix, [case.model_call()])
}
