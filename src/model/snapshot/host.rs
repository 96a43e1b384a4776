//! The machine, the user, and the installed package.

use serde::{Deserialize, Serialize};

use super::Programs;
use crate::base::fact::Fact;

/// The machine and the user the doctor runs as.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Host {
    /// `linux`, `macos`, …
    pub os: String,
    /// `x86_64`, `aarch64`, …
    pub arch: String,
    /// Name of the effective user, or its number where there is no name.
    pub user: String,
    /// Effective user id.
    pub uid: u32,
    /// Home directory the doctor works with.
    pub home: String,
    /// Owner of the home, where that is not the effective user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_owner: Option<HomeOwner>,
    /// Working directory.
    pub cwd: String,
    /// `$SHELL`.
    pub shell: String,
    /// The editor that a command can name: `$VISUAL` or `$EDITOR` where it is a plain command, else the first one found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub editor: Option<String>,
    /// Whether `sudo` can be used here: it is installed, and the asker's account has a shell to be asked from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_sudo: Option<bool>,
    /// The user who called `sudo`, if one did.
    pub sudo_user: Option<String>,
    /// Whether systemd runs as the first process (`/run/systemd/system`).
    pub systemd_booted: bool,
    /// Name of process 1.
    pub first_process: Option<String>,
    /// WSL release text, where the kernel says so.
    pub wsl: Option<String>,
    /// What kind of container this is, where it is one.
    pub container: Option<String>,
    /// Names of proxy and certificate variables set for the doctor itself.
    pub network_names: Vec<String>,
    /// Whether a copied home of another machine is examined.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub copied_home: bool,
    /// Whether the home was named by `--home`, so that `~` of the asker's shell is another folder.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub home_asked: bool,
    /// Whether the home directory does not exist.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub home_missing: bool,
    /// Folders of PATH whose helper programs the doctor did not run, because others could have written them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped_folders: Vec<SkippedFolder>,
}

/// A folder of PATH from which nothing was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedFolder {
    /// As PATH has it; `.` for an empty entry.
    pub path: String,
    /// Why, in words.
    pub why: String,
    /// Names of the programs there that would have been run.
    pub programs: Vec<String>,
}

/// Another user whose home is examined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeOwner {
    /// User id.
    pub uid: u32,
    /// Login name, or the number where there is none.
    pub name: String,
}

/// The OpenClaw package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Install {
    /// Root of the package the service runs, or of the one on PATH.
    pub package_dir: Option<String>,
    /// Its version, from `package.json`.
    pub version: Option<String>,
    /// How it was found: `service`, `process`, `path`.
    pub found_by: Option<String>,
    /// The `openclaw` that the user's PATH finds, other than the doctor.
    pub cli_path: Option<String>,
    /// Version of that one.
    pub cli_version: Option<String>,
    /// Places that were looked at.
    pub looked_at: Vec<String>,
    /// Every `openclaw` and `node` in reach.
    #[serde(default = "not_listed")]
    pub programs: Fact<Programs>,
}

/// What stands for the list in a snapshot of a doctor that made none.
fn not_listed() -> Fact<Programs> {
    Fact::not_asked("the programs on PATH were not looked for")
}

impl Default for Install {
    fn default() -> Self {
        Install {
            package_dir: None,
            version: None,
            found_by: None,
            cli_path: None,
            cli_version: None,
            looked_at: Vec::new(),
            programs: not_listed(),
        }
    }
}

/// Mode, owner and age of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathFacts {
    /// Absolute path.
    pub path: String,
    /// What it is for, such as "config" or "state dir".
    pub role: String,
    /// Type, mode, owner and time, or why they are not known.
    pub stat: Fact<Stat>,
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    /// A regular file.
    #[serde(rename = "file")]
    File,
    /// A folder.
    #[serde(rename = "directory", alias = "dir")]
    Directory,
    /// A link.
    #[serde(rename = "link")]
    Link,
    /// A named pipe.
    #[serde(rename = "FIFO", alias = "fifo")]
    Fifo,
    /// A socket.
    #[serde(rename = "socket")]
    Socket,
    /// A device.
    #[serde(rename = "device")]
    Device,
}

impl FileKind {
    /// Returns the public word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            FileKind::File => "file",
            FileKind::Directory => "directory",
            FileKind::Link => "link",
            FileKind::Fifo => "FIFO",
            FileKind::Socket => "socket",
            FileKind::Device => "device",
        }
    }
}

impl std::fmt::Display for FileKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// What `stat` says of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stat {
    /// What it is.
    pub kind: FileKind,
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Size in bytes.
    pub size: u64,
    /// Last change of the contents, milliseconds since 1970.
    pub mtime_ms: i64,
}

/// A start-up file of a shell and the names it assigns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartupFile {
    /// Absolute path.
    pub path: String,
    /// Base name, such as `.bashrc`.
    pub name: String,
    /// Assignments of names that look like credentials or that OpenClaw reads.
    pub assigns: Vec<Assignment>,
    /// Other files of the home it sources, by base name.
    pub sources: Vec<String>,
}

/// One assignment in a file that OpenClaw does not parse itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Name of the variable.
    pub name: String,
    /// Line, from 1.
    pub line: u32,
    /// Whether it is exported.
    pub exported: bool,
}

/// A file with names that it assigns and nothing reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadFile {
    /// Absolute path.
    pub path: String,
    /// Assignments of names that look like credentials.
    pub assigns: Vec<Assignment>,
}
