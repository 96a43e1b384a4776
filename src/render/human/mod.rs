//! The report for people (design section 8): what was examined, the answer in one sentence,
//! problems worst first, how to fix them, who sees which key, and the counts.
//!
//! A terminal shows 24 rows at first. So where there is something to fix, the problem and its first
//! command stand before the table of keys, and further problems after the steps where they would
//! push that command off the screen.

mod answer;
mod checks;
mod findings;
mod fix;
mod header;
mod matrix;
mod pings;
mod programs;
mod rows;
#[cfg(test)]
mod tests;

pub(super) use answer::answer;
pub(super) use findings::place_words;
pub(super) use fix::steps;
pub(super) use header::examined;
pub(super) use matrix::{COLUMNS, effective_cells, is_full};
pub(super) use rows::rows;

use super::Page;
use super::group::heads;
use super::width;
use crate::app::plan::Action;
use crate::model::report::Outcome;

/// Renders the whole page; parts are set apart by one empty line.
pub(super) fn page(page: &Page<'_>) -> String {
    let whole = matches!(page.plan.action, Action::Doctor);
    let keys_alone = matches!(page.plan.action, Action::Env);
    let pings_alone = matches!(page.plan.action, Action::Ping);
    let mut parts = Vec::new();
    if page.plan.quiet {
        if page.report.outcome == Outcome::Ok && heads(page.report).next().is_none() {
            return String::new();
        }
    } else {
        parts.push(header::part(page));
    }
    if !keys_alone {
        parts.push(answer::part(page));
    }
    let mut table = Vec::new();
    if keys_alone || (whole && !page.plan.quiet) {
        table = matrix::parts(page);
    }
    if pings_alone {
        table.push(pings::every(page));
    }
    if keys_alone {
        parts.append(&mut table);
    } else {
        if fix::steps(page).is_empty() {
            parts.append(&mut table);
        }
        parts.extend(problems_and_fix(page));
        parts.append(&mut table);
    }
    // What is well comes last: cause and fix belong on the first screen.
    if whole && page.plan.verbose {
        parts.push(programs::part(page));
        parts.push(pings::every(page));
    } else if whole && !page.plan.quiet {
        parts.push(pings::compact(page));
    }
    if !keys_alone {
        parts.push(findings::suppressed(page));
    }
    if !keys_alone && !page.plan.quiet {
        parts.push(checks::part(page));
    }
    parts.retain(|part| !part.is_empty());
    let mut text = parts.join("\n");
    if !keys_alone && !page.plan.quiet {
        text.push_str(&checks::counts(page));
    }
    text
}

/// Rows of a terminal that nobody made larger.
const SCREEN: usize = 24;

/// Returns problems and steps so that the first command stands on the first screen: all problems
/// in full, or else the worst one before the steps and the others after them, or else that with
/// fewer places (`-v` shows all).
fn problems_and_fix(page: &Page<'_>) -> [String; 3] {
    let steps = fix::part(page);
    let whole = findings::part(page);
    if first_command_fits(page, &whole) {
        return [whole, steps, String::new()];
    }
    let first = (0..=findings::MOST_PLACES)
        .rev()
        .map(|places| findings::first(page, places))
        .find(|first| first_command_fits(page, first))
        .unwrap_or_else(|| findings::first(page, 0));
    [first, steps, findings::others(page)]
}

fn first_command_fits(page: &Page<'_>, problems: &str) -> bool {
    let steps = fix::steps(page);
    let Some(command) = steps.iter().find_map(|step| step.commands.first()) else {
        return true;
    };
    let parts = [header::part(page), answer::part(page), problems.to_owned()];
    let rows_of = |line: &str| width::columns(line).div_ceil(page.theme.width).max(1);
    let mut rows: usize = 1 + parts.join("\n").lines().map(rows_of).sum::<usize>();
    for line in fix::part(page).lines() {
        rows += rows_of(line);
        if command.lines().next().is_some_and(|first| line.contains(first)) {
            break;
        }
    }
    rows <= SCREEN
}
