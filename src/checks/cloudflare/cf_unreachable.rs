//! `cf-unreachable`: nobody answers at the address of the AI Gateway.

use super::cf_common::{answer_finding, network_hint, probe_command};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::Word;

pub(crate) const CHECK: Check = Check {
    id: "cf-unreachable",
    title: "the AI Gateway is reachable",
    group: Group::Cloudflare,
    severity: Severity::Warning,
    needs: &[Need::CloudflarePing],
    causes: &[],
    docs: "The name of the AI Gateway resolves, but the connection is refused, has no route, or is cut before an answer. A \
firewall that rejects, a wrong hosts file, a missing IPv6 route and a middle box look like this.\n\nFix: let this \
machine connect to port 443 of gateway.ai.cloudflare.com, or give the Gateway the proxy that the network needs.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ (Word::Refused | Word::Unreachable | Word::ConnectionLost)) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, word: Word) -> Finding {
    let host = case.asked_host();
    let what = match word {
        Word::Refused => "refuses the connection",
        Word::Unreachable => "cannot be reached: no route",
        _ => "takes the connection and cuts it before an answer",
    };
    answer_finding(case, &CHECK, CHECK.severity, format!("{host} {what}"))
        .detail(format!(
            "The requests of {} end in \"Connection error\" before they reach Cloudflare, whatever the keys are.",
            case.gateway_name()
        ))
        .fix(
            format!("Check firewall, hosts file and route.{}", network_hint(case)),
            [probe_command(case)],
        )
}
