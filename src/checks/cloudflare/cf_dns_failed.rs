//! `cf-dns-failed`: the name of the AI Gateway does not resolve.

use super::cf_common::{answer_finding, network_hint};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::Word;

pub(crate) const CHECK: Check = Check {
    id: "cf-dns-failed",
    title: "the AI Gateway's name resolves",
    group: Group::Cloudflare,
    severity: Severity::Warning,
    needs: &[Need::CloudflarePing],
    causes: &[],
    docs: "The Gateway's requests start with the name of Cloudflare's AI Gateway. Where it does not resolve, there is no network \
here, DNS is broken, or a VPN is down. The doctor asked from this machine, with the proxies of the Gateway's own \
environment.\n\nFix: bring the network or the resolver back; nothing in OpenClaw has to change.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ Word::Dns) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, _: Word) -> Finding {
    let host = case.asked_host();
    answer_finding(case, &CHECK, CHECK.severity, format!("{host} does not resolve from this machine"))
        .detail(format!(
            "Without the address no request of {} reaches Cloudflare. If this machine is offline on purpose, nothing is wrong.",
            case.gateway_name()
        ))
        .fix(
            format!("Check the network, the resolver and the VPN.{}", network_hint(case)),
            [format!("getent hosts {host}")],
        )
}
