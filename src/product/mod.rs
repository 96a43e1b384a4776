//! OpenClaw by release: rules and names.

pub(crate) mod names;
mod names_older;
pub mod rules;
pub(crate) mod spans;
