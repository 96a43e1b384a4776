//! `cf-credits`: an account behind the AI Gateway has no credit.

use super::cf_common::answer_finding;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-credits",
    title: "the accounts have credit",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Key)],
    causes: &[],
    docs: "Either no provider key reached the provider and the Cloudflare account has no credit for Unified Billing (402, code \
2021), or the key's own account at the provider has none left.\n\nFix: send a provider key (CLOUDFLARE_AI_GATEWAY_API_KEY), \
store one at Cloudflare, or add credit.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ (Word::Credits | Word::ProviderBilling)) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, word: Word) -> Finding {
    let (title, fix) = match word {
        Word::ProviderBilling => (
            "The provider's account has no credit left",
            "Add credit at the provider, or use a key of another account.",
        ),
        _ if case.cloudflare_fact("code") == Some("2049") => (
            "The Cloudflare account has no credit for Unified Billing (402, code 2049)",
            "Add credit in the dashboard under AI > AI Gateway, or store a key of the provider at Cloudflare (BYOK).",
        ),
        // With a key that was sent the same code says that it did not count, not that none came.
        _ if case.cloudflare_fact("key") == Some("configured") => (
            "The AI Gateway bills the request itself, and the Cloudflare account has no credit (402, code 2021)",
            "Add credit in the dashboard under AI > AI Gateway, or store a key of the provider at Cloudflare (BYOK): the key that was \
             sent did not count.",
        ),
        _ => (
            "No provider key reached the provider, and the Cloudflare account has no credit (402, code 2021)",
            "Put a provider key where the Gateway reads it, store one at Cloudflare (BYOK), or add credit there.",
        ),
    };
    answer_finding(case, &CHECK, CHECK.severity, title.to_owned())
        .detail(format!(
            "The model calls of {} are refused until one of them pays.",
            case.gateway_name()
        ))
        .fix(fix, ["%doctor% ping"])
}
