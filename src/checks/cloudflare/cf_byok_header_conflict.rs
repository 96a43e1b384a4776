//! `cf-byok-header-conflict`: the stored key works, and the one sent along is refused and wins.

use super::cf_common::{answer_finding, field};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-byok-header-conflict",
    title: "no key of ours gets in the way of a key stored at Cloudflare",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Key)],
    causes: &["cf-provider-key-rejected"],
    docs: "With BYOK the provider's key is stored at Cloudflare, which puts it into requests that bring none. A request that \
brings any key of its own, even a dummy such as apiKey \"unused\", is forwarded with that one, and the provider refuses it \
with 401.\n\n\
Fix: take the dummy away, or send a valid key of the provider.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    if case.cloudflare() != Some(Word::ByokConflict) {
        return Vec::new();
    }
    vec![found(case)]
}

fn found(case: &CheckContext<'_>) -> Finding {
    let provider = case.asked_provider();
    let id = provider.map_or("cloudflare-ai-gateway", |provider| provider.id.as_str());
    let path = field(id, "apiKey");
    let sent = case.cloudflare_fact("credential").unwrap_or("a key");
    let mut finding = answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        "The key stored at Cloudflare (BYOK) works, but the apiKey that OpenClaw sends along is refused and takes its place".to_owned(),
    )
    .subject(path.clone())
    .detail(format!(
        "{sent} goes out in x-api-key. Cloudflare puts the stored key only into requests that bring none, so the provider \
         sees this one and answers 401."
    ))
    .fix(
        "Remove apiKey (and a variable of the provider, where one is set), or put a valid key of the provider there; then \
         restart.",
        [case.commands().openclaw(&format!("config unset {path}")), case.commands().restart()],
    );
    if let Some(api_key) = provider.and_then(|provider| provider.api_key.as_ref()) {
        finding = finding.at(api_key.place.as_ref(), api_key.path.clone());
    }
    finding
}
