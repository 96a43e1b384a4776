//! What the search for Gateways asks of an operating system.

#![cfg_attr(not(target_os = "linux"), allow(dead_code))] // some answers only Linux gives

use zeroize::Zeroizing;

/// A process worth a second look, by its command line.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Process id.
    pub(super) pid: u32,
    /// Its words.
    pub(super) words: Vec<String>,
}

/// What is known of one process besides its environment.
#[derive(Debug, Clone, Default)]
pub(super) struct Look {
    /// Words of the command line.
    pub(super) words: Vec<String>,
    /// Parent.
    pub(super) ppid: u32,
    /// Session it belongs to.
    pub(super) session: u32,
    /// Whether its cgroup is outside of the part that shows here, as of another container with which processes are shared.
    pub(super) above: bool,
    /// Start, milliseconds since 1970.
    pub(super) started_ms: Option<i64>,
    /// Start as the lock file gives it.
    pub(super) start_ticks: Option<u64>,
    /// Effective owner.
    pub(super) uid: u32,
    /// systemd service by cgroup.
    pub(super) unit: Option<String>,
    /// Kind of container, where it is another one than the doctor's.
    pub(super) container: Option<String>,
    /// Id of the container by cgroup, where there is one.
    pub(super) container_id: Option<String>,
    /// The program it runs, where this user may know.
    pub(super) program: Option<String>,
    /// Working directory.
    pub(super) cwd: Option<String>,
}

/// The environment block of a process, or why there is none.
#[derive(Debug)]
pub(super) enum Block {
    /// `NAME=VALUE`, separated by NUL.
    Bytes(Zeroizing<Vec<u8>>),
    /// The process has ended.
    Gone,
    /// No permission.
    Denied,
    /// Something else.
    Unknown(String),
}

/// Who listens on a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Socket {
    /// Owner of the socket.
    pub(super) uid: u32,
    /// Its inode.
    pub(super) inode: u64,
}
