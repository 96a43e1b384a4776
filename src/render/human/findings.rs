//! Problems by group, worst first; consequences in one line under their cause.

use super::answer;
use crate::model::report::{Certainty, Evidence, Finding};
use crate::render::Page;
use crate::render::group::{self, counted, folded, place, problems, worst_first};
use crate::render::theme::Tone;
use crate::render::width::wrap;

/// Places shown per finding unless `-v`.
pub(super) const MOST_PLACES: usize = 3;

/// Returns the groups with problems.
pub(super) fn part(page: &Page<'_>) -> String {
    of(page, MOST_PLACES, |_| true)
}

/// Returns the worst problem alone with some of its places, and how many there are besides.
pub(super) fn first(page: &Page<'_>, places: usize) -> String {
    let all = worst_first(page);
    let mut text = of(page, places, |finding| {
        all.first().is_some_and(|first| std::ptr::eq(*first, finding))
    });
    if all.len() > 1 {
        let more = format!("{} below", counted(all.len() - 1, "more problem"));
        text.push_str(&format!("  {}\n", page.theme.paint(Tone::Faint, &more)));
    }
    text
}

/// Returns the problems that [`first`] leaves out.
pub(super) fn others(page: &Page<'_>) -> String {
    let all = worst_first(page);
    of(page, MOST_PLACES, |finding| {
        !all.first().is_some_and(|first| std::ptr::eq(*first, finding))
    })
}

fn of(page: &Page<'_>, places: usize, wanted: impl Fn(&Finding) -> bool) -> String {
    let mut text = String::new();
    for (group, mut heads) in problems(page) {
        heads.retain(|head| wanted(head));
        if heads.is_empty() {
            continue;
        }
        text.push_str(&format!("{}\n", page.theme.paint(Tone::Strong, &heading(group))));
        for head in heads {
            add(&mut text, page, head, places);
        }
    }
    text
}

/// Returns one line for each finding that somebody chose not to hear of, with the reason.
pub(super) fn suppressed(page: &Page<'_>) -> String {
    let mut text = String::new();
    for (finding, why) in group::suppressed(page.report) {
        let line = format!("suppressed: {}", group::suppressed_words(finding, why));
        for (at, line) in wrap(&line, page.theme.width.saturating_sub(2)).into_iter().enumerate() {
            let sign = if at == 0 { "–" } else { " " };
            text.push_str(&format!("{} {line}\n", page.theme.paint(Tone::Faint, sign)));
        }
    }
    text
}

/// Returns a group's word as a heading.
pub(super) fn heading(group: &str) -> String {
    let mut chars = group.chars();
    chars
        .next()
        .map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn add(text: &mut String, page: &Page<'_>, finding: &Finding, places: usize) {
    let theme = page.theme;
    let likely = if finding.certainty == Certainty::Likely {
        " (likely)"
    } else {
        ""
    };
    // With no row to spare, what the answer above says is not said again.
    let said = places == 0 && answer(page).sentence.trim_end_matches('.') == finding.title;
    let title = match said {
        true => format!("{}{likely}", finding.id),
        false => format!("{}   {}{likely}", finding.id, finding.title),
    };
    for (at, line) in wrap_after(&title, &finding.id, theme.width.saturating_sub(4))
        .into_iter()
        .enumerate()
    {
        let sign = if at == 0 {
            theme.severity(finding.severity)
        } else {
            " ".to_owned()
        };
        let shown = line.strip_prefix(&finding.id).filter(|_| at == 0);
        let line = match shown {
            Some(rest) => format!("{}{rest}", theme.paint(Tone::Strong, &finding.id)),
            None => line,
        };
        text.push_str(&format!("  {sign} {line}\n"));
    }
    let limit = if page.plan.verbose { usize::MAX } else { places };
    for line in wrap(&finding.detail, theme.width.saturating_sub(6)) {
        text.push_str(&format!("      {line}\n"));
    }
    for evidence in finding.evidence.iter().take(limit) {
        let shown = place_words(evidence);
        // What the title says already is not said twice.
        if finding.title.contains(&shown) || shown.is_empty() {
            continue;
        }
        for line in wrap(&shown, theme.width.saturating_sub(6)) {
            text.push_str(&format!("      {}\n", theme.paint(Tone::Faint, &line)));
        }
    }
    if finding.evidence.len() > limit {
        let more = format!("{} shown by -v", counted(finding.evidence.len() - limit, "more place"));
        text.push_str(&format!("      {}\n", theme.paint(Tone::Faint, &more)));
    }
    for consequence in folded(page.report, finding) {
        // Its own words would take the first screen; they are one `-v` away.
        let line = match page.plan.verbose {
            true => format!("↳ {}: {}", consequence.id, consequence.title),
            false => format!("↳ {}, a consequence", consequence.id),
        };
        for (at, line) in wrap(&line, theme.width.saturating_sub(8)).into_iter().enumerate() {
            let indent = if at == 0 { "" } else { "  " };
            text.push_str(&format!("      {indent}{}\n", theme.paint(Tone::Faint, &line)));
        }
    }
}

/// Breaks `id   title` so that the blanks after the id stay.
fn wrap_after(text: &str, id: &str, width: usize) -> Vec<String> {
    let rest = text.strip_prefix(id).unwrap_or(text).trim_start();
    let mut lines = wrap(&format!("{id}\u{a0}\u{a0} {rest}"), width);
    if let Some(first) = lines.first_mut() {
        *first = first.replacen('\u{a0}', " ", 2);
    }
    lines
}

/// Returns `path:line note`.
pub(in crate::render) fn place_words(evidence: &Evidence) -> String {
    match &evidence.path {
        Some(path) if evidence.note.is_empty() => place(path, evidence.line, evidence.column),
        Some(path) => format!("{} {}", place(path, evidence.line, evidence.column), evidence.note),
        None => evidence.note.clone(),
    }
}
