//! `gateway-silent`: the Gateway runs and does not answer on its port.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::cloudflare::cf_common::gateway_answer_finding;
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{GatewayProcess, Service, Side};
use crate::ping::verdict::Word;
use crate::resolve::{
    self,
    start::{self, Start},
};

pub(crate) const CHECK: Check = Check {
    id: "gateway-silent",
    title: "a running Gateway answers",
    group: Group::Gateway,
    severity: Severity::Error,
    needs: &[Need::GatewayPing],
    causes: &[],
    docs: "The Gateway's process has been running for more than two minutes, and nothing listens on its port, or it takes \
connections and does not answer. Most starts are over by then; one that goes on is told by `gateway-starting`. So it hangs, \
waits for something, or listens elsewhere. Where neither a process nor a service is seen, it is a warning: no Gateway may be meant to run.\n\n\
Fix: look into its log, then restart it, unless it is still starting; or start it.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(word @ (Word::NothingListening | Word::Timeout | Word::ConnectionLost)) = case.gateway() else {
        return Vec::new();
    };
    if !super::gateway_secrets::is_local(case) {
        return Vec::new();
    }
    match resolve::process(case.snapshot) {
        Some(process) => hangs(case, word, process).into_iter().collect(),
        None => nobody(case, word).into_iter().collect(),
    }
}

/// The process is there.
fn hangs(case: &CheckContext<'_>, word: Word, process: &GatewayProcess) -> Option<Finding> {
    let age = process
        .started_ms
        .map(|started| case.snapshot.taken_at - started / 1000);
    let start = start::of(case.snapshot);
    let young = age.is_some_and(|age| age < start::USUAL);
    if young || matches!(start, Some(Start::Usual { .. } | Start::Slow { .. })) {
        return None;
    }
    let run = age.map_or("runs".to_owned(), |age| format!("has run for {} min", age / 60));
    let finding = gateway_answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        format!("The Gateway (pid {}) {run}, and {}", process.pid, what(case, word)),
    );
    let finding = finding.subject("gateway.port");
    let finding = match start {
        // A restart would throw away what a slow start has done so far.
        Some(Start::Unsure) => finding
            .detail(
                "No client can reach it. Most starts are over by now; on a busy or small machine it may still be starting, \
                 and whether it goes on could not be seen.",
            )
            .fix(
                "See whether its log goes on. If it does, wait; if it has stood still for minutes, restart the Gateway.",
                [case.commands().logs(), "%doctor% --wait=300".to_owned()],
            ),
        _ => finding
            .detail(
                "No client can reach it, and its start does not go on: it hangs, waits for something, or listens elsewhere.",
            )
            .fix(
                "Look into its log for the last thing it did, then restart it.",
                [case.commands().logs(), case.commands().restart()],
            ),
    };
    Some(finding.confirm("%doctor% --wait"))
}

/// No process of a Gateway is seen: it may not run, or run where this user cannot look.
fn nobody(case: &CheckContext<'_>, word: Word) -> Option<Finding> {
    let foreign = case
        .snapshot
        .processes
        .port_owner
        .as_ref()
        .is_some_and(|owner| owner.pid.is_some() && !owner.is_gateway);
    if foreign {
        return None;
    }
    let (detail, fix, command) = match word {
        Word::NothingListening => (
            "No client can reach a Gateway here, and no process of one was found.",
            "Start it.",
            case.commands().start(),
        ),
        _ => (
            "No client gets an answer. What listens on the port is hidden from this user, or passes it on to a place where \
             nobody answers: a container or a tunnel whose far side is down, or a Gateway that is still starting.",
            "Look at the place where the Gateway runs.",
            case.commands().logs(),
        ),
    };
    // Where a service is installed, a Gateway is meant to run; why it does not is told by other checks.
    let changes = |service: &Service| {
        let state = service.state.get();
        state.is_some_and(|state| matches!(state.active.as_str(), "activating" | "deactivating" | "reloading"))
    };
    let severity = match case.service() {
        Some(service) if !changes(service) => CHECK.severity,
        _ => Severity::Warning,
    };
    Some(
        gateway_answer_finding(
            case,
            &CHECK,
            severity,
            format!("No Gateway answers: {}", what(case, word)),
        )
        .detail(detail)
        .fix(fix, [command])
        .confirm("%doctor% --wait"),
    )
}

fn what(case: &CheckContext<'_>, word: Word) -> String {
    let url = case
        .snapshot
        .pings
        .answers
        .iter()
        .find(|answer| answer.target == Side::Gateway);
    let port = url.map_or("its port".to_owned(), |answer| {
        let (_, rest) = answer.url.split_once("://").unwrap_or_default();
        rest.split('/').next().unwrap_or_default().to_owned()
    });
    match word {
        Word::NothingListening => format!("nothing listens on {port}"),
        _ => format!("{port} takes connections and does not answer"),
    }
}
