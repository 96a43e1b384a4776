//! `cf-byok-header-conflict`: the stored key works, and the one sent along is refused and wins.

use super::cf_common::{TOKEN_HEADER, answer_finding, field};
use super::cf_slots::Existing;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::checks::values::value_common::correct_in_gateway;
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
with 401. OpenClaw makes no request at all without an apiKey, so it cannot be taken away.\n\n\
Fix: put a valid key of the provider into apiKey.",
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
    let header = case.key_header();
    let path = header.map_or(field(id, "apiKey"), |origin| origin.path.clone());
    let placeholder = case.cloudflare_fact("placeholder").is_some();
    let sent = case
        .cloudflare_fact("credential")
        .or(case.cloudflare_fact("no_secret").filter(|_| placeholder))
        .unwrap_or("a key");
    let shape = case
        .cloudflare_fact("key_shape")
        .map_or(String::new(), |shape| match shape.contains("Cloudflare") {
            true => {
                format!(" It is a {shape}: for an authenticated gateway that belongs in the header {TOKEN_HEADER}.")
            }
            false => format!(" It looks like: {shape}."),
        });
    let place = match provider {
        Some(provider) if header.is_some() => case.key_field(provider).and_then(|(_, found)| found.place.as_ref()),
        provider => provider
            .and_then(|provider| provider.api_key.as_ref())
            .and_then(|key| key.place.as_ref()),
    };
    let finding = answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        format!(
            "The key stored at Cloudflare (BYOK) works, but the {} that OpenClaw sends along is {} and takes its place",
            header
                .and_then(|origin| origin.header.as_deref())
                .map_or("apiKey".to_owned(), |name| format!("header {}", name.to_lowercase())),
            if placeholder { "a placeholder" } else { "refused" },
        ),
    )
    .subject(path.clone())
    .detail(format!(
        "Cloudflare puts the stored key only into requests that bring none, so the provider sees {sent} and refuses it.{shape} \
         OpenClaw sends no request without an apiKey, so apiKey has to stay, and to be a key that the provider accepts.{}",
        if placeholder { " The doctor itself sent no placeholder to anybody." } else { "" }
    ));
    let finding = with_fix(case, finding, id, header.map(|origin| origin.path.as_str()));
    match place {
        Some(place) => finding.at(Some(place), path),
        None => finding,
    }
}

/// The fix never leaves the provider without an apiKey: OpenClaw then makes no request at all.
fn with_fix(case: &CheckContext<'_>, finding: Finding, id: &str, header: Option<&str>) -> Finding {
    if let Some(name) = case.asked_key_variable().filter(|_| header.is_none()) {
        let (text, commands) = correct_in_gateway(case, name, "Put a valid key of the provider there.");
        return finding.fix(text, commands);
    }
    if case.key_profile().is_some() {
        return finding.fix(
            "Put a valid key of the provider into the stored profile, which is asked first, and restart.",
            [
                case.commands().openclaw(&format!("models auth login --provider {id}")),
                case.commands().restart(),
            ],
        );
    }
    let slot = case.key_slot(id, &field(id, "apiKey"), Existing::MayDo);
    let unset = header.map(|path| case.unset_header(path));
    let key = field(id, "apiKey");
    let set = case.config_set(&key, &format!("${{{}}}", slot.name));
    finding.fix(
        format!(
            "{} from {key}{}, and restart.",
            slot.words(case, "a valid key of the provider"),
            if header.is_some() { ", remove the header" } else { "" },
        ),
        slot.put
            .into_iter()
            .chain([set])
            .chain(unset)
            .chain([case.commands().restart()]),
    )
}
