//! Will the Gateway start with this config, and with what effect
//! (facts/config-validation.md sections 2.1 and 2.2).

use serde_json::Value;

pub use crate::model::snapshot::{GatewayStart, Start};

use super::problem::{Problem, text};
use super::substitute::Missing;

fn say(verdict: Start, why: impl Into<String>) -> GatewayStart {
    GatewayStart {
        verdict,
        why: why.into(),
    }
}

/// Returns the verdict on a file that cannot be parsed or whose includes fail.
pub(super) fn unreadable() -> GatewayStart {
    let why = "the Gateway exits with status 78: it cannot read the file. Its own message then says only that gateway.mode is missing.";
    say(Start::Refused, why)
}

/// What is known of a config when its start is judged.
pub(super) struct Found<'a> {
    /// Why it does not validate.
    pub(super) issues: &'a [Problem],
    /// The config as a starting Gateway rewrites it, where that makes it valid.
    pub(super) repaired: Option<&'a Value>,
    /// What it rewrites, in words.
    pub(super) repairs: &'a [String],
    /// References without a value.
    pub(super) missing: &'a [Missing],
    /// What a start refuses although the file validates.
    pub(super) refusals: &'a [Problem],
    /// Whether files are included.
    pub(super) includes: bool,
}

/// Returns the verdict on a config that was read.
pub(super) fn judge(config: &Value, found: &Found<'_>) -> GatewayStart {
    let &Found {
        issues,
        repaired,
        repairs,
        missing,
        refusals,
        includes,
    } = found;
    // The strict stage belongs to `config validate` alone.
    let blocking = issues
        .iter()
        .find(|issue| !matches!(issue.kind, "secret_source" | "filesystem"));
    if let (Some(issue), None) = (blocking, repaired) {
        let place = if issue.path.is_empty() {
            "the file".to_owned()
        } else {
            issue.path.join(".")
        };
        let note = if includes {
            " (a file with $include is never rewritten at start)"
        } else {
            ""
        };
        return say(
            Start::Refused,
            format!(
                "the Gateway exits with status 78 because of {place}: {}{note}.",
                issue.message
            ),
        );
    }
    let effective = repaired.unwrap_or(config);
    match text(effective, &["gateway", "mode"]) {
        Some("local") => {}
        Some(_) => {
            return say(
                Start::Refused,
                "gateway.mode is not \"local\", so a Gateway does not start here.",
            );
        }
        None => {
            let why = "gateway.mode is missing: the Gateway exits with status 78 unless it is started with --allow-unconfigured.";
            return say(Start::Refused, why);
        }
    }
    if let Some(issue) = issues.iter().find(|issue| issue.kind == "secret_source") {
        let why = format!(
            "{} asks its provider for another source than it has; a Gateway that needs it does not start.",
            issue.path.join(".")
        );
        return say(Start::Refused, why);
    }
    if let Some(refusal) = refusals.first() {
        let why = format!("a Gateway that starts with it ends at once: {}.", refusal.message);
        return say(Start::Refused, why);
    }
    if repaired.is_some() {
        let list = repairs.join("; ");
        let why = format!(
            "the Gateway rewrites the file when it starts (comments are lost, the old file is kept as .bak): {list}."
        );
        return say(Start::AutoMigrated, why);
    }
    let token = missing.iter().find(|one| one.path.join(".") == "gateway.auth.token");
    if let Some(one) = token {
        let why = format!(
            "{} has no value, so the Gateway makes up a random token at each start and clients are refused.",
            one.name
        );
        return say(Start::Degraded, why);
    }
    if let Some(one) = missing.first() {
        let why = format!(
            "{} has no value; what {} is for does not work.",
            one.name,
            one.path.join(".")
        );
        return say(Start::Degraded, why);
    }
    if let Some(issue) = issues.first() {
        return say(Start::Degraded, format!("{}: {}.", issue.path.join("."), issue.message));
    }
    say(Start::Starts, "the file is valid and gateway.mode is \"local\".")
}
