//! Processes of Linux, read from `/proc` directly: sysinfo would cost ten times as much here and
//! shows "denied" as "empty" (facts/dependencies.md section 4).

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::time::{SystemTime, UNIX_EPOCH};

use super::procfs::{Failure, ProcFs};
use super::sockets;
use super::system::{Block, Look, Seen, Socket};
use crate::parse::proc::net::Listener;
use crate::parse::proc::stat as proc_stat;
use crate::parse::proc::stat::ProcStat;
use crate::parse::proc::{environ, gateway_argv};

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

/// The running system.
#[derive(Debug)]
pub(super) struct System {
    proc_fs: Option<ProcFs>,
    booted_ms: Option<i64>,
    listeners: OnceCell<Vec<Listener>>,
    /// What was read of a process, which several questions need.
    stats: RefCell<HashMap<u32, ProcStat>>,
    looks: RefCell<HashMap<u32, Look>>,
    /// The doctor's own container and depth of pid namespaces.
    own: OnceCell<(Option<&'static str>, usize)>,
    /// Sockets that a process has open, of those asked about.
    open_sockets: RefCell<HashMap<u32, HashSet<u64>>>,
}

impl System {
    pub(super) fn new() -> Self {
        let proc_fs = ProcFs::open();
        let booted_ms = proc_fs.as_ref().and_then(booted_ms);
        System {
            proc_fs,
            booted_ms,
            listeners: OnceCell::new(),
            stats: RefCell::default(),
            looks: RefCell::default(),
            own: OnceCell::new(),
            open_sockets: RefCell::default(),
        }
    }

    /// Returns the processes whose command line could be a Gateway's or a worker's.
    pub(super) fn interesting(&self) -> Vec<Seen> {
        let Some(proc_fs) = &self.proc_fs else {
            return Vec::new();
        };
        let pids = proc_fs.pids(PROCESS_LIMIT);
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(4));
        if pids.len() < MANY || cores < 2 {
            return scan(proc_fs, &pids, is_interesting);
        }
        // Most of the time goes into the kernel's own work for each process, which runs side by side.
        std::thread::scope(|scope| {
            let parts = pids.chunks(pids.len().div_ceil(cores).max(1));
            let workers: Vec<_> = parts
                .map(|part| scope.spawn(|| scan(proc_fs, part, is_interesting)))
                .collect();
            workers
                .into_iter()
                .filter_map(|worker| worker.join().ok())
                .flatten()
                .collect()
        })
    }

    /// Returns the processes whose command line has this word in it.
    pub(super) fn with_word(&self, word: &[u8]) -> Vec<Seen> {
        let Some(proc_fs) = &self.proc_fs else {
            return Vec::new();
        };
        let has = |line: &[u8]| line.windows(word.len()).any(|part| part == word);
        scan(proc_fs, &proc_fs.pids(PROCESS_LIMIT), has)
    }

    /// Describes one process; none when it is gone.
    pub(super) fn look(&self, pid: u32) -> Option<Look> {
        if let Some(known) = self.looks.borrow().get(&pid) {
            return Some(known.clone());
        }
        // A failure is not kept: the next question may find the process readable.
        let look = self.first_look(pid)?;
        self.looks.borrow_mut().insert(pid, look.clone());
        Some(look)
    }

    fn first_look(&self, pid: u32) -> Option<Look> {
        let proc_fs = self.proc_fs.as_ref()?;
        let stat = self.stat(pid).filter(|stat| !matches!(stat.state, 'Z' | 'X'))?;
        let status = proc_fs.text(pid, "status").ok()?;
        let words = proc_fs.whole(&format!("{pid}/cmdline"), 1 << 20);
        let cgroup = proc_fs.text(pid, "cgroup").unwrap_or_default();
        let container = self.foreign_container(&cgroup, &status);
        Some(Look {
            words: words.map(|line| environ::words(&line)).unwrap_or_default(),
            ppid: stat.ppid,
            session: stat.session,
            above: cgroup.lines().any(|line| line.contains(":/..")),
            started_ms: self
                .booted_ms
                .map(|booted| booted.saturating_add((stat.start_ticks.saturating_mul(1000) / TICKS) as i64)),
            start_ticks: Some(stat.start_ticks),
            uid: proc_stat::effective_uid(&status).or_else(|| proc_fs.owner(pid))?,
            unit: proc_stat::service_unit(&cgroup).filter(|_| container.is_none()),
            container_id: proc_stat::container_id(&cgroup)
                .filter(|_| container.is_some())
                .map(str::to_owned),
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
        self.listeners
            .get_or_init(|| sockets::listening(proc_fs))
            .iter()
            .filter(|found| found.port == port && found.local)
            .map(|found| Socket {
                uid: found.uid,
                inode: found.inode,
            })
            .collect()
    }

    /// Returns the process that has the socket open. `likely` are asked first; all others only
    /// where their files may be listed.
    pub(super) fn owner_of(&self, socket: &Socket, likely: &[u32], own_uid: u32) -> Option<u32> {
        let proc_fs = self.proc_fs.as_ref()?;
        if let Some(pid) = likely.iter().copied().find(|pid| self.has(*pid, socket)) {
            return Some(pid);
        }
        if own_uid != 0 && socket.uid != own_uid {
            return None; // the files of another user's process cannot be listed
        }
        let mut all = proc_fs.pids(PROCESS_LIMIT).into_iter();
        all.find(|pid| proc_fs.owner(*pid) == Some(socket.uid) && self.has(*pid, socket))
    }

    /// A Gateway listens on more than one socket, so its files are listed once for all of them.
    fn has(&self, pid: u32, socket: &Socket) -> bool {
        let Some(proc_fs) = &self.proc_fs else {
            return false;
        };
        let mut open = self.open_sockets.borrow_mut();
        let known = open.entry(pid).or_insert_with(|| proc_fs.sockets(pid));
        known.contains(&socket.inode)
    }

    fn stat(&self, pid: u32) -> Option<ProcStat> {
        if let Some(known) = self.stats.borrow().get(&pid) {
            return Some(known.clone());
        }
        let text = self.proc_fs.as_ref()?.text(pid, "stat").ok()?;
        let stat = proc_stat::stat(&text)?;
        self.stats.borrow_mut().insert(pid, stat.clone());
        Some(stat)
    }

    /// A container counts only where the doctor is not in it too.
    fn foreign_container(&self, cgroup: &str, status: &str) -> Option<String> {
        let proc_fs = self.proc_fs.as_ref()?;
        let (ours, depth) = *self.own.get_or_init(|| {
            let text = |name: &str| proc_fs.text(std::process::id(), name).unwrap_or_default();
            (
                proc_stat::container(&text("cgroup")),
                proc_stat::namespace_depth(&text("status")),
            )
        });
        match proc_stat::container(cgroup) {
            Some(kind) if ours != Some(kind) => Some(kind.to_owned()),
            _ => (proc_stat::namespace_depth(status) > depth).then(|| super::PID_NAMESPACE.to_owned()),
        }
    }
}

fn scan(proc_fs: &ProcFs, pids: &[u32], is_wanted: impl Fn(&[u8]) -> bool) -> Vec<Seen> {
    let mut buffer = vec![0_u8; CMDLINE_CAP];
    let mut seen = Vec::new();
    for pid in pids {
        if let Ok(line) = proc_fs.head(&format!("{pid}/cmdline"), &mut buffer)
            && is_wanted(line)
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
    // pm2's title names the script and no argument.
    MARKS.iter().any(has)
        || (line.starts_with(b"node /") && has(&b"openclaw".as_slice()))
        || gateway_argv::is_bare_title(&environ::words(line))
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
