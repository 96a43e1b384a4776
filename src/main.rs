//! `openclaw`: the doctor as `openclaw doctor`, everything else handed over to the Node CLI.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    openclaw_doctor::run(&args, false).into()
}
