//! The OpenClaw Gateway: tables of servers and the words they lead to.

use super::server::{Give, Seen, Server, http};
use super::{Ran, block_on, candidate, fact, gateway_target, vault};
use crate::ping::target::GatewayTarget;

const RIGHT: &str = "FAKE-right-secret-000111";
const WRONG: &str = "FAKE-wrong-secret-222333";
const REFUSED: &str = r#"{"error":{"message":"Unauthorized","type":"unauthorized"}}"#;
const LET_IN: &str = r#"{"ok":false,"error":{"type":"invalid_request","message":"tools.invoke requires name"}}"#;
const LET_IN_OLD: &str = r#"{"error":{"message":"tools.invoke requires body.tool","type":"invalid_request_error"}}"#;
const UI: &str =
    r#"<!doctype html><html data-openclaw-control-ui-build-id="2026.9.6-x"><title>OpenClaw Control</title>"#;

/// A server as OpenClaw 2026.9.6 answers on loopback.
fn modern(seen: &Seen) -> Give {
    match seen.line.as_str() {
        "GET /startupz" => http(
            200,
            "",
            r#"{"ok":true,"status":"started","version":"2026.9.6","uptimeMs":5}"#,
        ),
        "GET /readyz" => http(200, "", r#"{"ready":true,"failing":[],"uptimeMs":5}"#),
        "GET /healthz" => http(200, "", r#"{"ok":true,"status":"live"}"#),
        "POST /tools/invoke" => invoke(seen, LET_IN),
        _ => http(200, "", UI),
    }
}

/// A server as 2026.2.26 answers.
fn old(seen: &Seen) -> Give {
    match seen.line.as_str() {
        "POST /tools/invoke" => invoke(seen, LET_IN_OLD),
        _ => http(200, "", UI),
    }
}

fn invoke(seen: &Seen, let_in: &str) -> Give {
    assert_eq!(seen.body, "{}");
    if seen.header("authorization") == Some(&format!("Bearer {RIGHT}")) {
        http(400, "", let_in)
    } else {
        http(401, "", REFUSED)
    }
}

fn startup(status: u16, body: &'static str) -> impl Fn(&Seen) -> Give {
    move |seen| {
        if seen.line == "GET /startupz" {
            http(status, "", body)
        } else {
            modern(seen)
        }
    }
}

fn run(
    give: impl Fn(&Seen) -> Give + Send + Sync + 'static,
    candidates: &[&str],
    change: impl FnOnce(&mut GatewayTarget),
) -> (Ran, Vec<Seen>) {
    block_on(async {
        let server = Server::start(give).await;
        let vault = vault();
        let mut target = gateway_target(server.port);
        for (index, text) in candidates.iter().enumerate() {
            target
                .candidates
                .push(candidate(&vault, &format!("source {index}"), text));
        }
        change(&mut target);
        let ran = super::super::gateway(&target, &vault, &Default::default()).await;
        (ran, server.seen())
    })
}

/// Checks what holds for every run, and returns the lines with a mark where a secret went along.
fn lines(ran: &Ran, seen: &[Seen]) -> Vec<String> {
    assert!(seen.len() <= 4, "{seen:?}");
    let shown = serde_json::to_string(ran).unwrap();
    for secret in [RIGHT, WRONG] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(seen.iter().all(|one| one.header("origin").is_none()));
    seen.iter()
        .map(|one| match one.header("authorization") {
            Some(value) if value.ends_with(RIGHT) => format!("{} right", one.line),
            Some(_) => format!("{} wrong", one.line),
            None => one.line.clone(),
        })
        .collect()
}

const A: &str = "GET /startupz";
const B: &str = "GET /readyz";
const H: &str = "GET /healthz";
const C: &str = "POST /tools/invoke";
const D: &str = "POST /tools/invoke right";
const W: &str = "POST /tools/invoke wrong";

#[test]
fn a_gateway_of_today() {
    for (candidates, word, auth, wanted) in [
        (&[RIGHT][..], "healthy", "accepted", &[A, B, C, D][..]),
        (&[WRONG], "auth-mismatch", "refused", &[A, B, C, W]),
        (&[WRONG, RIGHT], "daemon-secret-accepted", "accepted", &[A, C, W, D]),
        (&[RIGHT, WRONG], "healthy", "accepted", &[A, C, D, B]),
        (&[RIGHT, RIGHT], "healthy", "accepted", &[A, B, C, D]),
        (&[WRONG, "FAKE-other-secret"], "auth-mismatch", "refused", &[A, C, W, W]),
        (&[], "no-credential", "not-tried", &[A, B, C]),
        (&["__OPENCLAW_REDACTED__"], "no-credential", "not-tried", &[A, B, C]),
        (&["undefined"], "no-credential", "not-tried", &[A, B, C]),
        (&["a\u{2019}b-secret"], "credential-unsendable", "not-tried", &[A, B, C]),
    ] {
        let (ran, seen) = run(modern, candidates, |_| {});
        assert_eq!(ran.1.word, word, "{candidates:?}");
        assert_eq!(fact(&ran.1, "auth"), Some(auth));
        assert_eq!(fact(&ran.1, "version"), Some("2026.9.6"));
        assert_eq!(fact(&ran.1, "release"), Some("current"));
        assert_eq!(lines(&ran, &seen), wanted);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_listener_of_another_account_gets_no_credential() {
    for candidates in [&[RIGHT][..], &[WRONG, RIGHT]] {
        let (ran, seen) = run(modern, candidates, |target| target.owners = vec![u32::MAX - 1]);
        assert_eq!(ran.1.word, "no-credential");
        assert_eq!(fact(&ran.1, "listener"), Some("stranger"));
        assert_eq!(fact(&ran.1, "auth"), Some("not-tried"));
        assert!(seen.iter().all(|one| one.header("authorization").is_none()));
        assert!(lines(&ran, &seen).contains(&C.to_owned()));
    }
}

#[test]
fn where_a_refusal_counts_only_the_likely_one_is_sent() {
    for (candidates, word, wanted) in [
        (&[WRONG, RIGHT][..], "daemon-secret-accepted", &[A, B, C, D][..]),
        (&[RIGHT, WRONG], "auth-mismatch", &[A, B, C, W]),
        (&[RIGHT], "healthy", &[A, B, C, D]),
        (&[WRONG], "auth-mismatch", &[A, B, C, W]),
    ] {
        let (ran, seen) = run(modern, candidates, |target| target.exempt_loopback = false);
        assert_eq!(ran.1.word, word);
        assert_eq!(lines(&ran, &seen), wanted);
    }
}

#[test]
fn an_old_release() {
    for (known, candidates, word, wanted) in [
        (false, &[RIGHT][..], "healthy-old-release", &[A, H, C, D][..]),
        (true, &[RIGHT], "healthy-old-release", &[H, C, D]),
        (
            true,
            &[WRONG, RIGHT],
            "daemon-secret-accepted-old-release",
            &[H, C, W, D],
        ),
        (
            false,
            &[WRONG, RIGHT],
            "daemon-secret-accepted-old-release",
            &[A, C, W, D],
        ),
        (false, &[WRONG], "auth-mismatch-old-release", &[A, H, C, W]),
        (false, &[], "no-credential-old-release", &[A, H, C]),
    ] {
        let (ran, seen) = run(old, candidates, |target| target.old_release = known);
        assert_eq!(ran.1.word, word, "{candidates:?}");
        assert_eq!(fact(&ran.1, "release"), Some("old"));
        assert_eq!(lines(&ran, &seen), wanted);
    }
}

#[test]
fn states_and_refusals() {
    let limited = r#"{"error":{"message":"Too many failed authentication attempts.","type":"rate_limited"}}"#;
    let attribution =
        r#"{"error":{"message":"Proxy client attribution is required.","type":"proxy_attribution_required"}}"#;
    type Rule = Box<dyn Fn(&Seen) -> Give + Send + Sync>;
    let rules: Vec<(Rule, &str, usize)> = vec![
        (
            Box::new(startup(503, r#"{"ok":false,"status":"starting"}"#)),
            "starting",
            1,
        ),
        (
            Box::new(startup(503, r#"{"ok":false,"status":"draining"}"#)),
            "draining",
            1,
        ),
        (Box::new(startup(403, attribution)), "proxy-attribution", 1),
        (
            Box::new(|seen| match seen.line.as_str() {
                "GET /readyz" => http(
                    503,
                    "",
                    r#"{"ready":false,"failing":["telegram","FAKE-right-secret-000111"]}"#,
                ),
                _ => modern(seen),
            }),
            "not-ready",
            4,
        ),
        (
            Box::new(move |seen| match seen.line.as_str() {
                "POST /tools/invoke" => http(429, "Retry-After: 20\r\n", limited),
                _ => modern(seen),
            }),
            "locked-out",
            3,
        ),
        (
            Box::new(|seen| match seen.line.as_str() {
                "POST /tools/invoke" => http(400, "", LET_IN),
                _ => modern(seen),
            }),
            "auth-off",
            3,
        ),
        (
            Box::new(|seen| match seen.line.as_str() {
                "POST /tools/invoke" => http(418, "", "{}"),
                _ => modern(seen),
            }),
            "inconclusive",
            3,
        ),
    ];
    for (give, word, count) in rules {
        let (ran, seen) = run(give, &[RIGHT], |_| {});
        assert_eq!(ran.1.word, word);
        assert_eq!(lines(&ran, &seen).len(), count, "{word}");
        match word {
            "locked-out" => assert_eq!(fact(&ran.1, "retry_after"), Some("20")),
            "not-ready" => assert_eq!(fact(&ran.1, "failing"), Some("telegram, something else")),
            _ => {}
        }
    }
}

#[test]
fn strangers_get_no_secret() {
    let page = "<!DOCTYPE HTML><html><h1>Hello</h1></html>";
    type Rule = Box<dyn Fn(&Seen) -> Give + Send + Sync>;
    let rules: Vec<(Rule, &str)> = vec![
        (
            Box::new(|_| http(404, "Server: SimpleHTTP/0.6 Python/3.13\r\n", "<h1>File not found</h1>")),
            "foreign",
        ),
        (Box::new(|_| http(200, "Server: nginx\r\n", page)), "foreign"),
        (Box::new(|_| http(200, "", "{}")), "foreign"),
        (Box::new(|_| http(200, "", r#"{"ok":true}"#)), "foreign"),
        (Box::new(|_| http(426, "Upgrade: websocket\r\n", "")), "foreign"),
        (
            Box::new(|_| http(302, "Location: http://127.0.0.1:9/\r\n", "")),
            "foreign",
        ),
        (Box::new(|_| http(401, "WWW-Authenticate: Basic\r\n", "")), "foreign"),
        (
            Box::new(|_| Give::Bytes(b"SSH-2.0-OpenSSH_10.0\r\n".to_vec())),
            "foreign",
        ),
        (Box::new(|_| Give::Close), "connection-lost"),
        (
            Box::new(|_| http(400, "", "Client sent an HTTP request to an HTTPS server.\n")),
            "scheme-mismatch",
        ),
    ];
    for (give, word) in rules {
        let (ran, seen) = run(give, &[RIGHT, WRONG], |_| {});
        assert_eq!(ran.1.word, word);
        assert!(
            lines(&ran, &seen)
                .iter()
                .all(|line| !line.contains(' ') || !line.ends_with("right"))
        );
        assert!(seen.iter().all(|one| one.header("authorization").is_none()), "{seen:?}");
    }
    let (ran, _) = run(
        |_| http(404, "Server: SimpleHTTP/0.6\r\n", "<h1>x</h1>"),
        &[RIGHT],
        |_| {},
    );
    assert_eq!(fact(&ran.1, "server"), Some("Python's http.server"));
}

#[test]
fn modes_and_places() {
    let (ran, _) = run(modern, &[], |target| target.expect_auth = "trusted-proxy".to_owned());
    assert_eq!(ran.1.word, "proxy-auth-only");
    let (ran, seen) = run(
        |_| http(302, "Location: https://login.example/\r\n", ""),
        &[RIGHT],
        |target| target.remote = true,
    );
    assert_eq!((ran.1.word.as_str(), seen.len()), ("edge-page", 1));
    let (ran, _) = run(modern, &[RIGHT], |target| target.base.tls = true);
    assert_ne!(ran.1.word, "healthy");
    let (ran, _) = run(modern, &[RIGHT], |target| target.base.host = "localhost".to_owned());
    assert_eq!(ran.1.word, "healthy");
    let (ran, _) = run(modern, &[RIGHT], |target| target.base.port = 9);
    assert_eq!(
        (ran.1.word.as_str(), fact(&ran.1, "live")),
        ("nothing-listening", Some("no"))
    );
}

#[test]
fn no_secret_goes_over_plain_http_but_to_loopback() {
    // The unspecified address leads to this machine and is no loopback address by its text.
    let (ran, seen) = run(modern, &[RIGHT, WRONG], |target| {
        target.base.host = "0.0.0.0".to_owned();
        target.remote = true;
    });
    assert_eq!(ran.1.word, "plain-http-remote");
    assert!(seen.iter().all(|one| one.header("authorization").is_none()));
}

#[test]
fn twenty_runs_in_a_row_send_one_credential_each() {
    for _ in 0..20 {
        let (ran, seen) = run(modern, &[WRONG], |_| {});
        assert_eq!(
            lines(&ran, &seen).iter().filter(|line| line.ends_with("wrong")).count(),
            1
        );
    }
}

#[test]
fn what_a_cut_connection_leaves_known() {
    let cut_at = |line: &'static str, secret: &'static str| {
        move |seen: &Seen| {
            let here = seen.line == line && seen.header("authorization").unwrap_or_default().ends_with(secret);
            if here { Give::Close } else { modern(seen) }
        }
    };
    for (give, candidates, word) in [
        (cut_at(B, ""), &[RIGHT, WRONG][..], "healthy"),
        (cut_at(C, RIGHT), &[WRONG, RIGHT], "auth-mismatch"),
        (cut_at(C, RIGHT), &[RIGHT], "connection-lost"),
        (cut_at(B, ""), &[RIGHT], "connection-lost"),
    ] {
        assert_eq!(run(give, candidates, |_| {}).0.1.word, word, "{candidates:?}");
    }
}
