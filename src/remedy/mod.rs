//! The commands that fit this machine: how to restart, reinstall, start and watch the Gateway under whatever runs it
//! (facts/services.md sections 3.2, 4 and 4.1). Nothing here runs them; a POSIX shell takes all of them.

pub(crate) mod account;
mod container;
pub(crate) mod dotenv;
mod kind;
pub(crate) mod manager;
mod place;
mod product;
pub(crate) mod prompt;
pub(crate) mod shell;
mod source;
mod supervisor;

use crate::model::snapshot::{GatewayProcess, ManagerKind, Scope, Service, Snapshot};

use self::kind::systemctl;
pub use self::kind::{Intent, Kind, kind};
/// Name under which the product's documents start the Gateway in pm2, Compose and the like.
const USUAL_NAME: &str = "openclaw-gateway";

/// The commands for the Gateway that is examined.
#[derive(Debug, Clone, Copy)]
pub struct Commands<'a> {
    snapshot: &'a Snapshot,
    kind: Kind,
    service: Option<&'a Service>,
    process: Option<&'a GatewayProcess>,
    profile: Option<&'a str>,
}

impl<'a> Commands<'a> {
    /// Decides once what runs the Gateway.
    pub fn for_machine(snapshot: &'a Snapshot) -> Commands<'a> {
        let services = &snapshot.services;
        let service = services.examined.and_then(|at| services.services.get(at));
        let processes = &snapshot.processes;
        let process = processes.examined.and_then(|at| processes.gateways.get(at));
        let profile = service
            .and_then(|service| service.profile.as_deref())
            .or(snapshot.asked.profile.as_deref())
            .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("default"));
        Commands {
            snapshot,
            kind: kind(snapshot),
            service,
            process,
            profile,
        }
    }

    /// Returns what runs the Gateway.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the command that makes the running Gateway read its sources again.
    pub fn restart(&self) -> String {
        if let Some(alone) = self.alone() {
            return alone.restart();
        }
        match self.kind {
            Kind::Systemd | Kind::Launchd if !self.is_own_service() || self.is_refused_by_cli() => {
                self.manager_restart()
            }
            Kind::Systemd | Kind::Launchd => self.openclaw("gateway restart"),
            // There is nothing to restart ("Gateway service disabled", 2026.9.6); an install starts it.
            Kind::NotInstalled => self.openclaw("gateway install"),
            Kind::Pm2 => format!("pm2 restart {} --update-env", self.supervised_name()),
            Kind::Supervisord => format!("{} restart {}", self.supervisorctl(), self.supervised_name()),
            Kind::Runit => format!("{}sv restart {}", self.sudo(), self.service_dir()),
            Kind::S6 => format!("{}s6-svc -r {}", self.sudo(), self.service_dir()),
            Kind::Docker | Kind::Podman | Kind::InsideContainer => {
                // `up -d` alone changes nothing where the definition is the same, and `restart` keeps the old environment.
                let (compose, service) = (self.compose(), self.compose_service());
                self.outside(format!("{compose} up -d --force-recreate {service}"))
            }
            Kind::Kubernetes => self.outside("kubectl rollout restart deployment/openclaw -n openclaw".to_owned()),
            Kind::Hosted(platform) => self.outside(platform.facts().restart.to_owned()),
            Kind::Foreground | Kind::WslWithoutSystemd => self.openclaw("gateway run"),
        }
    }

    /// Returns, for people, what [`Commands::restart`] needs besides the command; empty where it needs nothing.
    pub fn restart_note(&self) -> &'static str {
        match self.kind {
            _ if self.alone().is_some() => "a restart keeps the variables that the container was made with",
            Kind::Foreground | Kind::WslWithoutSystemd => {
                "stop it with Ctrl-C and start it again from a shell that has the key"
            }
            Kind::Pm2 => {
                "run it from a shell that has the key: pm2 keeps the environment it was given (the name is that of `pm2 list`)"
            }
            Kind::Supervisord => {
                "the name is that of `supervisorctl status`; after an edit of its `environment=` run `supervisorctl update` first"
            }
            Kind::Runit | Kind::S6 => "the name is that of its service directory",
            Kind::Docker | Kind::Podman => {
                "the key belongs in the Compose project's `.env` or `environment:`; `restart` alone keeps the old environment"
            }
            Kind::InsideContainer => {
                "run it on the host, in the Compose project; `restart` alone keeps the old environment"
            }
            Kind::Hosted(_) => "the key belongs where the platform gives the container its variables",
            Kind::Kubernetes => "the key belongs in the Secret or the manifest that the pod takes its environment from",
            Kind::Systemd | Kind::Launchd | Kind::NotInstalled => "",
        }
    }

    /// Returns the command that writes the service definition anew.
    pub fn reinstall(&self) -> String {
        match self.kind {
            Kind::Systemd | Kind::Launchd if self.is_nix() => self.nix_switch().to_owned(),
            Kind::Systemd | Kind::Launchd => self.openclaw("gateway install --force"),
            Kind::NotInstalled => self.openclaw("gateway install"),
            _ => self.restart(),
        }
    }

    /// Returns the command that starts a Gateway that is not running.
    pub fn start(&self) -> String {
        if let Some(alone) = self.alone() {
            return alone.start();
        }
        match (self.kind, self.service) {
            (Kind::Launchd, Some(service)) => self.launchd_start(service),
            (Kind::Systemd, Some(service)) if !self.is_own_service() || self.is_refused_by_cli() => {
                format!("{} start {}", systemctl(service), quote(&service.name))
            }
            (Kind::Systemd, _) => self.openclaw("gateway start"),
            (Kind::NotInstalled | Kind::Launchd, _) => self.openclaw("gateway install"),
            (Kind::Pm2, _) => format!("pm2 start {}", self.supervised_name()),
            (Kind::Supervisord, _) => format!("{} start {}", self.supervisorctl(), self.supervised_name()),
            (Kind::Runit, _) => format!("{}sv start {}", self.sudo(), self.service_dir()),
            (Kind::S6, _) => format!("{}s6-svc -u {}", self.sudo(), self.service_dir()),
            _ => self.restart(),
        }
    }

    /// Returns the command that shows how the Gateway is.
    pub fn status(&self) -> String {
        if let Some(alone) = self.alone() {
            return alone.status();
        }
        match self.kind {
            Kind::Pm2 => "pm2 list".to_owned(),
            Kind::Supervisord => format!("{} status", self.supervisorctl()),
            Kind::Runit => format!("{}sv status {}", self.sudo(), self.service_dir()),
            Kind::S6 => format!("{}s6-svstat {}", self.sudo(), self.service_dir()),
            Kind::Docker | Kind::Podman | Kind::InsideContainer => self.outside(format!("{} ps", self.compose())),
            Kind::Kubernetes => self.outside("kubectl get pods -n openclaw".to_owned()),
            Kind::Hosted(platform) => self.outside(platform.facts().status.to_owned()),
            _ => self.openclaw("gateway status"),
        }
    }

    /// Returns the command that shows the last lines of the Gateway's log.
    pub fn logs(&self) -> String {
        if let Some(alone) = self.alone() {
            return alone.logs();
        }
        match (self.kind, self.service) {
            (Kind::Systemd, Some(service)) => {
                let (sudo, option) = match service.scope {
                    Scope::User => ("", "--user -u"),
                    Scope::System => ("sudo ", "-u"),
                };
                format!("{sudo}journalctl {option} {} -n 50 --no-pager", quote(&service.name))
            }
            (Kind::Launchd, Some(service)) => {
                let path = service
                    .launchd
                    .as_ref()
                    .and_then(|facts| facts.log_paths.last().cloned())
                    .unwrap_or_else(|| self.usual_mac_log());
                format!("tail -n 50 {}", quote(&self.tilde(&path)))
            }
            (Kind::Pm2, _) => format!("pm2 logs {} --lines 50 --nostream", self.supervised_name()),
            (Kind::Supervisord, _) => format!("{} tail {} stderr", self.supervisorctl(), self.supervised_name()),
            (Kind::Docker | Kind::Podman | Kind::InsideContainer, _) => {
                self.outside(format!("{} logs --tail 50 {}", self.compose(), self.compose_service()))
            }
            (Kind::Kubernetes, _) => self.outside("kubectl logs deployment/openclaw -n openclaw --tail=50".to_owned()),
            (Kind::Hosted(platform), _) => self.outside(platform.facts().logs.to_owned()),
            _ => self.openclaw("logs --plain"),
        }
    }

    /// Returns the command that takes a variable out of the manager's own environment; none
    /// where there is no manager with one.
    pub fn unset_manager(&self, key: &str) -> Option<String> {
        let sudo = if self.service.is_some_and(|service| service.scope == Scope::System) {
            "sudo "
        } else {
            ""
        };
        if !matches!(self.kind, Kind::Systemd | Kind::Launchd | Kind::NotInstalled) {
            return None;
        }
        match self.snapshot.services.manager {
            ManagerKind::Systemd if sudo.is_empty() => {
                Some(format!("systemctl --user unset-environment {}", quote(key)))
            }
            ManagerKind::Systemd => Some(format!("sudo systemctl unset-environment {}", quote(key))),
            ManagerKind::Launchd => Some(format!("{sudo}launchctl unsetenv {}", quote(key))),
            ManagerKind::None => None,
        }
    }

    /// Returns the command that clears a failed state, so that the next start is not refused.
    /// launchd has no such state; there the job is started anew.
    pub fn reset_failed(&self) -> Option<String> {
        let service = self.service?;
        match self.kind {
            Kind::Systemd => Some(format!("{} reset-failed {}", systemctl(service), quote(&service.name))),
            Kind::Launchd => Some(self.manager_restart()),
            _ => None,
        }
    }

    /// Returns the command that brings an edit of the state directory's `.env` to the running
    /// Gateway. On macOS the service has its own copy of the values, which only an install renews;
    /// Compose makes a container anew only where its own files changed, so there a restart is meant.
    pub fn apply_dotenv(&self) -> String {
        match self.kind {
            _ if self.alone().is_some() => self.restart(),
            Kind::Launchd if self.is_nix() => self.restart(),
            Kind::Launchd => self.reinstall(),
            Kind::Docker | Kind::Podman | Kind::InsideContainer => {
                self.outside(format!("{} restart {}", self.compose(), self.compose_service()))
            }
            _ => self.restart(),
        }
    }

    /// Returns the command that is due after [`Commands::put_in_dotenv`].
    pub fn restart_after_add(&self) -> String {
        match self.kind {
            // The key went into Compose's own file.
            Kind::Docker | Kind::Podman => self.restart(),
            _ => self.apply_dotenv(),
        }
    }

    /// Returns whether the doctor itself is in the container that it speaks of.
    fn is_inside(&self) -> bool {
        self.snapshot.host.container.is_some()
    }

    /// A command that cannot be typed inside a container is told as a remark.
    fn outside(&self, command: String) -> String {
        match (self.is_inside(), self.kind) {
            (false, _) => command,
            (true, Kind::Docker | Kind::Podman | Kind::InsideContainer) => format!("# on the host: {command}"),
            (true, _) => format!("# outside the container: {command}"),
        }
    }

    /// Returns whether Nix writes the definition, so that no install may.
    fn is_nix(&self) -> bool {
        self.service.is_some_and(|service| service.nix)
    }

    /// The command that builds and activates a Nix configuration.
    fn nix_switch(&self) -> &'static str {
        match (self.kind, self.service.map(|service| service.scope)) {
            (Kind::Launchd, Some(Scope::System)) => "sudo darwin-rebuild switch",
            (_, Some(Scope::System)) => "sudo nixos-rebuild switch",
            _ => "home-manager switch",
        }
    }

    /// Returns whether the product's own commands manage the service: they know user services
    /// under its own names alone.
    fn is_own_service(&self) -> bool {
        self.service.is_none_or(|service| {
            let ours = match self.kind {
                Kind::Launchd => service.name.starts_with("ai.openclaw."),
                _ => service.name.starts_with("openclaw-gateway"),
            };
            let managed = !service.legacy && !service.nix && !manager::is_transient(service);
            ours && service.scope == Scope::User && managed
        })
    }

    fn tilde(&self, path: &str) -> String {
        let home = self.snapshot.host.home.as_str();
        match path.strip_prefix(home) {
            Some(rest) if !home.is_empty() && rest.starts_with('/') => format!("~{rest}"),
            _ => path.to_owned(),
        }
    }

    /// Returns the process that is examined.
    pub fn process(&self) -> Option<&'a GatewayProcess> {
        self.process
    }
}

/// Quotes a word for a POSIX shell; a leading `~/` stays usable.
fn quote(word: &str) -> String {
    let (head, rest) = match word.strip_prefix("~/") {
        Some(rest) => ("~/", rest),
        None => ("", word),
    };
    let plain: String = rest.chars().filter(|c| !c.is_control()).collect();
    match shlex::try_quote(&plain) {
        Ok(quoted) => format!("{head}{quoted}"),
        Err(_) => format!("{head}''"),
    }
}

#[cfg(test)]
mod tests;
