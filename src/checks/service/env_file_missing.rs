//! `env-file-missing`: an `EnvironmentFile=` names a file that does not exist.

use super::service_common::is_gone;
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{EnvFile, FileAccess, Service};

pub(crate) const CHECK: Check = Check {
    id: "env-file-missing",
    title: "every EnvironmentFile= of the service exists",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Systemd, Need::Service, Need::Definition],
    causes: &[
        "service-not-running",
        "service-crash-loop",
        "key-missing-everywhere",
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "gateway-silent",
    ],
    docs: "systemd reads the variables of a service from the files that `EnvironmentFile=` names. A missing file makes \
the start fail with Result=resources; with a `-` before the path systemd goes on without it and says nothing, so a key \
in it is silently gone. The file that OpenClaw's own installer names that way, gateway.systemd.env, exists only while \
there is something to put in, and its absence is normal.\n\n\
Fix: put the file back, or put its keys into the `.env` of the state directory and remove the line.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(service) = case.service() else {
        return Vec::new();
    };
    let expected = |file: &&EnvFile| !(file.optional && file.generated) && file.access == FileAccess::Usual;
    let gone = service.env_files.iter().filter(expected).filter(|file| is_gone(file));
    gone.map(|file| found(case, service, file)).collect()
}

fn found(case: &CheckContext<'_>, service: &Service, file: &EnvFile) -> Finding {
    let shown = case.tilde(&file.path);
    // A file the manager does without matters where a key is missing; that it held the key is likely, no more.
    let key = case.lacking_key().filter(|_| file.optional).map(|key| key.name());
    let (severity, consequence) = match (file.optional, key) {
        (false, _) => (
            Severity::Error,
            "systemd refuses to start the Gateway without it (Result=resources).".to_owned(),
        ),
        (true, Some(key)) => (
            Severity::Error,
            format!("systemd goes on without it and says nothing; the Gateway lacks {key}, which it may have held."),
        ),
        (true, None) => (
            Severity::Warning,
            "systemd goes on without it and says nothing; what it held does not reach the Gateway.".to_owned(),
        ),
    };
    let line = file.place.as_ref().map_or_else(
        || service.name.clone(),
        |place| {
            place.line.map_or(case.tilde(&place.path), |line| {
                format!("{}:{line}", case.tilde(&place.path))
            })
        },
    );
    let mut commands = vec![format!("ls -l {}", shell_quote(&shown))];
    if let Some(key) = key {
        commands.push(case.put_in_dotenv(key));
    }
    if let Some(place) = &file.place {
        commands.push(super::service_common::edit(&case.tilde(&place.path)));
    }
    commands.extend(case.daemon_reload());
    commands.push(case.commands().restart());
    let mut finding = finding(CHECK.id, severity, format!("EnvironmentFile {shown} does not exist"))
        .detail(format!(
            "{} reads its variables from there. {consequence}",
            service.name
        ))
        .at(
            file.place.as_ref(),
            format!("EnvironmentFile={}{shown}", if file.optional { "-" } else { "" }),
        )
        .fix(
            format!(
                "Put the file back where {line} names it, or put its keys into {} and remove that line; then restart.",
                case.dotenv()
            ),
            commands,
        );
    if let Some(key) = key {
        finding = finding.subject(key).certainty(Certainty::Likely);
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{KEY, findings, healthy, lose_key, words};
    use crate::model::snapshot::Snapshot;

    fn gone(optional: bool) -> Snapshot {
        let mut snapshot = healthy();
        let service = &mut snapshot.services.services[0];
        let mut file = service.env_files[0].clone();
        file.path = "/home/me/secrets/kimi.env".to_owned();
        file.files[0].path.clone_from(&file.path);
        (file.optional, file.generated) = (optional, false);
        service.env_files.push(file);
        snapshot
    }

    #[test]
    fn the_mark_decides_how_bad_it_is() {
        let found = |snapshot: &Snapshot| findings(&CHECK, snapshot).remove(0);
        assert_eq!(found(&gone(false)).severity, Severity::Error);
        assert!(words(&found(&gone(false))).contains("Result=resources"));
        assert_eq!(found(&gone(true)).severity, Severity::Warning);
        let mut lacking = gone(true);
        lose_key(&mut lacking, KEY);
        assert_eq!(found(&lacking).severity, Severity::Error);
        assert_eq!(found(&lacking).subject.as_deref(), Some(KEY));
    }

    #[test]
    fn a_file_that_is_back_or_unreadable_is_not_missing() {
        for stat in [
            healthy().permissions[1].stat.clone(),
            Fact::unreadable("permission denied", ""),
        ] {
            let mut snapshot = gone(false);
            snapshot.services.services[0].env_files[1].files[0].stat = stat;
            assert!(findings(&CHECK, &snapshot).is_empty());
        }
    }
}
