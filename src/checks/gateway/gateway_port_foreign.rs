//! `gateway-port-foreign`: the Gateway's port is held by a program that is no Gateway.

use super::gateway_secrets::is_local;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::cloudflare::cf_common::gateway_answer_finding;
use crate::checks::finding::{FindingExt, finding};
use crate::checks::service::service_common::loops;
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::PortOwner;
use crate::ping::verdict::Word;
use crate::platform::relay;

pub(crate) const CHECK: Check = Check {
    id: "gateway-port-foreign",
    title: "only the Gateway listens on its port",
    group: Group::Gateway,
    severity: Severity::Error,
    needs: &[Need::Layers],
    causes: &[
        "service-crash-loop",
        "service-not-running",
        "gateway-silent",
        "gateway-scheme-mismatch",
    ],
    docs: "Another program listens on the port that the Gateway is to have. The Gateway cannot start, and clients talk \
to the wrong program.\n\n\
Fix: end that program or move it, or give the Gateway another port: `openclaw config set gateway.port N`, then \
`openclaw gateway install --force`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    if let Some(finding) = by_owner(case) {
        return vec![finding];
    }
    // What answers may tell more than who is seen to listen: a process of another user, or one behind a forwarder.
    let foreign = case.gateway() == Some(Word::Foreign) && is_local(case);
    foreign.then(|| by_answer(case)).into_iter().collect()
}

fn by_owner(case: &CheckContext<'_>) -> Option<Finding> {
    let owner = case.snapshot.processes.port_owner.as_ref()?;
    let pid = owner.pid.filter(|_| !owner.is_gateway)?;
    // What answers says more than the name of who listens.
    if case.gateway().is_some_and(Word::is_openclaw) {
        return None;
    }
    let relays = owner.command.as_deref().is_some_and(relay::is_relay);
    let passes_on = relays && (case.service().is_none_or(|service| !loops(service)) || case.process().is_some());
    (!passes_on).then(|| found(case, owner, pid))
}

fn by_answer(case: &CheckContext<'_>) -> Finding {
    let server = case
        .gateway_fact("server")
        .map_or("what answers".to_owned(), |server| format!("{server} answers, which"));
    let title = match case.snapshot.processes.port {
        Some(port) => format!("{server} on the Gateway's port {port} is not a Gateway"),
        None => format!("{server} on the Gateway's port is not a Gateway"),
    };
    let mut finding = gateway_answer_finding(case, &CHECK, CHECK.severity, title)
        .subject("gateway.port")
        .detail("Clients talk to the wrong program, and a Gateway cannot listen there. Its token or password was not sent there.");
    if let Some(owner) = &case.snapshot.processes.port_owner {
        finding = finding.seen(format!("the listener belongs to user {}", owner.user));
    }
    finding.fix(
        "Find out who listens there and end or move it; or give the Gateway another port.",
        ["sudo ss -ltnp".to_owned(), case.commands().start()],
    )
}

fn found(case: &CheckContext<'_>, owner: &PortOwner, pid: u32) -> Finding {
    let port = owner.port;
    let program = owner.command.as_deref().unwrap_or("a program");
    let is_title = owner
        .command
        .as_deref()
        .is_some_and(|command| command.starts_with("node"));
    let config = case.start_trace().map(|trace| &trace.config.gateway);
    let place = config
        .and_then(|gateway| gateway.port.as_ref())
        .and_then(|port| port.place.as_ref());
    let mut finding = finding(
        CHECK.id,
        CHECK.severity,
        format!("Port {port} is taken by {program} (pid {pid}), which is not a Gateway"),
    )
    .subject("gateway.port")
    // Node runs many programs; that this one is no Gateway is told by its arguments alone.
    .certainty(if is_title { Certainty::Likely } else { Certainty::Proved })
    .detail("The Gateway cannot listen there, so it does not start, and what clients send goes to the other program.")
    .seen(format!(
        "{program}, pid {pid}, of user {} listens on port {port}",
        owner.user
    ));
    if place.is_some() {
        finding = finding.at(place, "names the Gateway's port");
    }
    let commands = case.commands();
    // What somebody else's program is needed for is not known here, so no command ends it.
    finding.fix(
        format!(
            "If {program} is not needed there, end it, then start the Gateway; else move it, or give the Gateway another \
             port: `{}`, then `{}`.",
            commands.openclaw("config set gateway.port N"),
            commands.reinstall()
        ),
        [format!("ps -o pid,user,args -p {pid}"), commands.start()],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, stop, words};
    use crate::model::snapshot::Snapshot;

    fn held_by(command: &str) -> Snapshot {
        let mut snapshot = healthy();
        let mut owner = snapshot.processes.port_owner.clone().unwrap();
        stop(&mut snapshot);
        (owner.pid, owner.is_gateway, owner.command) = (Some(777), false, Some(command.to_owned()));
        snapshot.processes.port_owner = Some(owner);
        snapshot
    }

    #[test]
    fn the_program_is_named() {
        let mut snapshot = held_by("python3");
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found[0].subject.as_deref(), Some("gateway.port"));
        assert!(words(&found[0]).contains("python3 (pid 777)") && words(&found[0]).contains("18789"));
        assert!(!words(&found[0]).contains("kill"));
        snapshot.processes.port_owner = None;
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn what_passes_the_port_on_is_no_stranger() {
        for relay in ["docker-proxy", "pasta.avx2", "nginx"] {
            let mut snapshot = held_by(relay);
            assert!(findings(&CHECK, &snapshot).is_empty(), "{relay}");
            snapshot.services.examined = None;
            assert!(findings(&CHECK, &snapshot).is_empty(), "{relay}");
        }
    }
}
