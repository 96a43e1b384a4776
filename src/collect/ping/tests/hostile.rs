//! Servers that mean harm or are broken: nothing may hang beyond the budget or grow without end.

use std::time::{Duration, Instant};

use super::server::{Give, Server, http};
use super::{block_on, candidate, cloudflare_target, gateway_target, vault};

const MISSING: &str =
    r#"{"type":"error","error":{"type":"authentication_error","message":"x-api-key header is required"}}"#;
const KEY: &str = "sk-ant-api03-FAKE-good-key-00000000001";
/// The budget of these runs, and what a busy machine may take beyond it.
const BUDGET: Duration = Duration::from_millis(600);
const SLACK: Duration = Duration::from_millis(1500);

/// Asks both ways and returns the two words.
fn words(give: fn() -> Give) -> (String, String) {
    block_on(async {
        let server = Server::start(move |_| give()).await;
        let vault = vault();
        let started = Instant::now();
        let mut local = gateway_target(server.port);
        local.budget = BUDGET;
        local.candidates = vec![candidate(&vault, "client", KEY)];
        let mut cloud = cloudflare_target(server.port);
        cloud.budget = BUDGET;
        cloud.api_key = Some(candidate(&vault, "daemon", KEY));
        let listeners = Default::default();
        let (local, cloud) = tokio::join!(
            super::super::gateway(&local, &vault, &listeners),
            super::super::cloudflare(&cloud, &vault)
        );
        assert!(started.elapsed() < BUDGET + SLACK, "{:?}", started.elapsed());
        assert!(server.seen().iter().all(|seen| !seen.head.contains(KEY)));
        (local.1.word, cloud.1.word)
    })
}

/// Name, server, words for the Gateway and for Cloudflare.
type Case = (&'static str, fn() -> Give, (&'static str, &'static str));

fn head(extra: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{extra}").into_bytes()
}

#[test]
fn they_cost_their_limit_at_most() {
    let cases: Vec<Case> = vec![
        ("silence", || Give::Silence, ("timeout", "timeout")),
        ("closes", || Give::Close, ("connection-lost", "connection-lost")),
        ("drips a head", || Give::Drip(head("X-A: ")), ("timeout", "timeout")),
        (
            "drips a body",
            || Give::Drip(head("\r\n{")),
            ("foreign", "not-understood"),
        ),
        (
            "endless body",
            || Give::Flood(head("\r\n"), vec![b'x'; 65536]),
            ("foreign", "not-understood"),
        ),
        (
            "endless head",
            || Give::Flood(head(""), b"X-A: bbbbbbbbbbbbbbbb\r\n".repeat(64)),
            ("foreign", "connection-lost"),
        ),
        (
            "endless interim answers",
            || Give::Flood(Vec::new(), b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec()),
            ("timeout", "timeout"),
        ),
        (
            "endless line",
            || Give::Flood(Vec::new(), vec![b'a'; 4096]),
            ("foreign", "connection-lost"),
        ),
        (
            "ssh",
            || Give::Bytes(b"SSH-2.0-x\r\n".to_vec()),
            ("foreign", "connection-lost"),
        ),
        ("zeros", || Give::Bytes(vec![0; 100]), ("foreign", "connection-lost")),
        (
            "bad status",
            || Give::Bytes(b"HTTP/1.1 9x OK\r\n\r\n".to_vec()),
            ("foreign", "connection-lost"),
        ),
        (
            "cut short",
            || Give::Bytes(head("Content-Length: 500\r\n\r\n{\"ok\":true")),
            ("foreign", "not-understood"),
        ),
        (
            "two lengths",
            || Give::Bytes(head("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x")),
            ("foreign", "connection-lost"),
        ),
        (
            "deep JSON",
            || Give::Bytes([head("\r\n"), b"[".repeat(60_000)].concat()),
            ("foreign", "not-understood"),
        ),
    ];
    for (name, give, wanted) in cases {
        let got = words(give);
        assert_eq!((got.0.as_str(), got.1.as_str()), wanted, "{name}");
    }
}

#[test]
fn a_black_hole_costs_its_own_limit() {
    // The backlog of this listener is never accepted from, and the address is never routed.
    let vault = vault();
    let mut target = gateway_target(80);
    target.base.host = "192.0.2.1".to_owned();
    target.remote = true;
    target.budget = BUDGET;
    target.candidates = vec![candidate(&vault, "client", KEY)];
    let started = Instant::now();
    let (answers, verdict) = block_on(super::super::gateway(&target, &vault, &Default::default()));
    assert!(started.elapsed() < BUDGET + SLACK);
    assert_eq!(answers.len(), 1);
    assert!(!answers[0].auth);
    assert!(
        ["timeout", "unreachable", "refused"].contains(&verdict.word.as_str()),
        "{}",
        verdict.word
    );
}

#[test]
fn with_a_name_that_is_none_nothing_is_sent() {
    for name in ["bad name", "", "cf-aig-authorization ", "x\t", "x:"] {
        let (asked, verdict) = block_on(async {
            let server = Server::start(|_| http(401, "", MISSING)).await;
            let vault = vault();
            let mut target = cloudflare_target(server.port);
            target.headers = vec![(name.to_owned(), candidate(&vault, "a header", KEY))];
            super::super::cloudflare(&target, &vault).await
        });
        assert_eq!((verdict.word.as_str(), asked.len()), ("key-unsendable", 1), "{name:?}");
        assert_eq!(verdict.fact("unsendable_name"), Some(name));
    }
}
