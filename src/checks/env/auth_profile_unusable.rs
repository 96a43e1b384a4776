//! `auth-profile-unusable`: a stored auth profile that the config counts on cannot be used.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{AuthProfile, AuthProfileStore, ModelRole};
use crate::product::rules;
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "auth-profile-unusable",
    title: "auth profiles that the config counts on can be used",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::AuthProfiles, Need::Config],
    causes: &[],
    docs: "`auth.order` names stored profiles by id; OpenClaw ignores one that does not exist. A token whose time has ended and \
that cannot be renewed is not used, nor is a profile that the Gateway has set aside for a while after refusals (cooldown) or \
for a reason such as billing. Profiles of one agent are not seen by another.\n\n\
Fix: openclaw models auth login --provider ID, or openclaw models auth paste-api-key --provider ID.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let mut found = unknown_ids(case);
    found.extend(
        case.snapshot
            .auth_profiles
            .iter()
            .filter_map(|store| not_imported(case, store)),
    );
    for store in &case.snapshot.auth_profiles {
        let profiles = store.profiles.get().into_iter().flatten();
        found.extend(profiles.filter_map(|profile| unusable(case, store, profile)));
    }
    found
}

/// Profiles that `auth.order` names and no store has.
fn unknown_ids(case: &CheckContext<'_>) -> Vec<Finding> {
    let order = resolve::config(case.snapshot)
        .into_iter()
        .flat_map(|config| &config.uses.auth_order);
    let stored = |id: &str| {
        let stores = case.snapshot.auth_profiles.iter();
        stores
            .filter_map(|store| store.profiles.get())
            .flatten()
            .any(|profile| profile.id == id)
    };
    order
        .flat_map(|entry| entry.value.iter().map(move |id| (entry, id)))
        .filter(|(_, id)| !stored(id))
        .map(|(entry, id)| {
            let provider = entry.path.rsplit('.').next().unwrap_or_default();
            finding(
                CHECK.id,
                severity(case, provider),
                format!("{} names the profile {id}, which is not stored", entry.path),
            )
            .subject(&entry.path)
            .detail("The Gateway ignores it and tries the next source for this provider.")
            .at(entry.place.as_ref(), format!("{} names {id}", entry.path))
            .fix("Log in again, or take the id out of the list.", [login(case, provider)])
        })
        .collect()
}

/// A file of an older release whose profiles were never moved to the database. Beside a database that has profiles it is a
/// left-over that nothing reads.
fn not_imported(case: &CheckContext<'_>, store: &AuthProfileStore) -> Option<Finding> {
    let rules = rules::for_version(case.snapshot.install.version.as_deref());
    let profiles = store.profiles.get().filter(|profiles| !profiles.is_empty())?;
    if store.kind != "json" || !rules.json_profiles_refused {
        return None;
    }
    let main = store.agent.as_deref() == Some("main");
    let owner = |other: &&AuthProfileStore| other.agent == store.agent || (main && other.agent.is_none());
    let mut databases = case
        .snapshot
        .auth_profiles
        .iter()
        .filter(|other| other.kind != "json")
        .filter(owner);
    // One that cannot be read may have them.
    if databases.any(|database| database.profiles.get().is_none_or(|stored| !stored.is_empty())) {
        return None;
    }
    let mut providers: Vec<&str> = profiles.iter().map(|profile| profile.provider.as_str()).collect();
    providers.sort_unstable();
    providers.dedup();
    let primary = providers.iter().any(|id| weight(case, id) == Some(ModelRole::Primary));
    // A Gateway that runs was not kept from starting; which requests it refuses cannot be seen from here.
    let severity = if primary && case.process().is_none() {
        Severity::Error
    } else {
        Severity::Warning
    };
    let file = case.tilde(&store.path);
    Some(
        finding(CHECK.id, severity, format!("{file} is not imported, and this release does not read it"))
            .subject(&file)
            .certainty(case.certainty_of_rules())
            .detail(format!(
                "Model requests to {} fail with AUTH_PROFILE_MIGRATION_REQUIRED, even where a variable or the config has the key. \
                 If the default model is one of these, the Gateway does not start. The Node CLI moves the profiles to the database and keeps a backup.",
                providers.join(", ")
            ))
            .seen(format!("{} profiles in {file}, none in the agent's database", profiles.len()))
            .fix(
                "Let OpenClaw import it, then restart the Gateway.",
                [case.commands().openclaw("doctor --fix"), case.commands().restart()],
            ),
    )
}

fn unusable(case: &CheckContext<'_>, store: &AuthProfileStore, profile: &AuthProfile) -> Option<Finding> {
    let now = case.snapshot.taken_at.saturating_mul(1000);
    let used = weight(case, &profile.provider).is_some();
    let ended = !profile.renews && profile.expires_ms.is_some_and(|ends| ends < now);
    let blocked = profile.blocked.as_ref().filter(|(until, _)| *until > now);
    let (title, detail) = match blocked {
        _ if !used => return None,
        _ if ended => (
            format!("the auth profile {} has expired", profile.id),
            "Its time has ended and nothing is stored to renew it, so the Gateway does not use it.".to_owned(),
        ),
        Some((until, why)) => {
            let minutes = (until - now) / 60_000 + 1;
            let why = why.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
            (
                format!(
                    "the Gateway does not use the auth profile {} for another {minutes} minutes{why}",
                    profile.id
                ),
                "The provider refused it before, so the Gateway has set it aside; requests go to the next source."
                    .to_owned(),
            )
        }
        None => return None,
    };
    Some(
        finding(CHECK.id, severity(case, &profile.provider), title)
            .subject(&profile.id)
            .detail(detail)
            .seen(format!("stored in {}", case.tilde(&store.path)))
            .fix("Log in again, or store another key.", [login(case, &profile.provider)]),
    )
}

fn login(case: &CheckContext<'_>, provider: &str) -> String {
    let plain = provider
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let provider = if plain && !provider.is_empty() { provider } else { "ID" };
    case.commands()
        .openclaw(&format!("models auth login --provider {provider}"))
}

/// Whether the default model of an agent, or any other model, is the provider's.
fn weight(case: &CheckContext<'_>, provider: &str) -> Option<ModelRole> {
    let config = resolve::config(case.snapshot)?;
    let of_it = config.uses.models.iter().filter(|used| {
        used.model
            .value
            .split_once('/')
            .is_some_and(|(id, _)| id.eq_ignore_ascii_case(provider))
    });
    let roles: Vec<ModelRole> = of_it.map(|used| used.role).collect();
    roles
        .iter()
        .find(|role| **role == ModelRole::Primary)
        .or(roles.first())
        .copied()
}

/// With another profile, a variable or a key of the config requests still pass.
fn severity(case: &CheckContext<'_>, provider: &str) -> Severity {
    let primary = weight(case, provider) == Some(ModelRole::Primary);
    match primary && !resolve::is_answered(case.snapshot, provider) {
        true => Severity::Error,
        false => Severity::Warning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{NOW, findings, healthy, views};
    use crate::model::snapshot::{Located, ModelUse, Snapshot};

    fn machine(change: impl FnOnce(&mut AuthProfile)) -> Snapshot {
        let mut snapshot = healthy();
        for view in views(&mut snapshot) {
            let path = "agents.defaults.model.primary".to_owned();
            let value = "xai/grok-4".to_owned();
            let model = Located {
                path,
                place: None,
                value,
            };
            view.config.uses.models = vec![ModelUse {
                role: ModelRole::Primary,
                model,
            }];
        }
        let mut profile = AuthProfile {
            id: "xai:default".to_owned(),
            kind: "token".to_owned(),
            provider: "xai".to_owned(),
            key: None,
            key_ref: None,
            has_gateway_ids: false,
            expires_ms: None,
            renews: false,
            blocked: None,
        };
        change(&mut profile);
        snapshot.auth_profiles = vec![AuthProfileStore {
            path: "/home/me/.openclaw/state/openclaw.sqlite".to_owned(),
            kind: "state-db".to_owned(),
            agent: None,
            profiles: Fact::known(vec![profile]),
        }];
        snapshot
    }

    fn told(snapshot: &Snapshot) -> Vec<Severity> {
        findings(&CHECK, snapshot).into_iter().map(|one| one.severity).collect()
    }

    #[test]
    fn profiles_that_have_ended_or_are_set_aside_are_told() {
        let now = NOW * 1000;
        assert!(told(&machine(|_| {})).is_empty());
        assert_eq!(told(&machine(|one| one.expires_ms = Some(now - 1))), [Severity::Error]);
        assert!(told(&machine(|one| (one.expires_ms, one.renews) = (Some(now - 1), true))).is_empty());
        assert_eq!(
            told(&machine(
                |one| one.blocked = Some((now + 90_000, Some("billing".to_owned())))
            )),
            [Severity::Warning]
        );
        assert!(told(&machine(|one| one.blocked = Some((now - 1, None)))).is_empty());
    }

    #[test]
    fn a_file_that_was_never_imported_is_told() {
        let json = |agent: &str| AuthProfileStore {
            path: format!("/home/me/.openclaw/agents/{agent}/agent/auth-profiles.json"),
            kind: "json".to_owned(),
            agent: Some(agent.to_owned()),
            profiles: machine(|_| {}).auth_profiles[0].profiles.clone(),
        };
        let database = |agent: Option<&str>, profiles| AuthProfileStore {
            path: "/home/me/.openclaw/a.sqlite".to_owned(),
            kind: "agent-db".to_owned(),
            agent: agent.map(str::to_owned),
            profiles,
        };
        let full = json("main").profiles;
        let empty = Fact::known(Vec::new());
        for (version, stores, expected) in [
            ("2026.9.6", vec![json("main")], 1),
            ("2026.9.6", vec![json("main"), database(Some("main"), empty.clone())], 1),
            ("2026.9.6", vec![json("main"), database(None, full.clone())], 0),
            (
                "2026.9.6",
                vec![json("main"), database(Some("main"), Fact::unreadable("locked", ""))],
                0,
            ),
            ("2026.9.6", vec![json("work"), database(None, full.clone())], 1),
            ("2026.2.26", vec![json("main")], 0),
        ] {
            let mut snapshot = machine(|_| {});
            snapshot.install.version = Some(version.to_owned());
            snapshot.auth_profiles = stores;
            let found = findings(&CHECK, &snapshot);
            let severe = found.iter().filter(|one| one.title.contains("not imported"));
            assert_eq!(severe.count(), expected, "{version} {found:#?}");
        }
    }

    #[test]
    fn an_id_that_no_store_has_is_told() {
        let mut snapshot = machine(|_| {});
        for view in views(&mut snapshot) {
            view.config.uses.auth_order = vec![Located {
                path: "auth.order.xai".to_owned(),
                place: None,
                value: vec!["xai:default".to_owned(), "xai:gone".to_owned()],
            }];
        }
        let found = findings(&CHECK, &snapshot);
        assert!(found.len() == 1 && found[0].title.contains("xai:gone"), "{found:#?}");
    }
}
