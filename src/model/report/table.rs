//! The table of a key: one row for each source, one cell for each environment.

use serde::{Deserialize, Serialize};

use crate::model::snapshot::Source;

/// One source of a key in the three environments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRow {
    /// The source; none in the last row, which says what each environment ends with.
    pub source: Option<Source>,
    /// Its file.
    pub path: Option<String>,
    /// Line, from 1.
    pub line: Option<u32>,
    /// A Gateway started from the asker's shell.
    pub shell: Cell,
    /// The next start of the service.
    pub next_start: Cell,
    /// The running process.
    pub running: Cell,
}

impl KeyRow {
    /// Returns the cells in the order of the columns.
    pub fn cells(&self) -> [&Cell; 3] {
        [&self.shell, &self.next_start, &self.running]
    }
}

/// What a source gives a key in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cell {
    /// What is so.
    pub state: CellState,
    /// Fingerprint of the value, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Whether it is inferred from rules and files instead of seen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub likely: bool,
}

impl Cell {
    /// Returns a cell without a value.
    pub fn of(state: CellState) -> Self {
        Cell {
            state,
            ..Cell::default()
        }
    }

    /// Returns whether it says nothing about a copy: not looked at, or looked at in vain.
    pub fn is_empty(&self) -> bool {
        matches!(
            self.state,
            CellState::Blank | CellState::Nothing | CellState::NoFile | CellState::Off | CellState::NotRun
        )
    }
}

/// What is so of a source in one environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellState {
    /// The source does not belong to this environment.
    #[default]
    Blank,
    /// It gives the value that counts.
    Value,
    /// It has a copy that a stronger source hides.
    Shadowed,
    /// It gives an empty value.
    Empty,
    /// It has no copy.
    Nothing,
    /// Its file does not exist.
    NoFile,
    /// A rule keeps its copy from the Gateway.
    Blocked,
    /// Handed over, and deleted by OpenClaw.
    Removed,
    /// Read by nothing.
    Ignored,
    /// It could not be read.
    Unreadable,
    /// The login-shell import is off.
    Off,
    /// The login-shell import had nothing to look for.
    NotRun,
    /// The login shell failed.
    Failed,
    /// The login shell took too long.
    TimedOut,
    /// Last row: no source gives the key to the Gateway.
    Missing,
    /// Last row: no source gives the key to the shell's Gateway.
    NotSet,
    /// Last row: there is no service.
    NoService,
    /// Last row: no Gateway is running.
    NotRunning,
    /// It could not be found out.
    Unknown,
}

impl CellState {
    /// All states.
    pub const ALL: &'static [CellState] = &[
        CellState::Blank,
        CellState::Value,
        CellState::Shadowed,
        CellState::Empty,
        CellState::Nothing,
        CellState::NoFile,
        CellState::Blocked,
        CellState::Removed,
        CellState::Ignored,
        CellState::Unreadable,
        CellState::Off,
        CellState::NotRun,
        CellState::Failed,
        CellState::TimedOut,
        CellState::Missing,
        CellState::NotSet,
        CellState::NoService,
        CellState::NotRunning,
        CellState::Unknown,
    ];
}
