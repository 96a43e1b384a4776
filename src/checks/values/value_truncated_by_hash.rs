//! `value-truncated-by-hash`: an unquoted `#` cuts the value.

use super::value_common::{about, correct, suspects};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ValueFacts, ValueFlag};

pub(crate) const CHECK: Check = Check {
    id: "value-truncated-by-hash",
    title: "no needed key is cut by an unquoted #",
    group: Group::Values,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &["value-empty", "cf-provider-key-rejected"],
    docs: "In OpenClaw's `.env` dialect `#` ends an unquoted value even without a blank before it: `KEY=abc#def` is \
`abc`. Shells and systemd keep the whole text, so the same line works elsewhere.\n\nFix: put the value in single quotes.",
    run,
};

fn bad(value: &ValueFacts) -> bool {
    value.has(ValueFlag::CutByHash)
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    // The flag belongs to a line of a file: the running process shows the cut value without it.
    suspects(case, bad)
        .iter()
        .map(|suspect| {
            let title = format!("{} is cut off at an unquoted #", suspect.name());
            about(
                case,
                CHECK.id,
                suspect,
                title,
                "everything from the # on is taken for a comment",
            )
            .detail(format!(
                "Only the first {} bytes of the value reach the Gateway; a shell would read the whole line.",
                suspect.value.length
            ))
            .fix_by(correct(case, suspect, "Put the value in single quotes."))
        })
        .collect()
}
