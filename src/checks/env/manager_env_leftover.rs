//! `manager-env-leftover`: a value imported into the user manager overrides the configured one.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{Hiding, hiding, leftover_severity};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Source;

pub(crate) const CHECK: Check = Check {
    id: "manager-env-leftover",
    title: "the user manager has no value that hides a configured one",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::Systemd, Need::NextStart],
    causes: &["cf-provider-key-rejected", "gateway-token-mismatch"],
    docs: "`systemctl --user set-environment` and `import-environment` (desktop logins use it too) put a value into \
the user's service manager. Every user service started later inherits it, before OpenClaw reads `.env`, until the \
manager ends.\n\nFix: `systemctl --user unset-environment NAME`, then restart the Gateway. `systemctl --user \
show-environment` lists what is there.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    hiding(case, |source| source == Source::Manager)
        .iter()
        .map(|hiding| found(case, hiding))
        .collect()
}

fn found(case: &CheckContext<'_>, hiding: &Hiding<'_>) -> Finding {
    let &Hiding { key, winner, hidden } = hiding;
    let name = key.name();
    let configured = case.place(hidden.place.as_ref(), hidden.source);
    let unset = case.commands().unset_manager(name);
    finding(
        CHECK.id,
        leftover_severity(name),
        format!("{name}: the user manager has another value, and it wins"),
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail(format!(
        "`systemctl --user show-environment` lists {name}. A user service inherits that block, so the Gateway \
             never uses {configured}."
    ))
    .at(winner.place.as_ref(), "inherited by every user service")
    .at(hidden.place.as_ref(), "hidden by it")
    .fix(
        format!("Take the value out of the manager; then {configured} counts."),
        unset.into_iter().chain([case.commands().restart()]),
    )
    .confirm("systemctl --user show-environment | cut -d= -f1")
}
