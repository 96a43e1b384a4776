//! What the command line means: one step from what was typed to what will be done. What is collected, which checks
//! run and how the report is shown are known to nobody else together.

use std::path::PathBuf;
use std::time::Duration;

use crate::checks::{self, runner::Filter};
use crate::collect::request::Request;
use crate::render::format::Show;

/// What a run will do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The subcommand.
    pub action: Action,
    /// What to collect.
    pub request: Request,
    /// Which checks run.
    pub checks: Filter,
    /// How the report is shown.
    pub show: Show,
    /// Wait for the Gateway for this long.
    pub wait: Option<Duration>,
    /// Colour.
    pub color: ColorChoice,
    /// Write a support bundle here.
    pub bundle: Option<PathBuf>,
    /// Overwrite an existing bundle.
    pub force: bool,
    /// Read a bundle or the embedded sample instead of this machine.
    pub from: Option<String>,
}

impl Default for Plan {
    fn default() -> Self {
        Plan {
            action: Action::Report,
            request: Request {
                says: checks::says,
                ..Request::default()
            },
            checks: Filter::default(),
            show: Show::default(),
            wait: None,
            color: ColorChoice::Auto,
            bundle: None,
            force: false,
            from: None,
        }
    }
}

/// The subcommand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The report, or the part of it that the plan shows.
    Report,
    /// The config verdict alone, of this file or of the machine's own.
    Config {
        /// The file.
        file: Option<PathBuf>,
        /// Whether it belongs to another machine.
        elsewhere: bool,
    },
    /// The JSON Schema of configs.
    Schema,
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
        /// Whether it is also for `openclaw doctor`.
        beside_node: bool,
    },
    /// The man page.
    Man,
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
