//! `value-placeholder`: the value is an example from a tutorial.

use super::value_common::{about, correct, suspects};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ValueFacts, ValueFlag};

pub(crate) const CHECK: Check = Check {
    id: "value-placeholder",
    title: "no needed key is an example value",
    group: Group::Values,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &["cf-provider-key-rejected"],
    docs: "Texts such as `your-api-key`, `<key>` or `xxxx` come from a tutorial and were never replaced. A value that \
is the name of a variable (`CLOUDFLARE_AI_GATEWAY_API_KEY`) is sent literally as well.\n\nFix: write the real key.",
    run,
};

fn bad(value: &ValueFacts) -> bool {
    value.has(ValueFlag::Placeholder) || value.has(ValueFlag::BareVariableName)
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    suspects(case, bad)
        .iter()
        .map(|suspect| {
            let what = if suspect.value.has(ValueFlag::Placeholder) {
                "an example value"
            } else {
                "the name of a variable"
            };
            let title = format!("{} is {what}, not a key", suspect.name());
            about(case, CHECK.id, suspect, title, &format!("looks like {what}"))
                .detail("The Gateway sends it as it is, and the provider refuses it.")
                .fix_by(correct(case, suspect, "Write the real key."))
        })
        .collect()
}
