//! The service manager and the services that run a Gateway.

use serde::{Deserialize, Serialize};

use super::{Binding, FileAccess, Link, PathFacts, Place, SystemdFacts};
use crate::base::fact::Fact;

/// Which manager was examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ManagerKind {
    /// systemd.
    Systemd,
    /// launchd.
    Launchd,
    /// None here.
    #[default]
    None,
}

/// The manager and its services.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ServiceFacts {
    /// Which manager.
    pub manager: ManagerKind,
    /// Why there is none to examine, where that is so.
    pub why_none: Option<String>,
    /// Whether the user's manager could be asked.
    pub reach: Option<Fact<bool>>,
    /// Services that run a Gateway, in order of their names.
    pub services: Vec<Service>,
    /// Index of the one examined.
    pub examined: Option<usize>,
    /// The manager's environment block.
    pub manager_env: Option<Fact<Vec<Binding>>>,
    /// Whether the user lingers.
    pub linger: Option<Fact<bool>>,
    /// Files and directories that were looked at.
    pub looked_at: Vec<String>,
    /// Places where a definition could be that could not be looked into, and why, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<String>,
}

/// Who runs the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// A user's manager.
    User,
    /// The machine's manager.
    System,
}

/// A part of a service's definition that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadPart {
    /// What it decides.
    pub of: PartOf,
    /// Which one and why, in words.
    pub why: String,
}

/// What a part of a service's definition decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartOf {
    /// The program, the account, any directive, and so variables as well: a unit, a drop-in, the account.
    Definition,
    /// Variables alone: a file of them.
    Variables,
}

impl PartOf {
    /// Returns the part that could not be read, with why in words.
    pub fn unread(self, why: impl Into<String>) -> UnreadPart {
        UnreadPart {
            of: self,
            why: why.into(),
        }
    }
}

/// A service that runs a Gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Unit name or launchd label.
    pub name: String,
    /// User or system.
    pub scope: Scope,
    /// Profile in its name, environment or arguments.
    pub profile: Option<String>,
    /// Whether the name is one of an older product name.
    pub legacy: bool,
    /// Whether Nix writes the definition: it lies in the store, or sets `OPENCLAW_NIX_MODE=1`.
    #[serde(default)]
    pub nix: bool,
    /// Unit file or plist.
    pub definition: Option<PathFacts>,
    /// Drop-ins that apply.
    pub drop_ins: Vec<PathFacts>,
    /// The backup an install left, with the sources it had and the definition lacks.
    pub lost_sources: Vec<LostSource>,
    /// What the manager says, where it could be asked.
    pub state: Fact<ServiceState>,
    /// What is started.
    pub exec: ExecFacts,
    /// Working directory of the definition.
    pub working_dir: Option<String>,
    /// User of a system service.
    pub user: Option<String>,
    /// Environment at exec, assembled from all layers; the winner of each name.
    pub bindings: Vec<Binding>,
    /// Bindings a later layer replaced or removed, in order.
    #[serde(alias = "beaten")]
    pub overridden: Vec<OverriddenBinding>,
    /// Files named by `EnvironmentFile=` or by the wrapper.
    pub env_files: Vec<EnvFile>,
    /// Names in `OPENCLAW_SERVICE_MANAGED_ENV_KEYS`, upper case.
    pub managed_keys: Vec<String>,
    /// Parts that could not be read, in words.
    pub unknown: Vec<String>,
    /// Those of them that are whole layers: a drop-in, an environment file, a folder of either, the account. Each could
    /// hold a value of any name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blind: Vec<UnreadPart>,
    /// Lines of the definition that the manager ignores or refuses.
    pub odd_lines: Vec<OddLine>,
    /// Facts special to launchd.
    pub launchd: Option<LaunchdFacts>,
    /// Facts special to systemd.
    #[serde(default, skip_serializing_if = "SystemdFacts::is_empty")]
    pub systemd: SystemdFacts,
}

/// A binding of the service that does not reach the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverriddenBinding {
    /// The binding.
    pub binding: Binding,
    /// Why: `replaced`, `unset`, `reset`.
    pub why: String,
}

/// What the manager reports of a service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ServiceState {
    /// systemd `LoadState`; launchd: `loaded` or `not-found`.
    pub load: String,
    /// systemd `ActiveState`; launchd: `active`, `inactive`, `failed`, `activating`.
    pub active: String,
    /// systemd `SubState`; launchd: `state` text.
    pub sub: String,
    /// systemd `Result`.
    pub result: String,
    /// systemd `UnitFileState`; launchd: `enabled`, `disabled`.
    pub enabled: String,
    /// Main process.
    pub main_pid: Option<u32>,
    /// Restarts since it was started.
    pub restarts: u32,
    /// Last exit status; the number of the signal where one ended it.
    pub exit_status: Option<i32>,
    /// Whether a signal ended the main process last (systemd `ExecMainCode` 2 or 3).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub killed: bool,
    /// Whether the last start was given up because a `Condition…=` or `Assert…=` of the unit was not met.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub condition_unmet: bool,
    /// Whether unit or drop-ins changed after the manager read them.
    pub needs_reload: bool,
    /// Start of the main process, milliseconds since 1970.
    pub started_ms: Option<i64>,
}

/// The command a service starts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ExecFacts {
    /// First word.
    pub program: Option<String>,
    /// Whether it exists and may be run.
    pub program_exists: Option<bool>,
    /// OpenClaw's entry script.
    pub entry: Option<String>,
    /// Whether that exists.
    pub entry_exists: Option<bool>,
    /// `--port`.
    pub port: Option<u16>,
    /// `--profile`.
    pub profile: Option<String>,
    /// Options that take the place of settings of the config, such as `--bind`; without their values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<String>,
    /// Whether a program stands between that may set more than can be seen.
    pub shell_wrapped: bool,
    /// The programs between the manager and OpenClaw, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Names that these programs set or remove for certain, whatever else they bring.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<String>,
    /// Names that they may set, change or remove.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubtful: Vec<String>,
    /// Where the line stands.
    pub place: Option<Place>,
}

/// A file that hands variables to the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvFile {
    /// Path as written, specifiers resolved.
    pub path: String,
    /// Where it is named.
    pub place: Option<Place>,
    /// Whether the manager goes on without it (`-`).
    pub optional: bool,
    /// Whether OpenClaw generated it.
    pub generated: bool,
    /// The files it stands for, with their state.
    pub files: Vec<PathFacts>,
    /// Names it sets.
    pub names: Vec<String>,
    /// Lines the manager's reader ignores.
    pub odd_lines: Vec<OddLine>,
    /// Whether the manager gets at it.
    #[serde(default, skip_serializing_if = "FileAccess::is_usual")]
    pub access: FileAccess,
}

/// A line a reader ignores or reads in another way than its writer meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OddLine {
    /// Where.
    pub place: Place,
    /// Name of the variable, where one can be told.
    pub name: Option<String>,
    /// What happens to it, in words.
    pub what: String,
}

/// A source of variables that the backup of the definition has and the definition lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostSource {
    /// The backup.
    pub backup: String,
    /// `EnvironmentFile` or `Environment`.
    pub directive: String,
    /// The path, or the name of the variable.
    pub what: String,
    /// Names the lost file sets, where it can be read.
    pub names: Vec<String>,
}

/// Facts only launchd has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LaunchdFacts {
    /// The domain, such as `gui/501`.
    pub domain: String,
    /// Whether the label is marked disabled.
    pub disabled: bool,
    /// Whether the agent is loaded.
    pub loaded: bool,
    /// Wrapper script among the arguments.
    pub wrapper: Option<PathFacts>,
    /// Whether the wrapper is there and may be run the way the job runs it; none without a
    /// wrapper, or where that could not be seen.
    #[serde(default)]
    pub wrapper_usable: Option<bool>,
    /// Whether the wrapper ends with exit 78 when the env file lacks its header.
    #[serde(default)]
    pub wrapper_needs_header: Option<bool>,
    /// Whether the env file begins with the expected header.
    pub env_file_header: Option<bool>,
    /// Whether no GUI session could be asked.
    pub no_gui_session: bool,
    /// Runs since it was loaded.
    pub runs: Option<u32>,
    /// Where its output goes: standard output, standard error, each path once.
    #[serde(default)]
    pub log_paths: Vec<String>,
    /// Whether `~/.openclaw/disable-launchagent` tells OpenClaw's Mac app to leave launchd alone.
    #[serde(default)]
    pub disable_marker: bool,
}
