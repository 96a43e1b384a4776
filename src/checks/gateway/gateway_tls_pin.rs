//! `gateway-tls-pin`: the Gateway shows another certificate than the expected one.

use super::gateway_secrets::is_local;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::cloudflare::cf_common::gateway_answer_finding;
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::Word;

pub(crate) const CHECK: Check = Check {
    id: "gateway-tls-pin",
    title: "the Gateway shows the expected certificate",
    group: Group::Gateway,
    severity: Severity::Error,
    needs: &[Need::GatewayPing],
    causes: &[],
    docs: "Clients accept only the one certificate whose fingerprint they know: of the local file, or gateway.remote.tlsFingerprint. \
Another one was shown, so the connection was ended before any request.\n\nFix: restart the Gateway after a renewal of its \
certificate, or correct the fingerprint, after making sure that nothing is in between.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.gateway() {
        Some(word @ Word::TlsPinMismatch) => vec![found(case, word)],
        Some(
            Word::TlsUnknownIssuer | Word::TlsWrongName | Word::TlsExpired | Word::TlsNotYetValid | Word::TlsOther,
        ) if is_local(case) => vec![unpinned(case)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, _: Word) -> Finding {
    let remote =
        crate::resolve::config(case.snapshot).is_some_and(|config| config.gateway.mode.as_deref() == Some("remote"));
    let (subject, fix) = match remote {
        true => (
            "gateway.remote.tlsFingerprint",
            "Compare the fingerprint on the Gateway's machine, then correct gateway.remote.tlsFingerprint.",
        ),
        false => (
            "gateway.tls",
            "Restart the Gateway, so that it shows the certificate that now lies in its file.",
        ),
    };
    gateway_answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        "The Gateway shows another certificate than the one expected".to_owned(),
    )
    .subject(subject)
    .detail("Clients end the connection before any request; so did the doctor, and no credential was sent.")
    .fix(fix, [case.commands().restart()])
}

/// The Gateway's own certificate passes no ordinary check, so without the file there is nothing to compare it with.
fn unpinned(case: &CheckContext<'_>) -> Finding {
    gateway_answer_finding(
        case,
        &CHECK,
        Severity::Warning,
        "The Gateway's certificate could not be compared with its file".to_owned(),
    )
    .subject("gateway.tls")
    .detail(
        "The file (gateway.tls.certPath, else gateway/tls/gateway-cert.pem of the state directory) is missing or not \
             readable here, so the doctor did not go on, and clients of this user cannot either.",
    )
    .fix(
        "Run this as the Gateway's user; if that user lacks the file too, a restart makes a new one.",
        [case.commands().openclaw("config get gateway.tls")],
    )
}
