//! Addresses that may not even be asked without a credential, because one may stand in their path: a token where the
//! account id is due is sent with every request.

use super::address::{Address, HOST, REST_HOST, Route, is_account_id};
use super::lookalike;
use super::placeholders::is_placeholder;
use crate::secret::{generated, value};

/// The longest gateway id.
const LONGEST: usize = 64;
/// A run of so many characters that look generated is no name of a model or a deployment.
const SURE: usize = 20;

/// Returns whether a part of a path looks like a secret by itself.
pub(super) fn is_secret(part: &str) -> bool {
    value::shape(part).is_some() || generated::find(part).iter().any(|found| found.len() >= SURE)
}

/// Returns the name of a credential's public type, where a part begins as one does.
pub(super) fn named(part: &str) -> Option<&'static str> {
    value::shape(part).map(crate::model::snapshot::Shape::words)
}

/// Returns whether a gateway id has its form: at most 64 letters, digits, `-` and `_` (facts/pings.md section 10).
pub(super) fn is_gateway_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(plain)
}

/// Returns why an address may not be asked at all; `known` tells of a text whether it is a secret that was seen on this
/// machine.
pub(crate) fn why_not_asked(url: &str, known: &dyn Fn(&str) -> bool) -> Option<&'static str> {
    const SECRET: &str = "has something in its path that looks like a secret";
    let address = Address::parse(url)?;
    let clouds = [HOST, REST_HOST].contains(&address.host.as_str()) || lookalike::meant(&address.host).is_some();
    let (account, gateway) = match address.rest_form() {
        Some((account, _)) => (Some(account), None),
        None if clouds && address.host != REST_HOST || address.has_gateway_form() => {
            (address.account(), address.gateway())
        }
        None => (None, None),
    };
    let odd = |part: &str| known(part) || is_secret(part);
    let ids = [account, gateway];
    let others = address.parts.iter().filter(|part| !ids.contains(&Some(part.as_str())));
    let account_odd = account.is_some_and(|id| !is_account_id(id) && (odd(id) || clouds && !is_placeholder(id)));
    let gateway_odd = gateway.is_some_and(|id| known(id) || !generated::find(id).is_empty());
    if account_odd || gateway_odd || others.into_iter().any(|part| !is_account_id(part) && odd(part)) {
        return Some(SECRET);
    }
    let formed = gateway.is_none_or(|id| is_gateway_id(id) || is_placeholder(id) || address.route() == Route::Other);
    (!formed).then_some("has a gateway id that is not of the form of one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_asked() {
        const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";
        let token = format!("cfut_{}", "Hj4kLm7nPq2rSt5vWx8yZa".repeat(2));
        let known = |part: &str| part == "correct-horse-battery";
        for (url, asked) in [
            ("https://gateway.ai.cloudflare.com/v1/ACC/my-gw/anthropic", true),
            (
                "https://gateway.ai.cloudflare.com/v1/ACC/prod_01/workers-ai/@cf/meta/llama-3.1",
                true,
            ),
            (
                "https://gateway.ai.cloudflare.com/v1/ACC/550e8400-e29b-41d4-a716-446655440000/openai",
                true,
            ),
            (
                "https://gateway.ai.cloudflare.com/v1/ACC/gw/azure-openai/res/gpt4o2024preview",
                true,
            ),
            (
                "https://gateway.ai.cloudflare.com/v1/<account_id>/<gateway_id>/anthropic",
                true,
            ),
            ("https://gateway.ai.cloudflare.com/v1/TOKEN/my-gw/anthropic", false),
            (
                "https://gateway.ai.cloudflare.com/v1/9f3a1c77e0b24d58a6c1f2e37b9d04a/my-gw/anthropic",
                false,
            ),
            ("https://gateway.ai.cloudflare.com/v1/somebody/my-gw/anthropic", false),
            ("https://gateway.ai.cloudflare.com/v1/ACC/TOKEN/anthropic", false),
            ("https://gateway.ai.cloudflare.com/v1/ACC/gw/TOKEN", false),
            (
                "https://gateway.ai.cloudflare.com/v1/ACC/correct-horse-battery/anthropic",
                false,
            ),
            ("https://gateway.ai.cloudflare.com/v1/ACC/a.b@c/anthropic", false),
            ("https://gateway.ai.cloudfare.com/v1/TOKEN/my-gw/anthropic", false),
            ("https://api.cloudflare.com/client/v4/accounts/ACC/ai/v1", true),
            ("https://api.cloudflare.com/client/v4/accounts/TOKEN/ai/v1", false),
            ("https://ai.example.com/v1/ACC/my-gw/anthropic", true),
            ("https://ai.example.com/v1/TOKEN/my-gw/anthropic", false),
            ("https://ai.example.com/anthropic", true),
            ("https://ai.example.com/t/TOKEN/anthropic", false),
            ("http://127.0.0.1:4000/v1/ACC/open/anthropic", true),
        ] {
            let text = url.replace("ACC", ACCOUNT).replace("TOKEN", &token);
            assert_eq!(why_not_asked(&text, &known).is_none(), asked, "{url}");
        }
    }
}
