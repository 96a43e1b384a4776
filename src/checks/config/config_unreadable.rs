//! `config-unreadable`: the config cannot be read by this user.

use crate::base::text::shell_quote;
use crate::checks::check::{Case, Check, Group};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigState, Place};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "config-unreadable",
    title: "the config can be read",
    group: Group::Config,
    severity: Severity::Error,
    needs: &[],
    causes: &[
        "service-crash-loop",
        "service-not-running",
        "gateway-silent",
        "state-dir-mismatch",
    ],
    docs: "A command that ran as root, or with sudo, leaves files of root in the state directory. The Gateway and the \
commands of the user then cannot read the config, and start as if there were none, or not at all.\n\n\
Fix: give the state directory back to its user, and run `openclaw` without sudo.",
    run,
};

fn run(case: &Case<'_>) -> Vec<Finding> {
    let traces = [resolve::start_trace(case.snapshot), case.snapshot.views.shell.get()];
    let Some((trace, why)) = traces
        .into_iter()
        .flatten()
        .find_map(|trace| match &trace.config.state {
            ConfigState::Unreadable { why } => Some((trace, why)),
            _ => None,
        })
    else {
        return Vec::new();
    };
    let path = case.tilde(&trace.config_path);
    let dir = case.tilde(&trace.state_dir);
    vec![
        finding(CHECK.id, CHECK.severity, format!("{path} cannot be read: {why}"))
            .subject(&trace.config_path)
            .detail("Without its config the Gateway does not start, and nothing about its keys can be said.")
            .at(Some(&Place::file(trace.config_path.clone())), why.clone())
            .fix(
                "Give the files back to the user the Gateway runs as.",
                [format!(
                    "sudo chown -R {} {}",
                    shell_quote(&case.snapshot.host.user),
                    shell_quote(&dir)
                )],
            ),
    ]
}
