//! `value-literal-reference`: the value is a reference that nobody expands.

use super::value_common::{about, correct, suspects};
use crate::checks::check::{Case, Check, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ValueFacts, ValueFlag};

pub(crate) const CHECK: Check = Check {
    id: "value-literal-reference",
    title: "no needed key is a reference that nobody expands",
    group: Group::Values,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &["cf-provider-key-rejected"],
    docs: "OpenClaw's `.env` reader and systemd's EnvironmentFile expand nothing: `KEY=${OTHER}` and `KEY=$(cmd)` give \
exactly this text. Only config strings know `${NAME}`.\n\nFix: write the value itself, or refer to the other name in \
the config.",
    run,
};

fn bad(value: &ValueFacts) -> bool {
    value.has(ValueFlag::LiteralReference) || value.has(ValueFlag::CommandSubstitution)
}

fn run(case: &Case<'_>) -> Vec<Finding> {
    suspects(case, bad)
        .iter()
        .map(|suspect| {
            let text =
                suspect
                    .value
                    .reference
                    .as_deref()
                    .unwrap_or(match suspect.value.has(ValueFlag::CommandSubstitution) {
                        true => "$(…)",
                        false => "$… of another name",
                    });
            let title = format!("{} is the text {text}, which nothing expands", suspect.name());
            about(case, CHECK.id, suspect, title, &format!("the value is {text}"))
                .detail(format!(
                    "The reader of this source expands nothing, so the Gateway sends {text} as the key."
                ))
                .fix_by(correct(
                    case,
                    suspect,
                    "Write the key itself; in the config, `${NAME}` may refer to another variable.",
                ))
        })
        .collect()
}
