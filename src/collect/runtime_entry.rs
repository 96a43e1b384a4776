//! From a request to a snapshot: the doctor's own environment, the vault, the runtime.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::draft::{self, Draft};
use super::ownership::By;
use super::request::Request;
use super::{beside, clock, extras, guard, machine};
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
    pub(super) fn open(request: &Request) -> Result<Self, String> {
        let vault = Vault::new(fingerprint_key(request.fingerprint_key.as_deref())?);
        let env = own_environment(&vault);
        Ok(Session { vault, env })
    }
}

/// How long after the deadline a look is waited for.
const GRACE: Duration = Duration::from_millis(300);

/// What a look gives, or why it gives nothing.
pub(super) type Looked = Result<(Snapshot, Option<Extras>), String>;
/// Waits for a look for at most that long, and tells the asker meanwhile.
pub type Wait<'a> = &'a dyn Fn(&Receiver<Looked>, Duration) -> Result<Looked, RecvTimeoutError>;

/// Looks at this machine, on a thread of its own: whatever hangs there, an answer is given in time, with what is known
/// by then. An error says why nothing is known at all.
pub fn snapshot(request: &Request, wait: Wait<'_>) -> Result<Collected, String> {
    let Session { vault, env } = Session::open(request)?;
    let deadline = clock::deadline(request.timeout);
    let (vault, env, draft) = (Arc::new(vault), Arc::new(env), Draft::default());
    let unseen = |why: String| {
        let collected = Collected {
            snapshot: machine::unseen(request, &env, why),
            extras: None,
            vault: Arc::clone(&vault),
        };
        Ok(collected)
    };
    if let Some(why) = guard::too_few_files() {
        return unseen(why);
    }
    let (done, looked) = mpsc::channel();
    let (start, started) = mpsc::channel();
    let look = {
        let (request, vault, env, draft) = (request.clone(), Arc::clone(&vault), Arc::clone(&env), draft.clone());
        move || {
            let _ = start.send(guard::Watched::here());
            let _ = done.send(look(&request, &vault, &env, deadline, &draft));
        }
    };
    let thread = std::thread::Builder::new()
        .name("look".to_owned())
        .stack_size(guard::STACK);
    if thread.spawn(look).is_err() {
        return unseen(guard::NO_THREAD.to_owned());
    }
    let limit = (deadline + GRACE).saturating_duration_since(Instant::now());
    match wait(&looked, limit) {
        Ok(Ok((snapshot, extras))) => Ok(Collected {
            snapshot,
            extras,
            vault,
        }),
        Ok(Err(why)) => Err(why),
        Err(RecvTimeoutError::Disconnected) => Err("the doctor itself failed; please report this".to_owned()),
        Err(RecvTimeoutError::Timeout) => match draft.take() {
            Some(mut snapshot) => {
                let busy = started.try_recv().ok().and_then(guard::Watched::is_busy);
                if let Some(cut) = &mut snapshot.cut_short {
                    cut.why = draft::time_was_up(request, busy);
                }
                Ok(Collected {
                    snapshot,
                    extras: None,
                    vault,
                })
            }
            None => Err(format!(
                "nothing could be read within {} s",
                request.timeout.as_secs_f32()
            )),
        },
    }
}

fn look(request: &Request, vault: &Vault, env: &BTreeMap<String, Secret>, deadline: Instant, draft: &Draft) -> Looked {
    let runtime = runtime()?;
    let snapshot = runtime.block_on(machine::collect(request, vault, env, deadline, draft));
    // A name that is still being looked up has its own thread, which must not hold up the report.
    runtime.shutdown_background();
    let extras = request
        .for_bundle
        .then(|| extras::collect(&snapshot, vault, request.says));
    Ok((snapshot, extras))
}

pub(super) fn runtime() -> Result<Runtime, String> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime: {error}"))
}

/// Returns why a key of fingerprints cannot be read; it is asked before anything is looked at, for it is a fault of the
/// command line.
pub fn check_key(file: &Path) -> Result<(), String> {
    fingerprint_key(Some(file)).map(drop)
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
    let key = By::Asker
        .read(path, MAX_KEY)
        .map_err(|error| format!("--fingerprint-key {}: {error}", path.display()))?;
    if key.bytes.is_empty() {
        return Err(format!("--fingerprint-key {}: the file is empty", path.display()));
    }
    Ok(FingerprintKey::from_bytes(key.bytes))
}

fn own_environment(vault: &Vault) -> BTreeMap<String, Secret> {
    std::env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), vault.seal(value.to_string_lossy())))
        .filter(|(name, _)| !beside::is_of_container(name))
        .collect()
}
