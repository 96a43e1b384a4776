//! A table of machines and the commands that fit them.

pub(super) mod sample;

use self::sample::{gateway, offered, sample, service, trace};
use super::*;
use crate::base::fact::Fact;
use crate::model::snapshot::{LaunchdFacts, ManagerKind, Source};

struct Case {
    what: &'static str,
    snapshot: Snapshot,
    restart: &'static str,
    reinstall: &'static str,
    start: &'static str,
    logs: &'static str,
    unset: Option<&'static str>,
    reset: Option<&'static str>,
}

fn with(manager: ManagerKind, change: impl FnOnce(&mut Snapshot)) -> Snapshot {
    let mut snapshot = sample();
    snapshot.services.manager = manager;
    change(&mut snapshot);
    snapshot
}

fn systemd(name: &str, change: impl FnOnce(&mut Service)) -> Snapshot {
    with(ManagerKind::Systemd, |snapshot| {
        let mut one = service(name);
        change(&mut one);
        snapshot.services.services.push(one);
        snapshot.services.examined = Some(0);
    })
}

fn launchd(label: &str, loaded: bool, disabled: bool, change: impl FnOnce(&mut Service)) -> Snapshot {
    let mut snapshot = systemd(label, |one| {
        one.launchd = Some(LaunchdFacts {
            domain: "gui/501".to_owned(),
            loaded,
            disabled,
            ..LaunchdFacts::default()
        });
        change(one);
    });
    snapshot.services.manager = ManagerKind::Launchd;
    snapshot
}

fn supervised(supervisor: Option<&str>, container: Option<&str>) -> Snapshot {
    with(ManagerKind::Systemd, |snapshot| {
        snapshot.processes.gateways.push(gateway(supervisor, container));
        snapshot.processes.examined = Some(0);
    })
}

fn cases() -> Vec<Case> {
    vec![
        Case {
            what: "systemd user service",
            snapshot: systemd("openclaw-gateway.service", |_| {}),
            restart: "openclaw gateway restart",
            reinstall: "openclaw gateway install --force",
            start: "openclaw gateway start",
            logs: "journalctl --user -u openclaw-gateway.service -n 50 --no-pager",
            unset: Some("systemctl --user unset-environment K"),
            reset: Some("systemctl --user reset-failed openclaw-gateway.service"),
        },
        Case {
            what: "profile stands before the subcommand",
            snapshot: systemd("openclaw-gateway-Ops.service", |one| {
                one.profile = Some("Ops".to_owned())
            }),
            restart: "openclaw --profile Ops gateway restart",
            reinstall: "openclaw --profile Ops gateway install --force",
            start: "openclaw --profile Ops gateway start",
            logs: "journalctl --user -u openclaw-gateway-Ops.service -n 50 --no-pager",
            unset: Some("systemctl --user unset-environment K"),
            reset: Some("systemctl --user reset-failed openclaw-gateway-Ops.service"),
        },
        Case {
            what: "system service, which the product does not manage",
            snapshot: systemd("openclaw-gateway.service", |one| one.scope = Scope::System),
            restart: "sudo systemctl restart openclaw-gateway.service",
            reinstall: "sudo systemctl edit --full openclaw-gateway.service && sudo systemctl restart openclaw-gateway.service",
            start: "sudo systemctl start openclaw-gateway.service",
            logs: "sudo journalctl -u openclaw-gateway.service -n 50 --no-pager",
            unset: Some("sudo systemctl unset-environment K"),
            reset: Some("sudo systemctl reset-failed openclaw-gateway.service"),
        },
        Case {
            what: "user service of another name",
            snapshot: systemd("my bot.service", |_| {}),
            restart: "systemctl --user restart 'my bot.service'",
            reinstall: "openclaw gateway install --force",
            start: "systemctl --user start 'my bot.service'",
            logs: "journalctl --user -u 'my bot.service' -n 50 --no-pager",
            unset: Some("systemctl --user unset-environment K"),
            reset: Some("systemctl --user reset-failed 'my bot.service'"),
        },
        Case {
            what: "loaded LaunchAgent",
            snapshot: launchd("ai.openclaw.gateway", true, false, |one| {
                if let Some(facts) = &mut one.launchd {
                    facts.log_paths = vec!["/home/me/Library/Logs/openclaw/gateway.log".to_owned()];
                }
            }),
            restart: "openclaw gateway restart",
            reinstall: "openclaw gateway install --force",
            start: "launchctl kickstart -k gui/501/ai.openclaw.gateway",
            logs: "tail -n 50 ~/Library/Logs/openclaw/gateway.log",
            unset: Some("launchctl unsetenv K"),
            reset: Some("launchctl kickstart -k gui/501/ai.openclaw.gateway"),
        },
        Case {
            what: "LaunchAgent that is disabled and not loaded",
            snapshot: launchd("ai.openclaw.ops", false, true, |one| {
                one.profile = Some("ops".to_owned())
            }),
            restart: "openclaw --profile ops gateway restart",
            reinstall: "openclaw --profile ops gateway install --force",
            start: "launchctl enable gui/501/ai.openclaw.ops && launchctl bootstrap gui/501 \
                    ~/Library/LaunchAgents/ai.openclaw.ops.plist",
            logs: "tail -n 50 ~/Library/Logs/openclaw/gateway-ops.log",
            unset: Some("launchctl unsetenv K"),
            reset: Some("launchctl kickstart -k gui/501/ai.openclaw.ops"),
        },
        Case {
            what: "nothing installed",
            snapshot: with(ManagerKind::Systemd, |_| {}),
            restart: "openclaw gateway install",
            reinstall: "openclaw gateway install",
            start: "openclaw gateway install",
            logs: "openclaw logs --plain",
            unset: Some("systemctl --user unset-environment K"),
            reset: None,
        },
        Case {
            what: "pm2",
            snapshot: supervised(Some("pm2"), None),
            restart: "pm2 restart openclaw-gateway --update-env",
            reinstall: "pm2 restart openclaw-gateway --update-env",
            start: "pm2 start openclaw-gateway",
            logs: "pm2 logs openclaw-gateway --lines 50 --nostream",
            unset: None,
            reset: None,
        },
        Case {
            what: "supervisord",
            snapshot: supervised(Some("supervisord"), None),
            restart: "supervisorctl restart openclaw-gateway",
            reinstall: "supervisorctl restart openclaw-gateway",
            start: "supervisorctl start openclaw-gateway",
            logs: "supervisorctl tail openclaw-gateway stderr",
            unset: None,
            reset: None,
        },
        Case {
            what: "a container seen from its host",
            snapshot: supervised(None, Some("docker")),
            restart: "docker compose up -d --force-recreate openclaw-gateway",
            reinstall: "docker compose up -d --force-recreate openclaw-gateway",
            start: "docker compose up -d --force-recreate openclaw-gateway",
            logs: "docker compose logs --tail 50 openclaw-gateway",
            unset: None,
            reset: None,
        },
        Case {
            what: "a terminal",
            snapshot: supervised(None, None),
            restart: "openclaw gateway run",
            reinstall: "openclaw gateway run",
            start: "openclaw gateway run",
            logs: "openclaw logs --plain",
            unset: None,
            reset: None,
        },
    ]
}

#[test]
fn commands_fit_the_machine() {
    for case in cases() {
        let commands = Commands::for_machine(&case.snapshot);
        let what = case.what;
        assert_eq!(commands.restart(), case.restart, "{what}");
        assert_eq!(commands.reinstall(), case.reinstall, "{what}");
        assert_eq!(commands.start(), case.start, "{what}");
        assert_eq!(commands.logs(), case.logs, "{what}");
        assert_eq!(commands.unset_manager("K").as_deref(), case.unset, "{what}");
        assert_eq!(commands.reset_failed().as_deref(), case.reset, "{what}");
    }
}

#[test]
fn kinds_without_a_manager() {
    let inside = |word: &str| {
        with(ManagerKind::None, |snapshot| {
            snapshot.host.container = Some(word.to_owned())
        })
    };
    let wsl = |booted| {
        with(ManagerKind::None, |snapshot| {
            snapshot.host.wsl = Some("5.15-microsoft".to_owned());
            snapshot.host.systemd_booted = booted;
        })
    };
    let cases = [
        (inside("docker"), Kind::InsideContainer),
        (inside("kubepods"), Kind::Kubernetes),
        (wsl(false), Kind::WslWithoutSystemd),
        (wsl(true), Kind::Foreground),
        (supervised(Some("runsv"), None), Kind::Runit),
        (supervised(None, Some("libpod-abc")), Kind::Podman),
    ];
    for (snapshot, wanted) in cases {
        assert_eq!(kind(&snapshot), wanted);
    }
}

#[test]
fn an_edit_of_dotenv_needs_an_install_on_macos() {
    let mac = launchd("ai.openclaw.gateway", true, false, |_| {});
    assert_eq!(
        Commands::for_machine(&mac).apply_dotenv(),
        "openclaw gateway install --force"
    );
    let linux = systemd("openclaw-gateway.service", |_| {});
    assert_eq!(Commands::for_machine(&linux).apply_dotenv(), "openclaw gateway restart");
}

#[test]
fn supervisors_are_told_the_name_they_gave() {
    type Variables<'a> = &'a [(&'a str, &'a str)];
    let cases: &[(&str, Variables<'_>, &str)] = &[
        ("pm2", &[("pm_id", "3")], "pm2 restart 3 --update-env"),
        (
            "pm2",
            &[("pm_id", "3; reboot")],
            "pm2 restart openclaw-gateway --update-env",
        ),
        ("pm2", &[("pm_id", "-x")], "pm2 restart openclaw-gateway --update-env"),
        (
            "supervisord",
            &[("SUPERVISOR_PROCESS_NAME", "gw"), ("SUPERVISOR_GROUP_NAME", "gw")],
            "supervisorctl restart gw",
        ),
        (
            "supervisord",
            &[("SUPERVISOR_PROCESS_NAME", "gw"), ("SUPERVISOR_GROUP_NAME", "bots")],
            "supervisorctl restart bots:gw",
        ),
    ];
    for (supervisor, variables, restart) in cases {
        let mut snapshot = supervised(Some(supervisor), None);
        let bindings = variables
            .iter()
            .map(|(name, value)| crate::checks::testkit::bind(name, value, Source::Process, None));
        snapshot.processes.gateways[0].initial = Fact::known(bindings.collect());
        assert_eq!(Commands::for_machine(&snapshot).restart(), *restart);
    }
}

#[test]
fn what_nix_writes_is_switched_not_installed() {
    let nix = |one: &mut Service| one.nix = true;
    let unit = "openclaw-gateway.service";
    let cases = [
        (
            systemd(unit, nix),
            "home-manager switch",
            "systemctl --user restart openclaw-gateway.service",
        ),
        (
            systemd(unit, |one| (one.nix, one.scope) = (true, Scope::System)),
            "sudo nixos-rebuild switch",
            "sudo systemctl restart openclaw-gateway.service",
        ),
        (
            launchd("ai.openclaw.gateway", true, false, nix),
            "home-manager switch",
            "launchctl kickstart -k gui/501/ai.openclaw.gateway",
        ),
    ];
    for (snapshot, switch, restart) in cases {
        let commands = Commands::for_machine(&snapshot);
        assert_eq!(
            (commands.reinstall().as_str(), commands.apply_dotenv().as_str()),
            (switch, restart)
        );
    }
}

#[test]
fn a_container_has_its_key_elsewhere() {
    let mut docker = supervised(None, Some("docker"));
    docker.views.shell = Fact::known(trace(Some(offered("K", Source::Process)), false));
    let commands = Commands::for_machine(&docker);
    let put = commands.put_in_dotenv("K", "/home/node/.openclaw");
    assert_eq!(put, "printf '\\nK=%s\\n' \"$K\" >> .env && chmod 600 .env");
    assert_eq!(
        commands.restart_after_add(),
        "docker compose up -d --force-recreate openclaw-gateway"
    );
    assert_eq!(commands.apply_dotenv(), "docker compose restart openclaw-gateway");

    let pod = supervised(None, Some("kubernetes"));
    let commands = Commands::for_machine(&pod);
    assert_eq!(
        commands.put_in_dotenv("K", "/home/node/.openclaw"),
        "printf \"Paste K: \" >&2 && read -rs KEY && [ -n \"$KEY\" ] && kubectl patch secret openclaw-secrets -n openclaw -p \"$(printf \
         '{\"stringData\":{\"K\":\"%s\"}}' \"$KEY\")\""
    );
    assert_eq!(
        commands.restart_after_add(),
        "kubectl rollout restart deployment/openclaw -n openclaw"
    );

    let inside = with(ManagerKind::None, |snapshot| {
        snapshot.host.container = Some("podman".to_owned())
    });
    let commands = Commands::for_machine(&inside);
    assert!(
        commands
            .put_in_dotenv("K", "~/.openclaw")
            .ends_with(">> ~/.openclaw/.env && chmod 600 ~/.openclaw/.env")
    );
    assert_eq!(
        commands.restart_after_add(),
        "# on the host: podman compose restart openclaw-gateway"
    );
    assert_eq!(
        commands.restart(),
        "# on the host: podman compose up -d --force-recreate openclaw-gateway"
    );
}

#[test]
fn a_key_is_put_into_dotenv_from_where_it_is() {
    let typed = "printf \"Paste K: \" >&2 && read -rs KEY && [ -n \"$KEY\" ] && printf \"K='%s'\\n\" \"$KEY\" \
                 >> ~/.openclaw/.env && chmod 600 ~/.openclaw/.env";
    let copied = "printf 'K=%s\\n' \"$K\" >> ~/.openclaw/.env && chmod 600 ~/.openclaw/.env";
    let after = "printf '\\nK=%s\\n' \"$K\" >> ~/.openclaw/.env && chmod 600 ~/.openclaw/.env";
    let cases = [
        (None, false, typed),
        (Some(Source::Process), false, copied),
        (Some(Source::Process), true, after),
        (Some(Source::DotenvState), false, typed),
    ];
    for (source, file, wanted) in cases {
        let mut snapshot = sample();
        snapshot.views.shell = Fact::known(trace(source.map(|source| offered("K", source)), file));
        let commands = Commands::for_machine(&snapshot);
        assert_eq!(commands.put_in_dotenv("K", "~/.openclaw"), wanted);
    }
    let snapshot = sample();
    let commands = Commands::for_machine(&snapshot);
    let hostile = commands.put_in_dotenv("K; rm -rf ~", "/a b");
    assert_eq!(hostile, "${EDITOR:-nano} '/a b/.env' && chmod 600 '/a b/.env'");
}
