//! `gateway-scheme-mismatch`: one side speaks TLS and the other does not.

use super::gateway_origin::{URL, address_subject, at_address, take_out, variable};
use super::gateway_secrets::is_local;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::cloudflare::cf_common::gateway_answer_finding;
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Side;
use crate::ping::verdict::Word;

pub(crate) const CHECK: Check = Check {
    id: "gateway-scheme-mismatch",
    title: "Gateway and clients agree on TLS",
    group: Group::Gateway,
    severity: Severity::Error,
    needs: &[Need::GatewayPing],
    causes: &[],
    docs: "The config says that the Gateway speaks TLS and it speaks plain HTTP, or the other way round: gateway.tls.enabled was \
changed and the Gateway was not restarted. Or the address that clients were given (OPENCLAW_GATEWAY_URL, gateway.remote.url) says \
wss:// where the Gateway speaks plain HTTP, or ws:// where it speaks TLS.\n\n\
Fix: openclaw gateway restart; or write the right scheme into the address.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.gateway() {
        Some(Word::SchemeMismatch) => vec![if is_local(case) {
            of_config(case)
        } else {
            of_address(case)
        }],
        _ => Vec::new(),
    }
}

/// Whether the requests were made over TLS, so that the other side is the one without it.
fn asked_over_tls(case: &CheckContext<'_>) -> bool {
    let mut answers = case.snapshot.pings.answers.iter();
    answers.any(|answer| answer.target == Side::Gateway && answer.url.starts_with("https:"))
}

fn of_config(case: &CheckContext<'_>) -> Finding {
    let title = match asked_over_tls(case) {
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

/// The address that clients were given names the wrong scheme; a restart of a Gateway changes nothing about it.
fn of_address(case: &CheckContext<'_>) -> Finding {
    let (said, speaks, due) = match asked_over_tls(case) {
        true => ("wss://", "plain HTTP", "ws://"),
        false => ("ws://", "TLS", "wss://"),
    };
    let name = address_subject(case);
    let finding = gateway_answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        format!("{name} begins with {said}, and what answers there speaks {speaks}"),
    )
    .subject(name);
    let finding = at_address(case, finding).detail("Clients here use this address, so none of them can connect.");
    let write = format!("Write {due} in its place, if the Gateway there is meant to speak {speaks}.");
    match variable(case, URL) {
        Some(_) => {
            let (take, commands) = take_out(case, URL);
            finding.fix(
                format!("{write} If you mean the Gateway of your config: {take}."),
                commands,
            )
        }
        None => finding.fix(write, [case.commands().openclaw(&format!("config get {name}"))]),
    }
}
