//! `gateway-silent`: the Gateway runs and does not answer on its port.

use super::cf_common::gateway_told;
use crate::diagnose::{Case, Check, FindingExt, Group, Need};
use crate::ping::verdict::Word;
use crate::report::{Finding, Severity};
use crate::resolve;

pub(super) const CHECK: Check = Check {
    id: "gateway-silent",
    title: "a running Gateway answers",
    group: Group::Gateway,
    severity: Severity::Error,
    needs: &[Need::GatewayPing],
    causes: &[],
    docs: "The Gateway's process has been running for more than a minute, and nothing listens on its port, or it takes \
connections and does not answer. A start takes up to half a minute; longer than that it hangs, waits for something, or \
listens elsewhere.\n\n\
Fix: look into its log, then restart it.",
    run,
};

/// A cold start takes up to 27 s; the double is left to slow machines (facts/pings.md section 1).
const YOUNG_S: i64 = 60;

fn run(case: &Case<'_>) -> Vec<Finding> {
    let Some(word @ (Word::NothingListening | Word::Timeout | Word::ConnectionLost)) = case.gateway() else {
        return Vec::new();
    };
    let Some(process) = resolve::process(case.snapshot) else {
        return Vec::new();
    };
    let age = process.started_ms.map(|started| case.snapshot.taken_at - started / 1000);
    if !super::gateway_secrets::is_local(case) || age.is_none_or(|age| age < YOUNG_S) {
        return Vec::new();
    }
    let minutes = age.unwrap_or_default() / 60;
    let url = case.snapshot.pings.answers.iter().find(|answer| answer.target == "gateway");
    let port = url.map_or("its port".to_owned(), |answer| {
        let (_, rest) = answer.url.split_once("://").unwrap_or_default();
        rest.split('/').next().unwrap_or_default().to_owned()
    });
    let what = match word {
        Word::NothingListening => format!("nothing listens on {port}"),
        _ => format!("{port} takes connections and does not answer"),
    };
    vec![
        gateway_told(
            case,
            &CHECK,
            CHECK.severity,
            format!("The Gateway (pid {}) has run for {minutes} min, and {what}", process.pid),
        )
        .subject("gateway.port")
        .detail("No client can reach it. A start takes less than a minute, so it hangs, waits for something, or listens elsewhere.")
        .fix("Look into its log for the last thing it did, then restart it.", [case.commands().logs(), case.commands().restart()])
        .confirm("openclaw doctor --wait"),
    ]
}
