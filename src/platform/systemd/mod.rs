//! systemd's rules without IO: names, search paths, merging of drop-ins, the order in which a
//! service's environment is put together (facts/services.md section 1).

pub mod assemble;
pub mod definition;
pub mod dropped_sources;
pub mod exec;
pub mod exit_codes;
pub mod names;
pub mod passed;
pub mod paths;
pub mod sandbox;
pub mod select;
pub mod settings;
pub mod specifiers;
pub mod state;
