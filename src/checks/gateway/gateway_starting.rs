//! `gateway-starting`: the Gateway's start is not over.

use crate::checks::check::{Check, CheckContext, Group};
use crate::checks::finding::{FindingExt, finding};
use crate::checks::service::service_common::loops;
use crate::model::report::{Finding, Severity};
use crate::resolve::start::{self, Sign, Start};

pub(crate) const CHECK: Check = Check {
    id: "gateway-starting",
    title: "the Gateway has finished its start",
    group: Group::Gateway,
    severity: Severity::Info,
    needs: &[],
    causes: &["gateway-silent"],
    docs: "systemd and launchd call a service running as soon as its process exists. The Gateway then loads its \
plugins, which takes some 25 seconds on a small machine and more than a minute where a provider package is looked up \
first; only then does it listen. This is normal, and on a busy or small machine it can take minutes. A start that takes longer than \
two minutes and goes on (its log has a line of the last minute, it uses the processor, or it answers that it is starting) \
is a warning, and no restart: that would begin the same start again.\n\n\
Fix: wait; `%doctor% --wait` waits until the Gateway is ready.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    if case.service().is_some_and(loops) {
        return Vec::new();
    }
    let Some(process) = case.process() else {
        return Vec::new();
    };
    let port = case.snapshot.processes.port.unwrap_or_default();
    match start::of(case.snapshot) {
        Some(Start::Usual { age, says_so }) => {
            let now = match says_so {
                true => "it answers that it is starting".to_owned(),
                false => format!("nothing answers on port {port}"),
            };
            vec![found(
                CHECK.severity,
                format!("The Gateway is still starting ({age} s old)"),
                "A start can take a minute or two; this is normal. Clients are served when it is over.",
                format!("pid {} was started {age} s ago, and {now}", process.pid),
            )]
        }
        Some(Start::Slow { age, sign }) => {
            let detail = match sign {
                Sign::Answer if age >= start::LONG => {
                    "It answers, and says that it is starting: something that it waits for does not come. Its log names the \
                     last step."
                }
                _ => "A busy or small machine needs longer. A restart would only begin the same start again.",
            };
            let goes_on = match sign {
                Sign::Answer => "it answers that it is starting".to_owned(),
                Sign::LogLine(ago) => format!("the last line of its log is {ago} s old"),
                Sign::Processor => "it uses the processor".to_owned(),
            };
            let severity = if age >= start::LONG {
                Severity::Error
            } else {
                Severity::Warning
            };
            let slow = found(
                severity,
                format!("The Gateway has been starting for {} min", age / 60),
                detail,
                format!("pid {} was started {age} s ago, and {goes_on}", process.pid),
            );
            vec![match age >= start::LONG {
                true => slow.fix("Look into its log for the step it is at.", [case.commands().logs()]),
                false => slow,
            }]
        }
        Some(Start::Unsure) | None => Vec::new(),
    }
}

fn found(severity: Severity, title: String, detail: &str, seen: String) -> Finding {
    finding(CHECK.id, severity, title)
        .detail(detail)
        .seen(seen)
        .fix("Wait until it is ready.", ["%doctor% --wait"])
        .confirm("%doctor% --wait")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{NOW, findings, healthy, words};
    use crate::ping::verdict::Word;

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

    #[test]
    fn a_gateway_that_says_it_is_starting_is_told_at_every_age() {
        for (age, severity) in [(5, Severity::Info), (130, Severity::Warning), (4000, Severity::Error)] {
            let mut snapshot = healthy();
            snapshot.processes.gateways[0].started_ms = Some((NOW - age) * 1000);
            snapshot.pings.gateway = Some(Word::Starting.verdict(Vec::new()));
            let found = findings(&CHECK, &snapshot);
            assert_eq!(
                found.iter().map(|found| found.severity).collect::<Vec<_>>(),
                [severity],
                "{age}"
            );
            let commands = &found[0].remedy.as_ref().unwrap().commands;
            assert!(
                commands.iter().all(|command| !command.contains("restart")),
                "{commands:?}"
            );
        }
    }
}
