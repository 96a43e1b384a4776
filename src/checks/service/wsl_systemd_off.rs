//! `wsl-systemd-off`: WSL without systemd, hence no user services.

use crate::checks::check::{Check, CheckContext, Group};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};

pub(crate) const CHECK: Check = Check {
    id: "wsl-systemd-off",
    title: "systemd runs, where this is WSL",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[],
    causes: &[
        "user-bus-unavailable",
        "gateway-not-installed",
        "service-not-running",
        "gateway-silent",
    ],
    docs: "In the Windows Subsystem for Linux, systemd is started only where /etc/wsl.conf asks for it. Without it \
there are no services, so `openclaw gateway install` fails and no Gateway starts by itself.\n\n\
Fix: put `systemd=true` under `[boot]` in /etc/wsl.conf, then run `wsl --shutdown` in Windows and open the \
distribution again. Until then a Gateway can run in a terminal: `openclaw gateway run`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let host = &case.snapshot.host;
    let Some(wsl) = &host.wsl else {
        return Vec::new();
    };
    let systemd = host.systemd_booted || host.first_process.as_deref() == Some("systemd");
    // A container on top of WSL has no systemd of its own anyway; WSL's variables do not cross into it.
    let session = ["WSL_DISTRO_NAME", "WSL_INTEROP"];
    let shell = case.snapshot.views.shell.get();
    let in_wsl = session
        .iter()
        .any(|name| shell.is_some_and(|trace| trace.find(name).seen().is_some()));
    if systemd || (host.container.is_some() && !in_wsl) {
        return Vec::new();
    }
    let runs = case.process().is_some();
    let (severity, consequence) = if runs {
        (
            Severity::Warning,
            "The Gateway that runs now ends with its terminal, and none starts by itself.",
        )
    } else {
        (
            CHECK.severity,
            "The Gateway cannot be installed as a service, so none starts by itself.",
        )
    };
    let first = host.first_process.as_deref().unwrap_or("not known");
    vec![
        finding(
            CHECK.id,
            severity,
            "WSL runs here without systemd, so it has no services",
        )
        .detail(format!(
            "{consequence} systemd is started only where /etc/wsl.conf asks for it."
        ))
        .seen(format!("kernel: {wsl}"))
        .seen(format!("first process: {first}; /run/systemd/system is absent"))
        .fix(
            "Put `systemd=true` under `[boot]` in /etc/wsl.conf (the command adds a section; edit an existing one by \
                 hand), then run `wsl --shutdown` in Windows and open the distribution again. Until then: \
                 `openclaw gateway run` in a terminal.",
            [
                "printf '[boot]\\nsystemd=true\\n' | sudo tee -a /etc/wsl.conf",
                "wsl.exe --shutdown",
            ],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, stop, words};

    #[test]
    fn only_wsl_without_systemd_is_told() {
        let mut snapshot = healthy();
        stop(&mut snapshot);
        snapshot.host.wsl = Some("6.6.87.2-microsoft-standard-WSL2".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
        snapshot.host.systemd_booted = false;
        snapshot.host.first_process = Some("init".to_owned());
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found[0].severity, Severity::Error);
        let text = words(&found[0]);
        for part in ["WSL", "/etc/wsl.conf", "wsl --shutdown"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        snapshot.host.container = Some("docker".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
