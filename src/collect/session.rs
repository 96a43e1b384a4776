//! Runs a program as the leader of its own session, without a terminal.
//!
//! An interactive bash that shares the session of the doctor would reach for the doctor's
//! terminal and stop. OpenClaw starts its login shell in a session of its own; so does the
//! doctor, by starting itself with a hidden first argument that makes the session and then
//! becomes the program. (A callback between fork and exec would need unsafe code.)

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;

use tokio::process::Command;

/// The hidden first argument.
pub const ARGUMENT: &str = "__doctor-session";

/// Returns a command that runs `program` as leader of its own session.
pub fn command(program: &Path) -> Command {
    let own = std::env::current_exe().unwrap_or_else(|_| program.to_owned());
    let mut command = Command::new(own);
    command.arg(ARGUMENT).arg(program);
    command
}

/// Makes the session and becomes the program; returns only when that failed.
pub fn enter(args: &[OsString]) -> std::io::Error {
    let Some((program, rest)) = args.split_first() else {
        return std::io::Error::from(std::io::ErrorKind::InvalidInput);
    };
    if let Err(error) = rustix::process::setsid() {
        return error.into();
    }
    std::process::Command::new(program).args(rest).exec()
}
