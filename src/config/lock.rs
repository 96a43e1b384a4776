//! A config that OpenClaw may not write: what a start would have to change ends it (played on 2026.9.6: status 78 in Nix
//! mode, with `OPENCLAW_CONFIG_READONLY=1`, on a read-only mount, on a file mounted by itself and on an immutable one).

use super::gateway_start::{Load, Start, is_strict_kind};
use super::validate::Verdict;
use crate::model::snapshot::{ConfigIssue, ConfigLock};

/// Returns the lock that the Gateway's environment sets. Nothing but `1` counts; `.env` files and `env.vars` set it too.
pub(crate) fn by_environment(is_one: impl Fn(&str) -> bool) -> Option<ConfigLock> {
    if is_one("OPENCLAW_NIX_MODE") {
        return Some(ConfigLock::Nix);
    }
    is_one("OPENCLAW_CONFIG_READONLY").then_some(ConfigLock::Deployed)
}

/// Judges once more what the start would make of the file, now that it cannot write it.
pub(crate) fn hold(verdict: &mut Verdict, lock: &ConfigLock) {
    let start = &mut verdict.gateway_start;
    let changes = verdict.repairs.join("; ");
    let why = why(lock);
    match start.verdict {
        Start::AutoMigrated => {
            let first = verdict.issues.iter().find(|issue| !is_strict_kind(&issue.kind));
            let cause = first.map(cause);
            let place = cause.as_deref().unwrap_or("the file");
            start.why = format!(
                "the Gateway exits with status 78 because of {place}: it would have to rewrite the file, and {why}. What has \
                 to change: {changes}."
            );
            start.verdict = Start::Refused;
            start.outcome = "exit-78".to_owned();
            start.load = Load::Refused;
            start.ended_by = cause;
            verdict.repaired = None;
            verdict.repairs.clear();
        }
        Start::RefusedAgain => {
            let place = start.ended_by.as_deref().unwrap_or("the file");
            start.why = format!(
                "the Gateway exits with status 1 at every start because of {place}, which its own migration would change; \
                 {why}, so `openclaw doctor --fix` of the Node CLI does not rewrite it either: {changes}."
            );
        }
        Start::Starts | Start::Deferred | Start::Degraded | Start::Refused => {}
    }
}

/// The setting that the start would change; of a key that nobody knows, the key itself.
fn cause(issue: &ConfigIssue) -> String {
    let path = Some(issue.path.as_str()).filter(|path| !path.is_empty());
    let key = issue.keys.first().map(String::as_str);
    path.into_iter().chain(key).collect::<Vec<_>>().join(".")
}

/// What keeps OpenClaw from writing the file, and where it is changed, as a part of a sentence.
fn why(lock: &ConfigLock) -> String {
    match lock {
        ConfigLock::Nix => "OPENCLAW_NIX_MODE=1 makes it immutable: it is changed in its Nix source".to_owned(),
        ConfigLock::Deployed => {
            "OPENCLAW_CONFIG_READONLY=1 makes it immutable: it is changed where it is deployed from".to_owned()
        }
        ConfigLock::Mounted { .. } => {
            "it is a mount of its own, onto which nothing can be renamed: it is changed where the mount comes from"
                .to_owned()
        }
        ConfigLock::ReadOnlyFolder { folder } => {
            format!("{folder} is read-only for it: the file is changed where that folder comes from")
        }
        ConfigLock::ClosedFolder { folder } => format!("its account may not write to {folder}"),
        ConfigLock::Immutable { path } => format!("{path} is immutable (chattr +i)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_locks() {
        for (given, wanted) in [("1", true), ("true", false), ("0", false), ("", false), (" 1", false)] {
            for (name, lock) in [
                ("OPENCLAW_NIX_MODE", ConfigLock::Nix),
                ("OPENCLAW_CONFIG_READONLY", ConfigLock::Deployed),
            ] {
                let found = by_environment(|asked| asked == name && given == "1");
                assert_eq!(found, Some(lock).filter(|_| wanted), "{name}={given}");
            }
        }
    }
}
