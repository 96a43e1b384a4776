//! `legacy-env-name`: a variable with an old product name, no longer read.

use std::collections::BTreeMap;

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Offer, Source};

pub(crate) const CHECK: Check = Check {
    id: "legacy-env-name",
    title: "no variable has an old product name",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::Layers],
    causes: &[],
    docs: "Variables of the product's earlier names, CLAWDBOT_* and MOLTBOT_*, are no longer read; one deprecation \
warning in the log is all that tells.\n\nFix: use the name with OPENCLAW_.",
    run,
};

const OLD: [&str; 2] = ["CLAWDBOT_", "MOLTBOT_"];

fn renamed(name: &str) -> Option<String> {
    OLD.iter()
        .find_map(|old| name.strip_prefix(old))
        .map(|rest| format!("OPENCLAW_{rest}"))
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let mut by_name: BTreeMap<&str, &Offer> = BTreeMap::new();
    let traces = case.gateway_traces().chain(case.snapshot.views.shell.get());
    for offer in traces
        .flat_map(|trace| &trace.offers)
        .filter(|offer| offer.source != Source::DotenvWorkspace)
    {
        if renamed(&offer.name).is_some() {
            by_name.entry(&offer.name).or_insert(offer);
        }
    }
    by_name
        .into_iter()
        .filter_map(|(name, offer)| Some(found(case, name, &renamed(name)?, offer)))
        .collect()
}

fn found(case: &CheckContext<'_>, name: &str, new: &str, offer: &Offer) -> Finding {
    let origin = case.place(offer.place.as_ref(), offer.source);
    let editable = offer
        .place
        .as_ref()
        .filter(|_| offer.source.word().starts_with("dotenv") || offer.source == Source::EnvironmentFile);
    let command = editable.map(|place| {
        format!(
            "sed -i 's/^\\([[:space:]]*\\)\\(export \\)\\?{name}=/\\1\\2{new}=/' {}",
            crate::base::text::shell_quote(&case.tilde(&place.path))
        )
    });
    finding(
        CHECK.id,
        CHECK.severity,
        format!("{name} is an old name that OpenClaw no longer reads; it is {new} now"),
    )
    .subject(name)
    .detail(format!(
        "{origin} sets it, and nothing reads it: the setting has no effect on the Gateway."
    ))
    .at(offer.place.as_ref(), format!("sets {name}"))
    .fix(
        format!("Rename it to {new}."),
        command.into_iter().chain([case.commands().restart()]),
    )
}
