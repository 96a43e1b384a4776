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

use crate::model::snapshot::FileKind;

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

/// Returns whether the kernel would let this process read any file.
pub(super) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// On whose word a path is opened. Every reader of files takes one (`read.rs`), and what a file names is read on the word
/// that came with its contents ([`super::read::FileBytes::names`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The asker named it, by the command line or the environment, or the program did. `tests/tidy.rs` lists who says so.
    Asker,
    /// A file, a home or a process of this account named it: what this account may not read itself is not read.
    Account(u32),
}

impl By {
    /// Returns on whose word a home or a file, and what it names, is read: as root, on its owner's.
    pub(crate) fn of_owner(path: &Path) -> By {
        match is_root().then(|| follow(path)) {
            Some(Ok(way)) => By::Asker.also(way.owner()).through(&way),
            _ => By::Asker,
        }
    }

    /// Returns on whose word files that are read as one are read, and what they name.
    pub(crate) fn of_files<'a>(files: impl IntoIterator<Item = &'a Path>) -> By {
        files.into_iter().map(By::of_owner).fold(By::Asker, By::and)
    }

    /// Returns this word where another one has a share in what is named.
    pub(crate) fn and(self, other: By) -> By {
        match self {
            By::Asker => other,
            known => known,
        }
    }

    /// Returns this word where an account has a share in what is named: as root, that of the first other account.
    pub(crate) fn also(self, uid: u32) -> By {
        match self {
            By::Asker if uid != 0 && is_root() => By::Account(uid),
            known => known,
        }
    }

    /// Returns this word where a path is followed by hand: whoever owns a link on the way has a share.
    pub(crate) fn along(self, path: &Path) -> By {
        match self {
            By::Asker if is_root() => follow(path).map_or(self, |way| self.through(&way)),
            known => known,
        }
    }

    fn through(self, way: &Way) -> By {
        // What anybody could have exchanged is nobody's word: that of the account with the fewest rights.
        let chosen = way.chosen_by().into_iter();
        chosen.fold(self, |by, uid| by.also(uid.unwrap_or(u32::MAX)))
    }

    /// Returns on whose word the paths that a Gateway names are read. `accounts` are those of the process and of the
    /// service, as far as they are known.
    pub(crate) fn of_gateway(self, accounts: impl IntoIterator<Item = u32>) -> By {
        accounts.into_iter().fold(self, By::also)
    }
}

/// The groups of an account, as the machine's lists have them.
pub(super) type GroupsOf = fn(u32) -> Vec<u32>;

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
    if !path.is_absolute() {
        return Err(Errno::INVAL.into());
    }
    walk(Path::new("/"), path, true)
}

/// Follows a path below a folder that stands for the root, and through no link: one would lead out from here.
pub(crate) fn below(root: &Path, path: &Path) -> io::Result<Way> {
    walk(root, path, false)
}

fn walk(root: &Path, path: &Path, links_too: bool) -> io::Result<Way> {
    let root = rustix::fs::open(root, FOLDER | OFlags::CLOEXEC, Mode::empty())?;
    let mut passed = vec![Step::Folder(rustix::fs::fstat(&root)?)];
    let mut folders = vec![root];
    let mut ahead: VecDeque<OsString> = parts(path).collect();
    let mut links = 0;
    while let Some(name) = ahead.pop_front() {
        if name == ".." {
            if !links_too {
                return Err(Errno::LOOP.into());
            }
            folders.truncate(folders.len().saturating_sub(1).max(1));
            continue;
        }
        let folder = folders.last().ok_or(Errno::NOENT)?;
        let stat = rustix::fs::statat(folder, &name, AtFlags::SYMLINK_NOFOLLOW)?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Symlink => {
                links += 1;
                if links > MOST_LINKS || !links_too {
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

    /// Returns the accounts other than root that chose where this way ends: those that own a link on it or a folder with
    /// such a link, and where the file has more names than one, those that could have given it this one. None stands
    /// for anybody.
    fn chosen_by(&self) -> Vec<Option<u32>> {
        let mut chosen = Vec::new();
        let mut folder: Option<&Stat> = None;
        for step in &self.passed {
            match step {
                Step::Folder(stat) => folder = Some(stat),
                Step::Link(stat) => {
                    let owners = [Some(stat.st_uid), folder.map(|folder| folder.st_uid)];
                    chosen.extend(owners.into_iter().flatten().filter(|uid| *uid != 0).map(Some));
                }
            }
        }
        // A folder has no second name; its count is that of the folders in it.
        let has_names = self.kind() != FileKind::Directory && self.stat.st_nlink > 1;
        if let Some(folder) = folder.filter(|_| has_names) {
            chosen.extend((folder.st_uid != 0).then_some(Some(folder.st_uid)));
            chosen.extend((mode(folder) & 0o022 != 0).then_some(None));
        }
        chosen
    }

    /// Returns whether root may show what is there: where another account chose the path, only what that account could
    /// read itself.
    pub(crate) fn may_be_shown(&self, by: By, groups_of: GroupsOf) -> bool {
        self.is_open_to(by, 0o4, groups_of)
    }

    /// Returns whether root may show what kind of thing is there, how large and whose: that takes no right but to its
    /// folders.
    pub(crate) fn may_be_looked_at(&self, by: By, groups_of: GroupsOf) -> bool {
        self.is_open_to(by, 0, groups_of)
    }

    fn is_open_to(&self, by: By, right: u32, groups_of: GroupsOf) -> bool {
        let named = match by {
            By::Asker | By::Account(0) => None,
            By::Account(uid) => Some(Some(uid)),
        };
        self.chosen_by()
            .into_iter()
            .chain(named)
            .all(|uid| self.gives(uid, right, groups_of))
    }

    /// Returns whether an account may write there by the modes on the way: root always may.
    pub(crate) fn is_writable_by(&self, uid: u32, groups_of: GroupsOf) -> bool {
        uid == 0 || self.gives(Some(uid), 0o3, groups_of)
    }

    /// Returns whether an account has all of a right to it by the modes on the way; none stands for any account.
    fn gives(&self, uid: Option<u32>, right: u32, groups_of: GroupsOf) -> bool {
        let groups = std::cell::OnceCell::new();
        let may = |stat: &Stat, bit: u32| {
            let mode = mode(stat);
            let has = |shift: u32| mode & (bit << shift) == bit << shift;
            match uid {
                Some(uid) if stat.st_uid == uid => has(6),
                // A member has the group's rights, fewer or more than those of others.
                Some(uid) if has(3) != has(0) && groups.get_or_init(|| groups_of(uid)).contains(&stat.st_gid) => has(3),
                // Whoever it is: a right that the group has not may be wanting.
                None => has(3) && has(0),
                Some(_) => has(0),
            }
        };
        may(&self.stat, right)
            && self.passed.iter().all(|step| match step {
                Step::Folder(stat) => may(stat, 0o1),
                Step::Link(_) => true,
            })
    }

    /// Returns whether it is a regular file.
    pub(crate) fn is_file(&self) -> bool {
        FileType::from_raw_mode(self.stat.st_mode) == FileType::RegularFile
    }

    /// Returns what it is.
    pub(crate) fn kind(&self) -> FileKind {
        match FileType::from_raw_mode(self.stat.st_mode) {
            FileType::RegularFile => FileKind::File,
            FileType::Directory => FileKind::Directory,
            FileType::Fifo => FileKind::Fifo,
            FileType::Socket => FileKind::Socket,
            _ => FileKind::Device,
        }
    }

    /// Opens the file that was found, and no other that took its place.
    pub(crate) fn open(&self, flags: OFlags) -> io::Result<std::fs::File> {
        let flags = flags | OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.parent, &self.name, flags, Mode::empty())?;
        let now = rustix::fs::fstat(&file)?;
        if (now.st_dev, now.st_ino) != (self.stat.st_dev, self.stat.st_ino) {
            return Err(io::Error::other("it was exchanged while it was opened"));
        }
        Ok(file.into())
    }

    /// Returns the account it belongs to.
    pub(crate) fn owner(&self) -> u32 {
        self.stat.st_uid
    }

    /// Returns whether it is a regular file that this process may execute.
    pub(crate) fn is_program(&self) -> bool {
        self.is_file()
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

#[cfg(test)]
#[path = "ownership_tests.rs"]
mod tests;
