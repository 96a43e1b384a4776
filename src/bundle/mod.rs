//! The support bundle: the snapshot and a few masked texts as a file to send, and the way back.
//!
//! A snapshot has no secret in it by its types. Before a bundle is moved to its place it is
//! searched all the same for every secret in memory, in every shape; a hit is withheld and
//! counted. The same search stands before standard output.

mod addresses;
mod facts;
mod ledger;
mod load;
mod manifest;
mod markdown;
mod page;
mod standins;
#[cfg(test)]
mod tests;
mod write;
mod zip;

pub(crate) use load::report as load_report;
pub use load::{Loaded, load};
pub(crate) use write::seal_json;
pub use write::{Kind, Source, make};

/// Name and number of the bundle's format. The snapshot in it has a number of its own.
pub const SCHEMA: &str = "openclaw-doctor/bundle/1";
