//! `openclaw-versions-differ`: the command line, the service and the running Gateway are not of
//! the same release.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::GatewayProcess;
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "openclaw-versions-differ",
    title: "command line, service and running Gateway are of one release",
    group: Group::Service,
    severity: Severity::Warning,
    needs: &[Need::Programs, Need::Definition],
    causes: &[],
    docs: "Three copies of OpenClaw can be in play: the `openclaw` that your shell finds, the package that the service \
starts, and the code that the running Gateway holds in memory. A second global install (npm beside pnpm, another Node under \
nvm) makes the first two differ; an upgrade without a restart makes the last two differ. Then the command line may write a \
config that the Gateway does not know, and a Gateway whose files were replaced may fail on the parts it loads late.\n\n\
Fix: after an upgrade, restart the Gateway. Where the service starts another copy, `openclaw gateway install --force` makes \
it start the one of your shell.\n\n\
Example: `npm install -g openclaw` under a new Node of nvm, while the service still names the package of the old one.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    [replaced(case), other_copy(case)].into_iter().flatten().collect()
}

/// The running code against its files.
fn replaced(case: &CheckContext<'_>) -> Option<Finding> {
    let process = case.process().filter(|process| process.container.is_none())?;
    let answered = answered_version(case);
    let running = resolve::programs(case.snapshot)?.running.as_ref();
    let on_disk = running.and_then(|running| running.version.as_deref()).or_else(|| {
        let install = &case.snapshot.install;
        install
            .version
            .as_deref()
            .filter(|_| install.found_by.as_deref() == Some("service"))
    })?;
    if let Some(answered) = answered {
        return (answered != on_disk).then(|| {
            finding(
                CHECK.id,
                CHECK.severity,
                format!("The running Gateway is OpenClaw {answered}, the files it starts from are {on_disk}"),
            )
            .detail("It still runs the code it was started with. Parts that it loads late come from the new files.")
            .seen(format!("pid {} says {answered}", process.pid))
            .seen(dir_words(case, on_disk))
            .fix(
                "Restart it, so that it runs what is installed.",
                [case.commands().restart()],
            )
        });
    }
    let newer = running?.written_ms? > process.started_ms?.saturating_add(resolve::SLACK_MS);
    newer.then(|| {
        finding(
            CHECK.id,
            CHECK.severity,
            "OpenClaw's files were replaced after the Gateway was started",
        )
        .certainty(Certainty::Likely)
        .detail(format!(
            "They are of release {on_disk} now; the Gateway runs the code it was started with, which may be an earlier \
             one. Parts that it loads late come from the new files."
        ))
        .seen(dir_words(case, on_disk))
        .fix(
            "Restart it, so that it runs what is installed.",
            [case.commands().restart()],
        )
    })
}

/// What the running Gateway says of itself.
fn answered_version<'a>(case: &CheckContext<'a>) -> Option<&'a str> {
    let verdict = case.snapshot.pings.gateway.as_ref()?;
    let fact = verdict.facts.iter().find(|(name, _)| name == "version")?;
    Some(fact.1.as_str())
}

fn dir_words(case: &CheckContext<'_>, version: &str) -> String {
    let programs = resolve::programs(case.snapshot);
    let running = programs.and_then(|programs| programs.running.as_ref());
    let dir = running
        .map(|running| running.dir.as_str())
        .or(case.snapshot.install.package_dir.as_deref());
    format!(
        "{}/package.json: version {version}",
        case.tilde(dir.unwrap_or_default())
    )
}

/// The command line against the Gateway's own copy.
fn other_copy(case: &CheckContext<'_>) -> Option<Finding> {
    let install = &case.snapshot.install;
    let cli = install.cli_version.as_deref()?;
    let cli_path = case.tilde(install.cli_path.as_deref()?);
    let (who, version, dir) = gateway_copy(case)?;
    (cli != version).then(|| {
        let finding = finding(
            CHECK.id,
            CHECK.severity,
            format!("The `openclaw` of your shell is {cli}, {who} is {version}"),
        )
        .detail(
            "What the command line writes is meant for its own release; the Gateway may refuse it, and may lack what \
             you expect of it.",
        )
        .seen(format!("{cli_path}: version {cli}"))
        .seen(format!("{}/package.json: version {version}", case.tilde(dir)));
        finding.fix(
            "Let the Gateway start from the copy of your shell (or bring the older copy up to date).",
            [case.commands().reinstall()],
        )
    })
}

/// Whose copy counts as the Gateway's, its version and folder.
fn gateway_copy<'a>(case: &CheckContext<'a>) -> Option<(&'static str, &'a str, &'a str)> {
    let snapshot = case.snapshot;
    let install = &snapshot.install;
    if resolve::service(snapshot).is_some() {
        let version = install
            .version
            .as_deref()
            .filter(|_| install.found_by.as_deref() == Some("service"))?;
        return Some(("the one the service starts", version, install.package_dir.as_deref()?));
    }
    let own = |process: &&GatewayProcess| process.container.is_none() && process.uid == snapshot.host.uid;
    resolve::process(snapshot).filter(own)?;
    let running = resolve::programs(snapshot)?.running.as_ref()?;
    Some((
        "the one of the running Gateway",
        running.version.as_deref()?,
        &running.dir,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, programs, stop, words};
    use crate::model::snapshot::PingVerdict;

    fn verdict(version: &str) -> PingVerdict {
        PingVerdict {
            word: "healthy".to_owned(),
            detail: String::new(),
            facts: vec![("version".to_owned(), version.to_owned())],
            key: None,
            token: None,
        }
    }

    #[test]
    fn two_copies_are_told_with_both_places() {
        let mut snapshot = healthy();
        snapshot.install.cli_version = Some("2026.5.1".to_owned());
        let text = words(&findings(&CHECK, &snapshot)[0]);
        for part in [
            "2026.5.1",
            "2026.9.6",
            "/usr/bin/openclaw",
            "/usr/lib/node_modules/openclaw/package.json",
            "openclaw gateway install --force",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        // The versions of a package found through PATH are one and the same.
        snapshot.install.found_by = Some("path".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn an_upgrade_without_a_restart() {
        let mut snapshot = healthy();
        snapshot.pings.gateway = Some(verdict("2026.8.2"));
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found[0].certainty, Certainty::Proved);
        assert!(words(&found[0]).contains("openclaw gateway restart"));
        // What the Gateway says after the restart; newer files of the same release do not matter.
        snapshot.pings.gateway = Some(verdict("2026.9.6"));
        let started = snapshot.processes.gateways[0].started_ms.unwrap();
        programs(&mut snapshot).running.as_mut().unwrap().written_ms = Some(started + 60_000);
        assert!(findings(&CHECK, &snapshot).is_empty());
        // Without an answer the age of the files has to do.
        snapshot.pings.gateway = None;
        let found = findings(&CHECK, &snapshot);
        assert_eq!((found.len(), found[0].certainty), (1, Certainty::Likely));
        stop(&mut snapshot);
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn a_container_has_a_copy_of_its_own() {
        let mut snapshot = healthy();
        snapshot.services.services.clear();
        snapshot.services.examined = None;
        snapshot.install.found_by = Some("path".to_owned());
        programs(&mut snapshot).running.as_mut().unwrap().version = Some("2026.5.1".to_owned());
        assert_eq!(findings(&CHECK, &snapshot).len(), 1);
        snapshot.processes.gateways[0].container = Some("docker".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
