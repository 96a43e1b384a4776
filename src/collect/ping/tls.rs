//! Certificate checks of the local Gateway: the pin, and the question whether TLS is spoken at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use sha2::{Digest, Sha256};

use crate::ping::target::TlsPin;

/// Returns the cryptography that all checks use.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Makes a client configuration around a verifier.
pub(super) fn config(verifier: Arc<dyn ServerCertVerifier>, provider: Arc<CryptoProvider>) -> Option<ClientConfig> {
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?;
    let mut config = builder
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Some(config)
}

/// Accepts one certificate alone, whatever it says of itself: OpenClaw's own has no name in it and
/// calls itself an authority, so no ordinary check can pass it (facts/pings.md section 6).
#[derive(Debug)]
pub(super) struct Pinned {
    pub(super) pin: TlsPin,
    pub(super) provider: Arc<CryptoProvider>,
}

/// Accepts no certificate, and remembers that one was shown.
#[derive(Debug)]
pub(super) struct RefuseAll {
    pub(super) shown: AtomicBool,
    pub(super) provider: Arc<CryptoProvider>,
}

impl Pinned {
    fn check(&self, certificate: &CertificateDer<'_>) -> Result<ServerCertVerified, Error> {
        let shown: [u8; 32] = Sha256::digest(certificate.as_ref()).into();
        if shown == self.pin.sha256 {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(
                CertificateError::ApplicationVerificationFailure,
            ))
        }
    }
}

impl RefuseAll {
    fn check(&self, _: &CertificateDer<'_>) -> Result<ServerCertVerified, Error> {
        self.shown.store(true, Ordering::Relaxed);
        Err(Error::InvalidCertificate(
            CertificateError::ApplicationVerificationFailure,
        ))
    }
}

macro_rules! verify_with_check {
    ($($verifier:ty),*) => {$(
        impl ServerCertVerifier for $verifier {
            fn verify_server_cert(
                &self,
                certificate: &CertificateDer<'_>,
                _: &[CertificateDer<'_>],
                _: &ServerName<'_>,
                _: &[u8],
                _: UnixTime,
            ) -> Result<ServerCertVerified, Error> {
                self.check(certificate)
            }

            fn verify_tls12_signature(
                &self,
                message: &[u8],
                certificate: &CertificateDer<'_>,
                signature: &DigitallySignedStruct,
            ) -> Result<HandshakeSignatureValid, Error> {
                let known = &self.provider.signature_verification_algorithms;
                verify_tls12_signature(message, certificate, signature, known)
            }

            fn verify_tls13_signature(
                &self,
                message: &[u8],
                certificate: &CertificateDer<'_>,
                signature: &DigitallySignedStruct,
            ) -> Result<HandshakeSignatureValid, Error> {
                let known = &self.provider.signature_verification_algorithms;
                verify_tls13_signature(message, certificate, signature, known)
            }

            fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
                self.provider.signature_verification_algorithms.supported_schemes()
            }
        }
    )*};
}

verify_with_check!(Pinned, RefuseAll);
