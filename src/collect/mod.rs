//! The only part that touches the machine: files, processes, commands, the network.
//!
//! Every collector is bounded by its own limit, answers in facts, and never fails the run.

#![allow(clippy::disallowed_methods)] // this is the module the bans point to

pub mod auth_profiles;
pub mod beside;
mod choice;
pub mod clock;
mod command_fault;
mod commented;
mod config_copies;
pub mod config_file;
mod config_lock;
pub mod container;
pub mod context;
pub mod copied;
pub mod definitions;
pub mod detach;
mod draft;
pub mod extras;
pub mod guard;
pub mod handover;
pub mod host;
pub mod install;
pub mod launch_files;
pub mod launchd;
mod leftovers;
mod listening;
pub mod loading;
pub mod log_tail;
mod login_shell;
pub mod machine;
mod manifest;
mod memo;
pub mod own_name;
pub(crate) mod ownership;
mod paths;
pub mod permissions;
pub mod ping;
pub mod plugins;
pub mod process;
pub mod programs;
pub mod read;
pub mod request;
pub mod run;
mod running;
mod runtime_entry;
pub mod save;
pub mod secret_store;
pub mod start_env;
pub mod startup_files;
pub mod suppressions;
pub mod systemd;
pub mod terminal;
#[cfg(test)]
pub(crate) mod testkit;
mod tools;
pub mod unread_files;

pub use runtime_entry::{Collected, Wait, check_key, snapshot};
