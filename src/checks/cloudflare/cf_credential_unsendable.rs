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
    docs: "A configured header contains characters that no HTTP header can carry: a line break in the middle or a typographic quote \
in its value, a blank or a colon in its name. Node refuses to send such a request at all.\n\n\
Fix: copy the value again and keep it on one line; write the name without blanks.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ Word::KeyUnsendable) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, _: Word) -> Finding {
    let unsent = format!(
        "The model calls of {} fail before they are sent; the doctor sent it to nobody either.",
        case.gateway_name()
    );
    let start = |title: String| answer_finding(case, &CHECK, CHECK.severity, title).detail(unsent.clone());
    if let Some(name) = case.cloudflare_fact("unsendable_name") {
        let provider = case.asked_provider();
        let place = provider.and_then(|provider| provider.place.as_ref());
        return start(format!("No request can have a header of this name: \"{name}\""))
            .at(place, "headers")
            .fix(
                "Write the name without blanks, colons and letters beyond ASCII, and restart.",
                place
                    .map(|place| case.edit_at(place))
                    .into_iter()
                    .chain([case.commands().restart()]),
            );
    }
    let what = case.cloudflare_fact("unsendable").unwrap_or("a configured header");
    start(format!("{what} contains characters that no HTTP header can carry")).fix(
        "Write the value again, on one line and without typographic quotes, and restart.",
        [case.commands().restart()],
    )
}
