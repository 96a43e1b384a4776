//! `key-only-in-workspace-env`: the key is only in a workspace `.env`, where credentials are ignored.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{lacks, next_start_has, shell_has};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{OfferStatus, Place, Source};
use crate::resolve::ResolvedKey;

pub(crate) const CHECK: Check = Check {
    id: "key-only-in-workspace-env",
    title: "no needed key is only in a workspace .env",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &[
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "key-in-unread-file",
    ],
    docs: "The `.env` of the working directory is the workspace's: OpenClaw reads it, and since the 2026.5 releases \
it ignores every name that is a credential or could redirect one, because a cloned project must not set them. \
A key that is only there never reaches the Gateway.\n\n\
Fix: move the line to the `.env` of the state directory (mode 600) and restart the Gateway.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let all: Vec<(&ResolvedKey, Place)> = case
        .needed()
        .filter(|key| lacks(case, key) && !next_start_has(key) && !shell_has(key))
        .filter_map(|key| Some((key, blocked_place(case, key)?)))
        .collect();
    let beside = |place: &Place| of_file(&all, &place.path);
    all.iter()
        .map(|(key, place)| found(case, key, place, &beside(place)))
        .collect()
}

/// The line that a rule keeps from the Gateway, or the one in the state directory's workspace.
fn blocked_place(case: &CheckContext<'_>, key: &ResolvedKey) -> Option<Place> {
    let traces = case.gateway_traces().chain(case.snapshot.views.shell.get());
    let blocked = traces
        .flat_map(|trace| &trace.offers)
        .filter(|offer| offer.name == key.name() && offer.source == Source::DotenvWorkspace)
        .find(|offer| offer.status == OfferStatus::Blocked)
        .and_then(|offer| offer.place.clone());
    let unread = || {
        let files = case
            .snapshot
            .unread_files
            .iter()
            .filter(|file| file.path.ends_with("/workspace/.env"));
        files
            .flat_map(|file| file.assigns.iter().map(move |assign| (file, assign)))
            .find(|(_, assign)| assign.name == key.name())
            .map(|(file, assign)| Place::line(file.path.clone(), assign.line))
    };
    blocked.or_else(unread)
}

/// The names that lie in one file: they are carried over together.
fn of_file<'a>(all: &[(&'a ResolvedKey, Place)], path: &str) -> Vec<&'a str> {
    let here = all.iter().filter(|(_, place)| place.path == path);
    here.map(|(key, _)| key.name()).collect()
}

fn found(case: &CheckContext<'_>, key: &ResolvedKey, place: &Place, beside: &[&str]) -> Finding {
    let name = key.name();
    finding(CHECK.id, key.severity(), format!("{name} is only in a workspace .env"))
        .subject(name)
        .certainty(key.report.certainty)
        .detail("OpenClaw ignores credentials in a workspace's file, on purpose.")
        .at(Some(place), "sets it, and is ignored")
        .fix(
            format!(
                "Copy the {} to {}, which the Gateway trusts, and restart it.",
                if beside.len() == 1 { "line" } else { "lines" },
                case.dotenv()
            ),
            case.carry_to_dotenv(beside, place)
                .into_iter()
                .chain([case.commands().restart_after_add()]),
        )
}
