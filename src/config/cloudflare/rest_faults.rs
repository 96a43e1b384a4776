//! What cannot work about an address on the host of Cloudflare's API: the REST endpoint, and paths that lack a part of it.

use super::address::{Address, HOST, REST_HOST, is_account_id};
use super::corrections::origin;
use super::fault::{CLEAR, Fault, IN_THE_PATH, NOT_FOUND, TWICE, fault, in_place};
use super::lookalike;
use super::path_secret::named;
use super::placeholders::is_placeholder;

/// The REST endpoint below an account: `…/ai` for Anthropic's API, `…/ai/v1` for OpenAI's.
pub(super) fn rest(address: &Address, account: &str, tail: &[String], anthropic: bool) -> Option<Fault> {
    let good = |account: &str| {
        let end = if anthropic { "" } else { "/v1" };
        let own = address.host != HOST && !address.host.ends_with("cloudflare.com");
        let origin = origin(address, own && lookalike::meant(&address.host).is_none());
        format!("{origin}/client/v4/accounts/{account}/ai{end}").replace(HOST, REST_HOST)
    };
    if address.host.ends_with("cloudflare.com") && !address.tls {
        return fault("is not encrypted", CLEAR, good(account));
    }
    let slip = lookalike::meant(&address.host).is_some();
    if (slip || address.host.ends_with("cloudflare.com")) && address.host != REST_HOST {
        return fault(
            format!("has a path of {REST_HOST} on the host {}", address.host),
            "Cloudflare answers it only there.",
            good(account),
        );
    }
    if let Some(what) = named(account) {
        return fault(in_place(what, "account"), IN_THE_PATH, good("<account id>"));
    }
    if is_placeholder(account) {
        return fault(
            "still has a placeholder for the account id",
            NOT_FOUND,
            good("<account id>"),
        );
    }
    if address.host == REST_HOST && !is_account_id(account) {
        return fault(
            "has an account id that is not 32 hex digits",
            NOT_FOUND,
            good("<account id>"),
        );
    }
    let tail: Vec<&str> = tail.iter().map(String::as_str).collect();
    match (tail.as_slice(), anthropic) {
        (["v1", "messages" | "chat" | "responses" | "embeddings", ..], _) => fault(
            format!("ends in the endpoint /{}", tail.join("/")),
            TWICE,
            good(account),
        ),
        ([], false) => fault(
            "lacks /v1 at its end",
            "That path is not an endpoint in OpenAI's format.",
            good(account),
        ),
        ([], true) | (["v1"], _) => None,
        (["run", ..], _) => fault(
            "ends in /run, the endpoint of Workers AI's own format",
            "OpenClaw speaks the formats of OpenAI and Anthropic, which …/ai/v1 answers.",
            good(account),
        ),
        _ => fault(
            format!("goes on after /ai with /{}", tail.join("/")),
            "Cloudflare documents no endpoint for model calls there.",
            good(account),
        ),
    }
}

/// A path on the API's host that lacks a part of the REST endpoint's. What an account has beside `ai` is not judged.
pub(super) fn of_api(address: &Address, anthropic: bool) -> Option<Fault> {
    let parts: Vec<&str> = address.parts.iter().map(String::as_str).collect();
    if !address.is_api_host() || address.versioned() || parts.contains(&"ai-gateway") {
        return None;
    }
    let what = match parts.as_slice() {
        ["client", "v4", "accounts", "ai", ..] => "lacks the account id",
        ["client", "v4", "accounts", _] | ["client", "v4", "accounts", _, "v1" | "chat" | "messages", ..] => {
            "lacks /ai/v1 after the account id"
        }
        ["client", "v4", "accounts", _, ..] => return None,
        ["client", "v4", "ai", ..] | ["client", "v4", "accounts"] => "lacks /accounts/ and the account id",
        ["client", "v4", ..] => "does not name an account with /accounts/",
        _ => "lacks /client/v4 at the beginning of its path",
    };
    let account = parts.iter().find(|part| is_account_id(part)).unwrap_or(&"<account id>");
    let end = if anthropic { "" } else { "/v1" };
    fault(
        what,
        "Cloudflare's API has no endpoint for model calls there.",
        format!("https://{REST_HOST}/client/v4/accounts/{account}/ai{end}"),
    )
}
