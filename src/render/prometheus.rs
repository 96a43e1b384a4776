//! Text format of Prometheus, for the textfile collector of node_exporter. Names and labels are
//! stable; there is no fingerprint and no path in them.

use std::collections::BTreeSet;

use super::Page;
use super::group::group_of;
use crate::model::report::{CheckOutcome, Outcome, Report, Verdict, ViewState};

/// Every verdict gets a line for every key, so that a series never vanishes when the verdict changes.
const VERDICTS: [(&str, Verdict); 6] = [
    ("visible", Verdict::Visible),
    ("missing", Verdict::Missing),
    ("stale", Verdict::Stale),
    ("different", Verdict::Different),
    ("blocked", Verdict::Blocked),
    ("unknown", Verdict::Unknown),
];

pub(super) fn page(page: &Page<'_>) -> String {
    let report = page.report;
    let mut text = String::new();
    metric(
        &mut text,
        "openclaw_doctor_check",
        "Outcome of a check: 0 pass, 1 found, 2 unknown, 3 skipped",
    );
    for check in &report.checks {
        let value = match check.outcome {
            CheckOutcome::Pass => 0,
            CheckOutcome::Found => 1,
            CheckOutcome::Unknown => 2,
            CheckOutcome::Skipped => 3,
        };
        let group = group_of(page.checks, &check.id);
        text.push_str(&format!(
            "openclaw_doctor_check{{id=\"{}\",group=\"{}\"}} {value}\n",
            label(&check.id),
            label(group)
        ));
    }
    metric(
        &mut text,
        "openclaw_doctor_key_visible",
        "Whether the running Gateway, or else its next start, has the key: 1 yes, 0 no, -1 unknown",
    );
    // A name twice would make the whole file unreadable to the collector.
    let mut seen = BTreeSet::new();
    for key in report.keys.iter().filter(|key| seen.insert(key.name.as_str())) {
        let state = match key.views.running.state {
            ViewState::Unknown => key.views.next_start.state,
            state => state,
        };
        let value = match state {
            ViewState::Set => 1,
            ViewState::Unset | ViewState::Removed => 0,
            ViewState::Unknown => -1,
        };
        text.push_str(&format!(
            "openclaw_doctor_key_visible{{name=\"{}\"}} {value}\n",
            label(&key.name)
        ));
    }
    metric(
        &mut text,
        "openclaw_doctor_key_verdict",
        "Verdict on a key: 1 for the one that applies",
    );
    for (name, verdict) in verdicts(report) {
        for (word, one) in VERDICTS {
            text.push_str(&format!(
                "openclaw_doctor_key_verdict{{name=\"{}\",verdict=\"{word}\"}} {}\n",
                label(name),
                u8::from(one == verdict)
            ));
        }
    }
    metric(&mut text, "openclaw_doctor_findings", "Findings by severity");
    for (word, severity) in [
        ("error", crate::model::report::Severity::Error),
        ("warning", crate::model::report::Severity::Warning),
        ("info", crate::model::report::Severity::Info),
    ] {
        let count = super::group::count(report, severity);
        text.push_str(&format!("openclaw_doctor_findings{{severity=\"{word}\"}} {count}\n"));
    }
    metric(
        &mut text,
        "openclaw_doctor_suppressed_findings",
        "Findings that a suppression file keeps from counting",
    );
    text.push_str(&format!("openclaw_doctor_suppressed_findings {}\n", report.suppressed));
    metric(
        &mut text,
        "openclaw_doctor_outcome",
        "Outcome of the run: 1 for the one that applies",
    );
    for (word, outcome) in [
        ("ok", Outcome::Ok),
        ("warnings", Outcome::Warnings),
        ("errors", Outcome::Errors),
        ("incomplete", Outcome::Incomplete),
    ] {
        let value = u8::from(report.outcome == outcome);
        text.push_str(&format!("openclaw_doctor_outcome{{outcome=\"{word}\"}} {value}\n"));
    }
    metric(
        &mut text,
        "openclaw_doctor_last_run_timestamp_seconds",
        "When the machine was looked at",
    );
    text.push_str(&format!(
        "openclaw_doctor_last_run_timestamp_seconds {}\n",
        crate::resolve::examined::seconds(&report.taken_at).unwrap_or(0)
    ));
    text
}

/// The verdict on each key; a name that is there twice counts once.
fn verdicts(report: &Report) -> impl Iterator<Item = (&str, Verdict)> {
    let mut seen = BTreeSet::new();
    report
        .keys
        .iter()
        .map(|key| (key.name.as_str(), key.verdict))
        .filter(move |(name, _)| seen.insert(*name))
}

pub(super) fn metric(text: &mut String, name: &str, help: &str) {
    text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} gauge\n"));
}

/// Escapes the value of a label.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn labels_are_escaped() {
        assert_eq!(super::label("a\\b\"c\nd"), "a\\\\b\\\"c\\nd");
    }
}
