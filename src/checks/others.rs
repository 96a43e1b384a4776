//! The answers of further providers behind Cloudflare, each judged as that of the default model is.

use crate::checks::check::{Check, CheckContext, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::Finding;
use crate::model::snapshot::{ProviderPing, Side, Snapshot};
use crate::resolve;

/// Returns the machine on which a further provider is the one that was asked.
pub(super) fn in_front(snapshot: &Snapshot, other: &ProviderPing) -> Snapshot {
    let mut machine = snapshot.clone();
    let pings = &mut machine.pings;
    pings.answers.retain(|answer| answer.target != Side::Cloudflare);
    pings.answers.extend(other.answers.iter().cloned());
    pings.cloudflare = Some(other.verdict.clone());
    pings.others.clear();
    machine
}

/// Returns whether a check judges what Cloudflare answers.
pub(super) fn concerns(check: &Check) -> bool {
    let of_answer = |need: &Need| matches!(need, Need::CloudflarePing | Need::CloudflareAnswer(_));
    check.needs.iter().any(of_answer)
}

/// Caps what a check found in the answer of the provider that was asked first by what depends on it: the default model need
/// not be one of its models.
pub(super) fn weighed(case: &CheckContext<'_>, check: &Check, mut found: Vec<Finding>) -> Vec<Finding> {
    let provider = case.cloudflare_fact("provider").filter(|_| concerns(check));
    let weight = provider.and_then(|id| resolve::weight_of_path(case.snapshot, &format!("models.providers.{id}")));
    for finding in &mut found {
        finding.severity = weight.map_or(finding.severity, |weight| finding.severity.min(weight.severity()));
    }
    found
}

/// Returns what a check found in the answer of a further provider: as bad as what depends on that provider, with its name.
pub(super) fn told(case: &CheckContext<'_>, other: &ProviderPing, found: Vec<Finding>) -> Vec<Finding> {
    let id = other.provider();
    let path = format!("models.providers.{id}");
    let Some(weight) = resolve::weight_of_path(case.snapshot, &path) else {
        return Vec::new();
    };
    let used = resolve::uses_of(case.snapshot, id).next();
    let by = used.map_or(String::new(), |used| format!(" {} uses it.", used.model.path));
    found
        .into_iter()
        .map(|mut finding| {
            finding.severity = finding.severity.min(weight.severity());
            let subject = finding.subject.take().unwrap_or_else(|| path.clone());
            let detail = format!(
                "This is the answer to requests as {id} sends them.{by} {}",
                finding.detail
            );
            finding.subject(subject).detail(detail.trim_end())
        })
        .collect()
}
