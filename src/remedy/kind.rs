//! What runs the Gateway, decided from a snapshot (facts/services.md section 3.2).

use crate::model::snapshot::{ManagerKind, Scope, Service, Snapshot};
use crate::platform::hosted::Platform;

/// What runs the Gateway that is examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A systemd service.
    Systemd,
    /// A launchd job.
    Launchd,
    /// A manager is here, but no service and no other kind of Gateway.
    NotInstalled,
    /// pm2.
    Pm2,
    /// supervisord.
    Supervisord,
    /// runit.
    Runit,
    /// s6.
    S6,
    /// A Docker container, seen from its host.
    Docker,
    /// A Podman container, seen from its host.
    Podman,
    /// A pod.
    Kubernetes,
    /// A container of a platform that gives it its variables.
    Hosted(Platform),
    /// The doctor itself runs in the container.
    InsideContainer,
    /// A terminal, tmux, nohup.
    Foreground,
    /// A terminal under WSL without systemd.
    WslWithoutSystemd,
}

/// Decides what runs the Gateway: a process that is seen under another supervisor counts
/// before a service that is merely defined.
pub fn kind(snapshot: &Snapshot) -> Kind {
    let host = &snapshot.host;
    let services = &snapshot.services;
    let processes = &snapshot.processes;
    let process = processes.examined.and_then(|at| processes.gateways.get(at));
    let seen = process.and_then(|process| {
        process.supervisor.as_deref().and_then(by_word).or_else(|| {
            process
                .container
                .as_deref()
                .map(|word| by_word(word).unwrap_or(Kind::Docker))
        })
    });
    if let Some(seen) = seen {
        return seen;
    }
    // Asked for by name, though nothing of it runs.
    if let Some(asked) = by_word(&snapshot.asked.service_manager).filter(|_| host.container.is_none()) {
        return asked;
    }
    let service = services.examined.and_then(|at| services.services.get(at));
    // A container may well have a service manager of its own.
    match (services.manager, service) {
        (ManagerKind::Systemd, Some(_)) => return Kind::Systemd,
        (ManagerKind::Launchd, Some(_)) => return Kind::Launchd,
        _ => {}
    }
    // Somebody started it in a container beside what that runs: no start of the container brings it back.
    if process.is_some_and(|process| process.supervisor.as_deref() == Some("exec")) {
        return Kind::Foreground;
    }
    if let Some(container) = host.container.as_deref() {
        let hosted = Platform::by_word(container).map(Kind::Hosted);
        return match by_word(container) {
            Some(Kind::Kubernetes) => Kind::Kubernetes,
            _ => hosted.unwrap_or(Kind::InsideContainer),
        };
    }
    match services.manager {
        _ if process.is_some() => foreground(snapshot),
        ManagerKind::Systemd | ManagerKind::Launchd => Kind::NotInstalled,
        ManagerKind::None => foreground(snapshot),
    }
}

fn foreground(snapshot: &Snapshot) -> Kind {
    if snapshot.host.wsl.is_some() && !snapshot.host.systemd_booted {
        Kind::WslWithoutSystemd
    } else {
        Kind::Foreground
    }
}

fn by_word(word: &str) -> Option<Kind> {
    let lower = word.to_lowercase();
    let words: &[(&str, Kind)] = &[
        ("pm2", Kind::Pm2),
        ("supervisor", Kind::Supervisord),
        ("runit", Kind::Runit),
        ("runsv", Kind::Runit),
        ("s6", Kind::S6),
        ("kube", Kind::Kubernetes),
        ("podman", Kind::Podman),
        ("libpod", Kind::Podman),
        ("docker", Kind::Docker),
        ("containerd", Kind::Docker),
    ];
    words
        .iter()
        .find(|(part, _)| lower.contains(part))
        .map(|(_, kind)| *kind)
}

/// Returns the head of a systemctl command for the service's manager.
pub(crate) fn systemctl(service: &Service) -> &'static str {
    match service.scope {
        Scope::User => "systemctl --user",
        Scope::System => "sudo systemctl",
    }
}

/// What has to be done with the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// The right value has to take its place.
    Correct,
    /// It has to go, so that another source counts.
    Remove,
}

impl Intent {
    /// Returns the word a sentence about it begins with.
    pub(super) fn verb(self) -> &'static str {
        match self {
            Intent::Correct => "Correct",
            Intent::Remove => "Remove",
        }
    }
}
