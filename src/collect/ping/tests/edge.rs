//! An edge in front of the Gateway or of Cloudflare's AI Gateway: who gets its headers, and from when on.

use super::certificates::{CA, GOOD, OPENCLAW, pem};
use super::tls::serve_with;
use super::{Ran, block_on, candidate, cloudflare_target, fact, gateway_target, vault};
use crate::ping::target::TlsPin;

const TOKEN: &str = "FAKE-gateway-token-0123456789";
const KEY: &str = "sk-ant-api03-FAKE-good-key-00000000001";
const SECRET: &str = "FAKE-service-secret-0123456789";
const OLD: &str = "FAKE-service-secret-of-last-year";
const LOGIN: &str = "Location: https://team.cloudflareaccess.com/cdn-cgi/access/login/gw?kid=1\r\n";

/// Access, which lets its service token pass, then OpenClaw and the AI Gateway.
fn behind_access(head: &str) -> (u16, &'static str, &'static str) {
    if !head.contains(&format!("cf-access-client-secret: {SECRET}\r\n")) {
        return (302, LOGIN, "");
    }
    match head.split(' ').nth(1).unwrap() {
        "/startupz" => (200, "", r#"{"ok":true,"status":"started"}"#),
        "/tools/invoke" if head.contains(TOKEN) => (400, "", r#"{"error":{"message":"tools.invoke requires name"}}"#),
        "/tools/invoke" => (401, "", r#"{"error":{"message":"Unauthorized","type":"unauthorized"}}"#),
        _ if head.contains(KEY) => (200, "", r#"{"data":[]}"#),
        _ => (
            401,
            "",
            r#"{"type":"error","error":{"type":"authentication_error","message":"x-api-key header is required"}}"#,
        ),
    }
}

/// A stranger, who takes whatever comes.
fn stranger(_: &str) -> (u16, &'static str, &'static str) {
    (401, "", "go away")
}

/// What went out in each request: `-`, or `s` for the service token and `t` for the credential behind it.
fn carried(seen: &[String]) -> Vec<String> {
    let mark = |head: &String| {
        let pair = [(SECRET, "s"), (OLD, "s"), (TOKEN, "t"), (KEY, "t")];
        let marks: String = pair
            .iter()
            .filter(|(text, _)| head.contains(text))
            .map(|(_, mark)| *mark)
            .collect();
        if marks.is_empty() { "-".to_owned() } else { marks }
    };
    seen.iter().map(mark).collect()
}

fn silent(ran: &Ran) {
    let shown = serde_json::to_string(ran).unwrap();
    for secret in [TOKEN, KEY, SECRET, OLD] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn ask_gateway(
    answer: fn(&str) -> (u16, &'static str, &'static str),
    pinned: bool,
    secret: &str,
) -> (Ran, Vec<String>) {
    let (port, seen) = serve_with(OPENCLAW, answer);
    let vault = vault();
    let mut target = gateway_target(port);
    target.by_url = true;
    target.base.tls = true;
    target.tls = TlsPin::from_cert_file(&pem(if pinned { OPENCLAW } else { GOOD }));
    target.candidates = vec![candidate(&vault, "client", TOKEN)];
    target.edge = vec![
        ("CF-Access-Client-Id".to_owned(), candidate(&vault, "edge", "id.access")),
        ("CF-Access-Client-Secret".to_owned(), candidate(&vault, "edge", secret)),
    ];
    let ran = block_on(super::super::gateway(&target, &vault, &Default::default()));
    silent(&ran);
    let seen = seen.lock().unwrap().clone();
    (ran, seen)
}

#[test]
fn a_gateway_behind_access() {
    for (answer, pinned, secret, word, edge_auth, wanted) in [
        (
            behind_access as fn(&str) -> _,
            true,
            SECRET,
            "healthy",
            Some("accepted"),
            &["-", "s", "s", "st"][..],
        ),
        (behind_access, true, OLD, "access", Some("refused"), &["-", "s"]),
        // Who answers neither as OpenClaw nor with the mark of Cloudflare's edge gets nothing.
        (stranger, true, SECRET, "foreign", None, &["-"]),
        (behind_access, false, SECRET, "tls-pin-mismatch", None, &[]),
    ] {
        let (ran, seen) = ask_gateway(answer, pinned, secret);
        assert_eq!(ran.1.word, word);
        assert_eq!(fact(&ran.1, "edge_auth"), edge_auth, "{word}");
        assert_eq!(carried(&seen), wanted, "{word}");
        assert!(
            ran.0
                .iter()
                .all(|one| one.auth == one.credential.as_deref().is_some_and(|what| what.contains("client")))
        );
    }
}

#[test]
fn an_ai_gateway_behind_access() {
    for (secret, both, word, access, wanted) in [
        (SECRET, true, "ok-auth-off", Some("accepted"), &["-", "s", "st"][..]),
        (OLD, true, "access", Some("refused"), &["-", "s"]),
        // Half a service token is none.
        (SECRET, false, "access", None, &["-"]),
    ] {
        let (port, seen) = serve_with(GOOD, behind_access);
        let vault = vault();
        let mut target = cloudflare_target(port);
        target.base_url = target.base_url.replace("http://", "https://");
        target.extra_ca = Some(pem(CA));
        target.api_key = Some(candidate(&vault, "daemon", KEY));
        target.headers = vec![(
            "CF-Access-Client-Secret".to_owned(),
            candidate(&vault, "header", secret),
        )];
        if both {
            let id = (
                "cf-access-client-id".to_owned(),
                candidate(&vault, "header", "id.access"),
            );
            target.headers.push(id);
        }
        let ran = block_on(super::super::cloudflare(&target, &vault));
        silent(&ran);
        assert_eq!((ran.1.word.as_str(), fact(&ran.1, "access")), (word, access));
        assert_eq!(carried(&seen.lock().unwrap()), wanted, "{word}");
    }
}
