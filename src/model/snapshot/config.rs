//! The config as one environment reads it, without a secret in it.

use serde::{Deserialize, Serialize};

use super::{ConfigLock, Place, SecretRef, Stat, Uses, ValueFacts};
use crate::base::fact::Fact;

/// What a config says, as far as the report needs it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ConfigView {
    /// State of the file.
    pub state: ConfigState,
    /// Problems that make the release refuse the file, in the order found.
    pub issues: Vec<ConfigIssue>,
    /// Problems the release accepts with a warning, and advice beyond it.
    pub warnings: Vec<ConfigIssue>,
    /// Changes the Gateway makes to the file when it starts.
    pub repairs: Vec<String>,
    /// Whether the file uses `$include`.
    pub includes: bool,
    /// What a starting Gateway does with it.
    #[serde(default)]
    pub gateway_start: Option<GatewayStart>,
    /// What keeps the Gateway from writing the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<ConfigLock>,
    /// Sections whose settings come with plugins and were not checked.
    #[serde(default)]
    pub unchecked: Vec<String>,
    /// References to environment variables.
    pub refs: Vec<ConfigRef>,
    /// The `gateway` section.
    pub gateway: GatewayConfig,
    /// The `models.providers` section.
    pub providers: Vec<ProviderConfig>,
    /// `agents.defaults.model.primary`, or the string form.
    pub default_model: Option<Located<String>>,
    /// `env.shellEnv`.
    pub shell_env: ShellEnvConfig,
    /// Names directly under `env` (the layout of older releases).
    pub legacy_env: Vec<Located<String>>,
    /// `plugins.entries`, with their `enabled`.
    pub plugin_entries: Vec<(String, Option<bool>)>,
    /// `plugins.enabled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugins_enabled: Option<bool>,
    /// `plugins.deny`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plugins_denied: Vec<String>,
    /// Ids of the plugins found on disk (bundled ones left out).
    pub plugins_found: Vec<PluginFact>,
    /// `auth.profiles`: id, provider, mode.
    pub auth_profiles: Vec<(String, String, String)>,
    /// Credential fields given literally: path and facts.
    pub literals: Vec<Located<ValueFacts>>,
    /// SecretRefs that are no reference to a variable.
    #[serde(default)]
    pub secret_refs: Vec<Located<SecretRef>>,
    /// Models, channels and services it chooses.
    #[serde(default)]
    pub uses: Uses,
    /// Copies that lie beside the file, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<ConfigCopy>,
}

/// A copy of the config beside it: last good, backup, rejected or overwritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigCopy {
    /// Its path.
    pub path: String,
    /// What it is, in words.
    pub role: String,
    /// Mode, owner, size and time.
    pub stat: Fact<Stat>,
    /// Keys in which it differs from the config; never values.
    pub differs: Fact<Vec<String>>,
}

impl ConfigCopy {
    /// Returns in words how it differs from the config.
    pub fn compared(&self) -> String {
        match (self.differs.get().map(Vec::as_slice), self.differs.why_unknown()) {
            (Some([]), _) => "it says the same".to_owned(),
            (Some(keys), _) => format!("it differs in {}", keys.join(", ")),
            (None, why) => format!("not compared, {}", why.unwrap_or("it was not read")),
        }
    }
}

/// State of the config file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum ConfigState {
    /// It is read and valid.
    Valid,
    /// It is read, and the release refuses it.
    Invalid,
    /// It is refused as it is, and the Gateway rewrites it when it starts.
    Repaired,
    /// `config validate` refuses it; the Gateway starts without the channels that are wrong.
    Partial,
    /// There is none.
    #[default]
    Missing,
    /// This user cannot read it.
    Unreadable {
        /// Why.
        why: String,
    },
    /// It can be read, and has more in it than the doctor looks through: nothing of it is known.
    TooMuch {
        /// More of what.
        why: String,
    },
}

/// A problem of the config.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigIssue {
    /// Dotted path; empty for the whole file.
    pub path: String,
    /// The names in it, where the dots do not tell them apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
    /// File and position.
    pub place: Option<Place>,
    /// `parse`, `type`, `enum`, `range`, `pattern`, `required`, `unknown_key`, `union`, `rule`, …
    pub kind: String,
    /// What is so.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
    /// The npm package of the plugin whose installation mends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// Names of unknown keys.
    pub keys: Vec<String>,
    /// The lines around the place with what is not known to be public hidden; for the first few problems alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excerpt: Vec<String>,
}

/// A value with its config path and position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Located<T> {
    /// Dotted path.
    pub path: String,
    /// File and position.
    pub place: Option<Place>,
    /// The value.
    pub value: T,
}

/// A reference of the config to a variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigRef {
    /// Name of the variable.
    pub name: String,
    /// Dotted path of the string it stands in.
    pub path: String,
    /// File and position.
    pub place: Option<Place>,
    /// How it is written.
    pub form: RefForm,
    /// Whether this environment has a non-empty value for it.
    pub resolved: bool,
    /// Whether the field is one that holds a credential.
    pub credential: bool,
}

/// How a reference to a variable is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefForm {
    /// `${NAME}` inside a longer string.
    Inside,
    /// The whole string is `${NAME}`.
    Whole,
    /// The whole string is `$NAME`, in a field that takes a SecretRef.
    Dollar,
    /// `{source: "env", id: "NAME"}`.
    SecretRef,
    /// The whole `apiKey` of a provider is `NAME`, which the release knows.
    Name,
}

/// The `gateway` section.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GatewayConfig {
    /// `mode`.
    pub mode: Option<String>,
    /// `port`.
    pub port: Option<Located<u16>>,
    /// `bind`.
    pub bind: Option<String>,
    /// `auth.mode`.
    pub auth_mode: Option<String>,
    /// `auth.token`.
    pub token: Option<Located<CredentialField>>,
    /// `auth.password`.
    pub password: Option<Located<CredentialField>>,
    /// `remote.token`.
    pub remote_token: Option<Located<CredentialField>>,
    /// `remote.url`, without userinfo.
    pub remote_url: Option<String>,
    /// `tls.enabled`.
    pub tls: bool,
    /// Position of the section.
    pub place: Option<Place>,
}

/// A field that holds a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum CredentialField {
    /// Given literally (after `${VAR}` was replaced where it could be).
    Literal {
        /// What is known of it.
        value: ValueFacts,
        /// Names it was made from.
        from: Vec<String>,
    },
    /// A reference to a variable that this environment lacks.
    Unresolved {
        /// The name.
        name: String,
    },
    /// A SecretRef.
    Ref {
        /// The reference.
        secret_ref: SecretRef,
    },
}

/// One entry of `models.providers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderConfig {
    /// Id.
    pub id: String,
    /// Position.
    pub place: Option<Place>,
    /// `baseUrl`, without userinfo; account ids stay (the bundle masks them).
    pub base_url: Option<Located<String>>,
    /// `api`.
    pub api: Option<String>,
    /// `auth`.
    pub auth: Option<String>,
    /// `apiKey`.
    pub api_key: Option<Located<CredentialField>>,
    /// The headers of its requests, whatever the model: lower-case name and field; of several of one name the first is sent.
    pub headers: Vec<(String, Located<CredentialField>)>,
    /// The headers of its models, which beat `headers` and not `request`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub model_headers: Vec<ModelHeader>,
    /// Ids of `models[]`.
    pub models: Vec<String>,
}

/// A header that goes out with the calls of one model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelHeader {
    /// Id of the model.
    pub model: String,
    /// Lower-case name.
    pub name: String,
    /// The field.
    pub field: Located<CredentialField>,
}

/// `env.shellEnv`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShellEnvConfig {
    /// `enabled`.
    pub enabled: Option<bool>,
    /// `timeoutMs`.
    pub timeout_ms: Option<u64>,
    /// Position of the block.
    pub place: Option<Place>,
}

/// Where a plugin was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PluginOrigin {
    /// In OpenClaw's package.
    Bundled,
    /// In the folder of extensions of the state directory.
    Extension,
    /// In the record of installed plugins.
    Record,
    /// By `plugins.load.paths`.
    LoadPath,
    /// A folder or a file that may not be read: which plugins are there is not known.
    Unreadable,
}

/// A plugin found on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginFact {
    /// Plugin id.
    pub id: String,
    /// Where it was found.
    pub origin: PluginOrigin,
    /// Its directory.
    pub path: String,
    /// Version of its package, where there is one.
    pub version: Option<String>,
    /// Variables its manifest declares for credentials.
    pub env_vars: Vec<String>,
    /// Provider ids it declares, with the variables of each.
    pub providers: Vec<(String, Vec<String>)>,
    /// What its manifest says of settings: used while the config is judged, and not kept.
    #[serde(skip)]
    pub settings: Option<PluginSettings>,
}

/// What the manifest of an installed plugin says of settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginSettings {
    /// Plugin id.
    pub id: String,
    /// `configSchema`.
    pub config: Option<serde_json::Value>,
    /// Its channels, with `channelConfigs.<id>.schema` where there is one.
    pub channels: Vec<(String, Option<serde_json::Value>)>,
}

/// What a starting Gateway does with a config.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// It ends before it serves anything.
    Refused,
    /// It ends with status 1 at every start, because a change that it is about to make to the file stops it from going
    /// on. `doctor --fix` of the Node CLI makes the change.
    RefusedAgain,
    /// It rewrites the file (comments are lost, the old one is kept as `.bak`) and starts.
    AutoMigrated,
    /// It starts without a channel, whose plugin is not installed.
    Deferred,
    /// It starts, and something does not work.
    Degraded,
    /// It starts.
    Starts,
}

impl Start {
    /// Returns whether the Gateway ends instead of serving.
    pub fn is_refused(self) -> bool {
        matches!(self, Start::Refused | Start::RefusedAgain)
    }
}

/// What happens to the config itself, whether or not it is loaded by a start.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Load {
    /// It is taken as it is.
    #[default]
    Ok,
    /// `doctor --fix` of the Node CLI makes it valid.
    AutoMigrated,
    /// It is refused.
    Refused,
}

/// The verdict with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayStart {
    /// What happens.
    pub verdict: Start,
    /// Why, in one sentence.
    pub why: String,
    /// The same in one word for scripts: `exit-78`, `exit-1`, `refused` (with a status that depends on the fault),
    /// `migrated`, `deferred`, `degraded` or `starts`.
    #[serde(default)]
    pub outcome: String,
    /// What happens to the config itself.
    #[serde(default)]
    pub load: Load,
    /// Path of the setting that ends the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
}
