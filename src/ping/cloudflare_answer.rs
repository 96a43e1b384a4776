//! What one answer on the way to Cloudflare and the provider means (facts/pings.md section 10).
//!
//! A result is (layer, status, machine code), never the status alone: 400, 401, 403 and 429 each
//! come from two layers. Of messages only the ones known here are recognised; none is copied.

use serde_json::Value;

use super::reply::{Hints, Reply};

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloudflareAnswer {
    /// Accepted.
    Ok,
    /// 2009: token missing or refused.
    TokenRefused,
    /// 2001: no such gateway.
    NoSuchGateway,
    /// 2008: no such provider in the path.
    NoSuchProvider,
    /// 2003 or 2041: a limit of the gateway.
    Limit(u32),
    /// 2021: no credit for Unified Billing.
    Credits,
    /// 2040: the alias names no stored key.
    ByokAlias,
    /// 2005: no answer of the provider.
    UpstreamFailed,
    /// Another code of the gateway.
    GatewayOther(u32),
    /// A code of api.cloudflare.com or Workers AI (`errors` array).
    ApiOther(u32),
    /// The provider saw no key.
    KeyMissing,
    /// The provider refuses the key.
    KeyRefused,
    /// The provider refuses an OAuth token in the key's place.
    OauthRefused,
    /// 401 in JSON without a message known here.
    Unauthorized,
    /// The provider account has no credit.
    Billing,
    /// The key lacks a permission.
    Permission,
    /// The provider refuses the edge's region.
    Region,
    /// The provider's rate limit.
    ProviderRate,
    /// The provider is overloaded or failing.
    ProviderFailing,
    /// Another error in the provider's form.
    ProviderOther,
    /// 404 or 405: this way of asking is not offered.
    NotOffered,
    /// Cloudflare's firewall or a challenge.
    Firewall,
    /// Cloudflare's own failure (1101, 52x).
    EdgeFailing,
    /// A page of somebody else.
    Portal,
    /// A proxy answered instead.
    ProxyPage,
    /// It sends elsewhere.
    Redirect,
    /// JSON was due and something else came.
    Garbled,
    /// JSON of an unknown form.
    Unknown,
}

/// Reads an answer.
pub fn classify(reply: &Reply) -> CloudflareAnswer {
    let status = reply.status;
    if reply.is_redirect() {
        return if reply.hints.cf_ray {
            CloudflareAnswer::Redirect
        } else {
            CloudflareAnswer::Portal
        };
    }
    if status == 407 || reply.hints.proxy {
        return CloudflareAnswer::ProxyPage;
    }
    if let Some(body) = reply.json().filter(Value::is_object) {
        return from_json(reply, &body);
    }
    if reply.hints.mitigated || (reply.hints.cf_ray && is_firewall(reply)) {
        return CloudflareAnswer::Firewall;
    }
    if reply.hints.cf_ray && ((520..=530).contains(&status) || status >= 500 || reply.mentions("1101")) {
        return CloudflareAnswer::EdgeFailing;
    }
    if !reply.hints.cf_ray && (reply.is_html() || status == 511) {
        return CloudflareAnswer::Portal;
    }
    if matches!(status, 404 | 405) {
        return CloudflareAnswer::NotOffered;
    }
    CloudflareAnswer::Garbled
}

fn is_firewall(reply: &Reply) -> bool {
    reply.mentions("just a moment")
        || reply.mentions("error code: 10")
        || reply.mentions("attention required")
        || (reply.status == 403 && reply.is_html())
}

fn from_json(reply: &Reply, body: &Value) -> CloudflareAnswer {
    if let Some(code) = gateway_code(body) {
        return gateway(code);
    }
    if let Some(code) = body.pointer("/errors/0/code").and_then(code_number) {
        return CloudflareAnswer::ApiOther(code);
    }
    let kind = body.pointer("/error/type").and_then(Value::as_str).unwrap_or_default();
    let message: String = body
        .pointer("/error/message")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .chars()
        .take(300)
        .collect::<String>()
        .to_ascii_lowercase();
    match (reply.status, kind) {
        (200..=299, "") => CloudflareAnswer::Ok,
        (403, "forbidden") => CloudflareAnswer::Region,
        (403, "permission_error") => CloudflareAnswer::Permission,
        (402, _) | (_, "billing_error") => CloudflareAnswer::Billing,
        (_, _) if message.contains("credit balance is too low") => CloudflareAnswer::Billing,
        (401, _) => unauthorized(&message),
        (429, _) | (_, "rate_limit_error") => CloudflareAnswer::ProviderRate,
        (500..=599, _) | (_, "overloaded_error" | "api_error") => CloudflareAnswer::ProviderFailing,
        (404 | 405, _) => CloudflareAnswer::NotOffered,
        (_, "") => CloudflareAnswer::Unknown,
        _ => CloudflareAnswer::ProviderOther,
    }
}

fn unauthorized(message: &str) -> CloudflareAnswer {
    if message.contains("header is required") {
        CloudflareAnswer::KeyMissing
    } else if message.contains("oauth authentication") {
        CloudflareAnswer::OauthRefused
    } else if message.contains("invalid x-api-key") || message.contains("invalid bearer token") {
        CloudflareAnswer::KeyRefused
    } else {
        CloudflareAnswer::Unauthorized
    }
}

/// The gateway's own error: `name` says so, or `success` is false and `error` is an array.
fn gateway_code(body: &Value) -> Option<u32> {
    let named = body.get("name").and_then(Value::as_str) == Some("AiGatewayError");
    let listed = body.get("success") == Some(&Value::Bool(false)) && body.get("error").is_some_and(Value::is_array);
    if !named && !listed {
        return None;
    }
    let code = body.pointer("/error/0/code").and_then(code_number);
    Some(
        code.or_else(|| body.get("internalCode").and_then(code_number))
            .unwrap_or(0),
    )
}

fn code_number(value: &Value) -> Option<u32> {
    value
        .as_u64()
        .and_then(|code| u32::try_from(code).ok())
        .filter(|code| *code < 100_000)
}

fn gateway(code: u32) -> CloudflareAnswer {
    match code {
        2001 => CloudflareAnswer::NoSuchGateway,
        2003 | 2041 => CloudflareAnswer::Limit(code),
        2005 => CloudflareAnswer::UpstreamFailed,
        2008 => CloudflareAnswer::NoSuchProvider,
        2009 => CloudflareAnswer::TokenRefused,
        2021 => CloudflareAnswer::Credits,
        2040 => CloudflareAnswer::ByokAlias,
        other => CloudflareAnswer::GatewayOther(other),
    }
}

impl CloudflareAnswer {
    /// Tells whether it shows that the asked one is Cloudflare's gateway or the provider.
    pub fn proves_identity(self, hints: &Hints) -> bool {
        use CloudflareAnswer as A;
        match self {
            A::TokenRefused
            | A::NoSuchGateway
            | A::NoSuchProvider
            | A::Limit(_)
            | A::Credits
            | A::ByokAlias
            | A::UpstreamFailed
            | A::GatewayOther(_)
            | A::KeyMissing
            | A::KeyRefused
            | A::OauthRefused => true,
            A::Portal | A::ProxyPage | A::Redirect | A::Garbled | A::Firewall | A::EdgeFailing => false,
            _ => hints.cf_ray || hints.cf_aig || hints.provider_id,
        }
    }

    /// Tells whether the gateway id is shown to exist, so that a token cannot create it.
    pub fn proves_gateway(self) -> bool {
        use CloudflareAnswer as A;
        matches!(
            self,
            A::Ok | A::TokenRefused | A::KeyMissing | A::KeyRefused | A::OauthRefused | A::Unauthorized | A::Credits
        )
    }
}
