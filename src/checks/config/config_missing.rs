//! `config-missing`: a Gateway service is installed, and the config that it reads does not exist.

use super::config_common::file;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigState, Place};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "config-missing",
    title: "the Gateway's config exists",
    group: Group::Config,
    severity: Severity::Error,
    needs: &[Need::Openclaw],
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
    if !missing || allowed || !case.has_daemon() {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, known, words};

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
}
