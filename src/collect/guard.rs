//! What holds for the whole run of the doctor: a signal ends everything that it started, no core is written, and an
//! answer comes in time whatever hangs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::{Resource, Rlimit};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{leftovers, read};

/// Whether an answer is being printed: then it is not late any more.
static ANSWERED: AtomicBool = AtomicBool::new(false);

/// Says that the answer is about to be printed.
pub fn answered() {
    ANSWERED.store(true, Ordering::SeqCst);
}

/// Lets no core of this process be written: its memory has the secrets of the machine.
pub fn no_core() {
    let most = rustix::process::getrlimit(Resource::Core).maximum;
    let _ = rustix::process::setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: most,
        },
    );
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// How many files a look needs at a time: with fewer it would take what it cannot open for missing.
const FILES: u64 = 64;

/// Returns why this process may open too few files to look at a machine, after asking for more.
pub fn too_few_files() -> Option<String> {
    let now = rustix::process::getrlimit(Resource::Nofile);
    let enough = |limit: Option<u64>| limit.is_none_or(|limit| limit >= FILES);
    if enough(now.current) {
        return None;
    }
    let raised = Rlimit {
        current: Some(now.maximum.map_or(FILES, |most| most.min(FILES))),
        maximum: now.maximum,
    };
    let _ = rustix::process::setrlimit(Resource::Nofile, raised);
    let now = rustix::process::getrlimit(Resource::Nofile).current;
    let shown = now.unwrap_or_default();
    (!enough(now)).then(|| {
        format!("this process may open {shown} files at a time, and the doctor needs {FILES} (see `ulimit -n`)")
    })
}

/// Ends commands and half-written files before a signal ends this process. A signal that was ignored stays so, as for a
/// program under `nohup`. From here on no signal is lost: everything that listens is there before this returns.
pub fn on_signals() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else {
        return;
    };
    let heard = {
        let _inside = runtime.enter();
        // SIGXFSZ has to be heard too, or writing beyond a limit would end this process; the write then fails.
        let beyond_a_limit = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw())).ok();
        (beyond_a_limit, streams(ignored()))
    };
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let (_beyond_a_limit, streams) = heard;
        if let Some(number) = runtime.block_on(first_of(streams)) {
            leftovers::clear();
            leave(128 + number);
        }
    });
}

/// The signals that end a program, by number, without those that are ignored.
fn streams(ignored: u64) -> Vec<(i32, Signal)> {
    let kinds = [
        SignalKind::hangup(),
        SignalKind::interrupt(),
        SignalKind::quit(),
        SignalKind::terminate(),
    ];
    let heard = kinds
        .into_iter()
        .filter(|kind| ignored & (1_u64 << (kind.as_raw_value() - 1)) == 0);
    heard
        .filter_map(|kind| Some((kind.as_raw_value(), signal(kind).ok()?)))
        .collect()
}

/// Waits for one of them.
async fn first_of(streams: Vec<(i32, Signal)>) -> Option<i32> {
    let mut heard = tokio::task::JoinSet::new();
    let local = tokio::task::LocalSet::new();
    for (number, mut stream) in streams {
        heard.spawn_local_on(
            async move {
                stream.recv().await;
                number
            },
            &local,
        );
    }
    local.run_until(async { heard.join_next().await?.ok() }).await
}

/// The signals that were ignored when this process started; none are known where there is no `/proc`.
fn ignored() -> u64 {
    let status = read::read(std::path::Path::new("/proc/self/status"), 64 << 10);
    let text = status.map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
    let mask = text.ok().and_then(|text| {
        Some(
            text.lines()
                .find_map(|line| line.strip_prefix("SigIgn:"))?
                .trim()
                .to_owned(),
        )
    });
    mask.and_then(|mask| u64::from_str_radix(&mask, 16).ok())
        .unwrap_or_default()
}

/// Prints a document after a time unless one is being printed by then, and ends the process.
pub fn answer_within(limit: Duration, exit: u8, answer: impl FnOnce() + Send + 'static) {
    let _ = std::thread::Builder::new().name("watchdog".to_owned()).spawn(move || {
        std::thread::sleep(limit);
        if !ANSWERED.swap(true, Ordering::SeqCst) {
            answer();
            leftovers::clear();
            leave(i32::from(exit));
        }
    });
}

/// Nothing may be waited for: another thread may hang for ever.
#[allow(clippy::disallowed_methods)]
fn leave(code: i32) -> ! {
    std::process::exit(code)
}
