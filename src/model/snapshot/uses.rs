//! What of a config wants a credential: models, channels and services.

use serde::{Deserialize, Serialize};

use super::{Located, Place};

/// Everything of a config that may want a credential beside its references.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Uses {
    /// Models, aliases replaced, in the order of the config's sections.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<ModelUse>,
    /// Models that are written without a provider, and that neither an alias nor an entry of the config gives one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bare_models: Vec<ModelUse>,
    /// What the default agent talks to where no model is named for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unset_model: Option<UnsetModel>,
    /// Channels with a section of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelUse>,
    /// Search, speech and embeddings, where a service is chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<ServiceUse>,
    /// `auth.order`: provider and profile ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub auth_order: Vec<Located<Vec<String>>>,
    /// Paths of sections that are switched off: what they refer to is not needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub off: Vec<String>,
}

/// What OpenClaw takes where the config names no model for the default agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "takes", rename_all = "kebab-case")]
pub enum UnsetModel {
    /// The first provider of `models.providers` that lists a model.
    FirstProvider {
        /// Its id.
        id: String,
    },
    /// The model that the release has for this.
    BuiltIn {
        /// Whether the config sets up anything that talks to it: an agent, a channel, a hook.
        used: bool,
    },
}

/// A model that the config chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelUse {
    /// What it is used for.
    pub role: ModelRole,
    /// `provider/model` and where it is written.
    pub model: Located<String>,
}

/// What a model is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelRole {
    /// The default model, or the primary model of an agent.
    Primary,
    /// A fallback of one of these.
    Fallback,
    /// The model of one channel, of subagents, heartbeats and the like.
    Side,
    /// Images, documents, media.
    Media,
}

/// A section `channels.<id>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelUse {
    /// Id of the channel.
    pub id: String,
    /// `enabled`.
    pub enabled: Option<bool>,
    /// Where it is written.
    pub place: Option<Place>,
    /// Names of the fields that are given, also in its accounts that are not switched off.
    pub fields: Vec<String>,
    /// Short words among its settings, such as `mode`: name and value.
    pub words: Vec<(String, String)>,
}

/// A service that the config chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceUse {
    /// What kind.
    pub kind: ServiceKind,
    /// Its id and where it is written.
    pub provider: Located<String>,
    /// Whether a key for it is in the config.
    pub has_key: bool,
}

/// Kinds of services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceKind {
    /// Web search.
    Search,
    /// Speech.
    Speech,
    /// Embeddings of the memory search.
    Embedding,
}
