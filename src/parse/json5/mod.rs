//! JSON5 with positions, hints and repairs.

pub mod hints;
pub mod repairs;
pub mod spans;
