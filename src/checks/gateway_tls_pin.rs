//! `gateway-tls-pin`: the Gateway shows another certificate than the expected one.

use super::cf_common::gateway_told;
use crate::diagnose::{Case, Check, FindingExt, Group, Need};
use crate::ping::verdict::Word;
use crate::report::{Finding, Severity};

pub(super) const CHECK: Check = Check {
    id: "gateway-tls-pin",
    title: "the Gateway shows the expected certificate",
    group: Group::Gateway,
    severity: Severity::Error,
    needs: &[Need::GatewayPing],
    causes: &[],
    docs: "Clients accept only the one certificate whose fingerprint they know: of the local file, or gateway.remote.tlsFingerprint. \
Another one was shown, so the connection was ended before any request.\n\nFix: restart the Gateway after a renewal of its \
certificate, or correct the fingerprint, after making sure that nobody stands in between.",
    run,
};

fn run(case: &Case<'_>) -> Vec<Finding> {
    match case.gateway() {
        Some(word @ Word::TlsPinMismatch) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &Case<'_>, _: Word) -> Finding {
    let remote = crate::resolve::config(case.snapshot).is_some_and(|config| config.gateway.mode.as_deref() == Some("remote"));
    let (subject, fix) = match remote {
        true => ("gateway.remote.tlsFingerprint", "Compare the fingerprint on the Gateway's machine, then correct gateway.remote.tlsFingerprint."),
        false => ("gateway.tls", "Restart the Gateway, so that it shows the certificate that now lies in its file."),
    };
    gateway_told(case, &CHECK, CHECK.severity, "The Gateway shows another certificate than the one expected".to_owned())
        .subject(subject)
        .detail("Clients end the connection before any request; so did the doctor, and no credential was sent.")
        .fix(fix, [case.commands().restart()])
}
