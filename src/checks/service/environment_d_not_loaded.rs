//! `environment-d-not-loaded`: an environment.d file sets the key, and the user's manager has not read it yet.

use super::service_lines::{at, lacking, passed_over};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::PassedKind;

pub(crate) const CHECK: Check = Check {
    id: "environment-d-not-loaded",
    title: "the user's service manager has loaded environment.d",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Systemd, Need::NextStart],
    causes: &[
        "key-missing-everywhere",
        "key-only-in-shell",
        "key-in-unread-file",
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "daemon-env-outdated",
        "cf-provider-key-missing",
        "cf-provider-key-rejected",
    ],
    docs: "The user's service manager reads environment.d (and /etc/environment, which is linked there) when it starts \
and at `systemctl --user daemon-reload`. A line written after that reaches the Gateway only after a reload and a \
restart.\n\nFix: `systemctl --user daemon-reload`, then restart the Gateway.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(service) = case.service() else {
        return Vec::new();
    };
    let late = passed_over(case)
        .iter()
        .filter(|one| one.kind == PassedKind::EnvironmentD);
    late.filter_map(|one| {
        let key = lacking(case, |name| one.names.iter().any(|known| known.name == name))?.name();
        let place = at(case, &one.place);
        Some(
            finding(
                CHECK.id,
                CHECK.severity,
                format!("{place} sets {key}, and the user's service manager has not loaded it"),
            )
            .subject(key)
            .detail(format!(
                "systemd reads environment.d when the user's manager starts and at daemon-reload; until then {} starts \
                 without {key}.",
                service.name
            ))
            .at(
                Some(&one.place),
                format!("sets {key}; `systemctl --user show-environment` does not have it"),
            )
            .fix(
                "Reload the manager, then restart the Gateway.",
                case.daemon_reload().into_iter().chain([case.commands().restart()]),
            ),
        )
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{KEY, findings, healthy, lose_key, words};
    use crate::model::snapshot::{Assignment, PassedOver, Place};

    #[test]
    fn a_line_that_the_manager_lacks_is_told_until_the_key_arrives() {
        let mut snapshot = healthy();
        snapshot.services.services[0].systemd.passed_over.push(PassedOver {
            kind: PassedKind::EnvironmentD,
            place: Place::line("/home/me/.config/environment.d/90.conf", 1),
            file: None,
            names: vec![Assignment {
                name: KEY.to_owned(),
                line: 1,
                exported: true,
            }],
            what: "late".to_owned(),
        });
        assert!(findings(&CHECK, &snapshot).is_empty());
        lose_key(&mut snapshot, KEY);
        let text = words(&findings(&CHECK, &snapshot)[0]);
        assert!(
            text.contains("daemon-reload") && text.contains("environment.d/90.conf"),
            "{text}"
        );
    }
}
