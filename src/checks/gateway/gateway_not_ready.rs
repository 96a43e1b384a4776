//! `gateway-not-ready`: something the Gateway needs is not ready.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::cloudflare::cf_common::gateway_answer_finding;
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "gateway-not-ready",
    title: "the Gateway is ready",
    group: Group::Gateway,
    severity: Severity::Warning,
    needs: &[Need::GatewayAnswer(Reach::Answered)],
    causes: &[],
    docs: "The Gateway answers and lets clients in, but says itself that something it needs is not ready, or that it is stopping. \
Messages may stay unanswered.\n\nFix: the log names the part; the list of what is failing comes from /readyz.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.gateway() {
        Some(word @ (Word::NotReady | Word::Draining)) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, word: Word) -> Finding {
    let failing = case.gateway_fact("failing").filter(|names| !names.is_empty());
    let title = match (word, failing) {
        (Word::Draining, _) => "The Gateway is stopping: it finishes its work and takes no more".to_owned(),
        (_, Some(names)) => format!("The Gateway answers, but is not ready: {names}"),
        (_, None) => "The Gateway answers, but is not ready".to_owned(),
    };
    gateway_answer_finding(case, &CHECK, CHECK.severity, title)
        .detail("Messages may stay unanswered until it is.")
        .fix(
            "Look into the log for the part that fails; a Gateway that just started may need a minute.",
            [case.commands().logs()],
        )
        .confirm("%doctor% --wait")
}
