//! `value-unbalanced-quote`: a quote without its partner became part of the value.

use super::value_common::{about, correct, suspects};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ValueFacts, ValueFlag};

pub(crate) const CHECK: Check = Check {
    id: "value-unbalanced-quote",
    title: "no quote became part of a needed key",
    group: Group::Values,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &["cf-provider-key-rejected"],
    docs: "`KEY=\"abc` without the closing quote keeps the quote in the value; so do typographic quotes, and text \
after a closing quote (`KEY=\"abc\"def`). The provider then refuses the key.\n\nFix: close or delete the quote.",
    run,
};

fn bad(value: &ValueFacts) -> bool {
    value.has(ValueFlag::UnbalancedQuote) || value.has(ValueFlag::Quoted)
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    suspects(case, bad)
        .iter()
        .map(|suspect| {
            let which = if suspect.value.has(ValueFlag::Quoted) {
                "quotes"
            } else {
                "a quote without its partner"
            };
            let title = format!("{} contains {which} as part of the value", suspect.name());
            about(
                case,
                CHECK.id,
                suspect,
                title,
                &format!("{which} became part of the value"),
            )
            .detail("The quote is sent as part of the key, and the provider refuses it.")
            .fix_by(correct(
                case,
                suspect,
                "Close the quote, or delete it; a key needs none.",
            ))
        })
        .collect()
}
