//! What stands between a service manager and OpenClaw.

use crate::model::snapshot::ExecFacts;

/// Programs that start OpenClaw without adding to its environment. A shell with a command line of its own is marked as
/// such where the line is read.
const PLAIN: [&str; 9] = [
    "node",
    "nodejs",
    "bun",
    "openclaw",
    "openclaw.mjs",
    "sh",
    "dash",
    "bash",
    "zsh",
];

/// Returns whether a wrapper or a shell stands in front of OpenClaw, which may add or replace variables.
pub(crate) fn is_wrapped(exec: &ExecFacts) -> bool {
    let program = exec
        .program
        .as_deref()
        .map(|path| path.rsplit('/').next().unwrap_or(path));
    exec.shell_wrapped || program.is_some_and(|name| !PLAIN.contains(&name))
}
