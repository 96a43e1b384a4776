//! Runs a program so that it ends with the doctor, on request as the leader of its own session, without a terminal.
//!
//! An interactive bash that shares the session of the doctor would reach for the doctor's
//! terminal and stop. OpenClaw starts its login shell in a session of its own; so does the
//! doctor, by starting itself with a hidden first argument that makes the session and then
//! becomes the program. (A callback between fork and exec would need unsafe code.)

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

use tokio::process::Command;

/// The hidden first argument.
pub const ARGUMENT: &str = "__doctor-session";

/// The second argument for a program that gets a session of its own, and for one that shares the doctor's.
pub const OWN: &str = "own";
/// See [`OWN`].
pub const SHARED: &str = "shared";

/// Returns a command that runs `program` with the doctor as its launcher.
pub fn command(program: &Path, session: &str) -> Command {
    let own = if cfg!(target_os = "linux") {
        // Not its path: there may be another version by now.
        PathBuf::from("/proc/self/exe")
    } else {
        std::env::current_exe().unwrap_or_else(|_| program.to_owned())
    };
    let mut command = Command::new(own);
    command.arg(ARGUMENT).arg(session).arg(program);
    command
}

/// Makes the session and becomes the program; returns only when that failed.
pub fn enter(args: &[OsString]) -> std::io::Error {
    let [session, program, rest @ ..] = args else {
        return std::io::Error::from(std::io::ErrorKind::InvalidInput);
    };
    if session == OWN
        && let Err(error) = rustix::process::setsid()
    {
        return error.into();
    }
    // Whatever ends the doctor ends the program too, a signal that nothing can catch included.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    std::process::Command::new(program).args(rest).exec()
}
