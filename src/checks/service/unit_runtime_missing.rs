//! `unit-runtime-missing`: the program or entry script named by the service is gone.

use super::service_common::{edit, is_active, state};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Scope, Service};
use crate::platform::node;

pub(crate) const CHECK: Check = Check {
    id: "unit-runtime-missing",
    title: "the program that the service starts exists",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Service, Need::Definition],
    causes: &[
        "service-crash-loop",
        "service-not-running",
        "launchagent-wrapper-broken",
        "gateway-silent",
    ],
    docs: "A service definition names Node and OpenClaw's entry script by absolute path. An upgrade through nvm, fnm, \
volta or a moved global package folder removes that path, and the next start ends with status 203 (systemd: could not \
be executed) or with \"Cannot find module\".\n\n\
Fix: `openclaw gateway install --force` writes the paths of today into the definition.\n\n\
Example: `ExecStart=~/.nvm/versions/node/v24.14.0/bin/node …` after `nvm install 24.15` and `nvm uninstall 24.14.0`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(service) = case.service() else {
        return Vec::new();
    };
    let exec = &service.exec;
    let program = exec.program.as_deref().filter(|_| exec.program_exists == Some(false));
    let entry = exec.entry.as_deref().filter(|_| exec.entry_exists == Some(false));
    match program.or(entry) {
        Some(gone) => vec![found(case, service, gone, program.is_some())],
        None => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, service: &Service, gone: &str, is_program: bool) -> Finding {
    let what = if is_program { "program" } else { "entry script" };
    let running = state(service).is_some_and(is_active) && case.process().is_some();
    let now = if running {
        "The Gateway that runs now was started before it went; the next start fails."
    } else {
        "The Gateway cannot start."
    };
    let manager = node::version_manager(gone).map_or(String::new(), |name| {
        format!(" {name} keeps each version in a folder of its own, and an update removes or changes that folder.")
    });
    let shown = case.tilde(gone);
    let mut finding = finding(
        CHECK.id,
        CHECK.severity,
        format!("{} starts {shown}, which does not exist", service.name),
    )
    .detail(format!("{now} The service names the {what} by its full path.{manager}"))
    .at(service.exec.place.as_ref(), format!("names {shown}"))
    .fix_by(remedy(case, service));
    if let Some(203) = state(service).and_then(|state| state.exit_status) {
        finding = finding.seen("last exit status 203: the program could not be executed");
    }
    finding
}

/// An install writes the unit alone; a drop-in, or a unit that no install may touch, has to be edited.
fn remedy(case: &CheckContext<'_>, service: &Service) -> (String, Vec<String>) {
    let place = service.exec.place.as_ref();
    let pinned = place.filter(|place| service.drop_ins.iter().any(|drop_in| drop_in.path == place.path));
    let commands = case.commands();
    let sealed = place.filter(|_| service.scope == Scope::System && service.launchd.is_none());
    match pinned.or(sealed) {
        Some(place) => {
            let path = case.tilde(&place.path);
            let what = match pinned {
                Some(_) => "or delete the drop-in, so that the unit's own ExecStart= counts",
                None => "or take the unit of today's package",
            };
            let list = [Some(edit(&path)), case.daemon_reload(), Some(commands.restart())];
            (
                format!("Correct ExecStart= in {path}, {what}."),
                list.into_iter().flatten().collect(),
            )
        }
        None => (
            "Regenerate the service definition with today's paths.".to_owned(),
            vec![commands.reinstall()],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, words};

    #[test]
    fn what_an_install_does_not_write_is_edited() {
        let mut snapshot = healthy();
        let service = &mut snapshot.services.services[0];
        let path = "/home/me/.config/systemd/user/openclaw-gateway.service.d/override.conf";
        service.exec.program_exists = Some(false);
        service.exec.place = Some(crate::model::snapshot::Place::line(path, 3));
        let mut drop_in = service.definition.clone().unwrap();
        drop_in.path = path.to_owned();
        service.drop_ins = vec![drop_in];
        let remedy = findings(&CHECK, &snapshot)[0].remedy.clone().unwrap();
        assert!(
            remedy.commands.iter().all(|command| !command.contains("install")),
            "{remedy:?}"
        );
        assert!(remedy.commands[0].contains("override.conf") && remedy.commands[1].contains("daemon-reload"));
        let mut snapshot = healthy();
        let service = &mut snapshot.services.services[0];
        (service.exec.program_exists, service.scope) = (Some(false), Scope::System);
        service.exec.place = Some(crate::model::snapshot::Place::line(
            "/etc/systemd/system/openclaw.service",
            3,
        ));
        let remedy = findings(&CHECK, &snapshot)[0].remedy.clone().unwrap();
        assert!(
            remedy.commands.iter().all(|command| !command.contains("install")),
            "{remedy:?}"
        );
    }

    #[test]
    fn a_program_that_is_gone_is_named() {
        let mut snapshot = healthy();
        let exec = &mut snapshot.services.services[0].exec;
        exec.program = Some("/home/me/.nvm/versions/node/v24.14.0/bin/node".to_owned());
        exec.program_exists = Some(false);
        let found = findings(&CHECK, &snapshot);
        let text = words(&found[0]);
        for part in [
            "~/.nvm/versions/node/v24.14.0",
            "nvm keeps",
            "openclaw gateway install --force",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        // What the fix writes.
        snapshot.services.services[0].exec = healthy().services.services[0].exec.clone();
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn an_entry_that_could_not_be_seen_is_not_missing() {
        let mut snapshot = healthy();
        snapshot.services.services[0].exec.entry_exists = None;
        assert!(findings(&CHECK, &snapshot).is_empty());
        snapshot.services.services[0].exec.entry_exists = Some(false);
        assert!(words(&findings(&CHECK, &snapshot)[0]).contains("entry script"));
    }
}
