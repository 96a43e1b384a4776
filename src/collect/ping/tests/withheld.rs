//! What no answer may draw out: requests with credentials to an address that cannot be right, and requests that OpenClaw
//! itself does not make.

use super::server::{Seen, Server, http};
use super::{Ran, block_on, candidate, cloudflare_target, fact, vault};
use crate::ping::target::CloudflareTarget;

const KEY: &str = "sk-ant-api03-FAKE-good-key-00000000001";
const TOKEN: &str = "Bearer cfut_FAKE-good-token-000000000000004";

/// Somebody who lets everybody in that has a key, and says what a provider says to all others.
fn run(change: impl FnOnce(&mut CloudflareTarget, &crate::secret::Vault)) -> (Ran, Vec<Seen>) {
    block_on(async {
        let server = Server::start(|seen| match seen.header("x-api-key") {
            Some(_) => http(200, "", r#"{"data":[],"has_more":false}"#),
            None => http(
                401,
                "cf-ray: 0123456789abcdef-FRA\r\nrequest-id: req_1\r\n",
                r#"{"type":"error","error":{"type":"authentication_error","message":"x-api-key header is required"}}"#,
            ),
        })
        .await;
        let vault = vault();
        let mut target = cloudflare_target(server.port);
        let token = candidate(&vault, "the token", TOKEN);
        target.headers = vec![("cf-aig-authorization".to_owned(), token)];
        change(&mut target, &vault);
        let ran = super::super::cloudflare(&target, &vault).await;
        (ran, server.seen())
    })
}

#[test]
fn an_address_that_cannot_be_right_gets_no_credential() {
    let (ran, seen) = run(|target, vault| {
        target.api_key = Some(candidate(vault, "the key", KEY));
        target.shell_key = Some(candidate(
            vault,
            "the shell's key",
            "sk-ant-api03-FAKE-other-key-0000000002",
        ));
        target.wrong_address = Some("Nobody there is an AI Gateway.");
    });
    assert_eq!((ran.1.word.as_str(), seen.len()), ("auth-skipped", 1));
    assert!(!seen.first().unwrap().head.contains("FAKE"));
    assert_eq!(fact(&ran.1, "wrong_address"), Some("Nobody there is an AI Gateway."));
}

#[test]
fn without_a_key_openclaw_sends_nothing() {
    for (header, key) in [
        ("x-api-key", KEY),
        ("authorization", TOKEN),
        ("cf-aig-authorization", TOKEN),
    ] {
        let (ran, seen) = run(|target, vault| {
            target.api_key = None;
            target.headers = vec![(header.to_owned(), candidate(vault, "a header", key))];
            target.needs_key = true;
        });
        assert_eq!(
            (ran.1.word.as_str(), seen.len()),
            ("provider-key-missing", 1),
            "{header}"
        );
        assert_eq!(
            (fact(&ran.1, "silent"), fact(&ran.1, "key")),
            (Some("yes"), Some("missing")),
            "{header}"
        );
    }
}
