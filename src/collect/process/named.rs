//! The Gateway of a container that is asked for by name.

use super::System;
use super::system::Look;
use crate::parse::proc::gateway_argv;
use crate::platform::container;

/// How many ancestors are looked at.
const DEPTH: usize = 12;

/// A Gateway process of a container, or why there is none.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::collect) enum Inside {
    /// This process.
    Gateway(u32),
    /// It runs, and none of its processes is a Gateway.
    NoGateway,
    /// No process of it was seen.
    NotSeen,
    /// More than one container is called so: their ids.
    Several(Vec<String>),
}

/// Looks for the Gateway in a container by its name or id: below its monitor process, else by its cgroup.
pub(in crate::collect) fn gateway_in(name: &str) -> Inside {
    let system = System::new();
    let own = rustix::process::geteuid().as_raw();
    let mut monitors: Vec<(u32, String, bool)> = Vec::new();
    for seen in system.with_word(b"conmon") {
        let Some(monitor) = container::monitor(&seen.words) else {
            continue;
        };
        if container::is_called(name, monitor.id, monitor.name)
            && let Some(look) = system.look(seen.pid)
        {
            monitors.push((seen.pid, monitor.id.to_owned(), look.uid == own));
        }
    }
    // Anybody can call a container so; the asker's own is meant before that of others.
    if monitors.iter().any(|(_, _, own)| *own) {
        monitors.retain(|(_, _, own)| *own);
    }
    let mut ids: Vec<String> = monitors.iter().map(|(_, id, _)| id.clone()).collect();
    ids.sort();
    ids.dedup();
    if ids.len() > 1 {
        return Inside::Several(ids);
    }
    match monitors.first() {
        Some((monitor, ..)) => gateway(&system, |pid, _| pid == *monitor),
        None if container::is_id(name) => in_cgroup(&system, name),
        None => Inside::NotSeen,
    }
}

/// Looks for the Gateway of the container with this id.
pub(in crate::collect) fn gateway_of_id(id: &str) -> Inside {
    in_cgroup(&System::new(), id)
}

fn in_cgroup(system: &System, id: &str) -> Inside {
    let has = |look: &Look| look.container_id.as_deref().is_some_and(|known| known.starts_with(id));
    gateway(system, |_, look| has(look))
}

/// Of several processes with a Gateway's command line the last one down the line is the Gateway: those above started it.
fn gateway(system: &System, is_first: impl Fn(u32, &Look) -> bool) -> Inside {
    let belongs = |pid: u32| {
        let mut next = pid;
        (0..DEPTH).any(|_| {
            let Some(look) = system.look(next).filter(|_| next > 0) else {
                return false;
            };
            let first = is_first(next, &look);
            next = look.ppid;
            first
        })
    };
    let seen = system.interesting();
    let found: Vec<u32> = seen
        .iter()
        .filter(|seen| gateway_argv::gateway(&seen.words).is_some() && belongs(seen.pid))
        .map(|seen| seen.pid)
        .collect();
    let starts = |pid: u32| {
        let mut parents = found.iter().filter_map(|other| system.parent(*other));
        parents.any(|(_, above)| above == pid)
    };
    match found.iter().find(|pid| !starts(**pid)) {
        Some(pid) => Inside::Gateway(*pid),
        None => Inside::NoGateway,
    }
}
