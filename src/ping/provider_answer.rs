//! Errors in the forms of the providers behind Cloudflare: Anthropic, OpenAI and those who imitate it,
//! Google, Mistral, xAI, Cohere, Hugging Face (their public API documentation; facts/pings.md section 10).

use serde_json::Value;

use super::cloudflare_answer::{Barred, CloudflareAnswer as Answer};
use super::provider_code::named;
use super::reply::Reply;

/// Longest message that is compared.
const CAP: usize = 400;
/// Deepest list that is read in part.
const DEEPEST: usize = 32;
/// Codes that say no more than that something is wrong with the credential.
const GENERAL: [&str; 5] = [
    "invalid_request_error",
    "authentication_error",
    "invalid_authentication",
    "unauthorized",
    "401",
];

/// Returns the message of an error body in lower case, at most [`CAP`] characters. It is compared with
/// known words and goes no further.
pub(super) fn message(body: &Value) -> String {
    const PLACES: [&str; 9] = [
        "/error/message",
        "/error/0/message",
        "/errors/0/message",
        "/0/error/message",
        "/message",
        "/detail",
        "/error",
        "/title",
        "/error/error/message",
    ];
    PLACES
        .iter()
        .find_map(|place| body.pointer(place).and_then(Value::as_str))
        .unwrap_or_default()
        .chars()
        .take(CAP)
        .collect::<String>()
        .to_ascii_lowercase()
}

/// Reads the answer of a provider.
pub(super) fn provider(reply: &Reply, body: &Value, message: &str) -> Answer {
    let kind = body.pointer("/error/type").and_then(Value::as_str).unwrap_or_default();
    let code = body.pointer("/error/code").and_then(Value::as_str).unwrap_or_default();
    let reason = body
        .pointer("/error/details/0/reason")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if reply.is_success() {
        return if is_list(body) { Answer::Ok } else { Answer::Unknown };
    }
    if let Some(answer) = known_words(&says, reply.status, code, reason) {
        return answer;
    }
    match (reply.status, kind) {
        (403, "forbidden") => Answer::Region,
        (403, "permission_error") if says(&["workspace is archived"]) => Answer::Barred(Barred::Workspace),
        (403, "permission_error") => Answer::Permission,
        (402, _) | (_, "billing_error") => Answer::Billing,
        (401, "authentication_error") => Answer::Unauthorized,
        // A code of its own says more than the status, and it is not known.
        (401, _) if !code.is_empty() && !GENERAL.contains(&code) => other(body),
        (401, _) if !message.is_empty() => Answer::Unauthorized,
        (401, _) => Answer::BareRefusal,
        // JSON without a word about an error: who wrote it is not told.
        (429 | 500..=599, "") if message.is_empty() && code.is_empty() => Answer::BareTrouble,
        (429, _) | (_, "rate_limit_error") => Answer::ProviderRate,
        (500..=599, _) | (_, "overloaded_error" | "api_error") => Answer::ProviderFailing,
        (404 | 405, _) => Answer::NotOffered,
        (_, "") => other(body),
        _ => Answer::ProviderOther,
    }
}

/// An error that is not known: the provider's where it names it as providers do.
fn other(body: &Value) -> Answer {
    match named(body) {
        Some(_) => Answer::ProviderOther,
        None => Answer::Unknown,
    }
}

/// What known words say, whatever the status: Google and xAI refuse a key with 400.
fn known_words(says: &dyn Fn(&[&str]) -> bool, status: u16, code: &str, reason: &str) -> Option<Answer> {
    if code == "unsupported_country_region_territory"
        || says(&["location is not supported", "country, region, or territory"])
    {
        return Some(Answer::Region);
    }
    if matches!(
        code,
        "insufficient_quota" | "billing_hard_limit_reached" | "billing_not_active"
    ) || says(&[
        "credit balance is too low",
        "insufficient balance",
        "insufficient credits",
        "doesn't have any credits",
    ]) {
        return Some(Answer::Billing);
    }
    if says(&["oauth authentication", "only authorized for use with claude code"]) {
        return Some(Answer::OauthRefused);
    }
    // OpenAI says so of a key that is good for other requests, with 401 or 403.
    if says(&["missing scopes", "insufficient permissions for this operation"]) {
        return Some(Answer::ListDenied);
    }
    // Anthropic says so with 400, OpenAI with 401: no other key of it will do.
    if code == "account_deactivated" || reason == "CONSUMER_SUSPENDED" || says(&["organization has been disabled"]) {
        return Some(Answer::Barred(Barred::Account));
    }
    if code == "ip_not_authorized"
        || reason == "API_KEY_IP_ADDRESS_BLOCKED"
        || says(&["ip not authorized", "ip is not authorized"])
    {
        return Some(Answer::BarredAddress);
    }
    if matches!(code, "mismatched_organization" | "mismatched_project") {
        return Some(Answer::WrongOrganization);
    }
    // Refusals of a key; words of them in another answer are somebody's text.
    if !matches!(status, 400 | 401 | 403) {
        return None;
    }
    // Said of a missing and of a wrong key alike.
    if says(&["missing or invalid authorization"]) {
        return Some(Answer::Unauthorized);
    }
    let missing = [
        "header is required",
        "didn't provide an api key",
        "did not provide an api key",
        "no auth credentials",
        "no api key",
        "missing api key",
        "missing authentication",
        "no authorization header",
        "unregistered callers",
        "did not pass an authentication",
    ];
    if says(&missing) {
        return Some(Answer::KeyMissing);
    }
    let refused = [
        "invalid x-api-key",
        "invalid bearer token",
        "invalid oauth token",
        "oauth token has been revoked",
        "oauth token has expired",
        "oauth token is expired",
        "incorrect api key",
        "invalid api key",
        "invalid_api_key",
        "api key not valid",
        "invalid api token",
        "authentication fails",
        "user not found",
        "wrong api key",
        "invalid username or password",
        "api key expired",
        "reported as leaked",
    ];
    if matches!(code, "invalid_api_key" | "wrong_api_key") || reason == "API_KEY_INVALID" || says(&refused) {
        return Some(Answer::KeyRefused);
    }
    match reason {
        "API_KEY_SERVICE_BLOCKED" => Some(Answer::Barred(Barred::Service)),
        "API_KEY_HTTP_REFERRER_BLOCKED" => Some(Answer::Barred(Barred::Referrer)),
        "SERVICE_DISABLED" => Some(Answer::Barred(Barred::ServiceOff)),
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT" => Some(Answer::Permission),
        _ => None,
    }
}

/// A list of models, an object, or the answer of Cloudflare's API with a result.
fn is_list(body: &Value) -> bool {
    let listed = ["data", "models", "result"]
        .iter()
        .any(|name| body.get(name).is_some_and(Value::is_array));
    let succeeded = body.get("success") == Some(&Value::Bool(true)) && body.get("result").is_some();
    // One object of the provider's API, as some routes answer.
    let object = ["type", "object"]
        .iter()
        .any(|name| body.get(name).is_some_and(Value::is_string));
    let failed = body.get("error").is_some_and(|error| !error.is_null())
        || body.get("success") == Some(&Value::Bool(false))
        || body
            .get("errors")
            .and_then(Value::as_array)
            .is_some_and(|errors| !errors.is_empty())
        || ["type", "object"]
            .iter()
            .any(|name| body.get(name).and_then(Value::as_str) == Some("error"));
    !failed && (listed || succeeded || object || body.as_array().is_some_and(|list| is_models(list)))
}

/// A list whose first element is a model: an object with an id or a name.
fn is_models(list: &[Value]) -> bool {
    let named = |one: &Value| {
        ["id", "name"]
            .iter()
            .any(|name| one.get(name).is_some_and(Value::is_string))
    };
    list.first().is_some_and(named)
}

/// Returns whether a body that was read only in part begins with a list of models.
pub(super) fn begins_with_a_list(body: &[u8]) -> bool {
    let Some(begin) = closed(body) else { return false };
    let list = ["data", "models", "result"]
        .iter()
        .find_map(|name| begin.get(name)?.as_array())
        .or_else(|| begin.as_array());
    is_list(&begin) && list.is_some_and(|list| is_models(list))
}

/// Ends a JSON text after its last whole element.
fn closed(body: &[u8]) -> Option<Value> {
    let (mut open, mut at_comma): (Vec<u8>, Vec<u8>) = (Vec::new(), Vec::new());
    let (mut end, mut in_string, mut escaped) = (None, false, false);
    for (at, byte) in body.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b'}' | b']' if open.pop() != Some(*byte) => return None,
            b',' => {
                at_comma.clone_from(&open);
                end = Some(at);
            }
            _ => {}
        }
        if open.len() > DEEPEST {
            return None;
        }
    }
    let mut text = body.get(..end?)?.to_vec();
    text.extend(at_comma.iter().rev());
    serde_json::from_slice(&text).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn errors_of_many_providers() {
        use Answer as A;
        for (status, body, wanted) in [
            (
                401,
                json!({"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}),
                A::KeyRefused,
            ),
            (
                401,
                json!({"error": {"message": "Incorrect API key provided: x", "type": "invalid_request_error", "code": "invalid_api_key"}}),
                A::KeyRefused,
            ),
            (
                401,
                json!({"error": {"message": "You didn't provide an API key.", "type": "invalid_request_error", "code": null}}),
                A::KeyMissing,
            ),
            (
                401,
                json!({"error": {"message": "Authentication Fails (auth header format should be Bearer sk-...)", "type": "authentication_error"}}),
                A::KeyRefused,
            ),
            (
                400,
                json!({"error": {"code": 400, "message": "API key not valid. Please pass a valid API key.", "status": "INVALID_ARGUMENT"}}),
                A::KeyRefused,
            ),
            (
                403,
                json!({"error": {"code": 403, "message": "Method doesn't allow unregistered callers.", "status": "PERMISSION_DENIED"}}),
                A::KeyMissing,
            ),
            (
                400,
                json!([{"error": {"code": 400, "message": "User location is not supported for the API use."}}]),
                A::Region,
            ),
            (
                400,
                json!({"code": "x", "error": "Incorrect API key provided: x"}),
                A::KeyRefused,
            ),
            (
                401,
                json!({"error": {"message": "No auth credentials found", "code": 401}}),
                A::KeyMissing,
            ),
            (401, json!({"detail": "Unauthorized"}), A::Unauthorized),
            (401, json!({"message": "invalid api token"}), A::KeyRefused),
            (
                429,
                json!({"error": {"code": "insufficient_quota", "message": "quota"}}),
                A::Billing,
            ),
            (
                429,
                json!({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "quota"}}),
                A::ProviderRate,
            ),
            (
                403,
                json!({"error": {"code": "unsupported_country_region_territory", "message": "Country"}}),
                A::Region,
            ),
            (402, json!({"error": {"message": "Insufficient Balance"}}), A::Billing),
            (
                401,
                json!({"error": {"message": "You have insufficient permissions for this operation. Missing scopes: api.model.read.", "type": "invalid_request_error", "code": null}}),
                A::ListDenied,
            ),
            (
                403,
                json!({"error": {"message": "Missing scopes: api.model.read", "type": "invalid_request_error"}}),
                A::ListDenied,
            ),
            (
                400,
                json!({"type": "error", "error": {"type": "invalid_request_error", "message": "This organization has been disabled."}}),
                A::Barred(Barred::Account),
            ),
            (
                403,
                json!({"code": "The caller does not have permission", "error": "Your newly created team doesn't have any credits yet."}),
                A::Billing,
            ),
            (
                401,
                json!({"message": "Wrong API Key", "type": "invalid_request_error", "param": "api_key", "code": "wrong_api_key"}),
                A::KeyRefused,
            ),
            (401, json!({"error": "Invalid username or password."}), A::KeyRefused),
            (
                401,
                json!({"type": "error", "error": {"type": "authentication_error", "message": "OAuth token has been revoked. Please obtain a new token or refresh your existing token."}}),
                A::KeyRefused,
            ),
            (
                401,
                json!({"type": "error", "error": {"type": "authentication_error", "message": "OAuth token has expired. Please obtain a new token."}}),
                A::KeyRefused,
            ),
            (
                401,
                json!({"type": "error", "error": {"type": "authentication_error", "message": "OAuth authentication is currently not supported."}}),
                A::OauthRefused,
            ),
            (
                403,
                json!({"error": {"code": 403, "message": "Your API key was reported as leaked. Please use another API key.", "status": "PERMISSION_DENIED"}}),
                A::KeyRefused,
            ),
            (
                403,
                json!({"error": {"code": 403, "message": "Requests from this IP are blocked.", "details": [{"reason": "API_KEY_IP_ADDRESS_BLOCKED"}]}}),
                A::BarredAddress,
            ),
            (
                400,
                json!([{"error": {"code": 400, "message": "Missing or invalid Authorization header.", "status": "INVALID_ARGUMENT"}}]),
                A::Unauthorized,
            ),
            (
                400,
                json!({"type": "error", "error": {"type": "invalid_request_error", "message": "This credential is only authorized for use with Claude Code and cannot be used for other API requests."}}),
                A::OauthRefused,
            ),
            (403, json!({"message": "something else"}), A::Unknown),
            (200, json!({"object": "list", "data": []}), A::Ok),
            (200, json!({"models": []}), A::Ok),
            (200, json!({"hello": "world"}), A::Unknown),
        ] {
            let reply = Reply {
                status,
                ..Reply::default()
            };
            assert_eq!(provider(&reply, &body, &message(&body)), wanted, "{body}");
        }
    }
}
