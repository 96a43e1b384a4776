//! Gateway processes.

use serde::{Deserialize, Serialize};

use super::{Binding, DefinitionFile};
use crate::base::fact::Fact;

/// The Gateways that run, and who holds the port.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProcessFacts {
    /// The process of `--pid`, where that is no Gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_a_gateway: Option<u32>,
    /// All Gateways found.
    pub gateways: Vec<GatewayProcess>,
    /// Index of the one examined.
    pub examined: Option<usize>,
    /// Owner of the port the Gateway should have.
    pub port_owner: Option<PortOwner>,
    /// The port that was looked for.
    pub port: Option<u16>,
    /// Owner of the port that commands typed here ask, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clients_port_owner: Option<PortOwner>,
    /// Files that define what the Gateway is started with, where no service manager does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub definitions: Vec<DefinitionFile>,
}

/// How a Gateway process was found, most trusted first (facts/services.md section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FoundBy {
    /// The service manager names its pid.
    Manager,
    /// The lock file in the state directory names it.
    LockFile,
    /// It owns the port.
    Port,
    /// Its command line.
    CommandLine,
}

/// One Gateway process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayProcess {
    /// Process id.
    pub pid: u32,
    /// How it was found.
    pub found_by: FoundBy,
    /// Owner.
    pub uid: u32,
    /// Name of the owner.
    pub user: String,
    /// Start, milliseconds since 1970.
    pub started_ms: Option<i64>,
    /// What it used of the processor during the look, or waited for it, where that was measured: while it does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processor: Option<ProcessorUse>,
    /// The unit its cgroup belongs to, where there is one.
    pub unit: Option<String>,
    /// Parent process, by name.
    pub parent: Option<String>,
    /// The kind of supervisor, where one is known: `pm2`, `supervisord`, `runit`, `docker`, …
    pub supervisor: Option<String>,
    /// What the supervisor calls it, where its command line says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// The service's directory (runit, s6) or the config file (supervisord), where it can be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_dir: Option<String>,
    /// Account of that supervisor, which alone gives it orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervisor_uid: Option<u32>,
    /// The program it runs, such as Node's path; the kernel adds ` (deleted)` where that file is gone.
    #[serde(default)]
    pub program: Option<String>,
    /// A script of the package it runs: its entry script, else the worker its child was started with.
    #[serde(default)]
    pub script: Option<String>,
    /// Working directory.
    pub cwd: Option<String>,
    /// Arguments after the entry script, masked.
    pub arguments: Vec<String>,
    /// Whether it runs in another container or pid namespace.
    pub container: Option<String>,
    /// Which container that is, as far as its engine or its monitor process tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contained: Option<ContainerFacts>,
    /// Environment at exec.
    pub initial: Fact<Vec<Binding>>,
    /// Environment of a child that was started with the live environment.
    pub witness: Fact<Witness>,
    /// Port it listens on, where that is known.
    pub port: Option<u16>,
}

/// How much of the processor was used or waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessorUse {
    /// Processor time of its main thread, and the time that it waited for it, in milliseconds.
    pub used_ms: u64,
    /// The time that passed, in milliseconds.
    pub of_ms: u64,
}

impl ProcessorUse {
    /// Returns whether it works: a Gateway that only waits uses less than a hundredth.
    pub fn is_busy(self) -> bool {
        self.used_ms > 0 && self.used_ms.saturating_mul(10) >= self.of_ms
    }
}

/// The container of a Gateway that is seen from its host.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContainerFacts {
    /// The program that runs it: `docker`, `podman` or `nerdctl`.
    pub engine: String,
    /// Its id, 64 hex digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether the engine was asked; without its answer nobody knows whether Compose or systemd made the container.
    #[serde(default)]
    pub asked: bool,
    /// Name of the Compose service it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compose_service: Option<String>,
    /// Files of the Compose project.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compose_files: Vec<String>,
    /// The systemd unit that starts it, such as one made from a quadlet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether it has a network of its own, where another program listens on the same port of this machine: what is asked there
    /// is not this Gateway.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub port_of_another: bool,
    /// Account whose engine runs it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<u32>,
}

/// A child of the Gateway whose environment shows the effective one
/// (facts/env-resolution.md section 8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// Process id.
    pub pid: u32,
    /// `spawn-broker` or `sqlite-readonly`.
    pub kind: String,
    /// Its environment.
    pub bindings: Vec<Binding>,
}

/// Who listens on the Gateway's port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortOwner {
    /// The port.
    pub port: u16,
    /// Owner of the socket.
    pub uid: u32,
    /// Name of that user.
    pub user: String,
    /// Process, where it could be found.
    pub pid: Option<u32>,
    /// Its name.
    pub command: Option<String>,
    /// Whether it is one of the Gateways found.
    pub is_gateway: bool,
}
