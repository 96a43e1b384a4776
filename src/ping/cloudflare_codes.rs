//! Machine codes and known texts of Cloudflare's own errors (facts/pings.md section 10,
//! facts/field.md section 7). A code with several meanings is told apart by the words beside it.

use serde_json::Value;

use super::cloudflare_answer::{CloudflareAnswer as Answer, Limit, code_number};
use super::reply::Reply;

/// The gateway's own error: `name` says so, or `success` is false and `error` is an array.
pub(super) fn gateway_error(reply: &Reply, body: &Value, message: &str, rest: bool) -> Option<Answer> {
    let named = body.get("name").and_then(Value::as_str) == Some("AiGatewayError");
    let listed = body.get("success") == Some(&Value::Bool(false)) && body.get("error").is_some_and(Value::is_array);
    let code = body
        .pointer("/error/0/code")
        .and_then(code_number)
        .or_else(|| body.get("internalCode").and_then(code_number));
    // The REST endpoint wraps the gateway's codes into its own `errors`.
    let wrapped = body
        .pointer("/errors/0/code")
        .and_then(code_number)
        .filter(|code| (2000..2100).contains(code));
    if !named && !listed && wrapped.is_none() {
        return None;
    }
    let code = code.or(wrapped).unwrap_or(0);
    let dlp = reply.hints.dlp && reply.status >= 400;
    Some(match code {
        0 if dlp => Answer::Blocked(2029),
        0 | 2000..=2999 => gateway(code, reply.status, message, rest),
        other => match api_code(other, reply.status, message) {
            // The envelope says whose it is, also with a code that is not known.
            Answer::ApiOther(code) if named => Answer::GatewayOther(code),
            answer => answer,
        },
    })
}

fn gateway(code: u32, status: u16, message: &str, rest: bool) -> Answer {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    match code {
        _ if !belongs(code, status) => Answer::Mismatch(code),
        2001 => Answer::NoSuchGateway,
        2003 => Answer::Limit(Limit::Rate),
        2005 => Answer::UpstreamFailed,
        2008 => Answer::NoSuchProvider,
        // From 2026-10-05 on: 503 where the provider refused Cloudflare's own credential.
        2009 if status == 503 => Answer::OwnCredential,
        // At /ai/run it is the credential of the provider; what the doctor asks there goes to no provider.
        2009 if rest => Answer::Mismatch(code),
        2009 => Answer::TokenRefused,
        2016 | 2017 | 2029 | 2030 => Answer::Blocked(code),
        2018 => Answer::Limit(Limit::Unified(code)),
        2021 if says(&["not available via unified billing"]) => Answer::NotSold,
        2021 if says(&["rate limit"]) => Answer::Limit(Limit::Unified(code)),
        // One code for several things: a text that is not known is none of them for sure.
        2021 | 2049 if says(&["balance", "credit", "add money"]) => Answer::Credits(code),
        2040 if says(&["spend-limit", "spend limit", "spending limit"]) => Answer::Unpriced,
        2040 if says(&["byok", "credential named"]) => Answer::ByokAlias,
        2041 => Answer::Limit(Limit::Spending(code)),
        // Said of chat requests: the doctor's has no body.
        2019 => Answer::NotOffered,
        other if status == 429 => Answer::Limit(Limit::Account(other)),
        other => Answer::GatewayOther(other),
    }
}

/// Whether a code comes with this status. One that never did says nothing.
fn belongs(code: u32, status: u16) -> bool {
    match code {
        2001 | 2008 | 2019 => matches!(status, 400 | 404),
        2003 => status == 429,
        2005 => status == 400 || status == 424 || (500..600).contains(&status),
        2009 => matches!(status, 400 | 401 | 403 | 503),
        2018 => matches!(status, 402 | 429),
        2021 | 2049 => status == 402,
        2041 => matches!(status, 402 | 403 | 429),
        _ => (400..500).contains(&status),
    }
}

/// A policy of the gateway: `success` is false and `error` is an object with a message, no code.
pub(super) fn policy(reply: &Reply, body: &Value, message: &str) -> Option<Answer> {
    if body.get("success") != Some(&Value::Bool(false)) {
        return None;
    }
    // The same envelope with a text in the place of the object: no provider's.
    if body.get("error").is_some_and(Value::is_string) && (400..500).contains(&reply.status) {
        return Some(Answer::GatewayOther(0));
    }
    let error = body.get("error").filter(|error| error.is_object())?;
    if !(400..500).contains(&reply.status) {
        return Some(Answer::Mismatch(0));
    }
    Some(
        if message.contains("spending limit") || message.contains("spend limit") || error.get("bucket").is_some() {
            Answer::Limit(Limit::Spending(0))
        } else if message.contains("denied by policy") {
            Answer::PolicyDenied
        } else if reply.hints.dlp {
            Answer::Blocked(2029)
        } else {
            Answer::GatewayOther(0)
        },
    )
}

/// A code of api.cloudflare.com or Workers AI.
pub(super) fn api_code(code: u32, status: u16, message: &str) -> Answer {
    let refusal = matches!(status, 400 | 401 | 403);
    match code {
        _ if status < 400 => Answer::Mismatch(code),
        9109 if refusal && message.contains("location") => Answer::ApiBarred(code),
        9109 if message.contains("max auth failures") => Answer::Limit(Limit::Account(code)),
        9109 if !["unauthorized", "authentication", "invalid access token"]
            .iter()
            .any(|text| message.contains(text)) =>
        {
            Answer::ApiOther(code)
        }
        1000 | 1001 | 6003 | 6111 | 9109 | 9103 | 10000 | 10001 if refusal => Answer::ApiRefused(code),
        9106 | 9107 if refusal => Answer::ApiMissing(code),
        7003 if matches!(status, 400 | 404) && (message.contains("/accounts/") || message.contains("identifier")) => {
            Answer::NoSuchAccount
        }
        7000 | 7003 if matches!(status, 400 | 404) => Answer::NotOffered,
        3036 | 4006 => Answer::Limit(Limit::Account(code)),
        _ if status == 429 => Answer::Limit(Limit::Account(code)),
        _ if status >= 500 => Answer::EdgeFailing,
        other => Answer::ApiOther(other),
    }
}

/// Returns what public captures say about a code that the doctor does not know for sure: what it means, and where it
/// was seen.
pub(crate) fn hearsay(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "2002" => (
            "the dynamic route does not exist or has no usable step",
            "Public reports have the code from dynamic routes.",
        ),
        "2008" => (
            "the AI Gateway does not know the provider of the path",
            "The path names a documented provider, and its list of models was refused all the same.",
        ),
        "2036" => (
            "the account's plan lacks a feature",
            "Public reports have the code where the request or the gateway uses a feature that the plan lacks.",
        ),
        "2047" => (
            "Unified Billing no longer offers the model",
            "Public reports have the code where the model or its provider was withdrawn from Unified Billing.",
        ),
        "5004" | "5007" => (
            "Workers AI does not know the model or its input",
            "Public reports have the code from Workers AI.",
        ),
        "10000" => (
            "Cloudflare's API refuses the credential",
            "Cloudflare refused, so the provider's key was not judged.",
        ),
        _ => return None,
    })
}
