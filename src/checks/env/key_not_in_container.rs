//! `key-not-in-container`: this host has the key, the Gateway's container does not.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::lacks;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{GatewayProcess, Offer, OfferStatus};
use crate::platform::container;
use crate::resolve::ResolvedKey;

pub(crate) const CHECK: Check = Check {
    id: "key-not-in-container",
    title: "the Gateway's container has the keys that this host has",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Running],
    causes: &[
        "key-only-in-shell",
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "cf-provider-key-missing",
    ],
    docs: "A Gateway in a container reads neither the variables of a shell on its host nor the host's ~/.openclaw/.env, \
unless that folder is mounted. Its variables come from the `.env`, `environment:` and `env_file:` of the Compose project, \
or from the Secret of its pod, when the container is made. A restart of the container keeps the old ones.\n\n\
Fix: put the key into the Compose project's `.env` (and name it under `environment:` where the file lists its variables), \
then `docker compose up -d openclaw-gateway`.\n\n\
Example: the key is in ~/.openclaw/.env of the host; `docker-compose.yml` lies in ~/openclaw, whose `.env` lacks it.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(process) = case.process().filter(|process| process.container.is_some()) else {
        return Vec::new();
    };
    case.needed()
        .filter(|key| lacks(case, key))
        .filter_map(|key| {
            let copies = copies(case, key.name());
            (!copies.is_empty()).then(|| found(case, process, key, &copies))
        })
        .collect()
}

/// Copies that a Gateway started by hand on this host would use.
pub(crate) fn copies<'a>(case: &CheckContext<'a>, name: &str) -> Vec<&'a Offer> {
    let shell = case.snapshot.views.shell.get();
    let offers = shell.into_iter().flat_map(|trace| &trace.offers);
    offers
        .filter(|offer| offer.name == name)
        .filter(|offer| !matches!(offer.status, OfferStatus::Blocked | OfferStatus::Removed))
        .filter(|offer| offer.value.as_ref().is_some_and(|value| !value.is_blank()))
        .collect()
}

fn found(case: &CheckContext<'_>, process: &GatewayProcess, key: &ResolvedKey, copies: &[&Offer]) -> Finding {
    let name = key.name();
    let trace = case.snapshot.views.running.get();
    let own = trace.map_or("its own ~/.openclaw", |trace| trace.state_dir.as_str());
    let again = match case.commands().alone() {
        Some(_) => "restart",
        None => "recreate",
    };
    let mut finding = finding(
        CHECK.id,
        key.severity(),
        format!("{name} is on this host, and the Gateway's container does not have it"),
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail(format!(
        "pid {} runs in {}. It was given its variables when the container was made, and it reads \
         {own}/.env of the container; what this host has does not reach it.",
        process.pid,
        container::called(
            process.container.as_deref().unwrap_or_default(),
            process.contained.as_ref()
        ),
    ))
    .fix(
        format!("Put the key into {}, and {again} the container.", case.dotenv()),
        [case.put_in_dotenv(name), case.commands().restart_after_add()],
    );
    for offer in copies.iter().take(3) {
        let place = case.place(offer.place.as_ref(), offer.source);
        finding = match &offer.place {
            Some(place) => finding.at(Some(place), "the host's own copy"),
            None => finding.seen(format!("the host's own copy: {place}")),
        };
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{KEY, findings, healthy, known, unset, words};
    use crate::model::snapshot::Snapshot;

    fn contained() -> Snapshot {
        let mut snapshot = healthy();
        snapshot.services.services.clear();
        snapshot.services.examined = None;
        snapshot.views.next_start = Fact::Absent;
        let process = &mut snapshot.processes.gateways[0];
        process.container = Some("docker".to_owned());
        process.supervisor = Some("docker".to_owned());
        process.witness = Fact::Absent;
        let running = known(&mut snapshot.views.running);
        running.state_dir = "/home/node/.openclaw".to_owned();
        unset(running, KEY);
        snapshot
    }

    #[test]
    fn the_hosts_copy_and_composes_file_are_named() {
        let mut snapshot = contained();
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found.len(), 1);
        let text = words(&found[0]);
        for part in [
            "/home/node/.openclaw/.env",
            "/home/me/.openclaw/.env",
            ">> .env",
            "docker compose up -d --force-recreate openclaw-gateway",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        // What the fix brings about: the container has it.
        snapshot.views.running = Fact::known(crate::checks::testkit::trace());
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn only_a_container_on_this_host_counts() {
        let mut snapshot = contained();
        snapshot.processes.gateways[0].container = None;
        assert!(findings(&CHECK, &snapshot).is_empty());
        let mut snapshot = contained();
        unset(known(&mut snapshot.views.shell), KEY);
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
