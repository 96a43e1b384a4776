//! What the config checks share.

use crate::base::text::capital;
use crate::checks::check::CheckContext;
use crate::checks::finding::{FindingExt, finding};
use crate::config::{START_REFUSED, written_path};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{ConfigCopy, ConfigIssue, ConfigLock, ConfigState, ConfigView, Place};
use crate::parse::proc::gateway_argv;
use crate::ping::verdict::Reach;
use crate::resolve;

/// The config as the Gateway reads it, where it refuses it as it is.
pub(crate) fn refused<'a>(case: &CheckContext<'a>) -> Option<&'a ConfigView> {
    resolve::config(case.snapshot).filter(|config| {
        matches!(
            config.state,
            ConfigState::Invalid | ConfigState::Repaired | ConfigState::Partial
        )
    })
}

/// Path of the config file, home as `~`.
pub(crate) fn file(case: &CheckContext<'_>) -> String {
    let trace = case.start_trace().or(resolve::gateway_trace(case.snapshot));
    trace.map_or_else(
        || "~/.openclaw/openclaw.json".to_owned(),
        |trace| case.tilde(&trace.config_path),
    )
}

/// What the Gateway does with the config, in a sentence.
pub(crate) fn consequence(config: &ConfigView) -> String {
    match &config.gateway_start {
        Some(start) => sentence(&start.why),
        None => "The Gateway does not start with it.".to_owned(),
    }
}

/// Why the Gateway's next start is refused although its config validates. Empty where options of its command line take
/// the place of the settings, and where a Gateway serves that was started with this very config.
pub(crate) fn start_refusals<'a>(case: &CheckContext<'a>) -> Vec<&'a ConfigIssue> {
    let service = case.service().map(|service| service.exec.overrides.as_slice());
    let process = case
        .process()
        .map(|process| gateway_argv::overrides(&process.arguments));
    let overridden = service.is_some_and(|given| !given.is_empty()) || process.is_some_and(|given| !given.is_empty());
    if overridden || serves_with_it(case) {
        return Vec::new();
    }
    let warnings = resolve::config(case.snapshot)
        .map(|config| config.warnings.as_slice())
        .unwrap_or_default();
    warnings.iter().filter(|issue| issue.kind == START_REFUSED).collect()
}

/// Returns whether a Gateway was started after the config's last change and lives on. One of a crash loop is young.
pub(crate) fn serves_with_it(case: &CheckContext<'_>) -> bool {
    let Some(process) = case.process() else {
        return false;
    };
    let file = case.start_trace().and_then(|trace| trace.config_file.as_ref());
    let changed = file.and_then(|file| file.stat.get()).map(|stat| stat.mtime_ms);
    let newer = matches!((changed, process.started_ms), (Some(changed), Some(started)) if changed > started + resolve::SLACK_MS);
    let answers = case.gateway().is_some_and(|word| word.reach() >= Reach::Found);
    let old = case.age(process).is_some_and(|age| age >= resolve::start::USUAL);
    !newer && (answers || old)
}

/// A hint as a sentence of its own.
pub(crate) fn sentence(text: &str) -> String {
    let mut text = capital(text.trim_end());
    if !text.ends_with(['.', '?']) {
        text.push('.');
    }
    text
}

/// Whether the installed release is the one whose settings the config was judged by.
pub(crate) fn is_judged_by_its_own(case: &CheckContext<'_>) -> bool {
    let trace = case.start_trace().or(resolve::gateway_trace(case.snapshot));
    let own = crate::config::judged_by().map(|release| release.to_string());
    trace.is_some_and(|trace| trace.doubts.is_empty() && Some(&trace.rules) == own.as_ref())
}

/// How certain a verdict on a setting is.
pub(crate) fn certainty(case: &CheckContext<'_>) -> Certainty {
    if is_judged_by_its_own(case) {
        Certainty::Proved
    } else {
        Certainty::Likely
    }
}

/// A finding about one issue of the config.
pub(crate) fn about(id: &str, severity: Severity, issue: &ConfigIssue, subject: &str, title: String) -> Finding {
    // Nothing is said twice: neither what the title says nor the hint, which is the fix.
    let note = match title.ends_with(&issue.message) {
        true => written_path::of_issue(issue),
        false => issue.message.clone(),
    };
    let mut found = finding(id, severity, title).subject(subject);
    found = found.at(issue.place.as_ref(), note);
    found.excerpt.clone_from(&issue.excerpt);
    found
}

/// Copies told in a report; `openclaw doctor config` shows all.
const COPIES: usize = 3;

/// The finding with the copies that lie beside the config, the last good one first.
pub(crate) fn with_copies(case: &CheckContext<'_>, mut found: Finding, config: &ConfigView) -> Finding {
    let mut copies: Vec<&ConfigCopy> = config.copies.iter().collect();
    copies.sort_by_key(|copy| !copy.role.starts_with("last good"));
    for copy in copies.into_iter().take(COPIES) {
        let since = copy
            .stat
            .get()
            .map(|stat| case.snapshot.taken_at - stat.mtime_ms / 1000);
        let old = since.filter(|seconds| *seconds >= 0).map(age).unwrap_or_default();
        let words = format!("{}{old}: {}", copy.role, copy.compared());
        found = found.at(Some(&Place::file(copy.path.clone())), words);
    }
    found
}

fn age(seconds: i64) -> String {
    match seconds {
        ..120 => format!(", {seconds} s old"),
        120..7200 => format!(", {} min old", seconds / 60),
        7200..172_800 => format!(", {} h old", seconds / 3600),
        _ => format!(", {} days old", seconds / 86_400),
    }
}

/// Whether the service has failed, or is between two starts.
pub(crate) fn has_failed(case: &CheckContext<'_>) -> bool {
    let state = case.service().and_then(|service| service.state.get());
    state.is_some_and(|state| matches!(state.active.as_str(), "failed" | "activating"))
}

/// The commands that open the config at a line, and start a Gateway that failed over it. One that runs reads the file
/// again by itself, and one that somebody stopped stays so.
pub(crate) fn edit_and_start(case: &CheckContext<'_>, issue: &ConfigIssue) -> Vec<String> {
    let restart = has_failed(case).then(|| case.commands().restart());
    [repair(case, issue)].into_iter().chain(restart).collect()
}

/// The command that mends an issue: the installation of a plugin, or an editor at its line.
pub(crate) fn repair(case: &CheckContext<'_>, issue: &ConfigIssue) -> String {
    match &issue.package {
        Some(package) => case.commands().openclaw(&format!("plugins install {package}")),
        None => edit(case, issue),
    }
}

/// The command that opens the config at a line.
pub(crate) fn edit(case: &CheckContext<'_>, issue: &ConfigIssue) -> String {
    let path = issue
        .place
        .as_ref()
        .map_or_else(|| file(case), |place| case.tilde(&place.path));
    let line = issue.place.as_ref().and_then(|place| place.line);
    let at = line.map(|line| format!("+{line} ")).unwrap_or_default();
    let quoted = crate::base::text::shell_quote(&path);
    let editor = format!("${{EDITOR:-nano}} {at}{quoted}");
    let lock = resolve::config(case.snapshot).and_then(|config| config.lock.as_ref());
    match lock {
        None | Some(ConfigLock::Mounted { read_only: false }) => editor,
        Some(ConfigLock::Nix | ConfigLock::Deployed) => {
            let source = case.commands().source_of_config().unwrap_or_default();
            let line = line.map_or(String::new(), |line| format!(" (line {line} of what it makes)"));
            format!("# edit {source}{line}")
        }
        Some(ConfigLock::Mounted { .. } | ConfigLock::ReadOnlyFolder { .. }) => {
            format!("# edit {quoted} where its mount comes from{}", of_line(line))
        }
        Some(ConfigLock::ClosedFolder { folder }) => {
            format!(
                "# edit {quoted} as an account that may write to {}{}",
                case.tilde(folder),
                of_line(line)
            )
        }
        Some(ConfigLock::Immutable { path }) => {
            let fixed = crate::base::text::shell_quote(&case.tilde(path));
            format!("sudo chattr -i {fixed} && {editor} && sudo chattr +i {fixed}")
        }
    }
}

fn of_line(line: Option<u32>) -> String {
    line.map_or(String::new(), |line| format!(", line {line}"))
}

/// The file that is edited, as the beginning of a sentence.
pub(crate) fn where_to_edit(case: &CheckContext<'_>) -> String {
    match case.commands().source_of_config() {
        Some(_) => format!("Where {} comes from", file(case)),
        None => format!("In {}", file(case)),
    }
}
