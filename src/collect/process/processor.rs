//! What a process uses of the processor while the doctor looks.

use std::time::Duration;

use tokio::time::sleep;

use crate::collect::clock;
use crate::collect::clock::Watch;
use crate::model::snapshot::{GatewayProcess, PingFacts, ProcessorUse};
use crate::ping::verdict::Word;
use crate::resolve::start;

/// Shorter looks say nothing: on a busy machine a process may not have its turn for so long.
const ENOUGH: Duration = Duration::from_secs(1);

/// The beginning of a look.
pub(in crate::collect) struct Measure {
    pid: u32,
    at_ms: u64,
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
        at_ms: wanted_ms(pid)?,
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
        let used_ms = wanted_ms(self.pid)?.checked_sub(self.at_ms)?;
        let whole = self.watch.elapsed() >= ENOUGH;
        whole.then_some(ProcessorUse {
            used_ms,
            of_ms: self.watch.elapsed_ms(),
        })
    }
}

/// What its main thread used of the processor and what it waited for it: on a busy machine a start has its turn seldom.
#[cfg(target_os = "linux")]
fn wanted_ms(pid: u32) -> Option<u64> {
    let proc_fs = super::procfs::ProcFs::open()?;
    let queued = proc_fs.text(pid, "schedstat").ok();
    let queued = queued.as_deref().and_then(crate::parse::proc::stat::wanted_ms);
    queued.or_else(|| crate::parse::proc::stat::used_ms(&proc_fs.text(pid, "stat").ok()?))
}

/// Without `/proc` it is not measured, and so not known.
#[cfg(not(target_os = "linux"))]
fn wanted_ms(_pid: u32) -> Option<u64> {
    None
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_shows_and_waiting_does_not() {
        let start = |words: &[&str]| std::process::Command::new(words[0]).args(&words[1..]).spawn().unwrap();
        let (mut waits, mut works) = (start(&["sleep", "60"]), start(&["sh", "-c", "while :; do :; done"]));
        let (idle, busy) = (begin(waits.id()).unwrap(), begin(works.id()).unwrap());
        let used = busy.end(ENOUGH).await.unwrap();
        assert!(used.is_busy() && used.of_ms >= 1000, "{used:?}");
        let used = idle.end(ENOUGH).await.unwrap();
        assert!(!used.is_busy(), "{used:?}");
        let short = begin(works.id()).unwrap();
        assert_eq!(short.end(Duration::ZERO).await, None, "too short to say anything");
        for child in [&mut waits, &mut works] {
            child.kill().unwrap();
            child.wait().unwrap();
            assert!(begin(child.id()).is_none(), "it is gone");
        }
    }
}
