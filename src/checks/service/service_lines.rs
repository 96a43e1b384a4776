//! Edits of a line of a unit, a drop-in or a file of variables, and what makes systemd act on them.

use super::service_common::edit;
use crate::base::text::shell_quote;
use crate::checks::check::CheckContext;
use crate::model::snapshot::{PassedOver, Place, Scope, Service};
use crate::resolve::{self, ResolvedKey};

/// Returns `sudo ` where a file is not the asker's to write.
pub(crate) fn sudo(case: &CheckContext<'_>, service: &Service, path: &str) -> &'static str {
    let host = &case.snapshot.host;
    let files = service.env_files.iter().flat_map(|file| &file.files);
    let known = service.definition.iter().chain(&service.drop_ins).chain(files);
    let owner = known
        .into_iter()
        .find(|facts| facts.path == path)
        .and_then(|facts| facts.stat.get())
        .map(|stat| stat.uid);
    let foreign = match owner {
        Some(owner) => owner != host.uid,
        None => ["/etc/", "/usr/", "/run/systemd/"]
            .iter()
            .any(|start| path.starts_with(start)),
    };
    if foreign && host.uid != 0 { "sudo " } else { "" }
}

/// Returns the command that applies a `sed` script to the file of a place.
pub(crate) fn sed(case: &CheckContext<'_>, service: &Service, path: &str, script: &str) -> String {
    let sudo = sudo(case, service, path);
    // The scripts here have no quote; what one in a path would do is left to the general rule.
    let script = match script.contains('\'') {
        true => shell_quote(script),
        false => format!("'{script}'"),
    };
    format!("{sudo}sed -i {script} {}", shell_quote(&case.tilde(path)))
}

/// Returns the command that opens the file of a place in an editor.
pub(crate) fn edit_by_hand(case: &CheckContext<'_>, service: &Service, path: &str) -> String {
    match sudo(case, service, path) {
        "" => edit(&case.tilde(path)),
        _ => format!("sudoedit {}", shell_quote(path)),
    }
}

/// Returns what makes systemd act on a changed definition: reload, restart.
pub(crate) fn apply(case: &CheckContext<'_>) -> Vec<String> {
    case.daemon_reload()
        .into_iter()
        .chain([case.commands().restart()])
        .collect()
}

/// Returns what is done about a unit that systemd-run made: its file is all there is of the service.
pub(crate) fn own_unit(service: &Service) -> (&'static str, String) {
    let manager = match service.scope {
        Scope::User => "systemctl --user",
        Scope::System => "systemctl",
    };
    (
        "Write a unit file of your own from what this one says, with the key in a file of variables, and start that one in its \
         place when you are ready.",
        format!("{manager} cat {}", shell_quote(&service.name)),
    )
}

/// Returns a place as `file:line`, home as `~`.
pub(crate) fn at(case: &CheckContext<'_>, place: &Place) -> String {
    match place.line {
        Some(line) => format!("{}:{line}", case.tilde(&place.path)),
        None => case.tilde(&place.path),
    }
}

/// Returns the needed key among names that the next start is known to lack.
pub(crate) fn lacking<'a>(case: &CheckContext<'a>, has: impl Fn(&str) -> bool) -> Option<&'a ResolvedKey> {
    let trace = case.snapshot.views.next_start.get()?;
    case.needed()
        .find(|key| has(key.name()) && trace.find(key.name()).lacks())
}

/// Returns the sources of the examined service that do not arrive.
pub(crate) fn passed_over<'a>(case: &CheckContext<'a>) -> &'a [PassedOver] {
    resolve::service(case.snapshot).map_or(&[], |service| service.systemd.passed_over.as_slice())
}
