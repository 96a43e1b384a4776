//! `ca-bundle-only-in-shell`: NODE_EXTRA_CA_CERTS exists in the shell, not in the daemon.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{gateway_has_name, gateway_lacks_name};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Source;

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
    let shell = case.snapshot.views.shell.get().filter(|_| case.has_daemon());
    let own = shell
        .and_then(|shell| shell.find(NAME).seen())
        .filter(|found| found.source == Source::Process && !found.value.is_blank());
    if own.is_none() || !gateway_lacks_name(case, NAME) || gateway_has_name(case, NAME) {
        return Vec::new();
    }
    vec![
        finding(CHECK.id, CHECK.severity, format!("{NAME} is set in your shell, and the Gateway does not have it"))
            .subject(NAME)
            .detail("Node reads the variable at exec, so `.env` is too late for it; the Gateway trusts fewer certificates than commands typed here.")
            .seen(format!("{NAME} is set here"))
            .fix(
                "If the Gateway needs the certificates too, reinstall the service from this shell.",
                [case.commands().openclaw("gateway install --force")],
            ),
    ]
}
