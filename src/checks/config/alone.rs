//! The findings of a config on its own, without a machine: for `doctor config` in the formats that show findings.

use super::config_common::{about, sentence};
use super::{config_advice, config_invalid, config_start_refused, config_syntax_error, config_unknown_key};
use crate::checks::finding::FindingExt;
use crate::config::START_REFUSED;
use crate::config::standalone::verdict_of;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigIssue, ConfigView, Place};

/// The checks that such a finding can be of.
pub(crate) const IDS: [&str; 5] = [
    config_syntax_error::CHECK.id,
    config_unknown_key::CHECK.id,
    config_invalid::CHECK.id,
    config_start_refused::CHECK.id,
    config_advice::CHECK.id,
];

/// Returns them, errors first.
pub(crate) fn of_config(path: &str, view: &ConfigView) -> Vec<Finding> {
    let verdict = verdict_of(view);
    let starts = !verdict.gateway_start.verdict.is_refused();
    let mut found: Vec<Finding> = Vec::new();
    for issue in &verdict.issues {
        let id = match issue.kind.as_str() {
            "parse" => config_syntax_error::CHECK.id,
            "unknown_key" => config_unknown_key::CHECK.id,
            kind if kind.starts_with("include") => config_syntax_error::CHECK.id,
            _ => config_invalid::CHECK.id,
        };
        // What a start mends by itself, or leaves out, keeps nothing from starting.
        let severity = if starts { Severity::Warning } else { Severity::Error };
        found.push(one(id, severity, path, issue));
    }
    for warning in &verdict.warnings {
        let refused = warning.kind == START_REFUSED;
        let (check, severity) = match refused {
            true => (config_start_refused::CHECK, Severity::Error),
            false => (config_advice::CHECK, Severity::Warning),
        };
        found.push(one(check.id, severity, path, warning));
    }
    if found.is_empty() && !starts {
        let issue = ConfigIssue {
            place: Some(Place::file(path.to_owned())),
            path: String::new(),
            kind: "rule".to_owned(),
            message: verdict.gateway_start.why.trim_end_matches('.').to_owned(),
            hint: None,
            keys: Vec::new(),
        };
        found.push(one(config_invalid::CHECK.id, Severity::Error, path, &issue));
    }
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    found.iter_mut().for_each(|finding| {
        if finding.detail.is_empty() {
            finding.detail = sentence(&verdict.gateway_start.why);
        }
    });
    found
}

fn one(id: &str, severity: Severity, path: &str, issue: &ConfigIssue) -> Finding {
    let subject = if issue.path.is_empty() { path } else { &issue.path };
    let finding = about(id, severity, issue, subject, format!("{subject}: {}", issue.message));
    match &issue.hint {
        Some(hint) => finding.fix(sentence(hint), Vec::<String>::new()),
        None => finding,
    }
}
