//! Bounded reading of files: regular files only, size-capped, never hanging in a FIFO.

use std::ffi::OsString;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags};

use super::host;
use super::ownership::{self, Asker, By, Way};
use crate::base::fact::Fact;
use crate::model::snapshot::{FileKind, PathFacts, Stat};

/// Bytes of a file and its state when it was read.
#[derive(Debug)]
pub struct FileBytes {
    /// The contents.
    pub bytes: Vec<u8>,
    /// Type, mode, owner, size, time of the file itself (links followed).
    pub stat: Stat,
    /// Number of hard links.
    pub links: u64,
    /// On whose word the paths are read that the contents name.
    pub names: By,
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
    NotRegular(FileKind),
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

impl ReadError {
    /// Whether something is there that another account may read and the doctor does not.
    pub(super) fn is_out_of_reach(&self) -> bool {
        use FileKind::{Device, Fifo, Socket};
        matches!(
            self,
            ReadError::Denied | ReadError::TooLarge { .. } | ReadError::NotRegular(Fifo | Device | Socket)
        )
    }
}

/// What there is to be read goes through here, and always on somebody's word: there is no way to read a path without
/// saying who named it.
impl By {
    /// Reads a regular file of at most `cap` bytes; links are followed (as OpenClaw's reader does).
    pub fn read(self, path: &Path, cap: u64) -> Result<FileBytes, ReadError> {
        let (file, facts) = self.open(path, cap)?;
        contents(self, file, &facts, cap)
    }

    /// Opens a regular file of at most `cap` bytes for reading; links are followed.
    ///
    /// Root may read everything, so for root the way is looked at: where another account chose where it ends, by a link
    /// or by naming the path, the file is opened only if that account could read it itself.
    pub fn open(self, path: &Path, cap: u64) -> Result<(File, Metadata), ReadError> {
        if !is_looked_at(self, path) {
            return open_plain(path, cap);
        }
        let way = Self::way(path).map_err(|error| classify(path, &error))?;
        if !way.may_be_shown(self, host::groups_of) {
            return Err(ReadError::Denied);
        }
        open_way(&way, cap, |error| classify(path, error))
    }

    /// Reads a file below a folder that stands for the root, through no link.
    pub(super) fn read_below(self, root: &Path, path: &Path, cap: u64) -> Result<FileBytes, ReadError> {
        if std::fs::metadata(root).is_err() {
            return Err(ReadError::Denied);
        }
        let way = ownership::below(root, path).map_err(|error| match error.raw_os_error() {
            // A link would lead out from here, so nothing is known of the file it names inside.
            Some(code) if code == rustix::io::Errno::LOOP.raw_os_error() => ReadError::Denied,
            _ => classify_below(&error),
        })?;
        if ownership::is_root() && !way.may_be_shown(self, host::groups_of) {
            return Err(ReadError::Denied);
        }
        let (file, facts) = open_way(&way, cap, classify_below)?;
        contents(self, file, &facts, cap)
    }

    /// Lists at most `most` entries of a folder, in no order.
    pub(super) fn entries(self, folder: &Path, most: usize) -> io::Result<Vec<Entry>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let handle = match is_looked_at(self, folder) {
            true => {
                let way = Self::way(folder)?;
                if way.kind() != FileKind::Directory {
                    return Err(rustix::io::Errno::NOTDIR.into());
                }
                if !way.may_be_shown(self, host::groups_of) {
                    return Err(io::ErrorKind::PermissionDenied.into());
                }
                way.open(flags)?.into()
            }
            false => rustix::fs::open(folder, flags, Mode::empty())?,
        };
        let mut entries = Vec::new();
        for entry in rustix::fs::Dir::new(handle)? {
            if entries.len() >= most {
                break;
            }
            let entry = entry?;
            let name = std::ffi::OsStr::from_bytes(entry.file_name().to_bytes());
            if name == "." || name == ".." {
                continue;
            }
            let path = folder.join(name);
            entries.push(Entry {
                is_link: match entry.file_type() {
                    FileType::Unknown => std::fs::symlink_metadata(&path).is_ok_and(|facts| facts.is_symlink()),
                    kind => kind == FileType::Symlink,
                },
                name: name.to_owned(),
                path,
            });
        }
        Ok(entries)
    }

    /// Returns type, mode, owner and time of a path, links followed.
    pub fn stat(self, path: &Path) -> Fact<Stat> {
        let facts = match self != By::Asker && is_looked_at(self, path) {
            true => Self::way(path).and_then(|way| match way.may_be_looked_at(self, host::groups_of) {
                true => std::fs::metadata(path),
                false => Err(io::ErrorKind::PermissionDenied.into()),
            }),
            false => std::fs::metadata(path),
        };
        match facts.map_err(|error| classify(path, &error)) {
            Ok(facts) => Fact::known(stat_of(&facts)),
            Err(ReadError::Missing) => Fact::Absent,
            Err(other) => Fact::unreadable(other.to_string(), format!("ls -ld {}", path.display())),
        }
    }

    /// Returns a path with its role and state.
    pub fn path_facts(self, path: &Path, role: &str) -> PathFacts {
        PathFacts {
            path: path.to_string_lossy().into_owned(),
            role: role.to_owned(),
            stat: self.stat(path),
        }
    }

    /// Returns whether a regular file is there and may be looked at.
    pub(super) fn is_file(self, path: &Path) -> bool {
        self.stat(path).get().is_some_and(|stat| stat.kind == FileKind::File)
    }

    /// The root of a process is the kernel's own link, which leads elsewhere than its text says.
    fn way(path: &Path) -> io::Result<Way> {
        let path = std::path::absolute(path)?;
        let root: PathBuf = path.components().take(4).collect();
        match path.strip_prefix(&root) {
            Ok(rest) if root.starts_with("/proc") && root.ends_with("root") => ownership::below(&root, rest),
            _ => ownership::follow(&path),
        }
    }
}

/// Whether the way to a path is looked at: for root, but not where the kernel alone names what is there.
fn is_looked_at(by: By, path: &Path) -> bool {
    ownership::is_root() && (by != By::Asker || !path.starts_with("/proc"))
}

/// Something in a folder.
pub(super) struct Entry {
    /// Its name.
    pub(super) name: OsString,
    /// The folder as it was asked for, and the name.
    pub(super) path: PathBuf,
    /// Whether it is a link.
    pub(super) is_link: bool,
}

fn contents(by: By, file: File, facts: &Metadata, cap: u64) -> Result<FileBytes, ReadError> {
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
        names: by.also(facts.uid()),
    })
}

/// Returns whether others than root and the asker could exchange what a path leads to.
pub(super) fn is_of_others(path: &Path) -> bool {
    ownership::follow(path).is_ok_and(|way| way.written_by_others(Asker::current()).is_some())
}

fn open_way(way: &Way, cap: u64, classify: impl Fn(&io::Error) -> ReadError) -> Result<(File, Metadata), ReadError> {
    if !way.is_file() {
        return Err(ReadError::NotRegular(way.kind()));
    }
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
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
    let nonblocking = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let before = std::fs::metadata(path).map_err(|error| classify(path, &error))?;
    if !before.is_file() {
        // Opening a device or FIFO may have effects; its type is known without.
        return Err(ReadError::NotRegular(kind(&before)));
    }
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(nonblocking.bits() as i32)
        .open(path)
        .map_err(|error| classify(path, &error))?;
    let facts = file.metadata().map_err(|error| ReadError::Other(error.to_string()))?;
    if !facts.is_file() {
        return Err(ReadError::NotRegular(kind(&facts)));
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

fn stat_of(facts: &Metadata) -> Stat {
    Stat {
        kind: kind(facts),
        mode: facts.mode() & 0o7777,
        uid: facts.uid(),
        size: facts.len(),
        mtime_ms: facts.mtime() * 1000 + facts.mtime_nsec() / 1_000_000,
    }
}

fn kind(facts: &Metadata) -> FileKind {
    let kind = facts.file_type();
    if kind.is_file() {
        FileKind::File
    } else if kind.is_dir() {
        FileKind::Directory
    } else if kind.is_symlink() {
        FileKind::Link
    } else if kind.is_fifo() {
        FileKind::Fifo
    } else if kind.is_socket() {
        FileKind::Socket
    } else {
        FileKind::Device
    }
}
