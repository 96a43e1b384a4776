//! The answers of the Gateways: one line for each side, every item with whose credential it is
//! about; or every request with what its answer means.

use super::answer;
use super::block;
use super::density::{Answers, Density};
use super::labelled::{self, Item, line};
use super::whose;
use crate::model::report::{PingReport, PingSummary};
use crate::model::snapshot::{Layer, Side};
use crate::ping::cloudflare_answer::{CloudflareAnswer, PUBLIC_LIST};
use crate::ping::verdict::Word;
use crate::render::Page;
use crate::render::theme::Tone;
use crate::render::width::{columns, pad, wrap};

/// The sides that are asked.
const TARGETS: [Side; 2] = [Side::Gateway, Side::Cloudflare];

/// Returns one line for each side that was asked, or that could not be asked.
pub(super) fn part(page: &Page<'_>, density: Density) -> String {
    let mut text = String::new();
    let others = page.report.answers.iter().filter(|summary| summary.provider.is_some());
    let others = others.map(|summary| (summary.target, summary.provider.as_deref()));
    for (target, provider) in TARGETS.map(|target| (target, None)).into_iter().chain(others) {
        let mut items = items(page, target, provider);
        let summary = summary(page, target, provider);
        if let (Answers::Sides, Some(summary), true) = (density.answers, summary, items.len() > 1) {
            items = match items.iter().all(|item| item.tone == Tone::Good) {
                true => vec![Item::good("every answer is as it should be")],
                false => vec![with_whose(page, summary)],
            };
        }
        if let (Some(provider), Some(first)) = (provider, items.first_mut()) {
            first.words = format!("{provider}: {}", first.words);
        }
        text.push_str(&line(page.theme, target.word(), &items));
    }
    text
}

fn summary<'a>(page: &Page<'a>, target: Side, provider: Option<&str>) -> Option<&'a PingSummary> {
    let mut all = page.report.answers.iter();
    all.find(|answer| answer.target == target && answer.provider.as_deref() == provider)
}

fn items(page: &Page<'_>, target: Side, provider: Option<&str>) -> Vec<Item> {
    let of_it = |ping: &&PingReport| ping.target == target && ping.provider.as_deref() == provider;
    let pings: Vec<&PingReport> = page.report.pings.iter().filter(of_it).collect();
    let summary = summary(page, target, provider);
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
    items.extend(skipped(summary));
    items
}

/// What was not asked with a credential is not all right by the answer to a stranger.
fn skipped(summary: Option<&PingSummary>) -> Option<Item> {
    let summary = summary.filter(|summary| summary.word.as_deref().and_then(Word::parse) == Some(Word::AuthSkipped));
    summary.map(verdict)
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
        // Everybody gets it: no word about the key.
        (200..=299, true) if ping.meaning == PUBLIC_LIST => {
            Item::unsure(format!("{status} with {whose}: {PUBLIC_LIST}"))
        }
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

/// Returns the page of `ping`: one line for each request, and one for what is wrong.
pub(super) fn alone(page: &Page<'_>) -> String {
    let mut parts = vec![requests(page) + &not_asked(page)];
    if page.show.verbose {
        parts.push(every(page));
        parts.push(super::blocks(page, Density::EVERYTHING));
    } else if !page.show.quiet {
        parts.push(block::beside_the_answer(page));
    }
    if !page.show.quiet {
        parts.push(answer::part(page));
    }
    super::joined(parts)
}

/// Returns a line for each side that was not asked, or not with its credential, and why.
fn not_asked(page: &Page<'_>) -> String {
    let asked = |summary: &&PingSummary| {
        let mut pings = page.report.pings.iter();
        pings.any(|ping| (ping.target, &ping.provider) == (summary.target, &summary.provider))
    };
    let mut sides = page.report.answers.iter().collect::<Vec<_>>();
    sides.retain(|summary| !asked(summary) || skipped(Some(summary)).is_some());
    let sides = sides.into_iter();
    sides
        .map(|summary| line(page.theme, summary.target.word(), &[verdict(summary)]))
        .collect()
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

/// Returns what the requests amount to, with whose credentials they carried.
fn with_whose(page: &Page<'_>, summary: &PingSummary) -> Item {
    let of_it = |ping: &&PingReport| (ping.target, &ping.provider) == (summary.target, &summary.provider);
    let mut asked = page.report.pings.iter().filter(of_it);
    let told = verdict(summary);
    match asked.find(|ping| ping.auth).and_then(by_place) {
        Some(whose) => Item {
            words: format!("{} Asked with {whose}.", told.words),
            ..told
        },
        None => told,
    }
}

/// Returns every request: side, status, credential, request, and what the answer means. One to Cloudflare with a credential may take two lines.
fn requests(page: &Page<'_>) -> String {
    page.report.pings.iter().map(|ping| request(page, ping)).collect()
}

/// What does not fit the window gives way, the least telling first; `-v` has all of it.
fn request(page: &Page<'_>, ping: &PingReport) -> String {
    let seen = item(ping);
    let whom = ping.provider.as_ref().map_or(String::new(), |id| format!("{id}: "));
    let status = ping.status.map_or("no answer".to_owned(), |status| status.to_string());
    let code = ping.code.as_deref().filter(|code| !ping.meaning.contains(*code));
    let code = code.map_or(String::new(), |code| format!(" {code}"));
    let is_refusal = ping.status.is_some_and(|status| status >= 400);
    let healthy = if seen.tone == Tone::Good && is_refusal {
        ", as it should be"
    } else {
        ""
    };
    let meaning = format!("{}{healthy}", ping.meaning);
    let (with, short) = (
        carried(ping),
        carried(ping).replace("without a credential", "no credential"),
    );
    let placed = by_place(ping).map_or(short.clone(), |whose| format!("with {whose}"));
    let shapes = [
        format!("{status}{code} {} {with}: {meaning}, {} ms", ping.request, ping.ms),
        format!("{status}{code} {} {with}: {meaning}", ping.request),
        format!("{status}{code} {with}: {meaning}"),
        format!("{status}{code} {short}: {meaning}"),
        format!("{status}{code} {placed}: {meaning}"),
        format!("{status}{code} {}: {meaning}", by_place(ping).unwrap_or(short.clone())),
        format!(
            "{status}{code} {}: {}",
            by_place(ping).unwrap_or(short.clone()),
            ping.meaning
        ),
    ];
    let shapes = shapes.map(|shape| whom.clone() + &shape);
    let fits = |words: &&String| columns(words) <= room(page);
    let words = shapes.iter().find(fits).or(shapes.last()).cloned().unwrap_or_default();
    let told = Item { words, ..seen };
    // What was sent and what came of it are both needed.
    if ping.auth && ping.target == Side::Cloudflare {
        return line(page.theme, ping.target.word(), &[told]);
    }
    one_line(page, ping.target, &told)
}

/// Returns whose credential a request carried, without the credential's own name.
fn by_place(ping: &PingReport) -> Option<String> {
    let credential = ping.credential.as_deref()?;
    Some(whose::short(ping.target, credential))
}

fn room(page: &Page<'_>) -> usize {
    page.theme.width.saturating_sub(labelled::LABEL + 2)
}

fn one_line(page: &Page<'_>, side: Side, item: &Item) -> String {
    let mark = if page.theme.unicode { "…" } else { "..." };
    let words = if columns(&item.words) > room(page) {
        shortened(&item.words, room(page).saturating_sub(columns(mark))) + mark
    } else {
        item.words.clone()
    };
    let sign = page.theme.paint(item.tone, item.sign);
    format!("{}{sign} {words}\n", pad(side.word(), labelled::LABEL))
}

/// Returns the words at the start of a text that fit.
fn shortened(text: &str, room: usize) -> String {
    let mut kept = String::new();
    for word in text.split(' ') {
        if !kept.is_empty() && columns(&kept) + 1 + columns(word) > room {
            break;
        }
        kept.push_str(if kept.is_empty() { "" } else { " " });
        kept.push_str(word);
    }
    kept
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
        let whom = ping.provider.as_ref().map_or(String::new(), |id| format!("{id}, "));
        text.push_str(&format!("  {}  {whom}{}, {credential}\n", ping.target, ping.request));
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
                provider: None,
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
