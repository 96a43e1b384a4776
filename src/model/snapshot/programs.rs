//! The programs that run OpenClaw: every `openclaw` and `node` in reach, and which ones are used.

use serde::{Deserialize, Serialize};

use crate::base::fact::Fact;

/// What was found on both PATHs and named by the service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Programs {
    /// Each program once: what the service and the process use, then in the order of PATH.
    pub found: Vec<Program>,
    /// `engines.node` of the OpenClaw package that is examined.
    pub node_range: Option<String>,
    /// Folders of the service's PATH that do not exist.
    pub vanished: Vec<String>,
    /// The package of the running process, where its files are known.
    pub running: Option<RunningPackage>,
}

/// One program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// `openclaw` or `node`.
    pub name: String,
    /// Path as it is found.
    pub path: String,
    /// The file behind it, where links lead elsewhere.
    pub real: Option<String>,
    /// Who finds or uses it.
    pub uses: Vec<ProgramUse>,
    /// Its version, told from files; nothing is run.
    pub version: Fact<String>,
    /// Whether it is this doctor.
    pub is_doctor: bool,
}

/// Who finds or uses a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProgramUse {
    /// The service definition starts it.
    Service,
    /// The running Gateway was started with it.
    Process,
    /// The service's PATH finds it.
    ServicePath,
    /// The PATH of the caller finds it.
    ShellPath,
}

/// The package whose code a running Gateway was started from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningPackage {
    /// Its folder.
    pub dir: String,
    /// The version its `package.json` gives now.
    pub version: Option<String>,
    /// When that file was written, milliseconds since 1970.
    pub written_ms: Option<i64>,
}
