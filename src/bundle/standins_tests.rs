//! Tests of the stand-ins.

use super::*;

fn standins() -> StandIns {
    let mut snapshot = crate::app::sample::snapshot();
    snapshot.host.home = "/home/alice".to_owned();
    snapshot.host.user = "alice".to_owned();
    StandIns::new(&snapshot, Some("workbench.example.org"))
}

#[test]
fn people_and_machines_cannot_be_told() {
    let table = [
        ("/home/alice/.openclaw/.env:3", "~/.openclaw/.env:3"),
        ("HOME=/home/alice", "HOME=~"),
        ("/mnt/home/alice/x", "/mnt/~/x"),
        ("/home/alice2/x /home/bob/x", "/home/user-3/x /home/user-4/x"),
        ("run by alice on workbench", "run by user on host"),
        ("ssh alice@workbench.example.org", "ssh user@host"),
        ("malice in-alice", "malice in-alice"),
        (
            "url http://10.0.0.7:1/ 10.0.0.8 10.0.0.7",
            "url http://192.0.2.1:1/ 192.0.2.2 192.0.2.1",
        ),
        (
            "/v1/0123456789abcdef0123456789abcdef/gw",
            "/v1/acc00000000000000000000000000001/gw",
        ),
    ];
    let mut standins = standins();
    let mut ledger = Ledger::default();
    for (text, expected) in table {
        assert_eq!(standins.text(text, "test", &mut ledger), expected);
    }
    assert!(ledger.rows().iter().any(|row| row.rule == "home" && row.count == 3));
}

#[test]
fn a_withheld_name_has_no_stand_in() {
    let mut snapshot = crate::app::sample::snapshot();
    snapshot.host.user = "[withheld]".to_owned();
    let mut standins = StandIns::new(&snapshot, None);
    let text = "key=[withheld] is set";
    assert_eq!(standins.text(text, "test", &mut Ledger::default()), text);
}

#[test]
fn words_of_the_format_stay() {
    let mut snapshot = crate::app::sample::snapshot();
    for name in ["systemd", "unit", "known", "process", "environment"] {
        snapshot.host.user = name.to_owned();
        let mut standins = StandIns::new(&snapshot, Some("linux"));
        let changed = standins.snapshot(&snapshot, &mut Ledger::default()).unwrap();
        assert_eq!(changed.host.user, "user");
        assert_eq!(
            changed.views.shell.get().is_some(),
            snapshot.views.shell.get().is_some()
        );
    }
}

#[test]
fn a_second_pass_changes_nothing() {
    let mut ledger = Ledger::default();
    let snapshot = crate::app::sample::snapshot();
    let once = StandIns::new(&snapshot, None).snapshot(&snapshot, &mut ledger).unwrap();
    let twice = StandIns::new(&once, None).snapshot(&once, &mut ledger).unwrap();
    assert_eq!(once, twice);
}
