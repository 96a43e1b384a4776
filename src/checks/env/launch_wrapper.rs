//! `launch-wrapper`: a program before OpenClaw decides what the next start has.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::edited_copies;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity, ViewState};
use crate::model::snapshot::{Link, LinkKind, Offer, OfferStatus, Place};
use crate::resolve::{self, ResolvedKey};

pub(crate) const CHECK: Check = Check {
    id: "launch-wrapper",
    title: "nothing before OpenClaw decides which keys it gets",
    group: Group::Environment,
    severity: Severity::Info,
    needs: &[Need::Service, Need::Definition],
    causes: &[],
    docs: "The service does not start Node directly: a wrapper script, a login shell or a tool such as `op run` runs \
first and may add variables that no file shows. The doctor reads such a script and never runs it, so what the next \
start has of these keys is unknown. What the running Gateway has is seen in its processes.\n\n\
Fix: none is needed. If a key is missing after a start, look into the wrapper first.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(service) = case.service() else {
        return Vec::new();
    };
    let depends = |state| state == ViewState::Unknown;
    let open: Vec<(&ResolvedKey, &Link)> = case
        .needed()
        .filter(|key| depends(key.report.views.next_start.state))
        .filter_map(|key| Some((key, resolve::open_link(case.snapshot, key.name())?)))
        .collect();
    let Some(&(_, link)) = open.first() else {
        return Vec::new();
    };
    let start = case.snapshot.views.next_start.get();
    let copy = |key: &ResolvedKey| -> Option<&Offer> {
        edited_copies(start?, key.name()).find(|offer| offer.status == OfferStatus::Wins)
    };
    let of_link = || open.iter().filter(|(_, other)| other == &link).map(|(key, _)| *key);
    let alone: Vec<&str> = of_link()
        .filter(|key| copy(key).is_none())
        .map(ResolvedKey::name)
        .collect();
    // What the running Gateway was given beside such a file is told by env-shadowed-by-service.
    let beside: Vec<&ResolvedKey> = of_link()
        .filter(|key| copy(key).is_some() && resolve::given_by_link(case.snapshot, key.name()).is_none())
        .collect();
    let program = case.tilde(&link.program);
    let beside_names: Vec<&str> = beside.iter().map(|key| key.name()).collect();
    let title = match (alone.is_empty(), beside.first()) {
        (false, _) => format!("Only {program} can give the Gateway {}", alone.join(", ")),
        (true, Some(_)) => format!(
            "{program} may set {} before OpenClaw reads any file",
            beside_names.join(", ")
        ),
        (true, None) => return Vec::new(),
    };
    let mut found = finding(CHECK.id, CHECK.severity, title)
        .detail(format!(
            "{} runs it before OpenClaw. The doctor does not run it, so what the next start has is not known.",
            service.name
        ))
        .at(service.exec.place.as_ref(), format!("starts {program}"));
    for key in &beside {
        if let Some(copy) = copy(key) {
            let said = format!("counts for {} when {program} does not set it", key.name());
            found = found.at(copy.place.as_ref(), said);
        }
    }
    if link.kind == LinkKind::Script {
        for assign in link
            .assigns
            .iter()
            .filter(|assign| of_link().any(|key| key.name() == assign.name))
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
    use crate::checks::testkit::{KEY, bind, findings, healthy, known, set, stop, unset, words};
    use crate::model::snapshot::{Adds, Assignment, Link, Snapshot, Source};

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
        set(
            known(&mut snapshot.views.next_start),
            bind(KEY, "sk-one-two-three", Source::Unit, None),
        );
        assert!(findings(&CHECK, &snapshot).is_empty());
        let mut snapshot = wrapped(LinkKind::Script, "/w");
        snapshot.services.services[0].exec.links[0].adds = Adds::Nothing;
        assert!(findings(&CHECK, &snapshot).is_empty());
        // What it sets after all that is open is known.
        let mut snapshot = wrapped(LinkKind::Script, "/w");
        snapshot.services.services[0].exec.settled = vec![KEY.to_owned()];
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn a_copy_in_dotenv_is_not_called_missing() {
        let mut snapshot = wrapped(LinkKind::Script, "/w");
        let dotenv = Some(Place::line("/home/me/.openclaw/.env", 1));
        set(
            known(&mut snapshot.views.next_start),
            bind(KEY, "sk-one-two-three", Source::DotenvState, dotenv),
        );
        let found = findings(&CHECK, &snapshot);
        let text = words(&found[0]);
        assert!(text.contains("/w may set") && text.contains("counts for"), "{text}");
        assert!(!text.contains("would have to"), "{text}");
    }
}
