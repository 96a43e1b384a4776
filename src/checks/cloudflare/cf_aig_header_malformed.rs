//! `cf-aig-header-malformed`: the token header is not written as `Bearer <token>`.

use super::cf_common::{TOKEN_HEADER, issue_finding, open_notes};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{CredentialField, Located, ProviderConfig, Shape, ValueFacts, ValueFlag};

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
    let mut found: Vec<Finding> = case
        .aig_providers()
        .into_iter()
        // What Cloudflare accepts is not called wrong.
        .filter(|provider| !case.passes(provider))
        .flat_map(|provider| {
            provider
                .headers
                .iter()
                .map(move |(name, field)| (provider, name, field))
        })
        .filter(|(_, name, _)| name.as_str() == TOKEN_HEADER)
        .filter_map(|(provider, _, field)| {
            let CredentialField::Literal { value, from } = &field.value else {
                return None;
            };
            let what = wrong(value)?;
            Some(about(case, provider, field, (what, value), from))
        })
        .collect();
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
        format!("{TOKEN_HEADER} is not of the form Bearer <token>: {what}"),
    )
    .subject(TOKEN_HEADER)
    .detail(format!(
        "Cloudflare refuses what it cannot read as the word Bearer, one blank and the token: 401 with code 2009 for every \
         model call through {}{}.",
        provider.id,
        if value.is_blank() || value.has(ValueFlag::Placeholder) { "" } else { ", although the token may be good" }
    ))
    .at(field.place.as_ref(), format!("{}: {what}", field.path))
    .fix_by(case.mend_token_header(field, value, from))
}
