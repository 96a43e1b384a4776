//! Who sees a key: one row per source, one column per environment.

use super::rows::rows;
use crate::app::plan::Action;
use crate::base::fact::Fact;
use crate::model::report::{Certainty, KeyReport, Verdict, View, ViewState};
use crate::model::snapshot::{Trace, ValueFlag};
use crate::render::Page;
use crate::render::theme::{Theme, Tone};
use crate::render::width::{columns, pad, shorten, wrap};

/// Heads of the columns.
pub(in crate::render) const COLUMNS: [&str; 3] = ["your shell", "next start", "running now"];

/// More keys with problems than this are shown in one line each, unless asked for.
const MOST_FULL: usize = 3;
/// Blanks between columns.
const GAP: usize = 3;
/// The least a label is cut to.
const LABEL_MIN: usize = 16;

/// Returns the matrices, then one line for each key that needs none.
pub(super) fn parts(page: &Page<'_>) -> Vec<String> {
    let mut parts = Vec::new();
    let mut lines = String::new();
    for (at, key) in page.report.keys.iter().enumerate() {
        if is_full(page, at) {
            parts.push(matrix(page, key));
        } else {
            lines.push_str(&line(page, key));
        }
    }
    parts.push(lines);
    parts
}

/// Tells whether a key gets its matrix: asked for by name, alone, or among the first with a problem.
pub(in crate::render) fn is_full(page: &Page<'_>, at: usize) -> bool {
    let keys = &page.report.keys;
    let trouble = |key: &&KeyReport| key.verdict != Verdict::Visible;
    let Some(key) = keys.get(at) else { return false };
    page.plan.verbose
        || page.plan.action == Action::Env
        || page.plan.keys.contains(&key.name)
        || keys.len() == 1
        || (trouble(&key) && keys.iter().take(at).filter(trouble).count() < MOST_FULL)
}

fn line(page: &Page<'_>, key: &KeyReport) -> String {
    let theme = page.theme;
    let (sign, tone) = sign(key.verdict);
    let cells = effective_cells(page, key);
    let seen: Vec<String> = COLUMNS
        .iter()
        .zip(&cells)
        .map(|(head, cell)| format!("{head} {cell}"))
        .collect();
    format!(
        "{} {}  {}\n",
        theme.paint(tone, sign),
        key.name,
        theme.paint(Tone::Faint, &seen.join(", "))
    )
}

fn sign(verdict: Verdict) -> (&'static str, Tone) {
    match verdict {
        Verdict::Visible => ("✓", Tone::Good),
        Verdict::Missing | Verdict::Blocked => ("✗", Tone::Bad),
        Verdict::Stale | Verdict::Different => ("!", Tone::Warn),
        Verdict::Unknown => ("?", Tone::Unsure),
    }
}

fn matrix(page: &Page<'_>, key: &KeyReport) -> String {
    let theme = page.theme;
    let mut table: Vec<(String, [String; 3])> = rows(page, key).into_iter().map(|row| (row.label, row.cells)).collect();
    table.push(("effective".to_owned(), effective_cells(page, key)));

    // The witness stands in the cell where there is room for it, else below.
    let mut notes = notes(page, key);
    if let Some(note) = witness_note(page, key) {
        let (labels, [shell, next, _]) = measure(key, &table);
        let last = table.last_mut().map(|(_, [.., cell])| cell);
        let room = theme.width.saturating_sub(2 + labels + shell + next + 3 * GAP);
        match last.map(|cell| (format!("{cell} ({note})"), cell)) {
            Some((inside, cell)) if columns(&inside) <= room => *cell = inside,
            _ => notes.push_str(&format!(
                "  {}\n",
                theme.paint(Tone::Faint, &format!("running now: {note}"))
            )),
        }
    }
    let (longest, widths) = measure(key, &table);
    let taken = 2 + widths.iter().sum::<usize>() + 3 * GAP;
    let label_width = longest.min(theme.width.saturating_sub(taken).max(LABEL_MIN));
    if taken + label_width > theme.width {
        return stacked(theme, key, &table) + &notes;
    }

    let mark = if theme.unicode { "…" } else { "..." };
    let mut text = String::new();
    let mut add = |label: &str, cells: [&str; 3], label_tone: Tone| {
        let label = shorten(label, label_width, mark);
        let mut line = format!("  {}", theme.paint(label_tone, &pad(&label, label_width)));
        for (cell, width) in cells.into_iter().zip(widths) {
            line.push_str(&" ".repeat(GAP));
            line.push_str(&pad(&theme.paint(tone(cell), cell), width));
        }
        text.push_str(&format!("{}\n", line.trim_end()));
    };
    add(&key.name, COLUMNS, Tone::Strong);
    for (label, cells) in &table {
        let tone = if label == "effective" {
            Tone::Strong
        } else {
            Tone::Plain
        };
        add(label, cells.each_ref().map(String::as_str), tone);
    }
    text + &notes
}

/// Returns how wide the labels and the cells of each column are.
fn measure(key: &KeyReport, table: &[(String, [String; 3])]) -> (usize, [usize; 3]) {
    let labels = table.iter().map(|(label, _)| columns(label));
    let cells = std::array::from_fn(|column| {
        let cells = table
            .iter()
            .filter_map(|(_, cells)| cells.get(column))
            .map(|cell| columns(cell));
        cells
            .chain(COLUMNS.get(column).map(|head| columns(head)))
            .max()
            .unwrap_or(0)
    });
    (labels.max().unwrap_or(0).max(columns(&key.name)), cells)
}

/// The same without columns, for windows too narrow for them.
fn stacked(theme: &Theme, key: &KeyReport, table: &[(String, [String; 3])]) -> String {
    let mut text = format!("  {}\n", theme.paint(Tone::Strong, &key.name));
    for (label, cells) in table {
        text.push_str(&format!("  {label}\n"));
        for (head, cell) in COLUMNS.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            text.push_str(&format!("    {} {}\n", pad(head, 11), theme.paint(tone(cell), cell)));
        }
    }
    text
}

fn tone(cell: &str) -> Tone {
    match cell.split(' ').next().unwrap_or_default() {
        "missing" | "blocked" | "removed" | "failed" | "empty" => Tone::Bad,
        "?" => Tone::Unsure,
        "–" | "off" | "ignored" => Tone::Faint,
        _ if cell.ends_with("shadowed") => Tone::Faint,
        _ => Tone::Plain,
    }
}

/// Returns the cells of the last row: what each environment ends with.
pub(in crate::render) fn effective_cells(page: &Page<'_>, key: &KeyReport) -> [String; 3] {
    let views = &page.snapshot.views;
    [
        cell(&key.views.shell, &views.shell, &key.name, "not set", "?"),
        cell(
            &key.views.next_start,
            &views.next_start,
            &key.name,
            "missing",
            "no service",
        ),
        cell(&key.views.running, &views.running, &key.name, "missing", "not running"),
    ]
}

fn cell(view: &View, fact: &Fact<Trace>, name: &str, unset: &str, absent: &str) -> String {
    let mut text = match view.state {
        ViewState::Unknown if fact.is_absent() => return absent.to_owned(),
        ViewState::Unknown => return "?".to_owned(),
        ViewState::Unset if fact.is_absent() => return absent.to_owned(),
        ViewState::Unset => unset.to_owned(),
        ViewState::Removed => "removed".to_owned(),
        ViewState::Set => {
            let binding = fact.get().and_then(|trace| trace.get(name));
            let same = |print: &str| binding.is_some_and(|binding| binding.value.fingerprint == print);
            match view.fingerprint.as_deref() {
                Some(print) if same(print) && binding.is_some_and(|it| it.value.has(ValueFlag::Empty)) => {
                    "empty".into()
                }
                Some(print) => format!("#{print}"),
                None => "set".to_owned(),
            }
        }
    };
    if view.certainty == Certainty::Likely {
        text.push_str(" likely");
    }
    text
}

/// Returns the lines under a matrix: what is not known, and why.
fn notes(page: &Page<'_>, key: &KeyReport) -> String {
    let theme = page.theme;
    let views = [&key.views.shell, &key.views.next_start, &key.views.running];
    let mut text = String::new();
    let cells = effective_cells(page, key);
    for ((head, view), cell) in COLUMNS.iter().zip(views).zip(&cells) {
        // A cell such as "no service" says it all.
        if cell == "?" && !view.evidence.is_empty() {
            for line in wrap(&format!("? {head}: {}", view.evidence), theme.width.saturating_sub(4)) {
                text.push_str(&format!("  {}\n", theme.paint(Tone::Unsure, &line)));
            }
        }
    }
    text
}

/// Returns which process shows the live environment, for a value that was observed.
fn witness_note(page: &Page<'_>, key: &KeyReport) -> Option<String> {
    let view = &key.views.running;
    if view.state == ViewState::Unknown || view.certainty != Certainty::Proved {
        return None;
    }
    let processes = &page.snapshot.processes;
    let gateway = processes.gateways.get(processes.examined?)?;
    gateway
        .witness
        .get()
        .map(|witness| format!("seen in worker pid {}", witness.pid))
}
