//! What the plan for Cloudflare needs to know of the target, and what a request may carry.

use crate::config::cloudflare::address::List;

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// No credential and no configured header.
    Nothing,
    /// The service token of Cloudflare Access alone, after a login of Access answered.
    AccessOnly,
    /// Exactly what the daemon would send.
    Everything,
    /// The configured headers without the key.
    HeadersOnly,
    /// The key without the configured headers.
    KeyOnly,
    /// The configured headers with the shell's key.
    ShellKey,
    /// The key to Cloudflare's own check of the tokens of users.
    VerifyUser,
    /// The key to the check of the tokens of an account.
    VerifyAccount,
}

/// Whose token the key of the REST endpoint is, where Cloudflare's own check of tokens can be asked about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verify {
    /// It is none, or it goes to another endpoint.
    No,
    /// A user's.
    User,
    /// An account's.
    Account,
    /// Its form does not say.
    Either,
}

/// What the plan needs to know of the target.
#[derive(Debug, Clone)]
pub struct Setup {
    /// A key that can be sent.
    pub key: bool,
    /// `cf-aig-authorization` is among the headers.
    pub token: bool,
    /// Any configured header.
    pub headers: bool,
    /// The headers of an Access service token are among the headers, and may be sent.
    pub access: bool,
    /// The key goes where the endpoint is not documented to look: `x-api-key` at the account's API.
    pub unread_key: bool,
    /// The key goes out as `Authorization: Bearer` to Anthropic, whose list of models is not documented to look there, while
    /// its endpoint in OpenAI's format does.
    pub elsewhere_read: bool,
    /// Which check of tokens may be asked after the REST endpoint refused the key.
    pub verify: Verify,
    /// The provider says of a missing key something else than of a wrong one.
    pub tells_missing: bool,
    /// The free request does not go where a model call does: past the AI Gateway and the provider.
    pub apart: bool,
    /// A shell key that differs from the daemon's.
    pub shell_key: bool,
    /// A key or header exists that HTTP cannot carry.
    pub unsendable: bool,
    /// What OpenClaw sends as the key is none, such as an example: it takes the place of a key stored at Cloudflare all the
    /// same, and the doctor sends it to nobody.
    pub placeholder: bool,
    /// Some credential cannot be resolved here.
    pub unresolved: bool,
    /// OpenClaw makes no request at all: it has no key for the provider, and headers alone are none (seen on 2026.9.6).
    pub silent: bool,
    /// The key is an OAuth token, to which Anthropic may refuse its list of models and allow model calls.
    pub oauth: bool,
    /// The address cannot be right, whoever answers there.
    pub wrong_address: bool,
    /// Whether the way there may carry secrets.
    pub may_carry_secrets: bool,
    /// The gateway id is `default`, which the first token would create.
    pub default_gateway: bool,
    /// The key is of a public type that cannot work as a provider key here.
    pub wrong_shape: bool,
    /// The key is a token of Cloudflare's, so that only Unified Billing or Workers AI can take it.
    pub cloudflare_key: bool,
    /// The key is a token of Cloudflare's at an address where Unified Billing takes it (`/compat`); the doctor's own
    /// `cf-aig-no-wholesale` forbids just that.
    pub unified: bool,
    /// The provider behind takes a key of its own, never a token of Cloudflare's: what Cloudflare's API refuses is not its key.
    pub own_key: bool,
    /// The requests of the provider's `api` cannot be formed here.
    pub foreign_api: bool,
    /// What a list of models proves about the key.
    pub(crate) list: List,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            key: false,
            token: false,
            headers: false,
            access: false,
            unread_key: false,
            elsewhere_read: false,
            verify: Verify::No,
            tells_missing: true,
            apart: false,
            shell_key: false,
            unsendable: false,
            placeholder: false,
            unresolved: false,
            wrong_address: false,
            silent: false,
            oauth: false,
            may_carry_secrets: false,
            default_gateway: false,
            wrong_shape: false,
            cloudflare_key: false,
            unified: false,
            own_key: false,
            foreign_api: false,
            list: List::Keyed,
        }
    }
}

impl Setup {
    /// Returns whether the full request may follow an answer that already decides.
    pub(super) fn may_ask_again(&self) -> bool {
        (self.key || self.headers)
            && !self.silent
            && self.may_carry_secrets
            && !self.default_gateway
            && !self.unresolved
            && !self.wrong_address
            && !self.unsendable
    }
}
