//! `cf-rate-limited`: a rate or spending limit is reached.

use super::cf_common::told;
use crate::checks::check::{Case, Check, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-rate-limited",
    title: "no limit is reached",
    group: Group::Cloudflare,
    severity: Severity::Warning,
    needs: &[Need::CloudflareAnswer(Reach::Found)],
    causes: &[],
    docs: "Cloudflare (2003 for the rate, 2041 for the spending of this gateway) or the provider behind it (429) refuses because a \
limit is reached. The address, the ids and the token were accepted before that.\n\nFix: wait, or raise the limit.",
    run,
};

fn run(case: &Case<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ (Word::RateLimited | Word::ProviderRateLimited)) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &Case<'_>, word: Word) -> Finding {
    let code = case.cloudflare_fact("code").unwrap_or("429");
    let title = match (word, code) {
        (Word::ProviderRateLimited, _) => "The provider's rate limit is reached (429)".to_owned(),
        (_, "2041") => "The AI Gateway's spending limit is reached (429, code 2041)".to_owned(),
        _ => format!("The AI Gateway's rate limit is reached (429, code {code})"),
    };
    let wait = case
        .cloudflare_fact("retry_after")
        .map_or(String::new(), |seconds| format!(" It asks to wait {seconds} s."));
    told(case, &CHECK, CHECK.severity, title)
        .detail(format!(
            "The model calls of {} count towards the same limit.{wait}",
            case.gateway_name()
        ))
        .fix(
            "Wait, or raise the limit: for Cloudflare's in the dashboard under AI > AI Gateway > Settings.",
            ["openclaw doctor ping"],
        )
}
