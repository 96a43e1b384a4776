//! `key-file-variable`: `KEY_FILE` names a file with the key, which OpenClaw does not read.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{lacks, next_start_has};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::resolve::{self, ResolvedKey};

pub(crate) const CHECK: Check = Check {
    id: "key-file-variable",
    title: "no needed key is only in a file that KEY_FILE names",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &[
        "key-missing-everywhere",
        "key-in-unread-file",
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "cf-provider-key-rejected",
    ],
    docs: "Docker and Compose secrets are files, and many images read a variable KEY_FILE that names one. OpenClaw does \
not: it reads KEY itself, from its environment or a `.env`.\n\n\
Fix: put the key into the `.env` of the state directory, or into a SecretRef of the config with source `file`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    case.needed()
        .filter(|key| lacks(case, key) && !next_start_has(key))
        .filter(|key| names_a_file(case, key.name()))
        .map(|key| found(case, key))
        .collect()
}

fn variable(name: &str) -> String {
    format!("{name}_FILE")
}

/// Whether the Gateway, or the shell where there is none, has the variable with a value.
fn names_a_file(case: &CheckContext<'_>, name: &str) -> bool {
    let wanted = variable(name);
    let views = &case.snapshot.views;
    let traces = [
        views.running.get(),
        views.next_start.get(),
        views.shell.get().filter(|_| !case.has_daemon()),
    ];
    let initial = case.process().and_then(|process| process.initial.get());
    let given = initial.is_some_and(|all| all.iter().any(|one| one.name == wanted && !one.value.is_blank()));
    let bound = traces
        .into_iter()
        .flatten()
        .filter_map(|trace| trace.find(&wanted).seen());
    given || bound.into_iter().any(|one| !one.value.is_blank())
}

fn found(case: &CheckContext<'_>, key: &ResolvedKey) -> Finding {
    let name = key.name();
    let wanted = variable(name);
    let in_shell = case
        .snapshot
        .views
        .shell
        .get()
        .is_some_and(|trace| trace.find(&wanted).seen().is_some());
    let put = match in_shell {
        true => {
            let file = format!("{}/.env", case.state_dir());
            format!("printf '{name}=%s\\n' \"$(cat \"${wanted}\")\" >> {file} && chmod 600 {file}")
        }
        false => case.put_in_dotenv(name),
    };
    let by = resolve::start_trace(case.snapshot)
        .and_then(|trace| trace.config.refs.iter().find(|reference| reference.name == name))
        .and_then(|reference| reference.place.as_ref());
    finding(
        CHECK.id,
        CHECK.severity,
        format!("{wanted} is set, and OpenClaw reads {name} alone"),
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail(format!(
        "{wanted} names a file with the key. OpenClaw does not follow it, so {} has no key.",
        case.gateway_name()
    ))
    .at(by, "refers to it")
    .fix(
        format!("Put the key itself into {} and restart the Gateway.", case.dotenv()),
        [put, case.commands().apply_dotenv()],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{KEY, bind, findings, healthy, known, set, unset, words};
    use crate::model::snapshot::{Snapshot, Source};

    fn by_file() -> Snapshot {
        let mut snapshot = healthy();
        snapshot.processes.gateways[0].witness = crate::base::fact::Fact::Absent;
        for view in [&mut snapshot.views.running, &mut snapshot.views.next_start] {
            unset(known(view), KEY);
            set(
                known(view),
                bind(&variable(KEY), "/run/secrets/cf", Source::Process, None),
            );
        }
        snapshot
    }

    #[test]
    fn the_variable_and_the_file_of_the_gateway_are_named() {
        let found = findings(&CHECK, &by_file());
        assert_eq!(found.len(), 1);
        assert!(words(&found[0]).contains(&variable(KEY)));
        assert!(findings(&CHECK, &healthy()).is_empty());
    }
}
