//! Stored auth profiles: they win over every variable, so a stale one explains a refused key
//! (facts/env-resolution.md section 9).

pub(super) mod sqlite;
pub(super) mod state_db;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::context::Context;
use super::ownership::By;
use super::read::ReadError;
use crate::base::fact::Fact;
use crate::model::snapshot::{AuthProfile, AuthProfileStore, Place, SecretRef};
use crate::parse::auth_profiles::{self, Profile};
use crate::secret::names::is_public_name;
use crate::secret::public::WITHHELD;
use crate::secret::{Secret, WipedBytes};

/// Most agents whose stores are read.
const AGENTS: usize = 64;
/// Largest JSON store.
const JSON_CAP: u64 = 4 << 20;
/// The store of one agent.
const AGENT_QUERY: &str =
    "SELECT store_json FROM auth_profile_store WHERE store_key = 'primary' AND length(store_json) <= ?1";

/// The usage of its profiles.
const STATE_QUERY: &str =
    "SELECT state_json FROM auth_profile_state WHERE state_key = 'primary' AND length(state_json) <= ?1";

/// The literal keys of all stores, for the pings: store path, profile id, key.
#[derive(Debug, Default)]
pub struct AuthSecrets {
    /// In the order of the stores.
    pub keys: Vec<(String, String, Secret)>,
}

/// Reads all stores of a state directory. Stores that do not exist are not listed.
pub fn collect(ctx: &Context<'_>, state_dir: &str) -> Vec<AuthProfileStore> {
    collect_with_secrets(ctx, state_dir, ctx.by).0
}

/// The stores of a state directory that cannot be looked into.
pub fn closed(state_dir: &str, why: String) -> AuthProfileStore {
    let agents = Path::new(state_dir).join("agents");
    AuthProfileStore {
        path: agents.to_string_lossy().into_owned(),
        kind: "agent-db".to_owned(),
        agent: None,
        profiles: Fact::unreadable(why, ""),
    }
}

/// As [`collect`], with the literal keys beside the facts.
pub fn collect_with_secrets(ctx: &Context<'_>, state_dir: &str, by: By) -> (Vec<AuthProfileStore>, AuthSecrets) {
    let mut secrets = AuthSecrets::default();
    let mut stores = Vec::new();
    let state_dir = Path::new(state_dir);
    let rows = ctx.memo.state_rows(by, state_dir);
    let shared = database(ctx, &mut secrets, &state_db::path(state_dir), None, &rows.store);
    stores.extend(shared.map(|store| with_usage(store, &rows.usage)));
    match agents(by, state_dir) {
        Ok(agents) => {
            for (name, folder) in agents {
                let path = folder.join("openclaw-agent.sqlite");
                let (row, usage) = match sqlite::texts(by, &path, [AGENT_QUERY, STATE_QUERY]) {
                    Ok([row, usage]) => (row, usage),
                    Err(failure) => (Err(failure), Ok(None)),
                };
                let own = database(ctx, &mut secrets, &path, Some(&name), &row);
                stores.extend(own.map(|store| with_usage(store, &usage)));
                stores.extend(json(ctx, &mut secrets, &folder.join("auth-profiles.json"), &name, by));
            }
        }
        Err(why) => stores.push(AuthProfileStore {
            path: state_dir.join("agents").to_string_lossy().into_owned(),
            kind: "agent-db".to_owned(),
            agent: None,
            profiles: unreadable(&state_dir.join("agents"), why),
        }),
    }
    (stores, secrets)
}

/// Adds what the Gateway has noted about each profile; the notes of a store that cannot be read are left out.
fn with_usage(mut store: AuthProfileStore, usage: &sqlite::Row) -> AuthProfileStore {
    let state = usage.as_ref().ok().and_then(Option::as_ref);
    let state = state.and_then(|text| serde_json::from_str::<Value>(text).ok());
    if let (Some(state), Fact::Known { value }) = (state, &mut store.profiles) {
        for profile in value {
            profile.blocked = auth_profiles::blocked(&state, &profile.id);
        }
    }
    store
}

fn agents(by: By, state_dir: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let entries = match by.entries(&state_dir.join("agents"), 1000) {
        Ok(entries) => entries,
        Err(error)
            if matches!(
                error.kind(),
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(Vec::new());
        }
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => return Err(ReadError::Denied.to_string()),
        Err(error) => return Err(error.to_string()),
    };
    let mut agents: Vec<(String, PathBuf)> = entries
        .into_iter()
        .map(|entry| (entry.name.to_string_lossy().into_owned(), entry.path.join("agent")))
        .collect();
    agents.sort();
    agents.truncate(AGENTS);
    Ok(agents)
}

fn database(
    ctx: &Context<'_>,
    secrets: &mut AuthSecrets,
    path: &Path,
    agent: Option<&str>,
    row: &sqlite::Row,
) -> Option<AuthProfileStore> {
    let profiles = match row {
        Err(sqlite::Failure::Missing) => return None,
        Err(sqlite::Failure::Unreadable(why)) => unreadable(path, why.clone()),
        Ok(None) => Fact::known(Vec::new()),
        Ok(Some(text)) => from_text(ctx, secrets, path, text.as_bytes()),
    };
    let kind = if agent.is_some() { "agent-db" } else { "state-db" };
    Some(store(path, kind, agent, profiles))
}

fn json(ctx: &Context<'_>, secrets: &mut AuthSecrets, path: &Path, agent: &str, by: By) -> Option<AuthProfileStore> {
    let profiles = match by.read(path, JSON_CAP) {
        Err(ReadError::Missing) => return None,
        Err(error) => unreadable(path, error.to_string()),
        Ok(file) => from_text(ctx, secrets, path, &WipedBytes::new(file.bytes)),
    };
    Some(store(path, "json", Some(agent), profiles))
}

fn store(path: &Path, kind: &str, agent: Option<&str>, profiles: Fact<Vec<AuthProfile>>) -> AuthProfileStore {
    AuthProfileStore {
        path: path.to_string_lossy().into_owned(),
        kind: kind.to_owned(),
        agent: agent.map(str::to_owned),
        profiles,
    }
}

fn unreadable<T>(path: &Path, why: impl std::fmt::Display) -> Fact<T> {
    let shown = path.to_string_lossy().into_owned();
    let quoted = shlex::try_quote(&shown)
        .map(|quoted| quoted.into_owned())
        .unwrap_or_default();
    Fact::unreadable(format!("{shown}: {why}"), format!("ls -ld {quoted}"))
}

fn from_text(ctx: &Context<'_>, secrets: &mut AuthSecrets, path: &Path, text: &[u8]) -> Fact<Vec<AuthProfile>> {
    let Ok(value) = serde_json::from_slice::<Value>(text) else {
        return unreadable(path, "its profiles are not JSON");
    };
    let Some(profiles) = auth_profiles::profiles(&value) else {
        return Fact::known(Vec::new());
    };
    Fact::known(
        profiles
            .iter()
            .map(|profile| seal(ctx, secrets, path, profile))
            .collect(),
    )
}

fn seal(ctx: &Context<'_>, secrets: &mut AuthSecrets, path: &Path, profile: &Profile<'_>) -> AuthProfile {
    for other in &profile.other_secrets {
        ctx.vault.seal(*other);
    }
    let store = path.to_string_lossy().into_owned();
    let key = profile.key.map(|key| {
        let secret = ctx.vault.seal(key);
        secrets
            .keys
            .push((store.clone(), profile.id.to_owned(), secret.clone()));
        // The id is no variable's name, so the text can never count as public.
        ctx.vault.facts("", &secret)
    });
    AuthProfile {
        id: named(profile.id),
        kind: named(profile.kind),
        provider: named(profile.provider),
        key,
        key_ref: profile.key_ref.map(|(source, provider, id)| SecretRef {
            source: short(source),
            provider: short(provider),
            id: short(id),
            place: Some(Place::file(store)),
            target: Fact::not_asked("references of auth profiles are not followed"),
            flaw: None,
            pass_env: Vec::new(),
        }),
        has_gateway_ids: profile.has_gateway_ids,
        expires_ms: profile.expires,
        renews: profile.renews,
        blocked: None,
    }
}

/// A name as it is, unless a part of it in capitals is longer than a word and no name of words: it may be a secret that was
/// put in the wrong place.
fn named(text: &str) -> String {
    const WORD: usize = 12;
    let odd = |part: &str| {
        let capitals = part.len() > WORD && !part.bytes().any(|byte| byte.is_ascii_lowercase());
        capitals && !is_public_name(part, &|_| false)
    };
    match text.split(':').any(odd) {
        true => WITHHELD.to_owned(),
        false => short(text),
    }
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}
