//! Commands for a container that no Compose project made, for one of Compose, and for one of a unit.

use super::super::Intent;
use super::*;
use crate::base::fact::Fact;
use crate::checks::testkit::healthy;
use crate::model::snapshot::{Assignment, ManagerKind};

const NAME: &str = "OPENAI_API_KEY";

fn made(engine: &str, change: impl FnOnce(&mut ContainerFacts)) -> Snapshot {
    let mut snapshot = healthy();
    snapshot.services.services.clear();
    snapshot.services.examined = None;
    snapshot.services.manager = ManagerKind::Systemd;
    snapshot.views.next_start = Fact::Absent;
    let process = &mut snapshot.processes.gateways[0];
    (process.unit, process.supervisor, process.container) = (None, Some(engine.to_owned()), Some(engine.to_owned()));
    process.script = Some("/app/dist/process/spawn-broker/worker.js".to_owned());
    let mut facts = ContainerFacts {
        engine: engine.to_owned(),
        id: Some("0123456789abcdef".repeat(4)),
        name: Some("gw".to_owned()),
        asked: true,
        owner: Some(0),
        ..ContainerFacts::default()
    };
    change(&mut facts);
    process.contained = Some(facts);
    snapshot
}

fn all(snapshot: &Snapshot) -> String {
    let commands = Commands::for_machine(snapshot);
    let (text, at_source) = commands.at_source(NAME, Intent::Correct);
    [
        commands.restart(),
        commands.restart_after_add(),
        commands.start(),
        commands.status(),
        commands.logs(),
        commands.openclaw("gateway status"),
        commands.put_in_dotenv(NAME, "/home/node/.openclaw"),
        commands
            .carry_to_dotenv(&[NAME], "~/.bashrc", "/home/node/.openclaw")
            .join("\n"),
        text,
        at_source.join("\n"),
    ]
    .join("\n")
}

#[test]
fn every_command_names_the_container_and_none_speaks_of_compose() {
    let text = all(&made("podman", |_| {}));
    for wanted in [
        "podman restart gw",
        "podman start gw",
        "podman logs --tail 50 gw",
        "podman exec gw node /app/dist/index.js gateway status",
        "| podman exec -i gw sh -c 'umask 077; cat >> /home/node/.openclaw/.env'",
        "# podman stop gw, podman rename gw gw-old (what is on no volume stays in it), then podman run as before with the right -e OPENAI_API_KEY or --env-file",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(!text.contains("compose") && !text.contains("systemctl"), "{text}");
    let by_id = all(&made("docker", |facts| facts.name = None));
    assert!(by_id.contains("docker restart 0123456789ab"), "{by_id}");
}

#[test]
fn what_compose_made_is_told_by_its_files_and_its_service() {
    let text = all(&made("docker", |facts| {
        facts.compose_service = Some("claw".to_owned());
        facts.compose_files = vec!["/srv/oc/compose.yaml".to_owned(), "/home/me/over ride.yaml".to_owned()];
    }));
    let wanted = "docker compose -f /srv/oc/compose.yaml -f ~/'over ride.yaml' up -d --force-recreate claw";
    assert!(text.contains(wanted) && !text.contains("docker restart"), "{text}");
    // Nobody asked the engine, so Compose may have made it.
    let unasked = all(&made("docker", |facts| facts.asked = false));
    assert!(unasked.contains("docker compose up -d"), "{unasked}");
}

#[test]
fn a_units_container_is_started_by_its_unit_and_mended_in_its_own_quadlet() {
    let file = |path: &str, service: Option<&str>| DefinitionFile {
        unread: false,
        changed_ms: None,
        path: path.to_owned(),
        role: DefinitionRole::Quadlet,
        assigns: vec![Assignment {
            name: NAME.to_owned(),
            line: 7,
            exported: true,
        }],
        hands_over: Vec::new(),
        service: service.map(str::to_owned),
    };
    let mut snapshot = made("podman", |facts| facts.unit = Some("claw.service".to_owned()));
    snapshot.processes.definitions = vec![file("/etc/containers/systemd/other.container", None)];
    let text = all(&snapshot);
    assert!(
        text.contains("sudo systemctl restart claw.service") && !text.contains("other"),
        "{text}"
    );
    snapshot
        .processes
        .definitions
        .push(file("/srv/claw.env", Some("claw.service")));
    let text = all(&snapshot);
    for wanted in [
        "+7 /srv/claw.env",
        "sudo systemctl daemon-reload && sudo systemctl restart claw.service",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    snapshot.processes.gateways[0].contained.as_mut().unwrap().owner = Some(501);
    assert!(all(&snapshot).contains("systemctl --user daemon-reload && systemctl --user restart claw.service"));
}

/// Who makes an image chooses its labels; what is printed is typed by somebody.
#[test]
fn a_label_is_no_command() {
    for service in ["x; touch /tmp/owned", "$(id)", "-x", "a b", "`id`"] {
        let snapshot = made("docker", |facts| {
            facts.compose_service = Some(service.to_owned());
            facts.compose_files = vec!["/srv/$(id).yml".to_owned()];
            facts.unit = Some("a;id.service".to_owned());
        });
        let told = all(&snapshot);
        assert!(
            told.contains("-f '/srv/$(id).yml' up -d --force-recreate openclaw-gateway"),
            "{told}"
        );
        let unquoted = told.replace("'/srv/$(id).yml'", "");
        assert!(
            !unquoted.contains(&format!(" {service}\n")) && !unquoted.contains("$(id)"),
            "{told}"
        );
    }
}
