//! `key-unset-by-unit`: `UnsetEnvironment=`, or a program of `ExecStart=`, takes a key away that another source gives.

use super::service_lines::{apply, at, lacking, passed_over, sed};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity, ViewState};
use crate::model::snapshot::{PassedKind, PassedOver, Place, Service};
use crate::resolve::{self, ResolvedKey};

pub(crate) const CHECK: Check = Check {
    id: "key-unset-by-unit",
    title: "the unit takes no needed key away",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Systemd, Need::NextStart],
    causes: &[
        "managed-key-removed",
        "key-missing-everywhere",
        "key-only-in-shell",
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "daemon-env-outdated",
        "cf-provider-key-missing",
        "cf-provider-key-rejected",
    ],
    docs: "`UnsetEnvironment=` is applied last: it takes a variable away that `Environment=`, an EnvironmentFile or the \
manager gives, in whichever file those are. What OpenClaw reads itself, such as the `.env` of the state directory, comes \
after that and is not touched. `env -i`, `su -l`, `sudo` and `setpriv --reset-env` in `ExecStart=` begin with an empty \
environment: nothing that the unit sets passes them.\n\n\
Fix: take the name out of the `UnsetEnvironment=` line, or put the key into the `.env` of the state directory.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(service) = case.service() else {
        return Vec::new();
    };
    let mut told = Vec::new();
    for one in passed_over(case) {
        let named = |name: &str| one.names.iter().any(|known| known.name == name);
        match &one.kind {
            PassedKind::Unset => {
                let key = lacking(case, named);
                told.extend(key.map(|key| found(case, service, one, key.name())));
            }
            PassedKind::Launcher { program } => {
                let keys = case.needed().filter(|key| named(key.name()) && arrives_not(case, key));
                told.extend(keys.map(|key| by_program(case, one, program, key.name())));
            }
            _ => {}
        }
    }
    told
}

/// Whether the next start is known to lack a key, or the last one did: what a login shell brings is not known before.
fn arrives_not(case: &CheckContext<'_>, key: &ResolvedKey) -> bool {
    let next = case.snapshot.views.next_start.get();
    let lacks = next.is_some_and(|trace| trace.find(key.name()).lacks());
    let ran = resolve::own_process(case.snapshot).is_some();
    lacks || ran && matches!(key.report.views.running.state, ViewState::Unset | ViewState::Removed)
}

/// The rest of the unit cannot mend this: what it sets does not pass the program.
fn by_program(case: &CheckContext<'_>, one: &PassedOver, program: &str, key: &str) -> Finding {
    let place = at(case, &one.place);
    let told = finding(
        CHECK.id,
        CHECK.severity,
        format!("`{program}` in {place} takes {key} away"),
    )
    .subject(key)
    .detail("The unit sets it, and this program stands between the unit and OpenClaw.")
    .at(Some(&one.place), one.what.clone());
    with_source(told, one, key).fix(
        format!("Put {key} into {}, which OpenClaw reads itself.", case.dotenv()),
        [case.put_in_dotenv(key), case.commands().restart()],
    )
}

/// Adds the line that sets what is taken away.
fn with_source(finding: Finding, one: &PassedOver, key: &str) -> Finding {
    let Some(file) = one.file.as_deref().filter(|file| file.starts_with('/')) else {
        return finding;
    };
    let line = one.names.first().map(|known| known.line).filter(|line| *line > 0);
    let set = line.map_or_else(|| Place::file(file), |line| Place::line(file, line));
    finding.at(Some(&set), format!("sets {key}"))
}

fn found(case: &CheckContext<'_>, service: &Service, one: &PassedOver, key: &str) -> Finding {
    let line = one.place.line.unwrap_or(1);
    let place = at(case, &one.place);
    let told = finding(
        CHECK.id,
        CHECK.severity,
        format!("UnsetEnvironment= in {place} takes {key} away"),
    )
    .subject(key)
    .detail(format!(
        "systemd applies it last, so {} starts without {key} although it is set.",
        service.name
    ))
    .at(Some(&one.place), one.what.clone());
    // The word alone, with or without a value or quotes, on this line or those that `\` joins to it; and the line where
    // nothing else is on it.
    // `\x27` is the quote, and `[\]` the backslash, which fish too leaves alone in quotes.
    let script = format!(
        "{line}{{:a;/[\\]$/{{N;ba}};s/\\([=[:space:]]\\)[\"\\x27]\\{{0,1\\}}{key}\\(=[^\"\\x27[:space:]]*\\)\\{{0,1\\}}[\"\\x27]\\{{0,1\\}}\\([[:space:]]\\|$\\)/\\1\\3/;/^[^=]*=[[:space:]]*$/d}}"
    );
    with_source(told, one, key).fix(
        format!("Take {key} out of that line."),
        [sed(case, service, &one.place.path, &script)]
            .into_iter()
            .chain(apply(case)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{KEY, UNIT_PATH, findings, healthy, lose_key, words};
    use crate::model::snapshot::{Assignment, Snapshot};

    fn unset(name: &str) -> Snapshot {
        let mut snapshot = healthy();
        lose_key(&mut snapshot, KEY);
        snapshot.services.services[0].systemd.passed_over.push(PassedOver {
            kind: PassedKind::Unset,
            place: Place::line(UNIT_PATH, 9),
            file: Some("/home/me/k.env".to_owned()),
            names: vec![Assignment {
                name: name.to_owned(),
                line: 2,
                exported: true,
            }],
            what: format!("`UnsetEnvironment={name}` takes it away, whoever sets it"),
        });
        snapshot
    }

    #[test]
    fn a_needed_key_that_is_taken_away_is_told_with_both_lines() {
        let text = words(&findings(&CHECK, &unset(KEY))[0]);
        assert!(
            text.contains("openclaw-gateway.service:9") && text.contains("/home/me/k.env"),
            "{text}"
        );
        assert!(text.contains("systemctl --user daemon-reload"), "{text}");
        assert!(text.contains("sed -i '9{:a;/[\\]$/{N;ba};s/"), "{text}");
    }

    #[test]
    fn what_a_program_before_openclaw_takes_away_is_told_with_both_lines() {
        for program in ["env -i", "su -l", "setpriv"] {
            let mut snapshot = unset(KEY);
            let one = &mut snapshot.services.services[0].systemd.passed_over[0];
            one.kind = PassedKind::Launcher {
                program: program.to_owned(),
            };
            let text = words(&findings(&CHECK, &snapshot)[0]);
            for part in [
                program,
                "openclaw-gateway.service:9",
                "/home/me/k.env",
                "~/.openclaw/.env",
            ] {
                assert!(text.contains(part), "{part}: {text}");
            }
            assert!(!text.contains("sed -i '9"), "{text}");
        }
    }

    #[test]
    fn other_names_and_keys_that_arrive_elsewhere_are_not() {
        assert!(findings(&CHECK, &unset("OTHER_KEY")).is_empty());
        let mut arrives = unset(KEY);
        arrives.views.next_start = healthy().views.next_start;
        assert!(findings(&CHECK, &arrives).is_empty());
    }
}
