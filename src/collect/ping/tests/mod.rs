//! The requests against servers on loopback: what is sent, in which order, and how it ends.

mod certificates;
mod cloudflare;
mod cloudflare_model;
mod edge;
mod gateway;
mod hostile;
mod server;
mod tls;
mod withheld;

use std::future::Future;
use std::time::Duration;

use crate::model::snapshot::{PingAnswer, PingVerdict};
use crate::ping::probe::Probe;
use crate::ping::target::{Base, Candidate, CloudflareTarget, GatewayTarget, Origins, ProxyEnv};
use crate::secret::{FingerprintKey, Vault};

/// What a run gave: every request's report and the verdict.
type Ran = (Vec<PingAnswer>, PingVerdict);

fn vault() -> Vault {
    Vault::new(FingerprintKey::from_bytes(vec![7; 32]))
}

fn candidate(vault: &Vault, what: &str, text: &str) -> Candidate {
    Candidate {
        what: what.to_owned(),
        secret: vault.seal(text),
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let got = runtime.block_on(future);
    runtime.shutdown_background();
    got
}

fn gateway_target(port: u16) -> GatewayTarget {
    GatewayTarget {
        base: Base::local(port, false),
        remote: false,
        tls: None,
        extra_ca: None,
        edge: Vec::new(),
        candidates: Vec::new(),
        owners: vec![rustix::process::geteuid().as_raw()],
        by_url: false,
        exempt_loopback: true,
        expect_auth: "token".to_owned(),
        old_release: false,
        budget: Duration::from_secs(5),
    }
}

fn cloudflare_target(port: u16) -> CloudflareTarget {
    let base_url = format!("http://127.0.0.1:{port}/v1/account/my-gw/anthropic");
    CloudflareTarget {
        wrong_address: None,
        needs_key: false,
        provider_id: "cloudflare-ai-gateway".to_owned(),
        probe: Probe::of("cloudflare-ai-gateway", &base_url, None),
        base_url,
        model: None,
        api_key: None,
        bearer_too: false,
        headers: Vec::new(),
        origins: Origins::default(),
        unresolved: Vec::new(),
        shell_key: None,
        proxy: ProxyEnv::default(),
        extra_ca: None,
        system_ca: false,
        budget: Duration::from_secs(5),
    }
}

fn fact<'a>(verdict: &'a PingVerdict, name: &str) -> Option<&'a str> {
    verdict
        .facts
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
}
