//! Answers of the Gateways: a small table of who answered what, or every request.

use crate::model::report::PingReport;
use crate::render::Page;
use crate::render::theme::Tone;
use crate::render::width::{columns, pad, wrap};

const TARGETS: [&str; 2] = ["gateway", "cloudflare"];
const HEADS: [&str; 2] = ["without credential", "with credential"];
const GAP: usize = 3;
const LABEL: usize = 14;

/// Returns the table: two targets, without and with a credential.
pub(super) fn compact(page: &Page<'_>) -> String {
    let theme = page.theme;
    let pings = &page.report.pings;
    if pings.is_empty() {
        return String::new();
    }
    let cell = |target: &str, auth: bool| {
        let mut matching = pings.iter().filter(|ping| ping.target == target && ping.auth == auth);
        // The last request of a kind is the one that asks for the most.
        matching.next_back().map_or("not asked".to_owned(), words)
    };
    let rows: Vec<(&str, [String; 2])> = TARGETS
        .iter()
        .filter(|target| pings.iter().any(|ping| ping.target == **target))
        .map(|target| (*target, [cell(target, false), cell(target, true)]))
        .collect();
    let first = rows
        .iter()
        .map(|(_, cells)| columns(&cells[0]))
        .max()
        .unwrap_or(0)
        .max(columns(HEADS[0]));
    let second = rows.iter().map(|(_, [_, with])| columns(with)).max().unwrap_or(0);
    if LABEL + first + GAP + second.max(columns(HEADS[1])) > theme.width {
        return stacked(page, &rows);
    }
    let mut text = format!(
        "{}{}{}{}\n",
        theme.paint(Tone::Strong, &pad("Answers", LABEL)),
        pad(HEADS[0], first),
        " ".repeat(GAP),
        HEADS[1]
    );
    for (target, cells) in &rows {
        let [without, with] = cells;
        text.push_str(&format!(
            "  {}{}{}{with}\n",
            pad(target, LABEL - 2),
            pad(without, first),
            " ".repeat(GAP)
        ));
    }
    text
}

/// The same without columns, for windows too narrow for them.
fn stacked(page: &Page<'_>, rows: &[(&str, [String; 2])]) -> String {
    let mut text = format!("{}\n", page.theme.paint(Tone::Strong, "Answers"));
    for (target, cells) in rows {
        for (head, cell) in HEADS.iter().zip(cells) {
            text.push_str(&format!("  {target} {head}\n    {cell}\n"));
        }
    }
    text
}

/// Returns every request with what its answer means.
pub(super) fn every(page: &Page<'_>) -> String {
    let theme = page.theme;
    let mut text = String::new();
    if page.report.pings.is_empty() {
        let why = why(&page.snapshot.pings).unwrap_or("none was possible");
        return format!("No request was made: {}\n", crate::base::text::clean(why));
    }
    text.push_str(&format!("{}\n", theme.paint(Tone::Strong, "Answers")));
    for ping in &page.report.pings {
        let credential = if ping.auth { HEADS[1] } else { HEADS[0] };
        text.push_str(&format!("  {}  {}, {credential}\n", ping.target, ping.request));
        text.push_str(&format!("    {}\n", theme.paint(Tone::Faint, &ping.url)));
        let answer = match ping.status {
            Some(_) => format!("{}: {} ({} ms)", words(ping), ping.meaning, ping.ms),
            None => format!("{} ({} ms)", ping.meaning, ping.ms),
        };
        for line in wrap(&answer, theme.width.saturating_sub(4)) {
            text.push_str(&format!("    {line}\n"));
        }
    }
    text
}

/// Returns `401 2009 from cloudflare`.
fn words(ping: &PingReport) -> String {
    let Some(status) = ping.status else {
        return ping.meaning.clone();
    };
    let code = ping.code.as_deref().map_or(String::new(), |code| format!(" {code}"));
    format!("{status}{code} from {}", ping.layer)
}

fn why(pings: &crate::model::snapshot::PingFacts) -> Option<&str> {
    let whys = [&pings.why_none, &pings.why_no_gateway, &pings.why_no_cloudflare];
    whys.into_iter().find_map(|why| why.as_deref())
}
