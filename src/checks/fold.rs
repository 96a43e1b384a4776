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
    // With a config that is only warned of the Gateway starts: it explains nothing.
    let of_config = |id: &str| {
        checks
            .iter()
            .any(|check| check.id == id && check.group == Group::Config)
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
                        && (cause.severity == Severity::Error || !of_config(&cause.id))
                        && related(cause, finding)
                })
                .map(|cause| cause.id.clone())
        })
        .collect();
    for (finding, under) in findings.iter_mut().zip(folded) {
        finding.folded_under = under;
    }
    break_circles(&mut findings);
    join_twins(&mut findings);
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

/// A variable or a config path, or a place within one; findings without one are about the machine.
fn related(cause: &Finding, consequence: &Finding) -> bool {
    match (&cause.subject, &consequence.subject) {
        (Some(a), Some(b)) => {
            let within = |a: &str, b: &str| a.ends_with(&format!(".{b}")) || a.starts_with(&format!("{b}."));
            a == b || within(a, b) || within(b, a)
        }
        _ => true,
    }
}

/// What one check found of several subjects and the same commands mend is one story: the first of them tells it. Of an editor
/// only the words say what it is opened for, and two faults of a config in one line open it at the same place.
fn join_twins(findings: &mut [Finding]) {
    let commands = |finding: &Finding| {
        let remedy = finding.remedy.as_ref()?;
        let edits = remedy.commands.iter().any(|command| command.starts_with("${EDITOR"));
        let words = Some(remedy.text.clone()).filter(|_| edits);
        Some((remedy.commands.clone(), words)).filter(|(commands, _)| !commands.is_empty())
    };
    for at in 1..findings.len() {
        let (before, rest) = findings.split_at_mut(at);
        let Some(finding) = rest
            .first_mut()
            .filter(|finding| finding.folded_under.is_none() && finding.counts())
        else {
            continue;
        };
        let own = commands(finding);
        let first = before.iter().find(|other| other.id == finding.id);
        let twin = first.is_some_and(|first| {
            first.folded_under.is_none()
                && first.counts()
                && first.severity >= finding.severity
                && commands(first) == own
        });
        if own.is_some() && twin {
            finding.folded_under = Some(finding.id.clone());
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::finding::{FindingExt, finding};

    #[test]
    fn one_fix_for_several_subjects_is_one_story() {
        let found = |subject: &str, command: &str| {
            finding("key-stale", Severity::Error, subject)
                .subject(subject)
                .fix("Do it.", [command.to_owned()])
        };
        let all = vec![
            found("A_KEY", "openclaw gateway restart"),
            found("B_KEY", "openclaw gateway restart"),
            found("C_KEY", "another command"),
        ];
        let told: Vec<_> = fold(&[], all)
            .into_iter()
            .map(|one| (one.title, one.folded_under))
            .collect();
        let under = |id: &str| Some(id.to_owned());
        assert_eq!(
            told,
            [
                ("A_KEY".to_owned(), None),
                ("C_KEY".to_owned(), None),
                ("B_KEY".to_owned(), under("key-stale")),
            ]
        );
    }
}
