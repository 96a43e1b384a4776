//! What tests of collectors share: a vault, and a context for a made-up home.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use super::context::Context;
use super::ownership::By;
use super::request::Request;
use crate::model::snapshot::Host;
use crate::secret::{FingerprintKey, Secret, Vault};

/// Returns a vault with a fixed key.
pub(crate) fn vault() -> Vault {
    Vault::new(FingerprintKey::from_bytes(vec![7; 32]))
}

/// Everything a [`Context`] borrows.
pub(crate) struct Bench {
    pub(crate) request: Request,
    pub(crate) vault: Vault,
    pub(crate) env: BTreeMap<String, Secret>,
    pub(crate) host: Host,
}

impl Bench {
    /// Returns a bench whose home is `home` and whose user is the one running the test.
    pub(crate) fn new(home: &Path) -> Self {
        let host = Host {
            os: std::env::consts::OS.to_owned(),
            uid: rustix::process::geteuid().as_raw(),
            user: "tester".to_owned(),
            home: home.to_string_lossy().into_owned(),
            cwd: home.to_string_lossy().into_owned(),
            ..Host::default()
        };
        Bench {
            request: Request::default(),
            vault: vault(),
            env: BTreeMap::new(),
            host,
        }
    }

    /// Returns the context.
    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            request: &self.request,
            vault: &self.vault,
            env: &self.env,
            host: &self.host,
            by: By::of_owner(Path::new(&self.host.home)),
            deadline: Instant::now() + Duration::from_secs(20),
            memo: Default::default(),
        }
    }
}

/// Writes a file and the folders above it.
pub(crate) fn put(path: &Path, text: impl AsRef<[u8]>) {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).unwrap();
    }
    std::fs::write(path, text).unwrap();
}
