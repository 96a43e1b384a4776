//! Where a credential comes from.

use serde::{Deserialize, Serialize};

/// The place of a credential that a request carries: of several that could give it the one that wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialOrigin {
    /// What kind of place it is.
    pub kind: OriginKind,
    /// Dotted path of the config, or the file with the stored profile; empty for a variable that no field names.
    pub path: String,
    /// The variable that the value there is made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// The header as it is named there, where the place is one of a header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
}

/// A kind of place. Those of headers stand in the order in which one beats the other, the weakest first
/// (`provider-request-config.ts` of 2026.9.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OriginKind {
    /// A stored profile.
    Profile,
    /// A variable that the provider's plugin reads.
    Variable,
    /// `apiKey` of the provider.
    ApiKey,
    /// `headers` of the provider.
    Header,
    /// `headers` of the model.
    ModelHeader,
    /// `request.headers` of the provider.
    RequestHeader,
    /// `request.auth` of the provider.
    RequestAuth,
}
