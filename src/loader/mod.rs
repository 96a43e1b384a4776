//! OpenClaw's own loading, written once as a state machine without IO.
//!
//! [`advance`] runs from the start with the answers known so far. When it needs one more it
//! returns the [`Ask`]; the collector answers and calls again. It ends with a [`Trace`]: step,
//! rule, place, key, facts of the value. The same machine serves the three views with three
//! starting environments (design section 4.10). The order of steps is that of `openclaw gateway
//! run` (facts/env-resolution.md section 2).

mod answers;
mod config_env;
mod config_view;
mod dotenv_files;
mod dotenv_line;
mod entry;
mod env;
mod managed;
mod paths;
mod port;
mod shell_import;
mod template;
#[cfg(test)]
mod tests;
mod trace_builder;
mod v2026_2;
mod v2026_9;

pub use answers::{Answers, Ask, CommandFault, FileAnswer, PluginAsk, ShellAnswer, ShellAsk};
pub(crate) use config_view::{named_variable, secret_in_file};
pub(crate) use port::profile_port;

pub(crate) use template::whole_reference;

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::config::Reach;
use crate::model::snapshot::{Place, Source, Trace};
use crate::product::rules::RuleSet;
use crate::secret::{Secret, Vault};

/// Variables that are taken from one file. OpenClaw knows some three hundred, and each is told with its place in every view;
/// which line counts depends on all of them, so of a longer file none is taken, and what it sets is not known.
pub(crate) const MOST_NAMES: usize = 500;

/// Variables that a process may be started with where its loading is followed, for the same reason: a shell has some
/// hundred.
pub(crate) const MOST_STARTED_WITH: usize = 2 * MOST_NAMES;

/// A value bound to a name on the way into the loader, text included.
#[derive(Debug, Clone)]
pub struct RawBinding {
    /// Name of the variable.
    pub name: String,
    /// The value.
    pub value: Secret,
    /// Where it comes from.
    pub source: Source,
    /// File and line.
    pub place: Option<Place>,
}

/// The process as it is at exec.
#[derive(Debug, Clone)]
pub struct Start {
    /// Its environment; the last binding of a name counts.
    pub env: Vec<RawBinding>,
    /// Values of the service definition that a later layer replaced or removed, with the reason.
    pub overridden: Vec<(RawBinding, String)>,
    /// Its working directory.
    pub cwd: String,
    /// `--profile NAME`, or `dev` for `--dev` before the subcommand.
    pub profile: Option<String>,
    /// `--port`.
    pub port: Option<u16>,
    /// Home directory of its account, from the user database.
    pub os_home: Option<String>,
    /// Whether it runs on Linux, where systemd-managed keys exist.
    pub linux: bool,
    /// Whether it runs in a container, where a Gateway listens on every address unless its config says otherwise.
    pub container: bool,
    /// Where its account may listen.
    pub reach: Reach,
    /// User id of the process, where it is not the doctor's own.
    pub other_uid: Option<u32>,
    /// Whether the login shell is asked although its import is off; its values are then shown, not used.
    pub ask_shell: bool,
    /// Whether the config is that of another machine: what it names of this one is not looked at.
    pub elsewhere: bool,
    /// Whether the config was named on the command line, and so need not lie where a Gateway reads it.
    pub named_config: bool,
    /// The rules of the installed release.
    pub rules: RuleSet,
}

/// What a finished loading leaves.
#[derive(Debug)]
pub struct Finished {
    /// The steps, without secrets.
    pub trace: Trace,
    /// The environment at the end.
    pub env: BTreeMap<String, Secret>,
    /// The config with `${VAR}` replaced by this environment, where it could be read.
    pub config: Option<Rc<serde_json::Value>>,
    /// The config as it is written, references and all.
    pub authored: Option<Rc<crate::config::document::Document>>,
}

/// Runs the loading with the answers known so far.
pub fn advance(start: &Start, answers: &Answers, vault: &Vault) -> Result<Finished, Box<Ask>> {
    if start.rules.selection_loop {
        v2026_9::load(start, answers, vault)
    } else {
        v2026_2::load(start, answers, vault)
    }
}

/// Returns whether a stock package takes a name from a login shell
/// (facts/env-resolution.md section 6; plugins add names of their own).
pub fn is_stock_expected(name: &str) -> bool {
    crate::product::names::lists().shell_expected_default.contains(name)
        || crate::product::names::SHELL_EXPECTED_CORE.contains(&name)
}
