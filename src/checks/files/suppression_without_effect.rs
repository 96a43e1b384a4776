//! `suppression-without-effect`: a line of a suppression file names no check, or gives no reason.

use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Place, Suppressions};

/// Lines that are named one by one.
const MOST: usize = 5;

pub(crate) const CHECK: Check = Check {
    id: "suppression-without-effect",
    title: "every line of the suppression file names a check and gives a reason",
    group: Group::Files,
    severity: Severity::Warning,
    needs: &[],
    causes: &[],
    docs: "A suppression file keeps findings that you know and accept from counting for the outcome, the exit code and \
`--wait`. It is `~/.config/openclaw-doctor/suppress` (below `$XDG_CONFIG_HOME` where that is set), or the file of \
`--suppressions FILE`; `--suppressions none` reads none. One finding a line: the id of a check, perhaps the variable \
or config path it is about, and behind a `#` the reason:\n\n    linger-disabled  # a desktop, I am always logged in\n    \
key-only-in-shell OPENAI_API_KEY  # only for the editor\n\n\
A suppressed finding stays in every report, marked, with its reason, and is counted apart. A line without a reason, a \
word that is no id of a check, and a file that others may write have no effect: what they were to hide counts.\n\n\
Fix: correct the line; `%doctor% checks` lists the ids. A check that could not look, and a failure of the doctor \
itself, cannot be suppressed.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let suppressions = &case.snapshot.suppressions;
    let path = case.tilde(&suppressions.path);
    let own = finding(CHECK.id, CHECK.severity, "");
    if let Some(why) = &suppressions.not_applied {
        let mut whole = own.detail(format!("{why}. What it was to hide counts."));
        whole.title = format!("{path} is not applied");
        let whole = whole.at(Some(&Place::file(suppressions.path.clone())), "");
        return vec![whole.fix(
            "Make it a file that you alone may write, then rerun.",
            [format!("chmod 600 {}", shell_quote(&path))],
        )];
    }
    let lines = without_effect(suppressions);
    let Some((first, _)) = lines.first() else {
        return Vec::new();
    };
    let mut finding = own.detail("The finding still counts.");
    finding.title = match lines.len() {
        1 => format!("line {first} of {path} suppresses nothing"),
        more => format!("{more} lines of {path} suppress nothing"),
    };
    for (line, why) in lines.iter().take(MOST) {
        finding = finding.at(Some(&Place::line(suppressions.path.clone(), *line)), why.clone());
    }
    vec![finding.fix(
        "Write each line as `ID [SUBJECT]  # reason`.",
        [
            format!("${{EDITOR:-nano}} +{first} {}", shell_quote(&path)),
            "%doctor% checks".to_owned(),
        ],
    )]
}

/// The lines that do nothing, in the order of the file.
fn without_effect(suppressions: &Suppressions) -> Vec<(u32, String)> {
    let complaints = suppressions.complaints.iter();
    let mut lines: Vec<(u32, String)> = complaints
        .map(|complaint| (complaint.line, complaint.why.clone()))
        .collect();
    for rule in &suppressions.rules {
        if rule.id == CHECK.id {
            lines.push((rule.line, "this finding cannot be suppressed".to_owned()));
        } else if !crate::checks::ALL.iter().any(|check| check.id == rule.id) {
            lines.push((rule.line, format!("no check has that id{}", near(&rule.id))));
        }
    }
    lines.sort();
    lines
}

fn near(word: &str) -> String {
    let ids = crate::checks::ALL
        .iter()
        .map(|check| (strsim::jaro_winkler(check.id, word), check.id));
    let nearest = ids
        .filter(|(closeness, _)| *closeness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0));
    nearest.map_or(String::new(), |(_, id)| format!("; did you mean {id}?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, words};
    use crate::model::snapshot::{Suppression, SuppressionComplaint};

    fn rule(id: &str, line: u32) -> Suppression {
        Suppression {
            id: id.to_owned(),
            subject: None,
            reason: "known".to_owned(),
            line,
        }
    }

    #[test]
    fn lines_that_do_nothing_are_told_in_order() {
        let mut snapshot = healthy();
        snapshot.suppressions.path = "/home/me/s".to_owned();
        snapshot.suppressions.rules = vec![rule("linger-disabled", 1)];
        assert!(findings(&CHECK, &snapshot).is_empty());
        snapshot
            .suppressions
            .rules
            .extend([rule("linger-disable", 3), rule(CHECK.id, 4), rule("zzz", 5)]);
        snapshot.suppressions.complaints.push(SuppressionComplaint {
            line: 2,
            why: "it gives no reason".to_owned(),
        });
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found[0].title, "4 lines of ~/s suppress nothing");
        let lines: Vec<Option<u32>> = found[0].evidence.iter().map(|place| place.line).collect();
        assert_eq!(lines, [Some(2), Some(3), Some(4), Some(5)]);
        let text = words(&found[0]);
        for part in [
            "did you mean linger-disabled?",
            "no reason",
            "cannot be suppressed",
            "+2 ~/s",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn a_file_that_is_not_applied_is_told() {
        let mut snapshot = healthy();
        snapshot.suppressions.path = "/home/me/s".to_owned();
        snapshot.suppressions.not_applied = Some("others may write it".to_owned());
        let text = words(&findings(&CHECK, &snapshot)[0]);
        assert!(
            text.contains("~/s is not applied") && text.contains("Others may write it"),
            "{text}"
        );
    }
}
