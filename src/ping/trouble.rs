//! What can go wrong before there is an answer, and the word for it (facts/pings.md section 11).

use super::verdict::Word;
use crate::model::snapshot::Layer;

/// Why no HTTP answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The name does not resolve.
    Dns,
    /// Connection refused.
    Refused,
    /// No route to host or network.
    Unreachable,
    /// No answer in time, while connecting or later.
    Timeout,
    /// The peer closed before an answer.
    Closed,
    /// The peer reset the connection.
    Reset,
    /// What came back is not HTTP.
    NotHttp,
    /// The peer speaks TLS where plain HTTP was expected (found by a handshake of its own).
    SpeaksTls,
    /// The TLS handshake failed.
    Tls(TlsTrouble),
    /// The proxy wants a login.
    ProxyLogin,
    /// The proxy refused the tunnel.
    ProxyRefused,
    /// The proxy cannot be reached.
    ProxyDead,
    /// The proxy took the connection and did not answer in time.
    ProxySilent,
    /// The proxy's address cannot be used.
    ProxyUnusable,
    /// The proxy's address has a login, and whose process listens there on this machine is not known or another account's.
    ProxyStranger,
    /// The request could not be built: the address is unusable.
    BadAddress,
    /// Something else.
    Other,
}

/// Why a TLS handshake failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsTrouble {
    /// Signed by nobody who is trusted, self-signed included.
    UnknownIssuer,
    /// Expired; end of validity in seconds since 1970 where known.
    Expired(Option<u64>),
    /// Not valid yet; begin of validity in seconds since 1970 where known.
    NotYetValid(Option<u64>),
    /// For another name.
    WrongName,
    /// Not the pinned certificate.
    Pin,
    /// The peer does not speak TLS.
    PlainHttp,
    /// A client certificate is demanded.
    ClientCertificate,
    /// Something else.
    Other,
}

impl Trouble {
    /// Returns the word; a local target has its own for a closed port.
    pub fn word(self, local_gateway: bool) -> Word {
        match self {
            Trouble::Dns => Word::Dns,
            Trouble::Refused if local_gateway => Word::NothingListening,
            Trouble::Refused => Word::Refused,
            Trouble::Unreachable => Word::Unreachable,
            Trouble::Timeout | Trouble::ProxySilent => Word::Timeout,
            Trouble::NotHttp if local_gateway => Word::Foreign,
            Trouble::Closed | Trouble::Reset | Trouble::Other | Trouble::NotHttp => Word::ConnectionLost,
            Trouble::SpeaksTls | Trouble::Tls(TlsTrouble::PlainHttp) => Word::SchemeMismatch,
            Trouble::Tls(TlsTrouble::UnknownIssuer) => Word::TlsUnknownIssuer,
            Trouble::Tls(TlsTrouble::Expired(_)) => Word::TlsExpired,
            Trouble::Tls(TlsTrouble::NotYetValid(_)) => Word::TlsNotYetValid,
            Trouble::Tls(TlsTrouble::WrongName) => Word::TlsWrongName,
            Trouble::Tls(TlsTrouble::Pin) => Word::TlsPinMismatch,
            Trouble::Tls(TlsTrouble::ClientCertificate | TlsTrouble::Other) => Word::TlsOther,
            Trouble::ProxyLogin => Word::ProxyAuth407,
            Trouble::ProxyRefused => Word::ProxyRefused,
            Trouble::ProxyDead => Word::ProxyDead,
            Trouble::ProxyUnusable => Word::ProxyUnusable,
            Trouble::ProxyStranger => Word::Inconclusive,
            Trouble::BadAddress => Word::BadAddress,
        }
    }

    /// Returns the layer for the report.
    pub fn layer(self) -> Layer {
        match self {
            Trouble::ProxyLogin
            | Trouble::ProxyRefused
            | Trouble::ProxyDead
            | Trouble::ProxySilent
            | Trouble::ProxyUnusable
            | Trouble::ProxyStranger => Layer::Proxy,
            _ => Layer::Network,
        }
    }

    /// Returns what happened, in words.
    pub fn meaning(self) -> &'static str {
        match self {
            Trouble::Dns => "the name does not resolve",
            Trouble::Refused => "connection refused: nothing listens there",
            Trouble::Unreachable => "no route there",
            Trouble::Timeout => "no answer in time",
            Trouble::Closed => "the connection was closed before an answer",
            Trouble::Reset => "the connection was reset",
            Trouble::NotHttp => "what answers does not speak HTTP",
            Trouble::SpeaksTls => "the server speaks TLS, plain HTTP was expected",
            Trouble::Tls(TlsTrouble::PlainHttp) => "the server speaks plain HTTP, TLS was expected",
            Trouble::Tls(TlsTrouble::UnknownIssuer) => "the certificate is signed by nobody who is trusted",
            Trouble::Tls(TlsTrouble::Expired(_)) => "the certificate is expired",
            Trouble::Tls(TlsTrouble::NotYetValid(_)) => "the certificate is not valid yet",
            Trouble::Tls(TlsTrouble::WrongName) => "the certificate is for another name",
            Trouble::Tls(TlsTrouble::Pin) => "the certificate is not the expected one",
            Trouble::Tls(TlsTrouble::ClientCertificate) => "the server demands a client certificate",
            Trouble::Tls(TlsTrouble::Other) => "the TLS handshake failed",
            Trouble::ProxyLogin => "the proxy asks for a login (407)",
            Trouble::ProxyRefused => "the proxy refused the connection",
            Trouble::ProxyDead => "the proxy cannot be reached",
            Trouble::ProxySilent => "no answer in time by way of the proxy",
            Trouble::ProxyUnusable => "the proxy's address cannot be used",
            Trouble::ProxyStranger => {
                "not asked: the proxy on this machine would get a login, and it is another account's or its owner is not known"
            }
            Trouble::BadAddress => "the address cannot be used",
            Trouble::Other => "the request failed",
        }
    }

    /// Returns facts about it for the verdict.
    pub fn facts(self) -> Vec<(String, String)> {
        match self {
            Trouble::Tls(TlsTrouble::Expired(Some(at))) => vec![("cert_not_after".to_owned(), at.to_string())],
            Trouble::Tls(TlsTrouble::NotYetValid(Some(at))) => vec![("cert_not_before".to_owned(), at.to_string())],
            Trouble::ProxySilent => vec![("layer".to_owned(), "proxy".to_owned())],
            _ => Vec::new(),
        }
    }
}
