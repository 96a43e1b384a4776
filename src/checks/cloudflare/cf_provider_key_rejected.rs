//! `cf-provider-key-rejected`: Cloudflare lets the request through, the provider refuses the key.

use super::cf_common::{answer_finding, field, in_brackets};
use super::cf_slots::Existing;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::gateway_value;
use crate::checks::finding::FindingExt;
use crate::checks::values::value_common::correct_in_gateway;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{CredentialField, CredentialOrigin, Shape, ValueFacts};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-provider-key-rejected",
    title: "the provider accepts the Gateway's key",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Key)],
    causes: &[],
    docs: "The request passed Cloudflare, and the provider behind it answered 401: the key that the Gateway sends is wrong, \
revoked, or of a kind that cannot work there. The AI Gateway's own token is not the trouble. The doctor asked with the key \
that the Gateway has, which need not be the one in your shell; where the shell's is accepted, that is said.\n\n\
Fix: put a valid key where the Gateway reads it, and restart it.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ (Word::ProviderKeyRejected | Word::KeyShapeWrong)) => vec![found(case, word)],
        Some(Word::OnlyShellKeyAccepted) if case.cloudflare_fact("key") == Some("configured") => {
            vec![found(case, Word::OnlyShellKeyAccepted)]
        }
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, word: Word) -> Finding {
    let id = case.cloudflare_fact("provider").unwrap_or("cloudflare-ai-gateway");
    let header = case.key_header();
    let variable = case.asked_key_variable().filter(|_| header.is_none());
    let path = header.map_or(field(id, "apiKey"), |origin| origin.path.clone());
    let key = match (variable, case.key_profile()) {
        (Some(name), _) => name.to_owned(),
        (None, Some(_)) => format!("The key of the stored profile for {id}"),
        (None, None) => path.clone(),
    };
    // Cloudflare's own code beside a refusal of the key: it is Cloudflare that takes it.
    let by_cloudflare = case
        .cloudflare_fact("code")
        .is_some_and(|code| code.parse::<u32>().is_ok());
    let rest = case.asks_account_api() || by_cloudflare;
    let status = in_brackets(case, "");
    let sends = match case.has_daemon() {
        true => "the Gateway sends",
        false => "a Gateway started from your shell would send",
    };
    let title = match word {
        Word::OnlyShellKeyAccepted => {
            let key_of = super::cf_common::shell_key_words(case);
            format!("{key_of} is accepted, the Gateway's is not: {key}{status}")
        }
        _ if rest => format!("Cloudflare's API refuses the token that {sends}: {key}{status}"),
        _ => format!("The provider refuses the key that {sends}: {key}{status}"),
    };
    let shape = case
        .cloudflare_fact("key_shape")
        .filter(|_| word == Word::KeyShapeWrong)
        .map_or(String::new(), |shape| {
            let due = if rest {
                "an API token of Cloudflare is due"
            } else {
                "the provider wants an API key of its own"
            };
            format!(" It looks like: {shape}; {due}.")
        });
    let same = match (case.cloudflare_fact("same_value"), case.key_profile()) {
        (Some("yes"), Some(_)) => {
            " It is the same text as the AI Gateway's token in the header: the provider's own key belongs in the profile."
        }
        _ => "",
    };
    let hides = match header {
        Some(_) => " OpenClaw sends this header in the place of apiKey.",
        None => "",
    };
    let who = case.gateway_name();
    let detail = match rest {
        true => format!(
            "This endpoint takes an API token of Cloudflare as its key. The one that {who} has is wrong, expired or revoked.{shape}{hides}"
        ),
        false => format!(
            "Cloudflare let the request through, so address, ids and the AI Gateway's token are good. The provider behind it \
             refuses the key that {who} has.{shape}{same}{hides}"
        ),
    };
    let finding = answer_finding(case, &CHECK, CHECK.severity, title)
        .subject(stale(case, header).or(variable).unwrap_or(&path))
        .detail(detail);
    if let Some(origin) = header {
        let name = origin.header.as_deref().unwrap_or_default();
        let provider = case.asked_provider();
        let place = provider.and_then(|provider| case.key_field(provider)?.1.place.as_ref());
        let finding = finding.at(place, path.clone());
        return match provider {
            Some(provider) => finding.fix_by(case.mend_key_header(provider, name, &path, origin.variable.as_deref())),
            None => finding,
        };
    }
    match (variable, case.key_profile()) {
        (Some(name), _) if is_wrapped(case, name) => finding.fix(
            format!("The text around the variable is sent too: write `${{{name}}}` alone into {path}, and restart."),
            [
                case.config_set(&path, &format!("${{{name}}}")),
                case.commands().restart(),
            ],
        ),
        (Some(name), _) => {
            let what = match rest {
                true => "a valid API token of Cloudflare",
                false => "a valid key of the provider",
            };
            // What is right for the one would be wrong for the other.
            let shared = case.asked_provider().and_then(|provider| {
                let token = case.token_field(provider)?;
                (case.token_variable() == Some(name)).then_some((provider, token))
            });
            finding.fix_by(match shared {
                Some((provider, token)) => case.part_key_and_token(provider, name, Some(&token.path), what),
                None => correct_in_gateway(case, name, &format!("Put {what} there.")),
            })
        }
        (None, Some(store)) => finding
            .at(
                Some(&crate::model::snapshot::Place::file(store)),
                "contains the profile, which wins over every variable",
            )
            .fix(
                "Renew the stored profile, or remove it so that the variable counts, and restart.",
                [
                    case.commands().openclaw(&format!("models auth login --provider {id}")),
                    case.commands().restart(),
                ],
            ),
        (None, None) => {
            let slot = case.key_slot(id, &path, Existing::WillNotDo);
            let set = case.config_set(&path, &format!("${{{}}}", slot.name));
            finding.fix(
                format!(
                    "Put a valid key into {} as {} and refer to it from {path}, then restart.",
                    case.dotenv(),
                    slot.name
                ),
                slot.put.into_iter().chain([set, case.commands().restart()]),
            )
        }
    }
}

/// The variable behind a header that the next start has mended: that is a matter of the restart, and stands under it.
fn stale<'a>(case: &CheckContext<'a>, header: Option<&'a CredentialOrigin>) -> Option<&'a str> {
    let name = header?.variable.as_deref()?;
    let mut keys = case.resolved.keys.iter();
    keys.any(|key| key.name() == name && case.has_new_value(key))
        .then_some(name)
}

/// Whether the config has the word Bearer around a variable whose own value does not begin with it.
fn is_wrapped(case: &CheckContext<'_>, name: &str) -> bool {
    let bearer = |value: &ValueFacts| value.shape == Some(Shape::BearerHeader);
    let field = case.asked_provider().and_then(|provider| provider.api_key.as_ref());
    let written = matches!(field.map(|field| &field.value), Some(CredentialField::Literal { value, from })
        if bearer(value) && from.iter().any(|one| one == name));
    let key = case.resolved.keys.iter().find(|key| key.name() == name);
    written
        && key
            .and_then(|key| gateway_value(case, key))
            .is_some_and(|value| !bearer(value))
}
