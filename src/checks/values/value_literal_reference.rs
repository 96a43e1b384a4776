//! `value-literal-reference`: the value is a reference that nobody resolves.

use super::value_common::{Suspect, about, correct, suspects};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::gateway_has_name;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ForeignRef, Located, ValueFacts, ValueFlag};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "value-literal-reference",
    title: "no needed key is a reference that nobody resolves",
    group: Group::Values,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &[
        "cf-provider-key-rejected",
        "cf-aig-token-missing",
        "cf-aig-token-rejected",
    ],
    docs: "OpenClaw's `.env` reader and systemd's EnvironmentFile expand nothing: `KEY=${OTHER}`, `KEY=$(cmd)`, \
`KEY=op://vault/item/field`, `KEY=ENC[AES256_GCM,…]`, `KEY=vault:…`, `KEY=env:NAME` and the like give exactly this text, \
and the Gateway sends it as the key. The same holds for strings of the config, where only `${NAME}` is known. A tool such \
as `op run`, `sops exec-env` or `bws run` in front of the Gateway would put the value in its place.\n\n\
Fix: write the value itself, start the Gateway through that tool (`openclaw gateway install --wrapper FILE`), or use a \
SecretRef with a provider of source exec.",
    run,
};

fn bad(value: &ValueFacts) -> bool {
    value.has(ValueFlag::LiteralReference) || value.has(ValueFlag::CommandSubstitution) || value.foreign.is_some()
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let of_keys = suspects(case, bad);
    let of_keys = of_keys
        .iter()
        .filter(|suspect| !a_wrapper_may_resolve_it(case, suspect));
    let mut found: Vec<Finding> = of_keys.map(|suspect| of_key(case, suspect)).collect();
    let config = resolve::config(case.snapshot);
    let literals = config.into_iter().flat_map(|config| &config.literals);
    found.extend(literals.filter_map(|literal| of_config(case, literal)));
    found
}

/// Returns whether a text of the config is told here.
pub(crate) fn tells(case: &CheckContext<'_>, path: &str) -> bool {
    let literals = resolve::config(case.snapshot)
        .into_iter()
        .flat_map(|config| &config.literals);
    literals
        .filter(|literal| literal.path == path)
        .any(|literal| of_config(case, literal).is_some())
}

/// A program in front of the Gateway can put the value in its place. What the running Gateway has is proved.
fn a_wrapper_may_resolve_it(case: &CheckContext<'_>, suspect: &Suspect<'_>) -> bool {
    let running = case.snapshot.views.running.get().is_some() && suspect.key.running.as_ref().is_some_and(bad);
    !running && resolve::open_link(case.snapshot, suspect.name()).is_some()
}

fn of_key(case: &CheckContext<'_>, suspect: &Suspect<'_>) -> Finding {
    let name = suspect.name();
    let Some(kind) = suspect.value.foreign else {
        let substitution = suspect.value.has(ValueFlag::CommandSubstitution);
        let other = if substitution { "$(…)" } else { "$… of another name" };
        let text = suspect.value.reference.as_deref().unwrap_or(other);
        let title = format!("{name} is the text {text}, which nothing expands");
        return about(case, CHECK.id, suspect, title, &format!("the value is {text}"))
            .detail(format!(
                "The reader of this source expands nothing, so the Gateway sends {text} as the key."
            ))
            .fix_by(correct(
                case,
                suspect,
                "Write the key itself; in the config, `${NAME}` may refer to another variable.",
            ));
    };
    let title = format!("{name} is {}, which nothing resolves here", kind.words());
    about(
        case,
        CHECK.id,
        suspect,
        title,
        &format!("the value is {}", kind.words()),
    )
    .detail(detail(kind))
    .fix_by(correct(case, suspect, fix()))
}

fn of_config(case: &CheckContext<'_>, literal: &Located<ValueFacts>) -> Option<Finding> {
    let weight = resolve::weight_of_path(case.snapshot, &literal.path)?;
    let Some(kind) = literal.value.foreign else {
        return unexpanded(case, literal, weight.severity());
    };
    let names = variables_of(case, literal).filter(|_| kind == ForeignRef::EnvMarker);
    if let Some(names) = &names
        && names.iter().any(|name| gateway_has_name(case, name))
    {
        return None;
    }
    let (detail, fix) = match names {
        Some(names) => (marker_detail(&names), MARKER_FIX),
        None => (detail(kind), fix()),
    };
    Some(
        finding(
            CHECK.id,
            weight.severity(),
            format!("{} is {}, which nothing resolves", literal.path, kind.words()),
        )
        .subject(&literal.path)
        .detail(detail)
        .at(literal.place.as_ref(), format!("the value is {}", kind.words()))
        .fix_by(in_config(case, literal, fix)),
    )
}

/// A reference in a form that OpenClaw does not know: it sends `${lower_case}` and `$(…)` as they are (played on 2026.9.6).
/// What goes through Cloudflare is told by its checks.
fn unexpanded(case: &CheckContext<'_>, literal: &Located<ValueFacts>, severity: Severity) -> Option<Finding> {
    let (path, value) = (&literal.path, &literal.value);
    let text = match &value.reference {
        Some(text) => text.as_str(),
        None if value.has(ValueFlag::CommandSubstitution) => "$(…)",
        None if value.has(ValueFlag::LiteralReference) => "${…} with a name not in capitals",
        None => return None,
    };
    let of_cloudflare = |id: &str| path.starts_with(&format!("models.providers.{id}."));
    if case.aig_providers().iter().any(|provider| of_cloudflare(&provider.id)) {
        return None;
    }
    // The Gateway's own secret is compared and sent to nobody: it works, for whoever guesses it.
    let own = path.starts_with("gateway.");
    let severity = if own { severity.min(Severity::Warning) } else { severity };
    let effect = if own {
        "so whoever guesses it gets in"
    } else {
        "and sends it as the key"
    };
    let found = finding(CHECK.id, severity, format!("{path} is {text}, which nothing replaces")).subject(path);
    Some(
        found
            .detail(format!(
                "OpenClaw replaces only `${{NAME}}` in capitals, digits and _. It takes this text as it is, {effect}."
            ))
            .at(literal.place.as_ref(), format!("the value is {text}"))
            .fix_by(in_config(
                case,
                literal,
                "Write `${NAME}` in capitals, with the variable in the Gateway's .env, or the value itself.",
            )),
    )
}

/// In the key of a provider, the variable that the Gateway has for it takes the place of the text.
fn in_config(case: &CheckContext<'_>, literal: &Located<ValueFacts>, fix: &str) -> (String, Vec<String>) {
    let known = variables_of(case, literal)
        .unwrap_or_default()
        .into_iter()
        .find(|name| gateway_has_name(case, name));
    let restart = case.commands().restart();
    match (known, &literal.place) {
        (Some(name), _) => (
            format!("Write `${{{name}}}`, which the Gateway has, and restart."),
            vec![case.config_set(&literal.path, &format!("${{{name}}}")), restart],
        ),
        (None, Some(place)) => (format!("{fix} Then restart."), vec![case.edit_at(place), restart]),
        (None, None) => (fix.to_owned(), vec![restart]),
    }
}

/// The variables of the provider whose key a text of the config is.
fn variables_of(case: &CheckContext<'_>, literal: &Located<ValueFacts>) -> Option<Vec<String>> {
    let key = literal.path.strip_prefix("models.providers.");
    let id = key.and_then(|rest| rest.strip_suffix(".apiKey"));
    let config = resolve::config(case.snapshot);
    config.zip(id).map(|(config, id)| resolve::variables(config, id))
}

const MARKER_FIX: &str = "Write `${NAME}`, with a variable that the Gateway has, or give it the provider's own.";

/// What `secretref-env:NAME` does in the key of a provider (played on 2026.9.6).
fn marker_detail(names: &[String]) -> String {
    let looks = match names {
        [] => "it knows no variable of this provider to look for".to_owned(),
        names => format!(
            "it looks for the provider's own variable ({}), whatever the marker names, and the Gateway is not known to have it",
            names.join(" or ")
        ),
    };
    format!("OpenClaw takes the text for no key and sends nothing of it: {looks}.")
}

fn detail(kind: ForeignRef) -> String {
    format!(
        "OpenClaw takes the text as the key itself and sends it. It does not look behind it: {}.",
        kind.resolver()
    )
}

fn fix() -> &'static str {
    "Write the key itself, start the Gateway through the tool that resolves it, or use a SecretRef of source exec."
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, value, views};

    /// What OpenClaw sends as it is, and how bad that is.
    #[test]
    fn references_of_the_config_that_nothing_replaces_are_told() {
        for (path, text, told) in [
            ("models.providers.openai.apiKey", "${lower_case}", Some(Severity::Error)),
            (
                "models.providers.openai.apiKey",
                "$(pass openai)",
                Some(Severity::Error),
            ),
            ("channels.telegram.botToken", "${Bot_Token}", Some(Severity::Error)),
            (
                "channels.telegram.botToken",
                "op://vault/bot/token",
                Some(Severity::Error),
            ),
            ("gateway.auth.token", "${gateway_token}", Some(Severity::Warning)),
            ("plugins.entries.x.config.apiKey", "${lower}", Some(Severity::Warning)),
            (
                "models.providers.openai.apiKey",
                "${doppler.x.KEY}",
                Some(Severity::Error),
            ),
            (
                "models.providers.openai.apiKey",
                "secretref-env:MY_KEY",
                Some(Severity::Error),
            ),
            ("models.providers.openai.apiKey", "sk-proj-Aq9Zt4Lm7Rw2Xc5Vb8Nj", None),
            // Told by cf-provider-key-missing.
            ("models.providers.cloudflare-ai-gateway.apiKey", "${lower}", None),
        ] {
            let mut snapshot = healthy();
            for view in views(&mut snapshot) {
                view.config.literals = vec![Located {
                    path: path.to_owned(),
                    place: None,
                    value: value("", text),
                }];
            }
            let found = findings(&CHECK, &snapshot);
            assert_eq!(found.first().map(|one| one.severity), told, "{path} {text}");
        }
    }
}
