//! `daemon-runs-as-other-user`: the Gateway on the port belongs to another user.

use super::service_common::{is_active, state};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{GatewayProcess, Layer, Service, Side};
use crate::platform::principal;

pub(crate) const CHECK: Check = Check {
    id: "daemon-runs-as-other-user",
    title: "the Gateway belongs to the user who asks",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Definition],
    causes: &[
        "config-unreadable",
        "key-missing-everywhere",
        "key-only-in-shell",
        "state-dir-mismatch",
        "service-not-running",
        "service-not-loaded",
        "service-crash-loop",
        "gateway-port-foreign",
        "gateway-port-mismatch",
        "gateway-token-mismatch",
        "gateway-not-installed",
        "wsl-systemd-off",
    ],
    docs: "The Gateway that runs belongs to another user, so it has another home, another ~/.openclaw and other \
variables than this shell. What is found in this user's files says nothing about it, and its environment cannot be \
read from here.\n\n\
Fix: ask as that user, `sudo -iu USER %doctor%`, or `sudo -u USER -H %doctor%` where it has no login shell. If this user is to run the Gateway, end the other one first.",
    run,
};

/// Whose Gateway it is, and how sure that is.
struct Other<'a> {
    user: &'a str,
    uid: u32,
    pid: Option<u32>,
    certainty: Certainty,
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let own_runs = case.service().and_then(state).is_some_and(is_active)
        && case.process().is_none_or(|process| is_own(case, process));
    // What is down is told first: by the checks of the service, which name who has its port.
    let hidden = case
        .snapshot
        .processes
        .port_owner
        .as_ref()
        .is_some_and(|owner| owner.pid.is_none());
    let own_is_down = !hidden
        && case.service().is_some_and(|service| {
            principal::of_service(case.snapshot, service).is_own()
                && state(service).is_some_and(|state| !is_active(state))
        });
    if own_is_down || is_seen_by_root(case) {
        return Vec::new();
    }
    if own_runs || case.process().is_some_and(|process| is_own(case, process)) {
        return Vec::new();
    }
    other(case).map(|other| found(case, &other)).into_iter().collect()
}

/// Root reads what the account's Gateway has: it is judged like root's own, and the head of the report says whose it is.
fn is_seen_by_root(case: &CheckContext<'_>) -> bool {
    let examined = case.process().filter(|process| process.initial.get().is_some());
    case.snapshot.host.uid == 0
        && examined.is_some_and(|process| case.service().is_some_and(|service| is_of(service, process)))
}

/// Returns whether a process is that of a service.
fn is_of(service: &Service, process: &GatewayProcess) -> bool {
    let main = state(service).and_then(|state| state.main_pid);
    main == Some(process.pid) || process.unit.as_deref() == Some(service.name.as_str())
}

/// The command that examines another user's Gateway.
pub(crate) fn ask_as(case: &CheckContext<'_>, uid: u32, user: &str) -> String {
    principal::ask_as(case.snapshot, Some(uid), user)
}

/// Returns whether a Gateway is the asking user's, or runs in a container, where users mean little.
pub(crate) fn is_own(case: &CheckContext<'_>, process: &GatewayProcess) -> bool {
    principal::is_own_process(case.snapshot, process)
}

fn other<'a>(case: &CheckContext<'a>) -> Option<Other<'a>> {
    let snapshot = case.snapshot;
    let processes = &snapshot.processes;
    let owner = processes.port_owner.as_ref();
    let on_port = processes
        .gateways
        .iter()
        .find(|process| owner.is_some_and(|owner| owner.pid == Some(process.pid)));
    let examined = processes.examined.and_then(|at| processes.gateways.get(at));
    if let Some(process) = on_port.or(examined).filter(|process| !is_own(case, process)) {
        return Some(Other {
            user: &process.user,
            uid: process.uid,
            pid: Some(process.pid),
            certainty: Certainty::Proved,
        });
    }
    // The socket shows its owner where the process is hidden (hidepid, another container).
    let answers = snapshot
        .pings
        .answers
        .iter()
        .any(|answer| answer.target == Side::Gateway && answer.layer == Layer::Openclaw);
    let hidden = owner.filter(|owner| owner.pid.is_none() && owner.uid != snapshot.host.uid && answers)?;
    Some(Other {
        user: &hidden.user,
        uid: hidden.uid,
        pid: None,
        certainty: Certainty::Likely,
    })
}

fn found(case: &CheckContext<'_>, other: &Other<'_>) -> Finding {
    let me = &case.snapshot.host.user;
    let user = other.user;
    let gateways = &case.snapshot.processes.gateways;
    let process = gateways.iter().find(|process| Some(process.pid) == other.pid);
    let by_sudo = other.uid == 0 && process.is_some_and(|process| process.parent.as_deref() == Some("sudo"));
    let how = if by_sudo { " It was started with sudo." } else { "" };
    let who = other
        .pid
        .map_or("the process is hidden from this user".to_owned(), |pid| {
            format!("pid {pid}")
        });
    let command = ask_as(case, other.uid, user);
    // Root has read its environment, and what is wrong there is told beside this.
    let by_root = case.snapshot.host.uid == 0 && process.is_some_and(|process| process.initial.get().is_some());
    if by_root {
        return finding(
            CHECK.id,
            Severity::Info,
            format!("The Gateway here is that of {user}, not of {me}"),
        )
        .detail(format!(
            "It reads the home and the ~/.openclaw of {user}; {me} has no Gateway."
        ))
        .seen(format!("{who}, owner {user} (uid {})", other.uid))
        .fix(format!("Ask about it as {user}."), [command.clone()])
        .confirm(command);
    }
    let mut finding = finding(
        CHECK.id,
        CHECK.severity,
        format!("The Gateway runs as user {user}, not as {me}"),
    )
    .certainty(other.certainty)
    .detail(format!(
        "It reads the home and the ~/.openclaw of {user}; the keys and the config of {me} do not reach it, and its \
         environment cannot be judged from here.{how}"
    ))
    .seen(format!("{who}, owner {user} (uid {})", other.uid));
    if let Some(owner) = &case.snapshot.processes.port_owner {
        finding = finding.seen(format!("port {} belongs to {}", owner.port, owner.user));
    }
    finding
        .fix(
            format!("Ask as {user}. If {me} is to run the Gateway, end the one of {user} first."),
            [command.clone()],
        )
        .confirm(command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{findings, healthy, stop, words};
    use crate::model::snapshot::Snapshot;

    fn of_user(user: &str, uid: u32) -> Snapshot {
        let mut snapshot = healthy();
        snapshot.services.services.clear();
        snapshot.services.examined = None;
        snapshot.views.next_start = Fact::Absent;
        let process = &mut snapshot.processes.gateways[0];
        (process.user, process.uid, process.unit) = (user.to_owned(), uid, None);
        let owner = snapshot.processes.port_owner.as_mut().unwrap();
        (owner.user, owner.uid) = (user.to_owned(), uid);
        snapshot
    }

    #[test]
    fn the_other_user_is_named_with_the_way_there() {
        for (user, uid, command) in [("root", 0, "sudo %doctor%"), ("bob", 7, "sudo -iu bob %doctor%")] {
            let text = words(&findings(&CHECK, &of_user(user, uid))[0]);
            assert!(text.contains(command), "{text}");
        }
    }

    #[test]
    fn a_start_with_sudo_is_told() {
        let mut snapshot = of_user("root", 0);
        snapshot.processes.gateways[0].parent = Some("sudo".to_owned());
        assert!(words(&findings(&CHECK, &snapshot)[0]).contains("started with sudo"));
    }

    #[test]
    fn own_gateways_and_containers_are_not_of_others() {
        let mut snapshot = of_user("root", 0);
        snapshot.processes.gateways[0].container = Some("docker".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
        let mut snapshot = of_user("bob", 7);
        (snapshot.host.uid, snapshot.host.sudo_user) = (0, Some("bob".to_owned()));
        assert!(findings(&CHECK, &snapshot).is_empty());
        let mut snapshot = healthy();
        stop(&mut snapshot);
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
