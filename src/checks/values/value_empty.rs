//! `value-empty`: the key is present, its value is empty or blank.

use super::value_common::{about, correct, suspects};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::ValueFacts;

pub(crate) const CHECK: Check = Check {
    id: "value-empty",
    title: "no needed key is bound to an empty value",
    group: Group::Values,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &[
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "compat-env-file-conflict",
        "cf-provider-key-rejected",
    ],
    docs: "A line such as `KEY=` binds the name to nothing. That still counts as bound: it hides every later `.env` \
and the login-shell import. Only config `env.vars` fills a blank value.\n\n\
Fix: write the value, or delete the line.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    suspects(case, ValueFacts::is_blank)
        .iter()
        .map(|suspect| {
            let title = format!("{} is set, and its value is empty", suspect.name());
            about(case, CHECK.id, suspect, title, "binds the name to an empty value")
                .detail(format!(
                    "{} binds it to an empty value, which hides every weaker source; the Gateway has no usable key.",
                    suspect.origin(case)
                ))
                .fix_by(correct(
                    case,
                    suspect,
                    "Write the value behind the `=`, or delete the line.",
                ))
        })
        .collect()
}
