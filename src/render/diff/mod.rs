//! `doctor diff A B`: what changed between two saved reports or bundles.

mod show;
#[cfg(test)]
mod tests;

use serde::Serialize;

pub use show::show;

use super::sanitize;
use crate::model::report::{CheckOutcome, Finding, KeyReport, Outcome, Report, View};

/// Name and number of the JSON format.
pub const SCHEMA: &str = "openclaw-doctor/diff/1";

/// What changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Moments and outcomes of the two.
    pub before: End,
    /// The newer one.
    pub after: End,
    /// Whether nothing below differs.
    pub same: bool,
    /// Facts of the head that differ.
    pub examined: Vec<Change>,
    /// Findings that are no more.
    pub gone: Vec<Named>,
    /// Findings that are new.
    pub new: Vec<Named>,
    /// Keys whose verdict or views differ.
    pub keys: Vec<Change>,
    /// Checks with another outcome.
    pub checks: Vec<Change>,
    /// Requests with another answer.
    pub pings: Vec<Change>,
}

/// One of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct End {
    /// When the machine was looked at.
    pub taken_at: String,
    /// The sum of the findings.
    pub outcome: Outcome,
}

/// Something with a value before and after; none where it was not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What.
    pub what: String,
    /// The value before.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Id of the check.
    pub id: String,
    /// What it is about.
    pub subject: Option<String>,
    /// Its line.
    pub title: String,
}

/// Compares two reports. Pids, ages, times and fingerprints are left out: fingerprints of two
/// runs have two keys. Whether the views of one report agree is compared.
/// A bundle has stand-ins where a report has names: both are compared in the words of a bundle.
pub fn compare(before: &Report, after: &Report) -> Difference {
    let (before, after) = (&without_names(before), &without_names(after));
    let finding = |report: &Report, other: &Report| -> Vec<Named> {
        let mut rest: Vec<_> = other.findings.iter().map(key_of).collect();
        let missing =
            report
                .findings
                .iter()
                .filter(|finding| match rest.iter().position(|key| *key == key_of(finding)) {
                    Some(at) => {
                        rest.swap_remove(at);
                        false
                    }
                    None => true,
                });
        missing.map(named).collect()
    };
    let mut difference = Difference {
        schema: SCHEMA,
        before: end(before),
        after: end(after),
        same: false,
        examined: changes(&examined(before), &examined(after)),
        gone: finding(before, after),
        new: finding(after, before),
        keys: changes(&keys(before), &keys(after)),
        checks: changes(&checks(before), &checks(after)),
        pings: changes(&pings(before), &pings(after)),
    };
    difference.same = before.outcome == after.outcome
        && difference.gone.is_empty()
        && difference.new.is_empty()
        && [
            &difference.examined,
            &difference.keys,
            &difference.checks,
            &difference.pings,
        ]
        .iter()
        .all(|list| list.is_empty());
    difference
}

/// Returns a report with the home directory, the user and account ids as a bundle has them.
fn without_names(report: &Report) -> Report {
    let home = report.examined.home.clone();
    let mut named = sanitize::report(report, &home);
    named.examined.home = "~".to_owned();
    named
}

fn end(report: &Report) -> End {
    End {
        taken_at: report.taken_at.clone(),
        outcome: report.outcome,
    }
}

fn key_of(finding: &Finding) -> (&str, Option<&str>) {
    (&finding.id, finding.subject.as_deref())
}

fn named(finding: &Finding) -> Named {
    Named {
        id: finding.id.clone(),
        subject: finding.subject.clone(),
        title: finding.title.clone(),
    }
}

type Facts = Vec<(String, String)>;

/// What differs between two lists of named values, in the order of the first.
fn changes(before: &Facts, after: &Facts) -> Vec<Change> {
    let value = |list: &Facts, name: &str| {
        list.iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    };
    let added = after.iter().filter(|(name, _)| value(before, name).is_none());
    before
        .iter()
        .chain(added)
        .map(|(name, _)| Change {
            what: name.clone(),
            before: value(before, name),
            after: value(after, name),
        })
        .filter(|change| change.before != change.after)
        .collect()
}

fn examined(report: &Report) -> Facts {
    let head = &report.examined;
    let none = || "none".to_owned();
    let service = head.service.as_ref();
    let facts = [
        ("doctor", report.tool.version.clone()),
        ("state directory", head.state_dir.clone()),
        ("config", head.config.clone()),
        (
            "service",
            service.map_or_else(none, |service| format!("{} ({})", service.name, service.kind)),
        ),
        (
            "state of the service",
            service.map_or_else(none, |service| service.state.clone()),
        ),
        ("running", if head.pid.is_some() { "yes" } else { "no" }.to_owned()),
        ("OpenClaw", head.openclaw_version.clone().unwrap_or_else(none)),
        ("other Gateways", head.others.len().to_string()),
        ("suppressed findings", report.suppressed.to_string()),
    ];
    facts
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn keys(report: &Report) -> Facts {
    report
        .keys
        .iter()
        .map(|key| (key.name.clone(), key_words(key)))
        .collect()
}

fn key_words(key: &KeyReport) -> String {
    let views = [&key.views.shell, &key.views.next_start, &key.views.running];
    // Letters stand for values: equal values, equal letters.
    let mut prints: Vec<&str> = Vec::new();
    let mut words = vec![word(&key.verdict)];
    for (name, view) in ["shell", "next start", "running"].into_iter().zip(views) {
        words.push(format!("{name} {}", view_words(view, &mut prints)));
    }
    words.join(", ")
}

fn view_words<'r>(view: &'r View, prints: &mut Vec<&'r str>) -> String {
    let Some(print) = view.fingerprint.as_deref() else {
        return word(&view.state);
    };
    let at = prints.iter().position(|known| *known == print).unwrap_or_else(|| {
        prints.push(print);
        prints.len() - 1
    });
    let source = view
        .source
        .map_or(String::new(), |source| format!(" from {}", source.word()));
    format!(
        "{} (value {}{source})",
        word(&view.state),
        char::from(b'A' + (at % 26) as u8)
    )
}

fn checks(report: &Report) -> Facts {
    let words = |outcome: CheckOutcome| word(&outcome);
    report
        .checks
        .iter()
        .map(|check| (check.id.clone(), words(check.outcome)))
        .collect()
}

fn pings(report: &Report) -> Facts {
    let words = |ping: &crate::model::report::PingReport| {
        let with = if ping.auth { "with" } else { "without" };
        let status = ping.status.map_or("no status".to_owned(), |status| status.to_string());
        let code = ping.code.as_deref().map_or(String::new(), |code| format!(" {code}"));
        let whom = ping.provider.as_ref().map_or(String::new(), |id| format!("{id} "));
        (
            format!("{} {whom}{} {with} credential", ping.target, ping.request),
            format!("{status}{code} ({})", ping.layer),
        )
    };
    report.pings.iter().map(words).collect()
}

/// The public word of a value of the report.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => "unknown".to_owned(),
    }
}
