//! Cloudflare's AI Gateway: the decision table of facts/pings.md section 10 against a server that
//! plays Cloudflare and the provider.

use super::server::{Give, Seen, Server, http};
use super::{Ran, block_on, candidate, cloudflare_target, fact, vault};
use crate::ping::target::{CloudflareTarget, ProxyEnv};

pub(super) const KEY: &str = "sk-ant-api03-FAKE-good-key-00000000001";
pub(super) const BAD: &str = "sk-ant-api03-FAKE-bad-key-000000000002";
const OAUTH: &str = "sk-ant-oat01-FAKE-oauth-0000000000003";
const TOKEN: &str = "cfut_FAKE-good-token-000000000000004";
const STALE: &str = "cfut_FAKE-stale-token-00000000000005";
pub(super) const RAY: &str = "cf-ray: 0123456789abcdef-FRA\r\n";

/// How the AI Gateway is set up.
#[derive(Clone, Copy, Default)]
pub(super) struct Side {
    /// It asks for a token.
    auth: bool,
    /// It refuses a wrong token even where it asks for none.
    strict: bool,
    /// A stored key: good or bad.
    stored: Option<bool>,
    /// Status of 2009.
    bare_400: bool,
}

fn gateway_error(status: u16, code: u32) -> Give {
    let body = format!(r#"{{"success":false,"result":[],"messages":[],"error":[{{"code":{code},"message":"x"}}]}}"#);
    http(status, RAY, &body)
}

pub(super) fn provider_error(status: u16, kind: &str, message: &str) -> Give {
    let body = format!(r#"{{"type":"error","error":{{"type":"{kind}","message":"{message}"}},"request_id":"req_1"}}"#);
    http(status, &format!("{RAY}request-id: req_1\r\n"), &body)
}

pub(super) fn play(side: Side) -> impl Fn(&Seen) -> Give {
    move |seen| {
        assert_eq!(seen.header("cf-aig-collect-log"), Some("false"));
        assert_eq!(seen.header("cf-aig-skip-cache"), Some("true"));
        assert_eq!(seen.header("cf-aig-max-attempts"), Some("1"));
        assert_eq!(seen.header("cf-aig-no-wholesale"), Some("true"));
        assert_eq!(seen.header("anthropic-version"), Some("2023-06-01"));
        let token = seen.header("cf-aig-authorization");
        let good = token == Some(&format!("Bearer {TOKEN}"));
        if (side.auth && !good) || (side.strict && token.is_some() && !good) {
            return gateway_error(if side.bare_400 { 400 } else { 401 }, 2009);
        }
        match (seen.header("x-api-key"), side.stored) {
            (Some(KEY), _) | (None, Some(true)) => http(200, RAY, r#"{"data":[],"has_more":false}"#),
            (Some(OAUTH), _) => provider_error(
                401,
                "authentication_error",
                "OAuth authentication is currently not supported.",
            ),
            (Some(_), _) | (None, Some(false)) => provider_error(401, "authentication_error", "invalid x-api-key"),
            (None, None) if good => gateway_error(400, 2999),
            (None, None) => provider_error(401, "authentication_error", "x-api-key header is required"),
        }
    }
}

pub(super) fn run(
    give: impl Fn(&Seen) -> Give + Send + Sync + 'static,
    change: impl FnOnce(&mut CloudflareTarget, &crate::secret::Vault),
) -> (Ran, Vec<Seen>) {
    block_on(async {
        let server = Server::start(give).await;
        let vault = vault();
        let mut target = cloudflare_target(server.port);
        change(&mut target, &vault);
        let ran = super::super::cloudflare(&target, &vault).await;
        let seen = server.seen();
        let shown = serde_json::to_string(&ran).unwrap();
        for secret in [KEY, BAD, OAUTH, TOKEN, STALE] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(seen.len() <= 4);
        if let Some(first) = seen.first() {
            assert!(!first.head.contains("FAKE"), "{}", first.head);
        }
        assert!(seen.iter().all(|one| one.line.starts_with("GET /v1/")));
        (ran, seen)
    })
}

/// Key, value of the token header, shell key.
pub(super) type Sent = (Option<&'static str>, Option<&'static str>, Option<&'static str>);

pub(super) fn with(sent: Sent) -> impl FnOnce(&mut CloudflareTarget, &crate::secret::Vault) {
    move |target, vault| {
        target.api_key = sent.0.map(|text| candidate(vault, "the daemon's key", text));
        target.shell_key = sent.2.map(|text| candidate(vault, "the shell's key", text));
        if let Some(text) = sent.1 {
            let token = candidate(vault, "the token", &format!("Bearer {text}"));
            target.headers = vec![("cf-aig-authorization".to_owned(), token)];
        }
    }
}

#[test]
fn the_decision_table() {
    let open = Side::default();
    let auth = Side { auth: true, ..open };
    let as_400 = Side { bare_400: true, ..auth };
    let byok = Side {
        stored: Some(true),
        ..auth
    };
    let open_byok = Side {
        stored: Some(true),
        ..open
    };
    let bad_byok = Side {
        stored: Some(false),
        ..auth
    };
    let strict = Side { strict: true, ..open };
    let rows: Vec<(Side, Sent, &str, usize)> = vec![
        (open, (Some(KEY), None, None), "ok-auth-off", 2),
        (open, (Some(BAD), None, None), "provider-key-rejected", 2),
        (open, (Some(BAD), None, Some(BAD)), "provider-key-rejected", 2),
        (open, (Some(BAD), None, Some(KEY)), "only-shell-key-accepted", 3),
        (open, (Some(KEY), None, Some(BAD)), "ok-auth-off", 2),
        (open, (None, None, None), "provider-key-missing", 1),
        (open, (None, None, Some(KEY)), "only-shell-key-accepted", 2),
        (open, (None, None, Some(BAD)), "provider-key-missing", 2),
        (
            open,
            (Some("__OPENCLAW_REDACTED__"), None, None),
            "provider-key-missing",
            1,
        ),
        (open, (Some(OAUTH), None, None), "key-not-proved", 2),
        (open, (Some(TOKEN), None, None), "key-shape-wrong", 2),
        (open, (Some("sk-ant-a\nb"), None, None), "key-unsendable", 1),
        (strict, (Some(KEY), Some(STALE), None), "gateway-token-rejected", 3),
        (auth, (Some(KEY), Some(TOKEN), None), "ok", 2),
        (auth, (Some(KEY), None, None), "gateway-token-missing", 2),
        (auth, (None, None, Some(KEY)), "gateway-token-missing", 1),
        (auth, (Some(KEY), Some(STALE), None), "gateway-token-rejected", 2),
        (as_400, (Some(KEY), Some(STALE), None), "gateway-token-rejected", 2),
        (auth, (Some(BAD), Some(TOKEN), None), "provider-key-rejected", 3),
        (auth, (Some(BAD), Some(TOKEN), Some(KEY)), "only-shell-key-accepted", 4),
        (auth, (None, Some(TOKEN), None), "key-not-proved", 2),
        (auth, (None, Some(TOKEN), Some(KEY)), "only-shell-key-accepted", 3),
        (byok, (None, Some(TOKEN), None), "byok-works", 2),
        (byok, (Some(KEY), Some(TOKEN), None), "ok", 2),
        (byok, (Some(BAD), Some(TOKEN), None), "byok-conflict", 3),
        (open_byok, (Some(BAD), None, None), "byok-conflict", 2),
        (open_byok, (None, None, None), "byok-works", 1),
        (bad_byok, (None, Some(TOKEN), None), "byok-key-rejected", 2),
        // A placeholder goes to nobody here; OpenClaw sends it, and a stored key gives way to it.
        (byok, (Some("dummy"), Some(TOKEN), None), "byok-conflict", 2),
        (open_byok, (Some("<your-key>"), None, None), "byok-conflict", 1),
        (bad_byok, (Some("<key>"), Some(TOKEN), None), "byok-key-rejected", 2),
        (auth, (Some("changeme"), Some(STALE), None), "gateway-token-rejected", 2),
    ];
    for (index, (side, sent, word, count)) in rows.into_iter().enumerate() {
        let (ran, seen) = run(play(side), with(sent));
        assert_eq!(
            (ran.1.word.as_str(), seen.len()),
            (word, count),
            "row {index}: {:?}",
            ran.1.facts
        );
        assert_eq!(ran.0.len(), count);
        assert!(!ran.0.iter().any(|answer| answer.url.contains('?')));
    }
    let (ran, _) = run(play(strict), with((Some(KEY), Some(STALE), None)));
    assert_eq!(fact(&ran.1, "without_token"), Some("accepted"));
}

#[test]
fn answers_that_end_it_before_any_secret() {
    let page = "<!doctype html><html><title>Wi-Fi login</title>";
    let cases: Vec<(Give, &str)> = vec![
        (gateway_error(400, 2008), "provider-path-wrong"),
        (gateway_error(429, 2003), "rate-limited"),
        (gateway_error(429, 2041), "rate-limited"),
        (gateway_error(400, 2005), "provider-trouble"),
        (
            provider_error(529, "overloaded_error", "Overloaded"),
            "provider-trouble",
        ),
        (provider_error(500, "api_error", "x"), "provider-trouble"),
        (provider_error(429, "rate_limit_error", "x"), "provider-rate-limited"),
        (
            http(
                403,
                RAY,
                r#"{"error":{"type":"forbidden","message":"Request not allowed"}}"#,
            ),
            "region-block",
        ),
        (http(403, RAY, "error code: 1010"), "waf"),
        (http(403, RAY, "<!DOCTYPE html><title>Just a moment...</title>"), "waf"),
        (http(520, RAY, "error code: 520"), "edge-trouble"),
        (http(200, "", page), "captive-portal"),
        (http(302, "Location: http://127.0.0.1:9/\r\n", ""), "captive-portal"),
        (
            http(307, &format!("{RAY}Location: http://127.0.0.1:9/\r\n"), ""),
            "redirect",
        ),
        (http(407, "Proxy-Authenticate: Basic\r\n", ""), "proxy-auth-407"),
        (http(200, RAY, "{\"data\":["), "not-understood"),
        (http(200, RAY, ""), "not-understood"),
        (http(200, "", "{\"data\":[]}"), "not-understood"),
        (http(401, "", "{\"error\":\"who are you\"}"), "not-understood"),
        (http(404, "", "{}"), "not-understood"),
    ];
    for (give, word) in cases {
        let Give::Bytes(bytes) = give else { panic!() };
        let (ran, seen) = run(
            move |_| Give::Bytes(bytes.clone()),
            with((Some(KEY), Some(TOKEN), Some(BAD))),
        );
        assert_eq!((ran.1.word.as_str(), seen.len()), (word, 1), "{:?}", ran.1.facts);
    }
}

#[test]
fn an_echo_does_not_show_the_key() {
    let (ran, seen) = run(
        |seen| {
            let said = format!(
                "bad {:?} {:?}",
                seen.header("x-api-key"),
                seen.header("cf-aig-authorization")
            )
            .replace('"', "'");
            let body = format!(r#"{{"error":{{"type":"authentication_error","code":"{said}","message":"{said}"}}}}"#);
            http(401, &format!("{RAY}Server: {said}\r\nRetry-After: {said}\r\n"), &body)
        },
        with((Some(KEY), Some(TOKEN), Some(BAD))),
    );
    assert_eq!(ran.1.word, "provider-key-rejected");
    assert!(seen.iter().skip(1).all(|one| one.head.contains("FAKE")));
}

#[test]
fn secrets_stay_where_they_may_not_go() {
    let default_at = |status: u16, code: u32| {
        let (ran, seen) = run(
            move |_| gateway_error(status, code),
            |target, vault| {
                with((Some(KEY), Some(TOKEN), None))(target, vault);
                target.base_url = target.base_url.replace("my-gw", "default");
            },
        );
        (ran.1.word, seen.len())
    };
    let default = |code| default_at(401, code);
    assert_eq!(default(2009), ("gateway-token-rejected".to_owned(), 2));
    assert_eq!(default_at(400, 2001), ("gateway-not-found".to_owned(), 1));
    // With any other id the pair of answers is completed.
    let (ran, seen) = run(|_| gateway_error(400, 2001), with((Some(KEY), Some(TOKEN), None)));
    assert_eq!((ran.1.word.as_str(), seen.len()), ("gateway-not-found", 2));
    assert_eq!(default(2999), ("not-understood".to_owned(), 1));

    let (ran, seen) = run(play(Side::default()), |target, vault| {
        with((Some(KEY), None, None))(target, vault);
        target.unresolved = vec!["CF_AIG_TOKEN".to_owned()];
    });
    assert_eq!((ran.1.word.as_str(), seen.len()), ("auth-skipped", 1));
    assert_eq!(fact(&ran.1, "unresolved"), Some("CF_AIG_TOKEN"));

    let (ran, seen) = run(play(Side::default()), |target, vault| {
        with((Some(KEY), None, None))(target, vault);
        target.base_url = target.base_url.replace("http://", "http://user:FAKE-pass@");
    });
    assert_eq!((ran.1.word.as_str(), seen.len()), ("bad-address", 0));

    let (ran, seen) = run(play(Side::default()), |target, vault| {
        with((Some(KEY), None, None))(target, vault);
        let host = candidate(vault, "a header", "elsewhere.example");
        target.headers = vec![("Host".to_owned(), host)];
        let proxy = vault.seal("http://127.0.0.1:9");
        target.proxy = ProxyEnv {
            vars: vec![
                ("HTTP_PROXY".to_owned(), proxy.clone()),
                ("ALL_PROXY".to_owned(), proxy),
            ],
            managed: None,
        };
    });
    assert_eq!((ran.1.word.as_str(), seen.len()), ("ok-auth-off", 2));
    assert_eq!(fact(&ran.1, "proxy"), Some("not-for-http"));
    assert_eq!(fact(&ran.1, "all_proxy"), Some("ignored"));
    assert!(
        seen.iter()
            .all(|one| one.header("host").is_some_and(|host| host.starts_with("127.0.0.1")))
    );
}

#[test]
fn no_secret_goes_over_plain_http_but_to_loopback() {
    // The unspecified address leads to this machine and is no loopback address by its text.
    let (ran, seen) = run(play(Side::default()), |target, vault| {
        with((Some(KEY), Some(TOKEN), Some(BAD)))(target, vault);
        target.base_url = target.base_url.replace("127.0.0.1", "0.0.0.0");
    });
    assert_eq!((ran.1.word.as_str(), seen.len()), ("plain-http-remote", 1));
    for secret in [KEY, TOKEN, BAD] {
        assert!(!seen[0].head.contains(secret));
    }
}

#[test]
fn what_a_limit_leaves_known() {
    // The key was refused; the question that would split it further hits a limit.
    let (ran, seen) = run(
        |seen| match (seen.header("x-api-key"), seen.header("cf-aig-authorization")) {
            (None, None) => gateway_error(401, 2009),
            (Some(_), _) => provider_error(401, "authentication_error", "invalid x-api-key"),
            (None, Some(_)) => gateway_error(429, 2003),
        },
        with((Some(BAD), Some(TOKEN), Some(KEY))),
    );
    assert_eq!((ran.1.word.as_str(), seen.len()), ("provider-key-rejected", 3));
}

#[test]
fn clocks_and_forms() {
    let (ran, _) = run(
        |_| {
            http(
                400,
                &format!("{RAY}Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: 7\r\n"),
                r#"{"success":false,"error":[{"code":2001}]}"#,
            )
        },
        with((Some(TOKEN), Some(TOKEN), None)),
    );
    assert!(fact(&ran.1, "clock_skew_s").unwrap().parse::<i64>().unwrap() > 900_000_000);
    assert_eq!(fact(&ran.1, "retry_after"), Some("7"));
    assert_eq!(fact(&ran.1, "same_value"), Some("yes"));
    assert_eq!(fact(&ran.1, "key_shape"), Some("Cloudflare user token"));
    assert_eq!(fact(&ran.1, "token_form"), Some("bearer"));
}

#[test]
fn nobody_follows_a_redirect_with_the_key() {
    block_on(async {
        let decoy = Server::start(|_| http(200, RAY, "{}")).await;
        let place = format!("http://127.0.0.1:{}/v1/models", decoy.port);
        let server = Server::start(move |seen| match seen.header("x-api-key") {
            None => gateway_error(401, 2009),
            Some(_) => http(307, &format!("{RAY}Location: {place}\r\n"), ""),
        })
        .await;
        let vault = vault();
        let mut target = cloudflare_target(server.port);
        with((Some(KEY), Some(TOKEN), Some(BAD)))(&mut target, &vault);
        let (answers, verdict) = super::super::cloudflare(&target, &vault).await;
        assert_eq!((verdict.word.as_str(), answers.len()), ("redirect", 2));
        assert!(decoy.seen().is_empty());
    });
}
