//! launchd as pure functions of text (facts/services.md section 2): which jobs are Gateways,
//! what they start, which environment that gets, and what their state means.

pub mod environment;
pub mod labels;
pub mod launch;
pub mod state;
pub mod wrapper;
