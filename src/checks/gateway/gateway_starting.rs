//! `gateway-starting`: the Gateway is young and not listening yet.

use crate::checks::check::{Check, CheckContext, Group};
use crate::checks::finding::{FindingExt, finding};
use crate::checks::service::service_common::loops;
use crate::model::report::{Finding, Severity};
use crate::platform::principal;

/// How long a start may take: up to two minutes where a provider package is looked up without
/// a network (facts/services.md section 0.6).
pub(crate) const START_LIMIT: i64 = 120;

pub(crate) const CHECK: Check = Check {
    id: "gateway-starting",
    title: "the Gateway has finished its start",
    group: Group::Gateway,
    severity: Severity::Info,
    needs: &[],
    causes: &["gateway-silent"],
    docs: "systemd and launchd call a service running as soon as its process exists. The Gateway then loads its \
plugins, which takes some 25 seconds on a small machine and more than a minute where a provider package is looked up \
first; only then does it listen. This is normal.\n\n\
Fix: wait; `%doctor% --wait` waits until the Gateway is ready.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let processes = &case.snapshot.processes;
    let Some((process, age)) = case.process().and_then(|process| Some((process, case.age(process)?))) else {
        return Vec::new();
    };
    // The port of a process may be the one it was told to have; only the owner shows that it listens.
    // Which one a stranger's is told by its config alone.
    let own = principal::is_own_process(case.snapshot, process);
    let there = (process.port.is_none() && own) || process.port == processes.port;
    let nobody_listens = processes.port.is_some() && processes.port_owner.is_none() && there;
    // A container has ports of its own, which cannot be seen from here.
    let here = process.container.is_none();
    if age >= START_LIMIT || !nobody_listens || !here || case.service().is_some_and(loops) {
        return Vec::new();
    }
    let port = processes.port.unwrap_or_default();
    vec![
        finding(
            CHECK.id,
            CHECK.severity,
            format!("The Gateway is starting: {age} s old, not listening yet"),
        )
        .detail(format!(
            "A start can take a minute or two. Until then nothing answers on port {port}; this is normal."
        ))
        .seen(format!(
            "pid {} was started {age} s ago, and nothing listens on port {port}",
            process.pid
        ))
        .fix("Wait until it is ready.", ["%doctor% --wait"])
        .confirm("%doctor% --wait"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{NOW, findings, healthy, words};

    #[test]
    fn only_a_young_gateway_that_does_not_listen_is_told() {
        for (age, listens, told) in [(5, false, true), (5, true, false), (600, false, false)] {
            let mut snapshot = healthy();
            snapshot.processes.gateways[0].started_ms = Some((NOW - age) * 1000);
            if !listens {
                snapshot.processes.port_owner = None;
            }
            let found = findings(&CHECK, &snapshot);
            assert_eq!(found.len(), usize::from(told), "{age} {listens}");
            assert!(found.iter().all(|found| words(found).contains("starting")));
        }
    }
}
