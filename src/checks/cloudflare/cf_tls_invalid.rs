//! `cf-tls-invalid`: the certificate shown for the AI Gateway is not valid.

use super::cf_common::{answer_finding, probe_command};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::Word;

pub(crate) const CHECK: Check = Check {
    id: "cf-tls-invalid",
    title: "the AI Gateway's certificate is valid",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflarePing],
    causes: &["cf-clock-skew"],
    docs: "The TLS handshake with the AI Gateway fails because of the certificate's dates or name, or because the other side does \
not speak TLS as expected. A wrong clock makes good certificates look expired; a captive portal, a hosts file or a \
typo in the base URL shows a certificate for another name.\n\nFix: set the clock first, then look at the address.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(
            word @ (Word::TlsExpired
            | Word::TlsNotYetValid
            | Word::TlsWrongName
            | Word::TlsOther
            | Word::SchemeMismatch),
        ) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, word: Word) -> Finding {
    let host = case.asked_host();
    let (what, fix) = match word {
        Word::TlsExpired => (
            "is expired by this machine's clock",
            "Check the clock first; a certificate of Cloudflare's is renewed in time.",
        ),
        Word::TlsNotYetValid => (
            "is not valid yet by this machine's clock",
            "Set the clock: it is behind.",
        ),
        Word::TlsWrongName => (
            "is for another name",
            "Look for a captive portal, a hosts file entry or a wrong host in baseUrl.",
        ),
        Word::SchemeMismatch => (
            "does not come: one side speaks TLS and the other plain HTTP",
            "Correct the scheme in baseUrl: https.",
        ),
        _ => (
            "leads to no handshake",
            "Look at what is between this machine and Cloudflare.",
        ),
    };
    answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        format!("The certificate shown for {host} {what}"),
    )
    .detail(format!(
        "No credential was sent. The model calls of {} fail at the same place with \"Connection error\".",
        case.gateway_name()
    ))
    .fix(fix, ["date -u".to_owned(), probe_command(case)])
}
