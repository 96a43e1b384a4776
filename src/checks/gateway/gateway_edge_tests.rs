//! Pages of an edge in front of a remote Gateway.

use super::gateway_tests::gateway;
use crate::checks::cloudflare::cf_tests::{for_config, one, verdict};
use crate::checks::testkit::{bind, known, set};
use crate::model::snapshot::Source;
use crate::ping::verdict::Word;

/// Pages of an edge in front of a remote Gateway are told apart; each says what to do about it.
#[test]
fn an_edge_in_front_of_a_remote_gateway() {
    let mut snapshot = gateway(Word::Access, &[]);
    for_config(&mut snapshot, |config| {
        config.gateway.mode = Some("remote".to_owned());
        config.gateway.remote_url = Some("wss://gw.example.com".to_owned());
    });
    type Row<'a> = (Word, &'a [(&'a str, &'a str)], &'a str, &'a [&'a str]);
    let rows: &[Row<'_>] = &[
        (
            Word::Access,
            &[("edge", "access")],
            "gateway.remote.url",
            &["Access asks for a login", "edgeAuth"],
        ),
        (
            Word::Access,
            &[("edge", "access"), ("edge_auth", "configured")],
            "gateway.remote.edgeAuth",
            &["without its service token", "gateway status"],
        ),
        (
            Word::Access,
            &[("edge", "access"), ("edge_auth", "refused")],
            "gateway.remote.edgeAuth",
            &["refuses the service token", "Service Auth"],
        ),
        (
            Word::Access,
            &[("edge_auth", "empty")],
            "gateway.remote.edgeAuth",
            &["has no value"],
        ),
        (
            Word::Dns,
            &[("edge_auth", "not-wss")],
            "gateway.remote.url",
            &["needs a wss:// address"],
        ),
        (
            Word::EdgePage,
            &[("edge", "firewall")],
            "gateway.remote.url",
            &["firewall", "rule of the zone"],
        ),
        (
            Word::EdgeName,
            &[("edge", "name"), ("code", "1033")],
            "gateway.remote.url",
            &["tunnel", "cloudflared"],
        ),
        (
            Word::EdgeName,
            &[("edge", "name"), ("code", "1016")],
            "gateway.remote.url",
            &["DNS", "1016"],
        ),
        (
            Word::EdgePage,
            &[("edge", "rate"), ("code", "1015")],
            "gateway.remote.url",
            &["rate limit"],
        ),
        (
            Word::EdgePage,
            &[("edge", "failing")],
            "gateway.remote.url",
            &["reaches nothing behind it"],
        ),
        (Word::EdgePage, &[], "gateway.remote.url", &["a page in front of it"]),
    ];
    for (word, facts, subject, words) in rows {
        snapshot.pings.gateway = Some(verdict(*word, facts));
        one("gateway-remote-unreachable", &snapshot, Some(*subject), words);
    }
    // By a variable of the shell: that is its name, and `unset` leads back to the config's Gateway.
    let url = bind("OPENCLAW_GATEWAY_URL", "wss://gw.example.com", Source::Process, None);
    set(known(&mut snapshot.views.shell), url);
    for word in [Word::Dns, Word::Timeout, Word::EdgePage, Word::Foreign] {
        snapshot.pings.gateway = Some(verdict(word, &[]));
        let words = &["unset OPENCLAW_GATEWAY_URL", "the Gateway of your config"];
        one(
            "gateway-remote-unreachable",
            &snapshot,
            Some("OPENCLAW_GATEWAY_URL"),
            words,
        );
    }
    let refused = [("credential", "OPENCLAW_GATEWAY_TOKEN of your shell")];
    snapshot.pings.gateway = Some(verdict(Word::AuthMismatch, &refused));
    let words = &["unset OPENCLAW_GATEWAY_URL", "export the other Gateway's own token"];
    one(
        "gateway-token-mismatch",
        &snapshot,
        Some("OPENCLAW_GATEWAY_TOKEN"),
        words,
    );
    // Its own port on this machine is no other Gateway's.
    let here = [refused[0], ("own_port", "yes")];
    snapshot.pings.gateway = Some(verdict(Word::AuthMismatch, &here));
    let words = &["unset OPENCLAW_GATEWAY_URL", "the Gateway of this machine"];
    let found = one("gateway-token-mismatch", &snapshot, None, words);
    assert!(
        !crate::checks::testkit::words(&found).contains("other machine"),
        "{found:#?}"
    );
}
