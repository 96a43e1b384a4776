//! Parsers of files and command output: pure, total functions of text.

pub mod auth_profiles;
pub mod dotenv;
pub mod env_file;
pub mod environ;
pub mod environment_d;
pub mod gateway_argv;
#[cfg(test)]
mod hostile;
pub mod inet_diag;
pub mod json5_hints;
pub mod json5_repairs;
pub mod json5_spans;
pub mod launchctl_misc;
pub mod launchctl_print;
pub mod lock_file;
pub mod log_line;
pub mod lsof;
pub mod meant;
pub mod names;
pub mod passwd;
pub mod plist_bounded;
pub mod plist_file;
pub mod plugin_manifest;
pub mod proc_net;
pub mod proc_stat;
mod raw_var;
pub mod rc_file;
pub mod rc_other;
pub mod readers;
pub mod semver;
pub mod sh_exports;
pub mod show;
pub mod sqlite_wal;
pub mod suppress;
pub mod unit;
pub mod unit_quoting;

pub use raw_var::RawVar;
