//! Secrets, their facts, and what counts as one.

pub(crate) mod describe;
pub mod facts;
pub(crate) mod foreign_ref;
pub(crate) mod generated;
pub mod names;
pub(crate) mod public;
pub(crate) mod raw_var;
pub mod value;
pub mod vault;
pub(crate) mod words;

pub use raw_var::RawVar;
pub use vault::{FingerprintKey, Secret, Vault, WipedBytes};
