//! Commands on machines where shell and Gateway have folders of their own.

use crate::checks::testkit::{bind, healthy, known, set};
use crate::model::snapshot::{Scope, ServiceAccount, Snapshot, Source};
use crate::remedy::Commands;
use crate::remedy::shell::typed;

const SET: &str = "openclaw config set a b";

/// The Gateway's unit alone sets its state directory.
fn apart(state_dir: &str) -> Snapshot {
    let mut snapshot = healthy();
    let views = &mut snapshot.views;
    for trace in [known(&mut views.next_start), known(&mut views.running)] {
        trace.state_dir = state_dir.to_owned();
        trace.config_path = format!("{state_dir}/openclaw.json");
        set(trace, bind("OPENCLAW_STATE_DIR", state_dir, Source::Unit, None));
    }
    snapshot
}

fn in_shell(snapshot: &mut Snapshot, name: &str, value: &str) {
    set(
        known(&mut snapshot.views.shell),
        bind(name, value, Source::Process, None),
    );
}

#[test]
fn commands_name_what_only_the_gateway_has() {
    let snapshot = apart("/srv/oc/.openclaw");
    for (command, wanted) in [
        (SET, "env OPENCLAW_STATE_DIR=/srv/oc/.openclaw openclaw config set a b"),
        (
            "K=1 && openclaw gateway install --force",
            "K=1 && env OPENCLAW_STATE_DIR=/srv/oc/.openclaw openclaw gateway install --force",
        ),
        // Its profile's folder is another one than the Gateway's too.
        (
            "openclaw --profile x status",
            "env OPENCLAW_STATE_DIR=/srv/oc/.openclaw openclaw --profile x status",
        ),
        ("podman exec gw openclaw status", "podman exec gw openclaw status"),
        ("echo x >> /srv/oc/.openclaw/.env", "echo x >> /srv/oc/.openclaw/.env"),
        ("# openclaw status", "# openclaw status"),
    ] {
        assert_eq!(typed(command, &snapshot), wanted);
    }
    let found = Commands::for_machine(&snapshot).find_from_here();
    assert_eq!(found, ["export OPENCLAW_STATE_DIR=/srv/oc/.openclaw"]);
    assert!(Commands::for_machine(&healthy()).find_from_here().is_empty());
    let spaced = typed(SET, &apart("/srv/my claw"));
    assert_eq!(spaced, "env OPENCLAW_STATE_DIR='/srv/my claw' openclaw config set a b");
}

#[test]
fn what_only_the_shell_has_is_taken_out() {
    let mut snapshot = healthy();
    in_shell(&mut snapshot, "OPENCLAW_STATE_DIR", "/tmp/x");
    let shell = known(&mut snapshot.views.shell);
    (shell.state_dir, shell.config_path) = ("/tmp/x".to_owned(), "/tmp/x/openclaw.json".to_owned());
    assert_eq!(
        typed(SET, &snapshot),
        "env -u OPENCLAW_STATE_DIR openclaw config set a b"
    );
    let mut snapshot = healthy();
    in_shell(&mut snapshot, "OPENCLAW_CONFIG_PATH", "/tmp/c.json");
    known(&mut snapshot.views.shell).config_path = "/tmp/c.json".to_owned();
    assert_eq!(
        typed(SET, &snapshot),
        "env -u OPENCLAW_CONFIG_PATH openclaw config set a b"
    );
}

#[test]
fn a_config_of_its_own_is_named() {
    let mut snapshot = healthy();
    known(&mut snapshot.views.next_start).config_path = "/etc/oc.json".to_owned();
    assert_eq!(
        typed(SET, &snapshot),
        "env OPENCLAW_CONFIG_PATH=/etc/oc.json openclaw config set a b"
    );
}

#[test]
fn a_profile_in_the_command_finds_its_own_folder() {
    let snapshot = apart("/home/me/.openclaw-rescue");
    let command = "openclaw --profile rescue gateway restart";
    assert_eq!(typed(command, &snapshot), command);
}

#[test]
fn another_account_has_neither_the_askers_folder_nor_its_variables() {
    let mut snapshot = apart("/srv/oc/.openclaw");
    let service = &mut snapshot.services.services[0];
    service.scope = Scope::System;
    service.systemd.runs_as = Some(ServiceAccount {
        name: "oc".to_owned(),
        uid: Some(994),
        home: Some("/var/lib/oc".to_owned()),
        no_login: true,
    });
    in_shell(&mut snapshot, "OPENCLAW_CONFIG_PATH", "/tmp/c.json");
    let told = typed(SET, &snapshot);
    assert!(
        told.starts_with("sudo -u oc -H env ")
            && told.ends_with("OPENCLAW_STATE_DIR=/srv/oc/.openclaw openclaw config set a b"),
        "{told}"
    );
    assert!(!told.contains("CONFIG_PATH"), "{told}");
    // Root's variables are there after `runuser`.
    (snapshot.host.uid, snapshot.host.os) = (0, "linux".to_owned());
    let told = typed(SET, &snapshot);
    assert!(
        told.starts_with("runuser -u oc -- ") && told.contains("env -u OPENCLAW_CONFIG_PATH OPENCLAW_STATE_DIR="),
        "{told}"
    );
}

#[test]
fn a_home_that_was_named_is_not_the_one_of_the_shell() {
    let mut snapshot = healthy();
    snapshot.host.home_asked = true;
    assert_eq!(
        typed(SET, &snapshot),
        "env OPENCLAW_STATE_DIR=/home/me/.openclaw openclaw config set a b"
    );
}

#[test]
fn the_product_manages_no_service_with_a_folder_of_its_own() {
    let snapshot = apart("/srv/oc/.openclaw");
    let commands = Commands::for_machine(&snapshot);
    let head = "systemctl --user";
    let name = "openclaw-gateway.service";
    assert_eq!(commands.restart(), format!("{head} restart {name}"));
    assert_eq!(
        commands.reinstall(),
        format!("{head} edit --full {name} && {head} restart {name}")
    );
    let usual = healthy();
    assert_eq!(
        Commands::for_machine(&usual).reinstall(),
        "openclaw gateway install --force"
    );
}
