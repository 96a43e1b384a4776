//! Bounded reading below `/proc`, where "denied", "gone" and "empty" are three answers.

use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Read};
use std::mem::MaybeUninit;

use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use zeroize::Zeroizing;

/// Why a file of a process could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The process has ended.
    Gone,
    /// No permission.
    Denied,
    /// More than is read.
    TooLarge,
    /// Something else.
    Other(String),
}

impl From<Errno> for Failure {
    fn from(error: Errno) -> Self {
        match error {
            Errno::NOENT | Errno::SRCH => Failure::Gone,
            Errno::ACCESS | Errno::PERM => Failure::Denied,
            other => Failure::Other(io::Error::from(other).to_string()),
        }
    }
}

/// An open `/proc`.
#[derive(Debug)]
pub(super) struct ProcFs(OwnedFd);

impl ProcFs {
    /// Opens `/proc`; none where it is not mounted.
    pub(super) fn open() -> Option<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        rustix::fs::open("/proc", flags, Mode::empty()).ok().map(ProcFs)
    }

    /// Returns all process ids, at most `limit`.
    pub(super) fn pids(&self, limit: usize) -> Vec<u32> {
        let Ok(folder) = rustix::fs::Dir::read_from(&self.0) else {
            return Vec::new();
        };
        folder
            .filter_map(Result::ok)
            .filter_map(|entry| entry.file_name().to_str().ok()?.parse().ok())
            .take(limit)
            .collect()
    }

    /// Reads into `buffer` and returns what was filled: the head of the file, in one read.
    pub(super) fn head<'a>(&self, path: &str, buffer: &'a mut [u8]) -> Result<&'a [u8], Failure> {
        let file = self.file(path)?;
        let count = rustix::io::read(&file, &mut *buffer)?;
        Ok(buffer.get(..count).unwrap_or_default())
    }

    /// Reads a whole file of at most `cap` bytes.
    pub(super) fn whole(&self, path: &str, cap: usize) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let file = self.file(path)?;
        // Most files of a process are this small, and each page touched costs the kernel time.
        let mut bytes = Zeroizing::new(vec![0_u8; 4 << 10]);
        let mut filled = 0;
        loop {
            let room = bytes.get_mut(filled..).unwrap_or_default();
            let count = rustix::io::read(&file, room)?;
            if count == 0 {
                bytes.truncate(filled);
                return Ok(bytes);
            }
            filled += count;
            if filled > cap {
                return Err(Failure::TooLarge);
            }
            if filled == bytes.len() {
                // A new vector, so that the old one is wiped rather than moved.
                let mut larger = Zeroizing::new(vec![0_u8; bytes.len() * 4]);
                if let Some(start) = larger.get_mut(..filled) {
                    start.copy_from_slice(&bytes);
                }
                bytes = larger;
            }
        }
    }

    /// Hands a text file over line by line, until `next` returns false or `cap` bytes were read. What the kernel writes
    /// while it is read is not asked for beyond that.
    pub(super) fn lines(&self, path: &str, cap: usize, mut next: impl FnMut(&str) -> bool) -> Result<(), Failure> {
        let file = std::fs::File::from(self.file(path)?);
        for line in BufReader::with_capacity(16 << 10, file.take(cap as u64)).split(b'\n') {
            let line = line.map_err(|error| Failure::Other(error.to_string()))?;
            if !next(&String::from_utf8_lossy(&line)) {
                break;
            }
        }
        Ok(())
    }

    /// Reads a small text file of a process.
    pub(super) fn text(&self, pid: u32, name: &str) -> Result<String, Failure> {
        let bytes = self.whole(&format!("{pid}/{name}"), 256 << 10)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Returns where a link leads.
    pub(super) fn link(&self, path: &str) -> Result<String, Failure> {
        let target = rustix::fs::readlinkat(&self.0, path, Vec::new())?;
        Ok(target.to_string_lossy().into_owned())
    }

    /// Returns the inodes of the sockets among the first open files of a process; none of them where its files
    /// cannot be listed.
    pub(super) fn sockets(&self, pid: u32) -> HashSet<u64> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let opened = rustix::fs::openat(&self.0, format!("{pid}/fd"), flags, Mode::empty());
        let Some((folder, entries)) = opened.ok().and_then(|folder| {
            let entries = rustix::fs::Dir::read_from(&folder).ok()?;
            Some((folder, entries))
        }) else {
            return HashSet::new();
        };
        let mut target = [MaybeUninit::uninit(); 64];
        entries
            .take(65_536)
            .filter_map(|entry| {
                let (read, _) = rustix::fs::readlinkat_raw(&folder, entry.ok()?.file_name(), &mut target).ok()?;
                let number = read.strip_prefix(b"socket:[")?.strip_suffix(b"]")?;
                std::str::from_utf8(number).ok()?.parse().ok()
            })
            .collect()
    }

    /// Returns the owner of the process directory: the effective user, or root for a process that
    /// hides itself.
    pub(super) fn owner(&self, pid: u32) -> Option<u32> {
        let facts = rustix::fs::statat(&self.0, pid.to_string(), rustix::fs::AtFlags::empty()).ok()?;
        Some(facts.st_uid)
    }

    fn file(&self, path: &str) -> Result<OwnedFd, Failure> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY;
        Ok(rustix::fs::openat(&self.0, path, flags, Mode::empty())?)
    }
}
