//! `cf-provider-key-missing`: a provider behind the AI Gateway has no key at all.

use super::cf_common::{TOKEN_HEADER, answer_finding, field, issue_finding, notes, shell_key_words};
use super::cf_key_header::{KEY_HEADERS, at_models, empty_at_model, in_header};
use super::cf_slots::{Existing, Slot};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{gateway_value, lacks};
use crate::checks::finding::{FindingExt, finding};
use crate::checks::values::value_common::correct_in_gateway;
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{ConfigIssue, CredentialField, Place, ProviderConfig, ValueFlag};
use crate::ping::verdict::Word;
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "cf-provider-key-missing",
    title: "every provider behind an AI Gateway has a key",
    group: Group::Cloudflare,
    severity: Severity::Warning,
    needs: &[Need::Config],
    causes: &[],
    docs: "A provider entry whose base URL goes through Cloudflare's AI Gateway has no apiKey, no stored profile and \
no variable of its own. OpenClaw then makes no request to it, whatever headers and request.auth hold, and answers with another \
model or with \"No API key found\"; a provider that is asked without a key refuses with 401.\n\n\
Fix: openclaw config set models.providers.<id>.apiKey '${NAME_OF_A_VARIABLE}', and the variable in the state directory's .env.",
    run,
};

/// What is said where a credential of the config is in headers alone.
const ONLY_HEADERS: &str = "OpenClaw takes a header for no key: without apiKey, a stored profile or a variable of the \
provider it makes no request at all, and every message ends in \"No API key found\". The credential in the headers goes out \
only beside one. Where the provider's key is stored at Cloudflare (BYOK), OpenClaw needs an apiKey all the same.";

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let asked = case.asked_provider().map(|provider| provider.id.as_str());
    let mut found: Vec<Finding> = case
        .aig_providers()
        .into_iter()
        .filter(|provider| Some(provider.id.as_str()) != asked && has_nothing(case, provider))
        // That a default provider's variable is not set is told by the environment checks; a header silences them.
        .filter(|provider| {
            !default_of(case, provider)
                || by_header(provider)
                || resolve::lacks_key_in_entry(case.snapshot, &provider.id)
        })
        .map(|provider| without_key(case, provider))
        .collect();
    found.extend(refused(case));
    found.extend(
        case.aig_providers()
            .into_iter()
            .filter_map(|provider| placeholder(case, provider)),
    );
    for provider in case.aig_providers() {
        found.extend(
            provider
                .headers
                .iter()
                .filter(|(name, field)| case.is_sent(provider, name, field))
                .map(|(name, field)| (name.as_str(), field))
                .chain(
                    provider
                        .model_headers
                        .iter()
                        .filter_map(|header| empty_at_model(case, provider, header)),
                )
                .filter_map(|(name, field)| in_header(&CHECK, case, provider, name, field)),
        );
        found.extend(at_models(&CHECK, case, provider));
    }
    found
}

/// Whether an apiKey that is the name of a variable, and no reference to it, is an error of this check.
pub(crate) fn tells_of(case: &CheckContext<'_>, issue: &ConfigIssue) -> bool {
    let mut providers = case.aig_providers().into_iter();
    providers.any(|one| placeholder(case, one).and_then(|told| told.subject).as_ref() == Some(&issue.path))
}

/// An apiKey in the config that is no key; variables are the subject of the checks of values.
fn placeholder(case: &CheckContext<'_>, provider: &ProviderConfig) -> Option<Finding> {
    // Where a stored key works it is told that the placeholder takes its place.
    let asked = case.cloudflare_fact("provider") == Some(provider.id.as_str());
    if asked && case.cloudflare() == Some(Word::ByokConflict) {
        return None;
    }
    let key = provider.api_key.as_ref().filter(|_| !case.passes(provider))?;
    let CredentialField::Literal { value, from } = &key.value else {
        return None;
    };
    let is_none = value.has(ValueFlag::Placeholder) || value.has(ValueFlag::BareVariableName);
    // A name that OpenClaw knows counts as that variable.
    if !is_none || !from.is_empty() {
        return None;
    }
    let bare = notes(case, "cf-apikey-bare-name", &[]);
    if let Some(issue) = bare.into_iter().find(|issue| issue.path == key.path) {
        // A variable that the provider has by its name comes before apiKey.
        if case.has_key_by_name(provider) {
            return None;
        }
        let sent = "OpenClaw sends the name itself, and the provider refuses it; the doctor sent it to nobody.";
        return Some(issue_finding(case, &CHECK, Severity::Error, issue).detail(sent));
    }
    let slot = case.key_slot(&provider.id, &key.path, Existing::MayDo);
    Some(
        finding(
            CHECK.id,
            Severity::Error,
            format!("{} is a placeholder, not a key", key.path),
        )
        .subject(key.path.clone())
        .detail("OpenClaw sends it as it is, and the provider refuses it; the doctor sent it to nobody.")
        .at(key.place.as_ref(), "a placeholder")
        .fix_by(by_slot(case, slot, &key.path)),
    )
}

/// A field that is to refer to a variable.
fn by_slot(case: &CheckContext<'_>, slot: Slot, path: &str) -> (String, Vec<String>) {
    let set = case.config_set(path, &format!("${{{}}}", slot.name));
    (
        format!("{} in {path}, and restart.", slot.words(case, "the provider's key")),
        slot.put.into_iter().chain([set, case.commands().restart()]).collect(),
    )
}

/// The default model's provider is the subject of the environment checks.
fn default_of(case: &CheckContext<'_>, provider: &ProviderConfig) -> bool {
    let model = resolve::config(case.snapshot).and_then(|config| config.default_model.as_ref());
    model
        .and_then(|model| model.value.split_once('/'))
        .is_some_and(|(id, _)| id.eq_ignore_ascii_case(&provider.id))
}

/// A credential of the config that is no apiKey.
fn by_header(provider: &ProviderConfig) -> bool {
    let carries = |name: &str| KEY_HEADERS.contains(&name) || name == TOKEN_HEADER;
    provider.headers.iter().any(|(name, _)| carries(name))
}

/// Nothing that makes OpenClaw send a request: headers and `request.auth` alone do not (seen on 2026.9.6).
fn has_nothing(case: &CheckContext<'_>, provider: &ProviderConfig) -> bool {
    let without = matches!(provider.auth.as_deref(), Some("none" | "oauth" | "aws-sdk"));
    let stores = &case.snapshot.auth_profiles;
    let unread = stores.iter().any(|store| store.profiles.why_unknown().is_some());
    let Some(config) = resolve::config(case.snapshot) else {
        return false;
    };
    let set = |name: &String| case.gateway_traces().any(|trace| !trace.find(name).lacks());
    provider.api_key.is_none()
        && !without
        && !unread
        && !resolve::has_profile(case.snapshot, &provider.id)
        && !resolve::variables(config, &provider.id).iter().any(set)
}

fn without_key(case: &CheckContext<'_>, provider: &ProviderConfig) -> Finding {
    let path = field(&provider.id, "apiKey");
    let slot = case.key_slot(&provider.id, &path, Existing::MayDo);
    let severity = match default_of(case, provider) {
        true => Severity::Error,
        false => CHECK.severity,
    };
    let detail = match by_header(provider) {
        true => ONLY_HEADERS,
        false => {
            "It has no stored profile and no variable either. The Gateway makes no request to it, so another model answers, \
             possibly at another price."
        }
    };
    finding(
        CHECK.id,
        severity,
        format!(
            "The provider {} goes through Cloudflare's AI Gateway and has no apiKey",
            provider.id
        ),
    )
    .subject(path.clone())
    .certainty(Certainty::Likely)
    .detail(detail)
    .at(
        provider.place.as_ref(),
        format!("models.providers.{} has no apiKey", provider.id),
    )
    .fix_by(by_slot(case, slot, &path))
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
    if let Some(found) = by_profile(case, provider) {
        return Some(found);
    }
    // A variable that the Gateway lacks, or that holds nothing of use, is told by other checks.
    let own = resolve::config(case.snapshot).and_then(|config| resolve::key_of_provider(config, &provider.id));
    let void =
        |key: &resolve::ResolvedKey| lacks(case, key) || gateway_value(case, key).is_some_and(|value| value.is_blank());
    let told_elsewhere = case.needed().any(|key| own.as_deref() == Some(key.name()) && void(key));
    if told_elsewhere || case.cloudflare_fact("no_secret").is_some() {
        return None;
    }
    // The plugin that would read the variable is missing: that is told, with what to do.
    let set = |name: &String| case.gateway_traces().any(|trace| !trace.find(name).lacks());
    let unread = provider.id == resolve::CLOUDFLARE_PROVIDER && own.as_ref().is_some_and(set);
    let config = resolve::config(case.snapshot)?;
    if unread && super::cf_plugin_missing::is_installed(case, config) == Some(false) {
        return None;
    }
    let path = field(&provider.id, "apiKey");
    let fix = match own {
        Some(name) if !case.offers(&name).is_empty() => {
            correct_in_gateway(case, &name, "Put the provider's key there.")
        }
        Some(name) => by_slot(
            case,
            Slot {
                put: Some(case.put_in_dotenv(&name)),
                name,
            },
            &path,
        ),
        None => by_slot(case, case.key_slot(&provider.id, &path, Existing::MayDo), &path),
    };
    let shell = match shell {
        true => format!(" {} is accepted.", shell_key_words(case)),
        false => String::new(),
    };
    Some(
        answer_finding(
            case,
            &CHECK,
            Severity::Error,
            format!("{} sends no key for the provider {}", case.gateway_name(), provider.id),
        )
        .subject(path.clone())
        .detail(match case.cloudflare_fact("silent") {
            Some(_) if by_header(provider) => format!("{ONLY_HEADERS}{shell}"),
            Some(_) => {
                format!("OpenClaw makes no request without one: every message ends in \"No API key found\".{shell}")
            }
            None => {
                format!("The request passes Cloudflare, and the provider behind it answers 401: no key came.{shell}")
            }
        })
        .at(provider.place.as_ref(), format!("models.providers.{}", provider.id))
        .fix_by(fix),
    )
}

/// A stored profile that gives no key. It is asked before every variable and before apiKey, so a fix of those cures nothing.
fn by_profile(case: &CheckContext<'_>, provider: &ProviderConfig) -> Option<Finding> {
    let id = &provider.id;
    let restart = case.commands().restart();
    let login = case.commands().openclaw(&format!("models auth login --provider {id}"));
    let subject = format!("auth profile of {id}");
    if let Some(profile) = case.cloudflare_fact("closed_profile") {
        let variable = case.cloudflare_fact("closed_variable");
        let what = variable.map_or("a secret that cannot be read".to_owned(), |name| {
            format!("{name}, which has no value")
        });
        let (text, change) = match variable {
            Some(name) => (
                format!("Put the provider's key into {} as {name}, and restart.", case.dotenv()),
                case.put_in_dotenv(name),
            ),
            None => (
                "Renew the stored profile, or remove it so that another source counts, and restart.".to_owned(),
                login,
            ),
        };
        return Some(
            answer_finding(
                case,
                &CHECK,
                Severity::Error,
                format!("The stored profile {profile} refers to {what}"),
            )
            .subject(subject)
            .detail("OpenClaw asks the profile first, and makes no request where its reference has no value, whatever else gives a key.")
            .fix(text, [change, restart]),
        );
    }
    let void = case.cloudflare_fact("no_secret").is_some() && case.key_profile().is_some();
    void.then(|| {
        answer_finding(
            case,
            &CHECK,
            Severity::Error,
            format!("The key of the stored profile for {id} is a placeholder, not a key"),
        )
        .subject(subject)
        .detail("OpenClaw sends it as it is, before every variable and apiKey, and the provider refuses it; the doctor sent it to nobody.")
        .at(
            case.key_profile().map(Place::file).as_ref(),
            "contains the profile",
        )
        .fix("Put the real key into the stored profile, and restart.", [login, restart])
    })
}
