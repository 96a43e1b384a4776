//! Questions to `launchctl`: read-only verbs alone, each with its limit, many at once.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use zeroize::{Zeroize, Zeroizing};

use crate::collect::context::Context;
use crate::collect::run::{self, Cmd, Ran};
use crate::parse::launchd::launchctl_print::{Refusal, refusal};

const LIMIT: Duration = Duration::from_secs(3);
const HUNG: &str = "launchctl did not answer in time";
const CAP: usize = 512 * 1024;
/// How many run at the same time.
const AT_ONCE: usize = 8;

/// The `launchctl` of this machine.
#[derive(Debug)]
pub(super) struct Launchctl {
    program: Option<PathBuf>,
    env: Vec<(String, String)>,
    deadline: Instant,
    /// Whether a call ran into its limit; then no more are made, or their limits would add up.
    hung: AtomicBool,
}

/// What came of one call.
#[derive(Debug)]
pub(super) enum Answer {
    /// Its output. It may hold secrets.
    Text(Zeroizing<String>),
    /// It said no.
    Refused(Refusal),
    /// It could not be asked.
    Silent(String),
}

impl Answer {
    /// Returns the output.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Answer::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Launchctl {
    /// Looks for the program on the caller's PATH, then where macOS has it.
    pub(super) fn find(ctx: &Context<'_>) -> Self {
        let program = ctx
            .tool("launchctl")
            .or_else(|| ctx.memo.tool("launchctl", "/bin"))
            .filter(|_| !ctx.host.copied_home);
        let path = ctx.safe_path().unwrap_or_else(|| "/usr/bin:/bin".to_owned());
        Launchctl {
            program,
            env: vec![
                ("PATH".to_owned(), path),
                ("HOME".to_owned(), ctx.host.home.clone()),
                ("LC_ALL".to_owned(), "C".to_owned()),
            ],
            deadline: ctx.deadline,
            hung: AtomicBool::new(false),
        }
    }

    /// Returns whether there is one at all.
    pub(super) fn exists(&self) -> bool {
        self.program.is_some()
    }

    /// Asks all questions; the answers stand in the same order.
    pub(super) async fn ask(&self, questions: &[Vec<String>]) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(questions.len());
        for chunk in questions.chunks(AT_ONCE) {
            if self.hung.load(Ordering::Relaxed) {
                answers.extend(chunk.iter().map(|_| Answer::Silent(HUNG.to_owned())));
                continue;
            }
            let limit = LIMIT.min(self.deadline.saturating_duration_since(Instant::now()));
            let mut running = JoinSet::new();
            for (at, arguments) in chunk.iter().enumerate() {
                let Some(program) = self.program.clone() else { continue };
                let cmd = Cmd {
                    args: arguments.clone(),
                    env: self.env.clone(),
                    cap: CAP,
                    ..Cmd::new(program, limit)
                };
                running.spawn(async move { (at, answer(run::run(&cmd).await)) });
            }
            let mut found: Vec<Option<Answer>> = chunk.iter().map(|_| None).collect();
            while let Some(done) = running.join_next().await {
                if matches!(&done, Ok((_, Answer::Silent(why))) if why == HUNG) {
                    self.hung.store(true, Ordering::Relaxed);
                }
                if let Some((slot, answer)) = done.ok().and_then(|(at, answer)| Some((found.get_mut(at)?, answer))) {
                    *slot = Some(answer);
                }
            }
            let missing = || Answer::Silent("launchctl is not on PATH".to_owned());
            answers.extend(found.into_iter().map(|answer| answer.unwrap_or_else(missing)));
        }
        answers
    }
}

fn answer(ran: Ran) -> Answer {
    match ran {
        Ran::Done(mut output) => {
            let text = Zeroizing::new(output.text());
            output.stdout.zeroize();
            if output.status == Some(0) {
                return Answer::Text(text);
            }
            Answer::Refused(refused(output.status, &String::from_utf8_lossy(&output.stderr), &text))
        }
        Ran::Missing => Answer::Silent("launchctl is not on PATH".to_owned()),
        Ran::TimedOut => Answer::Silent(HUNG.to_owned()),
        Ran::Failed(why) => Answer::Silent(format!("launchctl could not be started: {why}")),
    }
}

/// The words of a refusal come from standard error alone: standard output may hold values.
fn refused(status: Option<i32>, stderr: &str, stdout: &str) -> Refusal {
    match refusal(status, stderr) {
        Refusal::Other(_) if stderr.trim().is_empty() => match refusal(status, stdout) {
            Refusal::Other(_) => refusal(status, ""),
            known => known,
        },
        told => told,
    }
}
