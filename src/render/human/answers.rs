//! The answers of the Gateways: one line for each side, every item with whose credential it is
//! about; or every request with what its answer means.

use super::labelled::{Item, line};
use super::{header, last};
use crate::model::report::{PingReport, PingSummary};
use crate::model::snapshot::{Layer, Side};
use crate::ping::cloudflare_answer::CloudflareAnswer;
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
    if ping.request.contains("/models/") && ping.layer == Layer::Unknown {
        return Item::unsure(format!("{words} with {whose}: {}", ping.meaning));
    }
    match (status, ping.auth) {
        (200..=299, true) => Item::good(format!("{status} with {whose}")),
        (200..=299, false) => Item::good(format!("{status} without a credential")),
        // Who asks for a key does so of a stranger; a wall or a rule is another story.
        (400..=403, false) if asks_for_a_key(ping) => Item::good(format!("{words} without a credential")),
        // Who answered, or what of it will last, is not known: no proof against the credential.
        (_, true) if ping.layer == Layer::Unknown => Item::unsure(format!("{words} with {whose}: {}", ping.meaning)),
        (429 | 500..=599, true) => Item::warn(format!("{words} with {whose}: {}", ping.meaning)),
        (_, true) => Item::bad(format!("{words} with {whose}: {}", ping.meaning)),
        (_, false) => Item::warn(format!("{words} without a credential: {}", ping.meaning)),
    }
}

/// Whether an answer to a stranger asks for a credential, by what it means, its code or the status alone. A page of an edge
/// does not.
fn asks_for_a_key(ping: &PingReport) -> bool {
    use CloudflareAnswer as A;
    let asking = [A::KeyMissing, A::KeyRefused, A::OauthRefused, A::Unauthorized];
    if ping.layer == Layer::Provider && asking.iter().any(|answer| answer.meaning() == ping.meaning) {
        return true;
    }
    match ping.code.as_deref() {
        Some("2009" | "authentication_error" | "10000" | "9106" | "9107") => true,
        Some(_) => false,
        None => ping.status == Some(401) && ping.layer != Layer::Cloudflare,
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
        (Some(word), _) if word.is_good() && !summary.not_asked.is_empty() => Item::unsure(meaning),
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
            item if item.tone == Tone::Good && ping.status.is_some_and(|status| status >= 400) => ", as it should be",
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A wall is no healthy refusal.
    #[test]
    fn what_is_good_about_a_refusal() {
        let tone = |status, code: Option<&str>, layer| {
            let ping = PingReport {
                target: Side::Cloudflare,
                request: "GET /v1/models".to_owned(),
                auth: false,
                credential: None,
                url: String::new(),
                status: Some(status),
                code: code.map(str::to_owned),
                layer,
                meaning: "m".to_owned(),
                ms: 1,
            };
            item(&ping).tone
        };
        for (status, code, layer, wanted) in [
            (401, Some("2009"), Layer::Cloudflare, Tone::Good),
            (400, Some("2009"), Layer::Cloudflare, Tone::Good),
            (401, Some("authentication_error"), Layer::Provider, Tone::Good),
            (403, Some("authentication_error"), Layer::Provider, Tone::Good),
            (400, Some("9106"), Layer::Cloudflare, Tone::Good),
            (401, None, Layer::Unknown, Tone::Good),
            (401, None, Layer::Cloudflare, Tone::Warn),
            (403, None, Layer::Cloudflare, Tone::Warn),
            (403, Some("forbidden"), Layer::Provider, Tone::Warn),
            (403, Some("1106"), Layer::Cloudflare, Tone::Warn),
            (400, Some("2001"), Layer::Cloudflare, Tone::Warn),
        ] {
            assert_eq!(tone(status, code, layer), wanted, "{status} {code:?}");
        }
    }
}
