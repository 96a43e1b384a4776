//! Folds consequences under their causes, so that one story has one first step.

use std::cmp::Reverse;

use crate::checks::check::{Check, Group};
use crate::model::report::{Finding, Severity};

/// Checks that tell of a Gateway that is down.
const DEAD: [&str; 3] = ["service-crash-loop", "service-not-running", "start-step-failed"];

/// Orders findings and marks consequences. A finding is folded under another when the other's
/// check names its id and both are about the same thing, or one of them is about the whole machine.
pub(crate) fn fold(checks: &[&'static Check], mut findings: Vec<Finding>) -> Vec<Finding> {
    let causes = |id: &str| {
        checks
            .iter()
            .find(|check| check.id == id)
            .map_or(&[][..], |check| check.causes)
    };
    let folded: Vec<Option<String>> = findings
        .iter()
        .map(|finding| {
            findings
                .iter()
                .find(|cause| {
                    // What is suppressed explains nothing, and what it caused stands for itself.
                    (cause.counts() && finding.counts())
                        && cause.id != finding.id
                        && cause.severity >= finding.severity
                        && causes(&cause.id).contains(&finding.id.as_str())
                        && related(cause, finding)
                })
                .map(|cause| cause.id.clone())
        })
        .collect();
    for (finding, under) in findings.iter_mut().zip(folded) {
        finding.folded_under = under;
    }
    break_circles(&mut findings);
    let rank = |id: &str| {
        let group = checks.iter().find(|check| check.id == id).map(|check| check.group);
        group.and_then(|group| Group::ALL.iter().position(|known| *known == group))
    };
    // A dead Gateway serves nobody, whatever else is wrong.
    let is_dead = |finding: &Finding| finding.severity == Severity::Error && DEAD.contains(&finding.id.as_str());
    findings.sort_by_key(|finding| {
        (
            finding.folded_under.is_some(),
            !is_dead(finding),
            rank(&finding.id),
            Reverse(finding.severity),
        )
    });
    findings
}

/// A variable or a config path; findings without one are about the machine.
fn related(cause: &Finding, consequence: &Finding) -> bool {
    match (&cause.subject, &consequence.subject) {
        (Some(a), Some(b)) => a == b || a.ends_with(&format!(".{b}")) || b.ends_with(&format!(".{a}")),
        _ => true,
    }
}

/// Two findings that would be folded under each other both stay.
fn break_circles(findings: &mut [Finding]) {
    let under: Vec<(String, Option<String>)> = findings
        .iter()
        .map(|finding| (finding.id.clone(), finding.folded_under.clone()))
        .collect();
    let parent = |id: &str| {
        under
            .iter()
            .find(|(own, _)| own == id)
            .and_then(|(_, parent)| parent.clone())
    };
    for finding in findings.iter_mut() {
        let mut steps = 0;
        let mut at = finding.folded_under.clone();
        while let Some(id) = at {
            steps += 1;
            if id == finding.id || steps > under.len() {
                finding.folded_under = None;
                break;
            }
            at = parent(&id);
        }
    }
}
