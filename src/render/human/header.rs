//! The first lines: which doctor, and what it examined.

use crate::base::text::{clean, tilde_within};
use crate::model::report::ExaminedPart;
use crate::model::snapshot::Side;
use crate::ping::verdict::Word;
use crate::render::Page;
use crate::render::theme::Tone;
use crate::render::width::{columns, wrap};

/// Other Gateways that are named; the JSON report has all.
const MOST_OTHERS: usize = 2;

pub(super) fn part(page: &Page<'_>) -> String {
    let theme = page.theme;
    let mut text = theme.paint(
        Tone::Faint,
        &format!("openclaw doctor {} · read-only", page.report.tool.version),
    );
    text.push('\n');
    for said in &page.report.examined.principals {
        for line in wrap(&clean(said), theme.width.saturating_sub(2)) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    // The dot stays with the part before it, so that no line begins with one.
    let whole = |part: String| match columns(&part) < theme.width / 2 {
        true => part.replace(' ', "\u{a0}"),
        false => part,
    };
    let parts: Vec<String> = examined(page).into_iter().map(whole).collect();
    let line = parts.join("\u{a0}· ");
    for (at, part) in wrap(&line, theme.width.saturating_sub(2)).into_iter().enumerate() {
        text.push_str(if at == 0 { "" } else { "  " });
        text.push_str(&part.replace('\u{a0}', " "));
        text.push('\n');
    }
    for doubt in &page.report.examined.doubts {
        for line in wrap(&format!("rules: {doubt}"), theme.width.saturating_sub(2)) {
            text.push_str(&theme.paint(Tone::Faint, &line));
            text.push('\n');
        }
    }
    for part in &page.report.examined.predicted {
        let line = format!("inferred: {}", tilde_within(&clean(part), page.home));
        for (at, line) in wrap(&line, theme.width.saturating_sub(4)).into_iter().enumerate() {
            let indent = if at == 0 { "" } else { "  " };
            text.push_str(&theme.paint(Tone::Faint, &format!("{indent}{line}")));
            text.push('\n');
        }
    }
    text
}

/// Returns the parts of the line that says what was examined.
pub(in crate::render) fn examined(page: &Page<'_>) -> Vec<String> {
    let examined = &page.report.examined;
    let shown = |text: &str| tilde_within(&clean(text), page.home);
    let mut parts = vec![shown(&examined.user)];
    let unknown = |part: ExaminedPart| examined.not_known.contains(&part);
    parts.push(match examined.config.as_str() {
        "" if unknown(ExaminedPart::Config) => "config not known".to_owned(),
        "" => "no config".to_owned(),
        config => shown(config),
    });
    match &examined.service {
        Some(service) if service.state == "active (running)" => {
            parts.push(format!("{} ({})", service.name, service.kind));
        }
        Some(service) => parts.push(format!("{} ({}, {})", service.name, service.kind, service.state)),
        None if unknown(ExaminedPart::Service) => parts.push("service not known".to_owned()),
        None => parts.push("no service".to_owned()),
    }
    match examined.pid {
        Some(pid) => {
            let up = examined.up_seconds.map(|seconds| format!(", up {}", age(seconds)));
            parts.push(format!("pid {pid}{}", up.unwrap_or_default()));
        }
        None if examined.copied_home => parts.push("a copied home".to_owned()),
        None if one_answers(page) => parts.push("a Gateway answers that is not seen".to_owned()),
        None if unknown(ExaminedPart::Process) => parts.push("not known whether it runs".to_owned()),
        None => parts.push("not running".to_owned()),
    }
    parts.push(match &examined.openclaw_version {
        Some(version) => format!("OpenClaw {version}"),
        None => "OpenClaw version unknown".to_owned(),
    });
    if !examined.others.is_empty() {
        let mut others: Vec<String> = examined.others.iter().take(MOST_OTHERS).cloned().collect();
        if examined.others.len() > MOST_OTHERS {
            others.push(format!("{} more", examined.others.len() - MOST_OTHERS));
        }
        parts.push(format!("not examined: {}", others.join(", ")));
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether a Gateway answered.
fn one_answers(page: &Page<'_>) -> bool {
    let gateway = page.report.answers.iter().find(|answer| answer.target == Side::Gateway);
    let word = gateway.and_then(|answer| Word::parse(answer.word.as_deref()?));
    word.is_some_and(Word::is_openclaw)
}

/// Returns an age in its largest unit: `42 s`, `5 min`, `3 h`, `3 d`.
fn age(seconds: i64) -> String {
    match seconds.max(0) {
        seconds @ 0..=119 => format!("{seconds} s"),
        seconds @ 120..=7199 => format!("{} min", seconds / 60),
        seconds @ 7200..=172_799 => format!("{} h", seconds / 3600),
        seconds => format!("{} d", seconds / 86_400),
    }
}
