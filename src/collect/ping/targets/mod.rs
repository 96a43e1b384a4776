//! Whom to ask, from all that was read of this machine (facts/pings.md sections 5 and 9,
//! facts/env-resolution.md section 9).
//!
//! Two sides are kept apart: what a client started from this shell would use, and what the daemon
//! has. Values that stand for nothing are left out; a reference that cannot be followed here is
//! named and never guessed.

mod cloudflare;
mod credential;
mod edge;
#[cfg(test)]
mod edge_tests;
mod gateway;
#[cfg(test)]
mod keys_tests;
mod own_secret;
mod provider;
mod provider_headers;
mod side;
#[cfg(test)]
mod side_tests;
#[cfg(test)]
mod tests;

pub(in crate::collect) use cloudflare::cloudflare;
pub(in crate::collect) use gateway::gateway;
pub(in crate::collect) use side::Known;

use crate::ping::target::{CloudflareTarget, GatewayTarget};

/// Why no Gateway is asked.
#[derive(Debug)]
pub(in crate::collect) enum NoTarget {
    /// There is none.
    Nobody(String),
    /// There is one by an address that cannot be used, which is itself a finding.
    BadAddress(String),
}

/// A Gateway to ask, and what can be said of it before.
pub(in crate::collect) struct GatewayPlan {
    pub(in crate::collect) target: GatewayTarget,
    /// Facts for the verdict, named in [`crate::ping::verdict`].
    pub(in crate::collect) facts: Vec<(String, String)>,
}

/// Cloudflare to ask, and what can be said of it before.
pub(in crate::collect) struct CloudflarePlan {
    pub(in crate::collect) target: CloudflareTarget,
    /// Facts for the verdict, named in [`crate::ping::verdict`].
    pub(in crate::collect) facts: Vec<(String, String)>,
}

/// The providers to ask behind Cloudflare.
pub(in crate::collect) struct CloudflarePlans {
    /// That of the default model, else the first of the config.
    pub(in crate::collect) first: CloudflarePlan,
    /// Others that some model of the config uses.
    pub(in crate::collect) more: Vec<CloudflarePlan>,
    /// Ids of all but the first, asked or not.
    pub(in crate::collect) others: Vec<String>,
}
