//! Which processes are Gateways, most trusted evidence first (facts/services.md section 3.1).

use std::path::PathBuf;

use super::system::{Seen, Socket};
use super::{ProcessHints, System};
use crate::collect::context::Context;
use crate::collect::ownership::By;
use crate::model::snapshot::FoundBy;
use crate::parse::proc::gateway_argv;
use crate::parse::proc::lock_file;
use crate::parse::proc::lock_file::LockFile;

/// Most Gateways that are described.
const LIMIT: usize = 64;
/// Largest lock file; a real one is padded to a few KiB.
const LOCK_CAP: u64 = 256 << 10;
/// Largest `package.json` that is read.
const PACKAGE_CAP: u64 = 512 << 10;

/// A process taken for a Gateway.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) pid: u32,
    pub(super) found_by: FoundBy,
    /// Port that the lock file names.
    pub(super) lock_port: Option<u16>,
    /// Port whose socket the process has open.
    pub(super) socket_port: Option<u16>,
}

/// A listening socket of one of the ports asked about.
#[derive(Debug, Clone)]
pub(super) struct Listening {
    pub(super) port: u16,
    pub(super) socket: Socket,
    pub(super) pid: Option<u32>,
}

/// What the search found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) candidates: Vec<Candidate>,
    /// The process of the examined service.
    pub(super) own: Option<u32>,
    pub(super) listening: Vec<Listening>,
}

impl Found {
    fn add(&mut self, pid: u32, found_by: FoundBy) -> Option<&mut Candidate> {
        if pid == 0 || pid == std::process::id() {
            return None;
        }
        if !self.candidates.iter().any(|known| known.pid == pid) && self.candidates.len() < LIMIT {
            self.candidates.push(Candidate {
                pid,
                found_by,
                lock_port: None,
                socket_port: None,
            });
        }
        self.candidates.iter_mut().find(|known| known.pid == pid)
    }
}

/// Searches by manager, lock file, port and command line, in this order.
pub(super) fn find(ctx: &Context<'_>, hints: &ProcessHints, system: &System, seen: &[Seen]) -> Found {
    let locks: Vec<LockFile> = hints
        .state_dirs
        .iter()
        .filter_map(|state_dir| lock_of(ctx, state_dir))
        .filter(|lock| lock.is_gateway() && holds(lock, system, seen))
        .collect();
    let mut found = Found {
        own: hints.own_pid.map(|pid| real_gateway(pid, &locks, system, seen)),
        ..Found::default()
    };
    if let Some(pid) = hints.asked_pid.and(found.own) {
        let managed = hints.manager_pids.contains(&pid);
        if managed || is_gateway_like(pid, seen) || may_be_gateway(pid, system, seen) {
            found.add(pid, FoundBy::CommandLine);
        } else {
            found.own = None;
        }
    }
    for pid in &hints.manager_pids {
        found.add(real_gateway(*pid, &locks, system, seen), FoundBy::Manager);
    }
    for lock in &locks {
        if let Some(candidate) = found.add(lock.pid, FoundBy::LockFile) {
            candidate.lock_port = lock.port;
        }
    }
    for port in &hints.ports {
        by_port(ctx, *port, system, seen, &mut found);
    }
    for process in seen {
        let argv = gateway_argv::gateway(&process.words);
        if argv.is_some_and(|argv| {
            argv.names_openclaw
                || is_of_package(process.pid, argv.entry, system)
                || has_worker(process.pid, system, seen)
        }) {
            found.add(process.pid, FoundBy::CommandLine);
        }
    }
    drop_launchers(system, &mut found);
    found
}

/// Returns whether a process that was asked for by its id runs in what OpenClaw runs in: its arguments may be hidden.
fn may_be_gateway(pid: u32, system: &System, seen: &[Seen]) -> bool {
    let name = system.parent(pid).map(|(name, _)| name).unwrap_or_default();
    let runtimes = ["node", "openclaw", "MainThread", "bun", "deno"];
    runtimes.iter().any(|runtime| name.contains(runtime)) || has_worker(pid, system, seen)
}

/// Returns whether an entry that does not name OpenClaw, such as `dist/index.js`, lies in its package: seen from the
/// process, which may be in a container.
fn is_of_package(pid: u32, entry: Option<&str>, system: &System) -> bool {
    let (Some(entry), Some(look)) = (entry, system.look(pid)) else {
        return false;
    };
    let by = By::Asker.also(look.uid);
    let full = PathBuf::from(look.cwd.unwrap_or_else(|| "/".to_owned())).join(entry);
    let roots = [format!("/proc/{pid}/root"), String::new()];
    full.ancestors().skip(1).take(3).any(|dir| {
        roots.iter().any(|root| {
            let path = format!("{root}{}/package.json", dir.display());
            let Ok(file) = by.read(std::path::Path::new(&path), PACKAGE_CAP) else {
                return false;
            };
            let package: Option<serde_json::Value> = serde_json::from_slice(&file.bytes).ok();
            package.is_some_and(|package| package.get("name").and_then(|name| name.as_str()) == Some("openclaw"))
        })
    })
}

/// Returns whether a worker of OpenClaw is its child: where a process of another user hides its folder, its children's
/// command lines show all the same.
fn has_worker(pid: u32, system: &System, seen: &[Seen]) -> bool {
    seen.iter()
        .filter(|process| gateway_argv::child(&process.words).is_some())
        .any(|process| system.parent(process.pid).is_some_and(|(_, parent)| parent == pid))
}

/// Reads the lock file of a state directory; its folder is named after the user of the Gateway.
fn lock_of(ctx: &Context<'_>, state_dir: &str) -> Option<LockFile> {
    let tmp = PathBuf::from(state_dir).join("tmp");
    let owner = ctx.by.stat(&tmp).get().map(|stat| stat.uid);
    let users = [Some(ctx.host.uid), owner.filter(|uid| *uid != ctx.host.uid)];
    users.into_iter().flatten().find_map(|uid| {
        let path = tmp.join(format!("openclaw-{uid}/gateway.state.lock"));
        lock_file::parse(&ctx.by.read(&path, LOCK_CAP).ok()?.bytes)
    })
}

/// A lock left by a process that ended may name a pid that something else has now.
fn holds(lock: &LockFile, system: &System, seen: &[Seen]) -> bool {
    let Some(look) = system.look(lock.pid) else {
        return false;
    };
    match (lock.start_time, look.start_ticks) {
        (Some(locked), Some(actual)) => locked == actual,
        _ => is_gateway_like(lock.pid, seen),
    }
}

/// The manager may name a wrapper script whose child is the Gateway.
fn real_gateway(pid: u32, locks: &[LockFile], system: &System, seen: &[Seen]) -> u32 {
    let is_child = |child: u32| system.parent(child).is_some_and(|(_, parent)| parent == pid);
    if let Some(lock) = locks.iter().find(|lock| lock.pid != pid && is_child(lock.pid)) {
        return lock.pid;
    }
    if is_gateway_like(pid, seen) {
        return pid;
    }
    let gateways = seen
        .iter()
        .filter(|process| gateway_argv::gateway(&process.words).is_some());
    let mut children = gateways.map(|process| process.pid).filter(|child| is_child(*child));
    children.next().unwrap_or(pid)
}

fn is_gateway_like(pid: u32, seen: &[Seen]) -> bool {
    seen.iter()
        .any(|process| process.pid == pid && gateway_argv::gateway(&process.words).is_some())
}

/// Finds who listens; a process that is no Gateway is noted as the owner but is no candidate.
fn by_port(ctx: &Context<'_>, port: u16, system: &System, seen: &[Seen], found: &mut Found) {
    let known = found.candidates.iter().map(|candidate| candidate.pid);
    let mut likely: Vec<u32> = known.chain(seen.iter().map(|process| process.pid)).collect();
    for socket in system.listening(port) {
        let pid = system
            .owner_of(&socket, &likely, ctx.host.uid)
            .or_else(|| owner_by_words(port, &socket, system, seen));
        if let Some(pid) = pid {
            let known = found.candidates.iter().any(|candidate| candidate.pid == pid);
            let titled = |process: &Seen| process.pid == pid && gateway_argv::is_bare_title(&process.words);
            if (known || is_gateway_like(pid, seen) || seen.iter().any(titled))
                && let Some(candidate) = found.add(pid, FoundBy::Port)
            {
                candidate.socket_port = candidate.socket_port.or(Some(port));
            }
        }
        likely.extend(pid);
        found.listening.push(Listening { port, socket, pid });
    }
}

/// The files of another user's process are hidden, its command line is not: a Gateway of the
/// socket's owner that names this port, or the only one that names none, is the owner.
fn owner_by_words(port: u16, socket: &Socket, system: &System, seen: &[Seen]) -> Option<u32> {
    let of_user: Vec<(u32, Option<u16>)> = seen
        .iter()
        .filter_map(|process| {
            let argv = gateway_argv::gateway(&process.words)?;
            let look = system.look(process.pid)?;
            (look.uid == socket.uid).then(|| (process.pid, gateway_argv::port(argv.args)))
        })
        .collect();
    let named = of_user.iter().find(|(_, named)| *named == Some(port));
    let only = of_user
        .first()
        .filter(|(_, named)| of_user.len() == 1 && named.is_none());
    named.or(only).map(|(pid, _)| *pid)
}

/// The command a Gateway was started with may stay as its parent and looks the same.
fn drop_launchers(system: &System, found: &mut Found) {
    let parents: Vec<u32> = found
        .candidates
        .iter()
        .filter_map(|candidate| system.parent(candidate.pid).map(|(_, parent)| parent))
        .collect();
    found
        .candidates
        .retain(|known| known.found_by != FoundBy::CommandLine || !parents.contains(&known.pid));
}
