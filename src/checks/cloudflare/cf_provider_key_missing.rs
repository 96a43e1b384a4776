//! `cf-provider-key-missing`: a provider behind the AI Gateway has no key at all.

use super::cf_common::{TOKEN_HEADER, answer_finding, field};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{gateway_value, lacks};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::ProviderConfig;
use crate::ping::verdict::Word;
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "cf-provider-key-missing",
    title: "every provider behind an AI Gateway has a key",
    group: Group::Cloudflare,
    severity: Severity::Warning,
    needs: &[Need::Config],
    causes: &[],
    docs: "A provider entry whose base URL goes through Cloudflare's AI Gateway has no apiKey, no stored profile, no variable \
of its own and no header with a credential. The Gateway then skips it without a word and answers with another model, or \
sends requests that the provider refuses with 401.\n\n\
Fix: openclaw config set models.providers.<id>.apiKey '${NAME_OF_A_VARIABLE}', and the variable in the state directory's .env.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let asked = case.asked_provider().map(|provider| provider.id.as_str());
    let mut found: Vec<Finding> = case
        .aig_providers()
        .into_iter()
        .filter(|provider| Some(provider.id.as_str()) != asked && has_nothing(case, provider))
        .filter(|provider| !default_of(case, provider))
        .map(|provider| without_key(case, provider))
        .collect();
    found.extend(refused(case));
    found
}

/// The default model's provider is the subject of the environment checks.
fn default_of(case: &CheckContext<'_>, provider: &ProviderConfig) -> bool {
    let model = resolve::config(case.snapshot).and_then(|config| config.default_model.as_ref());
    model
        .and_then(|model| model.value.split_once('/'))
        .is_some_and(|(id, _)| id.eq_ignore_ascii_case(&provider.id))
}

fn has_nothing(case: &CheckContext<'_>, provider: &ProviderConfig) -> bool {
    let carries = |name: &str| matches!(name, "x-api-key" | "authorization" | "x-goog-api-key" | TOKEN_HEADER);
    let without = matches!(provider.auth.as_deref(), Some("none" | "oauth" | "aws-sdk"));
    let Some(config) = resolve::config(case.snapshot) else {
        return false;
    };
    let set = |name: &String| case.gateway_traces().any(|trace| !trace.find(name).lacks());
    provider.api_key.is_none()
        && !without
        && !provider.headers.iter().any(|(name, _)| carries(name))
        && !resolve::has_profile(case.snapshot, &provider.id)
        && !resolve::variables(config, &provider.id).iter().any(set)
}

fn without_key(case: &CheckContext<'_>, provider: &ProviderConfig) -> Finding {
    let path = field(&provider.id, "apiKey");
    let variable = format!("{}_API_KEY", screaming(&provider.id));
    finding(
        CHECK.id,
        CHECK.severity,
        format!(
            "The provider {} goes through Cloudflare's AI Gateway and has no apiKey",
            provider.id
        ),
    )
    .subject(path.clone())
    .certainty(Certainty::Likely)
    .detail(
        "It has no stored profile, no variable and no header with a credential either. The Gateway skips it without a \
         word, so another model answers, possibly at another price.",
    )
    .at(
        provider.place.as_ref(),
        format!("models.providers.{} has no apiKey", provider.id),
    )
    .fix(
        format!(
            "Put the provider's key into {} as {variable}, refer to it, and restart.",
            case.dotenv()
        ),
        [
            case.put_in_dotenv(&variable),
            case.config_set(&path, &format!("${{{variable}}}")),
            case.commands().restart(),
        ],
    )
}

/// The provider that was asked got through to where a key is due, and the daemon sends none.
fn refused(case: &CheckContext<'_>) -> Option<Finding> {
    // What a Gateway sends that cannot be seen is not known.
    if resolve::is_unseen(case.snapshot) {
        return None;
    }
    let shell = case.cloudflare() == Some(Word::OnlyShellKeyAccepted) && case.cloudflare_fact("key") == Some("missing");
    if case.cloudflare() != Some(Word::ProviderKeyMissing) && !shell {
        return None;
    }
    let provider = case.asked_provider()?;
    // A variable that the Gateway lacks, or that holds nothing of use, is told by other checks.
    let own = resolve::config(case.snapshot).and_then(|config| resolve::key_of_provider(config, &provider.id));
    let void =
        |key: &resolve::ResolvedKey| lacks(case, key) || gateway_value(case, key).is_some_and(|value| value.is_blank());
    let told_elsewhere = case.needed().any(|key| own.as_deref() == Some(key.name()) && void(key));
    if told_elsewhere || case.cloudflare_fact("no_secret").is_some() {
        return None;
    }
    let path = field(&provider.id, "apiKey");
    let variable = own.unwrap_or_else(|| format!("{}_API_KEY", screaming(&provider.id)));
    let shell = if shell {
        " The key of your shell is accepted."
    } else {
        ""
    };
    Some(
        answer_finding(
            case,
            &CHECK,
            Severity::Error,
            format!("{} sends no key for the provider {}", case.gateway_name(), provider.id),
        )
        .subject(path.clone())
        .detail(format!(
            "The request passes Cloudflare, and the provider behind it answers 401: no key came.{shell}"
        ))
        .at(provider.place.as_ref(), format!("models.providers.{}", provider.id))
        .fix(
            format!(
                "Put the provider's key into {} as {variable}, refer to it, and restart.",
                case.dotenv()
            ),
            [
                case.put_in_dotenv(&variable),
                case.config_set(&path, &format!("${{{variable}}}")),
                case.commands().restart(),
            ],
        ),
    )
}

fn screaming(id: &str) -> String {
    id.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect()
}
