//! Parsers of files and command output: pure, total functions of text.

pub mod json5;
pub mod launchd;
pub mod proc;
pub mod rc;
pub mod systemd;

pub mod auth_profiles;
pub mod dotenv;
#[cfg(test)]
mod hostile_tests;
pub mod lsof;
pub mod meant;
pub mod mentions;
pub mod plugin_manifest;
pub mod rc_other;
pub mod semver;
pub mod sqlite_wal;
pub mod suppress;
