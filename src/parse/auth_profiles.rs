//! The JSON of stored auth profiles (facts/env-resolution.md section 9).

use serde_json::Value;

/// Most profiles of one store.
const LIMIT: usize = 500;

/// One profile, its key as text. Not printable.
pub struct Profile<'a> {
    /// Profile id, such as `cloudflare-ai-gateway:default`.
    pub id: &'a str,
    /// `api_key`, `oauth`, `token`, …
    pub kind: &'a str,
    /// Provider id.
    pub provider: &'a str,
    /// The literal key or token.
    pub key: Option<&'a str>,
    /// The reference stored in its place: source, provider alias, id.
    pub key_ref: Option<(&'a str, &'a str, &'a str)>,
    /// Whether account id and gateway id are stored beside it.
    pub has_gateway_ids: bool,
    /// When it ends, milliseconds since 1970.
    pub expires: Option<i64>,
    /// Whether it can be renewed without its owner.
    pub renews: bool,
    /// Further texts that are secrets (refresh tokens and the like).
    pub other_secrets: Vec<&'a str>,
}

/// Reads the value of a store: `{"version": 1, "profiles": {…}}`. None where it has no profiles.
pub fn profiles(store: &Value) -> Option<Vec<Profile<'_>>> {
    let profiles = store.get("profiles")?.as_object()?;
    Some(
        profiles
            .iter()
            .filter(|(_, value)| value.is_object())
            .take(LIMIT)
            .map(|(id, value)| profile(id, value))
            .collect(),
    )
}

fn profile<'a>(id: &'a str, value: &'a Value) -> Profile<'a> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let provider = text("provider").or_else(|| id.split_once(':').map(|(provider, _)| provider));
    let key = ["key", "apiKey", "token"].iter().find_map(|name| text(name));
    let key_ref = ["keyRef", "tokenRef"].iter().find_map(|name| value.get(name));
    let metadata = |name: &str| {
        value
            .get("metadata")
            .and_then(|metadata| metadata.get(name))
            .and_then(Value::as_str)
            .is_some_and(|text| !text.trim().is_empty())
    };
    Profile {
        id,
        kind: text("type").or(text("mode")).unwrap_or("unknown"),
        provider: provider.unwrap_or_default(),
        key: key.filter(|key| !key.is_empty()),
        key_ref: key_ref.and_then(reference).or_else(|| {
            // The literal may itself be a reference in its object form.
            value.get("key").filter(|key| key.is_object()).and_then(reference)
        }),
        has_gateway_ids: metadata("accountId") && metadata("gatewayId"),
        expires: value
            .get("expires")
            .and_then(Value::as_f64)
            .filter(|ms| *ms > 0.0)
            .map(|ms| ms as i64),
        renews: ["refresh", "refreshToken"]
            .iter()
            .any(|name| text(name).is_some_and(|text| !text.is_empty())),
        other_secrets: [
            "access",
            "refresh",
            "idToken",
            "accessToken",
            "refreshToken",
            "clientSecret",
            "password",
        ]
        .iter()
        .filter_map(|name| text(name))
        .collect(),
    }
}

/// Until when a profile is not used, and why: `usageStats` of the state beside a store (2026.9.6).
pub fn blocked(state: &Value, id: &str) -> Option<(i64, Option<String>)> {
    let stats = state.get("usageStats")?.get(id)?;
    let until = |name: &str| stats.get(name).and_then(Value::as_f64).map(|ms| ms as i64);
    let why = |name: &str| {
        let word = stats.get(name).and_then(Value::as_str)?;
        let plain = |c: char| c.is_ascii_lowercase() || c == '_';
        (word.len() <= 40 && word.chars().all(plain)).then(|| word.to_owned())
    };
    let disabled = until("disabledUntil").map(|until| (until, why("disabledReason")));
    let cooling = until("cooldownUntil").map(|until| (until, why("cooldownReason")));
    disabled.into_iter().chain(cooling).max_by_key(|(until, _)| *until)
}

/// `{source, provider, id}`; a left out provider is the default one.
fn reference(value: &Value) -> Option<(&str, &str, &str)> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    Some((text("source")?, text("provider").unwrap_or("default"), text("id")?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn profiles_are_read() {
        let store = json!({"version": 1, "profiles": {
            "cloudflare-ai-gateway:default": {"type": "api_key", "provider": "cloudflare-ai-gateway", "key": "k",
                "metadata": {"accountId": "a", "gatewayId": "g"}},
            "openai:x": {"type": "api_key", "keyRef": {"source": "env", "provider": "default", "id": "K"}},
            "claude:y": {"type": "oauth", "provider": "anthropic", "access": "a1", "refresh": "r1"},
            "odd": 7
        }});
        let found = profiles(&store).unwrap();
        assert_eq!(found.len(), 3);
        assert_eq!((found[0].key, found[0].has_gateway_ids), (Some("k"), true));
        assert_eq!(
            (found[1].provider, found[1].key_ref),
            ("openai", Some(("env", "default", "K")))
        );
        assert_eq!((found[2].kind, found[2].other_secrets.len()), ("oauth", 2));
    }

    #[test]
    fn a_blocked_profile_says_until_when_and_why() {
        let state = json!({"usageStats": {"a": {"cooldownUntil": 5, "disabledUntil": 9, "disabledReason": "billing"},
            "b": {"cooldownUntil": 7, "cooldownReason": "odd text"}, "c": {}}});
        assert_eq!(blocked(&state, "a"), Some((9, Some("billing".to_owned()))));
        assert_eq!(blocked(&state, "b"), Some((7, None)));
        assert_eq!(
            (blocked(&state, "c"), blocked(&state, "d"), blocked(&json!(null), "a")),
            (None, None, None)
        );
    }

    #[test]
    fn other_values_are_no_store() {
        for store in [json!(null), json!([]), json!({}), json!({"profiles": []})] {
            assert!(profiles(&store).is_none());
        }
    }
}
