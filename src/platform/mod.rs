//! What is special to a service manager, as pure functions that compile on every system.

pub mod launchd;
pub mod node;
pub mod principal;
pub mod systemd;
