//! TLS and proxies: who is trusted, and that nothing is sent to whom is not.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::certificates::{CA, EARLY, EXPIRED, GOOD, OPENCLAW, OTHER_NAME, SELF_SIGNED, certificate, key, pem};
use super::server::{Give, Server, http};
use super::{Ran, block_on, candidate, cloudflare_target, fact, gateway_target, vault};
use crate::collect::ping::tls::provider;
use crate::ping::target::{ProxyEnv, TlsPin};

const SECRET: &str = "sk-ant-api03-FAKE-good-key-00000000001";

/// A TLS server that answers like both Gateways; returns its port and the heads it read.
fn serve(cert: &str) -> (u16, Arc<Mutex<Vec<String>>>) {
    serve_with(cert, |head| {
        let (status, body) = answer(head);
        (status, "", body)
    })
}

/// A TLS server that answers with status, headers and body of `answer`.
pub(super) fn serve_with(
    cert: &str,
    answer: impl Fn(&str) -> (u16, &'static str, &'static str) + Send + 'static,
) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate(cert)], key())
        .unwrap();
    let (config, kept) = (Arc::new(config), seen.clone());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
            let mut tls = StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream);
            let mut bytes = Vec::new();
            let mut chunk = [0; 4096];
            while !bytes.windows(4).any(|window| window == b"\r\n\r\n") {
                match tls.read(&mut chunk) {
                    Ok(count) if count > 0 => bytes.extend_from_slice(&chunk[..count]),
                    _ => break,
                }
            }
            if bytes.is_empty() {
                continue;
            }
            let head = String::from_utf8(bytes).unwrap();
            let (status, more, body) = answer(&head);
            kept.lock().unwrap().push(head);
            let text = format!(
                "HTTP/1.1 {status} X\r\ncf-ray: 1\r\n{more}Content-Length: {}\r\n\r\n{body}",
                body.len()
            );
            let _ = tls.write_all(text.as_bytes());
            tls.conn.send_close_notify();
            let _ = tls.flush();
        }
    });
    (port, seen)
}

fn answer(head: &str) -> (u16, &'static str) {
    let secret = head.contains(SECRET);
    match head.split(' ').nth(1).unwrap() {
        "/startupz" => (200, r#"{"ok":true,"status":"started"}"#),
        "/readyz" => (200, r#"{"ready":true}"#),
        "/tools/invoke" if secret => (400, r#"{"error":{"message":"tools.invoke requires name"}}"#),
        "/tools/invoke" => (401, r#"{"error":{"message":"Unauthorized","type":"unauthorized"}}"#),
        _ if secret => (200, r#"{"data":[]}"#),
        _ => (
            401,
            r#"{"type":"error","error":{"type":"authentication_error","message":"x-api-key header is required"}}"#,
        ),
    }
}

fn ask_gateway(port: u16, tls: bool, pin: Option<TlsPin>) -> Ran {
    let vault = vault();
    let mut target = gateway_target(port);
    target.base.tls = tls;
    target.tls = pin;
    target.candidates = vec![candidate(&vault, "client", SECRET)];
    block_on(super::super::gateway(&target, &vault, &Default::default()))
}

fn ask_cloudflare(port: u16, extra_ca: Option<Vec<u8>>, proxy: Option<String>) -> Ran {
    let vault = vault();
    let mut target = cloudflare_target(port);
    target.base_url = target.base_url.replace("http://", "https://");
    target.api_key = Some(candidate(&vault, "daemon", SECRET));
    target.extra_ca = extra_ca;
    target.budget = Duration::from_secs(4);
    if let Some(proxy) = proxy {
        target.proxy = ProxyEnv {
            vars: vec![("https_proxy".to_owned(), vault.seal(proxy))],
            managed: None,
        };
    }
    block_on(super::super::cloudflare(&target, &vault))
}

#[test]
fn the_pin_of_a_gateway() {
    let right = TlsPin::from_cert_file(&pem(OPENCLAW));
    assert_eq!(right, TlsPin::from_cert_file(&certificate(OPENCLAW)));
    let wrong = TlsPin::from_cert_file(&pem(GOOD));
    for (tls, pin, word, count) in [
        (true, right.clone(), "healthy", 4),
        (true, wrong, "tls-pin-mismatch", 0),
        (true, None, "tls-unknown-issuer", 0),
        (false, right, "scheme-mismatch", 0),
    ] {
        let (port, seen) = serve(OPENCLAW);
        let ran = ask_gateway(port, tls, pin);
        assert_eq!(ran.1.word, word, "{:?}", ran.1.facts);
        assert_eq!(seen.lock().unwrap().len(), count);
    }
}

#[test]
fn fingerprints_as_people_write_them() {
    let plain = "ab".repeat(32);
    let colons = vec!["AB"; 32].join(":");
    for text in [
        plain.as_str(),
        &colons,
        &format!("sha256:{plain}"),
        &format!(" {plain}\n"),
    ] {
        assert_eq!(
            TlsPin::from_fingerprint(text),
            Some(TlsPin { sha256: [0xab; 32] }),
            "{text}"
        );
    }
    for text in [
        "",
        "ab",
        "zz",
        &"ab".repeat(33),
        // OpenClaw takes none of these forms.
        &format!("sha256={plain}"),
        &format!("SHA-256:{plain}"),
        &vec!["ab"; 32].join("-"),
        &vec!["abab"; 16].join(":"),
        &format!("{}a", "ab".repeat(31)),
        &"é".repeat(32),
    ] {
        assert_eq!(TlsPin::from_fingerprint(text), None, "{text}");
    }
    for bytes in [&b""[..], b"-----BEGIN", b"-----BEGIN CERTIFICATE-----\n!!\n", b"junk"] {
        assert_eq!(TlsPin::from_cert_file(bytes), None);
    }
}

#[test]
fn the_trust_of_node() {
    for (shown, extra, word, node, count) in [
        (GOOD, Some(CA), "ok-auth-off", "yes", 2),
        (GOOD, None, "tls-unknown-issuer", "no", 0),
        (GOOD, Some(OPENCLAW), "tls-unknown-issuer", "no", 0),
        (EXPIRED, Some(CA), "tls-expired", "unknown", 0),
        (EARLY, Some(CA), "tls-not-yet-valid", "unknown", 0),
        (OTHER_NAME, Some(CA), "tls-wrong-name", "unknown", 0),
        (SELF_SIGNED, None, "tls-unknown-issuer", "no", 0),
        (OPENCLAW, Some(CA), "tls-unknown-issuer", "no", 0),
        // Node takes a server's own certificate out of the extra file.
        (SELF_SIGNED, Some(SELF_SIGNED), "ok-auth-off", "unknown", 2),
    ] {
        let (port, seen) = serve(shown);
        let ran = ask_cloudflare(port, extra.map(pem), None);
        assert_eq!(ran.1.word, word, "{:?}", ran.1.facts);
        assert_eq!(seen.lock().unwrap().len(), count, "{word}");
        if node == "no" || count == 2 && node == "yes" {
            assert_eq!(fact(&ran.1, "node_trust"), Some(node));
        }
        match word {
            "tls-expired" => assert_eq!(fact(&ran.1, "cert_not_after"), Some("1580515200")),
            "tls-not-yet-valid" => assert_eq!(fact(&ran.1, "cert_not_before"), Some("4417977600")),
            _ => {}
        }
    }
    let mut broken = b"-----BEGIN CERTIFICATE-----\njunk\n-----END CERTIFICATE-----\n".to_vec();
    broken.extend(pem(CA));
    let (port, _) = serve(GOOD);
    assert_eq!(ask_cloudflare(port, Some(broken), None).1.word, "ok-auth-off");
}

#[test]
fn tls_towards_plain_http() {
    block_on(async {
        let server = Server::start(|_| http(200, "", "{}")).await;
        let port = server.port;
        let ran = tokio::task::spawn_blocking(move || ask_cloudflare(port, None, None))
            .await
            .unwrap();
        assert_eq!(ran.1.word, "scheme-mismatch");
    });
}

#[test]
fn what_proxies_do() {
    type Case = (fn() -> Give, &'static str, &'static str);
    let cases: Vec<Case> = vec![
        (
            || http(407, "Proxy-Authenticate: Basic\r\n", ""),
            "proxy-auth-407",
            "used",
        ),
        (|| http(403, "", "denied"), "proxy-refused", "used"),
        (|| http(502, "", "bad"), "proxy-refused", "used"),
        (|| Give::Silence, "timeout", "used"),
    ];
    for (give, word, way) in cases {
        block_on(async {
            let server = Server::start(move |_| give()).await;
            let port = server.port;
            let proxy = format!("http://user:FAKE-proxy-pass@127.0.0.1:{port}");
            let ran = tokio::task::spawn_blocking(move || ask_cloudflare(443, None, Some(proxy)))
                .await
                .unwrap();
            assert_eq!(ran.1.word, word, "{:?}", ran.1.facts);
            assert_eq!(fact(&ran.1, "proxy"), Some(way));
            let seen = server.seen();
            assert_eq!(seen.len(), 1);
            assert!(seen[0].line.starts_with("CONNECT 127.0.0.1:443"), "{}", seen[0].line);
            assert!(!seen[0].head.contains(SECRET));
            assert!(!serde_json::to_string(&ran).unwrap().contains("FAKE-proxy-pass"));
        });
    }
    for (proxy, word) in [
        ("http://127.0.0.1:9", "proxy-dead"),
        ("127.0.0.1:9", "proxy-dead"),
        ("socks5://127.0.0.1:9", "proxy-unusable"),
        ("http://", "proxy-unusable"),
    ] {
        assert_eq!(
            ask_cloudflare(443, None, Some(proxy.to_owned())).1.word,
            word,
            "{proxy}"
        );
    }
}
