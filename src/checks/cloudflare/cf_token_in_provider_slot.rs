//! `cf-token-in-provider-slot`: the two secrets of an AI Gateway stand in each other's place.

use super::cf_common::{TOKEN_HEADER, issue_finding, open_notes};
use super::cf_origin::{literal, token_subject, variable_of};
use super::cf_slots::Existing;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{gateway_value, is_sound};
use crate::checks::finding::{FindingExt, finding};
use crate::checks::values::value_common::correct_in_gateway;
use crate::config::cloudflare::address::{Address, Route, Wants};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{
    ConfigView, CredentialField, Located, Place, ProviderConfig, Shape, ValueFacts, ValueFlag,
};
use crate::ping::verdict::Word;
use crate::resolve;

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

/// Variables of the OpenClaw Gateway's own secrets.
const GATEWAYS: [&str; 4] = [
    "OPENCLAW_GATEWAY_TOKEN",
    "OPENCLAW_GATEWAY_PASSWORD",
    "CLAWDBOT_GATEWAY_TOKEN",
    "CLAWDBOT_GATEWAY_PASSWORD",
];

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    // What the answers prove is not called wrong by its shape.
    for provider in case
        .aig_providers()
        .into_iter()
        .filter(|provider| !case.passes(provider))
    {
        let key = in_key(case, provider);
        // Where the two are exchanged, one fix is for both.
        let both = key.is_some() && case.exchange(provider).is_some();
        found.extend(key);
        found.extend(in_header(case, provider).filter(|_| !both));
        found.extend(gateways_own(case, provider));
    }
    if found.is_empty() && case.cloudflare() != Some(Word::ByokConflict) {
        found.extend(
            open_notes(case, CHECK.id)
                .into_iter()
                .map(|issue| issue_finding(case, &CHECK, CHECK.severity, issue)),
        );
    }
    found
}

/// The subject of the finding whose fix gives the token header of the asked provider its token too: what Cloudflare says of
/// that header is then no problem of its own.
pub(crate) fn mends_the_header(case: &CheckContext<'_>, provider: &ProviderConfig) -> Option<String> {
    let mends = case.token_field(provider).is_none() || case.exchange(provider).is_some();
    in_key(case, provider).filter(|_| mends)?.subject
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

/// Whether the provider behind wants something else than a token of Cloudflare's. At `/compat` the token is the key of Workers
/// AI and of Unified Billing.
fn takes_a_key_of_its_own(provider: &ProviderConfig) -> bool {
    let address = provider.base_url.as_ref().and_then(|url| Address::parse(&url.value));
    address.is_some_and(|address| {
        address.wants() != Wants::Cloudflare && address.route() != Route::Gateway(Some("compat"))
    })
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
fn in_key<'a>(case: &CheckContext<'a>, provider: &'a ProviderConfig) -> Option<Finding> {
    let asked = case.cloudflare_fact("provider") == Some(provider.id.as_str());
    // The stored key works, and what is sent beside it is told there.
    if asked && case.cloudflare() == Some(Word::ByokConflict) {
        return None;
    }
    let same_text = asked && case.cloudflare_fact("same_value") == Some("yes") && refused(case, provider);
    let owner = owner(provider).or((same_text && takes_a_key_of_its_own(provider)).then_some("the provider"))?;
    // A header in the place of the key goes out alone: the other places of the key are not at fault.
    if let Some((header, field)) = case.key_field(provider) {
        return in_key_header(case, provider, owner, (header, field), same_text);
    }
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
    let (refused, same) = (
        refused(case, provider),
        same_text || same_as_header(provider, variable.as_deref(), value),
    );
    let of_cloudflare = value.shape.is_some_and(Shape::is_cloudflare);
    let what = value
        .shape
        .filter(|shape| shape.is_cloudflare())
        .map_or("the same text as the header", Shape::words);
    // The same token as key and as header is what Cloudflare documents for Unified Billing: only a refusal tells.
    // Older tokens have no form of their own, and the gateway accepted this one in the header.
    (same_text || of_cloudflare && (refused || !same)).then(|| {
        let literal = variable.is_none().then(|| subject.clone());
        let (known, put) = match variable {
            Some(name) => (name, None),
            None => {
                let slot = case.key_slot(&provider.id, &subject, Existing::WillNotDo);
                (slot.name, slot.put)
            }
        };
        let due = due_variable(case, config, &provider.id, &known).filter(|_| literal.is_none());
        let (text, mut commands) = match &literal {
            // The config has the token itself: another variable's value would change nothing.
            Some(path) => (
                format!("Put the provider's key into {} as {known}, refer to it from {path}, and restart.", case.dotenv()),
                put.iter()
                    .cloned()
                    .chain([case.config_set(path, &format!("${{{known}}}")), case.commands().restart()])
                    .collect(),
            ),
            None => correct_in_gateway(case, &known, "Put the provider's key there."),
        };
        let header = case.token_field(provider);
        let reads_it = |field: &&Located<CredentialField>| match &field.value {
            CredentialField::Literal { from, .. } => from.contains(&known),
            _ => false,
        };
        let fix = match (&literal, header, header.filter(reads_it)) {
            (None, Some(_), Some(field)) => {
                case.part_key_and_token(provider, &known, Some(&field.path), "the provider's key")
            }
            (None, None, _) => case.part_key_and_token(provider, &known, None, "the provider's key"),
            // The text in the config is copied first: the key takes the place of what may be its only copy.
            (Some(_), None, _) => {
                let (own, first) = case.own_token(&format!("models.providers.{}.headers.{TOKEN_HEADER}", provider.id));
                commands.splice(0..0, first);
                let first = format!("Copy Cloudflare's token into {} as {own} first, for the header", case.dotenv());
                (format!("{first}: it is in {subject} now. {text}"), commands)
            }
            // A token that the header has already stays.
            (_, Some(_), _) => (text, commands),
        };
        let finding = finding(
            CHECK.id,
            CHECK.severity,
            format!("{subject} contains the AI Gateway's token ({what}); {owner}'s key belongs there"),
        )
        .subject(subject.clone())
        .detail(format!(
            "It goes out as the key to {owner} behind {}, {}. Cloudflare's own token belongs in the header {TOKEN_HEADER}.",
            provider.id,
            if refused { "which refused it" } else { "which wants a key of its own" }
        ))
        .certainty(if refused { Certainty::Proved } else { Certainty::Likely });
        let exchanged = case.exchange(provider).filter(|_| literal.is_none());
        let finding = match due {
            _ if exchanged.is_some() => finding.fix_by(exchanged.unwrap_or_default()),
            Some(name) => {
                let path = format!("models.providers.{}.apiKey", provider.id);
                let set = case.config_set(&path, &format!("${{{name}}}"));
                let header = format!("models.providers.{}.headers.{TOKEN_HEADER}", provider.id);
                let send = case
                    .token_field(provider)
                    .is_none()
                    .then(|| case.set_token_header(&header, &format!("Bearer ${{{subject}}}")));
                let more = if send.is_some() { ", and to the token in the header" } else { "" };
                finding.fix(
                    format!("The Gateway has {name} with another value: refer to that one in {path}{more}. Then restart."),
                    [set].into_iter().chain(send).chain([case.commands().restart()]),
                )
            }
            None => finding.fix_by(fix),
        };
        finding.at(place.or(provider.place.as_ref()), format!("models.providers.{} sends it as the provider's key", provider.id))
    })
}

/// The same in a header that takes the place of the key.
fn in_key_header<'a>(
    case: &CheckContext<'a>,
    provider: &'a ProviderConfig,
    owner: &str,
    (header, field): (&str, &Located<CredentialField>),
    same_text: bool,
) -> Option<Finding> {
    let refused = refused(case, provider);
    let shape = literal(field)
        .and_then(|value| value.shape)
        .filter(|shape| shape.is_cloudflare());
    if !(same_text || shape.is_some() && refused) {
        return None;
    }
    let what = shape.map_or("the same text as the header", Shape::words);
    let path = &field.path;
    Some(
        finding(
            CHECK.id,
            CHECK.severity,
            format!("{path} contains the AI Gateway's token ({what}); {owner}'s key belongs there, or nothing"),
        )
        .subject(path.clone())
        .detail(format!(
            "OpenClaw sends this header to {owner} behind {} in the place of apiKey, {}. Cloudflare's own token belongs in the \
             header {TOKEN_HEADER}.",
            provider.id,
            if refused { "which was refused" } else { "and it wants a key of its own" }
        ))
        .at(field.place.as_ref(), format!("models.providers.{} sends it as the provider's key", provider.id))
        .fix_by(case.mend_key_header(provider, header, path, variable_of(field))),
    )
}

/// The provider's usual variable, where the config refers to another one and the Gateway has a value in it that can be a key.
fn due_variable(case: &CheckContext<'_>, config: &ConfigView, id: &str, known: &str) -> Option<String> {
    let is_key = |name: &String| {
        let key = case.resolved.keys.iter().find(|key| key.name() == name);
        let value = key.and_then(|key| gateway_value(case, key));
        value.is_some_and(|value| is_sound(value) && !value.shape.is_some_and(Shape::is_cloudflare))
    };
    let mut names = resolve::variables(config, id).into_iter();
    names.find(|name| name != known && is_key(name))
}

/// A provider's key where Cloudflare's token is due.
fn in_header<'a>(case: &CheckContext<'a>, provider: &'a ProviderConfig) -> Option<Finding> {
    let field = case.token_field(provider)?;
    let CredentialField::Literal { value, from } = &field.value else {
        return None;
    };
    let provider_key = |shape: Shape| !shape.is_cloudflare() && !matches!(shape, Shape::BearerHeader | Shape::Url);
    if !value.has(ValueFlag::BearerOfProvider) && !value.shape.is_some_and(provider_key) {
        return None;
    }
    // What it reads now may be the only copy of the key.
    let slot = case.token_slot(&field.path, Existing::MayDo);
    let set = case.set_token_header(&field.path, &format!("Bearer ${{{}}}", slot.name));
    let kept = from
        .first()
        .map_or(String::new(), |name| format!(" {name} stays as it is."));
    Some(
        finding(
            CHECK.id,
            CHECK.severity,
            format!("{} contains a model provider's key instead of Cloudflare's own token", token_subject(Some(field))),
        )
        .subject(token_subject(Some(field)))
        .detail(format!(
            "Cloudflare refuses it with 401 and code 2009. The provider's key belongs in apiKey of {}, the token of the AI \
             Gateway into this header.",
            provider.id
        ))
        .at(field.place.as_ref(), field.path.clone())
        .fix(
            format!("{} in the header, and restart.{kept}", slot.words(case, "the AI Gateway's token")),
            slot.put.into_iter().chain([set, case.commands().restart()]),
        ),
    )
}

/// The OpenClaw Gateway's own secret in a place whose content goes to Cloudflare.
fn gateways_own<'a>(case: &CheckContext<'a>, provider: &'a ProviderConfig) -> Vec<Finding> {
    let asked = case.cloudflare_fact("provider") == Some(provider.id.as_str());
    let told = case.cloudflare_fact("gateway_secret").filter(|_| asked);
    let key = provider.api_key.iter().map(|field| ("apiKey", field));
    let headers = provider.headers.iter().map(|(name, field)| (name.as_str(), field));
    let of_models = provider.model_headers.iter();
    let of_models = of_models.map(|header| (header.name.as_str(), &header.field));
    key.chain(headers)
        .chain(of_models)
        .filter_map(|(slot, field)| {
            let CredentialField::Literal { from, .. } = &field.value else {
                return None;
            };
            let variable = from.iter().find(|name| GATEWAYS.contains(&name.as_str()));
            let told = told == Some(slot) && case.is_sent(provider, slot, field);
            (variable.is_some() || told).then(|| out_of_place(case, provider, slot, field))
        })
        .collect()
}

fn out_of_place(
    case: &CheckContext<'_>,
    provider: &ProviderConfig,
    slot: &str,
    field: &Located<CredentialField>,
) -> Finding {
    let (name, put) = match slot {
        TOKEN_HEADER => case.own_token(&field.path),
        _ => {
            let own = case.key_slot(&provider.id, &field.path, Existing::WillNotDo);
            let word = if slot == "authorization" { "Bearer " } else { "" };
            let set = case.config_set(&field.path, &format!("{word}${{{}}}", own.name));
            (own.name, own.put.into_iter().chain([set]).collect())
        }
    };
    let due = match slot {
        TOKEN_HEADER => "the AI Gateway's token, made at Cloudflare,",
        _ => "the provider's key",
    };
    finding(
        CHECK.id,
        CHECK.severity,
        format!("{} contains the OpenClaw Gateway's own secret; {due} belongs there", field.path),
    )
    .subject(field.path.clone())
    .detail(format!(
        "Every model call of {} sends it to Cloudflare, where it opens nothing. It is what opens your OpenClaw Gateway; the \
         doctor did not send it.",
        provider.id
    ))
    .at(field.place.as_ref(), field.path.clone())
    .fix(
        format!(
            "Put {due} into {} as {name}, refer to it here, and restart. The Gateway's own secret stays where it is.",
            case.dotenv()
        ),
        put.into_iter().chain([case.commands().restart()]),
    )
}
