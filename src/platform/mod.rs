//! What is special to a service manager, as pure functions that compile on every system.

pub(crate) mod chain;
pub mod launchd;
pub mod node;
pub mod systemd;
