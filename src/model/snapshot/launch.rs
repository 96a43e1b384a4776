//! The programs between a manager and OpenClaw.

use serde::{Deserialize, Serialize};

use super::Assignment;

/// One program that runs before OpenClaw and hands its environment on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it is.
    pub kind: LinkKind,
    /// The program, with the word that says what it does: `op run`, `bash -lc`, a path.
    pub program: String,
    /// What it adds to the environment.
    pub adds: Adds,
    /// Assignments of interest in its text, where it is a script that could be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assigns: Vec<Assignment>,
}

/// What a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// `nice`, `tini`, `setpriv` and the like.
    Runner,
    /// `env`.
    Env,
    /// A shell that reads no start-up file.
    Shell,
    /// A shell that reads its start-up files.
    LoginShell,
    /// A script.
    Script,
    /// A program that fetches secrets: `op run`, `doppler run`.
    SecretTool,
    /// A directory of variables: `envdir`, `chpst -e`, `with-contenv`.
    EnvDir,
    /// `sudo`, `su`: another account's environment.
    Account,
    /// `docker run`, `systemd-run`, `flatpak`: the environment of something else.
    Elsewhere,
    /// A program the doctor does not know.
    Program,
}

/// What a link adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Adds {
    /// Nothing.
    Nothing,
    /// Variables that are known and part of the service's bindings.
    Known,
    /// Any variable.
    Unknown,
}
