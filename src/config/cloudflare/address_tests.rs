//! Parts of addresses, and who goes through Cloudflare.

use super::*;

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn a_password_is_no_part_of_a_path() {
    let plain = format!("{HOST}/v1/{ACCOUNT}/gw/anthropic");
    for login in ["user:31/D4'7U#tv#2i", "u:a?b", "u:a/b@c#d", "user/x", "a.b:1/c"] {
        let address = Address::parse(&format!("https://{login}@{plain}")).unwrap();
        assert!(address.extra.is_some() && address.plain().ends_with(&plain), "{login}");
    }
    let model = format!("https://{HOST}/v1/{ACCOUNT}/gw/workers-ai/@cf/meta/llama-3.1");
    assert_eq!(Address::parse(&model).unwrap().extra, None);
}

#[test]
fn parts_of_an_address() {
    let url = Address::parse(&format!("https://{HOST}/v1/{ACCOUNT}/my-gw/anthropic/v1/messages/")).unwrap();
    assert!(url.is_own_host() && url.has_gateway_form() && url.tls && !url.double_slash);
    assert_eq!(url.gateway(), Some("my-gw"));
    assert_eq!(url.route(), Route::Gateway(Some("anthropic")));
    assert_eq!(url.rest(), ["v1", "messages"]);
}

#[test]
fn placeholders_stay_as_written() {
    let url = Address::parse(&format!("https://{HOST}/v1/<account_id>/<gateway_id>/anthropic")).unwrap();
    assert_eq!(url.account(), Some("<account_id>"));
    assert!(!url.has_gateway_form());
}

#[test]
fn escaped_letters_are_letters() {
    for (text, wanted) in [
        ("%64efault", "default"),
        ("d%65f%61ult", "default"),
        ("%3Cgateway%3E", "%3Cgateway%3E"),
        ("100%", "100%"),
        ("a%zz", "a%zz"),
        ("%é", "%é"),
    ] {
        assert_eq!(decoded(text), wanted);
    }
    let url = Address::parse(&format!("https://{HOST}/v1/{ACCOUNT}/gw/%61nthropic")).unwrap();
    assert_eq!(url.wants(), Wants::Anthropic);
}

#[test]
fn keys_and_lists_by_segment() {
    for (path, wants, list) in [
        ("v1/ACC/gw/anthropic", Wants::Anthropic, List::Keyed),
        ("v1/ACC/gw/openai", Wants::Openai, List::Keyed),
        ("v1/ACC/gw/workers-ai/v1", Wants::Cloudflare, List::Keyed),
        ("v1/ACC/gw/compat", Wants::Any, List::Untold),
        ("v1/ACC/gw/openrouter", Wants::Any, List::Public),
        ("v1/ACC/gw/custom-mine/v1", Wants::Any, List::Untold),
        ("client/v4/accounts/ACC/ai/v1", Wants::Cloudflare, List::Keyed),
    ] {
        let text = format!("http://127.0.0.1:1/{}", path.replace("ACC", ACCOUNT));
        let address = Address::parse(&text).unwrap();
        assert_eq!((address.wants(), address.list()), (wants, list), "{path}");
    }
}

#[test]
fn who_goes_through_cloudflare() {
    for (id, url, wanted) in [
        ("cloudflare-ai-gateway", None, true),
        ("cloudflare-ai-gateway", Some("https://llm.example.com/anthropic"), true),
        ("mine", Some("https://gateway.ai.cloudflare.com/v1/x/y/openai"), true),
        (
            "mine",
            Some("http://127.0.0.1:1/v1/0123456789abcdef0123456789abcdef/gw/workers-ai/v1"),
            true,
        ),
        (
            "mine",
            Some("https://api.cloudflare.com/client/v4/accounts/0123456789abcdef0123456789abcdef/ai/v1"),
            true,
        ),
        ("mine", Some("https://api.cloudflare.com/client/v4/ai/v1"), true),
        ("mine", Some("gateway.ai.cloudflare.com/v1/x/y/openai"), true),
        ("mine", Some("https://api.anthropic.com/v1"), false),
        ("mine", Some("nonsense"), false),
    ] {
        assert_eq!(is_aig(id, url), wanted, "{id} {url:?}");
    }
}

#[test]
fn the_name_of_a_model_is_no_login() {
    for (url, shown) in [
        (
            "https://api.cloudflare.com/client/v4/accounts/ACC/ai/run/@cf/meta/llama",
            None,
        ),
        (
            "https://u:p@api.cloudflare.com/client/v4",
            Some("api.cloudflare.com/client/v4"),
        ),
        ("https://u:p/@cf/x@h.example/v1?k=1", Some("h.example/v1")),
    ] {
        assert_eq!(without_login(url), shown.unwrap_or(url), "{url}");
    }
}
