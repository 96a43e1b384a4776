//! `service-sandbox-hides`: directives of the unit keep the Gateway from files that it needs.

use super::service_common::{is_active, state};
use super::service_lines::{apply, at, edit_by_hand, lacking, sed};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{Service, Setting, Trace};
use crate::platform::systemd::sandbox::{self, Seen};

pub(crate) const CHECK: Check = Check {
    id: "service-sandbox-hides",
    title: "the unit lets the Gateway see its files",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Systemd, Need::NextStart],
    causes: &[
        "service-not-running",
        "service-crash-loop",
        "key-missing-everywhere",
        "key-only-in-shell",
        "key-in-unread-file",
        "config-mode-missing",
        "config-start-refused",
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "daemon-env-outdated",
        "state-dir-mismatch",
        "gateway-silent",
        "gateway-no-credential",
        "cf-provider-key-missing",
        "gateway-token-mismatch",
        "unit-runtime-missing",
    ],
    docs: "`ProtectHome=`, `InaccessiblePaths=`, `TemporaryFileSystem=`, `PrivateTmp=`, `BindPaths=` and `RootDirectory=` \
change what a service sees. What you see in the state directory is then not what the Gateway sees: it starts without its \
config (exit 78, \"Missing config\") and without the `.env`. `ProtectHome=read-only`, `ProtectSystem=strict` and \
`ReadOnlyPaths=` leave it readable, but OpenClaw has to write there.\n\n\
Fix: let the state directory through, `ProtectHome=tmpfs` with `BindPaths=STATE_DIR` or `ReadWritePaths=STATE_DIR`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let (Some(service), Some(trace)) = (case.service(), case.snapshot.views.next_start.get()) else {
        return Vec::new();
    };
    let settings = &service.systemd.settings;
    let sure = sandbox::is_carried_out(service.scope, settings);
    // A Gateway that is up got at its files, whatever the unit says.
    if !sure && (case.process().is_some() || state(service).is_some_and(is_active)) {
        return Vec::new();
    }
    let needed = [
        ("the state directory", Some(trace.state_dir.as_str())),
        ("the config", Some(trace.config_path.as_str())),
        ("the program", service.exec.program.as_deref()),
        ("OpenClaw", service.exec.entry.as_deref()),
    ];
    // A file of keys is missed where a key is.
    let files = trace.files.iter().map(|file| file.facts.path.as_str());
    let missed = files.filter(|path| holds_what_is_lacking(case, path));
    let mut first = None;
    for (what, path) in needed
        .into_iter()
        .chain(missed.map(|path| ("the file of keys", Some(path))))
    {
        let Some(path) = path.filter(|path| path.starts_with('/')) else {
            continue;
        };
        match sandbox::seen(settings, path) {
            Seen::Same => {}
            Seen::Hidden(by) => return vec![found(case, service, trace, by, &Way::Hidden, what, path)],
            // Only the state directory has to be writable.
            Seen::ReadOnly(by) if path == trace.state_dir => {
                first = first.or_else(|| Some(found(case, service, trace, by, &Way::ReadOnly, what, path)));
            }
            Seen::Replaced(by) if by.name.starts_with("Bind") => {
                first = first.or_else(|| Some(found(case, service, trace, by, &Way::Replaced, what, path)));
            }
            Seen::ReadOnly(_) | Seen::Replaced(_) => {}
        }
    }
    first.into_iter().collect()
}

/// Whether a needed key that the next start lacks stands in this file, as far as the asker sees it.
fn holds_what_is_lacking(case: &CheckContext<'_>, path: &str) -> bool {
    let Some(key) = lacking(case, |_| true) else {
        return false;
    };
    let views = &case.snapshot.views;
    let others = [views.shell.get(), views.running.get()].into_iter().flatten();
    let mut offers = others.flat_map(|trace| trace.offers_for(key.name()));
    offers.any(|offer| offer.place.as_ref().is_some_and(|place| place.path == path))
}

enum Way {
    Hidden,
    ReadOnly,
    Replaced,
}

fn found(
    case: &CheckContext<'_>,
    service: &Service,
    trace: &Trace,
    by: &Setting,
    way: &Way,
    what: &str,
    path: &str,
) -> Finding {
    let shown = case.tilde(path);
    let line = format!("{}={}", by.name, by.value);
    let (severity, title, detail) = match way {
        Way::Hidden => (
            Severity::Error,
            format!("{} hides {shown} from the Gateway", by.name),
            format!(
                "{what} is there, and {} does not see it: it starts as if {shown} were missing.",
                service.name
            ),
        ),
        Way::ReadOnly => (
            Severity::Error,
            format!("{} keeps the Gateway from writing to {shown}", by.name),
            format!(
                "OpenClaw writes its lock, state and logs to {what}; {} may only read there.",
                service.name
            ),
        ),
        Way::Replaced => (
            Severity::Warning,
            format!("{} puts something else in the place of {shown}", by.name),
            format!(
                "What the doctor reads at {shown} is not what {} sees there.",
                service.name
            ),
        ),
    };
    // A user's manager may lack the rights for it, and then goes on without.
    let sure = sandbox::is_carried_out(service.scope, &service.systemd.settings);
    let failed = state(service).is_some_and(|state| state.active != "inactive");
    let (certainty, severity) = match (sure, failed) {
        (true, _) => (Certainty::Proved, severity),
        (false, true) => (Certainty::Likely, severity),
        (false, false) => (Certainty::Likely, Severity::Warning),
    };
    let (text, command) = remedy(case, service, trace, by, way, path);
    finding(CHECK.id, severity, title)
        .certainty(certainty)
        .detail(detail)
        .at(Some(&by.place), line)
        .fix(text, [command].into_iter().chain(apply(case)))
}

fn remedy(
    case: &CheckContext<'_>,
    service: &Service,
    trace: &Trace,
    by: &Setting,
    way: &Way,
    hidden: &str,
) -> (String, String) {
    let (path, line) = (by.place.path.as_str(), by.place.line.unwrap_or(1));
    let state = trace.state_dir.as_str();
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-@+".contains(c));
    let in_home = |path: &Option<String>| {
        path.as_deref()
            .is_some_and(|path| ["/home/", "/root/"].iter().any(|home| path.starts_with(home)))
    };
    let programs_apart = !in_home(&service.exec.program) && !in_home(&service.exec.entry);
    let place = at(case, &by.place);
    let shown = if hidden.starts_with(state) { hidden } else { state };
    let own_line = |line: u32| format!("{line}d");
    let script = match (way, by.name.as_str()) {
        _ if !plain(state) || service.nix => None,
        (Way::Hidden, "ProtectHome") if programs_apart && trace.config_path.starts_with(state) => {
            Some(format!("{line}c ProtectHome=tmpfs\\nBindPaths={state}"))
        }
        (Way::Hidden, "ProtectHome") => Some(format!("{line}c ProtectHome=no")),
        (Way::Hidden, "TemporaryFileSystem") => Some(format!("{line}a BindPaths={state}")),
        (Way::Hidden, "PrivateTmp") => Some(own_line(line)),
        (Way::Hidden, _) if !by.value.contains(' ') => Some(own_line(line)),
        // Of two directives about one path the closed one counts, so the line itself has to go.
        (Way::ReadOnly, _) if by.value.trim_start_matches(['-', '+']).trim_end_matches('/') == state => {
            Some(own_line(line))
        }
        (Way::ReadOnly, _) if by.name != "BindReadOnlyPaths" => Some(format!("{line}a ReadWritePaths={state}")),
        _ => None,
    };
    match script {
        Some(script) => (
            format!("Let {} through at {place}.", case.tilde(shown)),
            sed(case, service, path, &script),
        ),
        None => (
            format!("Change {place} so that the service sees {}.", case.tilde(shown)),
            edit_by_hand(case, service, path),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{KEY, UNIT_PATH, findings, healthy, known, state as answer, stop, unset, words};
    use crate::model::snapshot::{Place, Snapshot};

    fn with(name: &str, value: &str) -> Snapshot {
        let mut snapshot = healthy();
        stop(&mut snapshot);
        answer(&mut snapshot).active = "failed".to_owned();
        snapshot.services.services[0].systemd.settings.push(Setting {
            name: name.to_owned(),
            value: value.to_owned(),
            place: Place::line(UNIT_PATH, 9),
        });
        snapshot
    }

    #[test]
    fn what_hides_the_state_directory_is_named_with_its_line() {
        for (name, value, part) in [
            ("ProtectHome", "yes", "9c ProtectHome="),
            ("InaccessiblePaths", "/home/me/.openclaw", "9d"),
            ("TemporaryFileSystem", "/home", "9a BindPaths=/home/me/.openclaw"),
            ("ReadOnlyPaths", "/home", "9a ReadWritePaths=/home/me/.openclaw"),
            ("ReadOnlyPaths", "-/home/me/.openclaw/", "'9d'"),
        ] {
            let found = findings(&CHECK, &with(name, value));
            assert_eq!(found.len(), 1, "{name}");
            let text = words(&found[0]);
            assert!(text.contains(part) && text.contains(UNIT_PATH), "{name}: {text}");
        }
    }

    #[test]
    fn what_hides_a_file_of_keys_is_named_where_a_key_is_missed() {
        for (name, value, part) in [
            ("InaccessiblePaths", "-/home/me/.openclaw/.env", "9d"),
            ("BindReadOnlyPaths", "/dev/null:/home/me/.openclaw/.env", "9d"),
            ("TemporaryFileSystem", "/home/me/.openclaw/.env", "9a BindPaths="),
        ] {
            let mut snapshot = with(name, value);
            snapshot.services.services[0].scope = crate::model::snapshot::Scope::System;
            assert!(findings(&CHECK, &snapshot).is_empty(), "no key is missed: {name}");
            unset(known(&mut snapshot.views.next_start), KEY);
            let found = findings(&CHECK, &snapshot);
            assert_eq!(found.len(), 1, "{name}");
            let text = words(&found[0]);
            assert!(
                text.contains(part) && text.contains("~/.openclaw/.env"),
                "{name}: {text}"
            );
        }
    }

    #[test]
    fn a_user_service_that_runs_got_at_its_files() {
        let mut snapshot = healthy();
        snapshot.services.services[0].systemd.settings =
            with("ProtectHome", "yes").services.services[0].systemd.settings.clone();
        assert!(findings(&CHECK, &snapshot).is_empty());
        let mut private = snapshot.services.services[0].systemd.settings[0].clone();
        (private.name, private.value) = ("PrivateUsers".to_owned(), "yes".to_owned());
        snapshot.services.services[0].systemd.settings.push(private);
        assert_eq!(findings(&CHECK, &snapshot).len(), 1);
    }

    #[test]
    fn what_hides_other_places_is_no_finding() {
        for (name, value) in [
            ("ProtectHome", "no"),
            ("PrivateTmp", "yes"),
            ("InaccessiblePaths", "/srv"),
        ] {
            assert!(findings(&CHECK, &with(name, value)).is_empty(), "{name}");
        }
    }
}
