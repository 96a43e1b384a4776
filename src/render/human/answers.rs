//! The answers of the Gateways: one line for each side, every item with whose credential it is
//! about; or every request with what its answer means.

use super::labelled::{Item, line};
use super::{header, last};
use crate::model::report::{PingReport, PingSummary};
use crate::model::snapshot::{Layer, Side};
use crate::ping::verdict::Word;
use crate::render::Page;
use crate::render::theme::Tone;
use crate::render::width::wrap;

/// The sides that are asked.
const TARGETS: [Side; 2] = [Side::Gateway, Side::Cloudflare];

/// Returns one line for each side that was asked, or that could not be asked.
pub(super) fn part(page: &Page<'_>) -> String {
    let mut text = String::new();
    for target in TARGETS {
        let items = items(page, target);
        text.push_str(&line(page.theme, target.word(), &items));
    }
    text
}

fn items(page: &Page<'_>, target: Side) -> Vec<Item> {
    let report = page.report;
    let pings: Vec<&PingReport> = report.pings.iter().filter(|ping| ping.target == target).collect();
    let summary = report.answers.iter().find(|answer| answer.target == target);
    if pings.is_empty() {
        // What was not asked is told with `-v` alone, unless it was to be asked.
        return match summary {
            Some(summary) if summary.word.is_some() || page.show.verbose => vec![verdict(summary)],
            _ => Vec::new(),
        };
    }
    let mut items: Vec<Item> = Vec::new();
    for ping in pings {
        let item = item(ping);
        if !items.contains(&item) {
            items.push(item);
        }
    }
    // Two answers that both say "up" are one.
    let ready = items.iter().any(|item| item.words == "ready");
    items.retain(|item| !(ready && item.words == "alive"));
    items
}

/// Returns one answer in few words.
fn item(ping: &PingReport) -> Item {
    let whose = whose(ping);
    let Some(status) = ping.status else {
        return match ping.auth {
            true => Item::bad(format!("{}, with {whose}", ping.meaning)),
            false => Item::bad(ping.meaning.as_str()),
        };
    };
    if ping.target == Side::Gateway {
        return gateway(ping, status, &whose);
    }
    let code = ping.code.as_deref().filter(|code| !ping.meaning.contains(*code));
    let code = code.map_or(String::new(), |code| format!(" {code}"));
    let words = format!("{status}{code} from {}", layer(ping.layer));
    match (status, ping.auth) {
        (200..=299, true) => Item::good(format!("{status} with {whose}")),
        (200..=299, false) => Item::good(format!("{status} without a credential")),
        (401 | 403, false) => Item::good(format!("{words} without a credential")),
        // Cloudflare's API says so of a request without a token.
        (400, false) if matches!(ping.code.as_deref(), Some("9106" | "9107")) => {
            Item::good(format!("{words} without a credential"))
        }
        (_, true) => Item::bad(format!("{words} with {whose}: {}", ping.meaning)),
        (_, false) => Item::warn(format!("{words} without a credential: {}", ping.meaning)),
    }
}

fn gateway(ping: &PingReport, status: u16, whose: &str) -> Item {
    let asks = ping.request.starts_with("POST");
    match (asks, status, ping.code.as_deref(), ping.auth) {
        (true, 401, Some("unauthorized"), false) => Item::good("rejects requests without a credential"),
        (true, 400, Some("invalid_request"), false) => Item::warn("accepts requests without a credential"),
        (true, 400, Some("invalid_request"), true) => Item::good(format!("accepts {whose}")),
        (true, 401, Some("unauthorized"), true) => Item::bad(format!("rejects {whose}")),
        (false, 200, ..) => Item::good(ping.meaning.trim_start_matches("the Gateway is ")),
        (_, _, Some("starting"), _) => Item::warn("starting"),
        _ => Item::bad(format!("{status}: {}", ping.meaning)),
    }
}

/// Returns what a request was made with.
fn carried(ping: &PingReport) -> String {
    match (ping.auth, &ping.credential) {
        (true, _) => format!("with {}", whose(ping)),
        (false, Some(pass)) => format!("with {pass} alone"),
        (false, None) => "without a credential".to_owned(),
    }
}

fn whose(ping: &PingReport) -> String {
    ping.credential.clone().unwrap_or("the credential".to_owned())
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Openclaw => "OpenClaw",
        Layer::Cloudflare => "Cloudflare",
        Layer::Provider => "the provider",
        Layer::Proxy => "a proxy",
        Layer::Network => "the network",
        Layer::Unknown => "an unknown server",
    }
}

/// Returns the page of `ping`: one line for each request, then what they amount to.
pub(super) fn alone(page: &Page<'_>) -> String {
    let mut parts = vec![header::part(page), requests(page), amount(page)];
    parts.push(super::blocks(page, super::Density::EVERYTHING));
    parts.push(last::counts(page, false));
    if page.show.quiet {
        parts = vec![requests(page), amount(page)];
    }
    super::joined(parts)
}

/// Returns what the requests to each side amount to.
fn amount(page: &Page<'_>) -> String {
    let mut text = String::new();
    for summary in &page.report.answers {
        text.push_str(&line(page.theme, summary.target.word(), &[verdict(summary)]));
    }
    text
}

fn verdict(summary: &PingSummary) -> Item {
    let meaning = summary.meaning.as_str();
    match (summary.word.as_deref().and_then(Word::parse), &summary.word) {
        (Some(word), _) if word.is_good() => Item::good(meaning),
        (Some(Word::Starting | Word::AuthOff | Word::AuthOffOldRelease), _) => Item::warn(meaning),
        (Some(Word::Inconclusive | Word::AuthSkipped | Word::KeyNotProved | Word::NotUnderstood), _) => {
            Item::unsure(meaning)
        }
        (_, Some(_)) => Item::bad(meaning),
        (_, None) => Item::idle(format!("not asked: {meaning}")),
    }
}

/// Returns every request in one line: side, request, credential, status and what it means.
fn requests(page: &Page<'_>) -> String {
    let mut text = String::new();
    for ping in &page.report.pings {
        let with = carried(ping);
        let status = ping.status.map_or("no answer".to_owned(), |status| status.to_string());
        let code = ping.code.as_deref().filter(|code| !ping.meaning.contains(*code));
        let code = code.map_or(String::new(), |code| format!(" {code}"));
        let healthy = match item(ping) {
            item if item.tone == Tone::Good && ping.status.is_some_and(|status| status >= 400) => {
                " (this is the healthy answer)"
            }
            _ => "",
        };
        let words = format!(
            "{} {with}: {status}{code}, {}{healthy}, {} ms",
            ping.request, ping.meaning, ping.ms
        );
        let item = Item { words, ..item(ping) };
        text.push_str(&line(page.theme, ping.target.word(), &[item]));
    }
    text
}

/// Returns every request with its address, for `-v`.
pub(super) fn every(page: &Page<'_>) -> String {
    let theme = page.theme;
    if page.report.pings.is_empty() {
        return String::new();
    }
    let mut text = format!("{}\n", theme.paint(Tone::Strong, "Requests"));
    for ping in &page.report.pings {
        let credential = carried(ping);
        text.push_str(&format!("  {}  {}, {credential}\n", ping.target, ping.request));
        text.push_str(&format!("    {}\n", theme.paint(Tone::Faint, &ping.url)));
        let answer = match ping.status {
            Some(status) => format!("{status} from {}: {} ({} ms)", layer(ping.layer), ping.meaning, ping.ms),
            None => format!("{} ({} ms)", ping.meaning, ping.ms),
        };
        for line in wrap(&answer, theme.width.saturating_sub(4)) {
            text.push_str(&format!("    {line}\n"));
        }
    }
    text
}
