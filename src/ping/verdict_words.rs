//! Spelling, layer and meaning of each [`Word`], one row each.

use super::verdict::Word;
use crate::model::snapshot::Layer;

const NETWORK: Layer = Layer::Network;
const PROXY: Layer = Layer::Proxy;
const OPENCLAW: Layer = Layer::Openclaw;
const CLOUDFLARE: Layer = Layer::Cloudflare;
const PROVIDER: Layer = Layer::Provider;
const UNKNOWN: Layer = Layer::Unknown;

impl Word {
    /// All words.
    pub const ALL: &'static [Word] = &[
        Word::Healthy,
        Word::HealthyOldRelease,
        Word::Starting,
        Word::Draining,
        Word::NotReady,
        Word::AuthOff,
        Word::AuthOffOldRelease,
        Word::AuthMismatch,
        Word::AuthMismatchOldRelease,
        Word::DaemonSecretAccepted,
        Word::DaemonSecretAcceptedOldRelease,
        Word::NoCredential,
        Word::NoCredentialOldRelease,
        Word::ProxyAuthOnly,
        Word::CredentialUnsendable,
        Word::LockedOut,
        Word::ProxyAttribution,
        Word::Foreign,
        Word::NothingListening,
        Word::SchemeMismatch,
        Word::TlsPinMismatch,
        Word::EdgePage,
        Word::PlainHttpRemote,
        Word::Ok,
        Word::OkAuthOff,
        Word::GatewayTokenMissing,
        Word::GatewayTokenRejected,
        Word::GatewayNotFound,
        Word::ProviderPathWrong,
        Word::ProviderKeyMissing,
        Word::ProviderKeyRejected,
        Word::KeyShapeWrong,
        Word::KeyUnsendable,
        Word::ByokWorks,
        Word::ByokConflict,
        Word::ByokKeyRejected,
        Word::ByokAliasWrong,
        Word::Credits,
        Word::SpendUnpriced,
        Word::ModelNotSold,
        Word::PolicyDenied,
        Word::ContentBlocked,
        Word::RateLimited,
        Word::ProviderRateLimited,
        Word::ProviderBilling,
        Word::ProviderPermission,
        Word::ProviderTrouble,
        Word::RegionBlock,
        Word::Access,
        Word::EdgeName,
        Word::Waf,
        Word::EdgeTrouble,
        Word::CaptivePortal,
        Word::Redirect,
        Word::Inconclusive,
        Word::NotUnderstood,
        Word::KeyNotProved,
        Word::OnlyShellKeyAccepted,
        Word::AuthSkipped,
        Word::BadAddress,
        Word::Dns,
        Word::Refused,
        Word::Unreachable,
        Word::Timeout,
        Word::ConnectionLost,
        Word::TlsUnknownIssuer,
        Word::TlsExpired,
        Word::TlsNotYetValid,
        Word::TlsWrongName,
        Word::TlsOther,
        Word::ProxyAuth407,
        Word::ProxyRefused,
        Word::ProxyDead,
        Word::ProxyUnusable,
    ];

    /// Returns the public spelling.
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// Returns the layer that decided.
    pub fn layer(self) -> Layer {
        self.row().1
    }

    /// Returns what it means, one or two sentences.
    pub fn meaning(self) -> &'static str {
        self.row().2
    }

    #[rustfmt::skip]
    fn row(self) -> (&'static str, Layer, &'static str) {
        match self {
            Word::Healthy => ("healthy", OPENCLAW, "The Gateway is up and ready, refuses requests without a credential, and accepts the clients' credential."),
            Word::HealthyOldRelease => ("healthy-old-release", OPENCLAW, "The Gateway is up, refuses requests without a credential, and accepts the clients' credential. This old release has no health pages."),
            Word::Starting => ("starting", OPENCLAW, "The Gateway is starting; it may take a minute."),
            Word::Draining => ("draining", OPENCLAW, "The Gateway is stopping: it finishes its work and takes no more."),
            Word::NotReady => ("not-ready", OPENCLAW, "The Gateway answers, but something it needs is not ready."),
            Word::AuthOff => ("auth-off", OPENCLAW, "The Gateway accepts requests without a credential."),
            Word::AuthOffOldRelease => ("auth-off-old-release", OPENCLAW, "The Gateway, an old release, accepts requests without a credential."),
            Word::AuthMismatch => ("auth-mismatch", OPENCLAW, "The Gateway refuses the credential that clients on this machine use."),
            Word::AuthMismatchOldRelease => ("auth-mismatch-old-release", OPENCLAW, "The Gateway, an old release, refuses the credential that clients on this machine use."),
            Word::DaemonSecretAccepted => ("daemon-secret-accepted", OPENCLAW, "The Gateway refuses the credential that clients use and accepts the one that its daemon was started with."),
            Word::DaemonSecretAcceptedOldRelease => ("daemon-secret-accepted-old-release", OPENCLAW, "The Gateway, an old release, refuses the credential that clients use and accepts the one that its daemon was started with."),
            Word::NoCredential => ("no-credential", OPENCLAW, "The Gateway asks for a credential, and no usable one is known here."),
            Word::NoCredentialOldRelease => ("no-credential-old-release", OPENCLAW, "The Gateway, an old release, asks for a credential, and no usable one is known here."),
            Word::ProxyAuthOnly => ("proxy-auth-only", OPENCLAW, "The Gateway takes its callers' identity from a trusted proxy and has no local credential, so it cannot be asked with one from here."),
            Word::CredentialUnsendable => ("credential-unsendable", OPENCLAW, "The clients' credential contains characters that no HTTP header can carry."),
            Word::LockedOut => ("locked-out", OPENCLAW, "The Gateway refuses everyone for a while, because too many wrong credentials were sent to it."),
            Word::ProxyAttribution => ("proxy-attribution", OPENCLAW, "The Gateway refuses because the request came through a reverse proxy that gateway.trustedProxies does not list."),
            Word::Foreign => ("foreign", UNKNOWN, "Another program answers on the Gateway's port. The Gateway's token or password was not sent to it."),
            Word::NothingListening => ("nothing-listening", NETWORK, "Nothing is listening on the Gateway's port."),
            Word::SchemeMismatch => ("scheme-mismatch", NETWORK, "One side speaks TLS and the other plain HTTP: gateway.tls.enabled was probably changed without a restart."),
            Word::TlsPinMismatch => ("tls-pin-mismatch", NETWORK, "The certificate shown is not the expected one. The connection was ended before any request."),
            Word::EdgePage => ("edge-page", UNKNOWN, "A page in front of the remote Gateway answers in its place."),
            Word::PlainHttpRemote => ("plain-http-remote", NETWORK, "The remote side answers, but the credential was not sent: the way there is not encrypted."),
            Word::Ok => ("ok", PROVIDER, "With what the daemon sends, Cloudflare and the provider behind it both accept."),
            Word::OkAuthOff => ("ok-auth-off", PROVIDER, "The provider accepts the daemon's key. The AI Gateway asks for no token."),
            Word::GatewayTokenMissing => ("gateway-token-missing", CLOUDFLARE, "The AI Gateway is authenticated and wants cf-aig-authorization, and no usable one is sent (code 2009)."),
            Word::GatewayTokenRejected => ("gateway-token-rejected", CLOUDFLARE, "The AI Gateway refuses the value of cf-aig-authorization (code 2009)."),
            Word::GatewayNotFound => ("gateway-not-found", CLOUDFLARE, "Cloudflare knows no AI Gateway of that id in that account."),
            Word::ProviderPathWrong => ("provider-path-wrong", CLOUDFLARE, "The path after the gateway id names no provider (code 2008)."),
            Word::ProviderKeyMissing => ("provider-key-missing", PROVIDER, "The request passes Cloudflare, but no key for the provider comes with it."),
            Word::ProviderKeyRejected => ("provider-key-rejected", PROVIDER, "The request passes Cloudflare, and the provider behind it refuses the key."),
            Word::KeyShapeWrong => ("key-shape-wrong", PROVIDER, "The provider refuses the key, which is of a kind that cannot work in this place."),
            Word::KeyUnsendable => ("key-unsendable", NETWORK, "A configured key or header contains characters that no HTTP header can carry."),
            Word::ByokWorks => ("byok-works", PROVIDER, "The key stored at Cloudflare works; the daemon sends none of its own."),
            Word::ByokConflict => ("byok-conflict", PROVIDER, "The key stored at Cloudflare works, but the key that the daemon sends is refused and takes its place."),
            Word::ByokKeyRejected => ("byok-key-rejected", PROVIDER, "The provider refuses the key that is stored at Cloudflare."),
            Word::ByokAliasWrong => ("byok-alias-wrong", CLOUDFLARE, "The configured alias names no key stored at Cloudflare (code 2040)."),
            Word::Credits => ("credits", CLOUDFLARE, "The AI Gateway takes the request for one of Unified Billing, and the account has no credit for it."),
            Word::SpendUnpriced => ("spend-unpriced", CLOUDFLARE, "A spending limit of the AI Gateway refuses the doctor's request, because it names no model (code 2040). The key was not judged."),
            Word::ModelNotSold => ("model-not-sold", CLOUDFLARE, "No key of the provider was used, and Unified Billing does not sell what was asked for (code 2021)."),
            Word::PolicyDenied => ("policy-denied", CLOUDFLARE, "A policy of the AI Gateway denies the request."),
            Word::ContentBlocked => ("content-blocked", CLOUDFLARE, "The AI Gateway's guardrails or data loss prevention block the request."),
            Word::RateLimited => ("rate-limited", CLOUDFLARE, "A limit of Cloudflare's is reached, of the AI Gateway, of Unified Billing or of the account."),
            Word::ProviderRateLimited => ("provider-rate-limited", PROVIDER, "The provider's rate limit is reached."),
            Word::ProviderBilling => ("provider-billing", PROVIDER, "The provider's account has no credit left."),
            Word::ProviderPermission => ("provider-permission", PROVIDER, "The provider knows the key, but it lacks a permission."),
            Word::ProviderTrouble => ("provider-trouble", PROVIDER, "The provider, or the way from Cloudflare to it, is in trouble. The configuration is not the cause."),
            Word::RegionBlock => ("region-block", PROVIDER, "The provider refuses the region of the Cloudflare edge that was reached. The key is not the cause."),
            Word::Access => ("access", CLOUDFLARE, "Cloudflare Access wants a login or a service token before anything else answers."),
            Word::EdgeName => ("edge-name", CLOUDFLARE, "Cloudflare's edge answers, and the name, CNAME or tunnel behind it does not resolve."),
            Word::Waf => ("waf", CLOUDFLARE, "A firewall or challenge page of Cloudflare answers instead."),
            Word::EdgeTrouble => ("edge-trouble", CLOUDFLARE, "Cloudflare itself answers with a failure of its own."),
            Word::CaptivePortal => ("captive-portal", NETWORK, "A page of the network or of a proxy answers in Cloudflare's place. No credential was sent."),
            Word::Redirect => ("redirect", UNKNOWN, "The answer sends elsewhere. It was not followed, and no credential was sent on."),
            Word::Inconclusive => ("inconclusive", UNKNOWN, "The answer proves neither success nor failure."),
            Word::NotUnderstood => ("not-understood", UNKNOWN, "An answer came that is not known here. It proves neither success nor failure."),
            Word::KeyNotProved => ("key-not-proved", PROVIDER, "What can be asked for free says nothing about the provider's key."),
            Word::OnlyShellKeyAccepted => ("only-shell-key-accepted", PROVIDER, "The key of your shell is accepted, the Gateway's is not."),
            Word::AuthSkipped => ("auth-skipped", UNKNOWN, "The other side answers. A credential cannot be resolved here, so it was not asked with one."),
            Word::BadAddress => ("bad-address", NETWORK, "The configured address cannot be used."),
            Word::Dns => ("dns", NETWORK, "The name does not resolve: DNS, a VPN, or no network."),
            Word::Refused => ("refused", NETWORK, "The connection is refused."),
            Word::Unreachable => ("unreachable", NETWORK, "No route leads to the address."),
            Word::Timeout => ("timeout", NETWORK, "No answer came in time."),
            Word::ConnectionLost => ("connection-lost", NETWORK, "The connection was taken and cut before a whole answer came, as forwarders do whose far side is down."),
            Word::TlsUnknownIssuer => ("tls-unknown-issuer", NETWORK, "Nobody whom the daemon trusts signed the certificate: TLS inspection, a private CA, or somebody in between."),
            Word::TlsExpired => ("tls-expired", NETWORK, "The certificate is expired by this machine's clock."),
            Word::TlsNotYetValid => ("tls-not-yet-valid", NETWORK, "The certificate is not valid yet by this machine's clock."),
            Word::TlsWrongName => ("tls-wrong-name", NETWORK, "The certificate is for another name: a captive portal, wrong DNS, or the hosts file."),
            Word::TlsOther => ("tls-other", NETWORK, "The TLS handshake fails."),
            Word::ProxyAuth407 => ("proxy-auth-407", PROXY, "The proxy of the daemon's environment asks for a login (407)."),
            Word::ProxyRefused => ("proxy-refused", PROXY, "The proxy of the daemon's environment refuses or cannot make the connection (such as 403 or 502)."),
            Word::ProxyDead => ("proxy-dead", PROXY, "The proxy of the daemon's environment cannot be reached."),
            Word::ProxyUnusable => ("proxy-unusable", PROXY, "The proxy address of the daemon's environment cannot be used."),
        }
    }
}
