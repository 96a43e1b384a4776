//! What the command line means: one step from what was typed to what will be done.

use std::path::PathBuf;
use std::time::Duration;

use crate::model::report::Severity;
pub use crate::render::format::Format;

/// What a run will do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The subcommand.
    pub action: Action,
    /// Keys to report on; empty means those the config needs.
    pub keys: Vec<String>,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--home`.
    pub home: Option<PathBuf>,
    /// `--service-manager`.
    pub manager: ManagerChoice,
    /// `--pid`.
    pub pid: Option<u32>,
    /// Ids and groups of checks to run; empty means all.
    pub only: Vec<String>,
    /// Ids and groups to leave out.
    pub skip: Vec<String>,
    /// From which severity on the exit code is 1; none means never.
    pub fail_on: Option<Severity>,
    /// No request to anybody.
    pub offline: bool,
    /// Run the login shell although shellEnv is off.
    pub ask_shell: bool,
    /// Where the findings that are not to count are named.
    pub suppressions: SuppressionsFrom,
    /// Limit of the whole run.
    pub timeout: Duration,
    /// Wait for the Gateway for this long.
    pub wait: Option<Duration>,
    /// Output format.
    pub format: Format,
    /// Colour.
    pub color: ColorChoice,
    /// Show passing checks and shadowed copies too.
    pub verbose: bool,
    /// Findings alone.
    pub quiet: bool,
    /// Write a support bundle here.
    pub bundle: Option<PathBuf>,
    /// Overwrite an existing bundle.
    pub force: bool,
    /// Read a bundle or the embedded sample instead of this machine.
    pub from: Option<String>,
    /// File whose bytes are the fingerprint key.
    pub fingerprint_key: Option<PathBuf>,
    /// How this program is called in the commands it prints; see [`crate::base::doctor_name`].
    pub doctor: String,
}

impl Default for Plan {
    fn default() -> Self {
        Plan {
            action: Action::Doctor,
            keys: Vec::new(),
            profile: None,
            home: None,
            manager: ManagerChoice::Auto,
            pid: None,
            only: Vec::new(),
            skip: Vec::new(),
            fail_on: Some(Severity::Error),
            offline: false,
            ask_shell: false,
            suppressions: SuppressionsFrom::Usual,
            timeout: Duration::from_secs(10),
            wait: None,
            format: Format::Human,
            color: ColorChoice::Auto,
            verbose: false,
            quiet: false,
            bundle: None,
            force: false,
            from: None,
            fingerprint_key: None,
            doctor: "openclaw doctor".to_owned(),
        }
    }
}

/// The subcommand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The whole report.
    Doctor,
    /// The matrix alone.
    Env,
    /// The config verdict alone, of this file or of the machine's own.
    Config {
        /// The file.
        file: Option<PathBuf>,
    },
    /// The pings alone.
    Ping,
    /// The text of a check or the story of a variable.
    Explain {
        /// Check id or variable name.
        topic: String,
    },
    /// The difference of two saved reports or bundles.
    Diff {
        /// The older one.
        before: PathBuf,
        /// The newer one.
        after: PathBuf,
    },
    /// The list of checks.
    Checks,
    /// A completion script.
    Completions {
        /// Its shell.
        shell: String,
    },
    /// The man page.
    Man,
}

/// Which suppression file is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SuppressionsFrom {
    /// The user's own, where there is one.
    Usual,
    /// None.
    Nowhere,
    /// This one.
    File(PathBuf),
}

/// Which service manager to examine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManagerChoice {
    /// By platform.
    Auto,
    /// systemd.
    Systemd,
    /// launchd.
    Launchd,
    /// The Gateway that this supervisor or container engine runs, by its word.
    Supervisor(&'static str),
    /// None.
    None,
}

impl ManagerChoice {
    /// Returns the word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            ManagerChoice::Auto => "auto",
            ManagerChoice::Systemd => "systemd",
            ManagerChoice::Launchd => "launchd",
            ManagerChoice::Supervisor(word) => word,
            ManagerChoice::None => "none",
        }
    }
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorChoice {
    /// By the environment and the terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
