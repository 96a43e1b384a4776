//! What a process uses of the processor while the doctor looks.

use std::time::Duration;

use tokio::time::sleep;

use crate::collect::clock;
use crate::collect::clock::Watch;
use crate::model::snapshot::{GatewayProcess, PingFacts, ProcessorUse};
use crate::ping::verdict::Word;
use crate::resolve::start;

/// Clock ticks as `/proc` counts them last this long.
const TICK_MS: u64 = 10;
/// Shorter looks say nothing: on a busy machine a process may not have its turn for so long.
const ENOUGH: Duration = Duration::from_secs(1);

/// The beginning of a look.
pub(in crate::collect) struct Measure {
    pid: u32,
    ticks: u64,
    watch: Watch,
}

/// Begins to measure a Gateway of an age at which a start and a hang look alike.
pub(in crate::collect) fn begin_in_doubt(process: Option<&GatewayProcess>) -> Option<Measure> {
    let age = clock::now() - process?.started_ms? / 1000;
    (start::USUAL..start::LONG)
        .contains(&age)
        .then(|| begin(process?.pid))
        .flatten()
}

/// Begins to measure; none where the process is gone.
fn begin(pid: u32) -> Option<Measure> {
    Some(Measure {
        pid,
        ticks: ticks(pid)?,
        watch: Watch::start(),
    })
}

impl Measure {
    /// Ends the look where no Gateway answers; nothing waits for it where one does.
    pub(in crate::collect) async fn end_where_silent(self, pings: &PingFacts, most: Duration) -> Option<ProcessorUse> {
        let word = pings.gateway.as_ref().and_then(|verdict| Word::parse(&verdict.word));
        match word.is_none_or(Word::may_pass) {
            true => self.end(most).await,
            false => None,
        }
    }

    /// Ends the look, once it was long enough.
    async fn end(self, most: Duration) -> Option<ProcessorUse> {
        sleep(ENOUGH.saturating_sub(self.watch.elapsed()).min(most)).await;
        let used = ticks(self.pid)?.checked_sub(self.ticks)?;
        let whole = self.watch.elapsed() >= ENOUGH;
        whole.then_some(ProcessorUse {
            used_ms: used * TICK_MS,
            of_ms: self.watch.elapsed_ms(),
        })
    }
}

#[cfg(target_os = "linux")]
fn ticks(pid: u32) -> Option<u64> {
    let text = super::procfs::ProcFs::open()?.text(pid, "stat").ok()?;
    crate::parse::proc::stat::stat(&text).map(|stat| stat.used_ticks)
}

/// Without `/proc` it is not measured, and so not known.
#[cfg(not(target_os = "linux"))]
fn ticks(_pid: u32) -> Option<u64> {
    None
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_shows_and_waiting_does_not() {
        let mut waits = std::process::Command::new("sleep").arg("30").spawn().unwrap();
        let (works, idle) = (begin(std::process::id()).unwrap(), begin(waits.id()).unwrap());
        let busy = std::thread::spawn(|| {
            let watch = Watch::start();
            while watch.elapsed() < ENOUGH {
                std::hint::spin_loop();
            }
        });
        let used = works.end(ENOUGH).await.unwrap();
        busy.join().unwrap();
        assert!(used.is_busy() && used.of_ms >= 1000, "{used:?}");
        assert!(!idle.end(ENOUGH).await.unwrap().is_busy());
        waits.kill().unwrap();
        waits.wait().unwrap();
        assert!(begin(waits.id()).is_none(), "it is gone");
        let short = begin(std::process::id()).unwrap();
        assert_eq!(short.end(Duration::ZERO).await, None, "too short to say anything");
    }
}
