//! Addresses that lack a part, and formats that are not those of the address.

use super::address::{HOST, is_aig};
use super::faults::judge;

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

/// A part of the path is missing: what is known of the rest stays.
#[test]
fn missing_parts_keep_what_is_there() {
    let rest = "https://api.cloudflare.com/client/v4/accounts/ACC/ai/v1";
    let no_account = "https://api.cloudflare.com/client/v4/accounts/<account id>/ai/v1";
    let gateway = "https://gateway.ai.cloudflare.com/v1/ACC/my-gw/openai";
    for (url, wanted) in [
        ("https://api.cloudflare.com/client/v4/accounts/ACC", Some(rest)),
        ("https://api.cloudflare.com/client/v4/accounts/ACC/v1", Some(rest)),
        ("https://api.cloudflare.com/client/v4/accounts//ai/v1", Some(no_account)),
        ("https://api.cloudflare.com/client/v4/ai/v1", Some(no_account)),
        ("https://api.cloudflare.com/client/v4/account/ACC/ai/v1", Some(rest)),
        ("https://api.cloudflare.com/accounts/ACC/ai/v1", Some(rest)),
        ("https://api.cloudflare.com/client/v4/zones/ACC/ai/v1", Some(rest)),
        ("https://api.cloudflare.com", Some(no_account)),
        ("api.cloudflare.com/client/v4/accounts/ACC/ai/v1", Some(rest)),
        (rest, None),
        // Another service of the account: not judged.
        (
            "https://api.cloudflare.com/client/v4/accounts/ACC/ai-search/instances/x",
            None,
        ),
        ("gateway.ai.cloudflare.com/v1/ACC/my-gw/openai", Some(gateway)),
        ("https:/gateway.ai.cloudflare.com/v1/ACC/my-gw/openai", Some(gateway)),
        (
            "https://gateway.ai.cloudflare.com/v1/my-gw/openai",
            Some("https://gateway.ai.cloudflare.com/v1/<account id>/my-gw/openai"),
        ),
        (
            "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcde/openai",
            Some("https://gateway.ai.cloudflare.com/v1/<account id>/openai/<provider>"),
        ),
    ] {
        let text = url.replace("ACC", ACCOUNT);
        let fault = judge("mine", &text, Some("openai-completions"));
        assert_eq!(
            fault.map(|fault| fault.corrected),
            wanted.map(|text| text.replace("ACC", ACCOUNT)),
            "{url}"
        );
        assert!(is_aig("mine", Some(&text)), "{url}");
    }
}

/// The key belongs to the address: where the format is another provider's, the api is what was copied.
#[test]
fn the_format_is_changed_and_not_the_provider() {
    for (segment, api) in [
        ("openai", "openai-completions"),
        ("groq", "openai-completions"),
        ("google-ai-studio", "google-generative-ai"),
    ] {
        let url = format!("https://{HOST}/v1/{ACCOUNT}/gw/{segment}");
        let fault = judge("mine", &url, Some("anthropic-messages")).unwrap();
        assert_eq!((fault.api, fault.corrected), (Some(api), url));
    }
}

/// Segments whose base on Cloudflare's pages lacks what OpenClaw does not append.
#[test]
fn versions_behind_a_segment() {
    const OPENAI: &str = "openai-completions";
    const GOOGLE: &str = "google-generative-ai";
    for (path, api, due, asks) in [
        ("mistral", OPENAI, Some("mistral/v1"), true),
        ("mistral/", "openai-responses", Some("mistral/v1"), true),
        ("mistral/v1", OPENAI, None, false),
        ("google-ai-studio", GOOGLE, Some("google-ai-studio/v1beta"), true),
        ("google-ai-studio/v1", GOOGLE, None, false),
        ("google-ai-studio/v1beta", GOOGLE, None, false),
        (
            "google-ai-studio/v1beta/openai",
            GOOGLE,
            Some("google-ai-studio/v1beta"),
            false,
        ),
        (
            "google-ai-studio",
            OPENAI,
            Some("google-ai-studio/v1beta/openai"),
            false,
        ),
        (
            "google-ai-studio/v1beta",
            OPENAI,
            Some("google-ai-studio/v1beta/openai"),
            false,
        ),
        ("google-ai-studio/v1beta/openai", OPENAI, None, false),
        ("workers-ai", OPENAI, Some("workers-ai/v1"), false),
        ("workers-ai/@cf/meta/llama-3", OPENAI, Some("workers-ai/v1"), false),
        ("workers-ai/v1", OPENAI, None, false),
        ("groq", OPENAI, None, false),
        ("deepseek", OPENAI, None, false),
    ] {
        let base = format!("https://{HOST}/v1/{ACCOUNT}/gw/");
        let fault = judge("mine", &format!("{base}{path}"), Some(api));
        let told = fault.as_ref().map(|fault| (fault.corrected.clone(), fault.asks));
        assert_eq!(told, due.map(|due| (format!("{base}{due}"), asks)), "{path} {api}");
    }
}
