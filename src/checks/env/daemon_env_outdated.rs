//! `daemon-env-outdated`: a source was edited after the daemon started, which still holds the old value.

use crate::base::text::shell_quote as quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{edited_copies, proved_good, works_until_restart};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity, ViewState};
use crate::model::snapshot::{DefinitionRole, Offer, PathFacts, Place};
use crate::resolve::examined::rfc3339;
use crate::resolve::{self, ResolvedKey};

pub(crate) const CHECK: Check = Check {
    id: "daemon-env-outdated",
    title: "the running Gateway has the values its sources have now",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Running, Need::NextStart],
    causes: &[
        "config-ref-unset-in-daemon",
        "cf-provider-key-rejected",
        "cf-aig-token-rejected",
        "gateway-token-mismatch",
        "secret-ref-unresolved",
    ],
    docs: "The environment of a process is fixed when it starts. An edit of `.env`, of an EnvironmentFile, of a \
drop-in or of the manager's environment reaches the Gateway at its next start only; `NeedDaemonReload` says nothing \
about env files.\n\nFix: restart the Gateway.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    // A Gateway started by hand has another environment than the service for another reason.
    if resolve::own_process(case.snapshot).is_none() {
        return Vec::new();
    }
    case.resolved
        .keys
        .iter()
        // Where a restart would lose a value, a restart is not the cure (key-lost-at-next-start, value-*).
        .filter(|key| outdated(key) && !works_until_restart(case, key))
        .map(|key| found(case, key))
        .chain(case.needed().filter_map(|key| redefined(case, key)))
        .collect()
}

/// The file that a supervisor reads was changed after the start: what it gives now is not what the Gateway has.
fn redefined(case: &CheckContext<'_>, key: &ResolvedKey) -> Option<Finding> {
    let name = key.name();
    let file = resolve::changed_definition(case.snapshot, name)?;
    let path = case.tilde(&file.path);
    let who = case.manager_name();
    let line = file
        .assigns
        .iter()
        .find(|assign| assign.name == name)
        .map(|assign| assign.line);
    let place = Place {
        line,
        ..Place::file(file.path.clone())
    };
    let says = match line {
        Some(_) => format!("names {name} now"),
        None if file.unread => format!("may not be read by this user, so whether it names {name} now is not known"),
        None => format!("does not name {name} now"),
    };
    let roots = file.path.starts_with("/etc/") && case.snapshot.host.uid != 0;
    let open = match line {
        _ if roots => format!("sudoedit {}", quote(&path)),
        Some(line) => format!("${{EDITOR:-nano}} +{line} {}", quote(&path)),
        None => format!("${{EDITOR:-nano}} {}", quote(&path)),
    };
    // A folder of variables is not edited: the variable's file is what is missing in it.
    let taken_out = file.role == DefinitionRole::EnvDir && line.is_none() && !file.unread;
    let commands = case.commands();
    let hides = hides_another(case, key);
    let severity = if taken_out || hides {
        key.severity()
    } else {
        Severity::Warning
    };
    let (text, commands) = match line {
        _ if taken_out && copies(case, name).next().is_some() => (
            format!("Let {who} read it; then what {} sets counts.", case.dotenv()),
            vec![commands.reload_definition(Some(file))],
        ),
        _ if taken_out => (
            format!("Put {name} back there, if it was taken out by mistake, then let {who} read it."),
            vec![
                commands.in_env_dir(name, &format!("{}/{name}", file.path)),
                commands.reload_definition(Some(file)),
            ],
        ),
        _ if file.unread => (
            format!("Look at {path} as an account that may, then let {who} read it."),
            vec![
                format!("sudo ls -l {}", quote(&path)),
                commands.reload_definition(Some(file)),
            ],
        ),
        None => (
            format!("Make sure that it is right there, then let {who} forget the {name} that it was given before."),
            vec![open, commands.reload_without(file)],
        ),
        Some(_) => (
            format!("Make sure that {name} is right there, then let {who} read it."),
            vec![open, commands.reload_definition(Some(file))],
        ),
    };
    Some(
        finding(
            CHECK.id,
            severity,
            format!("{path} was changed after the Gateway started; {name} may be another at its next start"),
        )
        .subject(name)
        .certainty(Certainty::Likely)
        .detail(format!(
            "The Gateway keeps the {name} it was started with until {who} reads that file again."
        ))
        .at(Some(&place), says)
        .fix(text, commands),
    )
}

/// Whether what the Gateway runs with hides another value of the file that people edit.
fn hides_another(case: &CheckContext<'_>, key: &ResolvedKey) -> bool {
    let Some(has) = key.running.as_ref().filter(|value| !value.is_blank()) else {
        return false;
    };
    let other = copies(case, key.name()).any(|copy| copy.value.as_ref().is_some_and(|value| !value.same_as(has)));
    other && proved_good(case, key.name()) != Some(true)
}

/// What the files that people edit have of a name.
fn copies<'a>(case: &CheckContext<'a>, name: &str) -> impl Iterator<Item = &'a Offer> {
    let start = case.snapshot.views.next_start.get();
    start
        .into_iter()
        .flat_map(move |trace| edited_copies(trace, name).collect::<Vec<_>>())
}

fn outdated(key: &ResolvedKey) -> bool {
    let views = &key.report.views;
    if views.running.state == ViewState::Unknown || views.next_start.state == ViewState::Unknown {
        return false;
    }
    match (&key.running, &key.next_start) {
        (Some(now), Some(next)) => !now.same_as(next),
        (None, Some(next)) => !next.is_blank(),
        (Some(now), None) => !now.is_blank(),
        (None, None) => false,
    }
}

fn found(case: &CheckContext<'_>, key: &ResolvedKey) -> Finding {
    let name = key.name();
    let process = resolve::process(case.snapshot);
    let started = process.and_then(|process| process.started_ms);
    let (pid, since) = (
        process.map_or(0, |process| process.pid),
        started
            .map(|ms| rfc3339(ms / 1000))
            .unwrap_or_else(|| "an unknown time".to_owned()),
    );
    let severity = key.severity();
    // What works now is not given up for a value that nobody has tried, without a word.
    let text = match case.is_accepted(name) && case.has_new_value(key) {
        true => format!(
            "Cloudflare accepts the value that the running Gateway has; the new one was not tested. Make sure that the new value \
             of {name} is the right one, then restart and run the doctor again."
        ),
        false => "Restart the Gateway, so that it reads its sources again.".to_owned(),
    };
    let mut finding = finding(CHECK.id, severity, format!("{name} changed, and no restart followed"))
        .subject(name)
        .certainty(key.report.certainty)
        .detail(format!(
            "pid {pid} keeps the environment of its start ({since}); a restart gives it {}.",
            match &key.next_start {
                Some(next) => format!("#{}", next.fingerprint),
                None => "an environment without the key".to_owned(),
            }
        ))
        .fix(text, [case.commands().apply_dotenv()]);
    for file in changed_files(case, key, started) {
        let at = file
            .stat
            .get()
            .map(|stat| rfc3339(stat.mtime_ms / 1000))
            .unwrap_or_default();
        finding = finding.at(Some(&Place::file(file.path.clone())), format!("changed at {at}"));
    }
    finding
}

/// The files that offer the key and changed after the start.
fn changed_files<'a>(case: &CheckContext<'a>, key: &ResolvedKey, started: Option<i64>) -> Vec<&'a PathFacts> {
    let Some(started) = started else {
        return Vec::new();
    };
    let offering: Vec<&str> = key
        .report
        .sources
        .iter()
        .filter_map(|source| source.path.as_deref())
        .collect();
    let dotenv = case
        .snapshot
        .views
        .next_start
        .get()
        .into_iter()
        .flat_map(|trace| &trace.files)
        .map(|file| &file.facts);
    let service = resolve::service(case.snapshot);
    let env_files = service
        .into_iter()
        .flat_map(|service| &service.env_files)
        .flat_map(|file| &file.files);
    let definitions = service
        .into_iter()
        .flat_map(|service| service.definition.iter().chain(&service.drop_ins));
    dotenv
        .chain(env_files)
        .chain(definitions)
        .filter(|file| offering.contains(&file.path.as_str()))
        .filter(|file| {
            file.stat
                .get()
                .is_some_and(|stat| stat.mtime_ms > started + resolve::SLACK_MS)
        })
        .collect()
}
