//! `config-syntax-error`: the config is not JSON5.

use super::config_common::{about, edit_and_start, file, refused, sentence, with_copies};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::ConfigIssue;

pub(crate) const CHECK: Check = Check {
    id: "config-syntax-error",
    title: "the config is readable JSON5",
    group: Group::Config,
    severity: Severity::Error,
    needs: &[Need::Config],
    causes: &[
        "service-crash-loop",
        "service-not-running",
        "gateway-silent",
        "config-mode-missing",
        "key-missing-everywhere",
        "cf-plugin-missing",
    ],
    docs: "openclaw.json is JSON5: comments, trailing commas, single quotes, unquoted names and a byte order mark are \
fine. Where the text cannot be read at all, the Gateway exits with status 78 and says only that gateway.mode is \
missing, which is not the cause.\n\nFix: correct the place that is shown; `%doctor% config` shows it with its \
surroundings. The last good copy is openclaw.json.last-good, or .bak.",
    run,
};

fn is_syntax(issue: &&ConfigIssue) -> bool {
    issue.kind == "parse" || issue.kind.starts_with("include")
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = refused(case) else {
        return Vec::new();
    };
    config
        .issues
        .iter()
        .filter(is_syntax)
        .map(|issue| {
            let place = issue.place.as_ref();
            let at = place.map(|place| {
                format!(
                    " at line {}, column {}",
                    place.line.unwrap_or(0),
                    place.column.unwrap_or(0)
                )
            });
            let what = if issue.kind == "parse" {
                "cannot be read"
            } else {
                "includes a file that cannot be used"
            };
            let title = format!("{} {what}{}", file(case), at.unwrap_or_default());
            let mut found = about(CHECK.id, CHECK.severity, issue, &issue.path, title);
            if let Some(hint) = &issue.hint {
                found = found.seen(format!("hint: {hint}"));
            }
            with_copies(case, found, config)
                .detail(format!(
                    "{} The Gateway exits with status 78 and reports only that gateway.mode is missing.",
                    sentence(&issue.message)
                ))
                .fix("Fix the syntax error, then rerun.", edit_and_start(case, issue))
                .confirm("%doctor% config")
        })
        .collect()
}
