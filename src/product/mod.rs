//! OpenClaw by release: rules and names.

pub(crate) mod names;
pub mod rules;
