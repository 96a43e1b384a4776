//! The snapshot of a machine and the report about it.

pub mod report;
pub mod snapshot;
