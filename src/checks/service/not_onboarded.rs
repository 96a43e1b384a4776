//! `not-onboarded`: OpenClaw is installed, and was never set up: no config, no service, no Gateway.

use super::daemon_runs_as_other_user::is_own;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigState, GatewayProcess, Place};
use crate::platform::principal;

pub(crate) const CHECK: Check = Check {
    id: "not-onboarded",
    title: "OpenClaw is set up",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Openclaw, Need::Places],
    causes: &[
        "key-only-in-shell",
        "key-missing-everywhere",
        "config-mode-missing",
        "gateway-silent",
    ],
    docs: "The package of OpenClaw is installed, but this user has no config, no service and no Gateway. The npm \
package alone does nothing: the set-up writes the config, asks for the provider's key and installs the service.\n\n\
It happens after `npm install -g openclaw`, and when the set-up was done as another user or with another home.\n\n\
Fix: `openclaw onboard --install-daemon`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let snapshot = case.snapshot;
    let install = &snapshot.install;
    let Some(package) = install.package_dir.as_ref().or(install.cli_path.as_ref()) else {
        return Vec::new();
    };
    let runs = snapshot.processes.gateways.iter().any(|process| is_own(case, process));
    let Some(shell) = snapshot.views.shell.get() else {
        return Vec::new();
    };
    // It may well be set up for another account, whose Gateway this is.
    if crate::resolve::process(snapshot).is_some_and(|process| !is_own(case, process)) {
        return Vec::new();
    }
    let untouched = snapshot.services.services.is_empty()
        && snapshot.services.closed.is_empty()
        && !runs
        && shell.config.state == ConfigState::Missing;
    if !untouched || snapshot.host.copied_home {
        return Vec::new();
    }
    // A set-up of its own would be a second Gateway.
    if let Some(other) = snapshot.processes.gateways.first() {
        return vec![beside(case, other)];
    }
    let version = install.version.as_ref().or(install.cli_version.as_ref());
    let version = version.map_or(String::new(), |version| format!(" {version}"));
    vec![
        finding(
            CHECK.id,
            CHECK.severity,
            format!("OpenClaw{version} is installed but not set up"),
        )
        .detail("This user has no config, no service and no Gateway, so there is nothing to examine.")
        .at(Some(&Place::file(shell.config_path.clone())), "no such config")
        .at(Some(&Place::file(package.clone())), "is installed")
        .fix(
            "Set it up and install the service.",
            [case.commands().openclaw("onboard --install-daemon")],
        )
        .confirm("%doctor% --wait"),
    ]
}

/// The Gateway of this machine is somebody else's, and this user has none.
fn beside(case: &CheckContext<'_>, other: &GatewayProcess) -> Finding {
    let snapshot = case.snapshot;
    let ask = match other.contained {
        Some(_) => principal::ask_about(&snapshot.host, other),
        None => principal::ask_as(snapshot, Some(other.uid), &other.user),
    };
    finding(
        CHECK.id,
        Severity::Info,
        format!("The Gateway that runs here is not one of {}", snapshot.host.user),
    )
    .detail(format!(
        "{} has no config, no service and no Gateway; pid {} is one of {}.",
        snapshot.host.user, other.pid, other.user
    ))
    .fix(
        "Ask about that one; a set-up as this user would be a second Gateway.",
        [ask],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, known, stop, words};
    use crate::model::snapshot::Snapshot;

    fn installed() -> Snapshot {
        let mut snapshot = healthy();
        stop(&mut snapshot);
        snapshot.services.services.clear();
        snapshot.services.examined = None;
        known(&mut snapshot.views.shell).config.state = ConfigState::Missing;
        snapshot.install.cli_path = Some("/usr/bin/openclaw".to_owned());
        snapshot
    }

    #[test]
    fn a_package_alone_is_told_how_to_be_set_up() {
        let text = words(&findings(&CHECK, &installed())[0]);
        for part in [
            "is installed but not set up",
            "openclaw onboard --install-daemon",
            "openclaw.json",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn beside_another_accounts_gateway_nothing_is_set_up() {
        let mut snapshot = installed();
        let mut other = healthy().processes.gateways.remove(0);
        (other.uid, other.user) = (77, "bob".to_owned());
        snapshot.processes.gateways = vec![other];
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found[0].severity, Severity::Info);
        let text = words(&found[0]);
        assert!(
            text.contains("sudo -iu bob %doctor%") && !text.contains("onboard"),
            "{text}"
        );
    }

    #[test]
    fn any_part_of_a_set_up_is_enough() {
        assert!(findings(&CHECK, &healthy()).is_empty());
        let mut snapshot = installed();
        known(&mut snapshot.views.shell).config.state = ConfigState::Valid;
        assert!(findings(&CHECK, &snapshot).is_empty());
        let mut snapshot = installed();
        snapshot.services.services = healthy().services.services;
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
