//! `cf-timeout`: the AI Gateway does not answer in time.

use super::cf_common::{answer_finding, network_hint, probe_command};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::Word;

pub(crate) const CHECK: Check = Check {
    id: "cf-timeout",
    title: "the AI Gateway answers in time",
    group: Group::Cloudflare,
    severity: Severity::Warning,
    needs: &[Need::CloudflarePing],
    causes: &[],
    docs: "A request to the AI Gateway got no answer within the doctor's limit. A firewall that drops packets, a network that lets \
only a proxy out, or an overloaded line look like this. Model calls of the Gateway then hang until they time out.\n\n\
Fix: let this machine connect to port 443 of gateway.ai.cloudflare.com, or give the Gateway the proxy that the network needs.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ Word::Timeout) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, _: Word) -> Finding {
    let host = case.asked_host();
    let way = match case.cloudflare_fact("layer") {
        Some("proxy") => " by way of the proxy",
        _ => "",
    };
    answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        format!("{host} did not answer in time{way}"),
    )
    .detail(format!(
        "The model calls of {} go the same way, so they hang too. A firewall that drops packets and a network that \
             lets only a proxy out look like this.",
        case.gateway_name()
    ))
    .fix(
        format!("Check firewall and proxy.{}", network_hint(case)),
        [probe_command(case)],
    )
}
