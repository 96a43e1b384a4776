//! What has no domain words: facts, text, time.

pub mod doctor_name;
pub mod fact;
pub mod json;
pub mod text;
pub mod wrap;
