//! What the installed release changes in a verdict: whose table judged, and what another release takes.

use serde_json::Value;

use super::check;
use super::problem::Problem;
use super::table::Table;
use crate::product::rules::{self, FlatEnv, Release, RuleSet};

/// Returns the rules of an installed release.
pub(super) fn rules_of(release: Option<Release>) -> RuleSet {
    rules::for_version(release.map(|release| release.to_string()).as_deref())
}

/// Whether a problem is that `env` names variables directly, and the installed release takes them there.
pub(super) fn is_flat_env(problem: &Problem, config: &Value, release: Option<Release>) -> bool {
    let texts = |keys: &[String]| keys.iter().all(|key| config["env"][key.as_str()].is_string());
    problem.kind == "unknown_key"
        && problem.path == ["env"]
        && texts(&problem.keys)
        && release.is_some_and(|_| rules_of(release).flat_env != FlatEnv::Refused)
}

/// Names the release that an unknown key is unknown to. Where the installed one has no table of its own, a key that a
/// newer table knows may have come before it: a warning. Any other stays an issue, for neighbouring releases refuse nearly
/// the same (facts/releases.md, fault 1).
pub(super) fn dated(
    issues: Vec<Problem>,
    warnings: &mut Vec<Problem>,
    config: &Value,
    release: Option<Release>,
) -> Vec<Problem> {
    let table = Table::of(release);
    let (Some(installed), Some(known)) = (release, table.release) else {
        return issues;
    };
    let is_unknown = |problem: &Problem| problem.kind == "unknown_key";
    if !issues.iter().any(is_unknown) {
        return issues;
    }
    let newer: Vec<(Release, Vec<Problem>)> = table
        .newer()
        .filter_map(|table| Some((table.release?, check::config(config, table))))
        .collect();
    let new_in = |problem: &Problem| {
        let same = |other: &Problem, key: &String| other.path == problem.path && other.keys.contains(key);
        let knows = |found: &[Problem]| {
            let unknown = |key| found.iter().any(|other| is_unknown(other) && same(other, key));
            !problem.keys.iter().any(unknown)
        };
        newer
            .iter()
            .find(|(_, found)| knows(found))
            .map(|(release, _)| *release)
    };
    let (mut kept, own) = (Vec::new(), installed == known);
    for mut problem in issues {
        let new_in = is_unknown(&problem).then(|| new_in(&problem)).flatten();
        match new_in {
            _ if !is_unknown(&problem) || (own && new_in.is_none()) => {}
            Some(newer) if own => problem
                .message
                .push_str(&format!(" (new in OpenClaw {newer}; {installed} is installed)")),
            Some(newer) if installed > known => {
                let words = format!(" (new in OpenClaw {newer} and unknown to {known}; {installed} was not checked)");
                problem.message.push_str(&words);
                warnings.push(problem);
                continue;
            }
            _ => {
                let judged = format!(" (by the settings of OpenClaw {known}; {installed} is installed)");
                problem.message.push_str(&judged);
            }
        }
        kept.push(problem);
    }
    kept
}
