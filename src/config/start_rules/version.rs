//! Which release wrote the config last.

use serde_json::Value;

use super::{Around, refuse};
use crate::config::problem::{Problem, text};
use crate::product::rules::Release;

/// An installed release does not touch the config of a newer one. Releases that differ in their suffix alone count as
/// one. (OPENCLAW_ALLOW_OLDER_BINARY_DESTRUCTIVE_ACTIONS, which its message names, does not let a service start.)
pub(super) fn written_by_a_newer(config: &Value, around: &Around<'_>) -> Option<Problem> {
    let installed = around.release?;
    let path = ["meta", "lastTouchedVersion"];
    let writer = Release::parse(text(config, &path)?)?;
    if writer <= installed {
        return None;
    }
    let words = format!("OpenClaw {writer} wrote it last, and {installed} is installed, which is older");
    let hint = format!("install {writer} or newer, or let the service start from the copy that is");
    refuse(&path, words, hint)
}
