//! `duplicate-supervisors`: two managers keep a Gateway on the same port.

use super::service_common::{disable, is_active, is_live, loops, port_of, state};
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{FoundBy, GatewayProcess, LinkKind, Place, Scope, Service};
use crate::platform::principal::{self, Whose};

pub(crate) const CHECK: Check = Check {
    id: "duplicate-supervisors",
    title: "one service alone manages the Gateway's port",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Places],
    causes: &[
        "service-crash-loop",
        "service-not-running",
        "daemon-runs-as-other-user",
        "gateway-port-foreign",
        "gateway-token-mismatch",
        "gateway-silent",
    ],
    docs: "One port can have one Gateway. Where a user service and a system service, a service of an older product name \
and the current one, or a service and a Gateway started by hand want the same port, the one that comes second ends \
with \"already in use\" and is restarted again and again; which of them answers, with which keys, is chance.\n\n\
Fix: keep one, disable the other (`systemctl --user disable --now NAME`, `sudo systemctl disable --now NAME`, \
`launchctl bootout`).",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    if let Some(pair) = rivals(case) {
        return vec![two_services(case, pair)];
    }
    stranger(case)
        .map(|(service, process)| beside_a_service(case, service, process))
        .into_iter()
        .collect()
}

/// The service to keep, and another that is started for the same port.
fn rivals<'a>(case: &CheckContext<'a>) -> Option<(&'a Service, &'a Service, u16)> {
    let facts = &case.snapshot.services;
    let live = || facts.services.iter().filter(|service| is_live(service));
    let examined = facts
        .examined
        .and_then(|at| facts.services.get(at))
        .filter(|service| is_live(service));
    let keep = examined.or_else(|| live().next())?;
    let port = port_of(case, keep)?;
    let same = |other: &&Service| (&other.name, other.scope) != (&keep.name, keep.scope);
    let other = live().filter(same).find(|other| {
        let own = principal::of_service(case.snapshot, other).is_own();
        // Beside a service that is down a stranger's is no rival: that is told as the port's owner.
        if !own && !state(keep).is_some_and(|state| is_active(state) || state.active == "activating") {
            return false;
        }
        if starts(keep, other) || starts(other, keep) {
            return false;
        }
        port_of(case, other) == Some(port) || (own && other.name == keep.name && other.scope != keep.scope)
    })?;
    Some((keep, other, port))
}

/// Returns whether one service may be what starts the other: its command asks a manager to run OpenClaw (`systemd-run --unit`),
/// and what that makes is a unit of its own. To end either ends the Gateway.
fn starts(service: &Service, made: &Service) -> bool {
    let transient = made
        .definition
        .as_ref()
        .is_some_and(|definition| definition.path.contains("/systemd/transient/"));
    transient && hands_over(service)
}

fn hands_over(service: &Service) -> bool {
    service.exec.links.iter().any(|link| link.kind == LinkKind::Elsewhere)
}

/// A service that is up or tries to be, and a Gateway beside it that has its port.
fn stranger<'a>(case: &CheckContext<'a>) -> Option<(&'a Service, &'a GatewayProcess)> {
    let snapshot = case.snapshot;
    let facts = &snapshot.services;
    let service = facts.examined.and_then(|at| facts.services.get(at))?;
    let said = state(service)?;
    // Its Gateway is what that manager started, in another unit.
    if hands_over(service) {
        return None;
    }
    let owner = snapshot
        .processes
        .port_owner
        .as_ref()
        .filter(|owner| owner.is_gateway)?;
    let pid = owner.pid?;
    let process = snapshot.processes.gateways.iter().find(|process| process.pid == pid)?;
    let by_service = process.found_by == FoundBy::Manager
        || process.unit.as_deref() == Some(service.name.as_str())
        || said.main_pid == Some(pid);
    let wants_it = (is_active(said) && said.main_pid.is_some()) || loops(service);
    let same_port = port_of(case, service) == Some(owner.port);
    (!by_service && wants_it && same_port && process.container.is_none()).then_some((service, process))
}

fn kind(service: &Service) -> &'static str {
    match (&service.launchd, service.scope) {
        (Some(_), Scope::User) => "LaunchAgent",
        (Some(_), Scope::System) => "LaunchDaemon",
        (None, Scope::User) => "user service",
        (None, Scope::System) => "system service",
    }
}

fn described(service: &Service) -> String {
    let said = state(service).map_or("state not known".to_owned(), |state| {
        let enabled = if state.enabled.is_empty() { "" } else { &state.enabled };
        [state.active.as_str(), enabled].join(" ").trim().to_owned()
    });
    format!("{} {}: {said}", kind(service), service.name)
}

fn two_services(case: &CheckContext<'_>, (keep, other, port): (&Service, &Service, u16)) -> Finding {
    let title = if keep.name == other.name {
        format!(
            "{} exists twice, as {} and as {}, both for port {port}",
            keep.name,
            kind(keep),
            kind(other)
        )
    } else {
        format!("{} and {} both start a Gateway on port {port}", keep.name, other.name)
    };
    let mut finding = finding(CHECK.id, CHECK.severity, title).detail(
        "The second one to start finds the port taken and is restarted again and again; which one answers, and with \
         which keys, is chance.",
    );
    for service in [keep, other] {
        let place = service
            .definition
            .as_ref()
            .map(|definition| Place::file(definition.path.clone()));
        finding = finding.at(place.as_ref(), described(service));
    }
    // One of root was installed by whoever administers the machine, mostly the one who asks.
    if matches!(principal::of_service(case.snapshot, other), Whose::Other { uid, .. } if uid != Some(0)) {
        let (text, commands) = leave_to_its_owner(case, &format!("{} is another account's", other.name));
        let status = format!("systemctl status {} --no-pager", shell_quote(&other.name));
        return finding.fix(text, [status].into_iter().chain(commands));
    }
    finding.fix(
        format!(
            "Keep one of them. To keep the {} {}, end the other for good.",
            kind(keep),
            keep.name
        ),
        [disable(case.snapshot, other), case.commands().restart()],
    )
}

/// A stranger's Gateway is not ended from here: this one gets another port.
pub(crate) fn leave_to_its_owner(case: &CheckContext<'_>, whose: &str) -> (String, Vec<String>) {
    let commands = case.commands();
    let text = format!(
        "{whose}: ask its owner before it is ended. To run beside it, give this Gateway another port, with `{}` or `--port` in \
         its definition, then `{}`.",
        commands.openclaw("config set gateway.port N"),
        commands.start()
    );
    let owner = case.snapshot.processes.port_owner.as_ref().and_then(|owner| owner.pid);
    let look = owner.map(|pid| format!("ps -o pid,user,args -p {pid}"));
    let beside = format!("# to run beside it: {}", commands.openclaw("config set gateway.port N"));
    (text, look.into_iter().chain([beside]).collect())
}

fn beside_a_service(case: &CheckContext<'_>, service: &Service, process: &GatewayProcess) -> Finding {
    let pid = process.pid;
    let who = match (&process.supervisor, &process.unit) {
        (Some(supervisor), _) => format!("a Gateway under {supervisor} (pid {pid})"),
        (None, Some(unit)) => format!("a Gateway of {unit} (pid {pid})"),
        (None, None) => format!("a Gateway started outside it (pid {pid})"),
    };
    let end = match process.supervisor.as_deref() {
        Some("pm2") => "pm2 delete openclaw-gateway".to_owned(),
        Some("supervisord") => "supervisorctl stop openclaw-gateway".to_owned(),
        _ if process.uid != case.snapshot.host.uid => format!("sudo kill {pid}"),
        _ => format!("kill {pid}"),
    };
    let port = case.snapshot.processes.port.unwrap_or_default();
    let told = finding(
        CHECK.id,
        CHECK.severity,
        format!("{} wants port {port}, which {who} has", service.name),
    )
    .detail(
        "The service cannot listen there and is restarted again and again; clients talk to the other Gateway, with \
             the keys that one was started with.",
    )
    .at(service.exec.place.as_ref(), described(service))
    .seen(format!("port {port}: pid {pid} of user {}", process.user));
    // One of root was mostly started with sudo by whoever asks.
    if process.uid != 0 && !principal::is_own_process(case.snapshot, process) {
        let (text, command) = leave_to_its_owner(case, &format!("pid {pid} belongs to {}", process.user));
        return told.fix(text, command);
    }
    told.fix(
        "Keep one of them. To keep the service, end the other Gateway, and whatever starts it.",
        [end, case.commands().start()],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{PID, UNIT, findings, gateway, healthy, service, state as answer, words};
    use crate::model::snapshot::{Adds, Link, ServiceAccount, Snapshot};

    fn with(name: &str, change: impl Fn(&mut Service)) -> Snapshot {
        let mut snapshot = healthy();
        let mut other = service(name);
        change(&mut other);
        snapshot.services.services.push(other);
        snapshot
    }

    fn off(service: &mut Service) {
        if let Fact::Known { value } = &mut service.state {
            (value.active, value.enabled, value.main_pid) = ("inactive".into(), "disabled".into(), None);
        }
    }

    #[test]
    fn two_services_for_one_port_are_told() {
        let snapshot = with("clawdbot-gateway.service", |service| service.legacy = true);
        assert!(
            words(&findings(&CHECK, &snapshot)[0]).contains("systemctl --user disable --now clawdbot-gateway.service")
        );
        let snapshot = with(UNIT, |service| service.scope = Scope::System);
        let text = words(&findings(&CHECK, &snapshot)[0]);
        assert!(
            text.contains("exists twice") && text.contains("sudo systemctl disable --now"),
            "{text}"
        );
        // As the fix leaves it.
        let snapshot = with("clawdbot-gateway.service", off);
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn a_strangers_service_is_not_ended() {
        let of_bob = |service: &mut Service| {
            service.scope = Scope::System;
            service.systemd.runs_as = Some(ServiceAccount {
                name: "bob".to_owned(),
                uid: Some(1007),
                home: None,
                no_login: false,
            });
            service.exec.port = Some(18789);
        };
        let snapshot = with("bob-claw.service", of_bob);
        let text = words(&findings(&CHECK, &snapshot)[0]);
        assert!(!text.contains("disable") && text.contains("another port"), "{text}");
        // Beside a service that is down it is no rival at all.
        let mut snapshot = with("bob-claw.service", of_bob);
        answer(&mut snapshot).active = "inactive".to_owned();
        assert!(findings(&CHECK, &snapshot).is_empty());
        // Nor is a Gateway that a stranger started by hand.
        let mut snapshot = healthy();
        let mut by_hand = gateway(77);
        (by_hand.found_by, by_hand.unit, by_hand.uid) = (FoundBy::Port, None, 1007);
        snapshot.processes.gateways.push(by_hand);
        snapshot.processes.port_owner.as_mut().unwrap().pid = Some(77);
        let text = words(&findings(&CHECK, &snapshot)[0]);
        assert!(!text.contains("kill") && text.contains("another port"), "{text}");
    }

    #[test]
    fn a_unit_that_another_one_starts_is_no_rival() {
        let elsewhere = |program: &str| Link {
            kind: LinkKind::Elsewhere,
            program: program.to_owned(),
            adds: Adds::Unknown,
            assigns: Vec::new(),
        };
        let made = |service: &mut Service| {
            service.definition.as_mut().unwrap().path = "/run/user/1000/systemd/transient/run-u7.service".to_owned();
        };
        let mut snapshot = with("run-u7.service", made);
        assert_eq!(findings(&CHECK, &snapshot).len(), 1);
        snapshot.services.services[0].exec.links = vec![elsewhere("systemd-run")];
        assert!(findings(&CHECK, &snapshot).is_empty());
        // The one that was made is examined.
        snapshot.services.examined = Some(snapshot.services.services.len() - 1);
        assert!(findings(&CHECK, &snapshot).is_empty());
        // A unit from a file is no child of the command.
        let mut snapshot = with("clawdbot-gateway.service", |_| ());
        snapshot.services.services[0].exec.links = vec![elsewhere("systemd-run")];
        assert_eq!(findings(&CHECK, &snapshot).len(), 1);
        // Nor is what has the port a stranger, where the command may have started it.
        let mut snapshot = healthy();
        let mut child = gateway(77);
        (child.found_by, child.unit) = (FoundBy::Port, Some("run-u7.service".to_owned()));
        snapshot.processes.gateways.push(child);
        snapshot.processes.port_owner.as_mut().unwrap().pid = Some(77);
        assert_eq!(findings(&CHECK, &snapshot).len(), 1);
        snapshot.services.services[0].exec.links = vec![elsewhere("docker run")];
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn another_profile_has_another_port() {
        let snapshot = with("openclaw-gateway-work.service", |service| {
            service.profile = Some("work".to_owned());
            service.exec.port = Some(41984);
        });
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn a_gateway_by_hand_on_the_port_of_a_service_is_told() {
        let mut snapshot = healthy();
        let mut by_hand = gateway(77);
        (by_hand.found_by, by_hand.unit) = (FoundBy::Port, None);
        snapshot.processes.gateways.push(by_hand);
        snapshot.processes.port_owner.as_mut().unwrap().pid = Some(77);
        assert!(words(&findings(&CHECK, &snapshot)[0]).contains("kill 77"));
        // A service that is stopped on purpose does not compete.
        off(&mut snapshot.services.services[0]);
        assert!(findings(&CHECK, &snapshot).is_empty());
        let mut snapshot = healthy();
        answer(&mut snapshot).main_pid = Some(PID - 1);
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
