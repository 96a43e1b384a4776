//! A machine on which everything is well, for the tests of the checks.
//!
//! A test takes [`healthy`], breaks one thing, and looks at what a check says.

pub(crate) mod parts;

pub(crate) use self::parts::{gateway, path, service, trace};
use crate::base::fact::Fact;
use crate::checks::check::{Check, CheckContext};
use crate::model::report::Finding;
use crate::model::snapshot::*;
use crate::resolve;

pub(crate) const KEY: &str = "CLOUDFLARE_AI_GATEWAY_API_KEY";
pub(crate) const UNIT: &str = "openclaw-gateway.service";
pub(crate) const UNIT_PATH: &str = "/home/me/.config/systemd/user/openclaw-gateway.service";
pub(crate) const UID: u32 = 1000;
pub(crate) const PID: u32 = 4242;
pub(crate) const PORT: u16 = 18789;
/// The moment of the snapshot, seconds since 1970.
pub(crate) const NOW: i64 = 1_795_366_800;

/// Runs one check.
pub(crate) fn findings(check: &Check, snapshot: &Snapshot) -> Vec<Finding> {
    let resolved = resolve::resolve(snapshot);
    (check.run)(&CheckContext {
        snapshot,
        resolved: &resolved,
    })
}

/// Everything a finding says, in one text.
pub(crate) fn words(finding: &Finding) -> String {
    let mut text = format!("{}\n{}\n", finding.title, finding.detail);
    for seen in &finding.evidence {
        text += &format!("{} {}\n", seen.path.as_deref().unwrap_or_default(), seen.note);
    }
    if let Some(remedy) = &finding.remedy {
        text += &format!("{}\n{}\n", remedy.text, remedy.commands.join("\n"));
    }
    text
}

/// Facts of a value whose text is `text`; equal texts have equal facts.
pub(crate) fn value(name: &str, text: &str) -> ValueFacts {
    let sum = text
        .bytes()
        .fold(5381_u32, |sum, byte| sum.wrapping_mul(33) ^ u32::from(byte));
    crate::secret::describe::describe(name, text, format!("{sum:08x}"))
}

/// A variable with its source and line.
pub(crate) fn bind(name: &str, text: &str, source: Source, place: Option<Place>) -> Binding {
    Binding {
        name: name.to_owned(),
        value: value(name, text),
        source,
        place,
    }
}

/// Adds a variable to a trace as the winner.
pub(crate) fn set(trace: &mut Trace, binding: Binding) {
    trace.offers.push(Offer {
        name: binding.name.clone(),
        source: binding.source,
        place: binding.place.clone(),
        value: Some(binding.value.clone()),
        status: OfferStatus::Wins,
        rule: "first".to_owned(),
    });
    trace.environment.put(binding);
}

/// Removes a variable from a trace.
pub(crate) fn unset(trace: &mut Trace, name: &str) {
    trace.environment.take(name);
    trace.offers.retain(|one| one.name != name);
}

/// Takes a key away everywhere: from all traces and from the worker.
pub(crate) fn lose_key(snapshot: &mut Snapshot, name: &str) {
    for view in views(snapshot) {
        unset(view, name);
    }
    if let Some(process) = snapshot.processes.gateways.first_mut()
        && let Fact::Known { value } = &mut process.witness
    {
        value.bindings.retain(|one| one.name != name);
    }
}

/// The three traces.
pub(crate) fn views(snapshot: &mut Snapshot) -> impl Iterator<Item = &mut Trace> {
    let Views {
        shell,
        next_start,
        running,
    } = &mut snapshot.views;
    [shell, next_start, running].into_iter().filter_map(|view| match view {
        Fact::Known { value } => Some(value),
        _ => None,
    })
}

/// The trace of a view that is known.
pub(crate) fn known(view: &mut Fact<Trace>) -> &mut Trace {
    match view {
        Fact::Known { value } => value,
        _ => panic!("the view is known"),
    }
}

/// The programs in reach.
pub(crate) fn programs(snapshot: &mut Snapshot) -> &mut Programs {
    match &mut snapshot.install.programs {
        Fact::Known { value } => value,
        _ => panic!("the programs are known"),
    }
}

/// The manager's answer on the first service.
pub(crate) fn state(snapshot: &mut Snapshot) -> &mut ServiceState {
    match &mut snapshot.services.services[0].state {
        Fact::Known { value } => value,
        _ => panic!("the state is known"),
    }
}

/// Ends the Gateway: no process, nobody on the port, no running view.
pub(crate) fn stop(snapshot: &mut Snapshot) {
    snapshot.processes.gateways.clear();
    snapshot.processes.examined = None;
    snapshot.processes.port_owner = None;
    snapshot.views.running = Fact::Absent;
    if let Some(service) = snapshot.services.services.first_mut()
        && let Fact::Known { value } = &mut service.state
    {
        value.active = "inactive".to_owned();
        value.sub = "dead".to_owned();
        value.main_pid = None;
    }
}

/// Turns the healthy machine into a Mac.
pub(crate) fn mac(snapshot: &mut Snapshot) {
    snapshot.host.os = "macos".to_owned();
    snapshot.host.systemd_booted = false;
    snapshot.services.manager = ManagerKind::Launchd;
    snapshot.services.linger = None;
    let service = &mut snapshot.services.services[0];
    service.name = "ai.openclaw.gateway".to_owned();
    let plist = "/home/me/Library/LaunchAgents/ai.openclaw.gateway.plist";
    let wrapper = "/home/me/.openclaw/service-env/ai.openclaw.gateway-env-wrapper.sh";
    service.definition = Some(path(plist, "service definition", FileKind::File, 0o644));
    service.exec.place = Some(Place::line(plist, 5));
    service.env_files = vec![EnvFile {
        path: "/home/me/.openclaw/service-env/ai.openclaw.gateway.env".to_owned(),
        place: Some(Place::line(plist, 5)),
        optional: false,
        generated: true,
        files: vec![path(
            "/home/me/.openclaw/service-env/ai.openclaw.gateway.env",
            "environment file",
            FileKind::File,
            0o600,
        )],
        names: Vec::new(),
        odd_lines: Vec::new(),
        access: Default::default(),
    }];
    service.launchd = Some(LaunchdFacts {
        domain: "gui/1000".to_owned(),
        loaded: true,
        wrapper: Some(path(wrapper, "environment wrapper", FileKind::File, 0o700)),
        wrapper_usable: Some(true),
        wrapper_needs_header: Some(true),
        env_file_header: Some(true),
        runs: Some(1),
        ..LaunchdFacts::default()
    });
}

/// A machine on which no check finds anything: a user service under systemd, the key in `.env`.
pub(crate) fn healthy() -> Snapshot {
    Snapshot {
        schema: SCHEMA,
        tool_version: "0.2.0".to_owned(),
        taken_at: NOW,
        asked: Asked::default(),
        host: Host {
            os: "linux".to_owned(),
            arch: "x86_64".to_owned(),
            user: "me".to_owned(),
            uid: UID,
            home: "/home/me".to_owned(),
            cwd: "/home/me".to_owned(),
            shell: "/bin/bash".to_owned(),
            systemd_booted: true,
            first_process: Some("systemd".to_owned()),
            ..Host::default()
        },
        install: Install {
            package_dir: Some("/usr/lib/node_modules/openclaw".to_owned()),
            version: Some("2026.9.6".to_owned()),
            found_by: Some("service".to_owned()),
            cli_path: Some("/usr/bin/openclaw".to_owned()),
            cli_version: Some("2026.9.6".to_owned()),
            looked_at: vec!["/usr/bin/openclaw".to_owned()],
            programs: Fact::known(parts::programs()),
        },
        services: ServiceFacts {
            manager: ManagerKind::Systemd,
            why_none: None,
            reach: Some(Fact::known(true)),
            services: vec![service(UNIT)],
            examined: Some(0),
            manager_env: Some(Fact::known(Vec::new())),
            linger: Some(Fact::known(true)),
            looked_at: vec!["/home/me/.config/systemd/user".to_owned()],
            closed: Vec::new(),
        },
        processes: ProcessFacts {
            not_a_gateway: None,
            definitions: Vec::new(),
            clients_port_owner: None,
            gateways: vec![gateway(PID)],
            examined: Some(0),
            port_owner: Some(PortOwner {
                port: PORT,
                uid: UID,
                user: "me".to_owned(),
                pid: Some(PID),
                command: Some("node".to_owned()),
                is_gateway: true,
            }),
            port: Some(PORT),
        },
        views: Views {
            shell: Fact::known(trace()),
            next_start: Fact::known(trace()),
            running: Fact::known(trace()),
        },
        startup_files: Vec::new(),
        unread_files: Vec::new(),
        commented: Vec::new(),
        auth_profiles: Vec::new(),
        secret_store: Fact::Absent,
        permissions: vec![
            path("/home/me/.openclaw", "state dir", FileKind::Directory, 0o700),
            path("/home/me/.openclaw/openclaw.json", "config", FileKind::File, 0o600),
            path("/home/me/.openclaw/.env", ".env", FileKind::File, 0o600),
        ],
        log_tail: Fact::not_asked("the service runs, so its log was not read"),
        pings: PingFacts::default(),
        suppressions: Default::default(),
        cut_short: None,
    }
}

#[test]
fn nothing_is_found_on_a_healthy_machine() {
    let mut mac_too = healthy();
    mac(&mut mac_too);
    for snapshot in [healthy(), mac_too] {
        for check in super::ALL {
            let found = findings(check, &snapshot);
            assert!(found.is_empty(), "{}: {found:#?}", check.id);
        }
    }
}
