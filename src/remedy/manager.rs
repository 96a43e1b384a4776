//! Commands of the service managers themselves, for services that the product's own commands
//! do not manage or cannot start.

use super::kind::systemctl;
use super::{Commands, Kind, quote};
use crate::model::snapshot::{Adds, LaunchdFacts, Place, Scope, Service};

/// Directives that an install writes itself, or carries over.
const WRITTEN: &[&str] = &["WorkingDirectory", "Type", "UMask"];

/// Returns whether systemd-run made the unit: its file goes with it.
pub(crate) fn is_transient(service: &Service) -> bool {
    let definition = service.definition.as_ref();
    definition.is_some_and(|facts| facts.path.contains("/systemd/transient/"))
}

/// Returns whether a unit has lines that an install leaves out when it writes the unit anew (measured on 2026.9.6): files of
/// variables, directives, programs before OpenClaw. What drop-ins hold stays.
fn has_own_lines(service: &Service) -> bool {
    let Some(unit) = service.definition.as_ref().map(|facts| facts.path.as_str()) else {
        return false;
    };
    let here = |place: &Place| place.path == unit;
    let files = service.env_files.iter().filter(|file| !file.generated);
    let facts = &service.systemd;
    let settings = facts
        .settings
        .iter()
        .filter(|one| !WRITTEN.contains(&one.name.as_str()));
    let wrapped = service.exec.links.iter().any(|link| link.adds != Adds::Nothing)
        && !service.bindings.iter().any(|one| one.name == "OPENCLAW_WRAPPER");
    files.filter_map(|file| file.place.as_ref()).any(here)
        || settings.map(|one| &one.place).any(here)
        || facts.passed_over.iter().map(|one| &one.place).any(here)
        || wrapped && service.exec.place.as_ref().is_some_and(here)
}

impl Commands<'_> {
    /// Restarts a service that the product's own commands do not manage.
    pub(crate) fn manager_restart(&self) -> String {
        let Some(service) = self.service else {
            return self.openclaw("gateway restart");
        };
        match self.kind {
            Kind::Launchd => {
                let sudo = if service.scope == Scope::System { "sudo " } else { "" };
                format!("{sudo}launchctl kickstart -k {}", quote(&self.launchd_target(service)))
            }
            _ => format!("{} restart {}", systemctl(service), quote(&service.name)),
        }
    }

    /// Returns the command that restarts a Gateway which its config keeps from starting: nothing serves then, so the CLI
    /// refuses. launchd may have no job to restart, which the CLI loads.
    pub(crate) fn restart_of_refused(&self) -> String {
        match self.kind {
            Kind::Systemd => self.manager_restart(),
            _ => self.restart(),
        }
    }

    /// Returns whether `openclaw gateway restart` would refuse ("Cannot verify a live serving Gateway owner", measured on
    /// 2026.9.6; "another OpenClaw process owns state-lifecycle"): the service has failed or is between two starts of a loop, its
    /// Gateway does not listen yet, or the Gateway has another state directory than commands here, or than its account has.
    pub(crate) fn is_refused_by_cli(&self) -> bool {
        let loops = self
            .service
            .and_then(|service| service.state.get())
            .is_some_and(|state| {
                let unseen = self.snapshot.processes.port_owner.is_none();
                let troubled = matches!(state.active.as_str(), "activating" | "failed");
                troubled || (state.restarts > 0 && state.active == "active" && unseen)
            });
        let views = &self.snapshot.views;
        let gateway = views.running.get().or(views.next_start.get());
        let apart = match (views.shell.get(), gateway) {
            (Some(shell), Some(gateway)) => shell.state_dir != gateway.state_dir,
            _ => false,
        };
        loops || apart || self.is_moved()
    }

    /// Returns the command that takes the place of an install for a definition that is somebody's own work: an install writes
    /// the user's own service, beside one of the system, and over lines that are not its own; and for a Gateway with a state
    /// directory of its own, which an install refuses, or takes away where it is typed in a shell without that directory.
    pub(crate) fn edit_of_own_work(&self) -> Option<String> {
        let service = self.service?;
        let name = quote(&service.name);
        let of_system = service.scope == Scope::System;
        match self.kind {
            // There is nothing to edit, and an install fails ("is transient or generated", 2026.9.6).
            Kind::Systemd if is_transient(service) => Some(format!("{} cat {name}", systemctl(service))),
            Kind::Systemd if of_system || has_own_lines(service) || self.is_moved() => {
                let head = systemctl(service);
                Some(format!("{head} edit --full {name} && {head} restart {name}"))
            }
            Kind::Launchd if of_system || self.is_moved() => {
                let path = &service.definition.as_ref()?.path;
                Some(format!("${{EDITOR:-nano}} {}", quote(path)))
            }
            _ => None,
        }
    }

    /// Returns the manager's command that stops the service, until it is started.
    pub(crate) fn stop(&self) -> Option<String> {
        let service = self.service?;
        (self.kind == Kind::Systemd).then(|| format!("{} stop {}", systemctl(service), quote(&service.name)))
    }

    /// Starts a job: by kickstart where it is loaded, else by bootstrap, enabled before.
    pub(crate) fn launchd_start(&self, service: &Service) -> String {
        let facts = service.launchd.as_ref();
        let sudo = if service.scope == Scope::System { "sudo " } else { "" };
        let target = quote(&self.launchd_target(service));
        if facts.is_some_and(|facts| facts.loaded) {
            return format!("{sudo}launchctl kickstart -k {target}");
        }
        let plist = service.definition.as_ref().map_or_else(
            || format!("~/Library/LaunchAgents/{}.plist", service.name),
            |facts| self.tilde(&facts.path),
        );
        let bootstrap = format!(
            "{sudo}launchctl bootstrap {} {}",
            self.launchd_domain(service),
            quote(&plist)
        );
        if facts.is_some_and(|facts| facts.disabled) {
            format!("{sudo}launchctl enable {target} && {bootstrap}")
        } else {
            bootstrap
        }
    }

    fn launchd_domain(&self, service: &Service) -> String {
        let known = |facts: &LaunchdFacts| (!facts.domain.is_empty()).then(|| facts.domain.clone());
        service
            .launchd
            .as_ref()
            .and_then(known)
            .unwrap_or_else(|| match service.scope {
                Scope::User => format!("gui/{}", self.snapshot.host.uid),
                Scope::System => "system".to_owned(),
            })
    }

    fn launchd_target(&self, service: &Service) -> String {
        format!("{}/{}", self.launchd_domain(service), service.name)
    }

    /// Where current releases write their log on macOS.
    pub(crate) fn usual_mac_log(&self) -> String {
        match self.profile {
            Some(profile) => format!("~/Library/Logs/openclaw/gateway-{profile}.log"),
            None => "~/Library/Logs/openclaw/gateway.log".to_owned(),
        }
    }
}
