//! The words a ping can end in. They are public: checks select by them, JSON shows them.
//!
//! Facts that stand beside a word in [`PingVerdict`]`.facts`, each only where it is known:
//!
//! Where key and token come from is told by fields of their own.
//!
//! | name | values | said of |
//! | --- | --- | --- |
//! | `auth` | `accepted`, `refused`, `off`, `not-tried`, `not-needed` | both |
//! | `why_not_tried` | words | both |
//! | `credential` | which one was accepted or refused, in words | both |
//! | `code` | the machine code that decided | both |
//! | `layer` | as in [`Word::layer`]; differs from it where a proxy stood between | both |
//! | `retry_after` | seconds | both |
//! | `server` | a program name of our own list | both |
//! | `clock_skew_s` | seconds this machine is ahead of the answer (negative: behind), from 300 up | both |
//! | `node_trust`, `system_trust` | `yes`, `no`, `unknown`: who trusts the certificate shown | https |
//! | `cert_not_after`, `cert_not_before` | seconds since 1970 | https |
//! | `live`, `ready` | `yes`, `no`, `unknown` | Gateway |
//! | `version` | of the Gateway | Gateway |
//! | `release` | `current`, `old` | Gateway |
//! | `failing` | what is not ready, by name where the name is known | Gateway |
//! | `expected_auth` | the mode that the configuration asks for | Gateway |
//! | `refusal_delay_ms` | the refusal came late: others fail to authenticate too | Gateway |
//! | `key`, `token` | `configured`, `missing` | Cloudflare |
//! | `key_shape`, `token_shape` | the public type that the prefix shows | Cloudflare |
//! | `token_form` | `bearer`, `bare`, `malformed` | Cloudflare |
//! | `same_value` | `yes`: key and token are the same text | Cloudflare |
//! | `unsendable`, `no_secret` | which credential was left out: HTTP cannot carry it, or it stands for nothing (blank, redacted, a reference) | Cloudflare |
//! | `shell_key`, `shell_name`, `shell_whose` | `accepted`, `refused`: the key of the shell, where it was asked with; the name of its variable; where the shell has it from, in words | Cloudflare |
//! | `gateway_secret` | `apiKey` or the name of a header: the OpenClaw Gateway's own secret stands there, so no credential was sent | Cloudflare |
//! | `stand_in` | which header of a key holds a placeholder, so that no credential was sent | Cloudflare |
//! | `placeholder` | `yes`: what OpenClaw sends as the key is none, and it was sent to nobody | Cloudflare |
//! | `closed_profile`, `closed_variable` | the stored profile whose reference leads nowhere, so that OpenClaw makes no request; the variable that it refers to | Cloudflare |
//! | `silent` | `yes`: no apiKey, so that OpenClaw makes no request at all, whatever headers there are | Cloudflare |
//! | `wrong_address` | what comes of it: the address cannot be right, so no credential was sent there | Cloudflare |
//! | `unresolved` | names of credentials that cannot be resolved here | Cloudflare |
//! | `clients_have` | `yes`, `no`, `unknown`: whether a client of this shell has a credential | Gateway |
//! | `handed_over` | `yes`: the credential is the shell's own, given because the clients' one cannot be resolved here | Gateway |
//! | `withheld` | `yes`: a refused credential would count towards a lock-out, and the known one may be outdated | Gateway |
//! | `barred` | `account`, `workspace`, `service-off`, `service`, `referrer`: by what the provider bars the key | Cloudflare |
//! | `not_proved` | `public-list`, `not-offered`, `protective-header`, `x-api-key`, `not-read`, `list-permission`, `unsure`, `apart`, `oauth`, `api`: why the key was not judged | Cloudflare |
//! | `own_port` | `yes`: the address that clients were given is that of the Gateway of this machine | Gateway |
//! | `listener` | `stranger`, `unknown`: whose the listener is, and why it got no credential | Gateway |
//! | `edge` | `access`, `firewall`, `name`, `rate`, `failing`, `other`: which page of Cloudflare's edge answers | Gateway |
//! | `edge_auth` | `configured`, `not-wss` (clients send it to `wss://` alone), `empty` (a header without a value), `accepted`, `refused`: `gateway.remote.edgeAuth` is given | Gateway |
//! | `listener_user` | the account of the stranger | Gateway |
//! | `provider` | id of the provider that was asked | Cloudflare |
//! | `access` | `accepted`, `refused`: what Cloudflare Access makes of the service token among the headers | Cloudflare |
//! | `unsendable_name` | the name of a configured header that no request can carry | Cloudflare |
//! | `not_asked` | ids of other providers behind an AI Gateway | Cloudflare |
//! | `model` | `known`, `unknown`: what the provider says of the default model, where it was asked | Cloudflare |
//! | `without_token` | `accepted`: the same request passes without the token | Cloudflare |
//! | `proxy` | `used`, `bypassed`, `none`, `not-for-http`, `unusable` | Cloudflare |
//! | `proxy_from` | `proxy.proxyUrl`, `OPENCLAW_PROXY_URL`: OpenClaw's own setting names the proxy | Cloudflare |
//! | `all_proxy` | `ignored`: set, but OpenClaw does not use it for model calls | Cloudflare |

use crate::model::snapshot::PingVerdict;

/// What a group of requests amounts to.
///
/// Source of each: facts/pings.md sections 1 to 8 (Gateway), 10 and 11 (Cloudflare).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Word {
    // The OpenClaw Gateway.
    /// It is up, ready, protected, and accepts the clients' credential.
    Healthy,
    /// As [`Word::Healthy`], by a release that has no health pages.
    HealthyOldRelease,
    /// It is starting.
    Starting,
    /// It is stopping.
    Draining,
    /// It answers, but something it needs is not ready.
    NotReady,
    /// It lets everyone in.
    AuthOff,
    /// As [`Word::AuthOff`], old release.
    AuthOffOldRelease,
    /// It refuses the clients' credential, and the daemon's where that was tried.
    AuthMismatch,
    /// As [`Word::AuthMismatch`], old release.
    AuthMismatchOldRelease,
    /// It refuses the clients' credential and accepts the daemon's.
    DaemonSecretAccepted,
    /// As [`Word::DaemonSecretAccepted`], old release.
    DaemonSecretAcceptedOldRelease,
    /// It asks for a credential and none is known here.
    NoCredential,
    /// As [`Word::NoCredential`], old release.
    NoCredentialOldRelease,
    /// It asks for a credential that only its trusted proxy can give.
    ProxyAuthOnly,
    /// The credential on disk cannot stand in a header, so no client can send it.
    CredentialUnsendable,
    /// It refuses everyone for a while after too many wrong credentials.
    LockedOut,
    /// It refuses because a reverse proxy in between is not configured.
    ProxyAttribution,
    /// Another program answers on its port.
    Foreign,
    /// Nothing listens on its port.
    NothingListening,
    /// One side speaks TLS and the other does not.
    SchemeMismatch,
    /// The certificate shown is not the one expected.
    TlsPinMismatch,
    /// A page of an edge in front of a remote Gateway answered.
    EdgePage,
    /// It answers, but the credential was withheld: the way there is not encrypted.
    PlainHttpRemote,
    // Cloudflare AI Gateway and the provider behind it.
    /// Everything passes with what the daemon would send.
    Ok,
    /// As [`Word::Ok`], and the AI Gateway asks for no token.
    OkAuthOff,
    /// The AI Gateway wants a token and none is configured (2009).
    GatewayTokenMissing,
    /// The AI Gateway refuses the token (2009).
    GatewayTokenRejected,
    /// No such AI Gateway in that account (2001).
    GatewayNotFound,
    /// The path after the gateway id names no provider (2008).
    ProviderPathWrong,
    /// The request reached the provider without a key.
    ProviderKeyMissing,
    /// The provider refuses the key.
    ProviderKeyRejected,
    /// The key is of a kind that cannot work in this place.
    KeyShapeWrong,
    /// The key or header cannot stand in an HTTP header.
    KeyUnsendable,
    /// The key stored at Cloudflare works, no key of our own is needed.
    ByokWorks,
    /// The key stored at Cloudflare works, the one sent along is refused and wins.
    ByokConflict,
    /// The key stored at Cloudflare is refused by the provider.
    ByokKeyRejected,
    /// The alias names no stored key (2040).
    ByokAliasWrong,
    /// No key reached the provider and the account has no credit (2021).
    Credits,
    /// A spending limit cannot price the doctor's request, which names no model (2040).
    SpendUnpriced,
    /// Unified Billing does not sell the model (2021).
    ModelNotSold,
    /// A policy of the AI Gateway denies the request.
    PolicyDenied,
    /// Guardrails or data loss prevention block the request.
    ContentBlocked,
    /// The AI Gateway's own rate (2003) or spend limit (2041).
    RateLimited,
    /// The provider's rate limit.
    ProviderRateLimited,
    /// The provider account has no credit.
    ProviderBilling,
    /// The key lacks a permission.
    ProviderPermission,
    /// The provider, or the way from Cloudflare to it, is in trouble.
    ProviderTrouble,
    /// The provider refuses the region of Cloudflare's edge.
    RegionBlock,
    /// Cloudflare Access wants a login or a service token.
    Access,
    /// The name or tunnel behind Cloudflare's edge leads nowhere (10xx).
    EdgeName,
    /// Cloudflare's firewall answers instead of the AI Gateway.
    Waf,
    /// Cloudflare itself fails.
    EdgeTrouble,
    /// A page of the local network answers in Cloudflare's place.
    CaptivePortal,
    /// The answer sends elsewhere; it was not followed.
    Redirect,
    /// The answer proves nothing.
    Inconclusive,
    /// An answer that is not known here.
    NotUnderstood,
    /// Everything that can be asked for free passes, and it says nothing about the key.
    KeyNotProved,
    /// The daemon's key is refused or missing, the shell's is accepted.
    OnlyShellKeyAccepted,
    /// A credential cannot be resolved here, so only the request without one was made.
    AuthSkipped,
    // The way there.
    /// The address cannot be used at all.
    BadAddress,
    /// The name does not resolve.
    Dns,
    /// The connection is refused.
    Refused,
    /// No route.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// The connection was cut before an answer.
    ConnectionLost,
    /// Nobody whom the daemon trusts signed the certificate.
    TlsUnknownIssuer,
    /// The certificate is expired by this clock.
    TlsExpired,
    /// The certificate is not valid yet by this clock.
    TlsNotYetValid,
    /// The certificate is for another name.
    TlsWrongName,
    /// The TLS handshake fails otherwise.
    TlsOther,
    /// The proxy asks for a login.
    ProxyAuth407,
    /// The proxy refuses the connection.
    ProxyRefused,
    /// The proxy cannot be reached.
    ProxyDead,
    /// The proxy's address cannot be used.
    ProxyUnusable,
}

/// How far the requests came, in the order in which a request meets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Nobody who counts answered.
    Nobody,
    /// OpenClaw or Cloudflare answered.
    Answered,
    /// It is the one that was looked for, asked without a credential at least.
    Found,
    /// The AI Gateway's token was judged.
    Token,
    /// The last credential was judged: the provider's key, or the Gateway's own.
    Key,
}

impl Word {
    /// Returns whether an OpenClaw Gateway answered: it let somebody in, or refused as OpenClaw does.
    pub(crate) fn is_openclaw(self) -> bool {
        matches!(
            self,
            Word::Healthy
                | Word::HealthyOldRelease
                | Word::Starting
                | Word::Draining
                | Word::NotReady
                | Word::AuthOff
                | Word::AuthOffOldRelease
                | Word::AuthMismatch
                | Word::AuthMismatchOldRelease
                | Word::DaemonSecretAccepted
                | Word::DaemonSecretAcceptedOldRelease
                | Word::NoCredential
                | Word::NoCredentialOldRelease
                | Word::ProxyAuthOnly
                | Word::CredentialUnsendable
                | Word::LockedOut
                | Word::ProxyAttribution
                | Word::PlainHttpRemote
        )
    }

    /// Returns how far the requests came.
    pub fn reach(self) -> Reach {
        use Word as W;
        match self.base() {
            W::NothingListening
            | W::Foreign
            | W::EdgePage
            | W::SchemeMismatch
            | W::TlsPinMismatch
            | W::CaptivePortal
            | W::Redirect
            | W::Inconclusive
            | W::Access
            | W::EdgeName
            | W::BadAddress
            | W::Dns
            | W::Refused
            | W::Unreachable
            | W::Timeout
            | W::ConnectionLost
            | W::TlsUnknownIssuer
            | W::TlsExpired
            | W::TlsNotYetValid
            | W::TlsWrongName
            | W::TlsOther
            | W::ProxyAuth407
            | W::ProxyRefused
            | W::ProxyDead
            | W::ProxyUnusable => Reach::Nobody,
            W::Starting
            | W::Draining
            | W::LockedOut
            | W::ProxyAttribution
            | W::Waf
            | W::EdgeTrouble
            | W::NotUnderstood => Reach::Answered,
            W::NoCredential
            | W::ProxyAuthOnly
            | W::CredentialUnsendable
            | W::PlainHttpRemote
            | W::AuthSkipped
            | W::KeyUnsendable
            | W::GatewayNotFound
            | W::ProviderPathWrong
            | W::SpendUnpriced
            | W::PolicyDenied
            | W::ContentBlocked
            | W::KeyNotProved
            | W::RateLimited
            | W::ProviderRateLimited
            | W::ProviderTrouble
            | W::RegionBlock => Reach::Found,
            W::GatewayTokenMissing | W::GatewayTokenRejected => Reach::Token,
            _ => Reach::Key,
        }
    }

    /// Returns whether the AI Gateway of the address is there: it, or somebody behind it, answered. Of an id that names none
    /// Cloudflare says so before everything else.
    pub(crate) fn proves_gateway(self) -> bool {
        use Word as W;
        let by_itself = matches!(
            self,
            W::SpendUnpriced
                | W::PolicyDenied
                | W::ContentBlocked
                | W::KeyNotProved
                | W::RateLimited
                | W::ProviderRateLimited
                | W::ProviderTrouble
        );
        by_itself || self.reach() >= Reach::Token
    }

    /// Returns the word without the remark that the release is an old one.
    pub fn base(self) -> Word {
        match self {
            Word::HealthyOldRelease => Word::Healthy,
            Word::AuthOffOldRelease => Word::AuthOff,
            Word::AuthMismatchOldRelease => Word::AuthMismatch,
            Word::DaemonSecretAcceptedOldRelease => Word::DaemonSecretAccepted,
            Word::NoCredentialOldRelease => Word::NoCredential,
            other => other,
        }
    }

    /// Returns the word as an old release deserves it.
    pub fn of_old_release(self) -> Word {
        match self {
            Word::Healthy => Word::HealthyOldRelease,
            Word::AuthOff => Word::AuthOffOldRelease,
            Word::AuthMismatch => Word::AuthMismatchOldRelease,
            Word::DaemonSecretAccepted => Word::DaemonSecretAcceptedOldRelease,
            Word::NoCredential => Word::NoCredentialOldRelease,
            other => other,
        }
    }

    /// Returns whether nothing is wrong with the way or the credentials.
    pub fn is_good(self) -> bool {
        matches!(
            self.base(),
            Word::Healthy | Word::Ok | Word::OkAuthOff | Word::ByokWorks
        )
    }

    /// Returns whether waiting alone may change it (for `--wait`).
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            Word::Starting
                | Word::Draining
                | Word::NotReady
                | Word::NothingListening
                | Word::Timeout
                | Word::ConnectionLost
        )
    }

    /// Returns the word that `text` spells.
    pub fn parse(text: &str) -> Option<Word> {
        Word::ALL.iter().copied().find(|word| word.as_str() == text)
    }

    /// Makes the verdict that goes into the snapshot.
    pub fn verdict(self, facts: Vec<(String, String)>) -> PingVerdict {
        PingVerdict {
            word: self.as_str().to_owned(),
            detail: self.meaning().to_owned(),
            facts,
            key: None,
            token: None,
        }
    }
}
