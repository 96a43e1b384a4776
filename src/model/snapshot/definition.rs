//! Files that define what supervisors and containers start with.

use serde::{Deserialize, Serialize};

use super::Assignment;

/// A file in which a supervisor or a container engine is told what to start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionFile {
    /// The file.
    pub path: String,
    /// What it is.
    pub role: DefinitionRole,
    /// Credentials it names, with their lines; not all of them have a value there.
    pub assigns: Vec<Assignment>,
    /// Files of variables that it hands over, such as those of `env_file:`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hands_over: Vec<String>,
    /// The service in it that runs OpenClaw, where one can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Whether this user may not read it: what it names is not known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
    /// When it was changed last, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_ms: Option<i64>,
}

/// What a definition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DefinitionRole {
    /// `ecosystem.config.js` of pm2.
    Ecosystem,
    /// A config of supervisord.
    Supervisord,
    /// The `run` script of runit or s6.
    RunScript,
    /// A file of an env dir, named after its variable; or the env dir itself.
    EnvDir,
    /// A Compose file.
    Compose,
    /// A quadlet (`.container`).
    Quadlet,
}
