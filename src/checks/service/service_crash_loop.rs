//! `service-crash-loop`: the service restarts again and again.

use super::last_words;
use super::service_common::{exit_words, is_active, loops, state, step_failed};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{Service, ServiceState};

/// Restarts that make a service which is up for the moment look like one that loops.
const MANY: u32 = 1;
/// Up to this age nothing listens yet while a start goes well.
const YOUNG: i64 = crate::resolve::start::USUAL;
/// Ends in the last lines of the log that prove a loop.
const ENDS: usize = 2;

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

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(service) = case.service() else {
        return Vec::new();
    };
    let Some(state) = state(service) else {
        return Vec::new();
    };
    if loops(service) {
        vec![found(case, service, state, CHECK.severity)]
    } else if is_active(state) && state.restarts >= MANY && just_started(case) {
        // The manager counts planned restarts, too; the log knows how they ended.
        let refused = last_words::refusal(case.snapshot).is_some();
        match refused || last_words::ends(case.snapshot) >= ENDS {
            true => vec![found(case, service, state, CHECK.severity)],
            false => vec![found(case, service, state, Severity::Warning).certainty(Certainty::Likely)],
        }
    } else {
        Vec::new()
    }
}

/// Between two ends a looping service looks as if it were up.
fn just_started(case: &CheckContext<'_>) -> bool {
    let age = case.process().and_then(|process| case.age(process));
    age.is_some_and(|age| age < YOUNG) && case.snapshot.processes.port_owner.is_none()
}

fn found(case: &CheckContext<'_>, service: &Service, state: &ServiceState, severity: Severity) -> Finding {
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
    let refusal = last_words::refusal(case.snapshot);
    let meaning = refusal.map_or(String::new(), |refusal| format!(" {}", refusal.meaning));
    let words = last_words::last_words(case.snapshot);
    let said = words.map_or(String::new(), |line| format!(" Its last words: {line}"));
    let mut finding = finding(CHECK.id, severity, title)
        .detail(format!(
            "The Gateway ends after each start, so it serves nobody.{meaning}{said}"
        ))
        .at(
            service.exec.place.as_ref(),
            format!("{} ({}), {} restarts", state.active, state.sub, state.restarts),
        );
    if let Some(status) = state.exit_status.filter(|status| *status != 0) {
        finding = finding.seen(format!("last {}", exit_words(state, status)));
    }
    if step_failed(state) {
        finding = finding.seen("a command beside the program failed, such as one of ExecStartPre=");
    }
    let (text, fix) = last_words::cure(case, refusal);
    finding.fix(text, fix)
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
    fn a_loop_is_seen_between_two_slow_ends() {
        let mut snapshot = healthy();
        let state = answer(&mut snapshot);
        state.restarts = 4;
        snapshot.processes.gateways[0].started_ms = Some((snapshot.taken_at - 20) * 1000);
        snapshot.processes.port_owner = None;
        let end = "openclaw-gateway.service: Main process exited, code=exited, status=1/FAILURE".to_owned();
        let said = |lines: &[&String]| Fact::known(lines.iter().map(|line| (*line).clone()).collect::<Vec<_>>());
        let error = "Error: state".to_owned();
        for (lines, severity) in [
            (vec![&error, &end, &error, &end], Severity::Error),
            (vec![&error], Severity::Warning),
        ] {
            snapshot.log_tail = said(&lines);
            let found = findings(&CHECK, &snapshot);
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].severity, severity);
            assert!(words(&found[0]).contains("Its last words: Error: state"));
        }
        snapshot.processes.gateways[0].started_ms = Some((snapshot.taken_at - 3600) * 1000);
        assert!(findings(&CHECK, &snapshot).is_empty(), "an hour is no loop");
    }

    #[test]
    fn a_known_refusal_has_its_cure() {
        let mut snapshot = looping();
        let line = "Auth profile store ~/.openclaw requires legacy credential migration; affected providers: anthropic";
        snapshot.log_tail = Fact::known(vec![line.to_owned()]);
        let found = &findings(&CHECK, &snapshot)[0];
        let commands = &found.remedy.as_ref().unwrap().commands;
        assert_eq!(
            commands[..2],
            [
                "systemctl --user stop openclaw-gateway.service",
                "openclaw doctor --fix"
            ]
        );
    }

    #[test]
    fn a_command_before_the_program_counts() {
        let mut snapshot = looping();
        let state = answer(&mut snapshot);
        (state.restarts, state.exit_status, state.result) = (0, Some(0), "exit-code".into());
        assert!(words(&findings(&CHECK, &snapshot)[0]).contains("ExecStartPre="));
        answer(&mut snapshot).result = "success".into();
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn a_manager_that_gave_up_counts() {
        let mut snapshot = looping();
        let state = answer(&mut snapshot);
        (state.active, state.sub, state.result) = ("failed".into(), "failed".into(), "start-limit-hit".into());
        assert!(words(&findings(&CHECK, &snapshot)[0]).contains("gave up"));
    }

    #[test]
    fn the_first_failed_start_counts() {
        let mut snapshot = looping();
        let state = answer(&mut snapshot);
        (state.restarts, state.exit_status) = (0, Some(1));
        assert_eq!(findings(&CHECK, &snapshot).len(), 1);
    }

    #[test]
    fn one_planned_restart_is_no_loop() {
        let mut snapshot = looping();
        let state = answer(&mut snapshot);
        (state.restarts, state.exit_status) = (1, Some(0));
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
