//! `manager-env-leftover`: a value imported into the user manager overrides the configured one.

use super::common::{leftover_severity, weaker_copy};
use crate::diagnose::{Case, Check, FindingExt, Group, Need, finding};
use crate::report::{Finding, Severity};
use crate::resolve::ResolvedKey;
use crate::snapshot::{Offer, Source};

pub(super) const CHECK: Check = Check {
    id: "manager-env-leftover",
    title: "the user manager holds no value that hides a configured one",
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

fn run(case: &Case<'_>) -> Vec<Finding> {
    case.resolved
        .keys
        .iter()
        .filter_map(|key| {
            let (winner, hidden) = weaker_copy(case, key.name())?;
            (winner.source == Source::Manager).then(|| found(case, key, winner, hidden))
        })
        .collect()
}

fn found(case: &Case<'_>, key: &ResolvedKey, winner: &Offer, hidden: &Offer) -> Finding {
    let name = key.name();
    let configured = case.place(hidden.place.as_ref(), hidden.source);
    let unset = case.commands().unset_manager(name);
    finding(CHECK.id, leftover_severity(name), format!("{name}: the user manager holds another value, and it wins"))
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
