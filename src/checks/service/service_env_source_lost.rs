//! `service-env-source-lost`: the unit lost an environment source that its backup still has.

use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::lacks;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{LostSource, ManagerKind, Place, Service};
use crate::secret::names;

pub(crate) const CHECK: Check = Check {
    id: "service-env-source-lost",
    title: "no reinstall dropped variables of the service",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Service, Need::Definition],
    causes: &[
        "key-missing-everywhere",
        "key-only-in-shell",
        "key-in-unread-file",
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "cf-provider-key-missing",
    ],
    docs: "`openclaw gateway install --force`, and updates that run it, rewrite the service definition. Lines added \
by hand, such as `EnvironmentFile=`, are then only in the backup beside it.\n\n\
Fix: put them into a drop-in, `<unit>.d/10-environment.conf`, which no install touches; then reload and restart. A key \
alone is better kept in the `.env` of the state directory.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(service) = case.service() else {
        return Vec::new();
    };
    service
        .lost_sources
        .iter()
        .filter_map(|lost| judge(case, service, lost))
        .collect()
}

/// Names that the lost source had and the next start has from nowhere.
fn missed<'a>(case: &CheckContext<'a>, lost: &'a LostSource) -> Vec<&'a str> {
    let own = (lost.directive != "EnvironmentFile").then_some(&lost.what);
    let mut names: Vec<&str> = lost.names.iter().chain(own).map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    let trace = case.snapshot.views.next_start.get();
    names.retain(|name| trace.is_none_or(|trace| trace.find(name).lacks()));
    names
}

fn judge(case: &CheckContext<'_>, service: &Service, lost: &LostSource) -> Option<Finding> {
    let names = missed(case, lost);
    let first = *names.first()?;
    let needed = case.needed().find(|key| names.contains(&key.name()));
    let (severity, consequence) = match needed {
        Some(key) if lacks(case, key) => (
            Severity::Error,
            format!("The Gateway needs {} and lacks it.", key.name()),
        ),
        Some(key) => (
            Severity::Warning,
            format!(
                "The Gateway still has {}, and will not after its next start.",
                key.name()
            ),
        ),
        None if names.iter().any(|name| names::is_credential(name)) => (
            Severity::Warning,
            format!("{} no longer reaches the Gateway.", names.join(", ")),
        ),
        // A variable that nothing needs and that holds no secret may have been dropped on purpose.
        None => (
            Severity::Info,
            format!("{} no longer reaches the Gateway.", names.join(", ")),
        ),
    };
    let subject = needed.map_or(first, |key| key.name());
    let what = case.tilde(&lost.what);
    let text = finding(
        CHECK.id,
        severity,
        format!("{} lost its {} {what}", service.name, lost.directive),
    )
    .subject(subject)
    .detail(format!("The backup beside the definition still has it. {consequence}"))
    .at(
        Some(&Place::file(lost.backup.clone())),
        format!("has {} {what}", lost.directive),
    );
    let text = match &service.definition {
        Some(definition) => text.at(Some(&Place::file(definition.path.clone())), "has it no longer"),
        None => text,
    };
    Some(fix(case, text, service, lost, subject))
}

fn fix(case: &CheckContext<'_>, text: Finding, service: &Service, lost: &LostSource, subject: &str) -> Finding {
    if case.snapshot.services.manager == ManagerKind::Launchd {
        return text.fix(
            format!("Put {subject} into {}, then regenerate the definition.", case.dotenv()),
            [case.put_in_dotenv(subject), case.commands().reinstall()],
        );
    }
    let folder = service.definition.as_ref().map_or_else(
        || format!("~/.config/systemd/user/{}.d", service.name),
        |definition| format!("{}.d", case.tilde(&definition.path)),
    );
    let drop_in = shell_quote(&format!("{folder}/10-environment.conf"));
    let mut commands = if lost.directive == "EnvironmentFile" {
        let line = shell_quote(&format!("EnvironmentFile={}", lost.what));
        vec![
            format!("mkdir -p {}", shell_quote(&folder)),
            format!("printf '[Service]\\n%s\\n' {line} >> {drop_in}"),
        ]
    } else {
        vec![case.put_in_dotenv(subject)]
    };
    let text_of_fix = if lost.directive == "EnvironmentFile" {
        format!(
            "Name the file in a drop-in, {}.d/10-environment.conf, which no install touches.",
            service.name
        )
    } else {
        format!(
            "Put {subject} into {}; what belongs to the service alone goes into a drop-in, \
             {}.d/10-environment.conf, which no install touches.",
            case.dotenv(),
            service.name
        )
    };
    commands.extend(case.daemon_reload());
    commands.push(case.commands().restart());
    text.fix(text_of_fix, commands)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{KEY, UNIT_PATH, findings, healthy, known, lose_key, set, trace, words};
    use crate::model::snapshot::Snapshot;

    fn lost(names: &[&str]) -> Snapshot {
        let mut snapshot = healthy();
        snapshot.services.services[0].lost_sources = vec![LostSource {
            backup: format!("{UNIT_PATH}.bak"),
            directive: "EnvironmentFile".to_owned(),
            what: "/home/me/secrets/kimi.env".to_owned(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        }];
        snapshot
    }

    #[test]
    fn a_needed_key_in_it_makes_it_an_error() {
        let mut snapshot = lost(&[KEY]);
        lose_key(&mut snapshot, KEY);
        let found = findings(&CHECK, &snapshot);
        assert_eq!(
            (found[0].severity, found[0].subject.as_deref()),
            (Severity::Error, Some(KEY))
        );
        let text = words(&found[0]);
        for part in [
            "EnvironmentFile",
            "secrets/kimi.env",
            "openclaw-gateway.service.d",
            "daemon-reload",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        // The drop-in gives it to the next start.
        set(
            known(&mut snapshot.views.next_start),
            trace().find(KEY).seen().unwrap().clone(),
        );
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn what_another_source_gives_is_not_lost() {
        assert!(findings(&CHECK, &lost(&[KEY])).is_empty());
        assert!(findings(&CHECK, &lost(&[])).is_empty());
        assert_eq!(findings(&CHECK, &lost(&["OTHER_TOKEN"]))[0].severity, Severity::Warning);
        assert_eq!(findings(&CHECK, &lost(&["COLOUR"]))[0].severity, Severity::Info);
    }
}
