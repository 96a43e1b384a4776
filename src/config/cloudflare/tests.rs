//! Tests of the Cloudflare advice.

use serde_json::{Value, json};

use super::address::HOST;
use super::*;

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

fn kinds(config: &Value) -> Vec<String> {
    let plugins = vec![ID.to_owned()];
    find(config, &[], &plugins)
        .into_iter()
        .map(|problem| problem.kind.to_owned())
        .collect()
}

fn provider(entry: Value) -> Value {
    json!({"models": {"providers": {"cloudflare-ai-gateway": entry}}})
}

#[test]
fn addresses() {
    let a = ACCOUNT;
    let cases: Vec<(String, &[&str])> = vec![
        (format!("https://{HOST}/v1/{a}/gw/anthropic"), &[]),
        (format!("https://{HOST}/v1/{a}/gw/anthropic/"), &[]),
        (format!("https://{HOST}/v1/{a}/gw/anthropic/v1"), &[]),
        (format!("https://{HOST}/v1/{a}/gw"), &["cf-base-url-malformed"]),
        (
            format!("https://{HOST}/v1/{a}/gw/anthropic/v2"),
            &["cf-base-url-malformed"],
        ),
        (
            format!("https://{HOST}/v1/{a}/gw/anthropic/v1/messages"),
            &["cf-base-url-malformed"],
        ),
        (format!("https://{HOST}/{a}/gw/anthropic"), &["cf-base-url-malformed"]),
        (format!("http://{HOST}/v1/{a}/gw/anthropic"), &["cf-base-url-malformed"]),
        (
            format!("https://{HOST}/v1/<account_id>/gw/anthropic"),
            &["cf-base-url-malformed"],
        ),
        (
            format!("https://{HOST}/v1/${{ACC}}/gw/anthropic"),
            &["cf-base-url-malformed"],
        ),
        (
            format!("https://{HOST}/v1/me@example.org/gw/anthropic"),
            &["cf-base-url-malformed"],
        ),
        (format!("https://{HOST}/v1/{a}/anthropic"), &["cf-base-url-malformed"]),
        (
            "https://api.cloudflare.com/client/v4".to_owned(),
            &["cf-base-url-malformed"],
        ),
        ("https://llm.example.org/anthropic".to_owned(), &[]),
        ("http://127.0.0.1:9000/v1".to_owned(), &[]),
        ("not an address".to_owned(), &["cf-base-url-malformed"]),
    ];
    for (url, want) in cases {
        assert_eq!(kinds(&provider(json!({"baseUrl": url}))), want, "{url}");
    }
}

#[test]
fn headers_and_keys() {
    let header = |value: &str| json!({"headers": {"cf-aig-authorization": value}});
    let cases = [
        (header("Bearer abc"), vec![]),
        (header("Bearer: abc"), vec!["cf-aig-header-malformed"]),
        (header("abc"), vec!["cf-aig-header-malformed"]),
        (header("bearer abc"), vec!["cf-aig-header-malformed"]),
        (header("Bearer abc "), vec!["cf-aig-header-malformed"]),
        (header("Bearer <token>"), vec!["cf-aig-header-malformed"]),
        (
            json!({"headers": {"cf-aig-auth": "Bearer abc"}}),
            vec!["cf-aig-header-malformed"],
        ),
        (
            json!({"headers": {"Authorization": "Bearer cfut_abc"}}),
            vec!["cf-aig-header-malformed"],
        ),
        (json!({"apiKey": "cfut_abcdef"}), vec!["cf-token-in-provider-slot"]),
        (
            json!({"apiKey": "CLOUDFLARE_AI_GATEWAY_API_KEY"}),
            vec!["cf-apikey-bare-name"],
        ),
        (header("Bearer YOUR_CF_AIG_TOKEN"), vec!["cf-aig-header-malformed"]),
        // Documented for Unified Billing: only an answer can tell that it is wrong.
        (
            json!({"apiKey": "cfut_k", "headers": {"cf-aig-authorization": "Bearer cfut_k"}}),
            vec![],
        ),
        (header("Bearer sk-ant-api03-x"), vec!["cf-token-in-provider-slot"]),
    ];
    for (entry, want) in cases {
        assert_eq!(kinds(&provider(entry.clone())), want, "{entry}");
    }
}

#[test]
fn model_references() {
    let config = |model: &str| {
        json!({
            "models": {"providers": {"cloudflare-ai-gateway": {"models": [{"id": "claude-sonnet-4-6", "name": "S"}]}}},
            "agents": {"defaults": {"model": {"primary": model}}},
        })
    };
    let cases = [
        ("cloudflare-ai-gateway/claude-sonnet-4-6", vec![]),
        ("claude-sonnet-4-6", vec!["cf-model-ref-wrong"]),
        ("cloudflare-ai-gateway/claude-sonnet-4.6", vec!["cf-model-ref-wrong"]),
        (
            "cloudflare-ai-gateway/anthropic/claude-sonnet-4-6",
            vec!["cf-model-ref-wrong"],
        ),
        ("cloudflare_ai_gateway/claude-sonnet-4-6", vec!["cf-model-ref-wrong"]),
        ("openai/gpt-5.4", vec![]),
    ];
    for (model, want) in cases {
        assert_eq!(kinds(&config(model)), want, "{model}");
    }
}

#[test]
fn provider_ids_and_plugin() {
    for (id, want) in [
        ("cloudflare_ai_gateway", 1),
        ("cloudflare-ai-gatway", 1),
        ("cloudflare-workers-ai", 0),
        ("openai", 0),
    ] {
        let config = json!({"models": {"providers": {id: {}}}});
        assert_eq!(kinds(&config).len(), want, "{id}");
    }
    let missing = find(&provider(json!({})), &[], &[]);
    assert_eq!(missing.len(), 1);
    let off = json!({"models": {"providers": {"cloudflare-ai-gateway": {}}}, "plugins": {"entries": {"cloudflare-ai-gateway": {"enabled": false}}}});
    assert_eq!(kinds(&off), ["cf-plugin-disabled"]);
}

#[test]
fn a_key_that_looks_like_a_name_is_not_repeated() {
    let hints = |key: &str| -> Vec<Option<String>> {
        let plugins = vec![ID.to_owned()];
        let found = find(&provider(json!({"apiKey": key})), &[], &plugins);
        found.into_iter().map(|problem| problem.hint).collect()
    };
    for (key, name) in [
        ("MY_ANTHROPIC_KEY", "MY_ANTHROPIC_KEY"),
        ("FAKE_F8RU1XVA2I87WTK186DT", "NAME"),
    ] {
        assert_eq!(hints(key), [Some(format!("write apiKey: \"${{{name}}}\""))], "{key}");
    }
}

/// Without an api, of the entry or of its models, another format is spoken than Anthropic's.
#[test]
fn an_entry_of_anthropic_without_an_api() {
    let url = format!("https://{HOST}/v1/{ACCOUNT}/gw/anthropic");
    let with = |api: Value, model: Value| kinds(&provider(json!({"baseUrl": url, "api": api, "models": [model]})));
    let odd = ["cf-api-missing".to_owned()];
    assert_eq!(with(Value::Null, json!({"id": "a"})), odd);
    assert!(with(json!("anthropic-messages"), json!({"id": "a"})).is_empty());
    assert!(with(Value::Null, json!({"id": "a", "api": "anthropic-messages"})).is_empty());
}

/// Without an api OpenClaw asks in the format openai-completions, which Anthropic answers below /anthropic/v1 alone.
#[test]
fn an_address_of_anthropic_without_an_api() {
    const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";
    for (id, end, kind) in [
        ("cf", "anthropic", Some("cf-api-fails")),
        ("cf", "anthropic/v1", None),
        ("cf", "openai", None),
        ("cf", "compat", None),
        ("cloudflare-ai-gateway", "anthropic", Some("cf-api-missing")),
        ("anthropic", "anthropic", Some("cf-api-missing")),
    ] {
        let url = format!("https://gateway.ai.cloudflare.com/v1/{ACCOUNT}/gw/{end}");
        let config = serde_json::json!({"models": {"providers": {id: {"baseUrl": url, "apiKey": "k", "models": [{"id": "m"}]}}}});
        let found = super::find(&config, &[], &["cloudflare-ai-gateway".to_owned()]);
        let kinds: Vec<&str> = found
            .iter()
            .map(|problem| problem.kind)
            .filter(|kind| kind.starts_with("cf-api-"))
            .collect();
        assert_eq!(kinds.first().copied(), kind, "{id} {end}");
    }
}

/// A complete entry works without the plugin, and nothing is said of it.
#[test]
fn the_plugin_is_missed_only_where_it_is_needed() {
    let whole = json!({"baseUrl": "https://gateway.ai.cloudflare.com/v1/a/g/anthropic", "apiKey": "${K}", "models": [{"id": "m"}]});
    let without = |name: &str| {
        let mut entry = whole.clone();
        entry.as_object_mut().unwrap().remove(name);
        entry
    };
    let named = |enabled: bool| json!({"entries": {"cloudflare-ai-gateway": {"enabled": enabled}}});
    for (entry, plugins, missed) in [
        (whole.clone(), Value::Null, false),
        (whole.clone(), named(false), false),
        (whole.clone(), named(true), true),
        (without("apiKey"), Value::Null, true),
        (without("baseUrl"), Value::Null, true),
        (without("models"), Value::Null, true),
    ] {
        let mut config = json!({"models": {"providers": {"cloudflare-ai-gateway": entry}}});
        if !plugins.is_null() {
            config["plugins"] = plugins;
        }
        let found = super::find(&config, &[], &[]);
        let told = found.iter().any(|problem| problem.kind == "cf-plugin-missing");
        assert_eq!(told, missed, "{config}");
    }
}
