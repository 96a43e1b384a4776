//! `cf-config-advice`: the config of an AI Gateway is odd in a way that no check of its own tells.

use super::cf_common::{field, issue_finding, notes};
use super::cf_plugin_missing::is_installed;
use super::cf_provider_key_missing;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::ConfigIssue;
use crate::ping::verdict::Word;
use crate::resolve;

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
const KINDS: [&str; 7] = [
    "cf-gateway-id",
    "cf-api-missing",
    "cf-api-fails",
    "cf-api-mismatch",
    "cf-apikey-bare-name",
    "cf-apikey-form",
    "cf-header-place",
];
/// The entry of the plugin's provider.
const OWN: &str = "models.providers.cloudflare-ai-gateway.";
/// The most notes of a report.
const MOST: usize = 5;

/// A format that the address does not have fails with every request, which the doctor's own GET does not show. An entry
/// without an api has that of its plugin, where that is installed.
fn severity_of(case: &CheckContext<'_>, issue: &ConfigIssue) -> Severity {
    // An answer of the provider's own ends the suspicion, and is about that provider alone.
    let about = |id: &str| issue.path.starts_with(&field(id, ""));
    if case
        .aig_providers()
        .into_iter()
        .any(|one| about(&one.id) && case.passes(one))
    {
        return Severity::Info;
    }
    let by_kind = match issue.kind.as_str() {
        "cf-api-fails" => Some(Severity::Error),
        // OpenClaw's own provider has an api of its own; whether the entry leaves it is not known.
        "cf-api-missing" if !issue.path.starts_with(OWN) => Some(Severity::Info),
        "cf-api-missing" => Some(
            match resolve::config(case.snapshot).and_then(|config| is_installed(case, config)) {
                Some(false) => Severity::Error,
                Some(true) => Severity::Info,
                None => Severity::Warning,
            },
        ),
        _ => None,
    };
    by_kind.unwrap_or(CHECK.severity)
}

/// Whether Cloudflare answered for the gateway of an address, whatever its name looks like.
fn is_there(case: &CheckContext<'_>, issue: &ConfigIssue) -> bool {
    let mut providers = case.aig_providers().into_iter();
    providers.any(|one| issue.path == field(&one.id, "baseUrl") && case.word_of(one).is_some_and(Word::proves_gateway))
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    // An unset variable of a header is told by the checks of references.
    let found = KINDS.iter().flat_map(|kind| notes(case, kind, &[]));
    found
        .filter(|_| case.cloudflare() != Some(Word::ByokConflict))
        .filter(|issue| issue.kind != "cf-apikey-bare-name" || !cf_provider_key_missing::tells_of(case, issue))
        .filter(|issue| issue.kind != "cf-gateway-id" || !is_there(case, issue))
        .take(MOST)
        .map(|issue| issue_finding(case, &CHECK, severity_of(case, issue), issue))
        .collect()
}
