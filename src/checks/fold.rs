//! Folds consequences under their causes, so that one story has one first step.

use std::cmp::Reverse;

use crate::checks::check::{Check, Group};
use crate::model::report::{Finding, Severity};

/// Checks that tell of a Gateway that is down.
const DEAD: [&str; 3] = ["service-crash-loop", "service-not-running", "start-step-failed"];

/// Orders findings and marks consequences. A finding is folded under another when the other's
/// check names its id and both are about the same thing, or one of them is about the whole machine. `needs` are the keys
/// with the places of the config that need them: what is wrong at such a place is about the key.
pub(crate) fn fold(checks: &[&'static Check], mut findings: Vec<Finding>, needs: &[(&str, &[String])]) -> Vec<Finding> {
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
                        && (related(cause, finding) || is_needed_there(needs, cause, finding))
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

/// Whether the cause is about a key, and the consequence about the place of the config that needs it.
fn is_needed_there(needs: &[(&str, &[String])], cause: &Finding, consequence: &Finding) -> bool {
    let (Some(key), Some(place)) = (&cause.subject, &consequence.subject) else {
        return false;
    };
    let of_key = needs.iter().find(|(name, _)| name == key);
    of_key.is_some_and(|(_, places)| places.contains(place))
}

/// What one check found of several subjects and the same commands mend is one story: the first of them tells it. Of an editor
/// only the words say what it is opened for, and two faults of a config in one line open it at the same place.
fn join_twins(findings: &mut [Finding]) {
    let commands = |finding: &Finding| {
        let remedy = finding.remedy.as_ref()?;
        let edits = remedy
            .commands
            .iter()
            .any(|command| command.contains("${EDITOR") || command.starts_with("# edit "));
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

/// Of findings that would be folded under each other the first stays, and the others are told under it.
fn break_circles(findings: &mut [Finding]) {
    let mut under: Vec<(String, Option<String>)> = findings
        .iter()
        .map(|finding| (finding.id.clone(), finding.folded_under.clone()))
        .collect();
    for (index, finding) in findings.iter_mut().enumerate() {
        let mut steps = 0;
        let mut at = finding.folded_under.clone();
        while let Some(id) = at {
            steps += 1;
            // A circle that this one is not part of is broken by its own members.
            if steps > under.len() {
                break;
            }
            if id == finding.id {
                finding.folded_under = None;
                if let Some((_, parent)) = under.get_mut(index) {
                    *parent = None;
                }
                break;
            }
            let parent = under.iter().find(|(own, _)| *own == id);
            at = parent.and_then(|(_, parent)| parent.clone());
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
        let told: Vec<_> = fold(&[], all, &[])
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

    fn folded(ids: &[(&str, &str)], needs: &[(&str, &[String])]) -> Vec<(String, Option<String>)> {
        let all = ids
            .iter()
            .map(|(id, subject)| finding(id, Severity::Error, "t").subject(*subject))
            .collect();
        let told = fold(crate::checks::ALL, all, needs).into_iter();
        told.map(|one| (one.id, one.folded_under)).collect()
    }

    /// A key that is missing, and everything that its absence leads to, is one problem.
    #[test]
    fn one_missing_key_is_one_story() {
        let places = ["gateway.auth.token".to_owned()];
        let needs: &[(&str, &[String])] = &[("TOKEN", &places)];
        let heads = |ids: &[(&str, &str)]| -> Vec<String> {
            let told = folded(ids, needs).into_iter();
            told.filter(|(_, under)| under.is_none()).map(|(id, _)| id).collect()
        };
        let key = ("key-missing-everywhere", "TOKEN");
        assert_eq!(
            heads(&[
                ("config-start-refused", "gateway.auth.token"),
                key,
                ("secret-ref-unresolved", "TOKEN")
            ]),
            ["key-missing-everywhere"]
        );
        assert_eq!(
            heads(&[
                key,
                ("managed-key-not-exported", "TOKEN"),
                ("config-ref-unset-in-daemon", "TOKEN")
            ]),
            ["managed-key-not-exported"]
        );
        // Another setting is another story.
        assert_eq!(heads(&[("config-start-refused", "gateway.bind"), key]).len(), 2);
        assert_eq!(heads(&[("secret-ref-unresolved", "OTHER"), key]).len(), 2);
    }
}
