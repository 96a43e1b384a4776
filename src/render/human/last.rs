//! The end of a page: what was not checked, the verdict and the first step once more, the counts.

use super::answer;
use super::block;
use super::density::{Answers, Density};
use crate::model::report::{CheckOutcome, CheckReport, Finding, Outcome, Severity};
use crate::render::Page;
use crate::render::group::{count, count_checks, counted, group_of, groups, heads, worst_first};
use crate::render::theme::Tone;
use crate::render::width::{pad, wrap};

/// Returns the checks that passed, those that could not look, and with `-v` those skipped.
pub(super) fn checks(page: &Page<'_>, density: Density) -> String {
    let theme = page.theme;
    let mut text = passed(page);
    // The last line counts them; where they are why nothing is certain, they are told.
    if density.answers == Answers::Sides && page.report.outcome != Outcome::Incomplete {
        return text;
    }
    for (ids, why) in by_reason(of(page, CheckOutcome::Unknown)) {
        let sign = theme.paint(Tone::Unsure, "?");
        add(
            &mut text,
            page,
            &sign,
            &format!("{} not checked: {why}", named(page, &ids)),
        );
    }
    if page.show.verbose {
        for (ids, why) in by_reason(of(page, CheckOutcome::Skipped)) {
            add(
                &mut text,
                page,
                &theme.paint(Tone::Faint, "–"),
                &format!("{} skipped: {why}", ids.join(", ")),
            );
        }
    }
    text
}

/// Few checks are named, many are counted; `-v` names all.
fn named(page: &Page<'_>, ids: &[&str]) -> String {
    const FEW: usize = 3;
    if page.show.verbose || ids.len() <= FEW {
        ids.join(", ")
    } else {
        counted(ids.len(), "check")
    }
}

/// Returns one line for all groups; with `-v` each check. Nothing where there are problems to show.
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
    if !page.show.verbose {
        if heads(page.report).next().is_none() && !by_group.is_empty() {
            let counts: Vec<String> = by_group
                .iter()
                .map(|(group, checks)| format!("{group} {}", checks.len()))
                .collect();
            add(&mut text, page, &sign, &format!("passed: {}", counts.join(", ")));
        }
        return text;
    }
    for (group, checks) in by_group {
        text.push_str(&format!("{sign} {} {} passed\n", pad(group, 12), checks.len()));
        for check in checks {
            let meta = page.checks.iter().find(|meta| meta.id == check.id);
            text.push_str(&format!(
                "    {sign} {}   {}\n",
                check.id,
                meta.map_or("", |meta| meta.title)
            ));
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

/// Returns the verdict and the first step once more, for pages longer than the screen.
pub(super) fn again(page: &Page<'_>) -> String {
    let mut text = answer::part(page);
    let first = worst_first(page).into_iter().next();
    let Some((head, remedy)) = first.and_then(|head| Some((head, head.remedy.as_ref()?))) else {
        return text;
    };
    let commands = block::command_lines(page, remedy);
    if commands.is_empty() {
        let line = format!("start with 1: {}", remedy.text);
        for line in wrap(&line, page.theme.width.saturating_sub(2)) {
            text.push_str(&format!("  {line}\n"));
        }
        return text;
    }
    let words = if block::needs_words(remedy) {
        remedy.text.as_str()
    } else {
        ""
    };
    for line in wrap(
        &format!("start with 1, {}: {words}", head.id),
        page.theme.width.saturating_sub(2),
    ) {
        text.push_str(&format!("  {}\n", line.trim_end()));
    }
    for line in commands {
        text.push_str(&format!("    {}\n", page.theme.paint(Tone::Copy, &line)));
    }
    text
}

/// Returns the last line. On a long page the step above it is not named again.
pub(super) fn counts(page: &Page<'_>, long: bool) -> String {
    let report = page.report;
    let counted_checks = |outcome| count_checks(report, outcome);
    let (unknown, skipped) = (
        counted_checks(CheckOutcome::Unknown),
        counted_checks(CheckOutcome::Skipped),
    );
    let of = |severity| heads(report).filter(|head| head.severity == severity).count();
    let notes = count(report, Severity::Info);
    let mut parts = vec![
        format!(
            "{} to fix, {}",
            counted(of(Severity::Error), "problem"),
            counted(of(Severity::Warning), "warning")
        ),
        format!("{} passed", counted(counted_checks(CheckOutcome::Pass), "check")),
    ];
    let more = [
        (notes, "note"),
        (unknown, "not checked"),
        (skipped, "skipped"),
        (report.suppressed, "suppressed"),
    ];
    for (number, word) in more.into_iter().filter(|(number, _)| *number > 0) {
        parts.push(if word == "note" {
            counted(number, word)
        } else {
            format!("{number} {word}")
        });
    }
    if let Some(ms) = page.elapsed_ms {
        parts.push(duration(ms));
    }
    if let Some(next) = next(page, long) {
        parts.push(next);
    }
    let answer = answer(page);
    let text = parts.join("\u{a0}· ");
    let mut lines = String::new();
    for (at, line) in wrap(&text, page.theme.width.saturating_sub(2)).into_iter().enumerate() {
        let sign = if at == 0 {
            page.theme.paint(answer.tone, answer.sign)
        } else {
            " ".to_owned()
        };
        lines.push_str(&format!("{sign} {}\n", line.replace('\u{a0}', " ")));
    }
    lines
}

/// What to do now: the first step, and how to see that it worked.
fn next(page: &Page<'_>, long: bool) -> Option<String> {
    let heads = worst_first(page);
    let to_fix = |head: &&Finding| head.remedy.is_some() && head.severity > Severity::Info;
    let at = heads.iter().position(to_fix)?;
    let confirm = heads.get(at)?.remedy.as_ref()?.confirm.as_deref();
    let confirm = confirm.unwrap_or(&page.show.doctor).replace(' ', "\u{a0}");
    if long {
        return Some(format!("then:\u{a0}{confirm}"));
    }
    Some(format!("start\u{a0}with\u{a0}{}; then:\u{a0}{confirm}", at + 1))
}

/// Milliseconds while they are few, else seconds.
fn duration(ms: u64) -> String {
    match ms {
        0..=999 => format!("{ms} ms"),
        ms => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
    }
}
