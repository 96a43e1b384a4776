//! `launchagent-wrapper-broken`: what the LaunchAgent starts first does not exist.

use super::service_common::is_gone;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{LaunchdFacts, Service};

pub(crate) const CHECK: Check = Check {
    id: "launchagent-wrapper-broken",
    title: "the LaunchAgent's wrapper exists and may be run",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Launchd, Need::Service, Need::Definition],
    causes: &[
        "service-crash-loop",
        "service-not-running",
        "service-env-stale",
        "gateway-silent",
    ],
    docs: "The plist's ProgramArguments start a small wrapper script under the state directory, which reads the \
service's environment file and then runs Node. Without the wrapper, or without a file that begins with OpenClaw's own \
header line, launchd ends the job at once, often with status 78.\n\n\
Fix: `openclaw gateway install --force` regenerates plist, wrapper and file.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some((service, launchd)) = case
        .service()
        .and_then(|service| Some((service, service.launchd.as_ref()?)))
    else {
        return Vec::new();
    };
    broken(service, launchd)
        .map(|(path, so)| found(case, service, path, so))
        .into_iter()
        .collect()
}

/// The path that is broken, and how.
fn broken<'a>(service: &'a Service, launchd: &'a LaunchdFacts) -> Option<(&'a str, &'static str)> {
    if let Some(wrapper) = launchd
        .wrapper
        .as_ref()
        .filter(|_| launchd.wrapper_usable == Some(false))
    {
        let so = if wrapper.stat.is_absent() {
            "does not exist"
        } else {
            "may not be run"
        };
        return Some((&wrapper.path, so));
    }
    let program = service
        .exec
        .program
        .as_deref()
        .filter(|_| service.exec.program_exists == Some(false));
    if let Some(program) = program.filter(|_| launchd.wrapper.is_none()) {
        return Some((program, "does not exist"));
    }
    // The wrapper ends with status 78 without its file (facts/services.md section 2.1).
    if launchd.wrapper_needs_header == Some(true) {
        if let Some(file) = service.env_files.iter().find(|file| is_gone(file)) {
            return Some((&file.path, "does not exist"));
        }
        if launchd.env_file_header == Some(false) {
            let file = service.env_files.first()?;
            return Some((&file.path, "does not begin with OpenClaw's header line"));
        }
    }
    None
}

fn found(case: &CheckContext<'_>, service: &Service, path: &str, so: &str) -> Finding {
    let shown = case.tilde(path);
    finding(
        CHECK.id,
        CHECK.severity,
        format!("{} cannot start: {shown} {so}", service.name),
    )
    .detail(format!(
        "The ProgramArguments of the plist name {shown}; launchd ends the job before the Gateway begins."
    ))
    .at(service.exec.place.as_ref(), format!("ProgramArguments name {shown}"))
    .seen(format!("{shown} {so}"))
    .fix(
        "Regenerate plist, wrapper and environment file.",
        [case.commands().reinstall()],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{findings, healthy, mac, words};

    #[test]
    fn each_broken_part_is_named() {
        type Break = fn(&mut Service);
        let cases: [(Break, &str); 3] = [
            (
                |service| {
                    let launchd = service.launchd.as_mut().unwrap();
                    launchd.wrapper_usable = Some(false);
                    launchd.wrapper.as_mut().unwrap().stat = Fact::Absent;
                },
                "ai.openclaw.gateway-env-wrapper.sh does not exist",
            ),
            (
                |service| service.env_files[0].files[0].stat = Fact::Absent,
                "gateway.env does not exist",
            ),
            (
                |service| service.launchd.as_mut().unwrap().env_file_header = Some(false),
                "does not begin with OpenClaw's header line",
            ),
        ];
        for (spoil, said) in cases {
            let mut snapshot = healthy();
            mac(&mut snapshot);
            assert!(findings(&CHECK, &snapshot).is_empty());
            spoil(&mut snapshot.services.services[0]);
            let text = words(&findings(&CHECK, &snapshot)[0]);
            for part in [said, "ProgramArguments", "openclaw gateway install --force"] {
                assert!(text.contains(part), "{part}: {text}");
            }
        }
    }
}
