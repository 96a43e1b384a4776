//! `cf-config-advice`: the config of an AI Gateway is odd in a way that no check of its own tells.

use super::cf_common::{issue_finding, notes};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::ConfigIssue;
use crate::ping::verdict::Word;

pub(crate) const CHECK: Check = Check {
    id: "cf-config-advice",
    title: "the config of the AI Gateway follows its documentation",
    group: Group::Cloudflare,
    severity: Severity::Warning,
    needs: &[Need::Config],
    causes: &[],
    docs: "Something in the config of an AI Gateway differs from its documentation: an api that does not match the last part \
of baseUrl, ids of an odd form, a header in the wrong place, an apiKey that is the bare name of a variable. It is a warning \
where nothing was proved wrong, and a note where Cloudflare accepted the request as it is.\n\n\
Fix: as each note says. The target is models.providers.cloudflare-ai-gateway with baseUrl, api \"anthropic-messages\", apiKey \
\"${CLOUDFLARE_AI_GATEWAY_API_KEY}\" and headers.",
    run,
};

/// Kinds that the reading of the config gives and no check has as its id.
const KINDS: [&str; 6] = [
    "cf-gateway-id",
    "cf-api-mismatch",
    "cf-apikey-bare-name",
    "cf-apikey-form",
    "cf-header-place",
    "cf-aig-header-ref",
];
/// The most notes of a report.
const MOST: usize = 5;

/// Anthropic's address has no endpoint in OpenAI's format: every request fails, and the doctor's own GET does not show it.
fn severity_of(issue: &ConfigIssue) -> Option<Severity> {
    let fails = issue.message.contains("/anthropic, and api is openai");
    fails.then_some(Severity::Error)
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let severity = match case.cloudflare() {
        Some(word) if word.is_good() => Severity::Info,
        _ => CHECK.severity,
    };
    // An unset variable of a header is told by the checks of references.
    let found = KINDS.iter().flat_map(|kind| notes(case, kind, &[]));
    found
        .filter(|_| case.cloudflare() != Some(Word::ByokConflict))
        .take(MOST)
        .map(|issue| issue_finding(case, &CHECK, severity_of(issue).unwrap_or(severity), issue))
        .collect()
}
