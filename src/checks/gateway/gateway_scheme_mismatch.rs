//! `gateway-scheme-mismatch`: one side speaks TLS and the other does not.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::cloudflare::cf_common::gateway_answer_finding;
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::Word;

pub(crate) const CHECK: Check = Check {
    id: "gateway-scheme-mismatch",
    title: "Gateway and clients agree on TLS",
    group: Group::Gateway,
    severity: Severity::Error,
    needs: &[Need::GatewayPing],
    causes: &[],
    docs: "The config says that the Gateway speaks TLS and it speaks plain HTTP, or the other way round: gateway.tls.enabled was \
changed and the Gateway was not restarted.\n\nFix: openclaw gateway restart.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.gateway() {
        Some(word @ Word::SchemeMismatch) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, _: Word) -> Finding {
    let on = crate::resolve::config(case.snapshot).is_some_and(|config| config.gateway.tls);
    let title = match on {
        true => "The config turns TLS on, and the running Gateway speaks plain HTTP",
        false => "The running Gateway speaks TLS, and the config has it off",
    };
    gateway_answer_finding(case, &CHECK, CHECK.severity, title.to_owned())
        .subject("gateway.tls.enabled")
        .detail(
            "Clients use what the config says, so none of them can connect. The setting takes effect with a restart.",
        )
        .fix("Restart the Gateway.", [case.commands().restart()])
}
