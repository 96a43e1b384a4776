//! `cf-rate-limited`: a rate or spending limit is reached.

use super::cf_common::answer_finding;
use crate::checks::check::{Check, CheckContext, Group, Need};
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
    docs: "Cloudflare (2003 for the rate, 2041 or a policy for the spending of this gateway, 2018 and one text of 2021 for Unified \
Billing, 1015 for the zone) or the provider behind it (429) refuses because a limit is reached. The address, the ids and the token \
were accepted before that.\n\nFix: wait, or raise the limit.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ (Word::RateLimited | Word::ProviderRateLimited)) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, word: Word) -> Finding {
    let code = case.cloudflare_fact("code").unwrap_or("429");
    let title = match (word, code) {
        (Word::ProviderRateLimited, _) => "The provider's rate limit is reached (429)".to_owned(),
        (_, "policy") => "The AI Gateway's spending limit is reached, by a policy of the gateway".to_owned(),
        (_, "2041") => "The AI Gateway's spending limit is reached (429, code 2041)".to_owned(),
        (_, "2018") => "Unified Billing of the AI Gateway takes no more requests for now: its limit or its credit is used up (429, code 2018)".to_owned(),
        (_, "2021") => "Unified Billing of the AI Gateway is rate limited (402, code 2021); this passes by itself".to_owned(),
        (_, "1015") => "Cloudflare's rate limit for this address is reached (429, error code 1015)".to_owned(),
        (_, "1027") => "The daily limit of the Worker at this address is reached (429, error code 1027)".to_owned(),
        (_, "3036" | "4006") => format!("The Cloudflare account's allocation of Workers AI is used up (429, code {code})"),
        _ => format!("The AI Gateway's rate limit is reached (429, code {code})"),
    };
    let wait = match case.cloudflare_fact("retry_after") {
        Some(seconds) => format!(" Retry in {seconds} s."),
        None if matches!(code, "2003" | "2021" | "1015") || word == Word::ProviderRateLimited => {
            " Retry in a minute.".to_owned()
        }
        None if matches!(code, "3036" | "4006" | "1027") => " It is renewed at 00:00 UTC.".to_owned(),
        None => String::new(),
    };
    answer_finding(case, &CHECK, CHECK.severity, title)
        .detail(format!(
            "The model calls of {} count towards the same limit.{wait}",
            case.gateway_name()
        ))
        .fix(
            "Wait, or raise the limit: for Cloudflare's in the dashboard under AI > AI Gateway > Settings.",
            ["%doctor% ping"],
        )
}
