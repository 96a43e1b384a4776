//! `config-ref-unset-in-cli`: a `${VAR}` of the config is unset here, but the daemon has it.

use std::collections::BTreeSet;

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::gateway_has_name;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::ConfigRef;

pub(crate) const CHECK: Check = Check {
    id: "config-ref-unset-in-cli",
    title: "every variable the config refers to is set for commands typed here",
    group: Group::Environment,
    severity: Severity::Info,
    needs: &[Need::Config, Need::Shell, Need::Gateway],
    causes: &[],
    docs: "The Gateway has a variable that the config refers to, and a command typed here does not. `openclaw` \
commands warn about it; the Gateway itself works. This is only a note.\n\nFix, if commands here need the value: put it \
into `.env` of the state directory, which both read.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(shell) = case.snapshot.views.shell.get().filter(|_| case.has_daemon()) else {
        return Vec::new();
    };
    let unset = |reference: &&ConfigRef| !reference.resolved && gateway_has_name(case, &reference.name);
    let mut seen = BTreeSet::new();
    shell
        .config
        .refs
        .iter()
        .filter(unset)
        .filter(|reference| seen.insert(reference.name.clone()))
        .map(|reference| {
            let name = &reference.name;
            finding(
                CHECK.id,
                CHECK.severity,
                format!("The Gateway has {name}, and commands typed here do not"),
            )
            .subject(name)
            .detail("Commands that read the config here warn about it; the Gateway is not affected.")
            .at(reference.place.as_ref(), format!("{} refers to it", reference.path))
            .fix(
                format!(
                    "Nothing, unless commands here need it; then put it into {}.",
                    case.dotenv()
                ),
                Vec::<String>::new(),
            )
        })
        .collect()
}
