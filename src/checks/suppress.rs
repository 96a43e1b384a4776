//! Marks the findings that a suppression file names. They stay in the report and do not count.
//!
//! Only findings can be named: a check that could not look stays `unknown`, and no line changes
//! what the doctor says of its own failures.

use crate::model::report::{Finding, Suppressed};
use crate::model::snapshot::Suppressions;

/// Id of the check that tells of lines without effect; it cannot be suppressed itself.
pub(crate) const OWN: &str = "suppression-without-effect";

/// Marks each finding that a line names by its id and, where the line has one, its subject.
pub(crate) fn mark(mut findings: Vec<Finding>, suppressions: &Suppressions) -> Vec<Finding> {
    for finding in &mut findings {
        let rule = suppressions.rules.iter().find(|rule| {
            rule.id != OWN
                && rule.id == finding.id
                && rule
                    .subject
                    .as_deref()
                    .is_none_or(|subject| finding.subject.as_deref() == Some(subject))
        });
        finding.suppressed = rule.map(|rule| Suppressed {
            reason: rule.reason.clone(),
            path: suppressions.path.clone(),
            line: rule.line,
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::finding::{FindingExt, finding};
    use crate::model::report::Severity;
    use crate::model::snapshot::Suppression;

    fn rules(lines: &[(&str, Option<&str>)]) -> Suppressions {
        let rule = |(at, (id, subject)): (usize, &(&str, Option<&str>))| Suppression {
            id: (*id).to_owned(),
            subject: subject.map(str::to_owned),
            reason: "known".to_owned(),
            line: at as u32 + 1,
        };
        Suppressions {
            path: "~/s".to_owned(),
            rules: lines.iter().enumerate().map(rule).collect(),
            ..Suppressions::default()
        }
    }

    #[test]
    fn a_line_names_an_id_and_perhaps_a_subject() {
        let found = || {
            vec![
                finding("a", Severity::Error, "one").subject("KEY"),
                finding("a", Severity::Error, "two").subject("OTHER"),
                finding("b", Severity::Error, "three"),
                finding(OWN, Severity::Warning, "four"),
            ]
        };
        let marked = |lines: &[(&str, Option<&str>)]| -> Vec<bool> {
            let found = mark(found(), &rules(lines));
            found.iter().map(|finding| finding.suppressed.is_some()).collect()
        };
        assert_eq!(marked(&[("a", None)]), [true, true, false, false]);
        assert_eq!(marked(&[("a", Some("OTHER"))]), [false, true, false, false]);
        // A subject that the finding does not have names another finding.
        assert_eq!(marked(&[("b", Some("KEY"))]), [false; 4]);
        assert_eq!(marked(&[(OWN, None), ("c", None), ("", None)]), [false; 4]);
        let first = mark(found(), &rules(&[("x", None), ("a", None)]));
        assert_eq!(first[0].suppressed.as_ref().map(|by| by.line), Some(2));
    }
}
