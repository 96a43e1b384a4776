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
        // A name until Cloudflare says otherwise.
        ("https://gateway.ai.cloudflare.com/v1/ACC/gateway/anthropic", None),
        ("https://gateway.ai.cloudflare.com/v1/ACC/your-gateway/anthropic", None),
        // The product trims it.
        (" https://gateway.ai.cloudflare.com/v1/ACC/gw/anthropic\t", None),
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
            Some(&good),
        ),
        (
            "https://dash.cloudflare.com/ACC/ai/ai-gateway/general/gateways/gw",
            Some(&good),
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

/// Each address has one fault, and what is written instead of it has none.
#[test]
fn one_fault_each() {
    let gateway = format!("https://{HOST}/v1/{ACCOUNT}/gw");
    let rest = format!("https://api.cloudflare.com/client/v4/accounts/{ACCOUNT}/ai");
    let openai = Some("openai-completions");
    let anthropic = Some("anthropic-messages");
    for (id, url, api, what, wanted) in [
        ("a", rest.clone(), openai, "lacks /v1", format!("{rest}/v1")),
        ("a", format!("{rest}/v1/v1"), openai, "/v1 twice", format!("{rest}/v1")),
        ("a", format!("{rest}/run"), openai, "/run", format!("{rest}/v1")),
        (
            "a",
            format!("{rest}/run/@cf/meta/llama"),
            openai,
            "/run",
            format!("{rest}/v1"),
        ),
        (
            "a",
            format!("{rest}/models"),
            openai,
            "goes on after /ai",
            format!("{rest}/v1"),
        ),
        ("a", format!("{rest}/run"), anthropic, "/run", rest.clone()),
        (
            "a",
            format!("{rest}/v1/v1"),
            anthropic,
            "/v1 twice",
            format!("{rest}/v1"),
        ),
        (
            "a",
            format!("https://{HOST}/v1/v1/{ACCOUNT}/gw/openai"),
            openai,
            "/v1 twice",
            format!("{gateway}/openai"),
        ),
        (
            "a",
            format!("{gateway}/mistral/v1/v1"),
            openai,
            "/v1 twice",
            format!("{gateway}/mistral/v1"),
        ),
        (
            "a",
            format!("{gateway}/anthropic/v1/v1"),
            anthropic,
            "/v1 twice",
            format!("{gateway}/anthropic/v1"),
        ),
        (
            "a",
            format!("http://127.0.0.1:4000/v1/v1/{ACCOUNT}/gw/openai"),
            openai,
            "/v1 twice",
            format!("http://127.0.0.1:4000/v1/{ACCOUNT}/gw/openai"),
        ),
        (
            "a",
            format!("https://me:pw@{HOST}/v1/{ACCOUNT}/gw/openai"),
            openai,
            "user name or password",
            format!("{gateway}/openai"),
        ),
        (
            "a",
            format!("{gateway}/openai?key=1"),
            openai,
            "a query",
            format!("{gateway}/openai"),
        ),
        (
            "a",
            format!("{gateway}/openai#x"),
            openai,
            "a fragment",
            format!("{gateway}/openai"),
        ),
        (
            "a",
            format!("{gateway}/chat?key=1"),
            openai,
            "a query",
            format!("{gateway}/<provider>"),
        ),
        (
            "cloudflare-ai-gateway",
            "https://me@llm.example.com/anthropic".to_owned(),
            anthropic,
            "user name",
            "https://llm.example.com/anthropic".to_owned(),
        ),
        (
            "a",
            format!("{gateway}/{{provider}}"),
            openai,
            "placeholder for the provider",
            format!("{gateway}/<provider>"),
        ),
        (
            "a",
            format!("{gateway}/<provider>"),
            openai,
            "placeholder for the provider",
            format!("{gateway}/<provider>"),
        ),
        (
            "a",
            format!("{gateway}/provider"),
            openai,
            "placeholder for the provider",
            format!("{gateway}/<provider>"),
        ),
        (
            "a",
            format!("{gateway}/%7Bprovider%7D"),
            anthropic,
            "placeholder for the provider",
            format!("{gateway}/anthropic"),
        ),
    ] {
        let found = judge(id, &url, api).unwrap_or_else(|| panic!("{url} passes"));
        assert!(found.what.contains(what), "{url}: {}", found.what);
        assert_eq!(found.corrected, wanted, "{url}");
        if !wanted.contains('<') {
            assert_eq!(judge(id, &wanted, api), None, "{wanted}");
        }
    }
    for (id, url) in [
        ("a", "https://llm.example.com/v1/v1".to_owned()),
        ("a", "https://me:pw@llm.example.com/v1".to_owned()),
        ("a", format!("{gateway}/custom-provider")),
    ] {
        assert_eq!(judge(id, &url, openai), None, "{url}");
    }
}

#[test]
fn a_loopback_stand_in_is_kept() {
    assert_eq!(
        of("http://127.0.0.1:4000/v1/ACC/gw/anthropic/v1/messages", None),
        Some(format!("http://127.0.0.1:4000/v1/{ACCOUNT}/gw/anthropic"))
    );
}

#[test]
fn parts_in_each_others_place_and_hosts_of_providers() {
    let good = |segment: &str| Some(format!("https://{HOST}/v1/{ACCOUNT}/my-gw/{segment}"));
    for (url, api, wanted) in [
        (
            "https://HOST/v1/my-gw/ACC/anthropic",
            "anthropic-messages",
            good("anthropic"),
        ),
        ("https://HOST/v1/my-gw/ACC/openai", "openai-completions", good("openai")),
        (
            "https://HOST/v1/my-gw/ACC/deepseek",
            "openai-completions",
            good("deepseek"),
        ),
        (
            "https://HOST/v1/ACC/anthropic/my-gw",
            "anthropic-messages",
            good("anthropic"),
        ),
        ("https://HOST/v1/ACC/openai/my-gw", "openai-completions", good("openai")),
        ("https://HOST/v1/ACC/openai/custom-mine", "openai-completions", None),
        ("https://HOST/v1/ACC/openai/openai", "openai-completions", None),
        (
            "https://api.openai.com/v1/ACC/my-gw/openai",
            "openai-completions",
            good("openai"),
        ),
        (
            "https://api.anthropic.com/v1/ACC/my-gw/anthropic",
            "anthropic-messages",
            good("anthropic"),
        ),
        (
            "https://api.deepseek.com/v1/ACC/my-gw/deepseek",
            "openai-completions",
            good("deepseek"),
        ),
        ("https://api.openai.com/v1", "openai-completions", None),
        (
            "https://llm.example.com/v1/ACC/my-gw/openai",
            "openai-completions",
            None,
        ),
    ] {
        let address = url.replace("HOST", HOST).replace("ACC", ACCOUNT);
        let got = judge("mine", &address, Some(api)).map(|wrong| wrong.corrected);
        assert_eq!(got, wanted, "{url}");
    }
}

/// No id is made of a part that is another one, and no credential is repeated.
#[test]
fn what_is_missing_is_not_invented() {
    let gateway = format!("https://{HOST}/v1");
    let token = "cfut_0123456789abcdef0123456789abcdef01234567";
    let openai = Some("openai-completions");
    let anthropic = Some("anthropic-messages");
    for (url, api, wanted) in [
        ("/ACC//anthropic", anthropic, "/ACC/<gateway id>/anthropic"),
        ("//mygw/anthropic", anthropic, "/<account id>/mygw/anthropic"),
        ("/ACC//mygw/anthropic", anthropic, "/ACC/mygw/anthropic"),
        ("/ACC/mygw//anthropic", anthropic, "/ACC/mygw/anthropic"),
        ("/ACC//workers-ai/v1", openai, "/ACC/<gateway id>/workers-ai/v1"),
        ("/ACC//openai/openai", openai, "/ACC/openai/openai"),
        ("/ACC//mygw", anthropic, "/ACC/mygw/anthropic"),
        ("/TOKEN/mygw/anthropic", anthropic, "/<account id>/mygw/anthropic"),
        ("/ACC/TOKEN/anthropic", anthropic, "/ACC/<gateway id>/anthropic"),
    ] {
        let text = |path: &str| {
            format!("{gateway}{path}")
                .replace("ACC", ACCOUNT)
                .replace("TOKEN", token)
        };
        let fault = judge("mine", &text(url), api).unwrap();
        assert_eq!(fault.corrected, text(wanted), "{url}");
        assert!(!fault.what.contains(token), "{url}");
    }
}

/// Names that only look like Cloudflare's, and paths that nobody answers at the host of its API.
#[test]
fn hosts_that_are_not_cloudflares() {
    let rest = format!("https://api.cloudflare.com/client/v4/accounts/{ACCOUNT}/ai/v1");
    let gateway = format!("https://{HOST}/v1/{ACCOUNT}/gw/openai");
    for (url, wanted) in [
        ("https://api.cloudfare.com/client/v4/accounts/ACC/ai/v1", &rest),
        ("https://api.cloudflare.co/client/v4/accounts/ACC/ai/v1", &rest),
        (
            "https://gateway.ai.cloudflare.com.example.net/v1/ACC/gw/openai",
            &gateway,
        ),
        ("https://gateway.ai.cloudflare.io/v1/ACC/gw/openai", &gateway),
        ("https://api.cloudflare.com/v1/ACC/gw/openai", &gateway),
    ] {
        let fault = judge("mine", &url.replace("ACC", ACCOUNT), Some("openai-completions"));
        assert_eq!(fault.map(|fault| fault.corrected).as_ref(), Some(wanted), "{url}");
    }
    for url in [
        "https://ai.example.com/v1/ACC/gw/openai",
        "https://cloudflare.example.com/v1/ACC/gw/openai",
    ] {
        assert_eq!(
            judge("mine", &url.replace("ACC", ACCOUNT), Some("openai-completions")),
            None,
            "{url}"
        );
    }
}
