//! What passed, what could not be checked, and the last line with the counts.

use super::findings::heading;
use crate::model::report::{CheckOutcome, CheckReport, Severity};
use crate::render::Page;
use crate::render::group::{count, count_checks, counted, group_of, groups, heads};
use crate::render::theme::Tone;
use crate::render::width::{pad, wrap};

/// Returns the passing checks by group, then those not checked with their reasons.
pub(super) fn part(page: &Page<'_>) -> String {
    let theme = page.theme;
    let mut text = passed(page);
    for (ids, why) in by_reason(of(page, CheckOutcome::Unknown)) {
        let sign = theme.paint(Tone::Unsure, "?");
        add(
            &mut text,
            page,
            &sign,
            &format!("{}: could not be checked, {why}", ids.join(", ")),
        );
    }
    let skipped = by_reason(of(page, CheckOutcome::Skipped));
    for (ids, why) in skipped {
        let what = if page.plan.verbose {
            ids.join(", ")
        } else {
            counted(ids.len(), "check")
        };
        add(
            &mut text,
            page,
            &theme.paint(Tone::Faint, "–"),
            &format!("{what} left out: {why}"),
        );
    }
    text
}

/// Returns one line per group; with problems to show, one line for all of them.
fn passed(page: &Page<'_>) -> String {
    let theme = page.theme;
    let sign = theme.paint(Tone::Good, "✓");
    let by_group: Vec<(&str, Vec<&CheckReport>)> = groups(page.checks)
        .into_iter()
        .map(|group| {
            let member = |check: &&CheckReport| group_of(page.checks, &check.id) == group;
            (group, of(page, CheckOutcome::Pass).filter(member).collect())
        })
        .filter(|(_, checks): &(&str, Vec<&CheckReport>)| !checks.is_empty())
        .collect();
    let mut text = String::new();
    if heads(page.report).next().is_some() && !page.plan.verbose && !by_group.is_empty() {
        let counts: Vec<String> = by_group
            .iter()
            .map(|(group, checks)| format!("{} {}", heading(group), checks.len()))
            .collect();
        add(&mut text, page, &sign, &format!("passed: {}", counts.join(", ")));
        return text;
    }
    for (group, checks) in by_group {
        text.push_str(&format!(
            "{sign} {} {} passed\n",
            pad(&heading(group), 12),
            checks.len()
        ));
        for check in checks.into_iter().filter(|_| page.plan.verbose) {
            let title = page
                .checks
                .iter()
                .find(|meta| meta.id == check.id)
                .map_or("", |meta| meta.title);
            text.push_str(&format!("    {sign} {}   {title}\n", check.id));
        }
    }
    text
}

fn of<'a>(page: &Page<'a>, outcome: CheckOutcome) -> impl Iterator<Item = &'a CheckReport> {
    page.report.checks.iter().filter(move |check| check.outcome == outcome)
}

/// Puts checks with the same reason together, in order of their first.
fn by_reason<'a>(checks: impl Iterator<Item = &'a CheckReport>) -> Vec<(Vec<&'a str>, &'a str)> {
    let mut reasons: Vec<(Vec<&str>, &str)> = Vec::new();
    for check in checks {
        let why = check.why.as_deref().unwrap_or("no reason is known");
        match reasons.iter_mut().find(|(_, known)| *known == why) {
            Some((ids, _)) => ids.push(&check.id),
            None => reasons.push((vec![&check.id], why)),
        }
    }
    reasons
}

fn add(text: &mut String, page: &Page<'_>, sign: &str, line: &str) {
    for (at, line) in wrap(line, page.theme.width.saturating_sub(2)).into_iter().enumerate() {
        let sign = if at == 0 { sign } else { " " };
        text.push_str(&format!("{sign} {line}\n"));
    }
}

/// Returns the last line.
pub(super) fn counts(page: &Page<'_>) -> String {
    let report = page.report;
    let passed = count_checks(report, CheckOutcome::Pass);
    let unknown = count_checks(report, CheckOutcome::Unknown);
    let skipped = count_checks(report, CheckOutcome::Skipped);
    let notes = count(report, Severity::Info);
    let mut parts = vec![
        counted(count(report, Severity::Error), "error"),
        counted(count(report, Severity::Warning), "warning"),
    ];
    if notes > 0 {
        parts.push(counted(notes, "note"));
    }
    parts.push(format!("{passed} passed"));
    parts.push(format!("{unknown} not checked"));
    if skipped > 0 {
        parts.push(format!("{skipped} left out"));
    }
    if report.suppressed > 0 {
        parts.push(format!("{} suppressed", report.suppressed));
    }
    if let Some(ms) = page.elapsed_ms {
        parts.push(format!("{ms} ms"));
    }
    format!("{}\n", wrap(&parts.join(" · "), page.theme.width).join("\n"))
}
