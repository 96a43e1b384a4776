//! The command that puts a key into `.env` (design section 8).

use super::{Commands, Kind, account, container, prompt, quote};
use crate::model::snapshot::{FileOutcome, Snapshot, Source, Stat, Trace, ValueFacts, ValueFlag};
use crate::platform::hosted::Platform;
use crate::secret::value::is_env_name;

impl Commands<'_> {
    /// Returns the command that puts a key where the Gateway reads it: into the `.env` of the state
    /// directory, for a container into that of its Compose project, for a pod into its Secret. From
    /// the shell's variable where the shell has one, else typed in without an echo.
    pub fn put_in_dotenv(&self, key: &str, state_dir_tilde: &str) -> String {
        put(self.snapshot, self.kind, key, state_dir_tilde)
    }

    /// Returns the command that copies the line of a key from another file, home as `~`, to where the Gateway reads it.
    pub fn carry_to_dotenv(&self, keys: &[&str], from_tilde: &str, state_dir_tilde: &str) -> Vec<String> {
        carry(self.snapshot, self.kind, keys, from_tilde, state_dir_tilde)
    }
}

/// Returns the command for one key. The value never stands in it: it comes from the shell's own
/// variable, or is typed in without an echo.
pub(crate) fn put(snapshot: &Snapshot, kind: Kind, key: &str, state_dir_tilde: &str) -> String {
    put_value(snapshot, kind, key, state_dir_tilde, shell_value(snapshot, key))
}

/// Returns the command for a key whose value in the shell is known to be wrong: it is typed in.
pub(crate) fn put_typed(snapshot: &Snapshot, kind: Kind, key: &str, state_dir_tilde: &str) -> String {
    put_value(snapshot, kind, key, state_dir_tilde, None)
}

/// Returns the command for a key whose present value belongs to another variable: what is typed in takes its place, and the
/// value goes where it belongs without being typed. None where no line of that `.env` can be changed so.
pub(crate) fn put_and_move(
    snapshot: &Snapshot,
    kind: Kind,
    key: &str,
    to: &str,
    state_dir_tilde: &str,
) -> Option<String> {
    let alone = container::alone(snapshot).is_some();
    let contained = matches!(kind, Kind::Docker | Kind::Podman);
    let here = alone || !contained && !matches!(kind, Kind::Kubernetes | Kind::Hosted(_));
    (here && is_env_name(key) && is_env_name(to) && has_line(snapshot, kind, key) && !is_unknown_place(snapshot))
        .then(|| put_line(snapshot, kind, key, state_dir_tilde, None, Some(to)))
}

fn typed(snapshot: &Snapshot, key: &str) -> String {
    prompt::ask("KEY", &prompt::name_of(snapshot, key))
}

fn put_value(snapshot: &Snapshot, kind: Kind, key: &str, state_dir_tilde: &str, own: Option<&ValueFacts>) -> String {
    let command = match kind {
        Kind::Hosted(Platform::Fly) => Some(format!(
            "{}printf '{key}=%s\\n' \"$KEY\" | fly secrets import",
            typed(snapshot, key)
        )),
        Kind::Kubernetes => Some(in_secret(snapshot, key, own)),
        Kind::Hosted(platform) => return format!("# {key} belongs in {}", platform.facts().place),
        _ => None,
    };
    if let Some(command) = command.filter(|_| is_env_name(key)) {
        return match snapshot.host.container {
            Some(_) => format!("# outside the container: {command}"),
            None => command,
        };
    }
    if let Some(owner) = account::of_gateway(snapshot).filter(|_| is_unknown_place(snapshot)) {
        return format!("# {key} belongs in the .env of the state directory of {}", owner.name);
    }
    put_line(snapshot, kind, key, state_dir_tilde, own, None)
}

/// The command that writes a line of a key in place of the present one, which goes or becomes that of the variable `moved`.
fn put_line(
    snapshot: &Snapshot,
    kind: Kind,
    key: &str,
    state_dir_tilde: &str,
    own: Option<&ValueFacts>,
    moved: Option<&str>,
) -> String {
    let alone = container::alone(snapshot).filter(|_| matches!(kind, Kind::Docker | Kind::Podman));
    let file = file(snapshot, kind, state_dir_tilde);
    let start = if is_there(snapshot, kind) { "\\n" } else { "" };
    let close = format!("chmod 600 {file}");
    if !is_env_name(key) {
        if let Some(alone) = alone {
            return format!("# in the container {}: ${{EDITOR:-nano}} {file}", alone.word());
        }
        return format!("${{EDITOR:-nano}} {file} && {close}");
    }
    // A `#` ends an unquoted value (env-resolution.md 3.2); what is typed in may have one too.
    let (read, from, plain) = match own {
        Some(value) => (String::new(), key, !value.has(ValueFlag::Hash)),
        None => (typed(snapshot, key), "KEY", false),
    };
    // A line of this name is replaced, not followed by a second one; nothing goes before the new value is there.
    let script = has_line(snapshot, kind, key).then(|| script(key, moved));
    let format = if plain {
        format!("'{start}{key}=%s\\n'")
    } else {
        format!("\"{start}{key}='%s'\\n\"")
    };
    if let Some(alone) = alone {
        let full = format!("{}/.env", state_dir_tilde.trim_end_matches('/'));
        return format!(
            "{read}printf {format} \"${from}\" | {}",
            alone.append(&full, script.as_deref())
        );
    }
    let inline = match snapshot.host.os.as_str() {
        "macos" => "sed -i ''",
        _ => "sed -i",
    };
    let replace = script.map_or_else(String::new, |script| format!("{inline} '{script}' {file} && "));
    let open = if is_read_only(snapshot, kind) {
        format!("chmod u+w {file} && ")
    } else {
        String::new()
    };
    format!("{read}{open}{replace}printf {format} \"${from}\" >> {file} && {close}")
}

/// Returns whether nothing is known of where the Gateway's state directory is: the asker's own is not meant.
fn is_unknown_place(snapshot: &Snapshot) -> bool {
    let views = &snapshot.views;
    let has_daemon = snapshot.services.examined.is_some() || snapshot.processes.examined.is_some();
    has_daemon && views.next_start.get().is_none() && views.running.get().is_none()
}

/// Returns whether the `.env` is this user's, and closed to writing: what is added would be lost after the old line went.
fn is_read_only(snapshot: &Snapshot, kind: Kind) -> bool {
    let traces = [&snapshot.views.next_start, &snapshot.views.shell];
    let mut files = traces
        .into_iter()
        .filter_map(|view| view.get())
        .flat_map(|trace| &trace.files);
    let own = |stat: &Stat| stat.uid == snapshot.host.uid && stat.mode & 0o200 == 0;
    !matches!(kind, Kind::Docker | Kind::Podman)
        && files.any(|file| file.source == Source::DotenvState && file.facts.stat.get().is_some_and(own))
}

/// What `sed` does to a key's line: it goes, or becomes that of another variable.
fn script(key: &str, moved: Option<&str>) -> String {
    const START: &str = "[[:space:]]*\\(export[[:space:]]\\{1,\\}\\)\\{0,1\\}";
    match moved {
        Some(to) => format!("s/^\\({START}\\){key}\\([[:space:]]*[=:]\\)/\\1{to}\\3/"),
        None => format!("/^{START}{key}[[:space:]]*[=:]/d"),
    }
}

/// Returns whether the `.env` has a line of this key that fits into one line.
fn has_line(snapshot: &Snapshot, kind: Kind, key: &str) -> bool {
    let contained = matches!(kind, Kind::Docker | Kind::Podman);
    let alone = container::alone(snapshot).is_some();
    let own = !contained || alone;
    // The shell's files are those of the host.
    let traces = [
        Some(&snapshot.views.next_start),
        Some(&snapshot.views.shell).filter(|_| !contained),
    ];
    let mut offers = traces
        .into_iter()
        .flatten()
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
    // What the asker may read, the other account may not.
    let foreign = account::of_gateway(snapshot).is_some();
    if kind == Kind::Kubernetes || foreign || !keys.iter().all(|key| is_env_name(key)) {
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
    let lines = format!("grep -E '^\\s*(export\\s+)?{names}\\s*[=:]' {}", quote(from));
    if let Some(alone) = container::alone(snapshot).filter(|_| matches!(kind, Kind::Docker | Kind::Podman)) {
        let full = format!("{}/.env", state_dir_tilde.trim_end_matches('/'));
        return vec![format!("{{ echo; {lines}; }} | {}", alone.append(&full, None))];
    }
    let lines = if is_there(snapshot, kind) {
        format!("{{ echo; {lines}; }}")
    } else {
        lines
    };
    let open = if is_read_only(snapshot, kind) {
        format!("chmod u+w {file} && ")
    } else {
        String::new()
    };
    vec![format!("{open}{lines} >> {file} && chmod 600 {file}")]
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
fn in_secret(snapshot: &Snapshot, key: &str, own: Option<&ValueFacts>) -> String {
    let (read, from) = match own {
        Some(_) => (String::new(), key),
        None => (typed(snapshot, key), "KEY"),
    };
    format!(
        "{read}kubectl patch secret openclaw-secrets -n openclaw -p \"$(printf '{{\"stringData\":{{\"{key}\":\"%s\"}}}}' \"${from}\")\""
    )
}

/// The value that the user's shell itself has; one that OpenClaw would load from a file is not in the shell.
fn shell_value<'a>(snapshot: &'a Snapshot, key: &str) -> Option<&'a ValueFacts> {
    // Another account is not handed the asker's variables: `sudo` leaves them out, and they are not its own.
    if account::of_gateway(snapshot).is_some() {
        return None;
    }
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
