//! Whose process a loopback port leads to. A secret goes there only where every listener that could take the
//! connection belongs to an account to which the secret belongs too.

use std::path::PathBuf;
use std::time::Duration;

use crate::collect::context::Context;
use crate::collect::host;
#[cfg(target_os = "linux")]
use crate::collect::process;
use crate::ping::target::Base;

#[cfg(not(target_os = "linux"))]
use crate::collect::run::{self, Cmd, Ran};

/// How long `lsof` may take.
#[cfg_attr(target_os = "linux", allow(dead_code))]
const LIMIT: Duration = Duration::from_secs(2);

/// Whose the listener is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Listener {
    /// One of the accounts that may have the secret, or the connection leaves this machine.
    Owned,
    /// Another account's.
    Stranger(String),
    /// This could not be found out.
    Unknown,
}

/// How listeners are looked for.
#[derive(Debug, Clone, Default)]
pub(in crate::collect) struct Listeners {
    /// `lsof`, where the kernel has no list that everybody may read.
    #[cfg_attr(target_os = "linux", allow(dead_code))]
    lsof: Option<PathBuf>,
}

impl Listeners {
    /// Looks for the helper program that this system needs.
    pub(super) fn new(ctx: &Context<'_>) -> Self {
        let needed = ctx.host.os != "linux";
        Listeners {
            lsof: needed
                .then(|| ctx.tool("lsof").or_else(|| ctx.memo.tool("lsof", "/usr/sbin")))
                .flatten(),
        }
    }

    /// Returns whose the listener is that a connection to `base` would reach now.
    pub(super) async fn owner(&self, base: &Base, owners: &[u32]) -> Listener {
        if !base.is_loopback() {
            return Listener::Owned;
        }
        let Some(uids) = self.uids(base.port).await.filter(|uids| !uids.is_empty()) else {
            return Listener::Unknown;
        };
        match uids.iter().find(|uid| !owners.contains(uid)) {
            Some(uid) => Listener::Stranger(host::user_label(*uid)),
            None => Listener::Owned,
        }
    }

    #[cfg(target_os = "linux")]
    async fn uids(&self, port: u16) -> Option<Vec<u32>> {
        process::listener_uids(port)
    }

    /// Other users' listeners do not show in `lsof`. One on exactly the loopback address leaves no room for another.
    #[cfg(not(target_os = "linux"))]
    async fn uids(&self, port: u16) -> Option<Vec<u32>> {
        let cmd = Cmd {
            args: ["-nP", &format!("-iTCP:{port}"), "-sTCP:LISTEN", "-Fun"]
                .map(str::to_owned)
                .to_vec(),
            cap: 256 << 10,
            ..Cmd::new(self.lsof.clone()?, LIMIT)
        };
        let Ran::Done(output) = run::run(&cmd).await else {
            return None;
        };
        let seen = crate::parse::lsof::listeners(&output.text());
        let exact = format!("127.0.0.1:{port}");
        let uids = seen.iter().map(|one| one.uid).collect();
        seen.iter().any(|one| one.name == exact).then_some(uids)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn every_listener_of_the_port_counts() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let own = rustix::process::geteuid().as_raw();
        let ask =
            |port, owners: &[u32]| runtime.block_on(Listeners::default().owner(&Base::local(port, false), owners));
        for address in ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0", "[::]:0", "[::ffff:127.0.0.1]:0"] {
            let Ok(listener) = std::net::TcpListener::bind(address) else {
                continue;
            };
            let port = listener.local_addr().unwrap().port();
            assert_eq!(ask(port, &[own]), Listener::Owned, "{address}");
            assert!(matches!(ask(port, &[own + 1]), Listener::Stranger(_)), "{address}");
            drop(listener);
            assert_eq!(ask(port, &[own]), Listener::Unknown, "{address}");
        }
        let far = Base::parse("https://gateway.example").unwrap();
        assert_eq!(runtime.block_on(Listeners::default().owner(&far, &[])), Listener::Owned);
    }
}
