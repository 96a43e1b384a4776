//! Units, environment files and answers of systemd.

pub mod env_file;
pub mod environment_d;
pub mod show;
pub mod unit;
pub mod unit_quoting;
