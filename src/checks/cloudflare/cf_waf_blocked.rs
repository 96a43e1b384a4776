//! `cf-waf-blocked`: a firewall page of Cloudflare answers.

use super::cf_common::{answer_finding, probe_command};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-waf-blocked",
    title: "no firewall blocks the AI Gateway",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Answered)],
    causes: &[],
    docs: "A firewall or challenge page of Cloudflare (codes 1010, 1020, \"Just a moment\") answers instead of the AI Gateway. A \
program cannot pass a challenge, so model calls fail with 403.\n\nFix: with a domain of your own, add a rule that skips \
the checks for the Gateway; on Cloudflare's own host, try another egress address.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ Word::Waf) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, _: Word) -> Finding {
    answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        "A firewall page of Cloudflare answers instead of the AI Gateway".to_owned(),
    )
    .detail(format!(
        "{} cannot pass a challenge made for browsers, so its model calls fail.",
        case.gateway_name()
    ))
    .fix(
        "With a domain of your own before the AI Gateway: add a rule that skips the checks for its path. Otherwise \
             this machine's address has a bad name: use another egress.",
        [probe_command(case)],
    )
}
