//! Bounded reading of files: regular files only, size-capped, never hanging in a FIFO.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use super::ownership::{self, Asker, By, Way};
use crate::base::fact::Fact;
use crate::model::snapshot::{PathFacts, Stat};

/// Bytes of a file and its state when it was read.
#[derive(Debug)]
pub struct FileBytes {
    /// The contents.
    pub bytes: Vec<u8>,
    /// Type, mode, owner, size, time of the file itself (links followed).
    pub stat: Stat,
    /// Number of hard links.
    pub links: u64,
}

/// Why a file has no bytes for us.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It does not exist.
    #[error("it does not exist")]
    Missing,
    /// A link that leads nowhere, or in a circle.
    #[error("it is a dangling link")]
    BadLink,
    /// A directory, FIFO, socket or device.
    #[error("it is not a regular file but a {0}")]
    NotRegular(String),
    /// Larger than the limit.
    #[error("it has {size} bytes, more than the {cap} that are read")]
    TooLarge {
        /// Its size.
        size: u64,
        /// The limit.
        cap: u64,
    },
    /// No permission.
    #[error("this user may not read it")]
    Denied,
    /// Something else.
    #[error("{0}")]
    Other(String),
}

/// Reads a regular file of at most `cap` bytes that the asker named; links are followed (as OpenClaw's reader does).
pub fn read(path: &Path, cap: u64) -> Result<FileBytes, ReadError> {
    read_by(By::Asker, path, cap)
}

/// As [`read`], for a path that another account may have named.
pub fn read_by(by: By, path: &Path, cap: u64) -> Result<FileBytes, ReadError> {
    let (file, facts) = open_by(by, path, cap)?;
    contents(file, &facts, cap)
}

/// Reads a file below a folder that stands for the root, through no link.
pub(super) fn read_below(root: &Path, path: &Path, cap: u64) -> Result<FileBytes, ReadError> {
    if std::fs::metadata(root).is_err() {
        return Err(ReadError::Denied);
    }
    let way = ownership::below(root, path).map_err(|error| match error.raw_os_error() {
        // A link would lead out from here, so nothing is known of the file it names inside.
        Some(code) if code == rustix::io::Errno::LOOP.raw_os_error() => ReadError::Denied,
        _ => classify_below(&error),
    })?;
    let (file, facts) = open_way(&way, cap, classify_below)?;
    contents(file, &facts, cap)
}

fn contents(file: File, facts: &Metadata, cap: u64) -> Result<FileBytes, ReadError> {
    let mut bytes = Vec::with_capacity(facts.len() as usize);
    file.take(cap + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| ReadError::Other(error.to_string()))?;
    if bytes.len() as u64 > cap {
        return Err(ReadError::TooLarge {
            size: bytes.len() as u64,
            cap,
        });
    }
    Ok(FileBytes {
        bytes,
        stat: stat_of(facts),
        links: facts.nlink(),
    })
}

/// Opens a regular file of at most `cap` bytes for reading; links are followed.
///
/// Root may read everything, so for root the way is looked at: where another account chose where it ends, by a link or
/// by naming the path, the file is opened only if that account could read it itself.
pub fn open_by(by: By, path: &Path, cap: u64) -> Result<(File, Metadata), ReadError> {
    if !ownership::is_root() || !path.is_absolute() || (by == By::Asker && path.starts_with("/proc")) {
        return open_plain(path, cap);
    }
    let way = ownership::follow(path).map_err(|error| classify(path, &error))?;
    if !way.may_be_shown(by) {
        return Err(ReadError::Denied);
    }
    open_way(&way, cap, |error| classify(path, error))
}

/// Returns whether others than root and the asker could exchange what a path leads to.
pub(super) fn is_of_others(path: &Path) -> bool {
    ownership::follow(path).is_ok_and(|way| way.written_by_others(Asker::current()).is_some())
}

fn open_way(way: &Way, cap: u64, classify: impl Fn(&io::Error) -> ReadError) -> Result<(File, Metadata), ReadError> {
    if !way.is_file() {
        return Err(ReadError::NotRegular(way.kind().to_owned()));
    }
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let file = way.open(flags).map_err(|error| classify(&error))?;
    let facts = file.metadata().map_err(|error| classify(&error))?;
    if facts.len() > cap {
        return Err(ReadError::TooLarge { size: facts.len(), cap });
    }
    Ok((file, facts))
}

fn classify_below(error: &io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::Missing,
        io::ErrorKind::PermissionDenied => ReadError::Denied,
        _ => ReadError::Other(error.to_string()),
    }
}

fn open_plain(path: &Path, cap: u64) -> Result<(File, Metadata), ReadError> {
    let nonblocking = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY | rustix::fs::OFlags::CLOEXEC;
    let before = std::fs::metadata(path).map_err(|error| classify(path, &error))?;
    if !before.is_file() {
        // Opening a device or FIFO may have effects; its type is known without.
        return Err(ReadError::NotRegular(kind(&before).to_owned()));
    }
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(nonblocking.bits() as i32)
        .open(path)
        .map_err(|error| classify(path, &error))?;
    let facts = file.metadata().map_err(|error| ReadError::Other(error.to_string()))?;
    if !facts.is_file() {
        return Err(ReadError::NotRegular(kind(&facts).to_owned()));
    }
    if facts.len() > cap {
        return Err(ReadError::TooLarge { size: facts.len(), cap });
    }
    Ok((file, facts))
}

fn classify(path: &Path, error: &io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            if std::fs::symlink_metadata(path).is_ok_and(|facts| facts.is_symlink()) {
                ReadError::BadLink
            } else {
                ReadError::Missing
            }
        }
        io::ErrorKind::PermissionDenied => ReadError::Denied,
        _ if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => ReadError::BadLink,
        _ => ReadError::Other(error.to_string()),
    }
}

/// Returns type, mode, owner and time of a path, links followed.
pub fn stat(path: &Path) -> Fact<Stat> {
    match std::fs::metadata(path) {
        Ok(facts) => Fact::known(stat_of(&facts)),
        Err(error) => match classify(path, &error) {
            ReadError::Missing => Fact::Absent,
            other => Fact::unreadable(other.to_string(), format!("ls -ld {}", path.display())),
        },
    }
}

/// Returns a path with its role and state.
pub fn path_facts(path: &Path, role: &str) -> PathFacts {
    PathFacts {
        path: path.to_string_lossy().into_owned(),
        role: role.to_owned(),
        stat: stat(path),
    }
}

fn stat_of(facts: &Metadata) -> Stat {
    Stat {
        kind: kind(facts).to_owned(),
        mode: facts.mode() & 0o7777,
        uid: facts.uid(),
        size: facts.len(),
        mtime_ms: facts.mtime() * 1000 + facts.mtime_nsec() / 1_000_000,
    }
}

fn kind(facts: &Metadata) -> &'static str {
    let kind = facts.file_type();
    if kind.is_file() {
        "file"
    } else if kind.is_dir() {
        "directory"
    } else if kind.is_symlink() {
        "link"
    } else if kind.is_fifo() {
        "FIFO"
    } else if kind.is_socket() {
        "socket"
    } else {
        "device"
    }
}
