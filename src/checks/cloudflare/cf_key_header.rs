//! Headers in the place of a provider's key that are a placeholder, or empty: they go out whatever apiKey is.

use super::cf_origin::literal;
use super::cf_slots::Existing;
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{
    CredentialField, Located, ModelHeader, ModelRole, ModelUse, ProviderConfig, ValueFacts, ValueFlag,
};
use crate::resolve;

/// Headers in which providers look for their key.
pub(super) const KEY_HEADERS: [&str; 4] = ["authorization", "x-api-key", "x-goog-api-key", "api-key"];

/// An empty header of the model that is asked for; placeholders at models are told for each of them.
pub(super) fn empty_at_model<'a>(
    case: &CheckContext<'a>,
    provider: &'a ProviderConfig,
    header: &'a ModelHeader,
) -> Option<(&'a str, &'a Located<CredentialField>)> {
    let is_empty = literal(&header.field).is_some_and(ValueFacts::is_blank);
    (is_empty && case.is_sent(provider, &header.name, &header.field)).then_some((&header.name, &header.field))
}

/// A placeholder in a header of a key at one model: it wins over the provider's own headers.
pub(super) fn at_models(check: &Check, case: &CheckContext<'_>, provider: &ProviderConfig) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    let start = format!("models.providers.{}.models.", provider.id);
    let of_model = |literal: &Located<ValueFacts>| {
        let (at, name) = literal.path.strip_prefix(&start)?.split_once(".headers.")?;
        let wanted = KEY_HEADERS.contains(&name.to_ascii_lowercase().as_str());
        let model = provider.models.get(at.parse::<usize>().ok()?)?;
        (wanted && literal.value.has(ValueFlag::Placeholder)).then(|| format!("{}/{model}", provider.id))
    };
    let found = config
        .literals
        .iter()
        .filter_map(|literal| Some((literal, of_model(literal)?)));
    found
        .map(|(literal, model)| {
            let primary = |used: &ModelUse| used.role == ModelRole::Primary && used.model.value.eq_ignore_ascii_case(&model);
            let severity = match config.uses.models.iter().any(primary) {
                true => Severity::Error,
                false => check.severity,
            };
            finding(check.id, severity, format!("{} is a placeholder", literal.path))
                .subject(literal.path.clone())
                .detail(format!(
                    "OpenClaw sends this header as it is with every call of {model}, whatever the provider's own headers and \
                     apiKey are, so the call is refused. The doctor sent it to nobody."
                ))
                .at(literal.place.as_ref(), "a placeholder")
                .fix(
                    "Remove the header from the model: those of the provider and its apiKey then count. Restart.",
                    [
                        case.commands()
                            .openclaw(&format!("config unset {}", shell_quote(&literal.path))),
                        case.commands().restart(),
                    ],
                )
        })
        .collect()
}

/// A placeholder in a header of a key: it goes out in place of the key, or beside it.
pub(super) fn in_header(
    check: &Check,
    case: &CheckContext<'_>,
    provider: &ProviderConfig,
    name: &str,
    field: &Located<CredentialField>,
) -> Option<Finding> {
    let CredentialField::Literal { value, from } = &field.value else {
        return None;
    };
    // Without anything in it OpenClaw's clients make no request, whatever apiKey is (seen on 2026.9.6).
    let is_empty = value.is_blank() && case.is_in_the_keys_place(provider, name);
    let is_none = is_empty
        || [ValueFlag::Placeholder, ValueFlag::BareVariableName, ValueFlag::Sentinel]
            .into_iter()
            .any(|flag| value.has(flag));
    if !KEY_HEADERS.contains(&name) || !is_none || !from.is_empty() {
        return None;
    }
    let (is, comes) = match is_empty {
        true => (
            "is empty",
            "OpenClaw uses this header in the place of apiKey, so no call is authenticated, or none is made.",
        ),
        false => (
            "is a placeholder, not a key",
            "OpenClaw sends this header as it is, and apiKey does not replace it, so the provider refuses every call.",
        ),
    };
    let finding = finding(check.id, Severity::Error, format!("{} {is}", field.path))
        .subject(field.path.clone())
        .detail(format!(
            "{comes} The doctor sent no credential: an answer to another key would say nothing about the calls of OpenClaw."
        ))
        .at(field.place.as_ref(), if is_empty { "empty" } else { "a placeholder" });
    Some(match provider.api_key {
        Some(_) => finding.fix(
            "Remove the header: OpenClaw sends apiKey where the provider looks for it. Then restart.",
            [case.unset_header(&field.path), case.commands().restart()],
        ),
        None => {
            let slot = case.key_slot(&provider.id, &field.path, Existing::MayDo);
            let set = case.set_key_header(&field.path, name, &slot.name);
            let text = format!(
                "{} in {}, and restart.",
                slot.words(case, "the provider's key"),
                field.path
            );
            finding.fix(text, slot.put.into_iter().chain([set, case.commands().restart()]))
        }
    })
}
