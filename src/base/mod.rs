//! What has no domain words: facts, text, time.

pub mod fact;
