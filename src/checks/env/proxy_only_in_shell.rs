//! `proxy-only-in-shell`: a proxy variable exists in the shell, not in the daemon.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{gateway_has_name, gateway_lacks_name};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Source;

pub(crate) const CHECK: Check = Check {
    id: "proxy-only-in-shell",
    title: "the Gateway has the proxy variables that the shell has",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::Gateway, Need::Shell],
    causes: &["cf-timeout", "cf-unreachable", "cf-dns-failed"],
    docs: "Behind a proxy, commands typed here reach the network through HTTPS_PROXY, and the daemon, which does not \
have the variable, connects directly and times out (\"fetch failed\").\n\n\
Fix: put the variable into `.env` of the state directory and restart. (The config's `env.vars` may not set proxy \
variables.)",
    run,
};

const NAMES: [&str; 3] = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(shell) = case
        .snapshot
        .views
        .shell
        .get()
        .filter(|_| case.has_daemon() && !case.is_contained())
    else {
        return Vec::new();
    };
    NAMES
        .iter()
        .filter_map(|upper| {
            let lower = upper.to_lowercase();
            let spellings = [*upper, lower.as_str()];
            let own = spellings.iter().find(|name| {
                shell
                    .find(name)
                    .seen()
                    .is_some_and(|found| found.source == Source::Process && !found.value.is_blank())
            })?;
            let absent = spellings.iter().all(|name| gateway_lacks_name(case, name))
                && !spellings.iter().any(|name| gateway_has_name(case, name));
            absent.then(|| found(case, own))
        })
        .collect()
}

fn found(case: &CheckContext<'_>, name: &str) -> Finding {
    finding(CHECK.id, CHECK.severity, format!("{name} is set in your shell, and the Gateway does not have it"))
        .subject(name)
        .detail("Commands typed here go through the proxy; the Gateway connects directly, which times out where the proxy is the only way out.")
        .seen(format!("{name} is set here; its value may contain a password and is not shown"))
        .fix(
            format!("If the Gateway needs the proxy too, put {name} into {} and restart it.", case.dotenv()),
            [case.put_in_dotenv(name), case.commands().restart_after_add()],
        )
}
