//! `openclaw-doctor`: the doctor alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    openclaw_doctor::run(&args, true).into()
}
