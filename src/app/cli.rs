//! What was typed: the command line as clap reads it, and the one way from it to a [`Plan`].
//!
//! Nothing here opens a file. [`parse`] first decides whose command it is (`route`), then reads
//! it (`RawArgs`), then says what it means (`meaning`).

pub mod completions;
pub mod docs;
mod meaning;
mod route;
mod stop;
#[cfg(test)]
mod tests;

use std::ffi::OsString;

use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::app::handover::Reason;
use crate::app::plan::Plan;

pub use meaning::check_topics;
pub use route::{typed_color, typed_format};
pub use stop::Stop;

/// What a command line comes to.
#[derive(Debug, Clone)]
pub enum Parsed {
    /// A run of the doctor.
    Run(Box<Plan>),
    /// A command for the Node CLI.
    HandOver(Reason),
}

/// Reads the arguments after the program's name. With `as_doctor` (the executable
/// `openclaw-doctor`) every command is the doctor's; without it the word `doctor` selects it.
pub fn parse(args: &[OsString], as_doctor: bool) -> Result<Parsed, Stop> {
    let args = &route::joined_wait(args);
    let format = route::typed_format(args);
    let words = match route::route(args, as_doctor).map_err(|message| Stop::usage(&message, format))? {
        route::Route::HandOver(reason) => return Ok(Parsed::HandOver(reason)),
        route::Route::Ours(words) => words,
    };
    let matches = docs::folded(as_doctor)
        .try_get_matches_from(words)
        .map_err(|error| Stop::from_clap(&error, format))?;
    let low = RawArgs::from_arg_matches(&matches).map_err(|error| Stop::from_clap(&error, format))?;
    let plan = meaning::plan(low, as_doctor).map_err(|message| Stop::usage(&message, format))?;
    Ok(Parsed::Run(Box::new(plan)))
}

/// Read-only diagnostics for an OpenClaw Gateway: which environment its daemon sees, and why
#[derive(Debug, Parser)]
#[command(version, no_binary_name = true)]
pub(crate) struct RawArgs {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(subcommand)]
    pub(crate) command: Option<Sub>,
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Variable to report on; repeatable [default: those the config needs]
    #[arg(long, global = true, value_name = "NAME", help_heading = "What to examine")]
    pub(crate) key: Vec<String>,
    /// Profile of the Gateway
    #[arg(long, global = true, value_name = "NAME", help_heading = "What to examine")]
    pub(crate) profile: Option<String>,
    /// Home directory of the Gateway's user
    #[arg(long, global = true, value_hint = clap::ValueHint::DirPath, value_name = "DIR", help_heading = "What to examine")]
    pub(crate) home: Option<OsString>,
    /// Manager that runs the Gateway
    #[arg(
        long,
        global = true,
        value_name = "MANAGER",
        default_value = "auto",
        help_heading = "What to examine"
    )]
    pub(crate) service_manager: ManagerWord,
    /// Process id of the Gateway to examine, where several run
    #[arg(long, global = true, value_name = "PID", help_heading = "What to examine")]
    pub(crate) pid: Option<u32>,
    /// Container of the Gateway to examine, by name or id, from its host
    #[arg(long, global = true, value_name = "NAME", help_heading = "What to examine")]
    pub(crate) container: Option<String>,
    /// Ask the login shell even though shellEnv is off
    #[arg(long, global = true, help_heading = "What to examine")]
    pub(crate) shell: bool,

    /// Run these checks alone: ids or groups, see `checks`; repeatable
    #[arg(
        long,
        global = true,
        value_name = "ID|GROUP",
        value_delimiter = ',',
        help_heading = "Checks"
    )]
    pub(crate) only: Vec<String>,
    /// Leave these checks out; repeatable
    #[arg(
        long,
        global = true,
        value_name = "ID|GROUP",
        value_delimiter = ',',
        help_heading = "Checks"
    )]
    pub(crate) skip: Vec<String>,
    /// File listing findings to ignore, or `none` [default: ~/.config/openclaw-doctor/suppress]
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = "Checks")]
    pub(crate) suppressions: Option<OsString>,
    /// Exit 1 at this severity or above
    #[arg(
        long,
        global = true,
        value_name = "SEVERITY",
        default_value = "error",
        help_heading = "Checks"
    )]
    pub(crate) fail_on: FailWord,

    /// Send no request to anybody, loopback included
    #[arg(long, global = true, help_heading = "Network and time")]
    pub(crate) offline: bool,
    /// Limit of the whole run, in seconds
    #[arg(
        long,
        global = true,
        value_name = "SECS",
        default_value = "10",
        help_heading = "Network and time"
    )]
    pub(crate) timeout: String,
    /// Wait until the Gateway is up, [default: 60] seconds at most
    #[arg(long, global = true, value_name = "SECS", num_args = 0..=1, require_equals = true,
          default_missing_value = "60", help_heading = "Network and time")]
    pub(crate) wait: Option<String>,

    /// Print one JSON document; the same as --format json
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) json: bool,
    /// Format of the report [default: human]
    #[arg(long, global = true, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) format: Option<FormatWord>,
    /// When to use colour
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Output"
    )]
    pub(crate) color: ColorWord,
    // The Node CLI's spelling, so that a habit does not become an error.
    #[arg(long, global = true, hide = true)]
    pub(crate) no_color: bool,
    /// Show passing checks, skipped checks and every copy too
    #[arg(short, long, global = true, help_heading = "Output")]
    pub(crate) verbose: bool,
    /// Show problems and their fixes alone
    #[arg(short, long, global = true, help_heading = "Output")]
    pub(crate) quiet: bool,

    /// Write a redacted support bundle
    #[arg(long, global = true, value_hint = clap::ValueHint::FilePath, value_name = "FILE", help_heading = "Support")]
    pub(crate) bundle: Option<OsString>,
    /// With --bundle: replace an existing file
    #[arg(long, global = true, help_heading = "Support")]
    pub(crate) force: bool,
    /// Report on a bundle, or on `sample`, in place of this machine
    #[arg(long, global = true, value_hint = clap::ValueHint::FilePath, value_name = "FILE", help_heading = "Support")]
    pub(crate) from: Option<String>,
    /// File whose bytes key the fingerprints, to compare them across reports
    #[arg(long, global = true, value_hint = clap::ValueHint::FilePath, value_name = "FILE", help_heading = "Support")]
    pub(crate) fingerprint_key: Option<OsString>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Sub {
    /// Show who sees a key, and nothing else
    Env {
        /// Variables to show
        #[arg(value_name = "KEY")]
        keys: Vec<String>,
    },
    /// Judge the config file, and nothing else
    Config {
        /// Config file [default: the one the Gateway reads]
        #[arg(value_hint = clap::ValueHint::FilePath)]
        file: Option<OsString>,
        /// Judge the file by itself: it belongs to another machine, so the variables, files, addresses and programs it names
        /// are not looked for here
        #[arg(long, requires = "file")]
        elsewhere: bool,
        /// Print the JSON Schema of the config, for editors
        #[arg(long, conflicts_with = "file")]
        schema: bool,
    },
    /// Ask the Gateway and Cloudflare, and show their answers
    #[command(after_help = docs::PING)]
    Ping,
    /// Explain a check, or tell where a variable comes from
    Explain {
        /// Id of a check, or name of a variable
        #[arg(value_name = "CHECK-ID|ENV-NAME")]
        topic: String,
    },
    /// Compare two saved reports or bundles
    Diff {
        /// The older one
        #[arg(value_hint = clap::ValueHint::FilePath)]
        before: OsString,
        /// The newer one
        #[arg(value_hint = clap::ValueHint::FilePath)]
        after: OsString,
    },
    /// List the checks
    Checks,
    /// Print a completion script, for the name that this doctor was called by
    Completions {
        /// Shell to complete in
        // Another id than the global --shell.
        #[arg(id = "complete_in", value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ManagerWord {
    Auto,
    Systemd,
    Launchd,
    Pm2,
    Supervisord,
    Runit,
    S6,
    Docker,
    Podman,
    Kubernetes,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailWord {
    Error,
    Warning,
    Info,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatWord {
    Human,
    Json,
    Markdown,
    Github,
    Junit,
    Prometheus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWord {
    Auto,
    Always,
    Never,
}
