//! `cf-aig-header-malformed`: the token header is not written as `Bearer <token>`.

use super::cf_common::{TOKEN_HEADER, issue_finding, open_notes};
use super::cf_origin::token_subject;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{CredentialField, Located, ProviderConfig, Shape, ValueFacts, ValueFlag};
use crate::ping::verdict::Word;

pub(crate) const CHECK: Check = Check {
    id: "cf-aig-header-malformed",
    title: "the token header is written as Bearer <token>",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::Config],
    causes: &[
        "cf-credential-unsendable",
        "cf-aig-token-rejected",
        "cf-aig-token-missing",
    ],
    docs: "Cloudflare reads cf-aig-authorization as the word Bearer, one blank and the token. A colon after Bearer, a missing \
or doubled Bearer, quotes or a second word make it refuse with 401 and code 2009, although the token itself is good.\n\n\
Fix: openclaw config set 'models.providers.cloudflare-ai-gateway.headers.cf-aig-authorization' 'Bearer ${CF_AIG_TOKEN}'\n\n\
Example: `Bearer: <token>` stood in an often copied report.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    // What Cloudflare accepts is not called wrong.
    for provider in case.aig_providers().into_iter().filter(|one| !case.passes(one)) {
        let sent = case.token_field(provider);
        found.extend(sent.and_then(|field| judged(case, provider, field)));
        // Of other models it is certain that their calls fail, and not that anybody makes one.
        let others = provider
            .model_headers
            .iter()
            .filter(|header| header.name == TOKEN_HEADER);
        let others = others.filter(|header| sent.is_none_or(|sent| sent.path != header.field.path));
        found.extend(others.filter_map(|header| {
            let mut found = judged(case, provider, &header.field)?;
            found.severity = Severity::Warning;
            Some(found)
        }));
    }
    // What the reading of the config says of names of headers, such as a second spelling of the same one.
    if found.is_empty() {
        found.extend(
            open_notes(case, CHECK.id)
                .into_iter()
                .map(|issue| issue_finding(case, &CHECK, CHECK.severity, issue).subject(TOKEN_HEADER)),
        );
    }
    found
}

fn judged(case: &CheckContext<'_>, provider: &ProviderConfig, field: &Located<CredentialField>) -> Option<Finding> {
    match &field.value {
        CredentialField::Literal { value, from } => {
            let what = wrong(value)?;
            Some(about(case, provider, field, (what, value), from))
        }
        // The whole header is the value of the variable.
        CredentialField::Ref { secret_ref } if secret_ref.source == "env" => {
            let value = case.value_at_next_start(&secret_ref.id)?;
            let what = wrong(value)?;
            Some(about(
                case,
                provider,
                field,
                (what, value),
                std::slice::from_ref(&secret_ref.id),
            ))
        }
        CredentialField::Ref { .. } => unseen(case, provider, field),
        CredentialField::Unresolved { .. } => None,
    }
}

/// A value that is kept elsewhere: only its form is known, where a request was made with it.
fn unseen(case: &CheckContext<'_>, provider: &ProviderConfig, field: &Located<CredentialField>) -> Option<Finding> {
    let asked = case.cloudflare_fact("provider") == Some(provider.id.as_str());
    let refused = asked && case.cloudflare() == Some(Word::GatewayTokenRejected);
    let what = match case.cloudflare_fact("token_form").filter(|_| refused)? {
        "bare" => "the word Bearer before the token is missing",
        "malformed" => "it is more than the word Bearer, one blank and the token",
        _ => return None,
    };
    Some(
        finding(
            CHECK.id,
            CHECK.severity,
            format!(
                "{} is not of the form Bearer <token>: {what}",
                token_subject(Some(field))
            ),
        )
        .subject(token_subject(Some(field)))
        .detail(
            "The header is a reference, and what it leads to is the whole value that is sent. The token may be good.",
        )
        .at(field.place.as_ref(), format!("{}: {what}", field.path))
        .fix(
            "Write the secret behind the reference as `Bearer <token>`: the word, one blank, the token. Then restart.",
            [case.commands().restart()],
        ),
    )
}

/// Says what is wrong with the form of a header value; values that stand for nothing are the
/// subject of other checks.
fn wrong(value: &ValueFacts) -> Option<&'static str> {
    let has = |flag| value.has(flag);
    let stands_for_nothing = [
        ValueFlag::Sentinel,
        ValueFlag::LiteralReference,
        ValueFlag::CommandSubstitution,
    ];
    if stands_for_nothing.into_iter().any(has) || value.foreign.is_some() {
        return None;
    }
    let cases = [
        (value.is_blank(), "it is empty"),
        (has(ValueFlag::Placeholder), "it is a placeholder, not a token"),
        (has(ValueFlag::BearerDoubled), "it contains the word Bearer twice"),
        (has(ValueFlag::BearerAlone), "nothing follows the word Bearer"),
        (has(ValueFlag::BearerQuoted), "there are quotes in it"),
        (
            has(ValueFlag::BearerColon),
            "a colon or another sign than one blank follows the word Bearer",
        ),
        (has(ValueFlag::BearerCase), "the word is not spelled Bearer"),
        (has(ValueFlag::BearerTwoWords), "more than one word follows Bearer"),
        (
            has(ValueFlag::CarriageReturn),
            "it ends in a carriage return, as files from Windows do",
        ),
        (has(ValueFlag::EdgeSpace), "it begins or ends with white space"),
        (
            value.shape != Some(Shape::BearerHeader),
            "the word Bearer before the token is missing",
        ),
    ];
    cases.into_iter().find(|(holds, _)| *holds).map(|(_, what)| what)
}

fn about(
    case: &CheckContext<'_>,
    provider: &ProviderConfig,
    field: &Located<CredentialField>,
    (what, value): (&str, &ValueFacts),
    from: &[String],
) -> Finding {
    finding(
        CHECK.id,
        CHECK.severity,
        format!("{} is not of the form Bearer <token>: {what}", token_subject(Some(field))),
    )
    .subject(token_subject(Some(field)))
    .detail(format!(
        "Cloudflare refuses what it cannot read as the word Bearer, one blank and the token: 401 with code 2009 for every \
         model call through {}{}.",
        provider.id,
        if value.is_blank() || value.has(ValueFlag::Placeholder) { "" } else { ", although the token may be good" }
    ))
    .at(field.place.as_ref(), format!("{}: {what}", field.path))
    .fix_by(case.mend_token_header(field, value, from))
}
