//! A doctor in a container that has the processes of its host (`docker run --pid=host`): it is asked about the host, whose files it
//! reaches by way of the host's first process, and not about the container that it came in.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::ownership::By;
use crate::parse::proc::stat;
use crate::platform::container;

const CAP: u64 = 64 << 10;

static ENTERED: AtomicBool = AtomicBool::new(false);

/// Variables that tell what this process is in, which the host is not.
const OF_CONTAINER: &[&str] = &["container", "KUBERNETES_"];

/// Makes the host's root this process's own, where it is beside a host, and says whether it is. The error is what it lacks: with the files of one
/// machine and the processes of another every answer would be wrong.
pub fn enter() -> Result<bool, String> {
    if cfg!(not(target_os = "linux")) || !is_beside() || !is_alone() {
        return Ok(false);
    }
    step_in().map_err(|error| {
        format!(
            "this container has the processes of its host, and may not see the host's files ({error}): run the doctor on the host, \
             or start the container as root and with --cap-add SYS_PTRACE, as docs/containers.md says"
        )
    })?;
    ENTERED.store(true, Ordering::Relaxed);
    Ok(true)
}

/// Returns whether a variable of this process tells of the container that it came in.
pub(super) fn is_of_container(name: &str) -> bool {
    ENTERED.load(Ordering::Relaxed) && OF_CONTAINER.iter().any(|begin| name.starts_with(begin))
}

fn is_beside() -> bool {
    let cgroup = |of: &str| {
        let file = By::Asker.read(Path::new(&format!("/proc/{of}/cgroup")), CAP).ok();
        file.map(|file| String::from_utf8_lossy(&file.bytes).into_owned())
    };
    let marked = ["/.dockerenv", "/run/.containerenv"]
        .iter()
        .any(|mark| Path::new(mark).exists());
    let (own, first) = (cgroup("self"), cgroup("1"));
    own.zip(first)
        .is_some_and(|(own, first)| container::is_beside(marked, &own, &first))
}

/// Returns whether nobody else lives in this process's container, as far as it may look: a Gateway that does is the one that is meant.
fn is_alone() -> bool {
    let space = |of: &str| std::fs::read_link(format!("/proc/{of}/ns/mnt")).ok();
    let Some(own) = space("self") else { return true };
    let above = line_up(std::process::id());
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| !above.contains(pid))
        .all(|pid| space(&pid.to_string()).as_ref() != Some(&own))
}

/// This process, its parent, and so on: an init, the shell that somebody types in.
fn line_up(pid: u32) -> Vec<u32> {
    let parent = |pid: &u32| {
        let file = By::Asker.read(Path::new(&format!("/proc/{pid}/stat")), CAP).ok()?;
        let parent = stat::stat(&String::from_utf8_lossy(&file.bytes))?.ppid;
        (parent > 0).then_some(parent)
    };
    std::iter::successors(Some(pid), parent).take(64).collect()
}

#[cfg(target_os = "linux")]
fn step_in() -> std::io::Result<()> {
    rustix::process::chroot("/proc/1/root")?;
    rustix::process::chdir("/")?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn step_in() -> std::io::Result<()> {
    Ok(())
}
