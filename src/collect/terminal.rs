//! What is known of the terminal the report goes to.

use std::io::IsTerminal;

/// The terminal and what the environment says about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TerminalFacts {
    /// Whether standard output is a terminal.
    pub stdout_tty: bool,
    /// Whether standard error is a terminal.
    pub stderr_tty: bool,
    /// Width in columns, from the terminal, else from `COLUMNS`.
    pub width: Option<usize>,
    /// Rows, from the terminal, else from `LINES`.
    pub height: Option<usize>,
    /// `NO_COLOR`, `CLICOLOR_FORCE`, `FORCE_COLOR`, `CLICOLOR`, `TERM`, `LC_ALL`, `LC_CTYPE`, `LANG`.
    pub env: Vec<(String, String)>,
}

impl TerminalFacts {
    /// Returns one of the variables when it is set and not empty.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.env
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }
}

/// Looks at the terminal.
pub fn look() -> TerminalFacts {
    const NAMES: [&str; 8] = [
        "NO_COLOR",
        "CLICOLOR_FORCE",
        "FORCE_COLOR",
        "CLICOLOR",
        "TERM",
        "LC_ALL",
        "LC_CTYPE",
        "LANG",
    ];
    let text = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
    let from_terminal = size.map(|size| usize::from(size.ws_col));
    TerminalFacts {
        stdout_tty: std::io::stdout().is_terminal(),
        stderr_tty: std::io::stderr().is_terminal(),
        width: from_terminal
            .filter(|width| *width > 0)
            .or_else(|| text("COLUMNS")?.parse().ok()),
        height: size
            .map(|size| usize::from(size.ws_row))
            .filter(|rows| *rows > 0)
            .or_else(|| text("LINES")?.parse().ok()),
        env: NAMES
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), text(name)?)))
            .collect(),
    }
}
