//! Parts of an address that are left over from an example.

/// Returns whether a part of a path is left over from an example.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let lower = text.to_lowercase();
    let odd = lower.contains(['<', '>', '{', '}', '[', ']', '$', ':', '…'])
        || [
            "%3c",
            "%7b",
            "...",
            "your-",
            "your_",
            "youraccount",
            "yourgateway",
            "xxxx",
            "changeme",
            "placeholder",
            "replace",
        ]
        .iter()
        .any(|word| lower.contains(word));
    let whole = [
        "account_id",
        "account-id",
        "accountid",
        "account",
        "account_tag",
        "accounttag",
        "cf_account_id",
        "gateway_id",
        "gateway-id",
        "gatewayid",
        "gateway_name",
        "gateway-name",
        "gateway_slug",
        "gateway",
        "cf_aig_id",
        "cf_gateway_id",
        "undefined",
        "null",
        "none",
        "id",
    ];
    odd || whole.contains(&lower.as_str())
}

/// Returns whether a provider segment is left over from an example.
pub(super) fn is_open_segment(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.contains(['<', '>', '{', '}', '[', ']', '$', ':'])
        || ["%3c", "%7b", "your-", "your_"].iter().any(|mark| lower.contains(mark))
        || matches!(
            lower.as_str(),
            "provider" | "provider_name" | "provider-name" | "provider_id" | "provider-id"
        )
}
