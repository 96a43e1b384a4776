//! `config-invalid`: a value that the release refuses.

use super::config_common::{about, certainty, consequence, edit_and_start, refused, serves_with_it, with_copies};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::config::is_strict_kind;
use crate::config::written_path;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigIssue, ConfigState, ConfigView, Located, SecretRef, Start};
use crate::resolve;

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
        return strict(case);
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

fn is_strict(issue: &ConfigIssue) -> bool {
    is_strict_kind(&issue.kind)
}

/// What only `openclaw config validate` and the secrets look at: the file is valid for the rest of the start.
fn strict(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    // The program of a provider that something uses has a check of its own.
    let used = |issue: &&ConfigIssue| {
        let provider = issue.path.split('.').nth(2).unwrap_or_default();
        let of_provider =
            |secret: &&Located<SecretRef>| secret.value.source == "exec" && secret.value.provider == provider;
        let in_use = |secret: &Located<SecretRef>| resolve::weight_of_path(case.snapshot, &secret.path).is_some();
        issue.kind == "filesystem" && config.secret_refs.iter().filter(of_provider).any(in_use)
    };
    let strict = config.issues.iter().filter(|issue| is_strict(issue) && !used(issue));
    strict.take(MOST).map(|issue| found(case, config, issue)).collect()
}

fn found(case: &CheckContext<'_>, config: &ConfigView, issue: &ConfigIssue) -> Finding {
    let path = match issue.path.is_empty() {
        true => "the config".to_owned(),
        false => written_path::of_issue(issue),
    };
    let refuses_start = config
        .gateway_start
        .as_ref()
        .is_some_and(|start| start.verdict == Start::Refused);
    let ends_start = issue.kind == "secret_source" && refuses_start && !serves_with_it(case);
    let severity = match (is_strict(issue), config.state == ConfigState::Invalid) {
        (true, _) if ends_start => CHECK.severity,
        (false, true) => CHECK.severity,
        _ => Severity::Warning,
    };
    let consequence = match issue.kind.as_str() {
        kind if is_strict(issue) && kind != "secret_source" => {
            "`openclaw config validate` refuses the file because of it; the Gateway starts.".to_owned()
        }
        _ => consequence(config),
    };
    about(
        CHECK.id,
        severity,
        issue,
        &issue.path,
        format!("{path}: {}", issue.message),
    )
    .certainty(certainty(case))
    .detail(consequence)
    .fix(
        issue.hint.clone().unwrap_or_else(|| format!("Correct {path}.")),
        edit_and_start(case, issue),
    )
    .confirm("%doctor% config")
}
