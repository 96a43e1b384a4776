//! What a run would leave behind if it ended now: commands that run, and a file that is half written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

static LEFT: Mutex<Left> = Mutex::new(Left {
    started: false,
    groups: BTreeSet::new(),
    files: BTreeSet::new(),
});

#[derive(Debug)]
struct Left {
    /// Whether any command was run.
    started: bool,
    /// Leader of a process group, and whether it also leads a session.
    groups: BTreeSet<(i32, bool)>,
    files: BTreeSet<PathBuf>,
}

fn left() -> MutexGuard<'static, Left> {
    LEFT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A command's process group, and all of a session of its own, in which a shell with job control makes a group for each
/// job. It is killed when this goes.
#[derive(Debug)]
pub(super) struct Group(Option<(i32, bool)>);

impl Group {
    /// Keeps the group in mind until it goes.
    pub(super) fn new(leader: Option<u32>, session: bool) -> Self {
        let entry = leader.map(|pid| (pid as i32, session));
        let mut left = left();
        left.started = true;
        left.groups.extend(entry);
        drop(left);
        Group(entry)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(entry) = self.0 {
            kill(entry);
            left().groups.remove(&entry);
        }
    }
}

/// A file that is not there to stay; it is forgotten when this goes.
#[derive(Debug)]
pub(super) struct Unfinished(PathBuf);

impl Unfinished {
    /// Keeps the file in mind until it goes.
    pub(super) fn new(path: &Path) -> Self {
        left().files.insert(path.to_owned());
        Unfinished(path.to_owned())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        left().files.remove(&self.0);
    }
}

/// Ends and removes everything; for a run that is ending.
pub(super) fn clear() {
    let left = left();
    left.groups.iter().copied().for_each(kill);
    for file in &left.files {
        let _ = std::fs::remove_file(file);
    }
    if left.started {
        kill_descendants();
    }
}

/// Kills every process that came of a command, one that left its group and its session too: on Linux the orphans of
/// commands become children of this process (see [`super::guard::adopt_orphans`]).
fn kill_descendants() {
    // Again while there are any: one that was about to fork may have left a child behind the look.
    for _ in 0..8 {
        let found = descendants(std::process::id() as i32);
        if found.is_empty() {
            return;
        }
        for pid in found.into_iter().filter_map(Pid::from_raw) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// The processes below one, without those that have ended.
fn descendants(top: i32) -> Vec<i32> {
    let mut parents: Vec<(i32, i32)> = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let number = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok());
        let Some(pid) = number else { continue };
        let words = words_of(&entry.path().join("stat")).unwrap_or_default();
        let ended = words.first().is_some_and(|state| state == "Z" || state == "X");
        if let Some(parent) = words.get(1).and_then(|word| word.parse().ok()).filter(|_| !ended) {
            parents.push((pid, parent));
        }
    }
    let mut below = vec![top];
    let mut at = 0;
    while let Some(&parent) = below.get(at) {
        let children = parents.iter().filter(|(pid, of)| *of == parent && *pid != parent);
        below.extend(children.map(|(pid, _)| *pid));
        at += 1;
    }
    below.split_off(1)
}

fn kill((leader, session): (i32, bool)) {
    let Some(pid) = Pid::from_raw(leader) else { return };
    let _ = kill_process_group(pid, Signal::KILL);
    if session {
        // Twice: one that was about to fork may have left a child behind the first look.
        for _ in 0..2 {
            kill_session(pid);
        }
    }
}

/// Kills the members of a session that the doctor made. Elsewhere than on Linux there is no list of them, and the
/// process group has to do.
fn kill_session(leader: Pid) {
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let number = entry.file_name().to_str().and_then(|name| name.parse().ok());
        let Some(pid) = number.and_then(Pid::from_raw) else {
            continue;
        };
        if session_of(&entry.path().join("stat")) == Some(leader.as_raw_nonzero().get()) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// The session of a process: the fourth word after its name, which may itself hold anything.
fn session_of(stat: &Path) -> Option<i32> {
    words_of(stat)?.get(3)?.parse().ok()
}

/// The words after the name of a process: its state, its parent, its group, its session, …
fn words_of(stat: &Path) -> Option<Vec<String>> {
    let bytes = super::ownership::By::Asker.read(stat, 4096).ok()?.bytes;
    let text = String::from_utf8_lossy(&bytes);
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().take(4).map(str::to_owned).collect())
}
