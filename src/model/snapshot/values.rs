//! Facts about one value, and where a value comes from.

use serde::{Deserialize, Serialize};

pub use crate::secret::facts::{Shape, ValueFacts, ValueFlag};
pub use crate::secret::foreign_ref::ForeignRef;

/// Where a value comes from. The words are public: they stand in the JSON report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The environment a process was started with, by nothing more exact known.
    Process,
    /// `.env` of the working directory.
    DotenvWorkspace,
    /// `.env` of the state directory.
    DotenvState,
    /// `.env` of the config directory, where that is another one.
    DotenvConfigDir,
    /// `~/.config/openclaw/gateway.env`.
    GatewayEnv,
    /// `env.vars` of the config.
    ConfigEnv,
    /// The login-shell import.
    LoginShell,
    /// A copy made from an alias (`Z_AI_API_KEY` to `ZAI_API_KEY`).
    Alias,
    /// Set by OpenClaw's own entry (`--profile`, its markers).
    Entry,
    /// `Environment=` of the unit file.
    Unit,
    /// `Environment=` of a drop-in.
    DropIn,
    /// A file named by `EnvironmentFile=`.
    EnvironmentFile,
    /// The environment block of the user's service manager.
    Manager,
    /// The system manager, or what systemd sets itself.
    SystemManager,
    /// `EnvironmentVariables` of a plist.
    LaunchdPlist,
    /// The generated env file of a LaunchAgent.
    LaunchdEnvFile,
    /// `launchctl setenv`.
    LaunchctlSetenv,
    /// `env NAME=VALUE`, a wrapper script or a directory of variables in the service's command line.
    Launcher,
    /// What pm2, supervisord, runit, s6 and the like start the process with.
    Supervisor,
    /// The environment a container was started with.
    Container,
    /// A stored auth profile.
    AuthProfile,
    /// `models.providers.<id>.apiKey`.
    ProviderConfig,
}

impl Source {
    /// All sources.
    pub const ALL: &'static [Source] = &[
        Source::Process,
        Source::DotenvWorkspace,
        Source::DotenvState,
        Source::DotenvConfigDir,
        Source::GatewayEnv,
        Source::ConfigEnv,
        Source::LoginShell,
        Source::Alias,
        Source::Entry,
        Source::Unit,
        Source::DropIn,
        Source::EnvironmentFile,
        Source::Manager,
        Source::SystemManager,
        Source::LaunchdPlist,
        Source::LaunchdEnvFile,
        Source::LaunchctlSetenv,
        Source::Launcher,
        Source::Supervisor,
        Source::Container,
        Source::AuthProfile,
        Source::ProviderConfig,
    ];

    /// Returns the public word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Source::Process => "process",
            Source::DotenvWorkspace => "dotenv-workspace",
            Source::DotenvState => "dotenv-state",
            Source::DotenvConfigDir => "dotenv-config-dir",
            Source::GatewayEnv => "gateway-env",
            Source::ConfigEnv => "config-env",
            Source::LoginShell => "login-shell",
            Source::Alias => "alias",
            Source::Entry => "entry",
            Source::Unit => "unit",
            Source::DropIn => "drop-in",
            Source::EnvironmentFile => "environment-file",
            Source::Manager => "manager",
            Source::SystemManager => "system-manager",
            Source::LaunchdPlist => "launchd-plist",
            Source::LaunchdEnvFile => "launchd-env-file",
            Source::LaunchctlSetenv => "launchctl-setenv",
            Source::Launcher => "launcher",
            Source::Supervisor => "supervisor",
            Source::Container => "container",
            Source::AuthProfile => "auth-profile",
            Source::ProviderConfig => "provider-config",
        }
    }

    /// Returns whether the service definition or its manager hands the value over at start.
    pub fn is_service(self) -> bool {
        matches!(
            self,
            Source::Unit
                | Source::DropIn
                | Source::EnvironmentFile
                | Source::Manager
                | Source::SystemManager
                | Source::LaunchdPlist
                | Source::LaunchdEnvFile
                | Source::LaunchctlSetenv
                | Source::Launcher
                | Source::Supervisor
                | Source::Container
        )
    }
}

/// A place in a file, or a command whose output it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Absolute path, or the command.
    pub path: String,
    /// Line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in characters, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl Place {
    /// Returns the place of a whole file.
    pub fn file(path: impl Into<String>) -> Self {
        Place {
            path: path.into(),
            line: None,
            column: None,
        }
    }

    /// Returns a line of a file.
    pub fn line(path: impl Into<String>, line: u32) -> Self {
        Place {
            path: path.into(),
            line: Some(line),
            column: None,
        }
    }

    /// Returns a line and column of a file.
    pub fn at(path: impl Into<String>, line: u32, column: u32) -> Self {
        Place {
            path: path.into(),
            line: Some(line),
            column: Some(column),
        }
    }
}

/// A value bound to a name, with where it was defined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// Name of the variable.
    pub name: String,
    /// What is known of the value.
    pub value: ValueFacts,
    /// Where it comes from.
    pub source: Source,
    /// File and line, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}
