//! Code, layer, meaning and word of each answer on the way to Cloudflare and the provider.

use super::cloudflare_answer::{Barred, CloudflareAnswer, Limit};
use super::verdict::Word;
use crate::model::snapshot::Layer;

impl CloudflareAnswer {
    /// Returns the machine code, of our own list or a number.
    pub fn code(self) -> Option<String> {
        use CloudflareAnswer as A;
        let word = match self {
            A::TokenRefused => "2009",
            A::NoSuchGateway => "2001",
            A::NoSuchProvider => "2008",
            A::NoSuchAccount => "7003",
            A::NotSold => "2021",
            A::ByokAlias | A::Unpriced => "2040",
            A::UpstreamFailed => "2005",
            A::OwnCredential => "2009",
            A::PolicyDenied => "policy",
            A::Limit(Limit::Rate) => "2003",
            A::Limit(Limit::Spending(0)) => "policy",
            A::GatewayOther(0) | A::Mismatch(0) | A::ApiOther(0) => return None,
            A::Limit(Limit::Spending(code) | Limit::Unified(code) | Limit::Account(code))
            | A::Credits(code)
            | A::Blocked(code)
            | A::GatewayOther(code)
            | A::Mismatch(code)
            | A::ApiBarred(code)
            | A::ApiRefused(code)
            | A::ApiMissing(code)
            | A::ApiOther(code)
            | A::EdgeName(code)
            | A::EdgeOther(code) => return Some(code.to_string()),
            A::KeyMissing | A::KeyRefused | A::OauthRefused | A::Unauthorized => "authentication_error",
            A::Billing => "billing_error",
            A::Permission | A::Barred(_) | A::ListDenied => "permission_error",
            A::BarredAddress => "ip_not_authorized",
            A::WrongOrganization => "mismatched_organization",
            A::Region => "forbidden",
            A::ProviderRate => "rate_limit_error",
            A::ProviderFailing => "api_error",
            _ => return None,
        };
        Some(word.to_owned())
    }

    /// Returns the layer for the report.
    pub fn layer(self) -> Layer {
        use CloudflareAnswer as A;
        match self {
            A::TokenRefused
            | A::NoSuchGateway
            | A::NoSuchProvider
            | A::Limit(_)
            | A::NoSuchAccount
            | A::Credits(_)
            | A::NotSold
            | A::ByokAlias
            | A::Unpriced
            | A::PolicyDenied
            | A::Blocked(_)
            | A::UpstreamFailed
            | A::OwnCredential
            | A::GatewayOther(_)
            | A::Mismatch(_)
            | A::ApiBarred(_)
            | A::ApiRefused(_)
            | A::ApiMissing(_)
            | A::ApiOther(_)
            | A::Access
            | A::EdgeName(_)
            | A::EdgeOther(_)
            | A::Firewall
            | A::EdgeFailing => Layer::Cloudflare,
            A::Portal => Layer::Network,
            A::ProxyPage => Layer::Proxy,
            A::Redirect | A::BareRefusal | A::BareTrouble | A::Garbled | A::Unknown | A::NotOffered => Layer::Unknown,
            _ => Layer::Provider,
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
            A::NoSuchAccount => "no such account (7003)",
            A::Limit(Limit::Spending(_)) => "the AI Gateway's spending limit is reached",
            A::Limit(Limit::Rate) => "the AI Gateway's rate limit is reached (2003)",
            A::Limit(Limit::Unified(_)) => "Unified Billing's limit is reached",
            A::Limit(Limit::Account(_)) => "a limit of the Cloudflare account is reached",
            A::Credits(_) => "no credit is left for Unified Billing",
            A::NotSold => "Unified Billing does not sell this (2021)",
            A::Unpriced => "a spending limit cannot price a request without a model (2040)",
            A::PolicyDenied => "a policy of the AI Gateway denies the request",
            A::Blocked(2016 | 2017) => "the AI Gateway's guardrails block it",
            A::Blocked(_) => "the AI Gateway's data loss prevention blocks it",
            A::OwnCredential => "the provider refuses Cloudflare's own credential (503, 2009)",
            A::ByokAlias => "the alias names no stored key (2040)",
            A::UpstreamFailed => "the AI Gateway got no answer from the provider (2005)",
            A::GatewayOther(2008) => "the AI Gateway does not know the provider of the path (2008)",
            A::GatewayOther(2002) => "the AI Gateway's dynamic route has no usable step (2002)",
            A::GatewayOther(2036) => "the account's plan lacks a feature (2036)",
            A::GatewayOther(2047) => "Unified Billing no longer offers the model (2047)",
            A::ApiOther(5004 | 5007) => "Workers AI does not know the model or its input",
            A::GatewayOther(_) => "the AI Gateway refuses in a way that is not known here",
            A::Mismatch(_) => "the code does not belong to this answer",
            A::ApiBarred(_) => "Cloudflare's API does not accept the token from this address",
            A::ApiRefused(_) => "Cloudflare's API refuses the token",
            A::ApiMissing(_) => "Cloudflare's API saw no token",
            A::ApiOther(_) => "Cloudflare's API refuses with a code that is not known here",
            A::KeyMissing => "the provider saw no key",
            A::KeyRefused => "the provider refuses the key",
            A::OauthRefused => "the provider refuses an OAuth token in the key's place",
            A::Unauthorized => "refused (401)",
            A::BareRefusal => "refused (401), without saying who refused",
            A::Billing => "the provider's account has no credit",
            A::Barred(Barred::Account) => "the account of the key is switched off",
            A::Barred(Barred::Workspace) => "the workspace of the key is archived",
            A::Barred(Barred::ServiceOff) => "the API is switched off in the key's project",
            A::Barred(Barred::Service) => "the key is limited to other APIs",
            A::Barred(Barred::Referrer) => "the key is limited to requests of some web pages",
            A::Permission => "the key lacks a permission",
            A::BarredAddress => "the provider does not accept the key from this address",
            A::WrongOrganization => "the organization in the headers is not the key's",
            A::ListDenied => "the provider knows the key, and it may not list models",
            A::Region => "the provider refuses the region of the Cloudflare edge",
            A::ProviderRate => "the provider's rate limit is reached",
            A::ProviderFailing => "the provider is in trouble",
            A::BareTrouble => "busy or in trouble for now, without saying who is",
            A::ProviderOther => "the provider refuses the request itself",
            A::NotOffered => "this way of asking is not offered here",
            A::Access => "a login of Cloudflare Access",
            A::EdgeName(_) => "the name or tunnel behind Cloudflare does not resolve",
            A::EdgeOther(_) => "an error page of Cloudflare with a code that is not known here",
            A::Firewall => "a firewall or challenge page of Cloudflare",
            A::EdgeFailing => "Cloudflare itself fails",
            A::Portal => "a page that is not Cloudflare's",
            A::ProxyPage => "a proxy answers instead",
            A::Redirect => "sends elsewhere; not followed",
            A::Garbled => "not the JSON that was expected",
            A::Unknown => "JSON of an unknown form",
        }
    }

    /// Returns the word where the answer decides alone, whatever was sent.
    pub fn decides(self) -> Option<Word> {
        use CloudflareAnswer as A;
        Some(match self {
            A::NoSuchGateway | A::NoSuchAccount => Word::GatewayNotFound,
            A::NoSuchProvider => Word::ProviderPathWrong,
            A::Limit(_) => Word::RateLimited,
            A::ByokAlias => Word::ByokAliasWrong,
            A::Unpriced => Word::SpendUnpriced,
            A::NotSold => Word::ModelNotSold,
            A::PolicyDenied => Word::PolicyDenied,
            A::Blocked(_) => Word::ContentBlocked,
            A::Access => Word::Access,
            A::EdgeName(_) => Word::EdgeName,
            A::UpstreamFailed | A::ProviderFailing | A::OwnCredential => Word::ProviderTrouble,
            A::Billing => Word::ProviderBilling,
            A::Permission | A::Barred(_) | A::BarredAddress | A::WrongOrganization | A::ApiBarred(_) => {
                Word::ProviderPermission
            }
            A::Region => Word::RegionBlock,
            A::ProviderRate => Word::ProviderRateLimited,
            A::Firewall => Word::Waf,
            A::EdgeFailing => Word::EdgeTrouble,
            A::Portal => Word::CaptivePortal,
            A::ProxyPage => Word::ProxyAuth407,
            A::Redirect => Word::Redirect,
            A::BareTrouble | A::Garbled | A::EdgeOther(_) => Word::NotUnderstood,
            _ => return None,
        })
    }
}
