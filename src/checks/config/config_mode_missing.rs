//! `config-mode-missing`: `gateway.mode` is absent, so the start is blocked although the config is valid.

use super::config_common::file;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigState, GatewayStart, Place};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "config-mode-missing",
    title: "gateway.mode is local",
    group: Group::Config,
    severity: Severity::Error,
    needs: &[Need::Config],
    causes: &["service-crash-loop", "service-not-running", "gateway-silent"],
    docs: "The Gateway starts only with `gateway.mode: \"local\"` (or with --allow-unconfigured). `openclaw config \
validate` does not ask for it, so a config can be valid and the start still blocked with status 78. With \"remote\" \
this machine is a client of another Gateway.\n\nFix: `openclaw config set gateway.mode local`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    let ends = |start: &GatewayStart| start.ended_by.as_deref() == Some("gateway.mode");
    let read = matches!(
        config.state,
        ConfigState::Valid | ConfigState::Repaired | ConfigState::Partial
    ) || config.gateway_start.as_ref().is_some_and(ends);
    let title = match config.gateway.mode.as_deref() {
        Some("local") => return Vec::new(),
        None if case.service().is_some_and(|service| {
            service
                .exec
                .overrides
                .iter()
                .any(|given| given == "--allow-unconfigured")
        }) =>
        {
            return Vec::new();
        }
        // A client of another Gateway needs none of its own, unless a service is there to start one.
        Some("remote") if !case.has_daemon() => return Vec::new(),
        Some(other) => format!("gateway.mode is {other:?}; a Gateway starts with \"local\" only"),
        None => "gateway.mode is not set, so the Gateway does not start".to_owned(),
    };
    if !read {
        return Vec::new();
    }
    let whole = case.start_trace().map(|trace| Place::file(trace.config_path.clone()));
    vec![
        finding(CHECK.id, CHECK.severity, title)
            .subject("gateway.mode")
            .detail("The start guard refuses it: the Gateway exits with status 78 before it serves anything.")
            .at(
                config.gateway.place.as_ref().or(whole.as_ref()),
                format!("{} has no gateway.mode of \"local\"", file(case)),
            )
            .fix(
                "Set the mode, then start the Gateway.",
                [
                    case.commands().openclaw("config set gateway.mode local"),
                    case.commands().restart(),
                ],
            ),
    ]
}
