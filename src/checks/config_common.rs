//! What the config checks share.

use crate::diagnose::{Case, FindingExt, finding};
use crate::report::{Finding, Severity};
use crate::resolve;
use crate::snapshot::{ConfigIssue, ConfigState, ConfigView};

/// The config as the Gateway reads it, where it refuses it as it is.
pub(super) fn refused<'a>(case: &Case<'a>) -> Option<&'a ConfigView> {
    resolve::config(case.snapshot).filter(|config| matches!(config.state, ConfigState::Invalid | ConfigState::Repaired))
}

/// Path of the config file, home as `~`.
pub(super) fn file(case: &Case<'_>) -> String {
    let trace = case.start_trace().or(resolve::gateway_trace(case.snapshot));
    trace.map_or_else(
        || "~/.openclaw/openclaw.json".to_owned(),
        |trace| case.tilde(&trace.config_path),
    )
}

/// What the Gateway does with the config, in a sentence.
pub(super) fn consequence(config: &ConfigView) -> String {
    match &config.gateway_start {
        Some(start) => {
            let mut why = start.why.clone();
            if let Some(first) = why.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            if !why.ends_with('.') {
                why.push('.');
            }
            why
        }
        None => "The Gateway does not start with it.".to_owned(),
    }
}

/// A finding about one issue of the config.
pub(super) fn about(id: &str, severity: Severity, issue: &ConfigIssue, subject: &str, title: String) -> Finding {
    let mut found = finding(id, severity, title).subject(subject);
    found = found.at(issue.place.as_ref(), issue.message.clone());
    if let Some(hint) = &issue.hint {
        found = found.seen(format!("hint: {hint}"));
    }
    found
}

/// The command that opens the config at a line.
pub(super) fn edit(case: &Case<'_>, issue: &ConfigIssue) -> String {
    let path = issue
        .place
        .as_ref()
        .map_or_else(|| file(case), |place| case.tilde(&place.path));
    let line = issue.place.as_ref().and_then(|place| place.line);
    let at = line.map(|line| format!("+{line} ")).unwrap_or_default();
    format!("${{EDITOR:-nano}} {at}{}", crate::diagnose::shell_quote(&path))
}
