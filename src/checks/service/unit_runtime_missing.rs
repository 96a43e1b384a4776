//! `unit-runtime-missing`: the program or entry script named by the service is gone.

use super::service_common::{is_active, state};
use super::service_lines::sed;
use crate::checks::check::{Case, Check, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Place, Service};
use crate::platform::node;

pub(crate) const CHECK: Check = Check {
    id: "unit-runtime-missing",
    title: "the program that the service starts exists",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Service],
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

fn run(case: &Case<'_>) -> Vec<Finding> {
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

fn found(case: &Case<'_>, service: &Service, gone: &str, is_program: bool) -> Finding {
    let what = if is_program { "program" } else { "entry script" };
    let running = state(service).is_some_and(is_active) && case.process().is_some();
    let now = if running {
        "The Gateway that runs now was started before it went; the next start fails."
    } else {
        "The Gateway cannot start."
    };
    let manager = node::version_manager(gone).map_or(String::new(), |name| {
        format!(" {name} keeps one folder for each version, so the path ends with the version it was installed under.")
    });
    let shown = case.tilde(gone);
    let mut finding = finding(
        CHECK.id,
        CHECK.severity,
        format!("{} starts {shown}, which does not exist", service.name),
    )
    .detail(format!("{now} The service names the {what} by its full path.{manager}"))
    .at(service.exec.place.as_ref(), format!("names {shown}"));
    finding = match pinned_by(service) {
        Some(place) => finding.fix(
            format!(
                "Take the ExecStart= lines out of {}, so that the unit's own line counts again; an install does not change \
                 a drop-in.",
                case.tilde(&place.path)
            ),
            [sed(case, service, &place.path, "/^[[:space:]]*ExecStart[[:space:]]*=/d")]
                .into_iter()
                .chain(case.daemon_reload())
                .chain(case.commands().reset_failed())
                .chain([case.commands().start()]),
        ),
        None => finding.fix(
            "Write the service definition anew with the paths of today.",
            [case.commands().reinstall()],
        ),
    };
    if let Some(203) = state(service).and_then(|state| state.exit_status) {
        finding = finding.seen("last exit status 203: the program could not be executed");
    }
    finding
}

/// The drop-in that names what is started, where one does.
fn pinned_by(service: &Service) -> Option<&Place> {
    let place = service.exec.place.as_ref()?;
    service
        .drop_ins
        .iter()
        .any(|drop_in| drop_in.path == place.path)
        .then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, words};

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
