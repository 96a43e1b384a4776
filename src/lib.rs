//! `openclaw doctor`: read-only diagnostics for an OpenClaw Gateway.
//!
//! Code map (the full one, with invariants, is ARCHITECTURE.md):
//! [`cli`] is what was typed, [`plan`] what it means; [`collect`] and `platform`'s runner are the
//! only parts that touch the machine and end in a [`snapshot::Snapshot`], which cannot hold a
//! secret; [`loader`] is OpenClaw's own loading as a state machine without IO; [`resolve`] and
//! [`diagnose`] are pure and end in a [`report::Report`]; [`render`] shows it.

pub mod bundle;
pub mod checks;
pub mod cli;
pub mod collect;
pub mod config;
pub mod console;
mod deliver;
pub mod diagnose;
pub mod diff;
mod doctor_name;
pub mod examined;
pub mod exit;
pub mod fact;
pub mod handover;
pub mod loader;
pub mod parse;
pub mod ping;
pub mod plan;
pub mod platform;
pub mod render;
pub mod replay;
pub mod report;
pub mod resolve;
pub mod rules;
mod run;
mod sample;
pub mod secret;
pub mod snapshot;
pub mod value;
mod wait;

pub use run::run;
