//! Processes where there is no `/proc`: macOS by way of sysinfo.
//!
//! An empty environment there means "not shown" (another user's process, a hardened runtime), so
//! it is never taken for "no variable is set" (facts/services.md section 2.3).

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessesToUpdate, UpdateKind};
use zeroize::Zeroizing;

use super::system::{Block, Look, Seen, Socket};

/// The running system.
pub(super) struct System(Option<sysinfo::System>);

impl System {
    pub(super) fn new() -> Self {
        // Threads would be listed as processes unless they are left out.
        let what = ProcessRefreshKind::nothing()
            .without_tasks()
            .with_cmd(UpdateKind::Always)
            .with_user(UpdateKind::Always)
            .with_exe(UpdateKind::Always)
            .with_cwd(UpdateKind::Always)
            .with_environ(UpdateKind::Always);
        let system = sysinfo::System::new().ok().map(|mut system| {
            system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);
            system
        });
        System(system)
    }

    pub(super) fn interesting(&self) -> Vec<Seen> {
        let all = self.0.iter().flat_map(|system| system.processes().values());
        let mut seen: Vec<Seen> = all
            .filter(|process| process.thread_kind().is_none())
            .map(|process| Seen {
                pid: process.pid().as_u32(),
                words: words(process),
            })
            .filter(|seen| {
                seen.words
                    .iter()
                    .any(|word| word.contains("gateway") || word.contains("worker.js"))
            })
            .collect();
        seen.sort_by_key(|seen| seen.pid);
        seen
    }

    pub(super) fn look(&self, pid: u32) -> Option<Look> {
        let process = self.process(pid)?;
        Some(Look {
            words: words(process),
            ppid: process.parent().map_or(0, Pid::as_u32),
            started_ms: i64::try_from(process.start_time())
                .ok()
                .map(|seconds| seconds.saturating_mul(1000)),
            start_ticks: None,
            uid: **process.effective_user_id().or(process.user_id())?,
            unit: None,
            session: 0,
            above: false,
            container: None,
            container_id: None,
            program: process.exe().map(|path| path.to_string_lossy().into_owned()),
            cwd: process.cwd().map(|path| path.to_string_lossy().into_owned()),
        })
    }

    pub(super) fn parent(&self, pid: u32) -> Option<(String, u32)> {
        let process = self.process(pid)?;
        Some((text(process.name()), process.parent().map_or(0, Pid::as_u32)))
    }

    pub(super) fn environment(&self, pid: u32) -> Block {
        let Some(process) = self.process(pid) else {
            return Block::Gone;
        };
        let mut block = Zeroizing::new(Vec::new());
        for entry in process.environ() {
            block.extend_from_slice(entry.as_bytes());
            block.push(0);
        }
        if block.is_empty() {
            return Block::Unknown("this system does not show its environment".to_owned());
        }
        Block::Bytes(block)
    }

    /// Sockets cannot be matched with processes here without another tool.
    pub(super) fn listening(&self, _port: u16) -> Vec<Socket> {
        Vec::new()
    }

    pub(super) fn owner_of(&self, _socket: &Socket, _likely: &[u32], _own_uid: u32) -> Option<u32> {
        None
    }

    fn process(&self, pid: u32) -> Option<&Process> {
        self.0.as_ref()?.process(Pid::from_u32(pid))
    }
}

/// The command line. After an empty argument the first entries of the environment can land in it
/// (facts/dependencies.md section 4), so it ends at the first word that looks like one.
fn words(process: &Process) -> Vec<String> {
    let is_entry = |word: &str| {
        word.split_once('=')
            .is_some_and(|(name, _)| crate::secret::value::is_env_name(name))
    };
    process
        .cmd()
        .iter()
        .map(|word| text(word))
        .take_while(|word| !is_entry(word))
        .collect()
}

fn text(text: &OsStr) -> String {
    text.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_seen_with_its_environment() {
        let mut child = std::process::Command::new("sleep")
            .arg("30")
            .env_clear()
            .env("SOME_KEY", "v")
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(100));
        let system = System::new();
        assert!(system.interesting().iter().all(|seen| seen.pid != child.id()));
        assert_eq!(system.parent(child.id()).unwrap().1, std::process::id());
        let socket = Socket { uid: 0, inode: 0 };
        assert!(system.listening(1).is_empty() && system.owner_of(&socket, &[], 0).is_none());
        let look = system.look(child.id()).unwrap();
        let block = system.environment(child.id());
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(look.words, ["sleep", "30"]);
        assert_eq!(look.ppid, std::process::id());
        assert!(matches!(block, Block::Bytes(bytes) if bytes.as_slice() == b"SOME_KEY=v\0"));
        assert!(matches!(System::new().environment(u32::MAX / 2), Block::Gone));
    }
}
