//! `cf-rate-limited`: a rate or spending limit is reached.

use super::cf_common::{answer_finding, in_brackets, retry};
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
were accepted before that.\n\nFix: wait, raise the limit, or add credit.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ (Word::RateLimited | Word::ProviderRateLimited)) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, word: Word) -> Finding {
    let code = case.cloudflare_fact("code").unwrap_or("2003");
    let numbered = in_brackets(case, &format!("code {code}"));
    let title = match (word, code) {
        (Word::ProviderRateLimited, _) => format!("The provider's rate limit is reached{}", in_brackets(case, "")),
        (_, "policy") => "The AI Gateway's spending limit is reached, by a policy of the gateway".to_owned(),
        (_, "2041") => format!("The AI Gateway's spending limit is reached{numbered}"),
        (_, "2018") => format!(
            "Unified Billing of the AI Gateway takes no more requests for now: its limit or its credit is used up{numbered}"
        ),
        (_, "2021") => format!("Unified Billing of the AI Gateway is rate limited{numbered}; this passes by itself"),
        (_, "1015") => format!(
            "Cloudflare's rate limit for this address is reached{}",
            in_brackets(case, "error code 1015")
        ),
        (_, "1027") => format!(
            "The daily limit of the Worker at this address is reached{}",
            in_brackets(case, "error code 1027")
        ),
        (_, "3036" | "4006") => format!("The Cloudflare account's allocation of Workers AI is used up{numbered}"),
        (_, "9109") => {
            format!("Cloudflare's API refuses everything for a while: too many wrong tokens were sent{numbered}")
        }
        _ => format!("The AI Gateway's rate limit is reached{numbered}"),
    };
    let wait = match retry(case) {
        Some(wait) => wait,
        None if matches!(code, "2003" | "2021" | "1015" | "9109") || word == Word::ProviderRateLimited => {
            " Retry in a minute.".to_owned()
        }
        None if matches!(code, "3036" | "4006" | "1027") => " It is renewed at 00:00 UTC.".to_owned(),
        None if code == "2018" => " Cloudflare does not say until when: ask again in an hour.".to_owned(),
        None => String::new(),
    };
    let raise = match (word, code) {
        (Word::ProviderRateLimited, _) => "Wait, or raise the limit of your account at the provider.",
        (_, "2018") => {
            "Add credit in Cloudflare's dashboard under AI > AI Gateway, or raise the limit there; of a limit that is renewed by \
             itself, wait for that."
        }
        _ => "Wait, or raise the limit in Cloudflare's dashboard under AI > AI Gateway > Settings.",
    };
    answer_finding(case, &CHECK, CHECK.severity, title)
        .detail(format!(
            "The model calls of {} count towards the same limit.{wait}",
            case.gateway_name()
        ))
        .fix(raise, ["%doctor% ping"])
}
