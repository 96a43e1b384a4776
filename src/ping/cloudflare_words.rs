//! Code, layer, meaning and word of each answer on the way to Cloudflare and the provider.

use super::cloudflare_answer::CloudflareAnswer;
use super::verdict::Word;

impl CloudflareAnswer {
    /// Returns the machine code, of our own list or a number.
    pub fn code(self) -> Option<String> {
        use CloudflareAnswer as A;
        let word = match self {
            A::TokenRefused => "2009",
            A::NoSuchGateway => "2001",
            A::NoSuchProvider => "2008",
            A::Credits => "2021",
            A::ByokAlias => "2040",
            A::UpstreamFailed => "2005",
            A::Limit(code) | A::GatewayOther(code) | A::ApiOther(code) => return Some(code.to_string()),
            A::KeyMissing | A::KeyRefused | A::OauthRefused | A::Unauthorized => "authentication_error",
            A::Billing => "billing_error",
            A::Permission => "permission_error",
            A::Region => "forbidden",
            A::ProviderRate => "rate_limit_error",
            A::ProviderFailing => "api_error",
            _ => return None,
        };
        Some(word.to_owned())
    }

    /// Returns the layer for the report.
    pub fn layer(self) -> &'static str {
        use CloudflareAnswer as A;
        match self {
            A::TokenRefused
            | A::NoSuchGateway
            | A::NoSuchProvider
            | A::Limit(_)
            | A::Credits
            | A::ByokAlias
            | A::UpstreamFailed
            | A::GatewayOther(_)
            | A::ApiOther(_)
            | A::Firewall
            | A::EdgeFailing => "cloudflare",
            A::Portal => "network",
            A::ProxyPage => "proxy",
            A::Redirect | A::Garbled | A::Unknown | A::NotOffered => "unknown",
            _ => "provider",
        }
    }

    /// Returns what it means, in words.
    pub fn meaning(self) -> &'static str {
        use CloudflareAnswer as A;
        match self {
            A::Ok => "accepted",
            A::TokenRefused => "the AI Gateway wants a valid cf-aig-authorization (2009)",
            A::NoSuchGateway => "no such AI Gateway in that account (2001)",
            A::NoSuchProvider => "the path names no provider (2008)",
            A::Limit(2041) => "the AI Gateway's spending limit is reached (2041)",
            A::Limit(_) => "the AI Gateway's rate limit is reached (2003)",
            A::Credits => "no provider key came, and there is no credit (2021)",
            A::ByokAlias => "the alias names no stored key (2040)",
            A::UpstreamFailed => "the AI Gateway got no answer of the provider (2005)",
            A::GatewayOther(_) => "the AI Gateway refuses with a code that the doctor does not know",
            A::ApiOther(_) => "Cloudflare's API refuses",
            A::KeyMissing => "the provider saw no key",
            A::KeyRefused => "the provider refuses the key",
            A::OauthRefused => "the provider refuses an OAuth token in the key's place",
            A::Unauthorized => "refused (401)",
            A::Billing => "the provider's account has no credit",
            A::Permission => "the key lacks a permission",
            A::Region => "the provider refuses the region of the Cloudflare edge",
            A::ProviderRate => "the provider's rate limit is reached",
            A::ProviderFailing => "the provider is in trouble",
            A::ProviderOther => "the provider refuses the request itself",
            A::NotOffered => "this way of asking is not offered here",
            A::Firewall => "a firewall or challenge page of Cloudflare",
            A::EdgeFailing => "Cloudflare itself fails",
            A::Portal => "a page that is not Cloudflare's",
            A::ProxyPage => "a proxy answers instead",
            A::Redirect => "sends elsewhere; not followed",
            A::Garbled => "not the JSON that was due",
            A::Unknown => "JSON of an unknown form",
        }
    }

    /// Returns the word where the answer decides alone, whatever was sent.
    pub fn decides(self) -> Option<Word> {
        use CloudflareAnswer as A;
        Some(match self {
            A::NoSuchGateway => Word::GatewayNotFound,
            A::NoSuchProvider => Word::ProviderPathWrong,
            A::Limit(_) => Word::RateLimited,
            A::ByokAlias => Word::ByokAliasWrong,
            A::UpstreamFailed | A::ProviderFailing => Word::ProviderTrouble,
            A::Billing => Word::ProviderBilling,
            A::Permission => Word::ProviderPermission,
            A::Region => Word::RegionBlock,
            A::ProviderRate => Word::ProviderRateLimited,
            A::Firewall => Word::Waf,
            A::EdgeFailing => Word::EdgeTrouble,
            A::Portal => Word::CaptivePortal,
            A::ProxyPage => Word::ProxyAuth407,
            A::Redirect => Word::Redirect,
            A::Garbled => Word::Inconclusive,
            _ => return None,
        })
    }
}
