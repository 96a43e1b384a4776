//! `key-lost-at-next-start`: a Gateway started in a terminal has a key that the next start would lack.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::works_until_restart;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity, ViewState};
use crate::model::snapshot::Source;
use crate::resolve::{self, ResolvedKey};

pub(crate) const CHECK: Check = Check {
    id: "key-lost-at-next-start",
    title: "the next start of the Gateway has the keys that it has now",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::Running, Need::Shell],
    causes: &[],
    docs: "The Gateway has a key, and what it had it from is gone: the line of a file was deleted, or it was started in a \
terminal, with nohup or in tmux, from a shell that had the key. It works until it ends; started again it has no key.\n\n\
Fix: before a restart, put the key into the `.env` of the state directory, which every start reads.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let other = other_value(case);
    of_service(case)
        .into_iter()
        .chain(of_terminal(case))
        .chain(other)
        .collect()
}

/// A service whose sources changed since its start.
fn of_service(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(process) = case.process().filter(|_| resolve::has_next_start(case.snapshot)) else {
        return Vec::new();
    };
    case.needed()
        .filter(|key| key.next_start.is_none() && works_until_restart(case, key))
        .map(|key| {
            let name = key.name();
            // What the shell has instead was tested by nobody; the value that works is the one to be kept.
            let other = key.running.as_ref().zip(key.shell.as_ref());
            let other = other.is_some_and(|(now, own)| !own.is_blank() && !own.same_as(now));
            let (put, warned) = match other {
                true => (
                    case.put_typed_in_dotenv(name),
                    " Your shell has another value, which was not tested: put the running one back, or one that you know to work.",
                ),
                false => (case.put_in_dotenv(name), ""),
            };
            finding(
                CHECK.id,
                CHECK.severity,
                format!("{name} is only in the running Gateway; a restart loses it"),
            )
            .subject(name)
            .certainty(key.report.certainty)
            .detail(format!(
                "pid {} got it from a source that no longer has it. It works until it ends. Do not restart it before the \
                 key is back.",
                process.pid
            ))
            .fix(
                format!("Put the key into {} first; then a restart is safe.{warned}", case.dotenv()),
                [put, case.commands().restart_after_add()],
            )
        })
        .collect()
}

/// A Gateway started by hand, whose next start has the variables of whatever shell it is.
fn of_terminal(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(process) = case.process().filter(|_| !resolve::has_next_start(case.snapshot)) else {
        return Vec::new();
    };
    let own = process.uid == case.snapshot.host.uid;
    let Some(trace) = case.snapshot.views.running.get().filter(|_| own) else {
        return Vec::new();
    };
    case.needed()
        .filter(|key| {
            key.report.views.running.state == ViewState::Set && key.report.views.shell.state == ViewState::Unset
        })
        .filter(|key| {
            trace
                .find(key.name())
                .seen()
                .is_some_and(|found| found.source == Source::Process)
        })
        .filter(|key| case.in_startup_files(key.name()).is_empty())
        .map(|key| {
            finding(
                CHECK.id,
                CHECK.severity,
                format!("{} is only in the running Gateway; its next start lacks it", key.name()),
            )
            .subject(key.name())
            .certainty(key.report.certainty)
            .detail(format!(
                "pid {} got it from the shell it was started in. This shell does not have it, and no file does.",
                process.pid
            ))
            .fix(
                format!("Put the key into {}, which every start reads.", case.dotenv()),
                [case.put_in_dotenv(key.name())],
            )
        })
        .collect()
}

/// A Gateway started by hand with another value than a start from here has.
fn other_value(case: &CheckContext<'_>) -> Vec<Finding> {
    let by_hand = case.process().filter(|_| !resolve::has_next_start(case.snapshot));
    let Some(process) = by_hand.filter(|process| process.uid == case.snapshot.host.uid && process.container.is_none())
    else {
        return Vec::new();
    };
    let initial = process.initial.get().map(Vec::as_slice).unwrap_or_default();
    let differs = |key: &&ResolvedKey| match (&key.running, &key.shell) {
        (Some(now), Some(then)) => !now.is_blank() && !then.is_blank() && !now.same_as(then),
        _ => false,
    };
    case.needed()
        .filter(differs)
        .filter_map(|key| {
            let name = key.name();
            let (now, then) = (key.running.as_ref()?, key.shell.as_ref()?);
            let offers = case.snapshot.views.shell.get()?;
            let next = offers.find(name).seen()?;
            let weak = case.place(next.place.as_ref(), next.source);
            let typed = initial.iter().any(|one| one.name == name && one.value.same_as(now));
            let detail = match typed {
                true => format!(
                    "pid {} was started in a shell that had {name}, which beats every .env; started again from here it has \
                     the value of {weak}.",
                    process.pid
                ),
                false => format!(
                    "pid {} keeps the value it was started with; started again from here it has the value of {weak}.",
                    process.pid
                ),
            };
            Some(
                finding(
                    CHECK.id,
                    CHECK.severity,
                    format!("{name}: the running Gateway has another value than its next start has"),
                )
                .subject(name)
                .certainty(key.report.certainty)
                .detail(detail)
                .seen(format!("running now: #{}", now.fingerprint))
                .at(next.place.as_ref(), format!("next start: #{}", then.fingerprint))
                .fix(
                    format!(
                        "Keep the right value in {} alone, then start the Gateway again from a shell that does not set {name}.",
                        case.dotenv()
                    ),
                    [case.commands().restart()],
                ),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{KEY, bind, findings, healthy, known, set, unset, words};
    use crate::model::snapshot::{Place, Snapshot};

    fn by_hand() -> Snapshot {
        let mut snapshot = healthy();
        snapshot.services.services.clear();
        snapshot.services.examined = None;
        snapshot.views.next_start = Fact::Absent;
        unset(known(&mut snapshot.views.shell), KEY);
        snapshot.processes.gateways[0].unit = None;
        let running = known(&mut snapshot.views.running);
        let mut binding = running.environment.take(KEY).unwrap();
        binding.source = Source::Process;
        running.environment.put(binding);
        snapshot
    }

    #[test]
    fn a_value_that_is_not_that_of_the_next_start_is_told() {
        let mut snapshot = by_hand();
        let place = Some(Place::line("/home/me/.openclaw/.env", 1));
        set(
            known(&mut snapshot.views.shell),
            bind(KEY, "sk-another-value", Source::DotenvState, place),
        );
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found.len(), 1);
        let text = words(&found[0]);
        assert!(
            text.contains("another value than its next start") && text.contains(".env"),
            "{text}"
        );
    }

    /// The working value is not replaced by one that nobody tested.
    #[test]
    fn another_value_of_the_shell_is_not_copied() {
        for own in ["sk-another-value", ""] {
            let mut snapshot = healthy();
            unset(known(&mut snapshot.views.next_start), KEY);
            let shell = known(&mut snapshot.views.shell);
            unset(shell, KEY);
            if !own.is_empty() {
                set(shell, bind(KEY, own, Source::Process, None));
            }
            let found = findings(&CHECK, &snapshot);
            assert_eq!(found.len(), 1, "{own}");
            let text = words(&found[0]);
            assert!(text.contains("read -rs"), "{text}");
            assert_eq!(text.contains("Your shell has another value"), !own.is_empty(), "{text}");
        }
        // The same value is copied.
        let mut snapshot = healthy();
        unset(known(&mut snapshot.views.next_start), KEY);
        let shell = known(&mut snapshot.views.shell);
        let mut binding = shell.environment.take(KEY).unwrap();
        binding.source = Source::Process;
        shell.environment.put(binding);
        let found = findings(&CHECK, &snapshot);
        assert!(!words(&found[0]).contains("read -rs"), "{:?}", found);
    }

    #[test]
    fn a_key_typed_into_the_shell_of_the_start_is_told() {
        let found = findings(&CHECK, &by_hand());
        assert_eq!(found.len(), 1);
        assert!(words(&found[0]).contains("next start lacks it") && words(&found[0]).contains(".env"));
    }

    #[test]
    fn a_key_that_the_next_start_has_is_not() {
        assert!(findings(&CHECK, &healthy()).is_empty());
        let mut snapshot = by_hand();
        snapshot.views.shell = healthy().views.shell;
        assert!(findings(&CHECK, &snapshot).is_empty());
        let mut snapshot = by_hand();
        snapshot.views.next_start = healthy().views.next_start;
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
