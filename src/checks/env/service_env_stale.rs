//! `service-env-stale`: the service's generated environment file holds an older value.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{Hiding, hiding};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Source;

pub(crate) const CHECK: Check = Check {
    id: "service-env-stale",
    title: "the generated service environment is as new as its sources",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Launchd, Need::NextStart],
    causes: &["cf-provider-key-rejected"],
    docs: "On macOS `openclaw gateway install` copies the values of `.env`, of SecretRefs and of the config's env into \
a generated file of exports, service-env/<label>.env, and that copy beats `.env` at every start. After an edit of \
`.env` the copy is old.\n\nFix: `openclaw gateway install --force` regenerates the copy.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    hiding(case, |source| source == Source::LaunchdEnvFile)
        .iter()
        .map(|hiding| found(case, hiding))
        .collect()
}

fn found(case: &CheckContext<'_>, hiding: &Hiding<'_>) -> Finding {
    let &Hiding { key, winner, hidden } = hiding;
    let name = key.name();
    let copy = case.place(winner.place.as_ref(), winner.source);
    let newer = case.place(hidden.place.as_ref(), hidden.source);
    finding(
        CHECK.id,
        CHECK.severity,
        format!("{name}: the copy made for the LaunchAgent is not what {newer} has"),
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail(format!(
        "{copy} exports another value and is read first, so an edit of {newer} and a restart change nothing."
    ))
    .at(winner.place.as_ref(), "the generated copy; it wins")
    .at(hidden.place.as_ref(), "the value you edit; it is hidden")
    .fix(
        "Let OpenClaw regenerate the copy.",
        [case.commands().openclaw("gateway install --force")],
    )
}
