//! The command that puts a key into `.env` (design section 8).

use super::{Kind, quote};
use crate::model::snapshot::{FileOutcome, Snapshot, Source, Trace, ValueFacts, ValueFlag};
use crate::secret::value::is_env_name;

/// Returns the command for one key. The value never stands in it: it comes from the shell's own
/// variable, or is typed in without an echo.
pub(crate) fn put(snapshot: &Snapshot, kind: Kind, key: &str, state_dir_tilde: &str) -> String {
    put_value(snapshot, kind, key, state_dir_tilde, shell_value(snapshot, key))
}

/// Returns the command for a key whose value in the shell is known to be wrong: it is typed in.
pub(crate) fn put_typed(snapshot: &Snapshot, kind: Kind, key: &str, state_dir_tilde: &str) -> String {
    put_value(snapshot, kind, key, state_dir_tilde, None)
}

fn put_value(snapshot: &Snapshot, kind: Kind, key: &str, state_dir_tilde: &str, own: Option<&ValueFacts>) -> String {
    if is_env_name(key) && matches!(kind, Kind::Kubernetes | Kind::Fly) {
        let command = match kind {
            Kind::Fly => format!("read -rs KEY && printf '{key}=%s\\n' \"$KEY\" | fly secrets import"),
            _ => in_secret(key, own),
        };
        return match snapshot.host.container {
            Some(_) => format!("# outside the container: {command}"),
            None => command,
        };
    }
    let file = file(snapshot, kind, state_dir_tilde);
    let start = if is_there(snapshot, kind) { "\\n" } else { "" };
    let close = format!("chmod 600 {file}");
    if !is_env_name(key) {
        return format!("${{EDITOR:-nano}} {file} && {close}");
    }
    // A `#` ends an unquoted value (env-resolution.md 3.2); what is typed in may have one too.
    let (read, from, plain) = match own {
        Some(value) => ("", key, !value.has(ValueFlag::Hash)),
        None => ("read -rs KEY && ", "KEY", false),
    };
    let format = if plain {
        format!("'{start}{key}=%s\\n'")
    } else {
        format!("\"{start}{key}='%s'\\n\"")
    };
    // A line of this name is replaced, not followed by a second one; nothing goes before the new value is there.
    let (read, replace) = match has_line(snapshot, kind, key) {
        true => {
            let inline = if snapshot.host.os == "macos" {
                "sed -i ''"
            } else {
                "sed -i"
            };
            let pattern = format!("^[[:space:]]*\\(export[[:space:]]\\{{1,\\}}\\)\\{{0,1\\}}{key}[[:space:]]*[=:]");
            let typed = if read.is_empty() {
                ""
            } else {
                "read -rs KEY && [ -n \"$KEY\" ] && "
            };
            (typed, format!("{inline} '/{pattern}/d' {file} && "))
        }
        false => (read, String::new()),
    };
    format!("{read}{replace}printf {format} \"${from}\" >> {file} && {close}")
}

/// Returns whether the `.env` has a line of this key that fits into one line.
fn has_line(snapshot: &Snapshot, kind: Kind, key: &str) -> bool {
    let own = !matches!(kind, Kind::Docker | Kind::Podman);
    let traces = [&snapshot.views.next_start, &snapshot.views.shell];
    let mut offers = traces
        .into_iter()
        .filter_map(|view| view.get())
        .flat_map(|trace| trace.offers_for(key));
    own && offers.any(|offer| {
        let whole = |value: &ValueFacts| !value.has(ValueFlag::Newline) && !value.has(ValueFlag::UnbalancedQuote);
        offer.source == Source::DotenvState && offer.value.as_ref().is_none_or(whole)
    })
}

/// Returns the command that copies the line of a key out of another file. What such a line may look like is the dialect
/// of `.env` (env-resolution.md 3.1); comments and longer names do not count.
pub(crate) fn carry(snapshot: &Snapshot, kind: Kind, keys: &[&str], from: &str, state_dir_tilde: &str) -> Vec<String> {
    if kind == Kind::Kubernetes || !keys.iter().all(|key| is_env_name(key)) {
        return keys
            .iter()
            .map(|key| put(snapshot, kind, key, state_dir_tilde))
            .collect();
    }
    let names = match keys {
        [one] => (*one).to_owned(),
        _ => format!("({})", keys.join("|")),
    };
    let file = file(snapshot, kind, state_dir_tilde);
    let lines = format!(
        "grep -E '^[[:space:]]*(export[[:space:]]+)?{names}[[:space:]]*[=:]' {}",
        quote(from)
    );
    let lines = if is_there(snapshot, kind) {
        format!("{{ echo; {lines}; }}")
    } else {
        lines
    };
    vec![format!("{lines} >> {file} && chmod 600 {file}")]
}

fn file(snapshot: &Snapshot, kind: Kind, state_dir_tilde: &str) -> String {
    let handed = || {
        let mut files = snapshot.processes.definitions.iter().flat_map(|file| &file.hands_over);
        let path = files.next()?;
        let home = snapshot.host.home.as_str();
        Some(match path.strip_prefix(home).filter(|rest| rest.starts_with('/')) {
            Some(rest) => quote(&format!("~{rest}")),
            None => quote(path),
        })
    };
    match kind {
        // The state directory is the container's; from its host the project's file is what counts.
        Kind::Docker | Kind::Podman => handed().unwrap_or_else(|| ".env".to_owned()),
        _ => quote(&format!("{}/.env", state_dir_tilde.trim_end_matches('/'))),
    }
}

/// Returns whether there is such a file already, so that a line end goes first: a last line without one would swallow the
/// first word of what is added.
fn is_there(snapshot: &Snapshot, kind: Kind) -> bool {
    let traces = [&snapshot.views.next_start, &snapshot.views.shell];
    matches!(kind, Kind::Docker | Kind::Podman) || traces.iter().filter_map(|view| view.get()).any(has_dotenv)
}

/// The product's manifests take the environment of the pod from this Secret.
fn in_secret(key: &str, own: Option<&ValueFacts>) -> String {
    let (read, from) = match own {
        Some(_) => ("", key),
        None => ("read -rs KEY && ", "KEY"),
    };
    format!(
        "{read}kubectl patch secret openclaw-secrets -n openclaw -p \"$(printf '{{\"stringData\":{{\"{key}\":\"%s\"}}}}' \"${from}\")\""
    )
}

/// The value that the user's shell itself has; one that OpenClaw would load from a file is not in the shell.
fn shell_value<'a>(snapshot: &'a Snapshot, key: &str) -> Option<&'a ValueFacts> {
    let binding = snapshot.views.shell.get()?.find(key).seen()?;
    // A value with a fault in it is not copied; it has to be typed.
    let sound = binding.value.flags.iter().all(|flag| *flag == ValueFlag::Hash);
    (binding.source == Source::Process && sound).then_some(&binding.value)
}

fn has_dotenv(trace: &Trace) -> bool {
    trace
        .files
        .iter()
        .any(|file| file.source == Source::DotenvState && matches!(file.outcome, FileOutcome::Read { .. }))
}

#[cfg(test)]
#[path = "dotenv_tests.rs"]
mod tests;
