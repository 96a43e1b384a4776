//! From arguments to exit code.

mod asks;
pub mod cli;
pub(crate) mod config_only;
pub mod console;
pub mod exit;
pub mod handover;
pub(crate) mod judge;
pub(crate) mod output;
pub mod plan;
pub mod replay;
pub(crate) mod run;
pub(crate) mod sample;
mod say;
pub(crate) mod spelled;
pub(crate) mod wait;
