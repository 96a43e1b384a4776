//! Headers for an edge, from made-up machines.

use serde_json::{Value, json};

use super::gateway;
use super::tests::{LIMIT, machine};

/// The headers for an edge are those of the product's clients: for the origin of gateway.remote.url alone, over `wss://`
/// alone, and all of them or none.
#[test]
fn headers_for_an_edge() {
    let edge = |env: &[(&str, &str)], mode: &str, url: &str, headers: Value| {
        let authored = json!({"gateway": {"mode": mode, "remote": {"url": url, "edgeAuth": headers}}});
        let plan = gateway(&machine(env, &authored).known(), LIMIT).ok().unwrap();
        let word = plan.facts.into_iter().find(|(name, _)| name == "edge_auth");
        let sent = plan
            .target
            .edge
            .iter()
            .map(|(name, one)| format!("{name}={}", one.secret.expose()));
        (word.map(|(_, word)| word), sent.collect::<Vec<_>>().join(" "))
    };
    let there = "wss://gw.example.com/x";
    let access = json!({"CF-Access-Client-Id": "id", "CF-Access-Client-Secret": "${S}"});
    let (set, by) = (("S", " secret "), |url| ("OPENCLAW_GATEWAY_URL", url));
    let both = "CF-Access-Client-Id=id CF-Access-Client-Secret=secret";
    let exec = json!({"x-edge": {"source": "exec", "provider": "p", "id": "i"}, "y": "plain"});
    for (env, mode, url, headers, word, sent) in [
        (&[set][..], "remote", there, &access, Some("configured"), both),
        (
            &[set, by("wss://gw.example.com/x/")],
            "remote",
            there,
            &access,
            Some("configured"),
            both,
        ),
        (&[set, by(there)], "local", there, &access, Some("configured"), both),
        (
            &[set, by("wss://other.example.com")],
            "remote",
            there,
            &access,
            None,
            "",
        ),
        (
            &[set, by("wss://gw.example.com:8443/x")],
            "remote",
            there,
            &access,
            None,
            "",
        ),
        (&[set], "local", there, &access, None, ""),
        (&[set], "remote", "ws://gw.example.com", &access, Some("not-wss"), ""),
        (&[], "remote", there, &access, Some("empty"), ""),
        (&[set], "remote", there, &exec, Some("configured"), ""),
        (
            &[set],
            "remote",
            there,
            &json!({"Authorization": "Basic x"}),
            Some("configured"),
            "",
        ),
    ] {
        let got = edge(env, mode, url, headers.clone());
        assert_eq!(
            got,
            (word.map(str::to_owned), sent.to_owned()),
            "{env:?} {mode} {url} {headers}"
        );
    }
}
