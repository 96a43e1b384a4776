//! `service-crash-loop`: the service restarts again and again.

use super::service_common::{exit_words, is_active, last_log_line, loops, state};
use crate::checks::check::{Case, Check, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{Service, ServiceState};

/// Restarts and age that make a service which is up for the moment look like one that loops.
const MANY: u32 = 10;
const YOUNG: i64 = 60;

pub(crate) const CHECK: Check = Check {
    id: "service-crash-loop",
    title: "the service does not restart again and again",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::ServiceState],
    causes: &["service-not-running", "gateway-starting", "gateway-silent"],
    docs: "The manager starts the Gateway, it ends, the manager starts it again. Each start takes some 20 seconds of \
processor time, and nobody is served. The usual causes are a config that the release refuses (status 78), a secret \
that cannot be resolved, a program that is gone (status 203), or a port that another program holds.\n\n\
Fix: read the last lines of the log, mend the cause, clear the failed state and start again.",
    run,
};

fn run(case: &Case<'_>) -> Vec<Finding> {
    let Some(service) = case.service() else {
        return Vec::new();
    };
    let Some(state) = state(service) else {
        return Vec::new();
    };
    if loops(service) {
        vec![found(case, service, state, CHECK.severity)]
    } else if is_active(state) && state.restarts >= MANY && just_started(case) {
        vec![found(case, service, state, Severity::Warning).certainty(Certainty::Likely)]
    } else {
        Vec::new()
    }
}

/// Between two ends a looping service looks as if it were up.
fn just_started(case: &Case<'_>) -> bool {
    let age = case.process().and_then(|process| case.age(process));
    age.is_some_and(|age| age < YOUNG) && case.snapshot.processes.port_owner.is_none()
}

fn found(case: &Case<'_>, service: &Service, state: &ServiceState, severity: Severity) -> Finding {
    let title = if state.result == "start-limit-hit" {
        format!(
            "{} failed so often that its manager gave up to restart it",
            service.name
        )
    } else {
        format!(
            "{} restarts again and again ({} restarts so far)",
            service.name, state.restarts
        )
    };
    let log = last_log_line(case.snapshot);
    let said = log.map_or(String::new(), |line| format!(" The last line of its log: {line}"));
    let commands = case.commands();
    let mut finding = finding(CHECK.id, severity, title)
        .detail(format!(
            "The Gateway ends right after each start, so it serves nobody.{said}"
        ))
        .at(
            service.exec.place.as_ref(),
            format!("{} ({}), {} restarts", state.active, state.sub, state.restarts),
        );
    if let Some(status) = state.exit_status.filter(|status| *status != 0) {
        finding = finding.seen(format!("last {}", exit_words(status)));
    }
    let fix = [Some(commands.logs()), commands.reset_failed(), Some(commands.start())];
    let mut fix: Vec<String> = fix.into_iter().flatten().collect();
    fix.dedup();
    finding.fix(
        "Mend what the log names (other findings here may say it already); then clear the failed state and start the \
         Gateway.",
        fix,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{findings, healthy, mac, state as answer, stop, words};
    use crate::model::snapshot::Snapshot;

    fn looping() -> Snapshot {
        let mut snapshot = healthy();
        stop(&mut snapshot);
        let state = answer(&mut snapshot);
        state.active = "activating".to_owned();
        state.sub = "auto-restart".to_owned();
        state.restarts = 1642;
        state.exit_status = Some(78);
        snapshot
    }

    #[test]
    fn a_loop_is_told_with_its_numbers() {
        let mut snapshot = looping();
        snapshot.log_tail = Fact::known(vec!["Gateway failed to start: no".to_owned(), String::new()]);
        let text = words(&findings(&CHECK, &snapshot)[0]);
        for part in [
            "1642 restarts",
            "exit status 78",
            "no",
            "journalctl --user -u openclaw-gateway.service",
            "reset-failed",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        mac(&mut snapshot);
        assert_eq!(findings(&CHECK, &snapshot).len(), 1);
    }

    #[test]
    fn a_manager_that_gave_up_counts() {
        let mut snapshot = looping();
        let state = answer(&mut snapshot);
        (state.active, state.sub, state.result) = ("failed".into(), "failed".into(), "start-limit-hit".into());
        assert!(words(&findings(&CHECK, &snapshot)[0]).contains("gave up"));
    }

    #[test]
    fn one_planned_restart_is_no_loop() {
        let mut snapshot = looping();
        let state = answer(&mut snapshot);
        (state.restarts, state.exit_status) = (1, Some(0));
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
