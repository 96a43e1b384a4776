//! The code of a provider's error as a report has it.

use serde_json::Value;

/// Kinds of errors that go into a report as the code of an answer.
const NAMED: &[&str] = &[
    "account_deactivated",
    "api_error",
    "authentication_error",
    "billing_error",
    "billing_hard_limit_reached",
    "billing_not_active",
    "forbidden",
    "insufficient_quota",
    "invalid_api_key",
    "invalid_request_error",
    "ip_not_authorized",
    "mismatched_organization",
    "mismatched_project",
    "no_organization",
    "not_found_error",
    "overloaded_error",
    "permission_error",
    "rate_limit_error",
    "rate_limit_exceeded",
    "request_too_large",
    "server_error",
    "unsupported_country_region_territory",
    "wrong_api_key",
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    "API_KEY_HTTP_REFERRER_BLOCKED",
    "API_KEY_INVALID",
    "API_KEY_IP_ADDRESS_BLOCKED",
    "API_KEY_SERVICE_BLOCKED",
    "CONSUMER_SUSPENDED",
    "INVALID_ARGUMENT",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "SERVICE_DISABLED",
    "UNAUTHENTICATED",
    "UNAVAILABLE",
];

/// Returns the kind of error that a provider's body names, where it is one of those known here; no other text goes further.
pub(super) fn named(body: &Value) -> Option<&'static str> {
    // The reason says more than the status beside it.
    const PLACES: [&str; 7] = [
        "/error/code",
        "/error/type",
        "/error/details/0/reason",
        "/0/error/details/0/reason",
        "/error/status",
        "/0/error/status",
        "/code",
    ];
    let known = |place: &&str| {
        let text = body.pointer(place).and_then(Value::as_str)?;
        NAMED.iter().copied().find(|name| *name == text)
    };
    PLACES.iter().find_map(known)
}
