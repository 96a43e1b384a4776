//! `start-step-failed`: systemd could not prepare the start, and its exit code names the step.

use super::service_common::{is_active, loops, runtime_gone, state, step_failed};
use super::service_lines::{at, edit_by_hand};
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Scope, Service, Setting};
use crate::platform::systemd::exit_codes::{self, Step};

pub(crate) const CHECK: Check = Check {
    id: "start-step-failed",
    title: "systemd can prepare the start of the service",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Systemd, Need::ServiceState, Need::Definition],
    causes: &[
        "service-not-running",
        "service-crash-loop",
        "gateway-silent",
        "gateway-starting",
    ],
    docs: "Exit codes 200 to 243 are systemd's own: the start failed before the program ran. Each means a step, such \
as CHDIR (200), EXEC (203), GROUP (216), USER (217), NAMESPACE (226) or CREDENTIALS (243), and so for a directive of the \
unit. A command of ExecStartPre= that fails has no such code; its line is named. `Type=notify`, `forking` and `dbus` wait for \
what OpenClaw never does.\n\nFix: correct the directive in the line that is shown, then `daemon-reload`, `reset-failed` and start.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some((service, state)) = case.service().and_then(|service| Some((service, state(service)?))) else {
        return Vec::new();
    };
    if let Some(line) = waits_for_a_word(service).filter(|_| state.active != "active") {
        return vec![never_ready(case, service, line)];
    }
    let troubled = state.active == "failed" || loops(service) || (state.active == "activating" && !is_active(state));
    let of_code = state.exit_status.and_then(exit_codes::step);
    let has_lines = |step: &Step| service.systemd.settings.iter().any(|one| step.is_about(&one.name));
    let control = Some(exit_codes::CONTROL).filter(|step| step_failed(state) && has_lines(step));
    let step = of_code.or(control).filter(|_| troubled);
    match step {
        // A program that is gone has a finding of its own.
        Some(step) if !(step.word == "EXEC" && runtime_gone(service)) => {
            vec![found(case, service, &step, state.exit_status.unwrap_or_default())]
        }
        _ => Vec::new(),
    }
}

/// The line `Type=` under which systemd waits for what OpenClaw does not do: it sends no READY=1, takes no name on the bus and
/// forks no daemon (2026.9.6: with each of them a start ends by its time limit). A program in front of it may do so.
fn waits_for_a_word(service: &Service) -> Option<&Setting> {
    const WAITING: [&str; 4] = ["notify", "notify-reload", "forking", "dbus"];
    let settings = &service.systemd.settings;
    let line = settings.iter().rfind(|one| one.name == "Type")?;
    let alone = service.exec.entry.is_some() && service.exec.links.is_empty();
    (alone && WAITING.contains(&line.value.as_str())).then_some(line)
}

fn never_ready(case: &CheckContext<'_>, service: &Service, line: &Setting) -> Finding {
    let commands = case.commands();
    let title = format!(
        "{} is never ready: Type={} in {}",
        service.name,
        line.value,
        at(case, &line.place)
    );
    finding(CHECK.id, CHECK.severity, title)
        .detail(
            "With this Type= systemd waits for the program to say that it is ready, or to go to the background. OpenClaw does \
             neither, so systemd ends it when its time for a start is over, however well it runs.",
        )
        .at(Some(&line.place), format!("Type={}", line.value))
        .fix(
            "Write Type=simple, or take the line out, then start the Gateway.",
            [edit_by_hand(case, service, &line.place.path)]
                .into_iter()
                .chain(case.daemon_reload())
                .chain(commands.reset_failed())
                .chain([commands.start()]),
        )
}

fn found(case: &CheckContext<'_>, service: &Service, step: &Step, status: i32) -> Finding {
    let lines: Vec<&Setting> = service
        .systemd
        .settings
        .iter()
        .filter(|one| step.is_about(&one.name))
        .collect();
    let first = lines
        .iter()
        .min_by_key(|one| step.directives.iter().position(|name| *name == one.name));
    let title = match first {
        Some(line) => format!(
            "{} cannot start: {}= in {} fails",
            service.name,
            line.name,
            at(case, &line.place)
        ),
        None => format!("{} cannot start: {}", service.name, step.what),
    };
    let mut finding = finding(CHECK.id, CHECK.severity, title).detail(match *step == exit_codes::CONTROL {
        true => format!("systemd ended the start: {}.", step.what),
        false => format!(
            "systemd ended the start at step {} (exit status {status}): {}. OpenClaw itself never ran.",
            step.word, step.what
        ),
    });
    for line in lines.iter().take(4) {
        let shown = if line.value.is_empty() { "…" } else { &line.value };
        finding = finding.at(Some(&line.place), format!("{}={shown}", line.name));
    }
    if lines.is_empty() {
        finding = finding.at(
            service.exec.place.as_ref(),
            format!("exit status {status}/{}", step.word),
        );
    }
    let commands = case.commands();
    let repair = first.map(|line| repair(case, service, line));
    let look = first.is_none().then(|| commands.logs());
    finding.fix(
        match first {
            Some(line) => format!("Correct {}= or what it names, then start the Gateway.", line.name),
            None => "The log names what is wrong; correct it, then start the Gateway.".to_owned(),
        },
        look.into_iter()
            .chain(repair)
            .chain(case.daemon_reload())
            .chain(commands.reset_failed())
            .chain([commands.start()]),
    )
}

/// A working directory of the user's own can be made; everything else is a question for its owner.
fn repair(case: &CheckContext<'_>, service: &Service, line: &Setting) -> String {
    let home = &case.snapshot.host.home;
    let path = line.value.trim_start_matches('-');
    let below_home = path
        .strip_prefix(home.as_str())
        .is_some_and(|rest| rest.starts_with('/'));
    if line.name == "WorkingDirectory" && service.scope == Scope::User && below_home {
        return format!("mkdir -p {}", shell_quote(&case.tilde(path)));
    }
    edit_by_hand(case, service, &line.place.path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{UNIT_PATH, findings, healthy, state as answer, stop, words};
    use crate::model::snapshot::{Place, Snapshot};

    fn failed(status: i32, name: &str, value: &str) -> Snapshot {
        let mut snapshot = healthy();
        stop(&mut snapshot);
        let state = answer(&mut snapshot);
        (state.active, state.result, state.exit_status) = ("failed".into(), "exit-code".into(), Some(status));
        snapshot.services.services[0].systemd.settings.push(Setting {
            name: name.to_owned(),
            value: value.to_owned(),
            place: Place::line(UNIT_PATH, 8),
        });
        snapshot
    }

    #[test]
    fn the_directive_and_its_line_are_named() {
        for (status, name, value, part) in [
            (200, "WorkingDirectory", "/home/me/gone", "mkdir -p ~/gone"),
            (217, "User", "nobody-here", "step USER"),
            (226, "BindPaths", "/gone", "step NAMESPACE"),
            (243, "LoadCredential", "", "step CREDENTIALS"),
            (0, "ExecStartPre", "", "ExecStartPre="),
        ] {
            let text = words(&findings(&CHECK, &failed(status, name, value))[0]);
            assert!(
                text.contains(part) && text.contains("openclaw-gateway.service:8"),
                "{part}: {text}"
            );
        }
    }

    #[test]
    fn a_type_that_waits_is_told_while_the_service_is_not_up() {
        for (value, active, told) in [
            ("notify", "failed", true),
            ("notify-reload", "activating", true),
            ("forking", "inactive", true),
            ("dbus", "failed", true),
            ("notify", "active", false),
            ("simple", "failed", false),
            ("exec", "activating", false),
        ] {
            let mut snapshot = failed(0, "Type", value);
            answer(&mut snapshot).active = active.to_owned();
            let found = findings(&CHECK, &snapshot);
            assert_eq!(!found.is_empty(), told, "{value} {active}");
            assert!(
                found
                    .iter()
                    .all(|one| words(one).contains("openclaw-gateway.service:8"))
            );
        }
        // A script in front of it may say so itself.
        let mut wrapped = failed(0, "Type", "notify");
        wrapped.services.services[0].exec.links = vec![crate::model::snapshot::Link {
            kind: crate::model::snapshot::LinkKind::Script,
            program: "/usr/local/bin/run".to_owned(),
            adds: crate::model::snapshot::Adds::Unknown,
            assigns: Vec::new(),
        }];
        assert!(findings(&CHECK, &wrapped).is_empty());
    }

    #[test]
    fn codes_of_openclaw_and_services_that_run_are_not() {
        assert!(findings(&CHECK, &failed(78, "User", "x")).is_empty());
        assert!(findings(&CHECK, &failed(0, "User", "x")).is_empty());
        let mut runs = failed(217, "User", "x");
        answer(&mut runs).active = "active".to_owned();
        assert!(findings(&CHECK, &runs).is_empty());
    }
}
