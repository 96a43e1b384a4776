//! Which container a process is in, by its cgroup and by the monitor process above it: no engine is asked.

use super::System;
use super::system::Look;
use crate::model::snapshot::{ContainerFacts, GatewayProcess, PortOwner};
use crate::platform::{container, relay};

/// How many ancestors are looked at.
const DEPTH: usize = 12;

/// Returns what is known of the container of a process; none where neither tells.
pub(super) fn facts(system: &System, look: &Look, kind: &str) -> Option<ContainerFacts> {
    let mut next = look.ppid;
    for _ in 0..DEPTH {
        let Some(above) = system.look(next).filter(|_| next > 0) else {
            break;
        };
        if let Some(monitor) = container::monitor(&above.words) {
            return Some(ContainerFacts {
                engine: "podman".to_owned(),
                id: Some(monitor.id.to_owned()).filter(|id| container::is_id(id)),
                name: Some(monitor.name.to_owned()).filter(|name| container::is_name(name)),
                owner: Some(above.uid),
                ..ContainerFacts::default()
            });
        }
        next = above.ppid;
    }
    let engine = ["docker", "podman"].iter().find(|engine| **engine == kind)?;
    Some(ContainerFacts {
        engine: (*engine).to_owned(),
        id: look.container_id.clone(),
        ..ContainerFacts::default()
    })
}

/// Returns whether a process of a container has a network of its own.
#[cfg(target_os = "linux")]
pub(super) fn is_apart(process: &GatewayProcess) -> bool {
    use std::os::unix::fs::MetadataExt;

    let network = |of: &str| Some(std::fs::metadata(format!("/proc/{of}/ns/net")).ok()?.ino());
    let differs = |(its, own)| its != own;
    process.container.is_some()
        && network(&process.pid.to_string())
            .zip(network("self"))
            .is_some_and(differs)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_apart(_: &GatewayProcess) -> bool {
    false
}

/// Returns whether who listens may pass on what comes; one that is not seen may be such a program.
pub(super) fn may_lead_there(owner: &PortOwner) -> bool {
    owner.pid.is_none() || owner.command.as_deref().is_some_and(relay::is_relay)
}

/// Returns whether a program listens on a port of this machine that passes nothing on.
pub(super) fn is_taken(port: u16, system: &System, own_uid: u32) -> bool {
    system.listening(port).iter().any(|socket| {
        let pid = system.owner_of(socket, &[], own_uid);
        let name = pid.and_then(|pid| system.parent(pid)).map(|(name, _)| name);
        name.is_some_and(|name| !relay::is_relay(&name))
    })
}
