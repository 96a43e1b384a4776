//! Commands for another account, as the asker has to type them.

use super::*;
use crate::base::fact::Fact;
use crate::checks::testkit::{healthy, service};
use crate::model::snapshot::{HomeOwner, ServiceAccount};
use crate::remedy::shell::typed;

/// Root, and the system service of an account without a login shell.
fn of_oc() -> Snapshot {
    let mut snapshot = healthy();
    let host = &mut snapshot.host;
    (host.uid, host.user, host.home) = (0, "root".to_owned(), "/root".to_owned());
    let mut unit = service("openclaw-gateway.service");
    unit.scope = Scope::System;
    unit.systemd.runs_as = Some(ServiceAccount {
        name: "oc".to_owned(),
        uid: Some(994),
        home: Some("/var/lib/oc".to_owned()),
        no_login: true,
    });
    snapshot.services.services[0] = unit;
    for view in [&mut snapshot.views.next_start, &mut snapshot.views.running] {
        if let Fact::Known { value } = view {
            value.state_dir = "/var/lib/oc/.openclaw".to_owned();
            value.config_path = "/var/lib/oc/.openclaw/openclaw.json".to_owned();
        }
    }
    snapshot
}

/// Root asks about a home, by `--home` or with HOME kept.
fn about_home() -> Snapshot {
    let mut snapshot = healthy();
    let host = &mut snapshot.host;
    (host.uid, host.user, host.home) = (0, "root".to_owned(), "/home/al".to_owned());
    host.home_owner = Some(HomeOwner {
        uid: 1001,
        name: "al".to_owned(),
    });
    snapshot.services.services[0].systemd.runs_as = Some(ServiceAccount {
        name: "al".to_owned(),
        uid: Some(1001),
        home: Some("/home/al".to_owned()),
        no_login: false,
    });
    snapshot
}

#[test]
fn root_writes_into_a_home_as_its_account() {
    let snapshot = of_oc();
    for (command, wanted) in [
        (
            "read -rs KEY && printf \"K='%s'\\n\" \"$KEY\" >> /var/lib/oc/.openclaw/.env && chmod 600 /var/lib/oc/.openclaw/.env",
            "runuser -u oc -- env HOME=/var/lib/oc bash -c 'read -rs KEY && printf \"K='\\''%s'\\''\\n\" \"$KEY\" >> /var/lib/oc/.openclaw/.env && chmod 600 /var/lib/oc/.openclaw/.env'",
        ),
        // A unit of the system may name the home, and is root's.
        (
            "sed -i '3c BindPaths=/var/lib/oc/.openclaw' /etc/systemd/system/x.service",
            "sed -i '3c BindPaths=/var/lib/oc/.openclaw' /etc/systemd/system/x.service",
        ),
        (
            "chmod 600 /var/lib/oc/.openclaw",
            "runuser -u oc -- env HOME=/var/lib/oc chmod 600 /var/lib/oc/.openclaw",
        ),
        (
            "openclaw doctor --fix",
            "runuser -u oc -- env HOME=/var/lib/oc XDG_RUNTIME_DIR=/run/user/994 openclaw doctor --fix",
        ),
        (
            "${EDITOR:-nano} /etc/systemd/system/x.service",
            "${EDITOR:-nano} /etc/systemd/system/x.service",
        ),
        (
            "sudo systemctl restart openclaw-gateway.service",
            "systemctl restart openclaw-gateway.service",
        ),
        (
            "systemctl restart openclaw gateway",
            "systemctl restart openclaw gateway",
        ),
        ("cat /var/lib/ocean", "cat /var/lib/ocean"),
        ("ls ~/x", "ls ~/x"),
        (
            "sudo chown oc /var/lib/oc/.openclaw/.env",
            "chown oc /var/lib/oc/.openclaw/.env",
        ),
    ] {
        assert_eq!(typed(command, &snapshot), wanted);
    }
}

#[test]
fn a_home_below_etc_is_its_accounts() {
    let mut snapshot = of_oc();
    let account = snapshot.services.services[0].systemd.runs_as.as_mut().unwrap();
    account.home = Some("/etc/oc".to_owned());
    let told = typed(
        "echo x >> /etc/oc/.openclaw/.env && chmod 600 /etc/oc/.openclaw/.env",
        &snapshot,
    );
    assert!(told.starts_with("runuser -u oc "), "{told}");
}

#[test]
fn a_home_named_to_root_is_not_the_one_of_its_shell() {
    let mut snapshot = about_home();
    for (command, wanted) in [
        (
            "systemctl --user restart openclaw-gateway.service",
            "runuser -u al -- env HOME=/home/al XDG_RUNTIME_DIR=/run/user/1001 systemctl --user restart openclaw-gateway.service",
        ),
        (
            "echo x >> ~/.openclaw/.env",
            "runuser -u al -- env HOME=/home/al bash -c 'echo x >> /home/al/.openclaw/.env'",
        ),
        ("sudo chown al ~/.openclaw/.env", "chown al /home/al/.openclaw/.env"),
        ("%doctor% --only environment", "%doctor% --only environment"),
    ] {
        assert_eq!(typed(command, &snapshot), wanted);
    }
    // By sudo: what is printed runs in a shell of root and in that of whoever called it.
    (snapshot.host.sudo_user, snapshot.host.has_sudo) = (Some("al".to_owned()), Some(true));
    assert_eq!(
        typed("echo x >> ~/.openclaw/.env", &snapshot),
        "sudo -u al -H env HOME=/home/al bash -c 'echo x >> /home/al/.openclaw/.env'"
    );
}

#[test]
fn an_account_that_nobody_can_become_gets_no_command() {
    let mut snapshot = of_oc();
    let account = snapshot.services.services[0].systemd.runs_as.as_mut().unwrap();
    (account.uid, account.home) = (None, None);
    let told = typed("openclaw config set a b", &snapshot);
    assert!(told.starts_with("# as oc"), "{told}");
    // A new file goes to whom its folder belongs to.
    let told = typed(
        "echo x >> /var/lib/oc/.openclaw/.env && chmod 600 /var/lib/oc/.openclaw/.env",
        &snapshot,
    );
    assert_eq!(
        told,
        "bash -c 'echo x >> /var/lib/oc/.openclaw/.env && chmod 600 /var/lib/oc/.openclaw/.env \
         && chown --reference=/var/lib/oc/.openclaw /var/lib/oc/.openclaw/.env'"
    );
}

#[test]
fn the_own_gateway_is_typed_as_it_is() {
    let snapshot = healthy();
    for command in [
        "openclaw gateway restart",
        "echo x >> ~/.openclaw/.env",
        "systemctl --user restart a",
    ] {
        assert_eq!(typed(command, &snapshot), command);
    }
}

#[test]
fn no_sudo_is_printed_where_there_is_none() {
    let mut snapshot = healthy();
    snapshot.host.editor = Some("vim".to_owned());
    for (sudo, command, wanted) in [
        (None, "sudo systemctl restart a", "sudo systemctl restart a"),
        (
            Some(true),
            "${EDITOR:-nano} +7 /etc/supervisor/x.conf",
            "sudoedit /etc/supervisor/x.conf",
        ),
        (
            Some(false),
            "${EDITOR:-nano} +7 /etc/supervisor/x.conf",
            "# as root (no sudo here): vim /etc/supervisor/x.conf",
        ),
        (
            Some(false),
            "sudo systemctl restart a",
            "# as root (no sudo here): systemctl restart a",
        ),
        (
            Some(false),
            "sudo -iu bob %doctor%",
            "# as root (no sudo here): runuser -u bob -- %doctor%",
        ),
        (Some(false), "sudoedit /etc/x", "# as root (no sudo here): vim /etc/x"),
        (Some(false), "openclaw gateway restart", "openclaw gateway restart"),
    ] {
        snapshot.host.has_sudo = sudo;
        assert_eq!(typed(command, &snapshot), wanted);
    }
}
