//! `cf-aig-token-rejected`: Cloudflare refuses the token that is sent (2009).

use super::cf_common::{answer_finding, in_brackets};
use super::cf_origin::{literal, token_subject, variable_of};
use super::cf_token_in_provider_slot::mends_the_header;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::checks::values::value_common::correct_in_gateway;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::CredentialField;
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-aig-token-rejected",
    title: "the AI Gateway accepts its token",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Token)],
    causes: &[],
    docs: "The AI Gateway refuses the value of cf-aig-authorization (401, code 2009): the token was revoked, belongs to \
another account, lacks the right to run AI Gateway, or is no token of Cloudflare's at all. The provider's key is not judged \
by this answer.\n\n\
Fix: create a new token in the gateway's settings at Cloudflare, put it where the header gets it from, and restart.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    if case.cloudflare() != Some(Word::GatewayTokenRejected) {
        return Vec::new();
    }
    vec![found(case)]
}

fn found(case: &CheckContext<'_>) -> Finding {
    let provider = case.asked_provider();
    let entry = provider.and_then(|provider| case.token_field(provider));
    // A reference has the whole value, so that another token alone is not put into its variable.
    let variable = entry.filter(|field| literal(field).is_some()).and_then(variable_of);
    let shape = case
        .cloudflare_fact("token_shape")
        .map_or(String::new(), |shape| format!(" It looks like: {shape}."));
    let same = match case.cloudflare_fact("same_value") {
        Some("yes") => " It is the same text as the provider's key; the two are different secrets.",
        _ => "",
    };
    let open = match case.cloudflare_fact("without_token") {
        Some("accepted") => {
            " Without the header the same request passes: this gateway asks for no token, so the header can go."
        }
        _ => "",
    };
    // The API of Cloudflare's accounts refuses with codes of its own; who accepts without the header refused with 2009 before.
    let code = match (open, case.cloudflare_fact("code")) {
        ("", Some(code)) => code,
        _ => "2009",
    };
    // What the next start has mended is a matter of the restart, and stands under it.
    let stale = variable.filter(|name| {
        let mut keys = case.resolved.keys.iter();
        keys.any(|key| key.name() == *name && case.has_new_value(key))
    });
    const FIX: &str = "Create a new token in the gateway's settings at Cloudflare (AI > AI Gateway > Settings), put it where \
                       the header gets it from, and restart.";
    let uncovered = entry.and_then(|field| case.uncover_token(&field.path));
    let (fix, commands) = match (variable, entry) {
        _ if uncovered.is_some() => uncovered.unwrap_or_default(),
        (Some(name), Some(field)) if case.feeds_more(name, &field.path) => {
            let (own, commands) = case.own_token(&field.path);
            (
                format!(
                    "Create a new token in the gateway's settings at Cloudflare (AI > AI Gateway > Settings), put it into {} as \
                     {own}, refer to it in the header, and restart. {name} stays as it is: something else reads it too.",
                    case.dotenv()
                ),
                commands.into_iter().chain([case.commands().restart()]).collect(),
            )
        }
        (Some(name), _) => correct_in_gateway(case, name, FIX),
        (None, Some(field)) => {
            let (_, commands) = case.own_token(&field.path);
            let restart = case.commands().restart();
            (FIX.to_owned(), commands.into_iter().chain([restart]).collect())
        }
        (None, None) => (FIX.to_owned(), vec![case.commands().restart()]),
    };
    let reference = match entry.map(|field| &field.value) {
        Some(CredentialField::Ref { .. }) => {
            " The header is a reference: the secret behind it must be the whole value, with Bearer in front."
        }
        _ => "",
    };
    let subject = token_subject(entry);
    let exchanged = provider.and_then(|provider| mends_the_header(case, provider));
    let mut finding = answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        format!("Cloudflare refuses the token in {subject}{}", in_brackets(case, &format!("code {code}"))),
    )
    .subject(stale.map(str::to_owned).or(exchanged).unwrap_or(subject))
    .detail(format!(
        "Revoked, of another account, or without the right to run this gateway. The provider's key was not judged.{shape}{same}{open}{reference}"
    ))
    .fix(fix, commands);
    if let Some(field) = entry {
        finding = finding.at(field.place.as_ref(), field.path.clone());
    }
    finding
}
