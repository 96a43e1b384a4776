//! `value-has-control-char`: the value holds a carriage return or another control character.

use super::value_common::{about, correct, suspects};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ValueFacts, ValueFlag};

pub(crate) const CHECK: Check = Check {
    id: "value-has-control-char",
    title: "no needed key contains a control character",
    group: Group::Values,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &["cf-provider-key-rejected"],
    docs: "A file with Windows line ends, sourced by a shell, leaves a carriage return at the end of the value; a \
pasted key may bring a line feed or an invisible character. HTTP refuses such a header, or the provider refuses the \
key. (OpenClaw's own `.env` reader removes carriage returns; shells and systemd do not.)\n\n\
Fix: convert the file with `sed -i 's/\\r$//' FILE`, or write the value again.",
    run,
};

fn bad(value: &ValueFacts) -> bool {
    value.has(ValueFlag::CarriageReturn) || value.has(ValueFlag::Newline) || value.has(ValueFlag::ControlChar)
}

fn what(value: &ValueFacts) -> &'static str {
    if value.has(ValueFlag::CarriageReturn) {
        "a carriage return"
    } else if value.has(ValueFlag::Newline) {
        "a line feed"
    } else {
        "a control character"
    }
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    suspects(case, bad)
        .iter()
        .map(|suspect| {
            let what = what(suspect.value);
            let title = format!("{} contains {what} in the Gateway", suspect.name());
            about(case, CHECK.id, suspect, title, &format!("the value contains {what}"))
                .detail(match suspect.accepted {
                    true => format!(
                        "OpenClaw takes blanks and line ends off before it sends the key, so it works; what else reads \
                         the variable may fail by {what}."
                    ),
                    false => format!(
                        "A key with {what} is not a valid header value, or is refused as a wrong key. It usually comes from \
                         a file with Windows line ends or from a pasted line end."
                    ),
                })
                .fix_by(correct(
                    case,
                    suspect,
                    "Remove the character where the value is set (`sed -i 's/\\r$//' FILE` for line ends).",
                ))
        })
        .collect()
}
