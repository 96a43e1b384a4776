//! A command line that ends before any run: help, version, usage errors.

use crate::app::exit::Exit;
use crate::base::doctor_name::DOCTOR;
use crate::render;
use crate::render::format::Format;
use crate::secret::generated;
use crate::secret::public::WITHHELD;

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

/// Puts the name that this doctor was called by in the place of the one that clap was given: what a usage line says can be
/// typed.
fn under_own_name(text: &str) -> String {
    ["openclaw doctor", "openclaw-doctor"]
        .iter()
        .fold(text.to_owned(), |text, name| {
            let lines = text.split_inclusive('\n').map(|line| {
                let names_it = line.contains("Usage:") || line.contains(&format!("{name} --help"));
                match names_it {
                    true => line.replacen(name, DOCTOR, 1),
                    false => line.to_owned(),
                }
            });
            lines.collect()
        })
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

    /// Returns a usage error; standard output gets the document of the format all the same.
    pub fn usage(message: &str, format: Format) -> Self {
        Self::error(
            message,
            &format!("error: {message}\n\nFor more information, try '--help'.\n"),
            format,
        )
    }

    /// Returns what clap has to say.
    pub(crate) fn from_clap(error: &clap::Error, format: Format) -> Self {
        if !error.use_stderr() {
            return Stop::text(under_own_name(&error.render().ansi().to_string()));
        }
        let plain = error.render().to_string();
        let first: Vec<&str> = plain
            .lines()
            .map(str::trim)
            .take_while(|line| !line.is_empty())
            .collect();
        let message = first.join(" ");
        let message = message.strip_prefix("error: ").unwrap_or(&message);
        Self::error(message, &under_own_name(&error.render().ansi().to_string()), format)
    }

    /// A key that was typed in the place of something else is not said again.
    fn error(message: &str, shown: &str, format: Format) -> Self {
        let without = |text: &str| {
            let keys = generated::find(message);
            keys.iter()
                .fold(text.to_owned(), |text, key| text.replace(key, WITHHELD))
        };
        Stop {
            exit: Exit::Usage,
            stdout: render::failure(format, "usage", &without(message), Exit::Usage.code()),
            stderr: without(shown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_typed_by_mistake_is_not_repeated() {
        let key = "Xk29vbQpLmWz83TrYh1s";
        for said in [
            "unrecognized subcommand 'OPENAI_API_KEY={}'",
            "there is no check or group '{}'",
            "no container {} was found",
        ] {
            let stop = Stop::usage(&said.replace("{}", key), Format::Json);
            assert!(!stop.stderr.contains(key) && !stop.stdout.contains(key), "{said}");
            assert!(stop.stderr.contains(WITHHELD));
        }
        assert!(
            Stop::usage("there is no check or group 'gatway'", Format::Human)
                .stderr
                .contains("'gatway'")
        );
    }
}
