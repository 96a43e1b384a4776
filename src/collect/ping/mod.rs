//! Asks the Gateways: the requests that `crate::ping` plans, one at a time, within a budget.
//!
//! Invariants: no proxy and no certificate store of the doctor's own environment takes part; no
//! redirect is followed and nothing is retried; every request has its own connection; credentials
//! travel in headers alone; texts of the HTTP stack (they hold URLs) and of answers (they may
//! repeat a secret) never leave this module.

mod client;
mod cloudflare;
mod errors;
mod gateway;
mod headers;
mod listener;
mod prepare;
pub(super) mod round;
mod scrub;
mod send;
pub(super) mod targets;
mod tls;
mod trust;

#[cfg(test)]
mod tests;

pub use cloudflare::cloudflare;
pub(super) use gateway::gateway;
