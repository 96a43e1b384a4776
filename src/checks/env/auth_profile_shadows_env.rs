//! `auth-profile-shadows-env`: a stored auth profile holds a literal key that is asked before
//! environment and config.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{AuthProfile, AuthProfileStore, CredentialField, Place, ProviderConfig, ValueFacts};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "auth-profile-shadows-env",
    title: "no stored auth profile hides a key of the environment or config",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::AuthProfiles],
    causes: &[],
    docs: "At request time a stored auth profile is asked before the environment variable, and that before \
`models.providers.<id>.apiKey` (unless the entry says `auth: \"api-key\"`). While a profile with a key exists, editing \
`.env` has no effect.\n\nFix: store the new key in the profile, or remove the profile.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for store in &case.snapshot.auth_profiles {
        for profile in store.profiles.get().into_iter().flatten() {
            let Some(stored) = &profile.key else { continue };
            let entry = config.providers.iter().find(|entry| entry.id == profile.provider);
            if entry.is_some_and(|entry| entry.auth.as_deref() == Some("api-key") && entry.api_key.is_some()) {
                continue;
            }
            let name = resolve::key_of_provider(config, &profile.provider)
                .or((profile.provider == resolve::CLOUDFLARE_PROVIDER).then(|| resolve::CLOUDFLARE_KEY.to_owned()));
            if let Some((subject, other)) = hidden(case, entry, name).filter(|(_, other)| !other.same_as(stored)) {
                findings.push(found(case, store, profile, &subject, &other));
            }
        }
    }
    findings
}

/// The key that the profile hides: of the variable, else the literal one of the config.
fn hidden(
    case: &CheckContext<'_>,
    entry: Option<&ProviderConfig>,
    name: Option<String>,
) -> Option<(String, ValueFacts)> {
    let from_env = name.and_then(|name| {
        let key = case.resolved.keys.iter().find(|key| key.name() == name)?;
        let value = crate::checks::common::gateway_value(case, key).or(key.next_start.as_ref())?;
        (!value.is_blank()).then(|| (name, value.clone()))
    });
    let from_config = || {
        let entry = entry?;
        match &entry.api_key.as_ref()?.value {
            CredentialField::Literal { value, .. } => {
                Some((format!("models.providers.{}.apiKey", entry.id), value.clone()))
            }
            _ => None,
        }
    };
    from_env.or_else(from_config)
}

fn found(
    case: &CheckContext<'_>,
    store: &AuthProfileStore,
    profile: &AuthProfile,
    subject: &str,
    other: &ValueFacts,
) -> Finding {
    let place = Place::file(store.path.clone());
    let stored = profile.key.as_ref().map_or("", |key| key.fingerprint.as_str());
    finding(
        CHECK.id,
        CHECK.severity,
        format!(
            "The stored auth profile {} is asked before {subject}, and has another key",
            profile.id
        ),
    )
    .subject(subject)
    .detail(format!(
        "Requests to {} go out with the profile's key (#{stored}); {subject} (#{}) is never used, and editing it \
         changes nothing.",
        profile.provider, other.fingerprint
    ))
    .at(
        Some(&place),
        format!("profile {} in {}", profile.id, case.tilde(&store.path)),
    )
    .fix(
        "Store the key you want in the profile, or remove the profile; `openclaw models auth list` shows both.",
        [
            case.commands().openclaw("models auth list"),
            case.commands().openclaw(&format!(
                "models auth paste-api-key --provider {}",
                crate::base::text::shell_quote(&profile.provider)
            )),
        ],
    )
}
