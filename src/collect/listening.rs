//! Where an account may listen: ports below the kernel's limit, addresses of this machine.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use super::context::Context;
use super::ownership::By;
use crate::config::Reach;
use crate::model::snapshot::Service;
use crate::parse::proc::fib_trie;

/// Directives that may give a service rights or addresses of its own.
const OWN: [&str; 7] = [
    "AmbientCapabilities",
    "CapabilityBoundingSet",
    "NetworkNamespacePath",
    "PrivateNetwork",
    "PrivateUsers",
    "JoinsNamespaceOf",
    "IPVLAN",
];

/// Returns where a Gateway that is started by this account may listen, as far as that is known for sure.
pub(super) fn reach(ctx: &Context<'_>, uid: u32, service: Option<&Service>) -> Reach {
    let apart = service.is_some_and(|service| {
        let settings = &service.systemd.settings;
        settings.iter().any(|one| OWN.contains(&one.name.as_str()))
    });
    if apart || ctx.host.os != "linux" || ctx.host.copied_home {
        return Reach::default();
    }
    let number = |path: &str| text(path)?.trim().parse::<u16>().ok();
    // Root has the right to every port; a program may have been given it, or gets it from one that stands before it.
    let wrapped = service.is_some_and(|service| service.exec.shell_wrapped || !service.exec.links.is_empty());
    let limited = uid != 0
        && !wrapped
        && !programs(ctx, service).iter().any(|program| has_rights(program))
        && !has_ambient_rights();
    Reach {
        port: None,
        lowest_port: number("/proc/sys/net/ipv4/ip_unprivileged_port_start").filter(|_| limited),
        addresses: text("/proc/net/fib_trie")
            .filter(|_| number("/proc/sys/net/ipv4/ip_nonlocal_bind") == Some(0))
            .map(|text| fib_trie::local(&text))
            .filter(|all: &Vec<Ipv4Addr>| !all.is_empty()),
        tailscale: None,
    }
}

fn text(path: &str) -> Option<String> {
    let file = By::Asker.read(Path::new(path), 4 << 20).ok()?;
    String::from_utf8(file.bytes).ok()
}

/// Returns the programs that may become the Gateway's process.
fn programs(ctx: &Context<'_>, service: Option<&Service>) -> Vec<PathBuf> {
    let folders = ctx.var("PATH").unwrap_or_default();
    let known = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];
    let nodes = folders.split(':').chain(known).filter(|folder| folder.starts_with('/'));
    let nodes = nodes.map(|folder| Path::new(folder).join("node"));
    let own = service
        .and_then(|service| service.exec.program.clone())
        .map(PathBuf::from);
    nodes.chain(own).collect()
}

/// Returns whether a file gives rights to who runs it.
fn has_rights(program: &Path) -> bool {
    let mut found = [0_u8; 64];
    rustix::fs::getxattr(program, "security.capability", &mut found[..]).is_ok_and(|length| length > 0)
}

/// Returns whether this process hands rights on to what it starts.
fn has_ambient_rights() -> bool {
    let status = text("/proc/self/status").unwrap_or_default();
    let ambient = status.lines().find_map(|line| line.strip_prefix("CapAmb:"));
    ambient.is_some_and(|set| set.trim().bytes().any(|digit| digit != b'0'))
}
