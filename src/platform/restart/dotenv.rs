//! The command that puts a key into `.env` (design section 8).

use super::{Kind, quote};
use crate::snapshot::{FileOutcome, Snapshot, Source, Trace};
use crate::value::is_env_name;

/// Returns the command for one key. The value never stands in it: it comes from the shell's own
/// variable, or is typed in without an echo.
pub(super) fn put(snapshot: &Snapshot, kind: Kind, key: &str, state_dir_tilde: &str) -> String {
    let file = match kind {
        // The state directory is the container's; from its host the project's file is what counts.
        Kind::Docker | Kind::Podman => ".env".to_owned(),
        Kind::Kubernetes if is_env_name(key) => return in_secret(snapshot, key),
        _ => quote(&format!("{}/.env", state_dir_tilde.trim_end_matches('/'))),
    };
    let traces = [&snapshot.views.next_start, &snapshot.views.shell];
    let exists = file == ".env" || traces.iter().filter_map(|view| view.get()).any(has_dotenv);
    // A file whose last line has no end would swallow the first word of what is added.
    let start = if exists { "\\n" } else { "" };
    let close = format!("chmod 600 {file}");
    if !is_env_name(key) {
        return format!("${{EDITOR:-nano}} {file} && {close}");
    }
    if snapshot
        .views
        .shell
        .get()
        .is_some_and(|trace| shell_exports(trace, key))
    {
        format!("printf '{start}{key}=%s\\n' \"${key}\" >> {file} && {close}")
    } else {
        format!("read -rs KEY && printf '{start}{key}=%s\\n' \"$KEY\" >> {file} && {close}")
    }
}

/// The product's manifests take the environment of the pod from this Secret.
fn in_secret(snapshot: &Snapshot, key: &str) -> String {
    let own = snapshot
        .views
        .shell
        .get()
        .is_some_and(|trace| shell_exports(trace, key));
    let (read, from) = if own { ("", key) } else { ("read -rs KEY && ", "KEY") };
    format!(
        "{read}kubectl patch secret openclaw-secrets -n openclaw -p \"$(printf '{{\"stringData\":{{\"{key}\":\"%s\"}}}}' \"${from}\")\""
    )
}

/// Tells whether the user's shell itself has the variable; one that OpenClaw would load from a
/// file is not in the shell.
fn shell_exports(trace: &Trace, key: &str) -> bool {
    trace
        .get(key)
        .is_some_and(|binding| binding.source == Source::Process && !binding.value.is_blank())
}

fn has_dotenv(trace: &Trace) -> bool {
    trace
        .files
        .iter()
        .any(|file| file.source == Source::DotenvState && matches!(file.outcome, FileOutcome::Read { .. }))
}
