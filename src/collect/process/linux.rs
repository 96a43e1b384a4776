//! Processes of Linux, read from `/proc` directly: sysinfo would cost ten times as much here and
//! shows "denied" as "empty" (facts/dependencies.md section 4).

use std::time::{SystemTime, UNIX_EPOCH};

use super::procfs::{Failure, ProcFs};
use super::system::{Block, Look, Seen, Socket};
use crate::parse::{environ, proc_net, proc_stat};

/// Clock ticks per second as `/proc` counts them: 100 on every architecture Node runs on.
const TICKS: u64 = 100;
/// How many processes are looked at.
const PROCESS_LIMIT: usize = 100_000;
/// From how many processes on the scan is shared among threads.
const MANY: usize = 1000;
/// How much of a command line is read; longer ones keep their head.
const CMDLINE_CAP: usize = 8 << 10;
/// Largest environment block: the kernel's own limit for arguments and environment together.
const ENVIRON_CAP: usize = 6 << 20;
/// How much of the table of sockets is read; listening ones come first.
const SOCKETS_CAP: usize = 16 << 20;

/// The running system.
#[derive(Debug)]
pub(super) struct System {
    proc_fs: Option<ProcFs>,
    booted_ms: Option<i64>,
}

impl System {
    pub(super) fn new() -> Self {
        let proc_fs = ProcFs::open();
        let booted_ms = proc_fs.as_ref().and_then(booted_ms);
        System { proc_fs, booted_ms }
    }

    /// Returns the processes whose command line could be a Gateway's or a worker's.
    pub(super) fn interesting(&self) -> Vec<Seen> {
        let Some(proc_fs) = &self.proc_fs else {
            return Vec::new();
        };
        let pids = proc_fs.pids(PROCESS_LIMIT);
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(4));
        if pids.len() < MANY || cores < 2 {
            return scan(proc_fs, &pids);
        }
        // Most of the time goes into the kernel's own work for each process, which runs side by side.
        std::thread::scope(|scope| {
            let parts = pids.chunks(pids.len().div_ceil(cores).max(1));
            let workers: Vec<_> = parts.map(|part| scope.spawn(|| scan(proc_fs, part))).collect();
            workers
                .into_iter()
                .filter_map(|worker| worker.join().ok())
                .flatten()
                .collect()
        })
    }

    /// Describes one process; none when it is gone.
    pub(super) fn look(&self, pid: u32) -> Option<Look> {
        let proc_fs = self.proc_fs.as_ref()?;
        let stat = self.stat(pid).filter(|stat| !matches!(stat.state, 'Z' | 'X'))?;
        let status = proc_fs.text(pid, "status").ok()?;
        let words = proc_fs.whole(&format!("{pid}/cmdline"), 1 << 20);
        let cgroup = proc_fs.text(pid, "cgroup").unwrap_or_default();
        let container = self.foreign_container(&cgroup, &status);
        Some(Look {
            words: words.map(|line| environ::words(&line)).unwrap_or_default(),
            ppid: stat.ppid,
            started_ms: self
                .booted_ms
                .map(|booted| booted.saturating_add((stat.start_ticks.saturating_mul(1000) / TICKS) as i64)),
            start_ticks: Some(stat.start_ticks),
            uid: proc_stat::effective_uid(&status).or_else(|| proc_fs.owner(pid))?,
            unit: proc_stat::service_unit(&cgroup).filter(|_| container.is_none()),
            container,
            program: proc_fs.link(&format!("{pid}/exe")).ok(),
            cwd: proc_fs.link(&format!("{pid}/cwd")).ok(),
        })
    }

    /// Returns name and parent of a process.
    pub(super) fn parent(&self, pid: u32) -> Option<(String, u32)> {
        self.stat(pid).map(|stat| (stat.comm, stat.ppid))
    }

    /// Reads the environment at exec.
    pub(super) fn environment(&self, pid: u32) -> Block {
        let Some(proc_fs) = &self.proc_fs else {
            return Block::Unknown("/proc is not mounted".to_owned());
        };
        match proc_fs.whole(&format!("{pid}/environ"), ENVIRON_CAP) {
            Ok(bytes) => Block::Bytes(bytes),
            Err(Failure::Gone) => Block::Gone,
            Err(Failure::Denied) => Block::Denied,
            Err(Failure::TooLarge) => Block::Unknown("its environment is larger than what is read".to_owned()),
            Err(Failure::Other(why)) => Block::Unknown(why),
        }
    }

    /// Returns the sockets that listen on a port for this machine.
    pub(super) fn listening(&self, port: u16) -> Vec<Socket> {
        let Some(proc_fs) = &self.proc_fs else {
            return Vec::new();
        };
        ["net/tcp", "net/tcp6"]
            .iter()
            .filter_map(|table| proc_fs.listening_part(table))
            .flat_map(|text| listeners(&text, port))
            .collect()
    }

    /// Returns the process that has the socket open. `likely` are asked first; all others only
    /// where their files may be listed.
    pub(super) fn owner_of(&self, socket: &Socket, likely: &[u32], own_uid: u32) -> Option<u32> {
        let proc_fs = self.proc_fs.as_ref()?;
        let has = |pid: &u32| proc_fs.has_socket(*pid, socket.inode) == Some(true);
        if let Some(pid) = likely.iter().copied().find(|pid| has(pid)) {
            return Some(pid);
        }
        if own_uid != 0 && socket.uid != own_uid {
            return None; // the files of another user's process cannot be listed
        }
        let mut all = proc_fs.pids(PROCESS_LIMIT).into_iter();
        all.find(|pid| proc_fs.owner(*pid) == Some(socket.uid) && has(pid))
    }

    fn stat(&self, pid: u32) -> Option<proc_stat::ProcStat> {
        let text = self.proc_fs.as_ref()?.text(pid, "stat").ok()?;
        proc_stat::stat(&text)
    }

    /// A container counts only where the doctor is not in it too.
    fn foreign_container(&self, cgroup: &str, status: &str) -> Option<String> {
        let proc_fs = self.proc_fs.as_ref()?;
        let own = std::process::id();
        if let Some(kind) = proc_stat::container(cgroup) {
            let ours = proc_fs.text(own, "cgroup").unwrap_or_default();
            if proc_stat::container(&ours) != Some(kind) {
                return Some(kind.to_owned());
            }
        }
        let ours = proc_fs.text(own, "status").unwrap_or_default();
        let deeper = proc_stat::namespace_depth(status) > proc_stat::namespace_depth(&ours);
        deeper.then(|| "pid namespace".to_owned())
    }
}

impl ProcFs {
    /// Reads a table of sockets up to the first one that does not listen.
    fn listening_part(&self, table: &str) -> Option<String> {
        // The kernel formats as it is read: a table of many thousand connections is not asked for
        // beyond its first part unless that holds listening sockets alone.
        let mut buffer = vec![0_u8; 256 << 10];
        let head = self.head(table, &mut buffer).ok()?;
        let text = String::from_utf8_lossy(head).into_owned();
        let beyond = text.lines().any(|line| proc_net::line(line) == proc_net::Line::Other);
        if beyond {
            return Some(text);
        }
        let whole = self.whole(table, SOCKETS_CAP).ok()?;
        Some(String::from_utf8_lossy(&whole).into_owned())
    }
}

fn listeners(text: &str, port: u16) -> Vec<Socket> {
    text.lines()
        .filter_map(|line| match proc_net::line(line) {
            proc_net::Line::Listening(found) if found.port == port && found.local => Some(Socket {
                uid: found.uid,
                inode: found.inode,
            }),
            _ => None,
        })
        .collect()
}

fn scan(proc_fs: &ProcFs, pids: &[u32]) -> Vec<Seen> {
    let mut buffer = vec![0_u8; CMDLINE_CAP];
    let mut seen = Vec::new();
    for pid in pids {
        if let Ok(line) = proc_fs.head(&format!("{pid}/cmdline"), &mut buffer)
            && is_interesting(line)
        {
            seen.push(Seen {
                pid: *pid,
                words: environ::words(line),
            });
        }
    }
    seen
}

fn is_interesting(line: &[u8]) -> bool {
    const MARKS: &[&[u8]] = &[b"gateway", b"/spawn-broker/worker.js", b"sqlite-readonly-location"];
    let has = |mark: &&[u8]| line.windows(mark.len()).any(|part| part == *mark);
    MARKS.iter().any(has)
}

/// The moment of boot: now minus the time since then, which is exact to the millisecond where
/// `btime` of `/proc/stat` has whole seconds.
fn booted_ms(proc_fs: &ProcFs) -> Option<i64> {
    let since = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let since_ms = since
        .tv_sec
        .saturating_mul(1000)
        .saturating_add(since.tv_nsec / 1_000_000);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let booted = (now.as_millis() as i64).saturating_sub(since_ms);
    let stat = proc_fs.whole("stat", 4 << 20).ok();
    let btime = stat.and_then(|bytes| btime(&String::from_utf8_lossy(&bytes)));
    // Where the two differ by more than rounding (a container with a clock of its own), the
    // kernel's word belongs to the numbers in /proc/<pid>/stat.
    match btime.map(|seconds| seconds.saturating_mul(1000)) {
        Some(btime) if booted.abs_diff(btime) > 1500 => Some(btime),
        _ => Some(booted),
    }
}

fn btime(stat: &str) -> Option<i64> {
    stat.lines()
        .find_map(|line| line.strip_prefix("btime "))?
        .trim()
        .parse()
        .ok()
}
