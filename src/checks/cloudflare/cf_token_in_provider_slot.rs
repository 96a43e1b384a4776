//! `cf-token-in-provider-slot`: the two secrets of an AI Gateway stand in each other's place.

use super::cf_common::{TOKEN_HEADER, issue_finding, open_notes};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::gateway_value;
use crate::checks::finding::{FindingExt, finding};
use crate::checks::values::value_common::correct_in_gateway;
use crate::config::cloudflare::address::{Address, Wants};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{CredentialField, Located, Place, ProviderConfig, Shape, ValueFacts, ValueFlag};
use crate::ping::verdict::Word;
use crate::resolve::{self, CLOUDFLARE_KEY};

pub(crate) const CHECK: Check = Check {
    id: "cf-token-in-provider-slot",
    title: "key and token of the AI Gateway are in their own places",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::Config],
    causes: &[
        "cf-provider-key-rejected",
        "cf-aig-token-rejected",
        "cf-aig-token-missing",
        "cf-aig-header-malformed",
    ],
    docs: "Two secrets belong to an AI Gateway. CLOUDFLARE_AI_GATEWAY_API_KEY, in spite of its name, is the provider's key (of \
Anthropic: sk-ant-api…). The token of Cloudflare (cfut_…, cfat_…) goes into the header cf-aig-authorization. With the two \
exchanged, the provider answers 401 or Cloudflare answers 2009. For Workers AI, the REST endpoint and Unified Billing a token of \
Cloudflare's is the key; that is not reported, and neither is what Cloudflare accepts.\n\n\
Fix: put each where it belongs, and restart.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    // What the answers prove is not called wrong by its shape.
    for provider in case
        .aig_providers()
        .into_iter()
        .filter(|provider| !case.passes(provider))
    {
        found.extend(in_key(case, provider));
        found.extend(in_header(case, provider));
    }
    if found.is_empty() {
        found.extend(
            open_notes(case, CHECK.id)
                .into_iter()
                .map(|issue| issue_finding(case, &CHECK, CHECK.severity, issue)),
        );
    }
    found
}

/// Returns whose key the provider behind an entry wants, where a token of Cloudflare's is certainly another kind.
fn owner(provider: &ProviderConfig) -> Option<&'static str> {
    let wants = match &provider.base_url {
        Some(url) => Address::parse(&url.value).map_or(Wants::Any, |address| address.wants()),
        None => Wants::Anthropic,
    };
    match wants {
        Wants::Anthropic => Some("Anthropic"),
        Wants::Openai => Some("OpenAI"),
        Wants::Cloudflare | Wants::Any => None,
    }
}

/// Returns whether the provider itself refused the key, which no shape has to suggest any more.
fn refused(case: &CheckContext<'_>, provider: &ProviderConfig) -> bool {
    let asked = case.cloudflare_fact("provider") == Some(provider.id.as_str());
    asked
        && matches!(
            case.cloudflare(),
            Some(Word::KeyShapeWrong | Word::ProviderKeyRejected | Word::OnlyShellKeyAccepted)
        )
}

/// Returns whether the token header of the entry reads the same variable, or has the same text, as the key.
fn same_as_header(provider: &ProviderConfig, variable: Option<&str>, key: &ValueFacts) -> bool {
    provider
        .headers
        .iter()
        .filter(|(name, _)| name == TOKEN_HEADER || name == "authorization")
        .any(|(_, field)| match &field.value {
            CredentialField::Literal { value, from } => {
                from.iter().any(|name| Some(name.as_str()) == variable) || value.fingerprint == key.fingerprint
            }
            _ => false,
        })
}

/// A token of Cloudflare's where the provider's key is due.
fn in_key(case: &CheckContext<'_>, provider: &ProviderConfig) -> Option<Finding> {
    let owner = owner(provider)?;
    let config = resolve::config(case.snapshot)?;
    let variable = resolve::key_of_provider(config, &provider.id);
    let by_variable = variable.as_ref().and_then(|name| {
        let key = case.resolved.keys.iter().find(|key| key.name() == name)?;
        let value = gateway_value(case, key)?;
        Some((name.clone(), value, None))
    });
    let (subject, value, place): (String, &ValueFacts, Option<&Place>) = match (&provider.api_key, by_variable) {
        (_, Some(by_variable)) => by_variable,
        (
            Some(Located {
                path,
                place,
                value: CredentialField::Literal { value, .. },
            }),
            None,
        ) => (path.clone(), value, place.as_ref()),
        _ => return None,
    };
    let shape = value.shape?;
    let (refused, same) = (
        refused(case, provider),
        same_as_header(provider, variable.as_deref(), value),
    );
    // The same token as key and as header is what Cloudflare documents for Unified Billing: only a refusal tells.
    (shape.is_cloudflare() && (refused || !same)).then(|| {
        let known = variable.unwrap_or_else(|| CLOUDFLARE_KEY.to_owned());
        let (fix, mut commands) = correct_in_gateway(case, &known, "Put the provider's key there.");
        // A token that the header has already stays.
        let fix = match provider.headers.iter().any(|(name, _)| name == TOKEN_HEADER) {
            true => fix,
            false => {
                let header = format!("models.providers.{}.headers.{TOKEN_HEADER}", provider.id);
                let token = [case.put_typed_in_dotenv("CF_AIG_TOKEN"), case.config_set(&header, "Bearer ${CF_AIG_TOKEN}")];
                let last = commands.len().saturating_sub(1);
                commands.splice(last..last, token);
                format!("{fix} Cloudflare's token goes into {}, for the header.", case.dotenv())
            }
        };
        let finding = finding(
            CHECK.id,
            CHECK.severity,
            format!("{subject} contains the AI Gateway's token ({}); {owner}'s key belongs there", shape.words()),
        )
        .subject(subject.clone())
        .detail(format!(
            "It goes out as the key to {owner} behind {}, {}. Cloudflare's own token belongs in the header {TOKEN_HEADER}.",
            provider.id,
            if refused { "which refused it" } else { "which wants a key of its own" }
        ))
        .certainty(if refused { Certainty::Proved } else { Certainty::Likely })
        .fix(fix, commands);
        finding.at(place.or(provider.place.as_ref()), format!("models.providers.{} sends it as the provider's key", provider.id))
    })
}

/// A provider's key where Cloudflare's token is due.
fn in_header(case: &CheckContext<'_>, provider: &ProviderConfig) -> Option<Finding> {
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
            format!("{TOKEN_HEADER} contains a model provider's key instead of Cloudflare's own token"),
        )
        .subject(TOKEN_HEADER)
        .detail(format!(
            "Cloudflare refuses it with 401 and code 2009. The provider's key belongs in apiKey of {}, the token of the AI \
             Gateway into this header.",
            provider.id
        ))
        .at(field.place.as_ref(), field.path.clone())
        .fix(
            format!("Put the AI Gateway's token into {} as {variable}, refer to it, and restart.", case.dotenv()),
            [
                case.put_typed_in_dotenv(variable),
                case.config_set(&field.path, &format!("Bearer ${{{variable}}}")),
                case.commands().restart(),
            ],
        ),
    )
}
