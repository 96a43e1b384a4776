//! Whom to ask and with what: the input of the pings, made by the caller from what it knows of
//! the machine. Pure data; secrets stay [`Secret`].

use std::net::IpAddr;
use std::time::Duration;

use reqwest::Url;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};

use super::probe::Probe;
use crate::model::snapshot::CredentialOrigin;
use crate::secret::Secret;

/// Scheme, host, port and path prefix of a server; never userinfo, query or fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// Host name or address, IPv6 without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Path prefix without a slash at the end; empty for none.
    pub path: String,
}

/// Why an address cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BaseProblem {
    /// It does not parse.
    #[error("it is not a URL")]
    NotAUrl,
    /// Neither http nor https (nor ws, wss).
    #[error("its scheme is neither http nor https")]
    Scheme,
    /// A user name or password stands in it.
    #[error("it contains a user name or password, which is never sent from there")]
    UserInfo,
    /// A query or fragment stands in it.
    #[error("it contains a query or fragment")]
    Query,
}

impl Base {
    /// Returns the base of the local Gateway.
    pub fn local(port: u16, tls: bool) -> Base {
        Base {
            tls,
            host: "127.0.0.1".to_owned(),
            port,
            path: String::new(),
        }
    }

    /// Reads an `http`, `https`, `ws` or `wss` URL (facts/pings.md section 5: ws is http, wss is https).
    pub fn parse(text: &str) -> Result<Base, BaseProblem> {
        let url = Url::parse(text.trim()).map_err(|_| BaseProblem::NotAUrl)?;
        let tls = match url.scheme() {
            "http" | "ws" => false,
            "https" | "wss" => true,
            _ => return Err(BaseProblem::Scheme),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseProblem::UserInfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseProblem::Query);
        }
        let host = url.host_str().ok_or(BaseProblem::NotAUrl)?;
        Ok(Base {
            tls,
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: url.port().unwrap_or(if tls { 443 } else { 80 }),
            path: url.path().trim_end_matches('/').to_owned(),
        })
    }

    /// Returns whether the host can only be this machine.
    pub fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Returns whether a secret may go there: encrypted, or not leaving this machine.
    pub fn may_carry_secrets(&self) -> bool {
        self.tls || self.is_loopback()
    }

    /// Returns the URL of a path below the base, port left out where it is the usual one.
    pub fn url(&self, path: &str) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        let usual = if self.tls { 443 } else { 80 };
        if self.port == usual {
            format!("{scheme}://{host}{}{path}", self.path)
        } else {
            format!("{scheme}://{host}:{}{}{path}", self.port, self.path)
        }
    }
}

/// The one certificate that the Gateway may show (facts/pings.md section 6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsPin {
    /// SHA-256 of the certificate in DER form.
    pub sha256: [u8; 32],
}

impl TlsPin {
    /// Reads the bytes of a certificate file, PEM (the first certificate) or DER.
    pub fn from_cert_file(bytes: &[u8]) -> Option<TlsPin> {
        let is_pem = bytes.windows(10).any(|window| window == b"-----BEGIN");
        let der = if is_pem {
            CertificateDer::from_pem_slice(bytes).ok()?.to_vec()
        } else if bytes.first() == Some(&0x30) {
            bytes.to_vec()
        } else {
            return None;
        };
        Some(TlsPin {
            sha256: Sha256::digest(&der).into(),
        })
    }

    /// Reads `gateway.remote.tlsFingerprint` as OpenClaw does: 64 hex digits, or 32 pairs with colons between, after
    /// `sha256:` or without it. Every other form makes its clients give up.
    pub fn from_fingerprint(text: &str) -> Option<TlsPin> {
        let text = text.trim().to_ascii_lowercase();
        let text = text.strip_prefix("sha256:").unwrap_or(&text);
        let pairs = text.split(':').all(|pair| pair.len() == 2);
        if text.contains(':') && !pairs {
            return None;
        }
        let digits: Vec<u8> = text
            .chars()
            .filter(|c| *c != ':')
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits
            .chunks_exact(2)
            .filter_map(|pair| Some(pair.first()? * 16 + pair.last()?))
            .collect();
        let sha256 = bytes.try_into().ok()?;
        (digits.len() == 64).then_some(TlsPin { sha256 })
    }
}

/// A credential to try, with where it comes from in words for people.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Such as "gateway.auth.token of openclaw.json"; never any part of the value.
    pub what: String,
    /// The value.
    pub secret: Secret,
}

/// The OpenClaw Gateway to ask.
#[derive(Debug, Clone)]
pub struct GatewayTarget {
    /// Where it is.
    pub base: Base,
    /// Whether it is on another machine (`gateway.mode: remote`).
    pub remote: bool,
    /// Whether clients look for it by a URL.
    pub by_url: bool,
    /// The certificate it must show; none means ordinary trust. Read only for https.
    pub tls: Option<TlsPin>,
    /// Certificates that clients trust besides (`NODE_EXTRA_CA_CERTS`).
    pub extra_ca: Option<Vec<u8>>,
    /// The headers of `gateway.remote.edgeAuth`; sent over TLS alone, and only after a page of an edge answered without them.
    pub edge: Vec<(String, Candidate)>,
    /// First what clients use, then the daemon's where that differs. More are ignored.
    pub candidates: Vec<Candidate>,
    /// Accounts to which the secrets belong: a loopback listener of any other gets none.
    pub owners: Vec<u32>,
    /// `gateway.auth.rateLimit.exemptLoopback`; where false only one candidate is tried.
    pub exempt_loopback: bool,
    /// The mode that the configuration asks for: `token`, `password`, `none`, `trusted-proxy`; empty if unknown.
    pub expect_auth: String,
    /// Whether the installed release is known to have no health pages (facts/pings.md section 8).
    pub old_release: bool,
    /// How long all requests together may take. 8 s leave room for a delayed refusal.
    pub budget: Duration,
}

/// The proxy variables of the daemon's environment, as they are set (an empty value counts as set).
#[derive(Debug, Clone, Default)]
pub struct ProxyEnv {
    /// Name and value of `http_proxy`, `https_proxy`, `all_proxy`, `no_proxy` in both spellings.
    pub vars: Vec<(String, Secret)>,
    /// OpenClaw's own proxy setting, `proxy.proxyUrl` or `OPENCLAW_PROXY_URL`, with its name: it beats the variables, and
    /// `NO_PROXY` does not apply (docs/security/network-proxy.md of 2026.9.6).
    pub managed: Option<(&'static str, Secret)>,
}

/// Where the credentials of a target come from.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// The key that goes where the probe says, if no header stands there.
    pub key: Option<CredentialOrigin>,
    /// The headers by their names.
    pub headers: Vec<CredentialOrigin>,
}

impl Origins {
    /// Returns the place of a header.
    pub fn header(&self, wanted: &str) -> Option<&CredentialOrigin> {
        let named = |origin: &&CredentialOrigin| {
            let mut name = origin.header.iter();
            name.any(|name| name.trim().eq_ignore_ascii_case(wanted.trim()))
        };
        self.headers.iter().find(named)
    }
}

/// The AI Gateway at Cloudflare to ask, with the daemon's network.
#[derive(Debug, Clone)]
pub struct CloudflareTarget {
    /// Id below `models.providers`.
    pub provider_id: String,
    /// `baseUrl` as configured.
    pub base_url: String,
    /// The free request that stands for a model call.
    pub probe: Probe,
    /// Whether OpenClaw makes no request at all where `api_key` is none: nothing else stands in for one.
    pub needs_key: bool,
    /// What comes of its address, where that cannot be right: no credential goes there.
    pub wrong_address: Option<&'static str>,
    /// The default model, where it is of this provider and its id can be part of a path.
    pub model: Option<String>,
    /// The provider's key, which goes where the probe says.
    pub api_key: Option<Candidate>,
    /// Whether the key goes out as `Authorization: Bearer` too (`authHeader` of the provider).
    pub bearer_too: bool,
    /// Configured headers, references resolved; `cf-aig-authorization` is one of them.
    pub headers: Vec<(String, Candidate)>,
    /// Where the key and each of the headers come from.
    pub origins: Origins,
    /// Names of credentials that cannot be resolved here; if any, no request carries a credential.
    pub unresolved: Vec<String>,
    /// The shell's key; asked only where it differs from the daemon's and that one does not work.
    pub shell_key: Option<Candidate>,
    /// The daemon's proxies.
    pub proxy: ProxyEnv,
    /// Contents of the daemon's `NODE_EXTRA_CA_CERTS`.
    pub extra_ca: Option<Vec<u8>>,
    /// Whether the daemon's Node also trusts the system's certificates (`--use-system-ca`).
    pub system_ca: bool,
    /// How long all requests together may take.
    pub budget: Duration,
}
