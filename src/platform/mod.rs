//! What is special to a service manager, as pure functions that compile on every system.

pub mod container;
pub mod handover;
pub mod hosted;
pub mod launch;
pub mod launchd;
pub mod node;
pub mod principal;
pub mod relay;
pub mod systemd;
