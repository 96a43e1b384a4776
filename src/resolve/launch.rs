//! What the programs before OpenClaw mean for the next start of the service.

use super::{process, service};
use crate::model::snapshot::{
    Adds, DefinitionFile, DefinitionRole, GatewayProcess, Link, LinkKind, Service, Snapshot, Trace,
};

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

/// Returns the innermost link that may set a name; none where what it has after all of them is known.
pub(crate) fn open_link<'a>(snapshot: &'a Snapshot, name: &str) -> Option<&'a Link> {
    open_link_of(service(snapshot)?, name)
}

/// Returns the link of a service's chain that may set a name at its next start, where no stronger source gives it.
pub(crate) fn unsettled_link<'a>(service: &'a Service, trace: &Trace, name: &str) -> Option<&'a Link> {
    let link = open_link_of(service, name)?;
    let strong = trace
        .find(name)
        .seen()
        .is_some_and(|binding| binding.source.is_service());
    (!strong && !manages(service, name)).then_some(link)
}

fn open_link_of<'a>(service: &'a Service, name: &str) -> Option<&'a Link> {
    let exec = &service.exec;
    let has = |names: &[String]| names.iter().any(|known| known == name);
    if has(&exec.settled) {
        return None;
    }
    let sets = |link: &&Link| link.assigns.iter().any(|assign| assign.name == name);
    let mut links = exec.links.iter().rev();
    if !has(&exec.doubtful) {
        return links.find(|link| link.adds == Adds::Unknown);
    }
    let open = |link: &&Link| link.adds != Adds::Nothing;
    links.clone().find(sets).or_else(|| links.find(open))
}

/// Returns whether what a service's environment holds of a name gives way to the trusted files (facts/env-resolution.md 7).
pub(super) fn is_managed(snapshot: &Snapshot, name: &str) -> bool {
    service(snapshot).is_some_and(|service| manages(service, name))
}

fn manages(service: &Service, name: &str) -> bool {
    let mut keys = service.managed_keys.iter();
    keys.any(|known| known.eq_ignore_ascii_case(name))
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

/// Returns the link that gave the running process a name, and the process.
pub(crate) fn given_by_link<'a>(snapshot: &'a Snapshot, name: &str) -> Option<(&'a Link, u32)> {
    let link = open_link(snapshot, name)?;
    match brought(snapshot, name) {
        Brought::Yes { pid } => Some((link, pid)),
        Brought::NotLastTime | Brought::CannotTell => None,
    }
}

/// The process, where no service starts it.
fn supervised(snapshot: &Snapshot) -> Option<&GatewayProcess> {
    own_process(snapshot).filter(|_| service(snapshot).is_none())
}

/// The definitions that its supervisor reads.
fn definitions<'a>(
    snapshot: &'a Snapshot,
    process: &'a GatewayProcess,
) -> impl Iterator<Item = &'a DefinitionFile> + Clone {
    let supervisor = process.supervisor.as_deref();
    let files = snapshot.processes.definitions.iter();
    files.filter(move |file| match supervisor {
        Some("pm2") => file.role == DefinitionRole::Ecosystem,
        Some("supervisord") => file.role == DefinitionRole::Supervisord,
        Some("runit" | "s6") => matches!(file.role, DefinitionRole::RunScript | DefinitionRole::EnvDir),
        _ => false,
    })
}

/// Returns whether the supervisor reads what the asker may not: what it gives next is then likely, not proved.
pub(super) fn has_closed_definition(snapshot: &Snapshot) -> bool {
    supervised(snapshot).is_some_and(|process| {
        let scripted = matches!(process.supervisor.as_deref(), Some("runit" | "s6"));
        let mut files = definitions(snapshot, process);
        let script = files.clone().any(|file| file.role == DefinitionRole::RunScript);
        scripted && !script || files.any(|file| file.unread)
    })
}

/// Returns the definition that a supervisor reads, changed since the Gateway started, and that decides or decided a name:
/// what the process was started with is then not what it gets next.
pub(crate) fn changed_definition<'a>(snapshot: &'a Snapshot, name: &str) -> Option<&'a DefinitionFile> {
    let process = supervised(snapshot)?;
    let started = process.started_ms?;
    let sets = |file: &&DefinitionFile| file.assigns.iter().any(|assign| assign.name == name);
    let changed = |file: &&DefinitionFile| file.changed_ms.is_some_and(|at| at > started + super::SLACK_MS);
    let mut files = definitions(snapshot, process);
    if let Some(file) = files.clone().find(sets) {
        return Some(file).filter(changed);
    }
    // It may be what named it when the process was started.
    let had = process.initial.get()?.iter().any(|one| one.name == name);
    files.find(changed).filter(|_| had)
}
