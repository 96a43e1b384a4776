//! A variable as a parser found it, on its short way to the vault.

use std::fmt;

use zeroize::Zeroizing;

/// Name and text of a variable. `Debug` shows the length alone; the text is wiped when it goes.
#[derive(Clone, PartialEq, Eq)]
pub struct RawVar {
    /// The name.
    pub name: String,
    /// The value as its reader gets it.
    pub value: Zeroizing<String>,
    /// Line where it begins, from 1, where the format has lines.
    pub line: Option<u32>,
}

impl RawVar {
    /// Returns a variable of a format without lines.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        RawVar {
            name: name.into(),
            value: Zeroizing::new(value.into()),
            line: None,
        }
    }
}

impl fmt::Debug for RawVar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=({} bytes)", self.name, self.value.len())?;
        match self.line {
            Some(line) => write!(f, " at line {line}"),
            None => Ok(()),
        }
    }
}
