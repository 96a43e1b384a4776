//! Commands that are not the doctor's: why they are handed over, and what is said about it.
//!
//! The Node CLI is called `openclaw` too, so the doctor must be safe to have first on PATH
//! (design section 2). Finding and starting the other one is `collect::handover`.

use std::path::Path;

use crate::app::cli::docs;

/// Why a command goes to the Node CLI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Its first word is another one than `doctor`.
    Command(String),
    /// It uses a flag that only the Node CLI's doctor has.
    Flag(String),
    /// `openclaw --help`.
    Help,
    /// `openclaw --version`.
    Version,
    /// `openclaw` alone.
    NoCommand,
}

impl Reason {
    /// Returns the line for standard error before the Node CLI takes over. Other commands than
    /// `doctor` go over without a word: a script must see no difference.
    pub fn notice(&self, target: &Path) -> Option<String> {
        match self {
            Reason::Flag(flag) => Some(format!(
                "openclaw doctor: {flag} belongs to the Node CLI, handing over to {}\n",
                target.display()
            )),
            _ => None,
        }
    }

    /// Returns what is printed on standard output when there is no Node CLI, for the two
    /// questions the doctor can answer itself.
    pub fn own_answer(&self) -> Option<String> {
        match self {
            Reason::Help => Some(docs::help(false)),
            Reason::Version => Some(format!(
                "{}This is the doctor; no other `openclaw` is on PATH\n",
                docs::version()
            )),
            _ => None,
        }
    }

    /// Returns the line for standard error when nothing can take the command.
    pub fn refusal(&self, why: &str) -> String {
        let what = match self {
            Reason::Command(word) => format!("'openclaw {}' is a command", word.escape_debug()),
            Reason::Flag(flag) => format!("{flag} is a flag"),
            Reason::Help | Reason::Version | Reason::NoCommand => "'openclaw' alone is a command".to_owned(),
        };
        format!("openclaw: {what} of the Node CLI, and {why}; this is the read-only doctor: openclaw doctor\n")
    }
}
