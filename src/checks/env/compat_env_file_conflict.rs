//! `compat-env-file-conflict`: `~/.openclaw/.env` and the older gateway.env disagree.

use std::collections::BTreeMap;

use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Offer, Source};

pub(crate) const CHECK: Check = Check {
    id: "compat-env-file-conflict",
    title: "the trusted env files agree",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::Layers],
    causes: &[],
    docs: "OpenClaw reads the `.env` of the state directory, then that of the config directory, then the older \
~/.config/openclaw/gateway.env. The first file that has a name wins, even with an empty value, and the other value \
has no effect.\n\nFix: delete the line that is not wanted.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let trusted = |offer: &&Offer| {
        matches!(
            offer.source,
            Source::DotenvState | Source::DotenvConfigDir | Source::GatewayEnv
        ) && offer.rule != "last-line-wins"
            && offer.rule != "not-a-name"
    };
    let trace = case.gateway_traces().next();
    let offers: Vec<&Offer> = trace
        .into_iter()
        .flat_map(|trace| &trace.offers)
        .filter(trusted)
        .collect();
    let mut by_name: BTreeMap<&str, Vec<&Offer>> = BTreeMap::new();
    for offer in offers {
        by_name.entry(&offer.name).or_default().push(offer);
    }
    by_name
        .values()
        .filter_map(|offers| {
            let (first, rest) = offers.split_first()?;
            let second = rest.iter().find(|other| other.source != first.source)?;
            let differ = match (&first.value, &second.value) {
                (Some(a), Some(b)) => !a.same_as(b),
                _ => false,
            };
            differ.then(|| found(case, first, second))
        })
        .collect()
}

fn found(case: &CheckContext<'_>, first: &Offer, second: &Offer) -> Finding {
    let (kept, lost) = (
        case.place(first.place.as_ref(), first.source),
        case.place(second.place.as_ref(), second.source),
    );
    let name = &first.name;
    let file = second
        .place
        .as_ref()
        .map(|place| case.tilde(&place.path))
        .unwrap_or_default();
    finding(
        CHECK.id,
        CHECK.severity,
        format!("{name} has two values: {kept} wins over {lost}"),
    )
    .subject(name)
    .detail("The Gateway keeps the first one and says so only in its log; an edit of the second has no effect.")
    .at(first.place.as_ref(), "wins")
    .at(second.place.as_ref(), "has no effect")
    .fix(
        format!("Keep the value in one file; the line in {file} can go."),
        [format!(
            "sed -i '/^[[:space:]]*\\(export[[:space:]]\\)\\?{name}[[:space:]]*=/d' {}",
            shell_quote(&file)
        )],
    )
}
