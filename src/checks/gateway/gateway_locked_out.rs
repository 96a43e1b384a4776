//! `gateway-locked-out`: the Gateway refuses everyone for a while.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::cloudflare::cf_common::gateway_answer_finding;
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "gateway-locked-out",
    title: "the Gateway locks nobody out",
    group: Group::Gateway,
    severity: Severity::Error,
    needs: &[Need::GatewayAnswer(Reach::Answered)],
    causes: &[],
    docs: "After too many wrong credentials the Gateway refuses everyone from that address for some minutes (429), the right \
credential included. Something keeps sending a wrong one: an old client, a node, a script.\n\nFix: find and correct that \
client; the lock ends by itself, or with a restart of the Gateway.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.gateway() {
        Some(word @ Word::LockedOut) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, _: Word) -> Finding {
    let wait = case
        .gateway_fact("retry_after")
        .map_or(String::new(), |seconds| format!(" It opens again in {seconds} s."));
    gateway_answer_finding(case, &CHECK, CHECK.severity, "The Gateway refuses everyone for a while: too many wrong credentials were sent to it (429)".to_owned())
        .detail(format!("The right credential is refused too while the lock lasts.{wait} Some client keeps sending a wrong one."))
        .fix(
            "Find the client with the wrong credential in the log and correct it; the lock ends by itself, or with a restart.",
            [case.commands().logs(), case.commands().restart()],
        )
}
