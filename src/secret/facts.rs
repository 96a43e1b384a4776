//! What is known of a value without its text.

use serde::{Deserialize, Serialize};

use super::foreign_ref::ForeignRef;

/// What is known of a value without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueFacts {
    /// Length in bytes.
    pub length: usize,
    /// First 8 hex digits of HMAC-SHA-256 under the run's key; equal values have equal fingerprints.
    pub fingerprint: String,
    /// The public type that the value's prefix shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
    /// What is odd about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<ValueFlag>,
    /// The reference the whole value consists of, such as `${MY_KEY}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The kind of reference the value is, where a tool that OpenClaw does not run would resolve it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignRef>,
    /// The text, only for names on the public list (ports, paths, modes, flags).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<String>,
}

impl ValueFacts {
    /// Returns whether a flag is set.
    pub fn has(&self, flag: ValueFlag) -> bool {
        self.flags.contains(&flag)
    }

    /// Returns whether nothing usable is in the value: no bytes, or white space alone.
    pub fn is_blank(&self) -> bool {
        self.has(ValueFlag::Empty) || self.has(ValueFlag::Blank)
    }

    /// Returns whether both describe the same text (within one run).
    pub fn same_as(&self, other: &ValueFacts) -> bool {
        self.length == other.length && self.fingerprint == other.fingerprint
    }
}

/// A property of a value that matters to its use as a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueFlag {
    /// No bytes.
    Empty,
    /// White space alone.
    Blank,
    /// White space before or after.
    EdgeSpace,
    /// A blank or tab inside.
    InnerSpace,
    /// A carriage return.
    CarriageReturn,
    /// A line feed.
    Newline,
    /// Another control character.
    ControlChar,
    /// A character outside Latin-1, which no HTTP header can carry.
    NonLatin1,
    /// A quote at one end without its partner.
    UnbalancedQuote,
    /// Quotes at both ends that no reader removed.
    Quoted,
    /// A mark that redaction leaves.
    Sentinel,
    /// An example value.
    Placeholder,
    /// The whole value is `${NAME}` or `$NAME`.
    LiteralReference,
    /// The whole value is `$(…)`.
    CommandSubstitution,
    /// The value is the name of a variable rather than a key.
    BareVariableName,
    /// A `#` inside: unquoted in a `.env` it would end the value.
    Hash,
    /// The reader cut an unquoted `#` and what followed.
    CutByHash,
    /// A blank and a `#` follow what looks like a whole value: a comment that its reader kept.
    CommentKept,
    /// A header value with something other than one blank after `Bearer`, such as a colon.
    BearerColon,
    /// A header value whose first word is `bearer` in another spelling.
    BearerCase,
    /// A header value with `Bearer` twice.
    BearerDoubled,
    /// A header value with a quote around the token or the whole.
    BearerQuoted,
    /// A header value that is `Bearer` and nothing else.
    BearerAlone,
    /// A header value whose token has a blank inside.
    BearerTwoWords,
    /// A header value that carries a key of a model provider.
    BearerOfProvider,
}

/// The public type of a credential, told by a published prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// `sk-ant-api…`.
    AnthropicApiKey,
    /// `sk-ant-oat…`.
    AnthropicOauthToken,
    /// `sk-ant-admin…`.
    AnthropicAdminKey,
    /// `cfut_…`.
    CloudflareUserToken,
    /// `cfat_…`.
    CloudflareAccountToken,
    /// `cfk_…`.
    CloudflareGlobalKey,
    /// `sk-or-…`.
    OpenrouterKey,
    /// `sk-proj-…`.
    OpenaiKey,
    /// `AIza…`.
    GoogleKey,
    /// `ghp_…`, `github_pat_…`.
    GithubToken,
    /// `xoxb-…`, `xoxp-…`.
    SlackToken,
    /// `http://…`, `https://…`.
    Url,
    /// `Bearer …`.
    BearerHeader,
}

impl Shape {
    /// Returns the name people know, such as "Anthropic API key".
    pub fn words(self) -> &'static str {
        match self {
            Shape::AnthropicApiKey => "Anthropic API key",
            Shape::AnthropicOauthToken => "Anthropic OAuth token",
            Shape::AnthropicAdminKey => "Anthropic admin key",
            Shape::CloudflareUserToken => "Cloudflare user token",
            Shape::CloudflareAccountToken => "Cloudflare account token",
            Shape::CloudflareGlobalKey => "Cloudflare global key",
            Shape::OpenrouterKey => "OpenRouter key",
            Shape::OpenaiKey => "OpenAI key",
            Shape::GoogleKey => "Google API key",
            Shape::GithubToken => "GitHub token",
            Shape::SlackToken => "Slack token",
            Shape::Url => "URL",
            Shape::BearerHeader => "header value with Bearer",
        }
    }

    /// Returns whether the value is a credential of Cloudflare itself.
    pub fn is_cloudflare(self) -> bool {
        matches!(
            self,
            Shape::CloudflareUserToken | Shape::CloudflareAccountToken | Shape::CloudflareGlobalKey
        )
    }
}
