//! `config-unknown-key`: a key that the schema does not know.

use super::config_common::{about, certainty, consequence, edit_and_start, refused, sentence};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::config::{KEY_GONE, written_path};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigIssue, ConfigState, ConfigView};

pub(crate) const CHECK: Check = Check {
    id: "config-unknown-key",
    title: "the config has no unknown key",
    group: Group::Config,
    severity: Severity::Error,
    needs: &[Need::Config],
    causes: &[
        "service-crash-loop",
        "service-not-running",
        "gateway-silent",
        "key-missing-everywhere",
    ],
    docs: "The config is checked strictly: one unknown key at almost any level, `//` and `_comment` included, makes \
the whole file invalid, and the Gateway does not start. A running Gateway keeps the old config until its next \
restart.\n\nFix: correct the spelling, or delete the key.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = refused(case) else {
        return Vec::new();
    };
    config
        .issues
        .iter()
        .filter(|issue| issue.kind == "unknown_key" && !is_flat_env(config, issue))
        .flat_map(|issue| issue.keys.iter().map(move |key| (issue, key)))
        .map(|(issue, key)| found(case, config, issue, key))
        .collect()
}

/// The flat layout of older releases has its own check.
fn is_flat_env(config: &ConfigView, issue: &ConfigIssue) -> bool {
    issue.path == "env"
        && issue
            .keys
            .iter()
            .all(|key| config.legacy_env.iter().any(|entry| entry.value == *key))
}

fn found(case: &CheckContext<'_>, config: &ConfigView, issue: &ConfigIssue, key: &str) -> Finding {
    // What is suppressed is named as the product names it.
    let subject = match issue.path.is_empty() {
        true => key.to_owned(),
        false => format!("{}.{key}", issue.path),
    };
    let path = written_path::of_key(issue, key);
    let repaired = config.state != ConfigState::Invalid;
    let severity = if repaired { Severity::Warning } else { CHECK.severity };
    let title = format!("Unknown key `{path}` in the config");
    let fix = match &issue.hint {
        Some(hint) if hint.starts_with(KEY_GONE) || hint.contains("; delete ") => sentence(hint),
        Some(hint) => format!("{} Otherwise delete the key.", sentence(hint)),
        None => format!("Correct the spelling of {key}, or delete it."),
    };
    about(CHECK.id, severity, issue, &subject, title)
        .certainty(certainty(case))
        .detail(effect(config, &subject))
        .fix(fix, edit_and_start(case, issue))
        .confirm("%doctor% config")
}

/// What the start does over this key. The reason of another one is not this one's.
fn effect(config: &ConfigView, subject: &str) -> String {
    let start = config.gateway_start.as_ref().filter(|start| start.verdict.is_refused());
    let other = start
        .and_then(|start| start.ended_by.as_deref())
        .filter(|by| *by != subject);
    match other {
        Some(by) => format!("The Gateway does not get that far: its start ends because of {by}."),
        None => consequence(config),
    }
}
