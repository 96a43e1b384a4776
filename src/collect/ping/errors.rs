//! Errors of the HTTP stack, told apart by type where a type exists and by fixed words of the
//! stack where none does (facts/dependencies.md section 9, facts/pings.md section 11).

use std::error::Error;
use std::io;

use crate::ping::trouble::{TlsTrouble, Trouble};

/// How deep a chain of causes is followed.
const DEPTH: usize = 16;

/// Returns what went wrong. `proxied` says that a proxy stood between.
pub(super) fn trouble(error: &reqwest::Error, proxied: bool) -> Trouble {
    if error.is_builder() {
        return Trouble::BadAddress;
    }
    let mut found = Found::default();
    walk(error, 0, &mut found);
    if let Some(tunnel) = found.tunnel {
        return match tunnel {
            Tunnel::Login => Trouble::ProxyLogin,
            Tunnel::Refused => Trouble::ProxyRefused,
            Tunnel::Dead => Trouble::ProxyDead,
        };
    }
    if let Some(tls) = found.tls {
        return Trouble::Tls(tls);
    }
    if error.is_timeout() {
        return if proxied {
            Trouble::ProxySilent
        } else {
            Trouble::Timeout
        };
    }
    let direct = if error.is_dns() {
        Trouble::Dns
    } else {
        found.plain(error.is_connect())
    };
    match direct {
        // With a proxy only the proxy's own name and address are connected to.
        Trouble::Dns | Trouble::Refused | Trouble::Unreachable if proxied => Trouble::ProxyDead,
        other => other,
    }
}

#[derive(Default)]
struct Found {
    io: Option<io::ErrorKind>,
    tls: Option<TlsTrouble>,
    tunnel: Option<Tunnel>,
    not_http: bool,
    closed: bool,
    handshake_eof: bool,
}

enum Tunnel {
    Login,
    Refused,
    Dead,
}

impl Found {
    fn plain(&self, connecting: bool) -> Trouble {
        use io::ErrorKind as K;
        if self.not_http {
            return Trouble::NotHttp;
        }
        if self.handshake_eof {
            return Trouble::Tls(TlsTrouble::Other);
        }
        match self.io {
            Some(K::ConnectionRefused) => Trouble::Refused,
            Some(K::HostUnreachable | K::NetworkUnreachable | K::AddrNotAvailable | K::NetworkDown) => {
                Trouble::Unreachable
            }
            Some(K::TimedOut) => Trouble::Timeout,
            Some(K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe) => Trouble::Reset,
            Some(K::UnexpectedEof) => Trouble::Closed,
            _ if self.closed => Trouble::Closed,
            Some(K::PermissionDenied) if connecting => Trouble::Unreachable,
            // The connection stood and no time ran out: what came back could not be read.
            None if !connecting => Trouble::NotHttp,
            _ => Trouble::Other,
        }
    }

    /// Texts of the stack are compared with fixed words and go no further.
    fn read_words(&mut self, text: &str) {
        if text.contains("proxy authorization required") {
            self.tunnel = Some(Tunnel::Login);
        } else if text.contains("tunnel error: unsuccessful") {
            self.tunnel = Some(Tunnel::Refused);
        } else if text.contains("tunnel error: failed to create underlying connection") {
            self.tunnel = Some(Tunnel::Dead);
        } else if text.contains("tunnel error") {
            self.tunnel.get_or_insert(Tunnel::Refused);
        }
        self.not_http |= text.contains("invalid HTTP") || text.contains("invalid URI") || text.contains("too large");
        self.closed |= text.contains("connection closed before message completed");
        self.handshake_eof |= text.contains("tls handshake eof");
    }
}

fn walk(error: &(dyn Error + 'static), depth: usize, found: &mut Found) {
    if depth > DEPTH {
        return;
    }
    if let Some(rustls) = error.downcast_ref::<rustls::Error>() {
        found.tls.get_or_insert(tls(rustls));
    }
    if let Some(io) = error.downcast_ref::<io::Error>() {
        if io.kind() != io::ErrorKind::Other && io.kind() != io::ErrorKind::InvalidData {
            found.io = Some(io.kind());
        }
        if let Some(inner) = io.get_ref() {
            // `source` of an io::Error passes over what it wraps.
            walk(inner, depth + 1, found);
        }
    }
    if depth > 0 {
        // The outermost text holds the URL and says nothing else.
        found.read_words(&error.to_string());
    }
    if let Some(source) = error.source() {
        walk(source, depth + 1, found);
    }
}

/// Returns what a TLS error amounts to.
pub(super) fn tls(error: &rustls::Error) -> TlsTrouble {
    use rustls::{AlertDescription as A, CertificateError as C, Error as E};
    match error {
        E::InvalidCertificate(problem) => match problem {
            C::Expired => TlsTrouble::Expired(None),
            C::ExpiredContext { not_after, .. } => TlsTrouble::Expired(Some(not_after.as_secs())),
            C::NotValidYet => TlsTrouble::NotYetValid(None),
            C::NotValidYetContext { not_before, .. } => TlsTrouble::NotYetValid(Some(not_before.as_secs())),
            C::NotValidForName | C::NotValidForNameContext { .. } => TlsTrouble::WrongName,
            // `Other` is mostly a certificate that signs itself and calls itself an authority.
            C::UnknownIssuer | C::BadSignature | C::Other(_) => TlsTrouble::UnknownIssuer,
            C::ApplicationVerificationFailure => TlsTrouble::Pin,
            _ => TlsTrouble::Other,
        },
        // What came is no TLS record: mostly an answer in plain HTTP.
        E::InvalidMessage(_) => TlsTrouble::PlainHttp,
        E::AlertReceived(A::CertificateRequired | A::BadCertificate | A::HandshakeFailure) => {
            TlsTrouble::ClientCertificate
        }
        _ => TlsTrouble::Other,
    }
}
