//! `cf-edge-name-failed`: Cloudflare's edge has no way to what stands behind the name.

use super::cf_common::{answer_finding, base_url_place};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-edge-name-failed",
    title: "the name of the AI Gateway leads somewhere at Cloudflare",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Nobody)],
    causes: &[],
    docs: "Cloudflare's edge answered with a code of its own about the name: 1000 to 1004 and 1014 (DNS or CNAME), 1016 and 1018 \
(the origin's name or the host is not known), 1033 (the tunnel is down). It is neither a firewall nor a fault of a key.\n\n\
Fix: correct the DNS record or the custom domain, or start the tunnel (cloudflared).",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(Word::EdgeName) => vec![found(case)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>) -> Finding {
    let (host, code) = (case.asked_host(), case.cloudflare_fact("code").unwrap_or("10xx"));
    let (what, fix) = match code {
        "1033" => (
            "its tunnel is not connected",
            "Start the tunnel (cloudflared) again, or point the name elsewhere.",
        ),
        "1016" => (
            "the name of its origin does not resolve",
            "Correct the DNS record of the origin at Cloudflare.",
        ),
        "1014" => (
            "its CNAME belongs to another account",
            "Use a CNAME within the account, or the AI Gateway's own host.",
        ),
        _ => (
            "DNS at Cloudflare has no valid target for it",
            "Correct the DNS record or the custom domain at Cloudflare.",
        ),
    };
    answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        format!("Cloudflare knows no way behind {host}: {what} (error code {code})"),
    )
    .detail(format!(
        "The model calls of {} end at Cloudflare's edge, whatever the keys are.",
        case.gateway_name()
    ))
    .at(
        case.asked_provider().and_then(base_url_place),
        format!("baseUrl leads to {host}"),
    )
    .fix(fix, ["%doctor% ping"])
}
