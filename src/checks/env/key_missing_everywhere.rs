//! `key-missing-everywhere`: no source holds the key.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{lacks, next_start_has, shell_has};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{FileOutcome, OfferStatus, Source, StoreKind};
use crate::resolve::{self, ResolvedKey, StoreState};

pub(crate) const CHECK: Check = Check {
    id: "key-missing-everywhere",
    title: "every needed key is somewhere",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Gateway, Need::AuthProfiles],
    causes: &[
        "config-ref-unset-in-daemon",
        "managed-key-not-exported",
        "secret-ref-unresolved",
        "cf-provider-key-rejected",
    ],
    docs: "The config refers to a variable, or a configured provider reads one, and no source the doctor knows of \
holds it: not the service, not a `.env`, not the config, not the shell, no stored profile. Requests that need it fail \
with 401 or \"No API key found\".\n\n\
Fix: put the key into the `.env` of the state directory (mode 600) and restart the Gateway.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    case.needed()
        .filter(|key| lacks(case, key) && !next_start_has(key) && !shell_has(key))
        .filter(|key| !has_a_copy(case, key) && !is_bound_blank(key))
        .map(|key| found(case, key))
        .collect()
}

/// An empty value is told by `value-empty`.
fn is_bound_blank(key: &ResolvedKey) -> bool {
    [&key.next_start, &key.running]
        .into_iter()
        .flatten()
        .any(|value| value.is_blank())
}

fn has_a_copy(case: &CheckContext<'_>, key: &ResolvedKey) -> bool {
    let name = key.name();
    let snapshot = case.snapshot;
    let offered = [
        snapshot.views.shell.get(),
        snapshot.views.next_start.get(),
        snapshot.views.running.get(),
    ]
    .into_iter()
    .flatten()
    .flat_map(|trace| trace.offers_for(name))
    .any(|offer| offer.status == OfferStatus::Blocked || offer.value.as_ref().is_some_and(|value| !value.is_blank()));
    let unread = snapshot
        .unread_files
        .iter()
        .flat_map(|file| &file.assigns)
        .any(|assign| assign.name == name);
    let lost = resolve::service(snapshot).is_some_and(|service| {
        service
            .lost_sources
            .iter()
            .any(|lost| lost.what == name || lost.names.iter().any(|found| found == name))
    });
    let passed = resolve::passed_over(snapshot, name);
    offered || unread || lost || passed || !case.in_startup_files(name).is_empty()
}

fn found(case: &CheckContext<'_>, key: &ResolvedKey) -> Finding {
    let name = key.name();
    let by = key.report.needed_by.first().map_or("the config", String::as_str);
    let mut finding = finding(
        CHECK.id,
        key.severity(),
        format!("{name} is not set anywhere the doctor looked"),
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail(format!(
        "{by} needs it, and neither {}, the service, the config nor the shell has it.",
        case.dotenv()
    ))
    .fix(
        format!("Put the key into {} and restart the Gateway.", case.dotenv()),
        [case.put_in_dotenv(name), case.commands().restart_after_add()],
    );
    if let StoreState::There(entry) = resolve::store_entry(case.snapshot, name) {
        let note = match entry.kind {
            StoreKind::Env => {
                "has an entry of this name, of kind env: commands of the agent get it, no provider or channel reads it"
            }
            StoreKind::Secret => "has an entry of this name, which only a SecretRef of source store would read",
        };
        finding = finding.seen(format!("the secret store {note}"));
    }
    if let Some(trace) = resolve::start_trace(case.snapshot) {
        for reference in trace
            .config
            .refs
            .iter()
            .filter(|reference| reference.name == name)
            .take(1)
        {
            finding = finding.at(reference.place.as_ref(), "refers to it");
        }
        for file in trace.files.iter().filter(|file| file.source != Source::DotenvWorkspace) {
            let at = crate::model::snapshot::Place::file(file.facts.path.clone());
            let note = match &file.outcome {
                FileOutcome::Missing => continue,
                FileOutcome::Read { .. } => "does not set it".to_owned(),
                FileOutcome::Ignored { why } => format!("OpenClaw passes it over: {why}"),
                FileOutcome::Unknown { why } => format!("not looked into: {why}"),
            };
            finding = finding.at(Some(&at), note);
        }
    }
    finding
}
