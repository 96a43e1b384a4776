//! HTTP clients as the pings need them: explicit proxy or none, no redirect, no retry, no reuse.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::{Client, Proxy, redirect, retry};
use rustls::ClientConfig;

use super::tls::{RefuseAll, config, provider};
use crate::ping::target::Base;
use crate::ping::trouble::Trouble;

/// How the doctor names itself.
const AGENT: &str = concat!("openclaw-doctor/", env!("CARGO_PKG_VERSION"));

/// Makes a client for one target. Without `tls` every https connection would be refused.
pub(super) fn build(tls: Option<ClientConfig>, proxy: Option<Proxy>, connect: Duration) -> Result<Client, Trouble> {
    let tls = match tls {
        Some(tls) => tls,
        None => {
            let refuse = Arc::new(RefuseAll {
                shown: AtomicBool::new(false),
                provider: provider(),
            });
            config(refuse, provider()).ok_or(Trouble::Other)?
        }
    };
    let any = |address: IpAddr| SocketAddr::new(address, 0); // port 0 stands for the URL's
    let builder = Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .user_agent(AGENT)
        .http1_only()
        .pool_max_idle_per_host(0)
        .connect_timeout(connect)
        // The name must not lead anywhere else, whatever the hosts file says.
        .resolve_to_addrs(
            "localhost",
            &[any(Ipv4Addr::LOCALHOST.into()), any(Ipv6Addr::LOCALHOST.into())],
        );
    let builder = match proxy {
        Some(proxy) => builder.proxy(proxy),
        None => builder,
    };
    builder.build().map_err(|_| Trouble::Other)
}

/// Returns whether a server that cut a plain HTTP request short speaks TLS. Shakes hands up to the
/// certificate and goes no further: no HTTP is sent.
pub(super) async fn speaks_tls(base: &Base, limit: Duration) -> bool {
    let refuse = Arc::new(RefuseAll {
        shown: AtomicBool::new(false),
        provider: provider(),
    });
    let Some(tls) = config(refuse.clone(), provider()) else {
        return false;
    };
    let Ok(client) = build(Some(tls), None, limit) else {
        return false;
    };
    let encrypted = Base {
        tls: true,
        ..base.clone()
    };
    let _ = client.get(encrypted.url("/")).timeout(limit).send().await;
    refuse.shown.load(Ordering::Relaxed)
}
