//! The trust of the daemon's Node, judged beside the system's (facts/pings.md section 11).
//!
//! Node trusts the roots it is built with and those of `NODE_EXTRA_CA_CERTS`; the system's store
//! counts only with `--use-system-ca`. Node's answer decides, so that no secret goes where the
//! daemon would not send it; where Node refuses, the system is asked too, because a company's CA
//! that stands in the system's store alone is the usual cause.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::errors;
use super::tls::provider;
use crate::ping::trouble::TlsTrouble;

/// Who trusts the certificate that was shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Trust {
    /// Node with the daemon's variables; none: no certificate was seen, or not decided.
    pub(super) node: Option<bool>,
    /// The system's store; none: not asked.
    pub(super) system: Option<bool>,
}

/// How much is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Node's roots and the extra ones.
    Node,
    /// Those and the system's, as Node with `--use-system-ca` does.
    NodeWithSystem,
    /// Those or the system's, where it is not known which Node will ask.
    Either,
}

/// The verifier; keeps what it saw.
#[derive(Debug)]
pub(super) struct NodeTrust {
    node: Arc<WebPkiServerVerifier>,
    extra: Vec<CertificateDer<'static>>,
    who: Who,
    provider: Arc<CryptoProvider>,
    seen: Mutex<Trust>,
}

impl NodeTrust {
    /// Makes one; none where not even Node's roots can be loaded.
    pub(super) fn new(extra_pem: Option<&[u8]>, who: Who) -> Option<Arc<NodeTrust>> {
        let provider = provider();
        let extra: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(extra_pem.unwrap_or_default())
            .take(1000)
            .filter_map(Result::ok)
            .collect();
        let mut roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        roots.add_parsable_certificates(extra.iter().cloned());
        let node = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
            .build()
            .ok()?;
        Some(Arc::new(NodeTrust {
            node,
            extra,
            who,
            provider,
            seen: Mutex::new(Trust::default()),
        }))
    }

    /// Returns who trusted the last certificate that was shown.
    pub(super) fn seen(&self) -> Trust {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, trust: Trust) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = trust;
    }

    /// Node also takes a server's own certificate out of the extra file, without any authority.
    fn is_extra_itself(&self, certificate: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
        self.extra.iter().any(|extra| extra.as_ref() == certificate.as_ref())
            && ParsedCertificate::try_from(certificate).is_ok_and(|parsed| verify_server_name(&parsed, name).is_ok())
    }
}

impl ServerCertVerifier for NodeTrust {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let node = self.node.verify_server_cert(certificate, chain, name, ocsp, now);
        let Err(problem) = node else {
            self.remember(Trust {
                node: Some(true),
                system: None,
            });
            return node;
        };
        let untrusted = errors::tls(&problem) == TlsTrouble::UnknownIssuer;
        if !untrusted {
            // Validity and name are the same question for both stores.
            self.remember(Trust::default());
            return Err(problem);
        }
        if self.is_extra_itself(certificate, name) {
            self.remember(Trust::default());
            return Ok(ServerCertVerified::assertion());
        }
        // Loading the system's store takes milliseconds, so it waits until it is needed.
        let system = rustls_platform_verifier::Verifier::new(self.provider.clone())
            .ok()
            .map(|system| system.verify_server_cert(certificate, chain, name, ocsp, now));
        self.remember(Trust {
            node: Some(self.who == Who::NodeWithSystem && matches!(system, Some(Ok(_)))),
            system: system.as_ref().map(Result::is_ok),
        });
        match (self.who, system) {
            (Who::NodeWithSystem | Who::Either, Some(Ok(verified))) => Ok(verified),
            _ => Err(problem),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.node.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.node.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.node.supported_verify_schemes()
    }
}
