//! A command line that ends before any run: help, version, usage errors.

use crate::exit::Exit;
use crate::render::json;

/// Text to print in place of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// How the program ends.
    pub exit: Exit,
    /// For standard output; with escape sequences for colour.
    pub stdout: String,
    /// For standard error; with escape sequences for colour.
    pub stderr: String,
}

impl Stop {
    /// Returns text that was asked for.
    pub fn text(text: impl Into<String>) -> Self {
        Stop {
            exit: Exit::Ok,
            stdout: text.into(),
            stderr: String::new(),
        }
    }

    /// Returns a usage error; with `json`, standard output gets its one document all the same.
    pub fn usage(message: &str, json: bool) -> Self {
        Self::error(
            message,
            &format!("error: {message}\n\nFor more information, try '--help'.\n"),
            json,
        )
    }

    /// Returns what clap has to say.
    pub(super) fn from_clap(error: &clap::Error, json: bool) -> Self {
        if !error.use_stderr() {
            return Stop::text(error.render().ansi().to_string());
        }
        let plain = error.render().to_string();
        let first: Vec<&str> = plain
            .lines()
            .map(str::trim)
            .take_while(|line| !line.is_empty())
            .collect();
        let message = first.join(" ");
        let message = message.strip_prefix("error: ").unwrap_or(&message);
        Self::error(message, &error.render().ansi().to_string(), json)
    }

    fn error(message: &str, shown: &str, json: bool) -> Self {
        let document = || json::error_document("usage", message, Exit::Usage);
        Stop {
            exit: Exit::Usage,
            stdout: if json { document() } else { String::new() },
            stderr: shown.to_owned(),
        }
    }
}
