//! What one answer on the way to Cloudflare and the provider means (facts/pings.md section 10,
//! facts/field.md section 7).
//!
//! A result is (layer, status, machine code, known words), never the status alone: 400, 401, 403 and
//! 429 each come from two layers, and one code has several meanings. Of messages only the ones known
//! here are recognised; none is copied.

use serde_json::Value;

use super::reply::Hints;

/// What a list of models means that everybody gets.
pub const PUBLIC_LIST: &str = "lists its models for everybody; that says nothing about the key";

/// Which limit of Cloudflare's is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// 2003: requests of this gateway.
    Rate,
    /// 2041, or a policy without a code: spending of this gateway.
    Spending(u32),
    /// 2018, one text of 2021: Unified Billing's own.
    Unified(u32),
    /// 1015, 3036: the zone's or the account's.
    Account(u32),
}

/// What a provider bars a key that it knows by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barred {
    /// The account or the organization is switched off.
    Account,
    /// The workspace is archived.
    Workspace,
    /// The API is switched off in the key's project.
    ServiceOff,
    /// The key is limited to other APIs.
    Service,
    /// The key is limited to requests of some web pages.
    Referrer,
}

impl Barred {
    const ALL: [Barred; 5] = [
        Barred::Account,
        Barred::Workspace,
        Barred::ServiceOff,
        Barred::Service,
        Barred::Referrer,
    ];

    /// Returns the word of a verdict's facts.
    pub fn as_str(self) -> &'static str {
        match self {
            Barred::Account => "account",
            Barred::Workspace => "workspace",
            Barred::ServiceOff => "service-off",
            Barred::Service => "service",
            Barred::Referrer => "referrer",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloudflareAnswer {
    /// Accepted.
    Ok,
    /// 2009: token missing or refused.
    TokenRefused,
    /// 2001: no such gateway.
    NoSuchGateway,
    /// 7003: no such account.
    NoSuchAccount,
    /// 2008: no such provider in the path.
    NoSuchProvider,
    /// A limit of Cloudflare's.
    Limit(Limit),
    /// 2021, 2049: no credit for Unified Billing.
    Credits(u32),
    /// 2021: Unified Billing does not sell it.
    NotSold,
    /// 2040: the alias names no stored key.
    ByokAlias,
    /// 2040: a spending limit cannot price a request without a model.
    Unpriced,
    /// A policy of the gateway denies.
    PolicyDenied,
    /// 2016, 2017, 2029, 2030: guardrails or the prevention of data loss.
    Blocked(u32),
    /// 2005: no answer of the provider.
    UpstreamFailed,
    /// 503 with 2009: the provider refuses Cloudflare's own credential.
    OwnCredential,
    /// Another code of the gateway.
    GatewayOther(u32),
    /// A known code of Cloudflare's with a status or a request that it does not belong to.
    Mismatch(u32),
    /// 10000 and its like: Cloudflare's API refuses the token.
    ApiRefused(u32),
    /// 9106, 9107: Cloudflare's API saw no token.
    ApiMissing(u32),
    /// 9109: Cloudflare's API takes the token from other addresses alone.
    ApiBarred(u32),
    /// Another code of api.cloudflare.com or Workers AI (`errors` array).
    ApiOther(u32),
    /// The provider saw no key.
    KeyMissing,
    /// The provider refuses the key.
    KeyRefused,
    /// The provider refuses an OAuth token in the key's place.
    OauthRefused,
    /// 401 in a provider's form, without a message known here.
    Unauthorized,
    /// 401 without a body that says who refused.
    BareRefusal,
    /// 429 or 5xx without a body that says who is busy or failing.
    BareTrouble,
    /// The provider account has no credit.
    Billing,
    /// The key lacks a permission.
    Permission,
    /// The provider knows the key and bars it by something else than its rights.
    Barred(Barred),
    /// The provider takes the key from other addresses alone.
    BarredAddress,
    /// The organization or project named in a header is not the key's.
    WrongOrganization,
    /// The provider knows the key, and it may not list models.
    ListDenied,
    /// The provider refuses the edge's region.
    Region,
    /// The provider's rate limit.
    ProviderRate,
    /// The provider is overloaded or failing.
    ProviderFailing,
    /// Another error in the provider's form.
    ProviderOther,
    /// 404 or 405: this way of asking is not offered.
    NotOffered,
    /// Cloudflare Access wants a login.
    Access,
    /// Cloudflare's firewall or a challenge.
    Firewall,
    /// 10xx: the name or tunnel behind Cloudflare's edge leads nowhere.
    EdgeName(u32),
    /// Cloudflare's own failure (1101, 52x).
    EdgeFailing,
    /// Another error page of the edge.
    EdgeOther(u32),
    /// A page of somebody else.
    Portal,
    /// A proxy answered instead.
    ProxyPage,
    /// It sends elsewhere.
    Redirect,
    /// JSON was due and something else came.
    Garbled,
    /// JSON of an unknown form.
    Unknown,
}

/// Reads a machine code, a number or a number in quotes.
pub(super) fn code_number(value: &Value) -> Option<u32> {
    value
        .as_u64()
        .or_else(|| value.as_str()?.parse().ok())
        .and_then(|code| u32::try_from(code).ok())
        .filter(|code| *code < 100_000)
}

impl CloudflareAnswer {
    /// Returns whether it shows that the asked one is Cloudflare's gateway or the provider.
    pub fn proves_identity(self, hints: &Hints) -> bool {
        use CloudflareAnswer as A;
        match self {
            A::TokenRefused
            | A::NoSuchGateway
            | A::NoSuchProvider
            | A::Credits(_)
            | A::NotSold
            | A::ByokAlias
            | A::Unpriced
            | A::Blocked(_)
            | A::UpstreamFailed
            | A::OwnCredential
            | A::GatewayOther(_)
            | A::KeyMissing
            | A::KeyRefused
            | A::ListDenied
            | A::OauthRefused => true,
            A::Portal
            | A::ProxyPage
            | A::Redirect
            | A::Garbled
            | A::Access
            | A::Firewall
            | A::EdgeName(_)
            | A::EdgeOther(_)
            | A::EdgeFailing => false,
            _ => hints.cf_ray || hints.cf_aig || hints.provider_id,
        }
    }

    /// Returns whether the gateway id is shown to exist, so that a token cannot create it.
    pub fn proves_gateway(self) -> bool {
        use CloudflareAnswer as A;
        matches!(
            self,
            A::Ok
                | A::TokenRefused
                | A::KeyMissing
                | A::KeyRefused
                | A::OauthRefused
                | A::ListDenied
                | A::Unauthorized
                | A::Credits(_)
                | A::NotSold
                | A::Unpriced
                | A::PolicyDenied
                | A::ApiRefused(_)
                | A::ApiMissing(_)
        )
    }

    /// Returns whether nothing is known about what it means.
    pub fn is_strange(self) -> bool {
        use CloudflareAnswer as A;
        matches!(
            self,
            A::GatewayOther(_)
                | A::Mismatch(_)
                | A::ApiOther(_)
                | A::EdgeOther(_)
                | A::ProviderOther
                | A::BareRefusal
                | A::BareTrouble
                | A::Garbled
                | A::Unknown
        )
    }
}
