//! `managed-key-removed`: the service hands the key over, and the Gateway deletes it at start.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::lacks;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity, ViewState};
use crate::model::snapshot::OfferStatus;
use crate::resolve::{self, ResolvedKey};

pub(crate) const CHECK: Check = Check {
    id: "managed-key-removed",
    title: "the Gateway keeps every key its service sets",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &[
        "config-ref-unset-in-daemon",
        "key-missing-everywhere",
        "key-only-in-shell",
        "secret-ref-unresolved",
        "managed-key-not-exported",
    ],
    docs: "A key in OPENCLAW_SERVICE_MANAGED_ENV_KEYS belongs to `.env` under systemd: at start the Gateway replaces \
an inherited value by that of `.env`, and deletes it where no trusted env file has the key and the config does not \
refer to it. The value then shows in /proc/PID/environ, and the Gateway does not have it.\n\n\
Fix: put the value into `.env` of the state directory and restart; the drop-in, EnvironmentFile or set-environment \
has no effect for this name.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    case.resolved
        .keys
        .iter()
        .filter(|key| lacks(case, key))
        .filter(|key| {
            let views = &key.report.views;
            views.running.state == ViewState::Removed || views.next_start.state == ViewState::Removed
        })
        .map(|key| found(case, key))
        .collect()
}

fn found(case: &CheckContext<'_>, key: &ResolvedKey) -> Finding {
    let name = key.name();
    let severity = key.severity();
    let views = &key.report.views;
    let evidence = match views.running.state {
        ViewState::Removed => &views.running.evidence,
        _ => &views.next_start.evidence,
    };
    let mut finding = finding(
        CHECK.id,
        severity,
        format!("{name} is handed over by the service, and the Gateway deletes it"),
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail(format!(
        "OPENCLAW_SERVICE_MANAGED_ENV_KEYS lists {name}: under systemd such a key counts only from {}, so what the \
             service hands over is removed at start.",
        case.dotenv()
    ))
    .seen(evidence.clone());
    for offer in case
        .offers(name)
        .into_iter()
        .filter(|offer| offer.status == OfferStatus::Removed)
    {
        finding = finding.at(
            offer.place.as_ref(),
            format!("handed over by {}, then deleted", offer.source.word()),
        );
    }
    if let Some(service) = resolve::service(case.snapshot) {
        let list = service
            .bindings
            .iter()
            .find(|binding| binding.name == "OPENCLAW_SERVICE_MANAGED_ENV_KEYS");
        finding = finding.at(
            list.and_then(|binding| binding.place.as_ref()),
            "lists the key as managed",
        );
    }
    finding.fix(
        format!("Put the value into {} and restart the Gateway.", case.dotenv()),
        [case.put_in_dotenv(name), case.commands().restart_after_add()],
    )
}
