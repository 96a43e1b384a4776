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
    "not_found_error",
    "overloaded_error",
    "permission_error",
    "rate_limit_error",
    "rate_limit_exceeded",
    "server_error",
    "unsupported_country_region_territory",
    "wrong_api_key",
    "API_KEY_INVALID",
    "INVALID_ARGUMENT",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "UNAUTHENTICATED",
    "UNAVAILABLE",
];

/// Returns the kind of error that a provider's body names, where it is one of those known here; no other text goes further.
pub(super) fn named(body: &Value) -> Option<&'static str> {
    const PLACES: [&str; 6] = [
        "/error/code",
        "/error/type",
        "/error/status",
        "/0/error/status",
        "/error/details/0/reason",
        "/code",
    ];
    let known = |place: &&str| {
        let text = body.pointer(place).and_then(Value::as_str)?;
        NAMED.iter().copied().find(|name| *name == text)
    };
    PLACES.iter().find_map(known)
}
