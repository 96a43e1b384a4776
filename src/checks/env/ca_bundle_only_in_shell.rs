//! `ca-bundle-only-in-shell`: NODE_EXTRA_CA_CERTS exists in the shell, not in the daemon.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{gateway_has_name, gateway_lacks_name};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Source;
use crate::remedy::Kind;

pub(crate) const CHECK: Check = Check {
    id: "ca-bundle-only-in-shell",
    title: "the Gateway has the extra certificates that the shell has",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::Gateway, Need::Shell],
    causes: &["cf-tls-untrusted"],
    docs: "Node reads NODE_EXTRA_CA_CERTS when the process starts. A value in `.env` comes too late for it, so it has \
to stand in the service definition; a reinstall from a shell without it drops it. Without it the Gateway refuses a \
company's own certificate (\"unable to get local issuer certificate\").\n\n\
Fix: run `openclaw gateway install --force` in a shell that has the variable; install keeps it in the unit.",
    run,
};

const NAME: &str = "NODE_EXTRA_CA_CERTS";

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let shell = case
        .snapshot
        .views
        .shell
        .get()
        .filter(|_| case.has_daemon() && !case.is_contained());
    let own = shell
        .and_then(|shell| shell.find(NAME).seen())
        .filter(|found| found.source == Source::Process && !found.value.is_blank());
    if own.is_none() || !gateway_lacks_name(case, NAME) || gateway_has_name(case, NAME) {
        return Vec::new();
    }
    let (text, commands) = remedy(case);
    vec![
        finding(CHECK.id, CHECK.severity, format!("{NAME} is set in your shell, and the Gateway does not have it"))
            .subject(NAME)
            .detail("Node reads the variable at exec, so `.env` is too late for it; the Gateway trusts fewer certificates than commands typed here.")
            .seen(format!("{NAME} is set here"))
            .fix(format!("If the Gateway needs the certificates too, {text}."), commands),
    ]
}

/// Where the variable is given to the Gateway: an install takes it from the shell, where an install is what writes the unit.
fn remedy(case: &CheckContext<'_>) -> (String, Vec<String>) {
    let commands = case.commands();
    match commands.kind() {
        Kind::Systemd | Kind::Launchd if commands.edit_of_own_work().is_some() => (
            format!("add it to the definition of the service, as Environment={NAME}=…"),
            vec![commands.reinstall()],
        ),
        Kind::Systemd | Kind::Launchd | Kind::NotInstalled => (
            "reinstall the service from this shell".to_owned(),
            vec![commands.openclaw("gateway install --force")],
        ),
        Kind::Foreground | Kind::WslWithoutSystemd => {
            ("start it again from this shell".to_owned(), vec![commands.restart()])
        }
        _ => (
            format!("give it {NAME} where {} has its variables", case.manager_name()),
            vec![commands.restart()],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{bind, findings, healthy, known, set, words};

    #[test]
    fn what_gives_the_gateway_its_variables_is_where_it_belongs() {
        for (supervisor, container, part) in [
            (None, None, Some("openclaw gateway install --force")),
            (Some("pm2"), None, Some("where pm2 has its variables")),
            (None, Some("podman"), None),
        ] {
            let mut snapshot = healthy();
            set(
                known(&mut snapshot.views.shell),
                bind(NAME, "/etc/ca.pem", Source::Process, None),
            );
            let process = &mut snapshot.processes.gateways[0];
            process.container = container.map(str::to_owned);
            if supervisor.is_some() {
                process.supervisor = supervisor.map(str::to_owned);
            }
            let found = findings(&CHECK, &snapshot);
            assert_eq!(found.len(), usize::from(part.is_some()), "{supervisor:?} {container:?}");
            if let (Some(finding), Some(part)) = (found.first(), part) {
                assert!(words(finding).contains(part), "{part}: {}", words(finding));
            }
        }
    }
}
