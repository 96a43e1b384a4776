//! `config-advice`: the config is accepted, and something in it will not do what it seems to.

use super::config_common::{about, certainty, edit, is_judged_by_its_own};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::checks::values::value_literal_reference;
use crate::config::{CHANNEL_OFF, CLIENT, MESSAGES_DROPPED, START_REFUSED, STOCK_ENTRY, UNEXPANDED, written_path};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::ConfigIssue;
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "config-advice",
    title: "the config does what it says",
    group: Group::Config,
    severity: Severity::Info,
    needs: &[Need::Config],
    causes: &[],
    docs: "`openclaw config validate` accepts settings that have no effect or another one than they seem to: a section \
given twice (the first one is lost), a token made of a missing variable (a new random token at every start), TLS \
without a certificate, an auth mode without its secret, a channel whose dmPolicy drops every message, references written `${lower}` or `${A:-b}`.\n\n\
Fix: as each note says.",
    run,
};

/// Kinds that a check of their own tells.
fn told_elsewhere(case: &CheckContext<'_>, issue: &ConfigIssue) -> bool {
    let own = [
        "missing-env",
        "redaction-sentinel",
        "gateway-mode-missing",
        START_REFUSED,
        CHANNEL_OFF,
    ];
    // For a service there it is an error: `config-mode-missing`.
    let client = issue.kind == CLIENT && case.has_daemon();
    // An error for a key that is needed: `value-literal-reference`.
    let as_value = issue.kind == UNEXPANDED && value_literal_reference::tells(case, &issue.path);
    client || as_value || issue.kind.starts_with("cf-") || own.contains(&issue.kind.as_str())
}

/// How many notes a report shows; `openclaw doctor config` shows all.
const MOST: usize = 5;

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let warnings = resolve::config(case.snapshot)
        .map(|config| config.warnings.as_slice())
        .unwrap_or_default();
    warnings
        .iter()
        .filter(|issue| !told_elsewhere(case, issue))
        .take(MOST)
        .map(|issue| {
            let path = match issue.path.is_empty() {
                true => "the config".to_owned(),
                false => written_path::of_issue(issue),
            };
            let dropped = issue.kind == MESSAGES_DROPPED;
            let note = about(
                CHECK.id,
                if dropped { Severity::Warning } else { CHECK.severity },
                issue,
                &issue.path,
                format!("{path}: {}", issue.message),
            )
            .certainty(certainty(case));
            if issue.kind == STOCK_ENTRY {
                return note;
            }
            note.detail(if dropped {
                "OpenClaw accepts it with a warning: the channel connects, and nobody who writes to it gets an answer."
            } else if is_judged_by_its_own(case) {
                "Valid, but may have no effect."
            } else {
                "Judged by the settings of another release than the installed one: valid, but may have no effect."
            })
            .fix(
                issue.hint.clone().unwrap_or_else(|| "See the place shown.".to_owned()),
                [edit(case, issue)],
            )
        })
        .collect()
}
