//! `gateway-port-mismatch`: config, unit and process name different ports.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::checks::service::service_common::profile;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Binding, ConfigState, FileAccess, Place, Service, Trace};
use crate::platform::{principal, relay};

pub(crate) const CHECK: Check = Check {
    id: "gateway-port-mismatch",
    title: "clients ask the port on which the Gateway listens",
    group: Group::Gateway,
    severity: Severity::Error,
    needs: &[Need::Shell, Need::Gateway],
    causes: &["gateway-silent"],
    docs: "The Gateway listens on the port of its `--port` option, else of OPENCLAW_GATEWAY_PORT, else of `gateway.port` \
in the config. Clients ask the port of their own OPENCLAW_GATEWAY_PORT, else of `gateway.port`. A service definition \
keeps the port of the day it was installed; after a change of `gateway.port` alone, clients ask a port on which nobody \
listens.\n\n\
Fix: `openclaw gateway install --force`, which writes the port of today into the definition.",
    run,
};

/// A port and what names it.
struct Named {
    port: u16,
    by: String,
    place: Option<Place>,
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(shell) = case.snapshot.views.shell.get() else {
        return Vec::new();
    };
    let remote = shell.config.gateway.mode.as_deref() == Some("remote");
    let elsewhere = case
        .process()
        .is_some_and(|process| process.container.is_some() || process.uid != case.snapshot.host.uid)
        || case
            .service()
            .is_some_and(|service| !principal::of_service(case.snapshot, service).is_own());
    let other_profile = case
        .gateway_traces()
        .next()
        .is_some_and(|trace| profile(trace.profile.as_deref()) != profile(shell.profile.as_deref()));
    if !case.has_daemon() || remote || elsewhere || other_profile {
        return Vec::new();
    }
    let named = named(case, shell);
    let client = shell.port;
    // Which config counts is told by `state-dir-mismatch`; with the Gateway's own, clients ask its port.
    let other_config = case
        .gateway_traces()
        .next()
        .is_some_and(|trace| trace.config_path != shell.config_path && shell.port_source != "OPENCLAW_GATEWAY_PORT");
    if !is_told(shell) || other_config {
        return Vec::new();
    }
    match listens(case) {
        // What listens there may pass on to the Gateway.
        Some(gateway) if gateway.port != client && relay_at(case, client) => Vec::new(),
        Some(gateway) if gateway.port != client => vec![unlike(case, shell, &gateway, &named)],
        _ if named
            .iter()
            .any(|other| Some(other.port) != named.first().map(|first| first.port)) =>
        {
            vec![apart(case, client, &named)]
        }
        _ => Vec::new(),
    }
}

/// Whether a program that passes ports on listens where clients ask.
fn relay_at(case: &CheckContext<'_>, client: u16) -> bool {
    let processes = &case.snapshot.processes;
    let mut owners = [&processes.clients_port_owner, &processes.port_owner]
        .into_iter()
        .flatten();
    owners.any(|owner| owner.port == client && owner.command.as_deref().is_some_and(relay::is_relay))
}

/// Whether the port is known: a config that cannot be used may name another one than the default.
fn is_told(trace: &Trace) -> bool {
    let by_default = ["the default", "the profile"].contains(&trace.port_source.as_str());
    let unread = matches!(
        trace.config.state,
        ConfigState::Unreadable { .. } | ConfigState::TooMuch { .. } | ConfigState::Invalid
    );
    !(by_default && unread)
}

/// Where the Gateway listens: seen, else as the next start will have it.
fn listens(case: &CheckContext<'_>) -> Option<Named> {
    if let Some((process, port)) = case.process().and_then(|process| Some((process, process.port?))) {
        return Some(Named {
            port,
            by: format!("the process (pid {})", process.pid),
            place: None,
        });
    }
    let hidden = |service: &Service| {
        let files = &service.env_files;
        service.exec.port.is_none() && files.iter().any(|file| file.access != FileAccess::Usual)
    };
    // A file of variables that cannot be read may name the port.
    let trace = case.snapshot.views.next_start.get()?;
    if case.service().is_some_and(hidden) || !is_told(trace) {
        return None;
    }
    Some(Named {
        port: trace.port,
        by: format!("the next start ({})", trace.port_source),
        place: None,
    })
}

/// The places that name a port: definition, its variable, config.
fn named(case: &CheckContext<'_>, shell: &Trace) -> Vec<Named> {
    let service = case.service();
    let option = service.and_then(|service| {
        Some(Named {
            port: service.exec.port?,
            by: format!("--port of {}", service.name),
            place: service.exec.place.clone(),
        })
    });
    let variable = service.and_then(|service| {
        let binding = service
            .bindings
            .iter()
            .find(|binding| binding.name == "OPENCLAW_GATEWAY_PORT")?;
        Some(Named {
            port: number(binding)?,
            by: format!("OPENCLAW_GATEWAY_PORT of {}", service.name),
            place: binding.place.clone(),
        })
    });
    let config = case
        .start_trace()
        .unwrap_or(shell)
        .config
        .gateway
        .port
        .as_ref()
        .map(|port| Named {
            port: port.value,
            by: "gateway.port of the config".to_owned(),
            place: port.place.clone(),
        });
    [option, variable, config].into_iter().flatten().collect()
}

fn number(binding: &Binding) -> Option<u16> {
    binding.value.public.as_deref()?.rsplit(':').next()?.trim().parse().ok()
}

fn told(mut finding: Finding, named: &[Named]) -> Finding {
    for one in named {
        finding = finding.at(one.place.as_ref(), format!("{}: {}", one.by, one.port));
    }
    finding
}

fn unlike(case: &CheckContext<'_>, shell: &Trace, gateway: &Named, named: &[Named]) -> Finding {
    let client = shell.port;
    let by_variable = shell.port_source == "OPENCLAW_GATEWAY_PORT"
        && shell
            .config
            .gateway
            .port
            .as_ref()
            .is_none_or(|port| port.value == gateway.port);
    let next = case.snapshot.views.next_start.get().map(|trace| trace.port);
    let finding = finding(
        CHECK.id,
        CHECK.severity,
        format!(
            "Clients ask port {client}, and the Gateway listens on port {}",
            gateway.port
        ),
    )
    .subject("gateway.port")
    .detail(format!(
        "Commands of this user take the port from {} and find nobody there, or somebody else.",
        shell.port_source
    ))
    .seen(format!("{}: {}", gateway.by, gateway.port))
    .seen(format!("clients here ({}): {client}", shell.port_source));
    let finding = told(finding, named);
    if by_variable {
        finding.fix(
            "Take the variable out of this shell, and out of the start-up file that sets it.",
            ["unset OPENCLAW_GATEWAY_PORT"],
        )
    } else if next == Some(client) {
        finding.fix(
            "The next start will listen where clients ask.",
            [case.commands().restart()],
        )
    } else {
        finding.fix(
            format!(
                "Regenerate the definition with port {client}; or give the config the Gateway's port, with `{}`.",
                case.commands()
                    .openclaw(&format!("config set gateway.port {}", gateway.port))
            ),
            [case
                .commands()
                .openclaw(&format!("gateway install --force --port {client}"))],
        )
    }
}

/// The places differ, and clients still find the Gateway: by luck or by a variable.
fn apart(case: &CheckContext<'_>, client: u16, named: &[Named]) -> Finding {
    let list: Vec<String> = named
        .iter()
        .map(|one| format!("{} says {}", one.by, one.port))
        .collect();
    let finding = finding(
        CHECK.id,
        Severity::Warning,
        format!("Different ports are named: {}", list.join(", ")),
    )
    .subject("gateway.port")
    .detail(format!(
        "Clients of this shell ask port {client} and find the Gateway; programs that it starts, or clients with other \
             variables, may ask another."
    ));
    told(finding, named).fix(
        format!("Let all name port {client}."),
        [
            case.commands().openclaw(&format!("config set gateway.port {client}")),
            case.commands()
                .openclaw(&format!("gateway install --force --port {client}")),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{bind, findings, healthy, known, views, words};
    use crate::model::snapshot::{Snapshot, Source};

    fn config_says(port: u16) -> Snapshot {
        let mut snapshot = healthy();
        for trace in views(&mut snapshot) {
            trace.config.gateway.port.as_mut().unwrap().value = port;
        }
        snapshot
    }

    #[test]
    fn clients_that_ask_elsewhere_make_an_error() {
        let mut snapshot = config_says(19000);
        known(&mut snapshot.views.shell).port = 19000;
        let found = findings(&CHECK, &snapshot);
        assert_eq!(
            (found[0].severity, found[0].subject.as_deref()),
            (Severity::Error, Some("gateway.port"))
        );
        let text = words(&found[0]);
        for part in ["19000", "18789", "gateway install --force --port 19000"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn a_relay_where_clients_ask_may_lead_to_the_gateway() {
        for (command, told) in [("socat", 0), ("haproxy", 0), ("python3", 1)] {
            let mut snapshot = config_says(19000);
            known(&mut snapshot.views.shell).port = 19000;
            let mut owner = snapshot.processes.port_owner.clone().unwrap();
            (owner.port, owner.command, owner.is_gateway) = (19000, Some(command.to_owned()), false);
            snapshot.processes.clients_port_owner = Some(owner);
            assert_eq!(findings(&CHECK, &snapshot).len(), told, "{command}");
        }
    }

    #[test]
    fn places_that_differ_without_effect_make_a_warning() {
        let mut snapshot = healthy();
        snapshot.services.services[0].bindings = vec![bind("OPENCLAW_GATEWAY_PORT", "18700", Source::Unit, None)];
        assert_eq!(findings(&CHECK, &snapshot)[0].severity, Severity::Warning);
    }

    #[test]
    fn a_changed_definition_needs_a_restart_alone() {
        let mut snapshot = config_says(19000);
        for view in [&mut snapshot.views.shell, &mut snapshot.views.next_start] {
            known(view).port = 19000;
        }
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found[0].remedy.as_ref().unwrap().commands, ["openclaw gateway restart"]);
    }

    #[test]
    fn a_config_that_counts_elsewhere_or_nowhere_names_no_port() {
        let clients = |change: fn(&mut crate::model::snapshot::Trace)| {
            let mut snapshot = config_says(19000);
            let shell = known(&mut snapshot.views.shell);
            (shell.port, shell.port_source) = (18000, "the default".to_owned());
            change(shell);
            findings(&CHECK, &snapshot).len()
        };
        assert_eq!(clients(|_| {}), 1);
        assert_eq!(clients(|shell| shell.config.state = ConfigState::Invalid), 0);
        assert_eq!(clients(|shell| shell.config_path = "/tmp/other.json".to_owned()), 0);
    }

    #[test]
    fn remote_clients_and_other_users_are_left_alone() {
        let mut snapshot = config_says(19000);
        known(&mut snapshot.views.shell).port = 19000;
        known(&mut snapshot.views.shell).config.gateway.mode = Some("remote".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
