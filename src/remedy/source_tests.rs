//! Where a value is corrected that the process was started with.

use super::*;
use crate::checks::testkit::healthy;
use crate::model::snapshot::{Adds, Snapshot};

const NAME: &str = "OPENAI_API_KEY";

fn under(supervisor: Option<&str>, container: Option<&str>, inside: Option<&str>) -> Snapshot {
    let mut snapshot = healthy();
    snapshot.services.services.clear();
    snapshot.services.examined = None;
    snapshot.host.container = inside.map(str::to_owned);
    let process = &mut snapshot.processes.gateways[0];
    process.unit = None;
    process.supervisor = supervisor.map(str::to_owned);
    process.container = container.map(str::to_owned);
    snapshot
}

fn defined(snapshot: &mut Snapshot, path: &str, role: DefinitionRole) {
    snapshot.processes.definitions.push(DefinitionFile {
        unread: false,
        changed_ms: None,
        path: path.to_owned(),
        role,
        assigns: vec![Assignment {
            name: NAME.to_owned(),
            line: 7,
            exported: true,
        }],
        hands_over: Vec::new(),
        service: Some("claw".to_owned()),
    });
}

fn told(snapshot: &Snapshot, intent: Intent) -> String {
    let (text, commands) = Commands::for_machine(snapshot).at_source(NAME, intent);
    format!("{text}\n{}", commands.join("\n"))
}

#[test]
fn the_place_that_wins_is_named_for_every_supervisor() {
    let cases = [
        (
            under(Some("pm2"), None, None),
            "env OPENAI_API_KEY=\"$KEY\" pm2 restart",
        ),
        (under(Some("supervisord"), None, None), "supervisorctl update"),
        (under(Some("runit"), None, None), "sv restart"),
        (under(Some("s6"), None, None), "s6-svc -r"),
        (under(None, Some("docker"), None), "docker compose up -d"),
        (under(None, Some("podman"), None), "podman compose up -d"),
        (under(None, None, Some("docker")), "# on the host: docker compose up -d"),
        (under(None, None, Some("kubernetes")), "kubectl patch secret"),
        (under(None, None, Some("fly")), "fly secrets import"),
        (under(None, None, Some("nomad")), "`env` or `template`"),
        (under(Some("tmux"), None, None), "unset OPENAI_API_KEY"),
    ];
    for (snapshot, wanted) in cases {
        let text = told(&snapshot, Intent::Correct);
        assert!(text.contains(wanted), "{wanted}: {text}");
        // Nothing below the winning source would change anything.
        assert!(!text.contains("/.env"), "{text}");
    }
}

#[test]
fn a_definition_that_was_found_is_opened_at_its_line() {
    let cases = [
        (
            "pm2",
            None,
            "/home/me/ecosystem.config.js",
            DefinitionRole::Ecosystem,
            "pm2 restart ~/ecosystem.config.js --update-env",
        ),
        (
            "supervisord",
            None,
            "/etc/supervisor/conf.d/claw.conf",
            DefinitionRole::Supervisord,
            "supervisorctl update",
        ),
        (
            "runit",
            None,
            "/home/me/sv/claw/run",
            DefinitionRole::RunScript,
            "sv restart",
        ),
        (
            "docker",
            Some("docker"),
            "/home/me/openclaw/compose.yml",
            DefinitionRole::Compose,
            "docker compose -f ~/openclaw/compose.yml up -d --force-recreate claw",
        ),
        (
            "podman",
            Some("podman"),
            "/home/me/.config/containers/systemd/claw.container",
            DefinitionRole::Quadlet,
            "systemctl --user restart claw.service",
        ),
    ];
    for (supervisor, container, path, role, restart) in cases {
        let mut snapshot = under(Some(supervisor), container, None);
        defined(&mut snapshot, path, role);
        let text = told(&snapshot, Intent::Correct);
        assert!(
            text.contains(&format!("+7 {}", path.replace("/home/me", "~"))),
            "{text}"
        );
        assert!(text.contains(restart), "{restart}: {text}");
    }
}

#[test]
fn a_file_of_an_env_dir_is_written_or_removed() {
    let mut snapshot = under(Some("s6"), None, None);
    snapshot.processes.gateways[0].service_dir = Some("/home/me/sv/claw".to_owned());
    defined(
        &mut snapshot,
        "/home/me/sv/claw/env/OPENAI_API_KEY",
        DefinitionRole::EnvDir,
    );
    let text = told(&snapshot, Intent::Correct);
    assert!(
        text.contains("> ~/sv/claw/env/OPENAI_API_KEY") && text.contains("s6-svc -r ~/sv/claw"),
        "{text}"
    );
    assert!(told(&snapshot, Intent::Remove).contains("rm ~/sv/claw/env/OPENAI_API_KEY"));
}

#[test]
fn a_wrapper_is_named_where_it_set_the_value() {
    let mut snapshot = healthy();
    snapshot.services.services[0].exec.links.push(Link {
        kind: LinkKind::Script,
        program: "/home/me/bin/claw".to_owned(),
        adds: Adds::Unknown,
        assigns: Vec::new(),
    });
    let text = told(&snapshot, Intent::Correct);
    assert!(text.contains("~/bin/claw") && !text.contains("unset"), "{text}");
}
