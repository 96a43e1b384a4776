//! Faults of addresses and their corrections.

use super::address::{HOST, is_aig};
use super::faults::judge;

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

fn of(url: &str, api: Option<&str>) -> Option<String> {
    judge(super::ID, &url.replace("ACC", ACCOUNT), api).map(|wrong| wrong.corrected)
}

#[test]
fn faults_and_their_corrections() {
    let good = format!("https://{HOST}/v1/{ACCOUNT}/gw/anthropic");
    let no_ids = format!("https://{HOST}/v1/<account id>/<gateway id>/anthropic");
    for (url, wanted) in [
        ("https://gateway.ai.cloudflare.com/v1/ACC/gw/anthropic", None),
        ("https://gateway.ai.cloudflare.com/v1/ACC/gw/anthropic/", None),
        ("https://gateway.ai.cloudflare.com/v1/ACC/gw", Some(&good)),
        // The client drops it.
        ("https://gateway.ai.cloudflare.com/v1/ACC/gw/anthropic/v1", None),
        ("https://gateway.ai.cloudflare.com/v1/ACC/gw/anthropic/v2", Some(&good)),
        (
            "https://gateway.ai.cloudflare.com/v1/ACC/gw/anthropic/v1/messages",
            Some(&good),
        ),
        ("https://gateway.ai.cloudflare.com/v1/ACC/gw/compat", Some(&good)),
        ("https://gateway.ai.cloudflare.com/v1/ACC//gw/anthropic", Some(&good)),
        ("https://gateway.ai.cloudflare.com/ACC/gw/anthropic", Some(&good)),
        ("http://gateway.ai.cloudflare.com/v1/ACC/gw/anthropic", Some(&good)),
        ("https://gateway.ai.cloudfare.com/v1/ACC/gw/anthropic", Some(&good)),
        (
            "https://gateway.ai.cloudflare.com/v1/<account_id>/<gateway_id>/anthropic",
            Some(&no_ids),
        ),
        (
            "https://gateway.ai.cloudflare.com/v1/me@example.com/gw/anthropic",
            Some(&no_ids.replace("<gateway id>", "gw")),
        ),
        ("https://api.cloudflare.com/client/v4/accounts/ACC/ai", None),
        (
            "https://api.cloudflare.com/client/v4/accounts/ACC/ai/v1/messages",
            Some(&format!("https://api.cloudflare.com/client/v4/accounts/{ACCOUNT}/ai")),
        ),
        (
            "https://api.cloudflare.com/client/v4/accounts/<account_id>/ai",
            Some(&"https://api.cloudflare.com/client/v4/accounts/<account id>/ai".to_owned()),
        ),
        (
            "https://gateway.ai.cloudflare.com/client/v4/accounts/ACC/ai",
            Some(&format!("https://api.cloudflare.com/client/v4/accounts/{ACCOUNT}/ai")),
        ),
        ("https://api.cloudflare.com/v1/ACC/gw/anthropic", Some(&good)),
        (
            "https://api.cloudflare.com/client/v4/accounts/ACC/ai-gateway/gateways/gw",
            Some(&no_ids.replace("<account id>", ACCOUNT)),
        ),
        (
            "https://dash.cloudflare.com/ACC/ai/ai-gateway/general/gateways/gw",
            Some(&no_ids.replace("<account id>", ACCOUNT)),
        ),
        (
            "https://gateway.ai.cloudflare.com/v1/ACC/anthropic",
            Some(&good.replace("/gw/", "/<gateway id>/")),
        ),
        ("https://gateway.ai.cloudflare.com/v1/ACC/gw/custom-mine", None),
        ("https://gateway.ai.cloudflare.com/v1/ACC/gw/something-new", None),
        (
            "https://llm.example.com/anthropic/v1/messages",
            Some(&"https://llm.example.com/anthropic".to_owned()),
        ),
        ("https://llm.example.com/anthropic", None),
        ("http://127.0.0.1:4000/v1/ACC/gw/anthropic", None),
        ("nonsense", Some(&no_ids)),
    ] {
        assert_eq!(of(url, Some("anthropic-messages")).as_ref(), wanted, "{url}");
    }
}

#[test]
fn other_providers_keep_their_segment() {
    let of = |url: &str| {
        judge("mine", &url.replace("ACC", ACCOUNT), Some("openai-completions")).map(|wrong| wrong.corrected)
    };
    assert_eq!(of("https://gateway.ai.cloudflare.com/v1/ACC/gw/workers-ai/v1"), None);
    assert_eq!(
        of("https://gateway.ai.cloudflare.com/v1/ACC/gw/workers-ai/v1/chat/completions"),
        Some(format!("https://{HOST}/v1/{ACCOUNT}/gw/workers-ai/v1"))
    );
    for (path, end) in [
        ("deepseek", ""),
        ("deepseek/chat/completions", "deepseek"),
        ("grok/v1", ""),
        ("mistral/v1", ""),
        ("compat", ""),
        ("custom-mine/v1", ""),
        ("custom-mine/v1/chat/completions", "custom-mine/v1"),
        ("workers-ai", "workers-ai/v1"),
        ("openrouter/v1", ""),
        ("new-segment", ""),
        ("openai/responses", "openai"),
        ("", "<provider>"),
    ] {
        let wanted = (!end.is_empty()).then(|| format!("https://{HOST}/v1/{ACCOUNT}/gw/{end}"));
        assert_eq!(of(&format!("https://{HOST}/v1/ACC/gw/{path}")), wanted, "{path}");
    }
    let rest = "https://api.cloudflare.com/client/v4/accounts/ACC/ai";
    for (end, wanted) in [("/v1", None), ("", Some("/v1")), ("/v1/chat/completions", Some("/v1"))] {
        let wanted = wanted.map(|end| format!("{rest}{end}").replace("ACC", ACCOUNT));
        assert_eq!(of(&format!("{rest}{end}")), wanted, "{end}");
    }
    // The client drops a /v1 at the end of the base in Anthropic's format (seen on 2026.9.6).
    for (end, wanted) in [("/v1", None), ("", None), ("/v1/messages", Some(""))] {
        let wanted = wanted.map(|end| format!("{rest}{end}").replace("ACC", ACCOUNT));
        let url = format!("{rest}{end}").replace("ACC", ACCOUNT);
        let got = judge("mine", &url, Some("anthropic-messages")).map(|wrong| wrong.corrected);
        assert_eq!(got, wanted, "{end}");
    }
    assert_eq!(of("https://api.openai.com/v1"), None);
    assert!(!is_aig("mine", Some("https://api.openai.com/v1")));
}

#[test]
fn a_loopback_stand_in_is_kept() {
    assert_eq!(
        of("http://127.0.0.1:4000/v1/ACC/gw/anthropic/v1/messages", None),
        Some(format!("http://127.0.0.1:4000/v1/{ACCOUNT}/gw/anthropic"))
    );
}
