//! Which manager and which process the run is about.

use super::context::{Context, ServiceCollection};
use super::process::ProcessHints;
use super::request::ManagerChoice;
use super::start_env;
use crate::loader::Finished;
use crate::model::snapshot::{ConfigState, Host, ManagerKind, Service, Trace};

/// Which manager to examine, and why there is none.
pub(super) fn manager(ctx: &Context<'_>) -> Result<ManagerKind, String> {
    let host: &Host = ctx.host;
    match ctx.request.manager {
        ManagerChoice::Systemd => Ok(ManagerKind::Systemd),
        ManagerChoice::Launchd => Ok(ManagerKind::Launchd),
        ManagerChoice::Supervisor(word) => Err(format!("`--service-manager {word}`")),
        ManagerChoice::None => Err("`--service-manager none`".to_owned()),
        ManagerChoice::Auto if host.os == "macos" => Ok(ManagerKind::Launchd),
        ManagerChoice::Auto if host.systemd_booted => Ok(ManagerKind::Systemd),
        ManagerChoice::Auto => Err(match (&host.container, &host.wsl) {
            (Some(kind), _) => format!("a {kind} container has no service manager to ask"),
            (None, Some(_)) => "WSL runs here without systemd".to_owned(),
            (None, None) => "this machine was not started with systemd".to_owned(),
        }),
    }
}

/// What is known before processes are looked for.
pub(super) fn hints(
    ctx: &Context<'_>,
    services: &ServiceCollection,
    service: Option<&Service>,
    by_hand: &Result<Finished, String>,
    by_service: Option<&Result<Finished, String>>,
) -> ProcessHints {
    let request = ctx.request;
    let asked_pid = request.pid;
    let supervisor = match request.manager {
        ManagerChoice::Supervisor(word) => Some(word),
        _ => None,
    };
    let main_pid = |service: &Service| service.state.get().and_then(|state| state.main_pid);
    let traces = [by_service.and_then(|done| done.as_ref().ok()), by_hand.as_ref().ok()];
    let traces: Vec<&Trace> = traces.into_iter().flatten().map(|done| &done.trace).collect();
    let others = services.facts.services.iter();
    ProcessHints {
        own_pid: asked_pid.or(service.and_then(main_pid)),
        asked_pid,
        // Root's too: one that was started with sudo is often the asker's.
        accounts: service.map_or(Vec::new(), |service| start_env::owners(ctx, Some(service), None)),
        is_root: ctx.host.uid == 0 && ctx.host.home_owner.is_none(),
        supervisor,
        no_config: by_hand
            .as_ref()
            .is_ok_and(|done| done.trace.config.state == ConfigState::Missing),
        own_unit: service.map(|service| service.name.clone()),
        manager_pids: service.into_iter().chain(others.clone()).filter_map(main_pid).collect(),
        state_dirs: traces.iter().map(|trace| trace.state_dir.clone()).collect(),
        ports: traces.iter().map(|trace| trace.port).collect(),
        units: service
            .into_iter()
            .chain(others)
            .map(|service| service.name.clone())
            .collect(),
    }
}
