//! `cf-region-blocked`: the provider refuses the region of Cloudflare's edge.

use super::cf_common::{answer_finding, in_brackets, probe_command};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-region-blocked",
    title: "the provider serves this region",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Found)],
    causes: &[],
    docs: "Anthropic answers \"Request not allowed\" (403, without a request id) for requests that leave Cloudflare in a region it \
does not serve. What counts is the place of the Cloudflare edge that was reached, not the key.\n\nFix: let the Gateway's \
traffic leave from a supported region (another egress or proxy).",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ Word::RegionBlock) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, _: Word) -> Finding {
    answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        format!(
            "The provider refuses the region from which Cloudflare forwards the request{}",
            in_brackets(case, "")
        ),
    )
    .detail(format!(
        "Keys and gateway are not judged by this answer; {} gets the same one.",
        case.gateway_name()
    ))
    .fix(
        "Let the traffic leave from a region that the provider serves: another egress, or a proxy in the Gateway's \
             environment (HTTPS_PROXY).",
        [probe_command(case)],
    )
}
