//! What holds for the whole run of the doctor: a signal ends everything that it started, no core is written, and an
//! answer comes in time whatever hangs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::{Resource, Rlimit};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::leftovers;
use super::ownership::By;

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

/// Lets what the commands leave behind become children of this process, which ends them before it ends itself: a program
/// that makes a session of its own is in no group that is known.
pub fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Ends what the commands of a run left behind.
pub fn leave_nothing() {
    clear();
}

/// How long removing a half-written file may take: its disk may be what does not answer. Commands are ended before.
const CLEARING: Duration = Duration::from_millis(200);

fn clear() {
    let _ = within(CLEARING, leftovers::clear);
}

/// What parsing deeply nested text may need.
pub(super) const STACK: usize = 8 << 20;

/// Runs on a thread with a stack of its own: that of the process may be as small as its limits say (`ulimit -s`).
/// None where there is no thread to be had, or where the work panicked.
pub fn on_own_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Unable> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("run".to_owned()).stack_size(STACK);
        let started = thread.spawn_scoped(scope, work).map_err(|_| Unable::NoThread)?;
        started.join().map_err(|_| Unable::Panicked)
    })
}

/// What a path is that gives no answer.
pub const SILENT: &str = "it does not answer, such as a dead mount";

/// Does work on a thread of its own and waits for it no longer than that; none where it is not done by then. Then it is left
/// to itself, since nothing can end a thread that hangs in the kernel.
pub fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (tell, told) = std::sync::mpsc::channel();
    let thread = std::thread::Builder::new().name("bounded".to_owned()).spawn(move || {
        let _ = tell.send(work());
    });
    thread.ok()?;
    told.recv_timeout(limit).ok()
}

/// Why there is no result of [`on_own_stack`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unable {
    /// This process may start no thread.
    NoThread,
    /// A bug.
    Panicked,
}

/// Says in one sentence that no thread can be started.
pub const NO_THREAD: &str = "this process may not start the threads that the doctor needs (see `ulimit -u`)";

/// A thread that is watched.
#[derive(Debug, Clone, Copy)]
pub struct Watched(Option<i32>);

impl Watched {
    /// Watches the thread that asks.
    pub fn here() -> Self {
        #[cfg(target_os = "linux")]
        let id = Some(rustix::thread::gettid().as_raw_nonzero().get());
        #[cfg(not(target_os = "linux"))]
        let id = None;
        Watched(id)
    }

    /// Returns whether the thread is at work; what waits for an answer is not. None where that cannot be told.
    pub fn is_busy(self) -> Option<bool> {
        let stat = format!("/proc/self/task/{}/stat", self.0?);
        let state = || {
            let bytes = By::Asker.read(std::path::Path::new(&stat), 4096).ok()?.bytes;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            text.rsplit_once(')')?.1.trim_start().chars().next()
        };
        let mut seen = None;
        for _ in 0..5 {
            seen = seen.max(Some(state()? == 'R'));
            std::thread::sleep(Duration::from_millis(1));
        }
        seen
    }
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
    // What listens needs files of its own, and its library panics without them; then nothing is looked at anyway.
    if too_few_files().is_some() {
        return;
    }
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
            clear();
            leave(128 + number);
        }
    });
}

/// The signals that end a program, by number, without those that are ignored.
fn streams(ignored: u64) -> Vec<(i32, Signal)> {
    let kinds = [
        SignalKind::alarm(),
        SignalKind::user_defined1(),
        SignalKind::user_defined2(),
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
    let status = By::Asker.read(std::path::Path::new("/proc/self/status"), 64 << 10);
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

/// How long a run may be late with its document that is at work, and waits for nothing, on a machine that gives it little of
/// its time: a late document says more than none. One that had the time and used it has too much to do.
const LATE: Duration = Duration::from_secs(20);

/// Returns whether this process has computed for half of a time.
fn has_computed(limit: Duration) -> bool {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::from_secs(used.tv_sec.try_into().unwrap_or_default()) * 2 >= limit
}

/// Prints a document after a time unless one is being printed by then, and ends the process. The answer is told whether
/// the asking thread was still at work.
pub fn answer_within(limit: Duration, exit: u8, answer: impl FnOnce(bool) + Send + 'static) {
    let run = Watched::here();
    let _ = std::thread::Builder::new().name("watchdog".to_owned()).spawn(move || {
        std::thread::sleep(limit);
        let late = std::time::Instant::now();
        let busy = || run.is_busy() == Some(true);
        while busy() && !has_computed(limit) && late.elapsed() < LATE && !ANSWERED.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(50));
        }
        let busy = busy();
        if !ANSWERED.swap(true, Ordering::SeqCst) {
            answer(busy);
            clear();
            leave(i32::from(exit));
        }
    });
}

/// Nothing may be waited for: another thread may hang for ever.
#[allow(clippy::disallowed_methods)]
fn leave(code: i32) -> ! {
    std::process::exit(code)
}
