//! Bounded running of helper commands: argv only, cleaned environment, no terminal, capped
//! output, own process group that is killed at the limit.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

use super::detach;
use super::leftovers::Group;

/// How long pipes may stay open after the command itself ended (a child of it may hold them).
const DRAIN: Duration = Duration::from_millis(200);

/// A command to run.
#[derive(Debug, Clone)]
pub struct Cmd {
    /// Absolute path of the program.
    pub program: PathBuf,
    /// Arguments.
    pub args: Vec<String>,
    /// Its whole environment.
    pub env: Vec<(String, String)>,
    /// Its working directory.
    pub cwd: PathBuf,
    /// Its limit.
    pub limit: Duration,
    /// How many bytes of each stream are kept.
    pub cap: usize,
    /// Whether it becomes the leader of its own session (see [`super::session`]) and counts as
    /// running until its pipes are closed, as a command does that OpenClaw waits for; otherwise
    /// it leads a process group, and ends when it ends.
    pub session: bool,
}

impl Cmd {
    /// Returns a command with the usual working directory and output cap.
    pub fn new(program: impl Into<PathBuf>, limit: Duration) -> Self {
        Cmd {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            cwd: PathBuf::from("/"),
            limit,
            cap: 4 << 20,
            session: false,
        }
    }
}

/// What came of a command.
#[derive(Debug)]
pub enum Ran {
    /// It ended by itself.
    Done(Output),
    /// There is no such program.
    Missing,
    /// It was killed at its limit.
    TimedOut,
    /// It could not be started.
    Failed(String),
}

/// Output of a command that ended.
#[derive(Debug)]
pub struct Output {
    /// Exit status; none after a signal.
    pub status: Option<i32>,
    /// First bytes of its standard output.
    pub stdout: Vec<u8>,
    /// First bytes of its standard error.
    pub stderr: Vec<u8>,
    /// How long it took.
    pub took: Duration,
}

impl Output {
    /// Returns standard output as text, invalid parts replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Returns the first line of standard error that says something, for a reason.
    pub fn complaint(&self) -> String {
        String::from_utf8_lossy(&self.stderr)
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty())
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect()
    }
}

/// Runs a command to its end or its limit. No process of its group is left behind.
pub async fn run(cmd: &Cmd) -> Ran {
    let started = Instant::now();
    let mut command = match &cmd.session {
        true => detach::command(&cmd.program, detach::OWN),
        // In a test the doctor's own executable is the test.
        false if cfg!(test) || cfg!(not(target_os = "linux")) => Command::new(&cmd.program),
        false => detach::command(&cmd.program, detach::SHARED),
    };
    if !cmd.session {
        command.process_group(0);
    }
    let spawned = command
        .args(&cmd.args)
        .env_clear()
        .envs(cmd.env.iter().map(|(name, value)| (name, value)))
        .current_dir(&cmd.cwd)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ran::Missing,
        Err(error) => return Ran::Failed(error.to_string()),
    };
    let group = Group::new(child.id(), cmd.session);
    let finished = tokio::time::timeout(cmd.limit, finish(&mut child, cmd)).await;
    drop(group);
    match finished {
        Ok(Ok((status, stdout, stderr))) => Ran::Done(Output {
            status,
            stdout,
            stderr,
            took: started.elapsed(),
        }),
        Ok(Err(error)) => Ran::Failed(error.to_string()),
        Err(_) => {
            let _ = child.start_kill();
            let _ = tokio::time::timeout(DRAIN, child.wait()).await;
            Ran::TimedOut
        }
    }
}

async fn finish(child: &mut Child, cmd: &Cmd) -> std::io::Result<(Option<i32>, Vec<u8>, Vec<u8>)> {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let status = {
        let read_both = async {
            tokio::join!(
                read_capped(stdout, &mut out, cmd.cap, cmd.session),
                read_capped(stderr, &mut err, cmd.cap, cmd.session)
            );
        };
        tokio::pin!(read_both);
        tokio::select! {
            () = &mut read_both => child.wait().await?,
            status = child.wait() => {
                // A session is over when its pipes are closed. A limit of its own here would be as good as that on a slow
                // machine, where both are past when it comes to look.
                match cmd.session {
                    true => read_both.await,
                    false => drop(tokio::time::timeout(DRAIN, read_both).await),
                }
                status?
            }
        }
    };
    Ok((status.code(), out, err))
}

/// Beyond the cap the stream is closed, which ends most writers, or else drained, so that the
/// writer does not block.
async fn read_capped(stream: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>, cap: usize, close: bool) {
    let Some(mut stream) = stream else { return };
    let mut chunk = [0_u8; 8192];
    loop {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(count) => {
                let room = cap.saturating_sub(kept.len()).min(count);
                kept.extend_from_slice(chunk.get(..room).unwrap_or_default());
                if close && kept.len() >= cap {
                    return;
                }
            }
        }
    }
}
