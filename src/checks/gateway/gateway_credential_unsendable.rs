//! `gateway-credential-unsendable`: the Gateway's credential cannot be sent.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::cloudflare::cf_common::gateway_answer_finding;
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "gateway-credential-unsendable",
    title: "the Gateway's credential can be sent",
    group: Group::Gateway,
    severity: Severity::Error,
    needs: &[Need::GatewayAnswer(Reach::Found)],
    causes: &[],
    docs: "The configured token or password contains characters that no HTTP header can carry: a line break in the middle, or a \
typographic quote. No client can authenticate with it.\n\nFix: set a new one of letters and digits, and restart.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.gateway() {
        Some(word @ Word::CredentialUnsendable) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, _: Word) -> Finding {
    gateway_answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        "The Gateway's credential contains characters that no HTTP header can carry".to_owned(),
    )
    .subject("gateway.auth")
    .detail("No client can authenticate with it, and the doctor sent it to nobody.")
    .fix(
        "Set a token of letters and digits, and restart.",
        [
            case.commands()
                .openclaw("config set gateway.auth.token \"$(openssl rand -hex 32)\""),
            case.commands().restart(),
        ],
    )
}
