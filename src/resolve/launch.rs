//! What the programs before OpenClaw mean for the next start of the service.

use super::{process, service};
use crate::model::snapshot::{Adds, GatewayProcess, Link, LinkKind, Snapshot};

/// What is known of one name that an open link might bring.
pub(crate) enum Brought {
    /// The process of the last start has it, and no known source gives it this value.
    Yes {
        /// Process id.
        pid: u32,
    },
    /// The process of the last start was not given it by the chain.
    NotLastTime,
    /// No process shows it.
    CannotTell,
}

/// Returns the innermost link that may set more than can be seen.
pub(crate) fn open_link(snapshot: &Snapshot) -> Option<&Link> {
    let links = &service(snapshot)?.exec.links;
    links.iter().rev().find(|link| link.adds == Adds::Unknown)
}

/// Returns the link that starts a shell which reads its start-up files.
pub(crate) fn login_shell(snapshot: &Snapshot) -> Option<&Link> {
    let links = &service(snapshot)?.exec.links;
    links.iter().find(|link| link.kind == LinkKind::LoginShell)
}

/// Returns the process of the examined service, or of what supervises it.
pub(crate) fn own_process(snapshot: &Snapshot) -> Option<&GatewayProcess> {
    let Some(service) = service(snapshot) else {
        return process(snapshot).filter(|_| snapshot.views.next_start.get().is_some());
    };
    process(snapshot).filter(|process| {
        let main = service.state.get().and_then(|state| state.main_pid);
        main == Some(process.pid) || process.unit.as_deref() == Some(service.name.as_str())
    })
}

/// Returns what the last start shows of a name.
pub(crate) fn brought(snapshot: &Snapshot, name: &str) -> Brought {
    let initial = own_process(snapshot).and_then(|process| Some((process.pid, process.initial.get()?)));
    let (Some((pid, initial)), Some(service)) = (initial, service(snapshot)) else {
        return Brought::CannotTell;
    };
    let Some(found) = initial.iter().find(|one| one.name == name) else {
        return Brought::NotLastTime;
    };
    let given = service
        .bindings
        .iter()
        .any(|one| one.name == name && one.value.same_as(&found.value));
    if given {
        Brought::NotLastTime
    } else {
        Brought::Yes { pid }
    }
}
