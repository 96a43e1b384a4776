//! What is to be collected.

use std::path::PathBuf;
use std::time::Duration;

use crate::redact::vocabulary::Says;

/// What one look at the machine takes in.
#[derive(Debug, Clone)]
pub struct Request {
    /// Keys to look for; empty means those the config needs.
    pub keys: Vec<String>,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--home`.
    pub home: Option<PathBuf>,
    /// `--service-manager`.
    pub manager: ManagerChoice,
    /// `--pid`, or the Gateway's process in the container that `--container` names.
    pub pid: Option<u32>,
    /// `--container`.
    pub container: Option<String>,
    /// No request to anybody.
    pub offline: bool,
    /// Why the Gateway is not asked; none where it is.
    pub no_gateway: Option<String>,
    /// Why Cloudflare is not asked; none where it is.
    pub no_cloudflare: Option<String>,
    /// Run the login shell although shellEnv is off.
    pub ask_shell: bool,
    /// Where the findings that are not to count are named.
    pub suppressions: SuppressionsFrom,
    /// Limit of the whole look.
    pub timeout: Duration,
    /// Read what only a support bundle shows too: masked texts, the log of a service that runs.
    pub for_bundle: bool,
    /// File whose bytes are the fingerprint key.
    pub fingerprint_key: Option<PathBuf>,
    /// What the report says anyway: no secret, although one may read the same.
    pub says: Says,
}

impl Default for Request {
    fn default() -> Self {
        Request {
            keys: Vec::new(),
            profile: None,
            home: None,
            manager: ManagerChoice::Auto,
            pid: None,
            container: None,
            offline: false,
            no_gateway: None,
            no_cloudflare: None,
            ask_shell: false,
            suppressions: SuppressionsFrom::Usual,
            timeout: Duration::from_secs(10),
            for_bundle: false,
            fingerprint_key: None,
            says: |_| false,
        }
    }
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
