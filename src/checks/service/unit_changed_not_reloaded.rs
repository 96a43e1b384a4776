//! `unit-changed-not-reloaded`: unit or drop-in changed, the manager still holds the old text.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity, ViewState};
use crate::model::snapshot::{ManagerKind, Place, Service};
use crate::resolve::ResolvedKey;

pub(crate) const CHECK: Check = Check {
    id: "unit-changed-not-reloaded",
    title: "the manager has read the service definition of today",
    group: Group::Service,
    severity: Severity::Warning,
    needs: &[Need::ServiceState],
    causes: &[
        "daemon-env-outdated",
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "gateway-token-mismatch",
    ],
    docs: "systemd keeps unit files and drop-ins as it read them last (NeedDaemonReload=yes tells that they changed \
since). A restart without a reload starts the old definition, with the old variables. launchd likewise keeps the plist \
it loaded.\n\n\
Fix: `systemctl --user daemon-reload`, then restart the Gateway.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some((service, state)) = case.service().and_then(|service| Some((service, service.state.get()?))) else {
        return Vec::new();
    };
    if state.needs_reload {
        vec![found(case, service)]
    } else {
        Vec::new()
    }
}

/// A needed key that the running Gateway has not, or has in another value than it will have.
fn outdated<'a>(case: &CheckContext<'a>) -> Option<&'a ResolvedKey> {
    case.process()?;
    case.resolved.keys.iter().filter(|key| key.is_needed()).find(|key| {
        let unlike = match (&key.running, &key.next_start) {
            (Some(now), Some(then)) => !now.same_as(then),
            (None, Some(then)) => !then.is_blank(),
            _ => false,
        };
        unlike && key.report.views.running.state != ViewState::Unknown
    })
}

fn found(case: &CheckContext<'_>, service: &Service) -> Finding {
    let systemd = case.snapshot.services.manager == ManagerKind::Systemd;
    let key = outdated(case).map(|key| key.name());
    let severity = if key.is_some() { Severity::Error } else { CHECK.severity };
    let so_far = match key {
        Some(key) => format!("The running Gateway therefore has no {key}, or another value of it than the file gives."),
        None => "A restart alone would start the old definition again.".to_owned(),
    };
    let (who, fix, commands) = if systemd {
        (
            "systemd",
            "Let systemd read the unit again, then restart the Gateway.",
            case.daemon_reload()
                .into_iter()
                .chain([case.commands().restart()])
                .collect::<Vec<_>>(),
        )
    } else {
        (
            "launchd",
            "Regenerate and load the definition.",
            vec![case.commands().reinstall()],
        )
    };
    let mut finding = finding(
        CHECK.id,
        severity,
        format!("{} was changed, and {who} still has what it read before", service.name),
    )
    .detail(so_far);
    for file in service.definition.iter().chain(&service.drop_ins).take(5) {
        finding = finding.at(
            Some(&Place::file(file.path.clone())),
            "belongs to the definition on disk",
        );
    }
    if systemd {
        finding = finding.seen("systemctl: NeedDaemonReload=yes");
    }
    if let Some(key) = key {
        finding = finding.subject(key);
    }
    finding.fix(fix, commands)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{KEY, findings, healthy, known, lose_key, set, state, trace, words};

    #[test]
    fn a_reload_is_missing() {
        let mut snapshot = healthy();
        state(&mut snapshot).needs_reload = true;
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found[0].severity, Severity::Warning);
        let text = words(&found[0]);
        assert!(
            text.contains("systemctl --user daemon-reload") && text.contains("openclaw gateway restart"),
            "{text}"
        );
        // Reload and restart bring the state that systemd then shows.
        state(&mut snapshot).needs_reload = false;
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn a_key_that_waits_for_it_makes_it_an_error() {
        let mut snapshot = healthy();
        state(&mut snapshot).needs_reload = true;
        lose_key(&mut snapshot, KEY);
        let binding = trace().find(KEY).seen().unwrap().clone();
        set(known(&mut snapshot.views.next_start), binding);
        let found = findings(&CHECK, &snapshot);
        assert_eq!(
            (found[0].severity, found[0].subject.as_deref()),
            (Severity::Error, Some(KEY))
        );
    }
}
