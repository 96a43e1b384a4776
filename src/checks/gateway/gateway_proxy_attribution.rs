//! `gateway-proxy-attribution`: a reverse proxy before the Gateway is not configured.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::cloudflare::cf_common::gateway_answer_finding;
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "gateway-proxy-attribution",
    title: "no unknown reverse proxy is in front of the Gateway",
    group: Group::Gateway,
    severity: Severity::Error,
    needs: &[Need::GatewayAnswer(Reach::Answered)],
    causes: &[],
    docs: "The Gateway refuses requests with X-Forwarded-For and the like from a proxy that gateway.trustedProxies does not list \
(403 proxy_attribution_required), the right credential included.\n\nFix: list the proxy's own address, as narrow as \
possible.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.gateway() {
        Some(word @ Word::ProxyAttribution) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, _: Word) -> Finding {
    gateway_answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        "A reverse proxy in front of the Gateway is not listed in gateway.trustedProxies (403)".to_owned(),
    )
    .subject("gateway.trustedProxies")
    .detail("Every request that comes through it is refused, the right credential included.")
    .fix(
        "List the address from which the proxy connects, and no more than that.",
        [
            case.config_set("gateway.trustedProxies", "[\"127.0.0.1\"]"),
            case.commands().restart(),
        ],
    )
}
