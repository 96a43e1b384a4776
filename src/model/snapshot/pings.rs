//! Answers of the Gateways.

use serde::{Deserialize, Serialize};

/// All requests of a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PingFacts {
    /// Why none were made, where that is so.
    pub why_none: Option<String>,
    /// Why the local Gateway alone was not asked, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_no_gateway: Option<String>,
    /// Why Cloudflare alone was not asked, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_no_cloudflare: Option<String>,
    /// The requests in the order they were made, local Gateway first.
    pub answers: Vec<PingAnswer>,
    /// What the requests to the local Gateway amount to.
    pub gateway: Option<PingVerdict>,
    /// What the requests to Cloudflare amount to.
    pub cloudflare: Option<PingVerdict>,
    /// The same of other providers behind Cloudflare that models of the config use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<ProviderPing>,
}

/// The requests to one more provider behind Cloudflare.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProviderPing {
    /// The requests in the order they were made.
    pub answers: Vec<PingAnswer>,
    /// What they amount to; its fact `provider` is the id.
    pub verdict: PingVerdict,
}

impl ProviderPing {
    /// Returns the id below `models.providers`.
    pub fn provider(&self) -> &str {
        self.verdict.fact("provider").unwrap_or_default()
    }
}

/// Whom a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// The local Gateway.
    #[serde(rename = "gateway")]
    Gateway,
    /// Cloudflare and the provider behind it.
    #[serde(rename = "cloudflare")]
    Cloudflare,
}

impl Side {
    /// Returns the public word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Side::Gateway => "gateway",
            Side::Cloudflare => "cloudflare",
        }
    }
}

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// Which layer answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Layer {
    /// The Gateway.
    #[serde(rename = "openclaw")]
    Openclaw,
    /// Cloudflare.
    #[serde(rename = "cloudflare")]
    Cloudflare,
    /// The provider behind it.
    #[serde(rename = "provider")]
    Provider,
    /// Nobody: the way there failed.
    #[serde(rename = "network")]
    Network,
    /// A proxy on the way.
    #[serde(rename = "proxy")]
    Proxy,
    /// Somebody else.
    #[serde(rename = "unknown")]
    Unknown,
}

impl Layer {
    /// Returns the public word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Layer::Openclaw => "openclaw",
            Layer::Cloudflare => "cloudflare",
            Layer::Provider => "provider",
            Layer::Network => "network",
            Layer::Proxy => "proxy",
            Layer::Unknown => "unknown",
        }
    }
}

impl std::fmt::Display for Layer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// One request and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PingAnswer {
    /// Whom it is for.
    pub target: Side,
    /// What was asked, such as `GET /startupz`.
    pub request: String,
    /// URL without userinfo and query.
    pub url: String,
    /// Whether the target's own credential was sent; what only lets it pass an edge in front of it does not count.
    pub auth: bool,
    /// What was sent, in words, never its text.
    pub credential: Option<String>,
    /// HTTP status.
    pub status: Option<u16>,
    /// Machine code of the answer (`2009`, `authentication_error`), cleaned.
    pub code: Option<String>,
    /// Which layer answered.
    pub layer: Layer,
    /// What that means, in words.
    pub meaning: String,
    /// Milliseconds it took.
    pub ms: u64,
}

/// What a group of requests amounts to. The word is a stable id (`healthy`, `refused`, …).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PingVerdict {
    /// Stable word.
    pub word: String,
    /// Details for people, no secrets.
    pub detail: String,
    /// Further facts by name, such as `retry_after`.
    pub facts: Vec<(String, String)>,
}

impl PingVerdict {
    /// Returns a fact by its name.
    pub fn fact(&self, name: &str) -> Option<&str> {
        let mut facts = self.facts.iter();
        facts.find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
