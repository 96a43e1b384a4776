//! The answer in one sentence: what the Gateway sees, or else the first thing wrong.

use crate::model::report::{CellState, KeyReport, Outcome, PingReport, Severity, Verdict, View, ViewState, Weight};
use crate::model::snapshot::{Layer, OfferStatus, Side, Source};
use crate::render::Page;
use crate::render::format::Part;
use crate::render::group::{count, counted, worst_first};
use crate::render::theme::Tone;
use crate::render::width::wrap;

/// The sentence and how bad it is.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::render) struct Answer {
    pub(in crate::render) sign: &'static str,
    pub(in crate::render) tone: Tone,
    pub(in crate::render) sentence: String,
}

pub(super) fn part(page: &Page<'_>) -> String {
    let theme = page.theme;
    let answer = answer(page);
    let mut text = String::new();
    for (at, line) in wrap(&answer.sentence, theme.width.saturating_sub(2)).iter().enumerate() {
        let sign = if at == 0 { answer.sign } else { " " };
        text.push_str(&format!(
            "{} {}\n",
            theme.paint(answer.tone, sign),
            theme.paint(Tone::Strong, line)
        ));
    }
    text
}

/// The finding that a start is not over.
const STARTING: &str = "gateway-starting";
const _: () = assert!(crate::checks::is_id(STARTING));

/// Returns the answer of a report.
pub(in crate::render) fn answer(page: &Page<'_>) -> Answer {
    let keys: Vec<&KeyReport> = page.report.keys.iter().collect();
    let with = |verdicts: &[Verdict]| -> Vec<&KeyReport> {
        keys.iter()
            .filter(|key| verdicts.contains(&key.verdict))
            .copied()
            .collect()
    };
    let about_keys = page.show.part != Part::Pings;
    if about_keys {
        let errors = page.report.outcome == Outcome::Errors;
        let of_weight = |verdicts: &[Verdict]| -> Vec<&KeyReport> {
            let found = with(verdicts).into_iter();
            found.filter(|key| !errors || is_worst(page, key)).collect()
        };
        let lost = of_weight(&[Verdict::Missing, Verdict::Blocked]);
        if !lost.is_empty() && errors {
            // The worst ones decide that this is the headline; counted are all, as the lines below count them.
            let rest = with(&[Verdict::Missing, Verdict::Blocked]);
            let rest = rest.into_iter().filter(|key| !is_worst(page, key));
            let all: Vec<&KeyReport> = match lost.len() {
                1 => lost,
                _ => lost.into_iter().chain(rest).collect(),
            };
            return bad(unseen(&all, keys.len()));
        }
        if let Some(key) = of_weight(&[Verdict::Stale]).first() {
            return problem(
                page,
                format!(
                    "The running Gateway has an older value of {} than its next start would have.",
                    key.name
                ),
            );
        }
    }
    let worst = worst_first(page);
    if let Some(first) = worst.first().filter(|first| first.severity == Severity::Error) {
        return bad(sentence(&first.title));
    }
    if page.report.outcome == Outcome::Incomplete {
        return Answer {
            sign: "?",
            tone: Tone::Unsure,
            sentence: unsure(&with(&[Verdict::Unknown])),
        };
    }
    let seen = if about_keys {
        seen(page, &with(&[Verdict::Visible, Verdict::Different]))
    } else {
        None
    };
    // Nothing that is right now is so for clients before the start is over.
    if let Some(start) = worst.iter().find(|head| head.id == STARTING) {
        return problem(page, sentence(&start.title));
    }
    match (worst.iter().find(|head| head.severity == Severity::Warning), seen) {
        (Some(first), None) => problem(page, sentence(&first.title)),
        (Some(_), Some(seen)) => {
            let warnings = counted(count(page.report, Severity::Warning), "warning");
            problem(page, format!("{seen} {warnings} below."))
        }
        (None, None) if lacking(page).is_some() => problem(page, lacking(page).unwrap_or_default()),
        // What answers and cannot be seen may send anything: that is no "no problem".
        (None, None) if answers_unseen(page) => Answer {
            sign: "?",
            tone: Tone::Unsure,
            sentence: "A Gateway answers here, and its process cannot be seen: what it has and sends is not known."
                .to_owned(),
        },
        (None, seen) => Answer {
            sign: "✓",
            tone: Tone::Good,
            sentence: seen.unwrap_or_else(|| nothing(page)),
        },
    }
}

/// Whether a key may be the headline of a report with errors: what another one stands in for may not, where something worse
/// is told. Keys that were asked for have no weight, and those of earlier releases neither.
fn is_worst(page: &Page<'_>, key: &KeyReport) -> bool {
    let report = page.report;
    let errors = report
        .findings
        .iter()
        .filter(|finding| finding.counts() && finding.severity == Severity::Error);
    let mut subjects = errors.filter_map(|finding| finding.subject.as_deref());
    key.weight == Some(Weight::Must)
        || report.keys.iter().all(|key| key.weight.is_none())
        || subjects.any(|subject| subject == key.name)
}

/// A note about a key that something needs and the Gateway lacks: less than a warning, and no "no problem".
fn lacking(page: &Page<'_>) -> Option<String> {
    let is_lost = |key: &KeyReport| matches!(key.verdict, Verdict::Missing | Verdict::Blocked | Verdict::Stale);
    let lacks = |name: &str| {
        let mut keys = page.report.keys.iter();
        keys.any(|key| key.name == name && !key.needed_by.is_empty() && is_lost(key))
    };
    let notes = page.report.findings.iter().filter(|finding| finding.counts());
    let first = notes
        .into_iter()
        .find(|finding| finding.subject.as_deref().is_some_and(lacks));
    first.map(|finding| sentence(&finding.title))
}

/// Whether a Gateway of this machine accepted a request, and neither a process nor a service of it was found.
fn answers_unseen(page: &Page<'_>) -> bool {
    let examined = &page.report.examined;
    let here = |ping: &PingReport| {
        ping.target == Side::Gateway && ping.layer == Layer::Openclaw && ping.url.contains("://127.0.0.1:")
    };
    examined.service.is_none() && examined.pid.is_none() && page.report.pings.iter().any(here)
}

fn nothing(page: &Page<'_>) -> String {
    let examined = &page.report.examined;
    if examined.service.is_none() && examined.pid.is_none() {
        return "No problem found, but no Gateway is running or installed as a service.".to_owned();
    }
    if page.report.suppressed > 0 {
        return "No problem found except suppressed ones.".to_owned();
    }
    "No problem found.".to_owned()
}

fn bad(sentence: String) -> Answer {
    Answer {
        sign: "✗",
        tone: Tone::Bad,
        sentence,
    }
}

fn problem(page: &Page<'_>, sentence: String) -> Answer {
    if page.report.outcome == Outcome::Errors {
        return bad(sentence);
    }
    Answer {
        sign: "!",
        tone: Tone::Warn,
        sentence,
    }
}

fn unseen(lost: &[&KeyReport], all: usize) -> String {
    match lost {
        [key] => {
            let in_shell = key.table.last().map(|row| row.shell.state);
            let shell = match key.views.shell.state {
                _ if in_shell == Some(CellState::Empty) => "In your shell it is empty.",
                ViewState::Set => "Your shell can.",
                ViewState::Unset | ViewState::Removed => "Nor can your shell.",
                ViewState::Unknown => "It is not known whether your shell can.",
            };
            if key.verdict == Verdict::Blocked {
                return blocked(key);
            }
            format!("The Gateway cannot see {}. {shell}", key.name)
        }
        _ => format!(
            "The Gateway cannot see {} of its {all} keys: {}.",
            lost.len(),
            names(lost)
        ),
    }
}

/// The place that sets it in vain, where that is known: the rule alone would be a riddle.
fn blocked(key: &KeyReport) -> String {
    let blocked = key.sources.iter().find(|copy| copy.status == OfferStatus::Blocked);
    match blocked.map(|copy| copy.source) {
        Some(Source::DotenvWorkspace) => format!(
            "The Gateway cannot see {}: OpenClaw ignores credentials in a workspace's .env.",
            key.name
        ),
        _ => format!(
            "The Gateway cannot see {}: OpenClaw ignores it where it is set.",
            key.name
        ),
    }
}

fn unsure(unknown: &[&KeyReport]) -> String {
    if unknown.is_empty() {
        return "No error found, but not everything needed could be read.".to_owned();
    }
    format!("It is not known whether the Gateway sees {}.", names(unknown))
}

/// Says who has the keys: the process, the next start, or nobody but a Gateway started by hand.
fn seen(page: &Page<'_>, keys: &[&KeyReport]) -> Option<String> {
    let what = match keys {
        [] => return None,
        [key] => key.name.clone(),
        [_, _] => "both keys".to_owned(),
        keys => format!("all {} keys", keys.len()),
    };
    let all = |view: fn(&KeyReport) -> &View| keys.iter().all(|key| view(key).state == ViewState::Set);
    Some(if all(|key| &key.views.running) {
        format!("The Gateway sees {what}.")
    } else if all(|key| &key.views.next_start) {
        format!("The next start of the Gateway will see {what}.")
    } else if page.report.examined.service.is_none() && page.report.examined.pid.is_none() {
        format!("No Gateway is running or installed as a service; one started from this shell would see {what}.")
    } else {
        format!("No problem found with {what}.")
    })
}

fn names(keys: &[&KeyReport]) -> String {
    const MOST: usize = 4;
    let mut names: Vec<String> = keys.iter().take(MOST).map(|key| key.name.clone()).collect();
    if keys.len() > MOST {
        names.push(format!("{} more", keys.len() - MOST));
    }
    names.join(", ")
}

/// Ends a title as a sentence, unless it ends in something people copy.
fn sentence(title: &str) -> String {
    let word_end = title.ends_with(char::is_alphabetic)
        && title
            .rsplit(' ')
            .next()
            .is_some_and(|word| word.chars().all(char::is_lowercase));
    format!("{title}{}", if word_end { "." } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::report::Report;
    use crate::render::format::Show;
    use crate::render::samples::{self, CHECKS};
    use crate::render::{render, theme::Theme};

    fn plain(report: Report, width: usize) -> String {
        render(&report, &Show::default(), &Theme::plain(width), CHECKS, None)
    }

    #[test]
    fn the_answer_claims_no_more_than_was_seen() {
        let unset = |view: &mut View| view.state = ViewState::Unknown;
        let mut report = samples::healthy();
        unset(&mut report.keys[0].views.running);
        let shown = plain(report.clone(), 120);
        assert!(
            shown.contains("✓ The next start of the Gateway will see CLOUDFLARE"),
            "{shown}"
        );

        unset(&mut report.keys[0].views.next_start);
        report.examined.service = None;
        report.examined.pid = None;
        let shown = plain(report.clone(), 120);
        assert!(
            shown.contains("No Gateway is running or installed as a service; one started from"),
            "{shown}"
        );

        report.keys.clear();
        let shown = plain(report.clone(), 120);
        assert!(
            shown.contains("? A Gateway answers here, and its process cannot be seen"),
            "{shown}"
        );
        report.pings.clear();
        let shown = plain(report, 120);
        assert!(
            shown.contains("No problem found, but no Gateway is running or installed"),
            "{shown}"
        );
    }

    #[test]
    fn the_worst_need_is_the_headline() {
        let headline = |fallback: Verdict, must: Verdict| {
            let mut report = samples::shell_only();
            let mut other = report.keys[0].clone();
            (report.keys[0].weight, report.keys[0].verdict) = (Some(Weight::Must), must);
            other.name = "A_FALLBACK_KEY".to_owned();
            (other.weight, other.verdict) = (Some(Weight::Fallback), fallback);
            report.keys.insert(0, other);
            report.findings[0].subject = None;
            plain(report, 120)
        };
        let shown = headline(Verdict::Missing, Verdict::Missing);
        assert!(shown.contains("cannot see CLOUDFLARE_AI_GATEWAY_API_KEY."), "{shown}");
        let shown = headline(Verdict::Stale, Verdict::Blocked);
        assert!(
            shown.contains("cannot see CLOUDFLARE_AI_GATEWAY_API_KEY: OpenClaw ignores it"),
            "{shown}"
        );
        let shown = headline(Verdict::Missing, Verdict::Visible);
        assert!(shown.contains("✗ ~/.bashrc:14 exports it"), "{shown}");
    }
}
