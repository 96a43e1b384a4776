//! `cf-token-in-provider-slot`: the two secrets of an AI Gateway stand in each other's place.

use super::cf_common::{TOKEN_HEADER, noted, notes};
use crate::checks::check::{Case, Check, Group, Need};
use crate::checks::common::gateway_value;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{CredentialField, Located, Place, ProviderConfig, Shape, ValueFlag};
use crate::resolve::{self, CLOUDFLARE_KEY};

pub(crate) const CHECK: Check = Check {
    id: "cf-token-in-provider-slot",
    title: "key and token of the AI Gateway stand in their own places",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::Config],
    causes: &[
        "cf-provider-key-rejected",
        "cf-aig-token-rejected",
        "cf-aig-token-missing",
        "cf-aig-header-malformed",
    ],
    docs: "Two secrets belong to an AI Gateway. CLOUDFLARE_AI_GATEWAY_API_KEY, in spite of its name, holds the provider's key \
(of Anthropic: sk-ant-api…), which goes out as x-api-key. The token of Cloudflare (cfut_…, cfat_…) goes into the header \
cf-aig-authorization. With the two exchanged, the provider answers 401 or Cloudflare answers 2009.\n\n\
Fix: put each where it belongs, and restart.",
    run,
};

fn run(case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for provider in case.aig_providers() {
        found.extend(in_key(case, provider));
        found.extend(in_header(case, provider));
    }
    if found.is_empty() {
        found.extend(
            notes(case, CHECK.id, &[])
                .into_iter()
                .map(|issue| noted(case, &CHECK, CHECK.severity, issue)),
        );
    }
    found
}

/// A token of Cloudflare's where the provider's key is due.
fn in_key(case: &Case<'_>, provider: &ProviderConfig) -> Option<Finding> {
    let config = resolve::config(case.snapshot)?;
    let variable = resolve::key_of_provider(config, &provider.id);
    let by_variable = variable.as_ref().and_then(|name| {
        let key = case.resolved.keys.iter().find(|key| key.name() == name)?;
        let value = gateway_value(case, key)?;
        Some((name.clone(), value.shape?, None))
    });
    let (subject, shape, place): (String, Shape, Option<&Place>) = match (&provider.api_key, by_variable) {
        (_, Some(by_variable)) => by_variable,
        (
            Some(Located {
                path,
                place,
                value: CredentialField::Literal { value, .. },
            }),
            None,
        ) => (path.clone(), value.shape?, place.as_ref()),
        _ => return None,
    };
    shape.is_cloudflare().then(|| {
        let known = variable.unwrap_or_else(|| CLOUDFLARE_KEY.to_owned());
        let finding = finding(
            CHECK.id,
            CHECK.severity,
            format!("{subject} holds a {}, where the provider's own key is due", shape.words()),
        )
        .subject(subject.clone())
        .detail(format!(
            "It goes out as x-api-key to the provider behind {}, which answers 401. Cloudflare's own token belongs into the \
             header {TOKEN_HEADER}.",
            provider.id
        ))
        .fix(
            format!("Put the provider's key into {}, and Cloudflare's token into the header; then restart.", case.dotenv()),
            [
                case.put_in_dotenv(&known),
                case.put_in_dotenv("CF_AIG_TOKEN"),
                case.config_set(
                    &format!("models.providers.{}.headers.{TOKEN_HEADER}", provider.id),
                    "Bearer ${CF_AIG_TOKEN}",
                ),
                case.commands().restart(),
            ],
        );
        finding.at(place.or(provider.place.as_ref()), format!("models.providers.{} sends it as x-api-key", provider.id))
    })
}

/// A provider's key where Cloudflare's token is due.
fn in_header(case: &Case<'_>, provider: &ProviderConfig) -> Option<Finding> {
    let (_, field) = provider.headers.iter().find(|(name, _)| name == TOKEN_HEADER)?;
    let CredentialField::Literal { value, from } = &field.value else {
        return None;
    };
    let provider_key = |shape: Shape| !shape.is_cloudflare() && !matches!(shape, Shape::BearerHeader | Shape::Url);
    if !value.has(ValueFlag::BearerOfProvider) && !value.shape.is_some_and(provider_key) {
        return None;
    }
    let variable = from.first().map_or("CF_AIG_TOKEN", String::as_str);
    Some(
        finding(
            CHECK.id,
            CHECK.severity,
            format!("{TOKEN_HEADER} holds a model provider's key, where Cloudflare's own token is due"),
        )
        .subject(TOKEN_HEADER)
        .detail(format!(
            "Cloudflare refuses it with 401 and code 2009. The provider's key belongs into apiKey of {}, the token of the AI \
             Gateway into this header.",
            provider.id
        ))
        .at(field.place.as_ref(), field.path.clone())
        .fix(
            format!("Put the AI Gateway's token into {} as {variable}, refer to it, and restart.", case.dotenv()),
            [
                case.put_in_dotenv(variable),
                case.config_set(&field.path, &format!("Bearer ${{{variable}}}")),
                case.commands().restart(),
            ],
        ),
    )
}
