//! `service-not-running`: a service is installed, and no Gateway runs at all.

use super::duplicate_supervisors::leave_to_its_owner;
use super::last_words;
use super::service_common::{exit_words, is_active, is_not_loaded, loops, required_file_gone, runtime_gone, state};
use super::service_lines::edit_by_hand;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{GatewayProcess, PortOwner, Service, ServiceState};
use crate::platform::principal;
use crate::platform::systemd::{names, settings};

pub(crate) const CHECK: Check = Check {
    id: "service-not-running",
    title: "the installed service runs",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::ServiceState],
    causes: &["gateway-silent"],
    docs: "A Gateway service is installed, its manager says that it is stopped or failed, and no Gateway process was \
found. Nobody answers on the port.\n\n\
Fix: start it; where it failed, read the last lines of its log first. Exit status 78 means that OpenClaw refused its \
configuration: systemd then does not try again.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some((service, state)) = case.service().and_then(|service| Some((service, state(service)?))) else {
        return Vec::new();
    };
    let told_elsewhere =
        loops(service) || runtime_gone(service) || is_not_loaded(service) || required_file_gone(service);
    let not_startable =
        service.systemd.masked || matches!(state.load.as_str(), "masked" | "not-found" | "bad-setting" | "error");
    // A listener whose process is hidden from this user may be the Gateway.
    let hidden = case
        .snapshot
        .processes
        .port_owner
        .as_ref()
        .is_some_and(|owner| owner.pid.is_none());
    let stopped = !is_active(state) && state.active != "activating";
    // A Gateway by hand takes this one's place; one of another service or profile does not.
    let services = &case.snapshot.services.services;
    let of_another = |process: &GatewayProcess| {
        let unit = process.unit.as_deref();
        services
            .iter()
            .any(|other| other.name != service.name && unit == Some(other.name.as_str()))
    };
    let own = |process: &GatewayProcess| principal::is_own_process(case.snapshot, process);
    let runs = case
        .snapshot
        .processes
        .gateways
        .iter()
        .any(|process| !of_another(process) && own(process));
    // A template that only others have instances of is not this user's service.
    let other_instance = names::instance(&service.name).is_some_and(|(template, _)| {
        let same = |unit: &str| names::instance(unit).is_some_and(|(head, _)| head == template) && unit != service.name;
        let mut gateways = case.snapshot.processes.gateways.iter();
        state.enabled != "enabled" && gateways.any(|process| process.unit.as_deref().is_some_and(same))
    });
    if told_elsewhere || not_startable || other_instance || hidden || !stopped || runs {
        return Vec::new();
    }
    vec![found(case, service, state)]
}

/// The owner of the port, where it is a Gateway of another account.
fn stranger<'a>(case: &CheckContext<'a>) -> Option<&'a PortOwner> {
    let processes = &case.snapshot.processes;
    let owner = processes.port_owner.as_ref().filter(|owner| owner.is_gateway)?;
    let process = processes
        .gateways
        .iter()
        .find(|process| Some(process.pid) == owner.pid)?;
    (!principal::is_own_process(case.snapshot, process)).then_some(owner)
}

fn found(case: &CheckContext<'_>, service: &Service, state: &ServiceState) -> Finding {
    let failed = state.active == "failed";
    let so = if failed { "has failed" } else { "is stopped" };
    let status = state.exit_status.filter(|status| failed && *status != 0);
    let refusal = last_words::refusal(case.snapshot).filter(|_| failed);
    let meaning = refusal.map_or(String::new(), |refusal| format!(" {}", refusal.meaning));
    let words = last_words::last_words(case.snapshot).filter(|_| failed);
    let said = words.map_or(String::new(), |line| format!(" Its last words: {line}"));
    if let Some(owner) = stranger(case) {
        let (text, fix) = leave_to_its_owner(
            case,
            &format!("The Gateway on port {} belongs to {}", owner.port, owner.user),
        );
        let mut finding = finding(
            CHECK.id,
            CHECK.severity,
            format!("{} {so}, and the Gateway on its port is that of {}", service.name, owner.user),
        )
        .detail(format!(
            "What answers on port {} has the keys and the config of {}, and this service cannot listen there.{meaning}{said}",
            owner.port, owner.user
        ))
        .at(
            service.exec.place.as_ref(),
            format!("{} ({}), {}", state.active, state.sub, state.enabled),
        );
        if let Some(status) = status {
            finding = finding.seen(format!("last {}", exit_words(state, status)));
        }
        return finding.fix(text, fix).confirm("%doctor% --wait");
    }
    if state.condition_unmet && !failed {
        return unmet(case, service, state);
    }
    let (text, fix) = match failed {
        true => last_words::cure(case, refusal),
        false => ("Start it.".to_owned(), vec![case.commands().start()]),
    };
    let mut finding = finding(
        CHECK.id,
        CHECK.severity,
        format!("{} {so}, and no Gateway runs", service.name),
    )
    .detail(format!("Nothing is listening on the Gateway's port.{meaning}{said}"))
    .at(
        service.exec.place.as_ref(),
        format!("{} ({}), {}", state.active, state.sub, state.enabled),
    );
    if let Some(status) = status {
        finding = finding.seen(format!("last {}", exit_words(state, status)));
    }
    finding.fix(text, fix).confirm("%doctor% --wait")
}

/// A start says nothing and starts nothing while a condition of the unit is not met.
fn unmet(case: &CheckContext<'_>, service: &Service, state: &ServiceState) -> Finding {
    let conditions = service
        .systemd
        .settings
        .iter()
        .filter(|one| settings::is_condition(&one.name));
    let conditions: Vec<_> = conditions.take(4).collect();
    let which = match conditions.as_slice() {
        [one] if !one.value.is_empty() => format!("{}={}", one.name, one.value),
        _ => "a condition of the unit".to_owned(),
    };
    let mut told = finding(
        CHECK.id,
        CHECK.severity,
        format!("{} is not started: {which} is not met", service.name),
    )
    .detail("systemd then skips the start without an error, so a start alone changes nothing.")
    .at(
        service.exec.place.as_ref(),
        format!("{} ({}), {}", state.active, state.sub, state.enabled),
    );
    for one in &conditions {
        told = told.at(Some(&one.place), format!("{}={}", one.name, one.value));
    }
    let path = conditions.first().map(|one| one.place.path.as_str());
    let path = path.or(service.definition.as_ref().map(|facts| facts.path.as_str()));
    let open = path.map(|path| edit_by_hand(case, service, path));
    told.fix(
        "Bring what the condition asks for, or take its line out; then start it.",
        open.into_iter()
            .chain(case.daemon_reload())
            .chain([case.commands().start()]),
    )
    .confirm("%doctor% --wait")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, gateway, healthy, state as answer, stop, words};

    #[test]
    fn a_stopped_service_is_told() {
        let mut snapshot = healthy();
        stop(&mut snapshot);
        assert!(words(&findings(&CHECK, &snapshot)[0]).contains("openclaw gateway start"));
        let state = answer(&mut snapshot);
        (state.active, state.exit_status) = ("failed".into(), Some(78));
        let text = words(&findings(&CHECK, &snapshot)[0]);
        assert!(
            text.contains("has failed") && text.contains("refused its configuration"),
            "{text}"
        );
    }

    #[test]
    fn a_condition_that_keeps_it_from_starting_is_named() {
        let mut snapshot = healthy();
        stop(&mut snapshot);
        answer(&mut snapshot).condition_unmet = true;
        let setting = crate::model::snapshot::Setting {
            name: "ConditionPathExists".to_owned(),
            value: "/mnt/keys".to_owned(),
            place: crate::model::snapshot::Place::line(crate::checks::testkit::UNIT_PATH, 3),
        };
        snapshot.services.services[0].systemd.settings.push(setting);
        let text = words(&findings(&CHECK, &snapshot)[0]);
        for part in ["ConditionPathExists=/mnt/keys is not met", "daemon-reload", "start"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn another_profiles_gateway_does_not_silence_it() {
        let mut snapshot = healthy();
        stop(&mut snapshot);
        let mut other = snapshot.services.services[0].clone();
        other.name = "openclaw-gateway-work.service".to_owned();
        let mut process = gateway(7);
        process.unit = Some(other.name.clone());
        snapshot.services.services.push(other);
        snapshot.processes.gateways.push(process);
        assert_eq!(findings(&CHECK, &snapshot).len(), 1);
    }

    #[test]
    fn a_gateway_by_hand_or_a_better_answer_silences_it() {
        let mut snapshot = healthy();
        stop(&mut snapshot);
        snapshot.processes.gateways.push(gateway(7));
        assert!(findings(&CHECK, &snapshot).is_empty());
        stop(&mut snapshot);
        snapshot.services.services[0].exec.program_exists = Some(false);
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
