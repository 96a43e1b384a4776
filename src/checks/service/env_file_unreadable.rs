//! `env-file-unreadable`: the manager that starts the Gateway may not read an `EnvironmentFile=`.

use super::service_lines::{at, edit_by_hand, sed};
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{EnvFile, FileAccess, Service};

pub(crate) const CHECK: Check = Check {
    id: "env-file-unreadable",
    title: "the manager may read every EnvironmentFile= of the service",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Systemd, Need::Service, Need::Definition],
    causes: &[
        "service-not-running",
        "service-crash-loop",
        "key-missing-everywhere",
        "key-only-in-shell",
        "key-in-unread-file",
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "gateway-silent",
        "cf-provider-key-missing",
    ],
    docs: "The manager of a user opens the files that `EnvironmentFile=` names with the rights of that user. One it may \
not read ends every start with Result=resources; with a `-` before the path it goes on without the file and says \
nothing. The system's manager reads as root, so a system service has no such trouble.\n\n\
Fix: let the user read the file, or put its keys into the `.env` of the state directory and remove the line.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(service) = case.service() else {
        return Vec::new();
    };
    let denied = service
        .env_files
        .iter()
        .filter(|file| file.access == FileAccess::Denied);
    denied.map(|file| found(case, service, file)).collect()
}

fn found(case: &CheckContext<'_>, service: &Service, file: &EnvFile) -> Finding {
    let shown = case.tilde(&file.path);
    let key = case.lacking_key().filter(|_| file.optional).map(|key| key.name());
    let (severity, consequence) = match (file.optional, key) {
        (false, _) => (Severity::Error, "every start fails (Result=resources)".to_owned()),
        (true, Some(key)) => (
            Severity::Error,
            format!("systemd goes on without it and says nothing; the Gateway lacks {key}, which it may set"),
        ),
        (true, None) => (
            Severity::Warning,
            "systemd goes on without it and says nothing; what it sets does not reach the Gateway".to_owned(),
        ),
    };
    let mut finding = finding(
        CHECK.id,
        severity,
        format!("The service manager may not read EnvironmentFile {shown}"),
    )
    .detail(format!(
        "{} is started with the rights of its user; {consequence}.",
        service.name
    ))
    .at(
        file.place.as_ref(),
        format!("EnvironmentFile={}{shown}", if file.optional { "-" } else { "" }),
    );
    for facts in &file.files {
        let owner = facts
            .stat
            .get()
            .map(|stat| format!("owner uid {}, mode {:04o}", stat.uid, stat.mode));
        let place = crate::model::snapshot::Place::file(facts.path.clone());
        finding = finding.at(
            Some(&place),
            owner.unwrap_or_else(|| "its directory is closed to this user".to_owned()),
        );
    }
    if let Some(key) = key {
        finding = finding.subject(key).certainty(Certainty::Likely);
    }
    let (text, command) = remedy(case, service, file);
    let commands = command
        .into_iter()
        .chain(case.daemon_reload().filter(|_| !text.starts_with("Let")))
        .chain(case.commands().reset_failed().filter(|_| !file.optional))
        .chain([if file.optional {
            case.commands().restart()
        } else {
            case.commands().start()
        }]);
    finding.fix(text, commands)
}

/// A file that the user may look at gets a reader; one in a closed directory is copied to where it can be read.
fn remedy(case: &CheckContext<'_>, service: &Service, file: &EnvFile) -> (String, Vec<String>) {
    let host = &case.snapshot.host;
    let user = shell_quote(&host.user);
    let place = file.place.as_ref();
    let line = place.map_or_else(|| service.name.clone(), |place| at(case, place));
    let path = place.map_or(service.name.as_str(), |place| place.path.as_str());
    // Root asks about the unit of an account: whatever that one names is not handed to it by a command.
    if let Some(account) = &service.systemd.runs_as {
        return (
            format!(
                "Name a file in {line} that {} may read. Give it a copy of this one only if the secret is meant for it.",
                account.name
            ),
            vec![edit_by_hand(case, service, path)],
        );
    }
    let first = file.files.first();
    let shown = shell_quote(&case.tilde(first.map_or(&file.path, |facts| &facts.path)));
    match first.and_then(|facts| facts.stat.get()) {
        Some(stat) if stat.uid == host.uid => ("Let its owner read it.".to_owned(), vec![format!("chmod u+r {shown}")]),
        // What a third account keeps to itself is not taken from it.
        Some(stat) if stat.uid != 0 => (
            format!(
                "It belongs to another account (uid {}). Ask its owner for a copy that {user} may read, and name the copy \
                     in {line}.",
                stat.uid
            ),
            vec![edit_by_hand(case, service, path)],
        ),
        Some(_) => (
            format!("Let {user} read it: root reads it all the same."),
            vec![format!("sudo chown {user} {shown}")],
        ),
        None => {
            let copy = format!("{}/service.env", case.state_dir());
            let full = case
                .snapshot
                .views
                .next_start
                .get()
                .map_or_else(|| copy.clone(), |trace| format!("{}/service.env", trace.state_dir));
            let place = file.place.clone();
            let mut commands = vec![format!("sudo install -o {user} -m 600 {shown} {}", shell_quote(&copy))];
            if let Some(place) = &place {
                let dash = if file.optional { "-" } else { "" };
                let script = format!("{}s|=.*|={dash}{full}|", place.line.unwrap_or(1));
                commands.push(sed(case, service, &place.path, &script));
            }
            let line = place.map_or_else(|| service.name.clone(), |place| at(case, &place));
            (
                format!("Copy it to where {user} may read it, and name the copy in {line}."),
                commands,
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{findings, healthy, path, words};
    use crate::model::snapshot::FileKind;
    use crate::model::snapshot::Snapshot;

    fn denied(optional: bool, uid: Option<u32>) -> Snapshot {
        let mut snapshot = healthy();
        let service = &mut snapshot.services.services[0];
        let mut file = service.env_files[0].clone();
        (file.optional, file.generated, file.access) = (optional, false, FileAccess::Denied);
        file.path = "/home/me/secrets/ai.env".to_owned();
        let mut facts = path("/home/me/secrets/ai.env", "environment file", FileKind::File, 0o600);
        match (uid, &mut facts.stat) {
            (Some(uid), Fact::Known { value }) => value.uid = uid,
            _ => facts.stat = Fact::unreadable("closed", ""),
        }
        file.files = vec![facts];
        service.env_files.push(file);
        snapshot
    }

    #[test]
    fn a_required_file_ends_every_start() {
        let found = findings(&CHECK, &denied(false, Some(0)));
        assert_eq!(found[0].severity, Severity::Error);
        let text = words(&found[0]);
        assert!(
            text.contains("sudo chown me ~/secrets/ai.env") && text.contains("Result=resources"),
            "{text}"
        );
        // A third account's file is not taken from it.
        let text = words(&findings(&CHECK, &denied(false, Some(1007)))[0]);
        assert!(
            !text.contains("chown") && text.contains("Ask its owner for a copy"),
            "{text}"
        );
        let text = words(&findings(&CHECK, &denied(false, None))[0]);
        assert!(text.contains("sudo install -o me -m 600 ~/secrets/ai.env"), "{text}");
    }

    #[test]
    fn an_optional_one_is_a_warning_and_a_readable_one_nothing() {
        assert_eq!(findings(&CHECK, &denied(true, Some(0)))[0].severity, Severity::Warning);
        let mut snapshot = denied(false, Some(0));
        snapshot.services.services[0].env_files[1].access = FileAccess::Usual;
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
