//! `config-missing`: a Gateway service is installed, and the config that it reads does not exist.

use super::config_common::file;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigState, GatewayProcess, Place, Service};
use crate::platform::principal;
use crate::platform::systemd::sandbox::{self, Seen};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "config-missing",
    title: "the Gateway's config exists",
    group: Group::Config,
    severity: Severity::Error,
    needs: &[Need::Openclaw, Need::Gateway],
    causes: &[
        "service-crash-loop",
        "service-not-running",
        "gateway-silent",
        "gateway-port-mismatch",
    ],
    docs: "There is a service or a Gateway, and no config at the place where it reads it. Without a config gateway.mode is \
not set, and the Gateway exits with status 78 at its next start, unless it is started with --allow-unconfigured.\n\n\
It happens when the config was moved or deleted, and when OPENCLAW_STATE_DIR, OPENCLAW_CONFIG_PATH or HOME of the service \
lead to another directory.\n\n\
Fix: put the config back (`openclaw.json.bak` beside it is the previous version), or run \
`openclaw onboard --install-daemon`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let missing = resolve::config(case.snapshot).is_some_and(|config| config.state == ConfigState::Missing);
    let allowed = case.service().is_some_and(|service| {
        service
            .exec
            .overrides
            .iter()
            .any(|given| given == "--allow-unconfigured")
    });
    // Where the service has its home is not known: then nothing is known to be missing.
    let homeless = case
        .service()
        .is_some_and(|service| service.systemd.account_unknown.is_some() || places_unknown(service));
    if homeless
        || !missing
        || allowed
        || resolve::is_walled_off(case.snapshot)
        || !case.has_daemon()
        || is_elsewhere(case)
    {
        return Vec::new();
    }
    let path = case.start_trace().map(|trace| Place::file(trace.config_path.clone()));
    vec![
        finding(CHECK.id, CHECK.severity, format!("No config at {}", file(case)))
            .detail("Without it gateway.mode is not set, so the Gateway exits with status 78 at its next start.")
            .at(path.as_ref(), "does not exist")
            .fix(
                "Put the config back where it was, or set OpenClaw up again.",
                [case.commands().openclaw("onboard --install-daemon")],
            )
            .confirm("%doctor% --wait"),
    ]
}

/// Returns whether a program before OpenClaw may change where it looks for its config.
fn places_unknown(service: &Service) -> bool {
    const PLACES: &[&str] = &[
        "HOME",
        "OPENCLAW_HOME",
        "OPENCLAW_STATE_DIR",
        "OPENCLAW_CONFIG_PATH",
        "OPENCLAW_PROFILE",
    ];
    service.exec.doubtful.iter().any(|name| PLACES.contains(&name.as_str()))
}

/// Returns whether the config that is missing is not the Gateway's: the service's own start is not known, a directive of
/// the unit hides a file that is there, or the Gateway is somebody else's.
fn is_elsewhere(case: &CheckContext<'_>) -> bool {
    let views = &case.snapshot.views;
    let Some(service) = case.service() else {
        // The shell's config is the asker's.
        let foreign = |process: &GatewayProcess| !principal::is_own_process(case.snapshot, process);
        return case.process().is_some_and(foreign) && views.running.get().is_none();
    };
    let Some(trace) = views.next_start.get().or(views.running.get()) else {
        return true;
    };
    let settings = service.systemd.settings.as_slice();
    sandbox::is_carried_out(service.scope, settings)
        && !matches!(
            sandbox::seen(settings, &trace.config_path),
            Seen::Same | Seen::ReadOnly(_)
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{findings, healthy, known, words};
    use crate::model::snapshot::{Scope, Setting};

    #[test]
    fn a_service_without_a_config_is_an_error() {
        let mut snapshot = healthy();
        assert!(findings(&CHECK, &snapshot).is_empty());
        known(&mut snapshot.views.next_start).config.state = ConfigState::Missing;
        let text = words(&findings(&CHECK, &snapshot)[0]);
        assert!(text.contains("No config at ~/.openclaw/openclaw.json"), "{text}");
        snapshot.services.services[0].exec.overrides = vec!["--allow-unconfigured".to_owned()];
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn a_service_with_a_home_that_is_not_known_lacks_nothing() {
        let mut snapshot = healthy();
        known(&mut snapshot.views.next_start).config.state = ConfigState::Missing;
        snapshot.services.services[0].exec.doubtful = vec!["OPENCLAW_STATE_DIR".to_owned()];
        assert!(findings(&CHECK, &snapshot).is_empty());
        snapshot.services.services[0].exec.doubtful.clear();
        snapshot.services.services[0].systemd.account_unknown = Some("podman starts OpenClaw elsewhere".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn a_config_that_the_unit_hides_is_not_missing() {
        let mut snapshot = healthy();
        known(&mut snapshot.views.next_start).config.state = ConfigState::Missing;
        let service = &mut snapshot.services.services[0];
        service.scope = Scope::System;
        for (name, value) in [
            ("ProtectHome", "yes"),
            ("InaccessiblePaths", "/home/me/.openclaw"),
            ("TemporaryFileSystem", "/home"),
        ] {
            snapshot.services.services[0].systemd.settings = vec![Setting {
                name: name.to_owned(),
                value: value.to_owned(),
                place: Place::line("/etc/systemd/system/x.service", 3),
            }];
            assert!(findings(&CHECK, &snapshot).is_empty(), "{name}");
        }
        snapshot.services.services[0].systemd.settings.clear();
        assert_eq!(findings(&CHECK, &snapshot).len(), 1);
        // Nothing is known of where a service looks for it: the asker's own is not meant.
        snapshot.views.next_start = Fact::unreadable("the account exists only while it runs", "");
        snapshot.views.running = Fact::unreadable("no permission", "");
        known(&mut snapshot.views.shell).config.state = ConfigState::Missing;
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
