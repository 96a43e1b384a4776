//! `cf-credential-unsendable`: a configured header cannot be sent.

use super::cf_common::answer_finding;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-credential-unsendable",
    title: "configured headers can be sent",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Found)],
    causes: &[],
    docs: "A configured header contains characters that no HTTP header can carry: a line break in the middle, or a typographic quote. \
Node refuses to send such a request at all.\n\nFix: copy the value again and keep it on one line.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ Word::KeyUnsendable) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, _: Word) -> Finding {
    let what = case.cloudflare_fact("unsendable").unwrap_or("a configured header");
    answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        format!("{what} contains characters that no HTTP header can carry"),
    )
    .detail(format!(
        "The model calls of {} fail before they are sent; the doctor sent it to nobody either.",
        case.gateway_name()
    ))
    .fix(
        "Write the value again, on one line and without typographic quotes, and restart.",
        [case.commands().restart()],
    )
}
