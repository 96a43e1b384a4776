//! Auth profiles and other stores of credentials.

use serde::{Deserialize, Serialize};

use super::{Place, ValueFacts};
use crate::base::fact::Fact;

/// One store of auth profiles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthProfileStore {
    /// The database or file.
    pub path: String,
    /// `state-db`, `agent-db`, `json`.
    pub kind: String,
    /// The agent it belongs to, for the stores of one agent.
    pub agent: Option<String>,
    /// Its profiles, or why they are not known.
    pub profiles: Fact<Vec<AuthProfile>>,
}

/// One stored profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthProfile {
    /// Profile id, such as `cloudflare-ai-gateway:default`.
    pub id: String,
    /// `api_key`, `oauth`, `token`, …
    pub kind: String,
    /// Provider id.
    pub provider: String,
    /// The literal key, where one is stored.
    pub key: Option<ValueFacts>,
    /// The SecretRef stored in its place.
    pub key_ref: Option<SecretRef>,
    /// Whether account id and gateway id are stored beside it (Cloudflare).
    pub has_gateway_ids: bool,
    /// When it ends, milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_ms: Option<i64>,
    /// Whether the Gateway can renew it by itself.
    #[serde(default)]
    pub renews: bool,
    /// Until when the Gateway does not use it, milliseconds since 1970, and its word for the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<(i64, Option<String>)>,
}

/// A reference to a secret (facts/env-resolution.md section 9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretRef {
    /// `env`, `file`, `exec`, `store`.
    pub source: String,
    /// Alias of the provider.
    pub provider: String,
    /// Variable name, JSON pointer, command id or store id.
    pub id: String,
    /// Where the reference stands.
    pub place: Option<Place>,
    /// For `file` and `exec`: the file or program and its state. For `store`: known where the provider exists.
    pub target: Fact<String>,
    /// For `file`: what keeps the file from giving this value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaw: Option<RefFlaw>,
    /// For `exec`: the variables that the program is to have, those that the config itself gives left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pass_env: Vec<String>,
}

/// Why a file that can be read does not give the value of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefFlaw {
    /// It is not a JSON object.
    NotJson,
    /// The JSON pointer leads nowhere.
    PointerMissing,
    /// The value there is empty or no text.
    NoText,
    /// A file of one value is asked for another id than `value`.
    WrongId,
    /// It has more than one hard link.
    HardLinks,
    /// It is a link.
    Link,
    /// It is larger than the provider reads.
    TooLarge,
}

/// One entry of the shared secret store (`secret_store_entries` of the state database).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreEntry {
    /// Its name, upper case.
    pub name: String,
    /// What it is for.
    pub kind: StoreKind,
    /// Its value; none for a deleted entry.
    pub value: Option<ValueFacts>,
    /// When it was last written, milliseconds since 1970.
    pub updated_ms: i64,
    /// Whether a command wrote it, so that a running Gateway has not heard of it.
    pub outside_gateway: bool,
}

/// What an entry of the secret store is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoreKind {
    /// A secret that SecretRefs are resolved to.
    Secret,
    /// A variable for the commands that the Gateway runs for an agent; no provider or channel reads it.
    Env,
}
