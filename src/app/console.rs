//! The only writer. Colour, width and character set are decided once, here; a reader that closes
//! its pipe ends the output quietly.

use std::io::{self, ErrorKind, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use crate::app::plan::ColorChoice;
use crate::base::doctor_name::spell;
use crate::base::text::clean_page;
use crate::collect::terminal::TerminalFacts;
use crate::collect::{clock, guard};
use crate::render::theme::{SCREEN, Theme};

/// Widths outside these limits make no readable report.
const NARROWEST: usize = 40;
const WIDEST: usize = 120;
/// Width where there is no terminal to ask.
const USUAL: usize = 80;

/// How long a run stays silent before it says that it is at work.
const PATIENCE: Duration = Duration::from_millis(300);

/// Where text goes.
#[derive(Debug)]
enum Sink {
    Real,
    Memory { out: Vec<u8>, err: Vec<u8> },
}

/// Standard output and standard error, and what they can show.
#[derive(Debug)]
pub struct Console {
    sink: Sink,
    theme: Theme,
    color_err: bool,
    stderr_tty: bool,
    closed: bool,
    doctor: String,
}

impl Console {
    /// Returns the console of this process. `doctor` is how commands name it.
    pub fn new(terminal: &TerminalFacts, choice: ColorChoice, doctor: &str) -> Self {
        Console {
            sink: Sink::Real,
            theme: Theme {
                color: color(terminal, choice, terminal.stdout_tty),
                unicode: unicode(terminal),
                width: terminal.width.unwrap_or(USUAL).clamp(NARROWEST, WIDEST),
                height: terminal.height.unwrap_or(SCREEN).max(SCREEN),
            },
            color_err: color(terminal, choice, terminal.stderr_tty),
            stderr_tty: terminal.stderr_tty,
            closed: false,
            doctor: doctor.to_owned(),
        }
    }

    /// Returns a console that keeps what is written, for tests.
    pub fn in_memory(theme: Theme) -> Self {
        Console {
            sink: Sink::Memory {
                out: Vec::new(),
                err: Vec::new(),
            },
            color_err: theme.color,
            theme,
            stderr_tty: false,
            closed: false,
            doctor: "openclaw doctor".to_owned(),
        }
    }

    /// Returns what standard output can show.
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Writes to standard output. The error is anything but a closed pipe, such as a full disk.
    pub fn out(&mut self, text: &str) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let shown = fit(&spell(text, &self.doctor), self.theme.color);
        let written = match &mut self.sink {
            Sink::Real => {
                guard::answered();
                let mut stream = io::stdout().lock();
                stream.write_all(shown.as_bytes()).and_then(|()| stream.flush())
            }
            Sink::Memory { out, .. } => out.write_all(shown.as_bytes()),
        };
        match written {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other,
        }
    }

    /// Writes to standard error, where nothing can be done about a failure.
    pub fn err(&mut self, text: &str) {
        // What was typed is told in messages: no sign of it reaches a terminal as anything but a letter.
        let shown = clean_page(&fit(&spell(text, &self.doctor), self.color_err), self.color_err);
        let _ = match &mut self.sink {
            Sink::Real => io::stderr().lock().write_all(shown.as_bytes()),
            Sink::Memory { err, .. } => err.write_all(shown.as_bytes()),
        };
    }

    /// Returns what was written to the console of a test.
    pub fn written(&self) -> (String, String) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match &self.sink {
            Sink::Real => (String::new(), String::new()),
            Sink::Memory { out, err } => (text(out), text(err)),
        }
    }

    /// Returns the progress line; it stays silent where standard error is no terminal.
    pub fn progress(&self, quiet: bool) -> Progress {
        Progress {
            shown: self.stderr_tty && !quiet && matches!(self.sink, Sink::Real),
        }
    }
}

/// A line on standard error that says the doctor is at work.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    shown: bool,
}

impl Progress {
    /// Waits for a message for at most `limit`; when that takes longer than 300 ms, shows `label` meanwhile.
    pub fn receive<T>(self, label: &str, from: &Receiver<T>, limit: Duration) -> Result<T, RecvTimeoutError> {
        let silent = if self.shown { PATIENCE.min(limit) } else { limit };
        match from.recv_timeout(silent) {
            Err(RecvTimeoutError::Timeout) if silent < limit => {}
            done => return done,
        }
        let _line = Line::show(label);
        from.recv_timeout(limit - silent)
    }
}

impl Progress {
    /// Does nothing for a while, under a label.
    pub(crate) fn pause(self, label: &str, time: Duration) {
        let _line = self.shown.then(|| Line::show(label));
        clock::pause(time);
    }
}

/// The line itself; it is taken away when this goes, however the work ends.
struct Line;

impl Line {
    fn show(label: &str) -> Self {
        let _ = write!(io::stderr().lock(), "\r{label}");
        Line
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let _ = write!(io::stderr().lock(), "\r\u{1b}[K");
    }
}

fn fit(text: &str, color: bool) -> String {
    if color {
        text.to_owned()
    } else {
        anstream::adapter::strip_str(text).to_string()
    }
}

/// Decides on colour: flag, then NO_COLOR, CLICOLOR_FORCE and FORCE_COLOR, CLICOLOR=0 and
/// TERM=dumb, then whether it is a terminal (design section 8).
fn color(terminal: &TerminalFacts, choice: ColorChoice, tty: bool) -> bool {
    let forced = |name| terminal.var(name).is_some_and(|value| value != "0" && value != "false");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if terminal.var("NO_COLOR").is_some() => false,
        ColorChoice::Auto if forced("CLICOLOR_FORCE") || forced("FORCE_COLOR") => true,
        ColorChoice::Auto if terminal.var("FORCE_COLOR").is_some() => false,
        ColorChoice::Auto if terminal.var("CLICOLOR") == Some("0") => false,
        ColorChoice::Auto if terminal.var("TERM") == Some("dumb") => false,
        ColorChoice::Auto => tty,
    }
}

/// Decides on signs beyond ASCII. A locale that is not set says nothing (containers, cron); one
/// that names another character set does, and so do terminals known to lack the signs.
fn unicode(terminal: &TerminalFacts) -> bool {
    if matches!(terminal.var("TERM"), Some("linux" | "dumb")) {
        return false;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| terminal.var(name));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(env: &[(&str, &str)], tty: bool) -> TerminalFacts {
        TerminalFacts {
            stdout_tty: tty,
            stderr_tty: tty,
            width: None,
            height: None,
            env: env
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
        }
    }

    #[test]
    fn colour_is_decided_in_the_documented_order() {
        use ColorChoice::{Always, Auto, Never};
        #[rustfmt::skip]
        type Env = &'static [(&'static str, &'static str)];
        let table: &[(Env, ColorChoice, bool, bool)] = &[
            (&[], Auto, true, true),
            (&[], Auto, false, false),
            (&[("NO_COLOR", "1")], Always, false, true),
            (&[("FORCE_COLOR", "1")], Never, true, false),
            (&[("NO_COLOR", "0"), ("FORCE_COLOR", "1")], Auto, true, false),
            (&[("NO_COLOR", "")], Auto, true, true),
            (&[("FORCE_COLOR", "1")], Auto, false, true),
            (&[("FORCE_COLOR", "0")], Auto, true, false),
            (&[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], Auto, false, true),
            (&[("CLICOLOR_FORCE", "0")], Auto, false, false),
            (&[("CLICOLOR", "0")], Auto, true, false),
            (&[("TERM", "dumb")], Auto, true, false),
        ];
        for (env, choice, tty, expected) in table {
            assert_eq!(
                color(&terminal(env, *tty), *choice, *tty),
                *expected,
                "{env:?} {choice:?} {tty}"
            );
        }
    }

    #[test]
    fn the_locale_decides_on_signs() {
        let table: &[(&[(&str, &str)], bool)] = &[
            (&[], true),
            (&[("LANG", "C")], false),
            (&[("LANG", "en_US.UTF-8")], true),
            (&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")], false),
            (&[("LC_CTYPE", "C.utf8"), ("LANG", "C")], true),
            (&[("TERM", "linux"), ("LANG", "C.UTF-8")], false),
        ];
        for (env, expected) in table {
            assert_eq!(unicode(&terminal(env, true)), *expected, "{env:?}");
        }
    }

    #[test]
    fn plain_output_has_no_escape_sequences() {
        let mut console = Console::in_memory(Theme::plain(80));
        console.out("\u{1b}[31mred\u{1b}[0m\n").unwrap();
        console.err("noise\n");
        assert_eq!(console.written(), ("red\n".to_owned(), "noise\n".to_owned()));
    }
}
