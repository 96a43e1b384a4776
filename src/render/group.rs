//! Findings in the order they are shown: causes with their consequences, groups, counts.

use super::{CheckMeta, Page};
use crate::model::report::{CheckOutcome, Finding, Report, Severity, Suppressed};
use crate::render::format::Show;

/// Group of findings whose check is not in the table.
const OTHER: &str = "other";

/// Returns the word of the group of a check.
pub(super) fn group_of<'a>(checks: &[CheckMeta<'a>], id: &str) -> &'a str {
    checks
        .iter()
        .find(|check| check.id == id)
        .map_or(OTHER, |check| check.group)
}

/// Returns the groups in table order.
pub(super) fn groups<'a>(checks: &[CheckMeta<'a>]) -> Vec<&'a str> {
    let mut words: Vec<&str> = Vec::new();
    for check in checks {
        if !words.contains(&check.group) {
            words.push(check.group);
        }
    }
    words.push(OTHER);
    words
}

/// Returns the findings that stand for themselves: those without a cause in this report that
/// nobody suppressed.
pub(super) fn heads(report: &Report) -> impl Iterator<Item = &Finding> {
    report
        .findings
        .iter()
        .filter(|finding| finding.counts() && cause(report, finding).is_none())
}

/// Returns the suppressed findings with what suppresses them.
pub(super) fn suppressed(report: &Report) -> impl Iterator<Item = (&Finding, &Suppressed)> {
    report
        .findings
        .iter()
        .filter_map(|finding| Some((finding, finding.suppressed.as_ref()?)))
}

/// Returns `id (subject): reason, path:line`.
pub(super) fn suppressed_words(finding: &Finding, by: &Suppressed) -> String {
    let subject = finding
        .subject
        .as_deref()
        .map_or(String::new(), |subject| format!(" ({subject})"));
    format!(
        "{}{subject}: {} [{}]",
        finding.id,
        by.reason,
        place(&by.path, Some(by.line), None)
    )
}

/// Returns the head a folded finding is shown under. Chains are followed; a circle has no head
/// and is cut where it began.
fn cause<'a>(report: &'a Report, finding: &Finding) -> Option<&'a Finding> {
    let mut above = None;
    let mut id = finding.folded_under.as_deref();
    for _ in 0..report.findings.len() {
        let Some(next) = id.and_then(|id| report.findings.iter().find(|other| other.id == id)) else {
            return above;
        };
        above = Some(next);
        id = next.folded_under.as_deref();
    }
    None
}

/// Returns the findings folded under the head, in report order. Where several findings share the
/// head's id, the first of them shows the consequences.
pub(super) fn folded<'a>(report: &'a Report, head: &'a Finding) -> impl Iterator<Item = &'a Finding> {
    let first = report.findings.iter().find(|other| other.id == head.id);
    let shows = first.is_some_and(|first| std::ptr::eq(first, head));
    report
        .findings
        .iter()
        .filter(move |finding| shows && cause(report, finding).is_some_and(|above| above.id == head.id))
}

/// Returns the groups with problems and their heads: worst group first, then table order; worst
/// finding first within a group.
pub(super) fn problems<'a>(page: &Page<'a>) -> Vec<(&'a str, Vec<&'a Finding>)> {
    let mut found: Vec<(&str, Vec<&Finding>)> = groups(page.checks)
        .into_iter()
        .map(|group| {
            let mut heads: Vec<&Finding> = heads(page.report)
                .filter(|finding| group_of(page.checks, &finding.id) == group)
                .collect();
            heads.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
            (group, heads)
        })
        .filter(|(_, heads)| !heads.is_empty())
        .collect();
    found.sort_by_key(|(_, heads)| std::cmp::Reverse(heads.first().map(|head| head.severity)));
    found
}

/// Returns all heads, worst first.
pub(super) fn worst_first<'a>(page: &Page<'a>) -> Vec<&'a Finding> {
    let mut heads: Vec<&Finding> = problems(page).into_iter().flat_map(|(_, heads)| heads).collect();
    heads.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    heads
}

/// Counts findings of a severity, folded ones too.
pub(super) fn count(report: &Report, severity: Severity) -> usize {
    report
        .findings
        .iter()
        .filter(|finding| finding.counts() && finding.severity == severity)
        .count()
}

/// Counts checks with an outcome.
pub(super) fn count_checks(report: &Report, outcome: CheckOutcome) -> usize {
    report.checks.iter().filter(|check| check.outcome == outcome).count()
}

/// Returns whether a finding makes the exit code 1.
pub(super) fn fails(show: &Show, finding: &Finding) -> bool {
    finding.counts() && show.fail_on.is_some_and(|limit| finding.severity >= limit)
}

/// Returns `1 error`, `2 errors`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Returns `path:line:column`, as editors and terminals understand it.
pub(super) fn place(path: &str, line: Option<u32>, column: Option<u32>) -> String {
    let mut text = path.to_owned();
    for number in [line, line.and(column)].into_iter().flatten() {
        text.push_str(&format!(":{number}"));
    }
    text
}
