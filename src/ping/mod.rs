//! The pings without their IO: whom to ask, what an answer means, what to ask next, what it all
//! amounts to (facts/pings.md). Everything here is a total function of data; the requests are
//! made by `collect::ping`.
//!
//! Invariants: no text of an answer is ever copied into a result, only words, numbers and
//! machine codes of our own lists, because an answer may repeat the secret that was sent;
//! no plan asks more than [`MOST_REQUESTS`] times; the first request carries no secret.

pub mod cloudflare;
pub mod cloudflare_answer;
mod cloudflare_codes;
pub mod cloudflare_facts;
pub mod cloudflare_reading;
mod cloudflare_setup;
mod cloudflare_words;
pub mod credential;
pub mod date;
pub mod edge_page;
pub mod gateway;
pub mod gateway_answer;
pub mod probe;
mod provider_answer;
mod provider_code;
pub mod proxy;
pub mod reply;
pub mod target;
pub mod trouble;
pub mod verdict;
mod verdict_words;

#[cfg(test)]
mod tests;

pub(crate) use cloudflare_codes::hearsay;

/// The most requests one target ever gets in a run (facts/pings.md section 0).
pub const MOST_REQUESTS: usize = 4;
