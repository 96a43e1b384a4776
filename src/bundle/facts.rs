//! The tables of a bundle for an issue: the facts a maintainer asks for first, and where each key comes from.

use super::page::Page;
use crate::base::fact::Fact;
use crate::base::text::markdown_inline as inline;
use crate::model::report::KeySource;
use crate::model::snapshot::{ManagerKind, Snapshot, ValueFacts};
use crate::render;
use crate::resolve;
use crate::resolve::examined::rfc3339;

/// Programs that are named.
const PROGRAMS: usize = 8;

/// Returns the table of facts.
pub(super) fn table(page: &Page<'_>) -> String {
    let snapshot = page.snapshot;
    let unknown = |text: &Option<String>| text.clone().unwrap_or("not found out".to_owned());
    let install = &snapshot.install;
    let program = resolve::service(snapshot).and_then(|service| service.exec.program.clone());
    let mut rows = vec![
        (
            "OpenClaw",
            format!(
                "{} (service), {} (command line)",
                unknown(&install.version),
                unknown(&install.cli_version)
            ),
        ),
        (
            "Node",
            format!("{} ({})", unknown(&page.extras.node), unknown(&program)),
        ),
        ("service manager", manager(page)),
        ("linger", linger(snapshot)),
        ("service", service(snapshot)),
        ("launch chain", launch_chain(snapshot)),
        ("process", process(snapshot)),
        ("port", port(snapshot)),
    ];
    let found = render::program_rows(&page.report.programs);
    let named = found
        .iter()
        .take(PROGRAMS)
        .map(|[name, path, version, uses]| format!("{name} {path} ({version}; {uses})"));
    let mut programs: Vec<String> = named.collect();
    if found.len() > PROGRAMS {
        programs.push(format!("{} more", found.len() - PROGRAMS));
    }
    if !programs.is_empty() {
        rows.push(("programs found", programs.join(" · ")));
    }
    let mut text = "| fact | here |\n|---|---|\n".to_owned();
    for (name, value) in rows {
        text.push_str(&format!("| {name} | {} |\n", inline(&value)));
    }
    text
}

fn manager(page: &Page<'_>) -> String {
    match page.snapshot.services.manager {
        ManagerKind::Systemd => match &page.extras.systemd {
            Some(version) => format!("systemd {version}"),
            None => "systemd, version not found out".to_owned(),
        },
        ManagerKind::Launchd => "launchd".to_owned(),
        ManagerKind::None => {
            let why = page.snapshot.services.why_none.as_deref();
            why.map_or("none".to_owned(), |why| format!("none: {why}"))
        }
    }
}

fn linger(snapshot: &Snapshot) -> String {
    match &snapshot.services.linger {
        None => "no matter here".to_owned(),
        Some(Fact::Known { value: true }) => "on".to_owned(),
        Some(Fact::Known { value: false }) => "off".to_owned(),
        Some(other) => format!("not known: {}", other.why_unknown().unwrap_or("not asked")),
    }
}

fn service(snapshot: &Snapshot) -> String {
    let Some(service) = resolve::service(snapshot) else {
        return "no Gateway service found".to_owned();
    };
    let state = match service.state.get() {
        Some(state) => format!(
            "{} ({}), {}, restarts {}{}{}",
            state.active,
            state.sub,
            state.enabled,
            state.restarts,
            state
                .exit_status
                .map_or(String::new(), |status| format!(", last exit {status}")),
            if state.needs_reload {
                ", not reloaded since it changed"
            } else {
                ""
            }
        ),
        None => format!(
            "state not known: {}",
            service.state.why_unknown().unwrap_or("no such service")
        ),
    };
    format!("{} · {state}", service.name)
}

/// Manager, the programs between, Node, entry script: each hands its environment on.
fn launch_chain(snapshot: &Snapshot) -> String {
    let manager = match snapshot.services.manager {
        ManagerKind::Systemd => "systemd",
        ManagerKind::Launchd => "launchd",
        ManagerKind::None => "",
    };
    let process = resolve::process(snapshot);
    let supervisor = process.and_then(|process| process.supervisor.clone().or(process.parent.clone()));
    let mut chain: Vec<String> = Vec::new();
    match resolve::service(snapshot) {
        Some(service) => {
            chain.push(manager.to_owned());
            chain.extend(service.exec.links.iter().map(|link| link.program.clone()));
            chain.extend(service.exec.program.clone());
            chain.extend(service.exec.entry.clone());
        }
        None => {
            chain.extend(supervisor);
            chain.extend(process.and_then(|process| process.program.clone()));
            chain.extend(process.and_then(|process| process.script.clone()));
        }
    }
    chain.retain(|part| !part.is_empty());
    chain.dedup();
    if chain.is_empty() {
        "not known".to_owned()
    } else {
        chain.join(" → ")
    }
}

fn process(snapshot: &Snapshot) -> String {
    let Some(process) = resolve::process(snapshot) else {
        return "not running".to_owned();
    };
    let started = process.started_ms.map_or("start time not known".to_owned(), |started| {
        format!("started {}", rfc3339(started.div_euclid(1000)))
    });
    format!("pid {} of {}, {started}", process.pid, process.user)
}

fn port(snapshot: &Snapshot) -> String {
    match &snapshot.processes.port_owner {
        None => "no listener seen".to_owned(),
        Some(owner) => {
            let who = owner
                .pid
                .map_or("a process that is not shown".to_owned(), |pid| format!("pid {pid}"));
            let what = if owner.is_gateway {
                "the Gateway"
            } else {
                "not a Gateway"
            };
            format!("{}: {who} of {} ({what})", owner.port, owner.user)
        }
    }
}

/// Returns where each key comes from, with the form of its value.
pub(super) fn keys(page: &Page<'_>) -> String {
    let mut text =
        String::from("| key | source | place | value | fingerprint | status | rule |\n|---|---|---|---|---|---|---|\n");
    for key in &page.report.keys {
        for source in &key.sources {
            let line = source.line.map(|line| format!(":{line}")).unwrap_or_default();
            let place = format!("{}{line}", source.path.as_deref().unwrap_or_default());
            let print = source.fingerprint.as_deref().unwrap_or("–");
            text.push_str(&format!(
                "| {} | {} ({}) | {} | {} | {} | {} | {} |\n",
                inline(&key.name),
                source.source.word(),
                source.view.word(),
                inline(&place),
                inline(&value_words(page.snapshot, &key.name, source)),
                inline(print),
                source.status.word(),
                inline(&source.rule)
            ));
        }
    }
    text
}

/// Returns the form and the size of a value; its fingerprint is the same wherever the value is.
fn value_words(snapshot: &Snapshot, name: &str, source: &KeySource) -> String {
    let views = [
        &snapshot.views.shell,
        &snapshot.views.next_start,
        &snapshot.views.running,
    ];
    let offers = views
        .into_iter()
        .filter_map(|view| view.get())
        .flat_map(|trace| trace.offers_for(name));
    let values = offers.filter_map(|offer| offer.value.as_ref());
    let mut same = values.filter(|value| Some(value.fingerprint.as_str()) == source.fingerprint.as_deref());
    same.next().map_or("–".to_owned(), shape)
}

fn shape(value: &ValueFacts) -> String {
    match (value.length, value.shape) {
        (0, _) => "empty".to_owned(),
        (length, Some(shape)) => format!("{}, {length} bytes", shape.words()),
        (length, None) => format!("{length} bytes"),
    }
}
