//! Who could have written what a path leads to: every folder and link on the way is looked at, from the root on and by
//! handle, and links are followed by hand.
//!
//! Where every folder belongs to root or to the asker and nobody else may write there, nobody else can exchange
//! anything between the look and the use, so the path that was found may be used afterwards.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

/// As many links as the kernel follows.
const MOST_LINKS: usize = 40;

#[cfg(target_os = "linux")]
const FOLDER: OFlags = OFlags::PATH.union(OFlags::DIRECTORY);
#[cfg(not(target_os = "linux"))]
const FOLDER: OFlags = OFlags::DIRECTORY;

/// The account that runs the doctor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asker {
    uid: u32,
    gid: u32,
}

impl Asker {
    /// Returns the effective user and group of this process.
    pub(crate) fn current() -> Self {
        Asker {
            uid: rustix::process::geteuid().as_raw(),
            gid: rustix::process::getegid().as_raw(),
        }
    }

    /// Returns the effective user.
    pub(crate) fn uid(self) -> u32 {
        self.uid
    }

    /// Returns whether what belongs to `uid` is the asker's own, or root's.
    fn trusts(self, uid: u32) -> bool {
        uid == 0 || uid == self.uid
    }

    /// Returns whether others than root and the asker may write there. A group named after its one user (the group has
    /// the user's number) is the user.
    fn lets_others_write(self, stat: &Stat) -> bool {
        let mode = mode(stat);
        let own_group = stat.st_gid == 0 || (stat.st_gid == self.gid && self.gid == self.uid);
        mode & 0o002 != 0 || (mode & 0o020 != 0 && !own_group)
    }
}

/// Something on the way.
#[derive(Debug)]
enum Step {
    Folder(Stat),
    Link(Stat),
}

/// The end of a way, and all that was passed.
#[derive(Debug)]
pub(crate) struct Way {
    /// The folder that has it, and its name there.
    pub(crate) parent: OwnedFd,
    pub(crate) name: OsString,
    /// What it is: never a link.
    pub(crate) stat: Stat,
    passed: Vec<Step>,
}

/// Follows an absolute path to its end, through links.
pub(crate) fn follow(path: &Path) -> io::Result<Way> {
    let root = rustix::fs::open("/", FOLDER | OFlags::CLOEXEC, Mode::empty())?;
    let mut passed = vec![Step::Folder(rustix::fs::fstat(&root)?)];
    let mut folders = vec![root];
    let mut ahead: VecDeque<OsString> = parts(path).collect();
    let mut links = 0;
    if !path.is_absolute() {
        return Err(Errno::INVAL.into());
    }
    while let Some(name) = ahead.pop_front() {
        if name == ".." {
            folders.truncate(folders.len().saturating_sub(1).max(1));
            continue;
        }
        let folder = folders.last().ok_or(Errno::NOENT)?;
        let stat = rustix::fs::statat(folder, &name, AtFlags::SYMLINK_NOFOLLOW)?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Symlink => {
                links += 1;
                if links > MOST_LINKS {
                    return Err(Errno::LOOP.into());
                }
                let target = rustix::fs::readlinkat(folder, &name, Vec::new())?;
                let target = Path::new(OsStr::from_bytes(target.as_bytes()));
                if target.is_absolute() {
                    folders.truncate(1);
                }
                for part in parts(target).collect::<Vec<_>>().into_iter().rev() {
                    ahead.push_front(part);
                }
                passed.push(Step::Link(stat));
            }
            FileType::Directory if !ahead.is_empty() => {
                let flags = FOLDER | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let next = rustix::fs::openat(folder, &name, flags, Mode::empty())?;
                passed.push(Step::Folder(rustix::fs::fstat(&next)?));
                folders.push(next);
            }
            _ if !ahead.is_empty() => return Err(Errno::NOTDIR.into()),
            _ => return end(folders, name, stat, passed),
        }
    }
    // The root itself, or a way that ends in `..`.
    let folder = folders.last().ok_or(Errno::NOENT)?;
    let stat = rustix::fs::fstat(folder)?;
    end(folders, OsString::from("."), stat, passed)
}

fn end(mut folders: Vec<OwnedFd>, name: OsString, stat: Stat, passed: Vec<Step>) -> io::Result<Way> {
    let parent = folders.pop().ok_or(Errno::NOENT)?;
    Ok(Way {
        parent,
        name,
        stat,
        passed,
    })
}

fn parts(path: &Path) -> impl Iterator<Item = OsString> + '_ {
    path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    })
}

/// Permission bits with the sticky one.
#[allow(clippy::useless_conversion, clippy::unnecessary_cast)] // the type differs between systems
fn mode(stat: &Stat) -> u32 {
    (stat.st_mode as u32) & 0o7777
}

impl Way {
    /// Returns why others than root and the asker could have written what is there, or could exchange it; none where
    /// they could not. A folder on the way may be open to all where only owners may move what is in it (`/tmp`); the
    /// last folder may not.
    pub(crate) fn written_by_others(&self, asker: Asker) -> Option<String> {
        let is_folder = FileType::from_raw_mode(self.stat.st_mode) == FileType::Directory;
        let last = self
            .passed
            .iter()
            .rposition(|step| matches!(step, Step::Folder(_)))
            .filter(|_| !is_folder);
        for (at, step) in self.passed.iter().enumerate() {
            let (what, stat) = match step {
                Step::Folder(stat) => ("a folder on the way", stat),
                Step::Link(stat) => ("a link on the way", stat),
            };
            if !asker.trusts(stat.st_uid) {
                return Some(format!("{what} belongs to user {}", stat.st_uid));
            }
            let sticky = mode(stat) & 0o1000 != 0 && Some(at) != last;
            if matches!(step, Step::Folder(_)) && asker.lets_others_write(stat) && !sticky {
                return Some("others may write to its folder".to_owned());
            }
        }
        if !asker.trusts(self.stat.st_uid) {
            return Some(format!("it belongs to user {}", self.stat.st_uid));
        }
        asker
            .lets_others_write(&self.stat)
            .then(|| "others may write to it".to_owned())
    }

    /// Returns the account it belongs to.
    pub(crate) fn owner(&self) -> u32 {
        self.stat.st_uid
    }

    /// Returns whether it is a regular file that this process may execute.
    pub(crate) fn is_program(&self) -> bool {
        FileType::from_raw_mode(self.stat.st_mode) == FileType::RegularFile
            && mode(&self.stat) & 0o111 != 0
            && rustix::fs::accessat(
                self.parent.as_fd(),
                &self.name,
                rustix::fs::Access::EXEC_OK,
                AtFlags::EACCESS,
            )
            .is_ok()
    }
}
