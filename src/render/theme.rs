//! How things look: marks, colours, and the ASCII fall-back. Everything is readable without colour.

use owo_colors::Style;

use crate::model::report::Severity;

/// Rows of a screen where there is none to ask.
pub(crate) const SCREEN: usize = 24;

/// What the output can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Escape sequences for colour.
    pub color: bool,
    /// Signs beyond ASCII.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
    /// Rows of the screen.
    pub height: usize,
}

/// What a piece of text is, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Bad,
    Warn,
    Unsure,
    /// Commands and what can be copied.
    Copy,
    Strong,
    Faint,
    Plain,
}

impl Theme {
    /// Returns a theme without colour.
    pub fn plain(width: usize) -> Self {
        Theme {
            color: false,
            unicode: true,
            width,
            height: SCREEN,
        }
    }

    pub(crate) fn paint(&self, tone: Tone, text: &str) -> String {
        let style = match tone {
            _ if !self.color || text.is_empty() => return text.to_owned(),
            Tone::Plain => return text.to_owned(),
            Tone::Good => Style::new().green(),
            Tone::Bad => Style::new().red(),
            Tone::Warn => Style::new().yellow(),
            Tone::Unsure => Style::new().magenta(),
            Tone::Copy => Style::new().cyan(),
            Tone::Strong => Style::new().bold(),
            Tone::Faint => Style::new().dimmed(),
        };
        style.style(text).to_string()
    }

    /// Returns the sign of a severity, painted.
    pub(super) fn severity(&self, severity: Severity) -> String {
        let (tone, sign) = match severity {
            Severity::Error => (Tone::Bad, "✗"),
            Severity::Warning => (Tone::Warn, "!"),
            Severity::Info => (Tone::Copy, "i"),
        };
        self.paint(tone, sign)
    }

    /// Puts signs that need more than ASCII into ASCII, column for column where that matters.
    pub(crate) fn fit(&self, text: String) -> String {
        if self.unicode { text } else { ascii(&text) }
    }
}

/// Replaces the signs the doctor itself uses. Names from the machine stay as they are.
fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '✓' => plain.push('+'),
            '✗' => plain.push('x'),
            '·' => plain.push('|'),
            '–' | '—' | '−' => plain.push('-'),
            '↳' => plain.push('>'),
            '→' => plain.push('>'),
            '’' | '‘' => plain.push('\''),
            '“' | '”' => plain.push('"'),
            '×' => plain.push('x'),
            '…' => plain.push_str("..."),
            other => plain.push(other),
        }
    }
    plain
}
