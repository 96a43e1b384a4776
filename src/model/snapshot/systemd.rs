//! What only systemd services have: directives beside the environment, and sources that never arrive.

use serde::{Deserialize, Serialize};

use super::{Assignment, Place};

/// Facts of a definition that shape what the service sees, and what systemd ignores of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SystemdFacts {
    /// Whether the unit is masked: an empty file, or a link to `/dev/null`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
    /// Directives that matter beside the environment, in the order in which they apply.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<Setting>,
    /// Sources of variables that do not reach the service.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<PassedOver>,
    /// Why the account of the service is not known, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_unknown: Option<String>,
    /// The account that the service runs as, where it is known and is not the asker's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs_as: Option<ServiceAccount>,
}

impl SystemdFacts {
    /// Returns whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        *self == SystemdFacts::default()
    }
}

/// The account of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccount {
    /// Its name.
    pub name: String,
    /// Its number; none for an account that exists only while the service runs (`DynamicUser=`).
    pub uid: Option<u32>,
    /// Its home.
    pub home: Option<String>,
    /// Whether nobody can log in as it.
    pub no_login: bool,
}

/// A directive of `[Service]` with its line; an empty assignment has taken earlier ones away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value, specifiers resolved; empty where it could hold something private.
    pub value: String,
    /// Where it is set.
    pub place: Place,
}

/// Why a source of variables does not reach the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum PassedKind {
    /// A line of an environment file that begins with `export`.
    Export,
    /// Another line of an environment file that is not `NAME=value`.
    Line,
    /// The path of an `EnvironmentFile=` is not absolute.
    Path {
        /// Whether `-` stands before it.
        optional: bool,
    },
    /// A directive outside `[Service]`.
    Section {
        /// The section it is in; empty before any.
        name: String,
    },
    /// A directive that systemd does not know.
    Directive {
        /// The one that is meant.
        right: String,
    },
    /// An assignment in `Environment=` that cannot be used.
    Assignment,
    /// A file beside the drop-ins that systemd does not read.
    DropIn,
    /// `UnsetEnvironment=`.
    Unset,
    /// A program of `ExecStart=` that begins with an empty environment, or takes the variable out.
    Launcher {
        /// The program.
        program: String,
    },
    /// A later empty assignment.
    Reset,
    /// An environment.d file that the manager has not loaded.
    EnvironmentD,
}

/// A source of variables that does not reach the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// Why.
    pub kind: PassedKind,
    /// The line at fault.
    pub place: Place,
    /// The file that the line was meant to bring in, where it is another one.
    pub file: Option<String>,
    /// Names that do not arrive; the lines are those of `file`, else of the place.
    pub names: Vec<Assignment>,
    /// What happens, in words.
    pub what: String,
}

/// Whether the manager gets at a file of variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileAccess {
    /// As this user does.
    #[default]
    Usual,
    /// The account that reads it may not.
    Denied,
    /// The manager reads it and the doctor may not.
    Unknown,
    /// It exists only while the service runs, or is made at its start.
    MadeAtStart,
}

impl FileAccess {
    /// Returns whether it is as usual.
    pub fn is_usual(&self) -> bool {
        *self == FileAccess::Usual
    }
}
