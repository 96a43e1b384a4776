//! `config-invalid`: a value that the release refuses.

use super::config_common::{about, certainty, consequence, edit_and_start, refused, with_copies};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigIssue, ConfigState, ConfigView};

pub(crate) const CHECK: Check = Check {
    id: "config-invalid",
    title: "the config has no value that the release refuses",
    group: Group::Config,
    severity: Severity::Error,
    needs: &[Need::Config],
    causes: &[
        "service-crash-loop",
        "service-not-running",
        "gateway-silent",
        "key-missing-everywhere",
    ],
    docs: "A value of the wrong type, outside its limits, not among the allowed words, or against a rule between \
fields makes the whole config invalid: the Gateway exits with status 78 and is not restarted.\n\n\
Fix: correct the value; `%doctor% config` shows each place with its surroundings.",
    run,
};

/// How many problems are told in one report; `openclaw doctor config` shows all.
const MOST: usize = 5;

fn is_other(issue: &&ConfigIssue) -> bool {
    !matches!(issue.kind.as_str(), "parse" | "unknown_key") && !issue.kind.starts_with("include")
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = refused(case) else {
        return Vec::new();
    };
    let mut told: Vec<Finding> = config
        .issues
        .iter()
        .filter(is_other)
        .take(MOST)
        .map(|issue| found(case, config, issue))
        .collect();
    if config.state == ConfigState::Invalid && !told.is_empty() {
        let first = told.remove(0);
        told.insert(0, with_copies(case, first, config));
    }
    told
}

fn found(case: &CheckContext<'_>, config: &ConfigView, issue: &ConfigIssue) -> Finding {
    let path = if issue.path.is_empty() {
        "the config"
    } else {
        &issue.path
    };
    let strict = matches!(issue.kind.as_str(), "secret_source" | "filesystem");
    let severity = if strict || config.state != ConfigState::Invalid {
        Severity::Warning
    } else {
        CHECK.severity
    };
    about(
        CHECK.id,
        severity,
        issue,
        &issue.path,
        format!("{path}: {}", issue.message),
    )
    .certainty(certainty(case))
    .detail(consequence(config))
    .fix(
        issue.hint.clone().unwrap_or_else(|| format!("Correct {path}.")),
        edit_and_start(case, issue),
    )
    .confirm("%doctor% config")
}
