//! `gateway-not-installed`: neither service, process, package nor config of OpenClaw is here for this user.

use super::daemon_runs_as_other_user::{ask_as, is_own};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigState, GatewayProcess, Place, Trace};
use crate::platform::principal;
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "gateway-not-installed",
    title: "OpenClaw is installed",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Places],
    causes: &[
        "key-only-in-shell",
        "key-missing-everywhere",
        "config-mode-missing",
        "gateway-silent",
    ],
    docs: "Nothing of OpenClaw was found: no service, no Gateway process, no package on PATH, no config in the state \
directory. Another user of this machine may have it.\n\n\
Fix: `npm install -g openclaw@latest`, then `openclaw onboard`. To see what a report looks like, \
`%doctor% --from sample`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let snapshot = case.snapshot;
    let install = &snapshot.install;
    // What is not examined, other users' Gateways and those in containers, says nothing about this user, who is then told
    // how to ask about it.
    let gateways = &snapshot.processes.gateways;
    let nothing = snapshot.services.services.is_empty()
        && snapshot.services.closed.is_empty()
        && resolve::process(snapshot).is_none()
        && install.package_dir.is_none()
        && install.cli_path.is_none();
    let Some(shell) = snapshot.views.shell.get().filter(|_| nothing) else {
        return Vec::new();
    };
    if shell.config.state != ConfigState::Missing {
        return config_alone(case, shell).into_iter().collect();
    }
    let list = |paths: &[String], none: &str| {
        let shown: Vec<String> = paths.iter().take(6).map(|path| case.tilde(path)).collect();
        if shown.is_empty() {
            none.to_owned()
        } else {
            shown.join(", ")
        }
    };
    let services = match &snapshot.services.why_none {
        Some(why) => why.clone(),
        None => list(&snapshot.services.looked_at, "nothing to look at"),
    };
    let found = finding(CHECK.id, CHECK.severity, "No OpenClaw was found on this machine")
        .at(Some(&Place::file(shell.config_path.clone())), "no such config")
        .seen(format!("services: {services}"))
        .seen(format!(
            "package: no `openclaw` on PATH ({})",
            list(&install.looked_at, "every folder of it was searched")
        ));
    let found = match gateways.first() {
        Some(other) => elsewhere(case, found, other, &snapshot.host.user),
        None if snapshot.host.container.is_some() => in_container(found),
        None => found
            .detail(
                "No Gateway service, no Gateway process, no package and no config were found, so there is nothing to \
                 examine. Another user of this machine may have it.",
            )
            .fix(
                "Install it and let it set itself up. To see what a report looks like: `%doctor% --from sample`.",
                ["npm install -g openclaw@latest", "openclaw onboard"],
            ),
    };
    vec![found]
}

/// An own container, such as one of the doctor's image: nothing says that OpenClaw is missing where it belongs.
fn in_container(mut found: Finding) -> Finding {
    found.title = "No OpenClaw was found in this container".to_owned();
    found
        .detail(
            "The doctor runs in a container, which shows neither the processes nor the files of its host: a Gateway there, or \
             in another container, was not examined.",
        )
        .fix(
            "Run the doctor where the Gateway is: on the host, or in the Gateway's container. From a container of its own it \
             needs `--pid=host` and more: docs/containers.md has the command.",
            std::iter::empty::<String>(),
        )
}

/// A config, and nothing that could read it. A client's config, a copied home, the folder of a container and a pod's volume
/// are read elsewhere.
fn config_alone(case: &CheckContext<'_>, shell: &Trace) -> Option<Finding> {
    let snapshot = case.snapshot;
    let elsewhere = snapshot.host.copied_home
        || shell.config.gateway.mode.as_deref() == Some("remote")
        || !snapshot.processes.gateways.is_empty()
        || !snapshot.processes.definitions.is_empty()
        || snapshot.services.why_none.is_some()
        || !matches!(shell.config.state, ConfigState::Valid);
    (!elsewhere).then(|| {
        finding(
            CHECK.id,
            CHECK.severity,
            "A config of OpenClaw is here, and OpenClaw is not installed",
        )
        .detail("No package, no service and no Gateway process were found for this user.")
        .at(Some(&Place::file(shell.config_path.clone())), "is there")
        .fix(
            "Install OpenClaw and its service.",
            [
                "npm install -g openclaw@latest".to_owned(),
                case.commands().openclaw("gateway install"),
            ],
        )
        .confirm("%doctor% --wait")
    })
}

/// A Gateway runs, but it is somebody else's.
fn elsewhere(case: &CheckContext<'_>, mut found: Finding, other: &GatewayProcess, me: &str) -> Finding {
    let user = &other.user;
    if is_own(case, other) {
        found.title = format!("{me} has no OpenClaw; a Gateway in a container or of another session was not examined");
        return found
            .detail(format!(
                "{me} has no Gateway service, no package and no config. Name the Gateway that is to be examined."
            ))
            .seen(format!("pid {} runs as user {user}", other.pid))
            .fix(
                "Examine it by its name or its process id.",
                [principal::ask_about(&case.snapshot.host, other)],
            );
    }
    found.title = format!("{me} has no OpenClaw; a Gateway of user {user} runs on this machine");
    found
        .detail(format!(
            "{me} has no Gateway service, no package and no config. The Gateway that runs has another home, which \
             cannot be judged from here."
        ))
        .seen(format!("pid {} belongs to user {user}", other.pid))
        .fix(
            format!("Examine it as {user}. To see what a report looks like: `%doctor% --from sample`."),
            [ask_as(case, other.uid, user)],
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, known, stop, words};
    use crate::model::snapshot::{Install, Snapshot};

    fn bare() -> Snapshot {
        let mut snapshot = healthy();
        stop(&mut snapshot);
        snapshot.services.services.clear();
        snapshot.services.examined = None;
        snapshot.install = Install::default();
        known(&mut snapshot.views.shell).config.state = ConfigState::Missing;
        snapshot
    }

    #[test]
    fn an_empty_machine_is_told_what_to_install() {
        let text = words(&findings(&CHECK, &bare())[0]);
        for part in [
            "npm install -g openclaw@latest",
            "openclaw onboard",
            "--from sample",
            "openclaw.json",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    /// Nobody who starts the image alone is told to install OpenClaw in it.
    #[test]
    fn an_empty_container_is_not_the_machine() {
        for kind in ["docker", "podman", "kubernetes", "lxc"] {
            let mut snapshot = bare();
            snapshot.host.container = Some(kind.to_owned());
            let found = findings(&CHECK, &snapshot);
            let text = words(&found[0]);
            assert!(text.contains("--pid=host") && !text.contains("npm install"), "{text}");
        }
    }

    #[test]
    fn a_gateway_of_another_user_is_named_with_the_command_that_examines_it() {
        let mut snapshot = bare();
        let mut process = healthy().processes.gateways.remove(0);
        process.uid = snapshot.host.uid + 1;
        process.user = "bob".to_owned();
        snapshot.processes.gateways.push(process);
        let text = words(&findings(&CHECK, &snapshot)[0]);
        for part in ["user bob", "sudo -iu bob %doctor%", "--from sample"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        // Several of one's own, in containers, and none chosen: no subject is no pass.
        snapshot.processes.gateways[0].uid = snapshot.host.uid;
        assert!(words(&findings(&CHECK, &snapshot)[0]).contains("%doctor% --pid"));
        snapshot.processes.examined = Some(0);
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn any_trace_of_openclaw_is_enough() {
        let mut snapshot = bare();
        snapshot.install.cli_path = Some("/usr/bin/openclaw".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
        let mut snapshot = bare();
        known(&mut snapshot.views.shell).config.state = ConfigState::Valid;
        assert!(words(&findings(&CHECK, &snapshot)[0]).contains("A config of OpenClaw is here"));
        snapshot.host.copied_home = true;
        assert!(findings(&CHECK, &snapshot).is_empty());
        let mut snapshot = bare();
        known(&mut snapshot.views.shell).config.state = ConfigState::Valid;
        known(&mut snapshot.views.shell).config.gateway.mode = Some("remote".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
        let mut snapshot = bare();
        known(&mut snapshot.views.shell).config.state = ConfigState::Unreadable {
            why: "denied".to_owned(),
        };
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
