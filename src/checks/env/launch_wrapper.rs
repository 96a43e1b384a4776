//! `launch-wrapper`: a program before OpenClaw decides what the next start has.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity, ViewState};
use crate::model::snapshot::{LinkKind, Place};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "launch-wrapper",
    title: "nothing before OpenClaw decides which keys it gets",
    group: Group::Environment,
    severity: Severity::Info,
    needs: &[Need::Service],
    causes: &[],
    docs: "The service does not start Node directly: a wrapper script, a login shell or a tool such as `op run` runs \
first and may add variables that no file shows. The doctor reads such a script and never runs it, so what the next \
start has of these keys is unknown. What the running Gateway has is seen in its processes.\n\n\
Nothing has to be done. If a key is missing after a start, look into the wrapper first.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let (Some(service), Some(link)) = (case.service(), resolve::open_link(case.snapshot)) else {
        return Vec::new();
    };
    let depends = |state| state == ViewState::Unknown;
    let keys: Vec<&str> = case
        .needed()
        .filter(|key| depends(key.report.views.next_start.state))
        .map(|key| key.name())
        .collect();
    if keys.is_empty() {
        return Vec::new();
    }
    let program = case.tilde(&link.program);
    let mut found = finding(
        CHECK.id,
        CHECK.severity,
        format!("{program} would have to bring {}", keys.join(", ")),
    )
    .detail(format!(
        "{} runs it before OpenClaw. It was read, not run, so what the next start has is not known.",
        service.name
    ))
    .at(service.exec.place.as_ref(), format!("starts {program}"));
    if link.kind == LinkKind::Script {
        for assign in link
            .assigns
            .iter()
            .filter(|assign| keys.contains(&assign.name.as_str()))
        {
            let verb = if assign.exported { "exports" } else { "assigns" };
            found = found.at(
                Some(&Place::line(link.program.clone(), assign.line)),
                format!("{verb} {}", assign.name),
            );
        }
    }
    vec![found]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{KEY, findings, healthy, known, stop, unset, words};
    use crate::model::snapshot::{Adds, Assignment, Link, Snapshot};

    fn wrapped(kind: LinkKind, program: &str) -> Snapshot {
        let mut snapshot = healthy();
        stop(&mut snapshot);
        unset(known(&mut snapshot.views.next_start), KEY);
        snapshot.services.services[0].exec.links.push(Link {
            kind,
            program: program.to_owned(),
            adds: Adds::Unknown,
            assigns: vec![Assignment {
                name: KEY.to_owned(),
                line: 2,
                exported: true,
            }],
        });
        snapshot
    }

    #[test]
    fn the_wrapper_of_a_stopped_service_is_named() {
        for (kind, program) in [
            (LinkKind::Script, "/home/me/bin/claw"),
            (LinkKind::SecretTool, "op run"),
            (LinkKind::LoginShell, "bash -lc"),
        ] {
            let found = findings(&CHECK, &wrapped(kind, program));
            assert_eq!(found.len(), 1, "{program}");
            let text = words(&found[0]);
            assert!(
                text.contains(&program.replace("/home/me", "~")) && text.contains(KEY),
                "{text}"
            );
        }
    }

    #[test]
    fn a_key_that_a_known_source_binds_does_not_depend_on_it() {
        let mut snapshot = wrapped(LinkKind::Script, "/w");
        snapshot.views.next_start = healthy().views.next_start;
        assert!(findings(&CHECK, &snapshot).is_empty());
        let mut snapshot = wrapped(LinkKind::Script, "/w");
        snapshot.services.services[0].exec.links[0].adds = Adds::Nothing;
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
