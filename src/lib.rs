//! `openclaw doctor`: read-only diagnostics for an OpenClaw Gateway.
//!
//! Code map (the full one, with invariants, is ARCHITECTURE.md):
//! [`cli`] is what was typed, [`plan`] what it means; [`collect`] and `platform`'s runner are the
//! only parts that touch the machine and end in a [`snapshot::Snapshot`], which cannot hold a
//! secret; [`loader`] is OpenClaw's own loading as a state machine without IO; [`resolve`] and
//! [`diagnose`] are pure and end in a [`report::Report`]; [`render`] shows it.

pub mod app;
pub mod base;
pub mod model;
pub mod product;
pub mod redact;
pub mod remedy;
pub mod secret;

pub mod bundle;
pub mod checks;
pub mod collect;
pub mod config;
pub mod loader;
pub mod parse;
pub mod ping;
pub mod platform;
pub mod render;
pub mod resolve;

pub use app::run::run;
