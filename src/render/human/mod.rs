//! The report for people (design section 8): the verdict first and again last, the table of the
//! keys that something is wrong with, one block for each cause with its fix inside, the answers
//! of the Gateways, and the counts.
//!
//! A screen has room for one story, so the page is written in the fullest [`Density`] that fits it.
//! A page longer than the screen ends with the verdict and the first step once more: the eye starts
//! at the prompt.

mod answer;
mod answers;
mod block;
mod command;
mod density;
mod header;
mod labelled;
mod last;
mod matrix;
mod programs;
mod steps;
#[cfg(test)]
mod tests;
mod whose;

pub(super) use answer::answer;
pub(super) use block::place_words;
pub(super) use header::examined;
pub(super) use matrix::{COLUMNS, cell_words, is_full, label, rows};
pub(super) use steps::steps;

use super::Page;
use super::group::heads;
use super::width;
use crate::model::report::Outcome;
use crate::render::format::Part;
use density::Density;

/// Renders the whole page; parts are set apart by one empty line.
pub(super) fn page(page: &Page<'_>) -> String {
    match page.show.part {
        Part::Keys => joined(vec![header::part(page), matrix::all(page)]),
        Part::Pings => answers::alone(page),
        _ if page.show.quiet && page.report.outcome == Outcome::Ok && heads(page.report).next().is_none() => {
            String::new()
        }
        _ if page.show.verbose => whole(page, Density::EVERYTHING, false),
        _ => fitted(page),
    }
}

/// Returns the fullest page that fits the screen, else one whose first step is on it and which
/// repeats that step at its end.
fn fitted(page: &Page<'_>) -> String {
    let screen = page.theme.height.saturating_sub(1);
    let short = Density::LADDER
        .iter()
        .map(|density| whole(page, *density, false))
        .find(|text| height(page, text) <= screen);
    if let Some(text) = short {
        return text;
    }
    let density = Density::LADDER
        .iter()
        .find(|density| height(page, &until_first_step(page, **density)) <= screen);
    whole(page, *density.unwrap_or(&Density::TIGHTEST), true)
}

fn whole(page: &Page<'_>, density: Density, long: bool) -> String {
    let mut parts = top(page, density);
    parts.push(blocks(page, density));
    let ends = if long { last::again(page) } else { String::new() };
    if page.show.quiet {
        parts.push(ends);
        return joined(parts);
    }
    let mut end = vec![answers::part(page, density)];
    if page.show.verbose {
        end.push(answers::every(page));
        end.push(programs::part(page));
    }
    end.push(last::checks(page, density));
    end.push(ends + &last::counts(page, long));
    if density.dense && !long {
        parts.push(end.concat());
    } else {
        parts.extend(end);
    }
    joined(parts)
}

fn top(page: &Page<'_>, density: Density) -> Vec<String> {
    if page.show.quiet {
        return vec![answer::part(page)];
    }
    let parts = vec![header::part(page), answer::part(page), matrix::part(page, density)];
    if density.bare { vec![parts.concat()] } else { parts }
}

fn blocks(page: &Page<'_>, density: Density) -> String {
    let mut text = block::all(page, density);
    text.push_str(&block::suppressed(page));
    text
}

fn until_first_step(page: &Page<'_>, density: Density) -> String {
    let mut parts = top(page, density);
    parts.push(block::first(page, density));
    joined(parts)
}

fn joined(mut parts: Vec<String>) -> String {
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// Counts the rows that a text takes on the terminal.
fn height(page: &Page<'_>, text: &str) -> usize {
    text.lines()
        .map(|line| width::columns(line).div_ceil(page.theme.width).max(1))
        .sum()
}
