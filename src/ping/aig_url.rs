//! The forms of a Cloudflare AI Gateway address (facts/pings.md sections 9 and 10):
//! `https://gateway.ai.cloudflare.com/v1/<account>/<gateway>/<provider>`.

use super::target::Base;

/// The host of all AI Gateways without a domain of their own.
pub const HOST: &str = "gateway.ai.cloudflare.com";

/// The parts of an address, as far as they are there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AigUrl {
    /// Whether it is encrypted.
    pub tls: bool,
    /// Host.
    pub host: String,
    /// Port, where it is not the usual one.
    pub port: Option<u16>,
    /// Whether the path begins with `/v1`.
    pub versioned: bool,
    /// Whether the path has an empty part.
    pub double_slash: bool,
    /// Account id.
    pub account: Option<String>,
    /// Gateway id.
    pub gateway: Option<String>,
    /// Provider segment, such as `anthropic`.
    pub provider: Option<String>,
    /// What follows the provider segment.
    pub rest: Vec<String>,
}

impl AigUrl {
    /// Reads an address; none where it is no http(s) URL without userinfo and query.
    pub fn parse(text: &str) -> Option<AigUrl> {
        // Placeholders may hold characters that a URL must escape; they are read as they stand.
        let text = text.trim();
        let base = Base::parse(text).ok()?;
        let after = text.split_once("://")?.1;
        let path = after.split_once('/').map_or("", |(_, path)| path).trim_end_matches('/');
        let double_slash = path.contains("//");
        let mut parts = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .peekable();
        let versioned = parts.next_if(|part| part == "v1").is_some();
        let usual = if base.tls { 443 } else { 80 };
        Some(AigUrl {
            tls: base.tls,
            host: base.host.to_ascii_lowercase(),
            port: (base.port != usual).then_some(base.port),
            versioned,
            double_slash,
            account: parts.next(),
            gateway: parts.next(),
            provider: parts.next(),
            rest: parts.collect(),
        })
    }

    /// Tells whether it is on Cloudflare's own host for AI Gateways.
    pub fn is_own_host(&self) -> bool {
        self.host == HOST
    }

    /// Tells whether the path has the form of an AI Gateway's, on whatever host.
    pub fn has_form(&self) -> bool {
        self.versioned && self.account.as_deref().is_some_and(is_account_id) && self.gateway.is_some()
    }
}

/// Tells whether a text has the form of a Cloudflare account id: 32 hex digits.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 32 && text.chars().all(|c| c.is_ascii_hexdigit())
}

/// Tells whether a provider of this id and address is an AI Gateway of Cloudflare.
pub fn is_aig(id: &str, base_url: Option<&str>) -> bool {
    id.eq_ignore_ascii_case("cloudflare-ai-gateway")
        || base_url
            .and_then(AigUrl::parse)
            .is_some_and(|url| url.is_own_host() || url.has_form())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn parts_of_an_address() {
        let url = AigUrl::parse(&format!("https://{HOST}/v1/{ACCOUNT}/my-gw/anthropic/v1/messages/")).unwrap();
        assert!(url.is_own_host() && url.has_form() && url.tls && !url.double_slash);
        assert_eq!(url.gateway.as_deref(), Some("my-gw"));
        assert_eq!(url.provider.as_deref(), Some("anthropic"));
        assert_eq!(url.rest, ["v1", "messages"]);
    }

    #[test]
    fn placeholders_stay_as_written() {
        let url = AigUrl::parse(&format!("https://{HOST}/v1/<account_id>/<gateway_id>/anthropic")).unwrap();
        assert_eq!(url.account.as_deref(), Some("<account_id>"));
        assert!(!url.has_form());
    }

    #[test]
    fn who_is_an_ai_gateway() {
        for (id, url, wanted) in [
            ("cloudflare-ai-gateway", None, true),
            ("cloudflare-ai-gateway", Some("https://llm.example.com/anthropic"), true),
            ("mine", Some("https://gateway.ai.cloudflare.com/v1/x/y/openai"), true),
            (
                "mine",
                Some("http://127.0.0.1:1/v1/0123456789abcdef0123456789abcdef/gw/workers-ai/v1"),
                true,
            ),
            ("mine", Some("https://api.anthropic.com/v1"), false),
            ("mine", Some("nonsense"), false),
        ] {
            assert_eq!(is_aig(id, url), wanted, "{id} {url:?}");
        }
    }
}
