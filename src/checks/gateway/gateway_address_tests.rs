//! Where the address and the token of clients come from: what is wrong is told with that name, and mended there.

use super::gateway_tests::gateway;
use crate::base::fact::Fact;
use crate::checks::cloudflare::cf_tests::{check, for_config, one};
use crate::checks::testkit::{bind, findings, known, set};
use crate::model::report::CellState;
use crate::model::snapshot::*;
use crate::ping::verdict::Word;

fn asked(snapshot: &mut Snapshot, url: &str) {
    snapshot.pings.answers = vec![PingAnswer {
        target: Side::Gateway,
        request: "GET /startupz".to_owned(),
        url: format!("{url}/startupz"),
        auth: false,
        credential: None,
        status: None,
        code: None,
        layer: Layer::Network,
        meaning: "no answer".to_owned(),
        ms: 1,
    }];
}

fn by_variable(snapshot: &mut Snapshot, name: &str, value: &str) {
    set(
        known(&mut snapshot.views.shell),
        bind(name, value, Source::Process, None),
    );
}

fn commands(id: &str, snapshot: &Snapshot) -> Vec<String> {
    let mut found = findings(check(id), snapshot);
    assert_eq!(found.len(), 1, "{id}: {found:?}");
    found.remove(0).remedy.map_or(Vec::new(), |remedy| remedy.commands)
}

#[test]
fn the_scheme_is_judged_by_what_was_asked() {
    const ID: &str = "gateway-scheme-mismatch";
    for (url, said, speaks) in [
        ("https://127.0.0.1:7001", "wss://", "plain HTTP"),
        ("http://127.0.0.1:7001", "ws://", "TLS"),
    ] {
        let mut snapshot = gateway(Word::SchemeMismatch, &[]);
        asked(&mut snapshot, url);
        by_variable(&mut snapshot, "OPENCLAW_GATEWAY_URL", url);
        let title = format!("begins with {said}, and what answers there speaks {speaks}");
        one(ID, &snapshot, Some("OPENCLAW_GATEWAY_URL"), &[&title]);
        assert_eq!(commands(ID, &snapshot), ["unset OPENCLAW_GATEWAY_URL"]);
    }
    let mut remote = gateway(Word::SchemeMismatch, &[]);
    asked(&mut remote, "https://gw.example.com");
    for_config(&mut remote, |config| {
        config.gateway.mode = Some("remote".to_owned());
        config.gateway.remote_url = Some("wss://gw.example.com".to_owned());
    });
    one(ID, &remote, Some("gateway.remote.url"), &["begins with wss://"]);
    assert_eq!(commands(ID, &remote), ["openclaw config get gateway.remote.url"]);
    let mut local = gateway(Word::SchemeMismatch, &[]);
    asked(&mut local, "https://127.0.0.1:18789");
    one(
        ID,
        &local,
        Some("gateway.tls.enabled"),
        &["speaks plain HTTP", "openclaw gateway restart"],
    );
}

#[test]
fn a_token_of_the_shell_is_taken_out_of_the_shell() {
    const ID: &str = "gateway-token-mismatch";
    const TOKEN: &str = "OPENCLAW_GATEWAY_TOKEN";
    let mut snapshot = gateway(Word::AuthMismatch, &[]);
    for_config(&mut snapshot, |config| config.gateway.token = None);
    by_variable(&mut snapshot, TOKEN, "another-token");
    snapshot.views.next_start = Fact::Absent;
    one(
        ID,
        &snapshot,
        Some(TOKEN),
        &["refuses the token of OPENCLAW_GATEWAY_TOKEN in your shell"],
    );
    assert_eq!(commands(ID, &snapshot), ["unset OPENCLAW_GATEWAY_TOKEN"]);
}

#[test]
fn a_reference_is_not_written_over() {
    let mut snapshot = gateway(Word::NoCredential, &[]);
    for_config(&mut snapshot, |config| {
        if let Some(token) = &mut config.gateway.token {
            token.value = CredentialField::Unresolved {
                name: "OPENCLAW_GATEWAY_TOKEN".to_owned(),
            };
        }
    });
    assert_eq!(
        commands("gateway-no-credential", &snapshot),
        ["openclaw config get gateway.auth"]
    );
}

#[test]
fn access_wants_an_address_that_a_service_token_goes_to() {
    const ID: &str = "gateway-remote-unreachable";
    let mut by_name = gateway(Word::Access, &[("edge", "access")]);
    asked(&mut by_name, "https://gw.example.com");
    by_variable(&mut by_name, "OPENCLAW_GATEWAY_URL", "wss://gw.example.com");
    assert_eq!(commands(ID, &by_name), ["unset OPENCLAW_GATEWAY_URL"]);
    let mut clear = gateway(Word::Access, &[("edge", "access")]);
    asked(&mut clear, "http://gw.example.com");
    for_config(&mut clear, |config| {
        config.gateway.mode = Some("remote".to_owned());
        config.gateway.remote_url = Some("ws://gw.example.com".to_owned());
    });
    one(ID, &clear, Some("gateway.remote.url"), &["wss:// in place of ws://"]);
    assert_eq!(commands(ID, &clear), ["openclaw config get gateway.remote.url"]);
}

#[test]
fn what_answers_unseen_is_not_known() {
    let mut snapshot = gateway(Word::Healthy, &[("clients_have", "yes")]);
    asked(&mut snapshot, "http://127.0.0.1:18789");
    snapshot.processes.gateways.clear();
    snapshot.processes.examined = None;
    snapshot.services.services.clear();
    snapshot.services.examined = None;
    snapshot.views.running = Fact::Absent;
    snapshot.views.next_start = Fact::Absent;
    assert!(crate::resolve::is_unseen_here(&snapshot));
    let rows = crate::resolve::resolve(&snapshot).keys;
    let cells = rows
        .iter()
        .filter_map(|key| key.report.table.last())
        .map(|row| row.running.state);
    assert!(cells.clone().count() > 0 && cells.clone().all(|state| state == CellState::Unknown));
    // The Gateway of another machine has no process here.
    asked(&mut snapshot, "https://gw.example.com");
    assert!(!crate::resolve::is_unseen_here(&snapshot));
}
