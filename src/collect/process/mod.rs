//! Gateway processes: which run, whose they are, what environment they have, who holds the port.

mod describe;
#[cfg(any(not(target_os = "linux"), test))]
mod elsewhere;
mod find;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod procfs;
mod supervisor;
mod system;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;

#[cfg(not(target_os = "linux"))]
use elsewhere::System;
use find::Found;
#[cfg(target_os = "linux")]
use linux::System;

use super::context::Context;
use super::host;
use crate::loader::RawBinding;
use crate::snapshot::{FoundBy, GatewayProcess, PortOwner, ProcessFacts};

/// What is already known when processes are looked for. Of each list the first entry is the
/// examined one.
#[derive(Debug, Clone, Default)]
pub struct ProcessHints {
    /// Process ids that the service manager names.
    pub manager_pids: Vec<u32>,
    /// State directories whose lock files are read.
    pub state_dirs: Vec<String>,
    /// Ports the Gateway may listen on.
    pub ports: Vec<u16>,
    /// Units whose processes count as the examined Gateway.
    pub units: Vec<String>,
}

/// Processes in facts, and beside them the texts that facts cannot hold.
#[derive(Default)]
pub struct ProcessCollection {
    /// The facts.
    pub facts: ProcessFacts,
    /// For each Gateway, in the same order.
    pub raw: Vec<RawProcess>,
}

/// The texts that belong to one Gateway process. Not printable: arguments may hold a token.
pub struct RawProcess {
    /// Environment at exec, where it could be read.
    pub initial: Option<Vec<RawBinding>>,
    /// Environment of the witness, where there is one that could be read.
    pub witness: Option<Vec<RawBinding>>,
    /// Working directory.
    pub cwd: Option<String>,
    /// Arguments after the entry script.
    pub args: Vec<String>,
}

/// Looks for Gateways and for the owner of the first port of `hints`.
pub fn collect(ctx: &Context<'_>, hints: &ProcessHints) -> ProcessCollection {
    let system = System::new();
    let seen = system.interesting();
    let found = find::find(ctx, hints, &system, &seen);
    let (mut gateways, mut raw) = (Vec::new(), Vec::new());
    for candidate in &found.candidates {
        if let Some((process, texts)) = describe::describe(ctx, &system, candidate, &seen) {
            gateways.push(process);
            raw.push(texts);
        }
    }
    let port = hints.ports.first().copied();
    let facts = ProcessFacts {
        examined: examined(hints, &gateways),
        port_owner: port.and_then(|port| port_owner(port, &system, &found, &gateways)),
        port,
        gateways,
    };
    ProcessCollection { facts, raw }
}

/// The manager's process, else the holder of the lock, else the owner of the port, else the only
/// one there is unless it listens elsewhere.
fn examined(hints: &ProcessHints, gateways: &[GatewayProcess]) -> Option<usize> {
    let first = |wanted: &dyn Fn(&GatewayProcess) -> bool| gateways.iter().position(wanted);
    let in_unit = |process: &GatewayProcess| process.unit.as_ref().is_some_and(|unit| hints.units.contains(unit));
    let on_port = |process: &GatewayProcess| process.port.is_some() && process.port == hints.ports.first().copied();
    first(&|process| process.found_by == FoundBy::Manager)
        .or_else(|| first(&in_unit))
        .or_else(|| first(&|process| process.found_by == FoundBy::LockFile))
        .or_else(|| first(&|process| process.found_by == FoundBy::Port && on_port(process)))
        .or_else(|| first(&on_port))
        .or_else(|| match gateways {
            [only] if only.port.is_none() => Some(0),
            _ => None,
        })
}

fn port_owner(port: u16, system: &System, found: &Found, gateways: &[GatewayProcess]) -> Option<PortOwner> {
    let listening: Vec<_> = found
        .listening
        .iter()
        .filter(|listening| listening.port == port)
        .collect();
    // Loopback listens on 127.0.0.1 and ::1; the one whose process is known says more.
    let listening = listening
        .iter()
        .find(|listening| listening.pid.is_some())
        .or(listening.first())?;
    let is_gateway = |pid: &u32| gateways.iter().any(|process| process.pid == *pid);
    Some(PortOwner {
        port,
        uid: listening.socket.uid,
        user: host::user_label(listening.socket.uid),
        pid: listening.pid,
        command: listening
            .pid
            .and_then(|pid| system.parent(pid))
            .map(|(name, _)| plain(&name)),
        is_gateway: listening.pid.as_ref().is_some_and(is_gateway),
    })
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).collect()
}
