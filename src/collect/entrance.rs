//! From a plan to a snapshot: the doctor's own environment, the vault, the runtime.

use std::collections::BTreeMap;
use std::path::Path;

use tokio::runtime::Runtime;

use super::{extras, machine, read};
use crate::app::console::Console;
use crate::app::plan::Plan;
use crate::model::snapshot::Snapshot;
use crate::redact::Extras;
use crate::secret::{FingerprintKey, Secret, Vault};

/// The largest file that is taken as a fingerprint key.
const MAX_KEY: u64 = 1 << 20;

/// What a look at this machine leaves.
#[derive(Debug)]
pub struct Collected {
    /// The machine.
    pub snapshot: Snapshot,
    /// Texts for a bundle, masked; none unless a bundle was asked for.
    pub extras: Option<Extras>,
    /// Every secret seen, for the leak scan.
    pub vault: Vault,
}

/// What a run holds while it looks at the machine.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) vault: Vault,
    /// The doctor's own environment, as Node would read it.
    pub(super) env: BTreeMap<String, Secret>,
    pub(super) runtime: Runtime,
}

impl Session {
    pub(super) fn open(plan: &Plan) -> Result<Self, String> {
        let vault = Vault::new(fingerprint_key(plan.fingerprint_key.as_deref())?);
        let env = own_environment(&vault);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("no runtime: {error}"))?;
        Ok(Session { vault, env, runtime })
    }
}

/// Looks at this machine. An error says why that was not possible at all.
pub fn snapshot(plan: &Plan, console: &Console) -> Result<Collected, String> {
    let Session { vault, env, runtime } = Session::open(plan)?;
    let progress = console.progress(plan.quiet);
    let looked = progress.during("looking at this machine …", machine::collect(plan, &vault, &env));
    let snapshot = runtime.block_on(looked);
    // A name that is still being looked up has its own thread, which must not hold up the report.
    runtime.shutdown_background();
    let extras = plan.bundle.is_some().then(|| extras::collect(&snapshot, &vault));
    Ok(Collected {
        snapshot,
        extras,
        vault,
    })
}

fn fingerprint_key(file: Option<&Path>) -> Result<FingerprintKey, String> {
    let Some(path) = file else {
        let mut bytes = [0_u8; 32];
        // The one source of random bytes here that is the same on every system.
        rustls::crypto::ring::default_provider()
            .secure_random
            .fill(&mut bytes)
            .map_err(|_| "no random key for fingerprints: the system gives no random bytes".to_owned())?;
        return Ok(FingerprintKey::from_bytes(bytes.to_vec()));
    };
    let key = read::read(path, MAX_KEY).map_err(|error| format!("--fingerprint-key {}: {error}", path.display()))?;
    if key.bytes.is_empty() {
        return Err(format!("--fingerprint-key {}: the file is empty", path.display()));
    }
    Ok(FingerprintKey::from_bytes(key.bytes))
}

fn own_environment(vault: &Vault) -> BTreeMap<String, Secret> {
    std::env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), vault.seal(value.to_string_lossy())))
        .collect()
}
