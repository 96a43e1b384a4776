//! `auth-profile-shadows-env`: a stored auth profile holds another key, and is asked before
//! environment and config.

use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigView, CredentialField, Place, ValueFacts};
use crate::resolve::{
    self,
    profiles::{self, AskedFirst},
};

pub(crate) const CHECK: Check = Check {
    id: "auth-profile-shadows-env",
    title: "no stored auth profile hides a key of the environment or config",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::AuthProfiles],
    causes: &[],
    docs: "At request time a stored auth profile is asked before the environment variable, and that before \
`models.providers.<id>.apiKey` (unless the entry says `auth: \"api-key\"`). While a profile with a key exists, editing \
`.env` has no effect.\n\nFix: store the new key in this profile (openclaw models auth paste-api-key --provider ID --profile-id PROFILE; without \
--profile-id it makes a second profile, and the first is still asked before it), or remove the profile \
(openclaw models auth logout PROFILE).",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for provider in providers(config) {
        for first in profiles::asked_first(case.snapshot, &provider) {
            let other = hidden(case, config, &provider, &first);
            if let Some((subject, other)) = other.filter(|(_, other)| !other.same_as(&first.value)) {
                findings.push(found(case, &first, &subject, &other));
            }
        }
    }
    findings
}

/// The providers that requests go to: those of the config, and those of the models in use.
fn providers(config: &ConfigView) -> Vec<String> {
    let used = config.uses.models.iter();
    let used = used.filter_map(|used| Some(used.model.value.split_once('/')?.0.to_owned()));
    let mut all: Vec<String> = config
        .providers
        .iter()
        .map(|entry| entry.id.clone())
        .chain(used)
        .collect();
    all.sort_by_key(|id| id.to_ascii_lowercase());
    all.dedup_by_key(|id| id.to_ascii_lowercase());
    all
}

/// The key that the profile hides: of a variable, else the literal one of the config.
fn hidden(
    case: &CheckContext<'_>,
    config: &ConfigView,
    provider: &str,
    first: &AskedFirst<'_>,
) -> Option<(String, ValueFacts)> {
    let names = profiles::variables_of(config, provider).into_iter();
    let mut there = names.filter(|name| first.variable != Some(name)).filter_map(|name| {
        let (_, value) = resolve::gateway_view(case.snapshot, &name)?;
        Some((name, value.filter(|value| !value.is_blank())?))
    });
    let from_config = || {
        let entry = config
            .providers
            .iter()
            .find(|entry| entry.id.eq_ignore_ascii_case(provider))?;
        match &entry.api_key.as_ref()?.value {
            CredentialField::Literal { value, .. } => {
                Some((format!("models.providers.{}.apiKey", entry.id), value.clone()))
            }
            _ => None,
        }
    };
    there.next().or_else(from_config)
}

fn found(case: &CheckContext<'_>, first: &AskedFirst<'_>, subject: &str, other: &ValueFacts) -> Finding {
    let (profile, store) = (first.profile, first.store);
    let commands = case.commands();
    let agent = store.agent.as_deref().filter(|agent| *agent != "main");
    let agent = agent.map_or(String::new(), |agent| format!(" --agent {}", shell_quote(agent)));
    let (provider, id) = (shell_quote(&profile.provider), shell_quote(&profile.id));
    let store_key = format!("models auth paste-api-key{agent} --provider {provider} --profile-id {id}");
    let from = first.variable.map_or(String::new(), |name| format!(" from {name}"));
    let running = case.process().is_some();
    let finding = finding(
        CHECK.id,
        CHECK.severity,
        format!("The stored auth profile {} is asked before {subject}, and has another key", profile.id),
    )
    .subject(subject)
    .detail(format!(
        "Requests to {} go out with the profile's key (#{}{from}); {subject} (#{}) is never used, and editing it changes \
         nothing. `openclaw models status` may name the variable all the same.",
        profile.provider, first.value.fingerprint, other.fingerprint
    ))
    .at(
        Some(&Place::file(store.path.clone())),
        format!("profile {} in {}", profile.id, case.tilde(&store.path)),
    );
    let restart = running.then(|| commands.restart());
    let logout = commands.openclaw(&format!("models auth logout{agent} {id}"));
    // What is stored beside the key, such as Cloudflare's ids, stays (tried on 2026.9.6).
    finding.fix(
        format!(
            "Store the key you want in this profile (the command asks for it); or remove the profile, so that {subject} counts: {logout}"
        ),
        [commands.openclaw(&store_key)].into_iter().chain(restart),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{NOW, bind, findings, healthy, set, value, views, words};
    use crate::model::snapshot::{
        AuthProfile, AuthProfileStore, Located, ModelRole, ModelUse, SecretRef, Snapshot, Source,
    };
    use crate::resolve::resolve;

    const NAME: &str = "ANTHROPIC_API_KEY";

    fn profile(id: &str, key: Option<&str>, variable: Option<&str>) -> AuthProfile {
        AuthProfile {
            id: id.to_owned(),
            kind: "api_key".to_owned(),
            provider: "anthropic".to_owned(),
            key: key.map(|key| value("", key)),
            key_ref: variable.map(|name| SecretRef {
                source: "env".to_owned(),
                provider: "default".to_owned(),
                id: name.to_owned(),
                place: None,
                target: Fact::Absent,
                flaw: None,
                pass_env: Vec::new(),
            }),
            has_gateway_ids: false,
            expires_ms: None,
            renews: false,
            blocked: None,
        }
    }

    /// The machine of a stock onboarding: a default model, no entry of its provider, these profiles, this variable in .env.
    fn machine(profiles: Vec<AuthProfile>, variable: Option<&str>) -> Snapshot {
        let mut snapshot = healthy();
        for view in views(&mut snapshot) {
            view.config.uses.models = vec![ModelUse {
                role: ModelRole::Primary,
                model: Located {
                    path: "agents.defaults.model.primary".to_owned(),
                    place: None,
                    value: "anthropic/claude-opus-5".to_owned(),
                },
            }];
            if let Some(text) = variable {
                set(view, bind(NAME, text, Source::DotenvState, None));
            }
        }
        if let Some(text) = variable {
            let witness = snapshot.processes.gateways[0].witness.clone();
            if let Fact::Known { mut value } = witness {
                value.bindings.push(bind(NAME, text, Source::Process, None));
                snapshot.processes.gateways[0].witness = Fact::known(value);
            }
        }
        snapshot.auth_profiles = vec![AuthProfileStore {
            path: "/home/me/.openclaw/state/openclaw.sqlite".to_owned(),
            kind: "state-db".to_owned(),
            agent: None,
            profiles: Fact::known(profiles),
        }];
        snapshot
    }

    #[test]
    fn a_profile_of_the_stock_onboarding_hides_the_variable() {
        let stored = || profile("anthropic:default", Some("old-key-of-the-profile"), None);
        let at = |ms| AuthProfile {
            blocked: Some((ms, None)),
            ..stored()
        };
        let ended = AuthProfile {
            expires_ms: Some((NOW - 5) * 1000),
            ..stored()
        };
        let other = |text: &str| profile("anthropic:manual", Some(text), None);
        for (profiles, variable, told) in [
            (vec![stored()], Some("new-key-in-dotenv"), true),
            (
                vec![stored(), other("new-key-in-dotenv")],
                Some("new-key-in-dotenv"),
                true,
            ),
            (vec![stored()], Some("old-key-of-the-profile"), false),
            (vec![stored()], None, false),
            (
                vec![profile("anthropic:default", None, Some(NAME))],
                Some("new-key-in-dotenv"),
                false,
            ),
            (vec![at((NOW + 60) * 1000)], Some("new-key-in-dotenv"), false),
            (vec![at((NOW - 60) * 1000)], Some("new-key-in-dotenv"), true),
            (vec![ended], Some("new-key-in-dotenv"), false),
            (Vec::new(), Some("new-key-in-dotenv"), false),
        ] {
            let found = findings(&CHECK, &machine(profiles, variable));
            assert_eq!(found.len(), usize::from(told), "{variable:?} {found:#?}");
            for one in &found {
                let text = words(one);
                assert!(
                    text.contains("paste-api-key --provider anthropic --profile-id anthropic:default"),
                    "{text}"
                );
                assert!(text.contains("models auth logout anthropic:default"), "{text}");
            }
        }
    }

    #[test]
    fn the_order_of_the_config_decides() {
        let mut snapshot = machine(
            vec![
                profile("anthropic:default", Some("old-key"), None),
                profile("anthropic:work", Some("new-key"), None),
            ],
            Some("new-key"),
        );
        for (order, told) in [
            (["anthropic:work"], false),
            (["anthropic:default"], true),
            (["anthropic:gone"], false),
        ] {
            for view in views(&mut snapshot) {
                view.config.uses.auth_order = vec![Located {
                    path: "auth.order.anthropic".to_owned(),
                    place: None,
                    value: order.map(str::to_owned).to_vec(),
                }];
            }
            assert_eq!(!findings(&CHECK, &snapshot).is_empty(), told, "{order:?}");
        }
    }

    #[test]
    fn a_provider_that_nothing_uses_is_not_told() {
        let mut snapshot = machine(
            vec![profile("anthropic:default", Some("old-key"), None)],
            Some("new-key"),
        );
        for view in views(&mut snapshot) {
            view.config.uses.models.clear();
        }
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn what_is_shown_of_the_key_agrees() {
        let key = |snapshot: &Snapshot| resolve(snapshot).keys.into_iter().find(|key| key.name() == NAME);
        let hidden = key(&machine(
            vec![profile("anthropic:default", Some("old-key"), None)],
            Some("new-key"),
        ))
        .unwrap();
        let by = hidden.report.hidden_by().and_then(|copy| copy.profile.clone());
        assert_eq!(by.as_deref(), Some("anthropic:default"));
        assert_eq!(hidden.report.needed_by, ["agents.defaults.model.primary"]);
        // A profile that refers to the variable needs it, there or not.
        for variable in [Some("new-key"), None] {
            let needed = key(&machine(vec![profile("anthropic:default", None, Some(NAME))], variable)).unwrap();
            assert!(
                needed.is_needed() && needed.report.hidden_by().is_none(),
                "{variable:?}"
            );
            assert_eq!(needed.report.needed_by, ["agents.defaults.model.primary"]);
        }
        // A key of its own needs none.
        assert!(
            key(&machine(
                vec![profile("anthropic:default", Some("old-key"), None)],
                None
            ))
            .is_none()
        );
    }
}
