//! `cf-aig-token-missing`: Cloudflare wants a token of its own and none is configured (2009).

use super::cf_common::{TOKEN_HEADER, answer_finding, field, in_brackets};
use super::cf_origin::token_subject;
use super::cf_slots::Existing;
use super::cf_token_in_provider_slot::mends_the_header;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{CredentialField, ProviderConfig};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-aig-token-missing",
    title: "an authenticated AI Gateway gets its token",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Token)],
    causes: &[],
    docs: "An AI Gateway with authentication on refuses every request without its own token (401, code 2009), before the \
provider's key is even looked at. That token is not the provider's key: it is made in the gateway's settings at Cloudflare \
and travels in the header cf-aig-authorization. OpenClaw has no variable for it; it belongs in `headers` of the provider.\n\n\
Fix: put the token into the `.env` of the state directory and refer to it in the header:\n\
openclaw config set 'models.providers.cloudflare-ai-gateway.headers.cf-aig-authorization' 'Bearer ${CF_AIG_TOKEN}'",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    if case.cloudflare() != Some(Word::GatewayTokenMissing) {
        return Vec::new();
    }
    let provider = case.asked_provider();
    // A header that is there and refers to a variable nobody has is another story.
    if provider
        .and_then(|provider| case.token_field(provider))
        .is_some_and(|field| {
            matches!(
                field.value,
                CredentialField::Unresolved { .. } | CredentialField::Ref { .. }
            )
        })
    {
        return Vec::new();
    }
    vec![found(case, provider)]
}

/// How the header gets its token: one that is there is mended as it is, and a token that the Gateway has already is used.
fn fix<'a>(case: &CheckContext<'a>, id: &str, provider: Option<&'a ProviderConfig>) -> (String, Vec<String>) {
    if let Some(field) = provider.and_then(|provider| case.token_field(provider))
        && let CredentialField::Literal { value, from } = &field.value
    {
        return case.mend_token_header(field, value, from);
    }
    let path = field(id, &format!("headers.{TOKEN_HEADER}"));
    let slot = case.token_slot(&path, Existing::MayDo);
    let set = case.config_set(&path, &format!("Bearer ${{{}}}", slot.name));
    const CREATE: &str = "reate a token with the right to run this gateway (dashboard: AI > AI Gateway > Settings)";
    let text = match slot.put {
        Some(_) => format!(
            "C{CREATE}, put it into {} as {}, refer to it in the provider's headers, and restart.",
            case.dotenv(),
            slot.name
        ),
        None => format!(
            "{} in the provider's headers, and restart. If Cloudflare refuses it, c{CREATE}.",
            slot.words(case, "the token")
        ),
    };
    let restart = case.commands().restart();
    (text, slot.put.into_iter().chain([set, restart]).collect())
}

fn found<'a>(case: &CheckContext<'a>, provider: Option<&'a ProviderConfig>) -> Finding {
    let id = provider.map_or("cloudflare-ai-gateway", |provider| provider.id.as_str());
    let elsewhere = provider
        .filter(|provider| provider.headers.iter().any(|(name, _)| name == "authorization"))
        .map_or(
            "",
            |_| " An `authorization` header is configured: that one goes to the provider, Cloudflare does not read it.",
        );
    let mut finding = answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        format!(
            "Cloudflare refuses{}: the AI Gateway wants {TOKEN_HEADER}, and none is sent",
            in_brackets(case, "code 2009")
        ),
    )
    .subject(
        provider
            .and_then(|provider| mends_the_header(case, provider))
            .unwrap_or_else(|| token_subject(provider.and_then(|provider| case.token_field(provider)))),
    )
    .detail(format!(
        "The refusal is Cloudflare's; the provider's key was not judged. The token is made in the gateway's settings and \
         belongs in `headers` of models.providers.{id}.{elsewhere}"
    ))
    .fix_by(fix(case, id, provider));
    if let Some(provider) = provider {
        finding = finding.at(
            provider.place.as_ref(),
            format!("models.providers.{id} has no header {TOKEN_HEADER}"),
        );
    }
    finding
}
