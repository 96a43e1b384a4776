//! `launchctl-env-leftover`: a `launchctl setenv` value overrides the configured one.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{Hiding, hiding, leftover_severity};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Source;

pub(crate) const CHECK: Check = Check {
    id: "launchctl-env-leftover",
    title: "launchd has no value that hides a configured one",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::Launchd, Need::NextStart],
    causes: &["cf-provider-key-rejected", "gateway-token-mismatch"],
    docs: "`launchctl setenv NAME value` is inherited by every job started later in the login session, and is lost at \
logout. Unless the generated env file or the plist sets the name itself, the Gateway takes that value before it reads \
`.env`.\n\nFix: `launchctl unsetenv NAME`, then restart the Gateway.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    hiding(case, |source| source == Source::LaunchctlSetenv)
        .iter()
        .map(|hiding| found(case, hiding))
        .collect()
}

fn found(case: &CheckContext<'_>, hiding: &Hiding<'_>) -> Finding {
    let &Hiding { key, hidden, .. } = hiding;
    let name = key.name();
    let configured = case.place(hidden.place.as_ref(), hidden.source);
    let unset = case.commands().unset_manager(name);
    finding(
        CHECK.id,
        leftover_severity(name),
        format!("{name}: a value of `launchctl setenv` wins over {configured}"),
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail("Every job started in this login session inherits it, so the Gateway never uses the configured value.")
    .seen(format!("launchctl getenv {name} gives a value"))
    .at(hidden.place.as_ref(), "hidden by it")
    .fix(
        format!("Take the value out of launchd; then {configured} counts."),
        unset.into_iter().chain([case.commands().restart()]),
    )
}
