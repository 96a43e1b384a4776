//! `config-ref-unset-in-daemon`: a `${VAR}` of the config is unset in the daemon.

use std::collections::BTreeMap;

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::gateway_lacks_name;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity, Weight};
use crate::model::snapshot::{ConfigRef, RefForm};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "config-ref-unset-in-daemon",
    title: "every variable the config refers to is set in the Gateway",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Config, Need::Gateway],
    causes: &[
        "cf-aig-token-missing",
        "cf-aig-token-rejected",
        "cf-aig-header-malformed",
        "cf-provider-key-rejected",
    ],
    docs: "`${NAME}` in the config is replaced by the Gateway's own environment. Where the name is missing or empty, \
current releases leave the text `${NAME}` in place and log a warning, and the feature that uses it does not work; \
2026.2 releases refuse the config. That the name is set in your shell does not help the Gateway.\n\n\
Fix: put the variable into `.env` of the state directory and restart.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot).filter(|_| case.has_daemon()) else {
        return Vec::new();
    };
    let mut by_name: BTreeMap<&str, Vec<&ConfigRef>> = BTreeMap::new();
    for reference in &config.refs {
        let counts = !matches!(reference.form, RefForm::SecretRef | RefForm::Name)
            && !reference.path.starts_with("env.")
            && resolve::weight_of_path(case.snapshot, &reference.path).is_some();
        if counts && gateway_lacks_name(case, &reference.name) {
            by_name.entry(&reference.name).or_default().push(reference);
        }
    }
    by_name
        .into_iter()
        .map(|(name, refs)| found(case, name, &refs))
        .collect()
}

fn found(case: &CheckContext<'_>, name: &str, refs: &[&ConfigRef]) -> Finding {
    let paths: Vec<&str> = refs.iter().map(|reference| reference.path.as_str()).collect();
    let credentials = refs.iter().filter(|reference| reference.credential);
    let weight = credentials
        .filter_map(|reference| resolve::weight_of_path(case.snapshot, &reference.path))
        .max();
    let severity = weight.map_or(Severity::Warning, Weight::severity);
    let in_shell = case
        .snapshot
        .views
        .shell
        .get()
        .and_then(|trace| trace.find(name).seen())
        .is_some_and(|found| !found.value.is_blank());
    let mut finding = finding(
        CHECK.id,
        severity,
        format!(
            "{} refers to ${{{name}}}, which the Gateway does not have",
            paths.first().copied().unwrap_or("the config")
        ),
    )
    .subject(name)
    .detail(format!(
        "The Gateway keeps the text ${{{name}}} as the value of {}, so what uses it is refused.{}",
        paths.join(", "),
        if in_shell {
            " Your shell has the variable; the Gateway does not see your shell."
        } else {
            ""
        }
    ));
    for reference in refs.iter().take(3) {
        finding = finding.at(reference.place.as_ref(), format!("{} refers to it", reference.path));
    }
    finding.fix(
        format!("Put {name} into {} and restart the Gateway.", case.dotenv()),
        [case.put_in_dotenv(name), case.commands().restart_after_add()],
    )
}
