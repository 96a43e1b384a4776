//! How OpenClaw's loading arrives at an environment, step by step.

use serde::{Deserialize, Serialize};

use super::{ConfigView, Found, Layers, PathFacts, Place, Source, ValueFacts};
use crate::base::fact::Fact;

/// The environments a report shows side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Views {
    /// A Gateway started by hand from here.
    pub shell: Fact<Trace>,
    /// The service's next start.
    pub next_start: Fact<Trace>,
    /// What loading should have given the running process, from the environment it was started with.
    pub running: Fact<Trace>,
}

/// The loading of one environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// Name of the rule set that was applied, such as `2026.9.6`.
    pub rules: String,
    /// Why the rules may not fit exactly; empty when they were checked on this release.
    pub doubts: Vec<String>,
    /// Home directory.
    pub home: String,
    /// State directory.
    pub state_dir: String,
    /// Config file that is read.
    pub config_path: String,
    /// Working directory.
    pub cwd: String,
    /// Profile, where one applies.
    pub profile: Option<String>,
    /// Port the Gateway will listen on.
    pub port: u16,
    /// What decided the port.
    pub port_source: String,
    /// Every offer of a value, in the order of the layers, with what became of it.
    pub offers: Vec<Offer>,
    /// The environment at the end.
    #[serde(flatten)]
    pub environment: Layers,
    /// Files asked for, in order.
    pub files: Vec<TracedFile>,
    /// The login-shell import.
    pub shell_import: ShellImport,
    /// The config as this environment reads it.
    pub config: ConfigView,
    /// The config file's state.
    #[serde(default)]
    pub config_file: Option<PathFacts>,
    /// Names this installation takes from a login shell.
    pub expected_keys: Vec<String>,
}

impl Trace {
    /// Returns what the environment has for a name.
    pub fn find(&self, name: &str) -> Found<'_> {
        self.environment.find(name)
    }

    /// Returns the offers for a name in the order of the layers.
    pub fn offers_for<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a Offer> + use<'a, 'n> {
        self.offers.iter().filter(move |offer| offer.name == name)
    }
}

/// A value that a source offers for a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Name of the variable.
    pub name: String,
    /// The source.
    pub source: Source,
    /// File and line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What is known of the value; none where the source removes the name.
    pub value: Option<ValueFacts>,
    /// What became of it.
    pub status: OfferStatus,
    /// The rule that decided, a stable word explained in `loader/rule.rs`.
    pub rule: String,
}

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfferStatus {
    /// It is the effective value.
    Wins,
    /// A stronger source has another value.
    Different,
    /// A stronger source has the same value.
    Shadowed,
    /// A rule refuses the name or the value.
    Blocked,
    /// It was bound and later removed by OpenClaw.
    Removed,
    /// It is read by nothing, or only a later line of the same file counts.
    Ignored,
}

impl OfferStatus {
    /// Returns the public word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            OfferStatus::Wins => "wins",
            OfferStatus::Different => "different",
            OfferStatus::Shadowed => "shadowed",
            OfferStatus::Blocked => "blocked",
            OfferStatus::Removed => "removed",
            OfferStatus::Ignored => "ignored",
        }
    }
}

/// A file that loading asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedFile {
    /// What it is to the loader.
    pub source: Source,
    /// The path and its state.
    pub facts: PathFacts,
    /// What the loader makes of it.
    pub outcome: FileOutcome,
    /// Names defined more than once, with their lines.
    pub duplicates: Vec<DuplicateKey>,
    /// Lines on which readers disagree.
    pub disagreements: Vec<Disagreement>,
}

/// What the loader makes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum FileOutcome {
    /// It was read; the number of usable names.
    Read {
        /// How many names it defines.
        names: usize,
    },
    /// It does not exist.
    Missing,
    /// OpenClaw ignores it silently: a directory, a FIFO, a dangling link, too large, no permission.
    Ignored {
        /// Why.
        why: String,
    },
    /// The doctor cannot tell what the Gateway would read.
    Unknown {
        /// Why not.
        why: String,
    },
}

/// A name defined more than once in one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicateKey {
    /// The name.
    pub name: String,
    /// Its lines, in order; the last one counts.
    pub lines: Vec<u32>,
    /// Whether the values differ.
    pub differ: bool,
}

/// A line that another reader of `.env` files reads differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disagreement {
    /// The name.
    pub name: String,
    /// Its line.
    pub line: u32,
    /// The readers that differ: `systemd`, `shell`, `dotenvy`.
    pub readers: Vec<String>,
    /// Why, where it is known: `hash`, `unbalanced-quote`, …
    pub cause: Option<String>,
}

/// The login-shell import.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShellImport {
    /// Whether it is on.
    pub enabled: bool,
    /// What turned it on: `env.shellEnv.enabled` or `OPENCLAW_LOAD_SHELL_ENV`.
    pub by: Option<String>,
    /// The shell that is run.
    pub shell: Option<String>,
    /// Its limit in milliseconds; 0 means none.
    pub timeout_ms: u64,
    /// What came of it.
    pub outcome: ShellOutcome,
    /// Milliseconds it took here.
    pub ms: Option<u64>,
}

/// What came of a login shell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum ShellOutcome {
    /// It was not asked for.
    #[default]
    Off,
    /// No expected name is missing, so OpenClaw runs no shell.
    NothingMissing,
    /// It answered.
    Answered,
    /// It exited with a failure, so nothing is imported.
    Failed {
        /// Its status, in words.
        why: String,
    },
    /// It took longer than OpenClaw allows.
    TimedOut,
    /// The doctor could not find out.
    Unknown {
        /// Why not.
        why: String,
    },
}
