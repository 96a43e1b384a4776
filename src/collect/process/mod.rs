//! Gateway processes: which run, whose they are, what environment they have, who holds the port.

mod container;
mod describe;
#[cfg(any(not(target_os = "linux"), test))]
mod elsewhere;
mod find;
mod first;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(in crate::collect) mod named;
pub(in crate::collect) mod processor;
#[cfg(target_os = "linux")]
mod procfs;
#[cfg(target_os = "linux")]
mod sockets;
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
use crate::model::snapshot::{FoundBy, GatewayProcess, PortOwner, ProcessFacts};

/// What is already known when processes are looked for.
#[derive(Debug, Clone, Default)]
pub struct ProcessHints {
    /// Process id that the manager names for the examined service.
    pub own_pid: Option<u32>,
    /// `--pid`.
    pub asked_pid: Option<u32>,
    /// Whether the asker has no config, and so most likely no Gateway.
    pub no_config: bool,
    /// Accounts whose Gateway may stand in the place of the examined service's; empty where no service is known.
    pub accounts: Vec<u32>,
    /// Whether root asks about its own home.
    pub is_root: bool,
    /// Supervisor or engine whose Gateway is asked for.
    pub supervisor: Option<&'static str>,
    /// Name of the examined service.
    pub own_unit: Option<String>,
    /// Process ids that the service manager names, of all Gateway services.
    pub manager_pids: Vec<u32>,
    /// State directories whose lock files are read.
    pub state_dirs: Vec<String>,
    /// Ports the Gateway may listen on; the first one is the examined Gateway's.
    pub ports: Vec<u16>,
    /// Names of all Gateway services.
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

/// All processes at one moment, as far as their command lines tell that they may matter.
pub struct Scan {
    system: System,
    seen: Vec<system::Seen>,
}

/// Goes through the processes; this needs no hints, and so it can be done while others are waited for.
pub fn scan() -> Scan {
    let system = System::new();
    let seen = system.interesting();
    Scan { system, seen }
}

/// Returns the owners of all sockets that take connections to this machine's loopback addresses on a port; none where
/// the kernel does not tell all of them.
#[cfg(target_os = "linux")]
pub(super) fn listener_uids(port: u16) -> Option<Vec<u32>> {
    sockets::owners(&procfs::ProcFs::open()?, port)
}

/// Looks for Gateways and for the owner of the first port of `hints`.
pub fn collect(ctx: &Context<'_>, hints: &ProcessHints, scan: Scan) -> ProcessCollection {
    let Scan { system, seen } = scan;
    let found = find::find(ctx, hints, &system, &seen);
    let (mut gateways, mut raw) = (Vec::new(), Vec::new());
    for candidate in &found.candidates {
        if let Some((process, texts)) = describe::describe(ctx, &system, candidate, &seen) {
            gateways.push(process);
            raw.push(texts);
        }
    }
    let port = hints.ports.first().copied();
    let examined = examined(hints, found.own, &gateways);
    let mut port_owner = port.and_then(|port| port_owner(port, &system, &found, &gateways));
    if let Some(process) = examined.and_then(|at| gateways.get_mut(at))
        && container::is_apart(process)
    {
        // What listens here is not this Gateway, and only a relay leads to it.
        let own = process.port.or(port);
        let taken = own.is_some_and(|port| container::is_taken(port, &system, ctx.host.uid));
        if let Some(facts) = process.contained.as_mut() {
            facts.port_of_another = taken;
        }
        port_owner = port_owner.filter(container::may_lead_there);
    }
    let clients = hints.ports.last().copied().filter(|clients| Some(*clients) != port);
    let facts = ProcessFacts {
        clients_port_owner: clients.and_then(|port| self::port_owner(port, &system, &found, &gateways)),
        examined,
        port_owner,
        port,
        gateways,
        definitions: Vec::new(),
        not_a_gateway: hints.asked_pid.filter(|_| found.own.is_none()),
    };
    ProcessCollection { facts, raw }
}

/// What the container of a process is called that is in a pid namespace of its own and in nothing that has a name.
const PID_NAMESPACE: &str = "pid namespace";

/// The examined service's process, else the holder of the lock, else the owner of the port, else the only one there is
/// unless it listens elsewhere. A Gateway of another service counts only where it stands in this one's place: another
/// profile's must not be asked with this one's credential.
fn examined(hints: &ProcessHints, own: Option<u32>, gateways: &[GatewayProcess]) -> Option<usize> {
    // A machine within this one has units of the same names, and is not the place of somebody who has a config here.
    let nested = |process: &GatewayProcess| !hints.no_config && process.container.as_deref() == Some(PID_NAMESPACE);
    let in_unit =
        |process: &GatewayProcess| process.unit.is_some() && process.unit == hints.own_unit && !nested(process);
    // One in a container that this user may not look into is not the Gateway of somebody without a config, unless it is
    // asked for.
    let hidden =
        |process: &GatewayProcess| hints.no_config && process.container.is_some() && process.initial.get().is_none();
    let asked = hints.asked_pid.is_some() || hints.supervisor.is_some();
    // The service is down, and a stranger's Gateway has its port: that one is not examined in its place.
    let strange = |process: &GatewayProcess| {
        let known = hints.accounts.is_empty() || hints.accounts.contains(&process.uid);
        // Units of two users may have one name: which of them it is, the process of the service tells.
        let of_unit = own.is_some() && in_unit(process);
        let apart = process.container.is_some() && !nested(process);
        !known && !apart && Some(process.pid) != own && !of_unit
    };
    let first = |wanted: &dyn Fn(&GatewayProcess) -> bool| {
        gateways
            .iter()
            .position(|process| wanted(process) && (asked || !hidden(process) && !strange(process)))
    };
    let on_port = |process: &GatewayProcess| process.port.is_some() && process.port == hints.ports.first().copied();
    let of_another = |process: &GatewayProcess| {
        let named = process.unit.as_ref().is_some_and(|unit| hints.units.contains(unit));
        !in_unit(process) && (named || process.found_by == FoundBy::Manager)
    };
    if hints.asked_pid.is_some() {
        return first(&|process| Some(process.pid) == own);
    }
    if let Some(word) = hints.supervisor {
        let under = |process: &GatewayProcess| {
            process.supervisor.as_deref() == Some(word) || process.container.as_deref() == Some(word)
        };
        return first(&|process| under(process) && on_port(process)).or_else(|| first(&under));
    }
    first(&|process| Some(process.pid) == own)
        .or_else(|| first(&in_unit))
        .or_else(|| first(&|process| process.found_by == FoundBy::LockFile))
        .or_else(|| first(&|process| process.found_by == FoundBy::Port && on_port(process)))
        // The port of a machine within this one is another port.
        .or_else(|| first(&|process| on_port(process) && !nested(process)))
        .or_else(|| match gateways {
            [only] if only.port.is_none() && !of_another(only) && !hidden(only) && !strange(only) && !nested(only) => {
                Some(0)
            }
            // What root's supervisors run is root's to look after, whatever account it runs as, as a unit of the system is.
            [only] if hints.is_root && hints.no_config && hints.own_unit.is_none() && is_supervised(only) => Some(0),
            _ => None,
        })
}

/// Returns whether one of root's supervisors runs a Gateway.
pub(super) fn is_supervised(process: &GatewayProcess) -> bool {
    process.container.is_none() && matches!(process.supervisor.as_deref(), Some("supervisord" | "runit" | "s6"))
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

#[cfg(test)]
mod choice {
    use super::*;
    use crate::checks::testkit::gateway;

    fn process(unit: &str, found_by: FoundBy, port: Option<u16>) -> GatewayProcess {
        GatewayProcess {
            unit: Some(unit.to_owned()),
            found_by,
            port,
            ..gateway(7)
        }
    }

    #[test]
    fn a_hidden_container_is_not_the_gateway_of_somebody_without_a_config() {
        let contained = |initial| GatewayProcess {
            container: Some("podman".to_owned()),
            initial,
            ..process("x.service", FoundBy::Port, Some(1001))
        };
        let hidden = [contained(crate::base::fact::Fact::unreadable("no permission", ""))];
        let seen = [contained(crate::base::fact::Fact::known(Vec::new()))];
        let hints = |no_config, asked_pid| ProcessHints {
            no_config,
            asked_pid,
            ports: vec![1001],
            ..ProcessHints::default()
        };
        assert_eq!(examined(&hints(true, None), None, &hidden), None);
        assert_eq!(examined(&hints(true, None), None, &seen), Some(0));
        assert_eq!(examined(&hints(false, None), None, &hidden), Some(0));
        assert_eq!(examined(&hints(true, Some(7)), Some(7), &hidden), Some(0));
    }

    #[test]
    fn a_strangers_gateway_is_not_examined_in_place_of_the_own_service() {
        let hints = |accounts: &[u32]| ProcessHints {
            own_unit: Some("a.service".to_owned()),
            ports: vec![1001],
            accounts: accounts.to_vec(),
            ..ProcessHints::default()
        };
        let uid = gateway(7).uid;
        let other = [process("session-1.scope", FoundBy::Port, Some(1001))];
        assert_eq!(examined(&hints(&[uid + 1]), None, &other), None);
        assert_eq!(examined(&hints(&[uid]), None, &other), Some(0));
        // No service: then it is told whose the Gateway is.
        assert_eq!(examined(&hints(&[]), None, &other), Some(0));
        // The manager says that it is this service's, whoever it runs as by now.
        assert_eq!(examined(&hints(&[uid + 1]), Some(7), &other), Some(0));
    }

    #[test]
    fn a_unit_of_a_machine_within_this_one_is_not_ones_own() {
        let within = |container: Option<&str>| GatewayProcess {
            container: container.map(str::to_owned),
            ..process("a.service", FoundBy::CommandLine, None)
        };
        let hints = |no_config| ProcessHints {
            no_config,
            own_unit: Some("a.service".to_owned()),
            ports: vec![1001],
            ..ProcessHints::default()
        };
        for (container, no_config, expected) in [
            (Some(PID_NAMESPACE), false, None),
            (Some(PID_NAMESPACE), true, Some(0)),
            (Some("podman"), false, Some(0)),
            (None, false, Some(0)),
        ] {
            assert_eq!(
                examined(&hints(no_config), None, &[within(container)]),
                expected,
                "{container:?} {no_config}"
            );
        }
        // Nor does its port make it so, unless it was seen listening here; the holder of the own lock is.
        for (found_by, expected) in [
            (FoundBy::Port, Some(0)),
            (FoundBy::CommandLine, None),
            (FoundBy::LockFile, Some(0)),
        ] {
            let on_port = GatewayProcess {
                container: Some(PID_NAMESPACE.to_owned()),
                ..process("b.service", found_by, Some(1001))
            };
            assert_eq!(examined(&hints(false), None, &[on_port]), expected, "{found_by:?}");
        }
    }

    #[test]
    fn another_profiles_gateway_is_not_examined_in_place_of_a_stopped_one() {
        let hints = |own: &str| ProcessHints {
            own_unit: Some(own.to_owned()),
            units: vec!["a.service".to_owned(), "b.service".to_owned()],
            ports: vec![1001],
            ..ProcessHints::default()
        };
        let b_runs = [process("b.service", FoundBy::Manager, Some(1002))];
        assert_eq!(examined(&hints("a.service"), None, &b_runs), None);
        assert_eq!(examined(&hints("b.service"), None, &b_runs), Some(0));
        assert_eq!(examined(&hints("b.service"), Some(7), &b_runs), Some(0));
        let without_port = [process("b.service", FoundBy::Manager, None)];
        assert_eq!(examined(&hints("a.service"), None, &without_port), None);
        // It stands in this one's place: on its port, or in its state directory.
        let on_port = [process("b.service", FoundBy::Manager, Some(1001))];
        assert_eq!(examined(&hints("a.service"), None, &on_port), Some(0));
        let holds_lock = [process("b.service", FoundBy::LockFile, Some(1002))];
        assert_eq!(examined(&hints("a.service"), None, &holds_lock), Some(0));
        let by_hand = [process("session-1.scope", FoundBy::CommandLine, None)];
        assert_eq!(examined(&hints("a.service"), None, &by_hand), Some(0));
    }
}
