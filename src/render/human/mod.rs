//! The report for people (design section 8): what was examined, the answer in one sentence, who
//! sees which key, problems worst first, how to fix them, and the counts.

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
use crate::plan::Action;
use crate::report::Outcome;

/// Renders the whole page; parts are set apart by one empty line.
pub(super) fn page(page: &Page<'_>) -> String {
    let whole = matches!(page.plan.action, Action::Doctor);
    let keys_alone = matches!(page.plan.action, Action::Env);
    let pings_alone = matches!(page.plan.action, Action::Ping);
    let mut parts = Vec::new();
    if page.plan.quiet {
        if page.report.outcome == Outcome::Ok && page.report.findings.is_empty() {
            return String::new();
        }
    } else {
        parts.push(header::part(page));
    }
    if !keys_alone {
        parts.push(answer::part(page));
    }
    if keys_alone || (whole && !page.plan.quiet) {
        parts.extend(matrix::parts(page));
    }
    if pings_alone {
        parts.push(pings::every(page));
    }
    if !keys_alone {
        parts.push(findings::part(page));
        parts.push(fix::part(page));
    }
    // What is well comes last: cause and fix belong on the first screen.
    if whole && page.plan.verbose {
        parts.push(programs::part(page));
        parts.push(pings::every(page));
    } else if whole && !page.plan.quiet {
        parts.push(pings::compact(page));
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
