//! From a plan to a snapshot: the doctor's own environment, the vault, the runtime.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::draft::Draft;
use super::{clock, extras, guard, machine, read};
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
    pub vault: Arc<Vault>,
}

/// What a run holds while it looks at the machine.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) vault: Vault,
    /// The doctor's own environment, as Node would read it.
    pub(super) env: BTreeMap<String, Secret>,
}

impl Session {
    pub(super) fn open(plan: &Plan) -> Result<Self, String> {
        let vault = Vault::new(fingerprint_key(plan.fingerprint_key.as_deref())?);
        let env = own_environment(&vault);
        Ok(Session { vault, env })
    }
}

/// How long after the deadline a look is waited for.
const GRACE: Duration = Duration::from_millis(400);
/// What parsing deeply nested text may need.
const STACK: usize = 8 << 20;

/// Looks at this machine, on a thread of its own: whatever hangs there, an answer is given in time, with what is known
/// by then. An error says why nothing is known at all.
pub fn snapshot(plan: &Plan, console: &Console) -> Result<Collected, String> {
    let Session { vault, env } = Session::open(plan)?;
    let deadline = clock::deadline(plan.timeout);
    if let Some(why) = guard::too_few_files() {
        return Ok(Collected {
            snapshot: machine::unseen(plan, &env, why),
            extras: None,
            vault: Arc::new(vault),
        });
    }
    let (vault, draft) = (Arc::new(vault), Draft::default());
    let (done, wait) = mpsc::channel();
    let look = {
        let (plan, vault, draft) = (plan.clone(), Arc::clone(&vault), draft.clone());
        move || {
            let _ = done.send(look(&plan, &vault, &env, deadline, &draft));
        }
    };
    std::thread::Builder::new()
        .name("look".to_owned())
        .stack_size(STACK)
        .spawn(look)
        .map_err(|error| format!("no thread: {error}"))?;
    let progress = console.progress(plan.quiet);
    let limit = (deadline + GRACE).saturating_duration_since(Instant::now());
    match progress.receive("looking at this machine …", &wait, limit) {
        Ok(Ok((snapshot, extras))) => Ok(Collected {
            snapshot,
            extras,
            vault,
        }),
        Ok(Err(why)) => Err(why),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err("the doctor itself failed; please report this".to_owned()),
        Err(mpsc::RecvTimeoutError::Timeout) => match draft.take() {
            Some(snapshot) => Ok(Collected {
                snapshot,
                extras: None,
                vault,
            }),
            None => Err(format!("nothing could be read within {} s", plan.timeout.as_secs_f32())),
        },
    }
}

fn look(
    plan: &Plan,
    vault: &Vault,
    env: &BTreeMap<String, Secret>,
    deadline: Instant,
    draft: &Draft,
) -> Result<(Snapshot, Option<Extras>), String> {
    let runtime = runtime()?;
    let snapshot = runtime.block_on(machine::collect(plan, vault, env, deadline, draft));
    // A name that is still being looked up has its own thread, which must not hold up the report.
    runtime.shutdown_background();
    let extras = plan.bundle.is_some().then(|| extras::collect(&snapshot, vault));
    Ok((snapshot, extras))
}

pub(super) fn runtime() -> Result<Runtime, String> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime: {error}"))
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
