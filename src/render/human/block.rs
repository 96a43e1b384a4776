//! One block for each cause: what is so, where, why it matters, the fix, and what else it causes.

use super::command;
use super::density::{Density, Length, Notes, cut};
use super::steps::{is_closing, is_editor};
use super::{answer, density};
use crate::model::report::{Certainty, Evidence, Finding, Remedy, Severity};
use crate::remedy::prompt;
use crate::render::Page;
use crate::render::format::Part;
use crate::render::group::{self, counted, folded, place, worst_first};
use crate::render::paste;
use crate::render::theme::Tone;
use crate::render::width::{pad, wrap};

/// Blanks before the lines of a block.
const INDENT: &str = "    ";
/// How the command ends that asks the Gateways again.
const ASKING: &str = "doctor ping";
/// Columns of `fix`, `also` and `then`.
const LABEL: usize = 6;

/// Returns all blocks, worst first.
pub(super) fn all(page: &Page<'_>, density: Density) -> String {
    let heads = worst_first(page);
    let shown = match heads.iter().position(|head| head.severity == Severity::Info) {
        // Where nothing is to fix, the notes are the story.
        Some(first) if density.notes == Notes::Line && first > 0 => first,
        _ => heads.len(),
    };
    let blocks: Vec<String> = (0..shown).map(|at| block(page, &heads, at, density)).collect();
    blocks.join(if density.airy { "\n" } else { "" }) + &notes(page, heads.get(shown..).unwrap_or_default())
}

/// Returns the line of the findings that are only worth knowing.
fn notes(page: &Page<'_>, heads: &[&Finding]) -> String {
    if heads.is_empty() {
        return String::new();
    }
    let mut ids: Vec<&str> = heads.iter().map(|head| head.id.as_str()).collect();
    ids.dedup();
    let line = format!("{}, shown by -v: {}", counted(heads.len(), "note"), ids.join(", "));
    let mut text = String::new();
    for (at, line) in wrap(&line, page.theme.width.saturating_sub(2)).into_iter().enumerate() {
        let sign = if at == 0 {
            page.theme.severity(Severity::Info)
        } else {
            " ".to_owned()
        };
        text.push_str(&format!("{sign} {}\n", page.theme.paint(Tone::Faint, &line)));
    }
    text
}

/// Returns the first block up to its commands.
pub(super) fn first(page: &Page<'_>, density: Density) -> String {
    let heads = worst_first(page);
    let Some(head) = heads.first() else {
        return String::new();
    };
    head_lines(page, head, 0, density) + &fix(page, &heads, 0, density)
}

/// Returns in few lines what Cloudflare's answers show, without the one that the answer of the page tells.
pub(super) fn beside_the_answer(page: &Page<'_>) -> String {
    let told = answer(page).sentence;
    let mut heads = worst_first(page);
    heads.retain(|head| crate::checks::judges_cloudflare(&head.id) && told.trim_end_matches('.') != head.title);
    let density = Density {
        places: 0,
        ..Density::TIGHTEST
    };
    (0..heads.len()).map(|at| block(page, &heads, at, density)).collect()
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

fn block(page: &Page<'_>, heads: &[&Finding], at: usize, density: Density) -> String {
    let Some(head) = heads.get(at) else {
        return String::new();
    };
    let mut text = head_lines(page, head, at, density);
    text.push_str(&fix(page, heads, at, density));
    text.push_str(&also(page, head));
    text
}

fn head_lines(page: &Page<'_>, head: &Finding, at: usize, density: Density) -> String {
    let theme = page.theme;
    let number = format!("{} ", at + 1);
    let mut text = String::new();
    for (row, line) in wrap(&title(page, head), theme.width.saturating_sub(number.len() + 2))
        .into_iter()
        .enumerate()
    {
        if row > 0 {
            text.push_str(&format!("{INDENT}{line}\n"));
            continue;
        }
        let rest = line.strip_prefix(&head.id).unwrap_or_default();
        text.push_str(&format!(
            "{number}{} {}{}\n",
            theme.severity(head.severity),
            theme.paint(Tone::Strong, &head.id),
            rest.replace('\u{a0}', " ")
        ));
    }
    let mut add = |line: &str, tone: Tone| text.push_str(&format!("{INDENT}{}\n", theme.paint(tone, line)));
    for line in wrap(cut(&head.detail, density.detail), room(page)) {
        add(&line, Tone::Plain);
    }
    let excerpt = if density.excerpt { head.excerpt.as_slice() } else { &[] };
    for line in excerpt {
        add(line, Tone::Faint);
    }
    // The excerpt shows the first place already.
    let places = head.evidence.iter().skip(usize::from(!excerpt.is_empty()));
    let places: Vec<String> = places.map(place_words).collect();
    // What the title or the detail says already is not said twice.
    let said = |place: &String| {
        head.title.contains(place.as_str()) || (shows_detail(density) && head.detail.contains(place.as_str()))
    };
    let told: Vec<&String> = places
        .iter()
        .filter(|place| !place.is_empty() && !said(place))
        .collect();
    for place in told.iter().take(density.places) {
        for line in wrap(place, room(page)) {
            add(&line, Tone::Faint);
        }
    }
    if told.len() > density.places && density.detail != Length::Nothing {
        let more = counted(told.len() - density.places, "more place");
        add(&format!("{more}, shown by -v"), Tone::Faint);
    }
    text
}

fn shows_detail(density: Density) -> bool {
    density.detail != Length::Nothing
}

fn room(page: &Page<'_>) -> usize {
    page.theme.width.saturating_sub(INDENT.len())
}

/// Returns `id   title`; the title is left out where the verdict above says the same.
fn title(page: &Page<'_>, head: &Finding) -> String {
    let likely = match head.certainty {
        Certainty::Likely => " (likely)",
        Certainty::Proved => "",
    };
    // The page of `ping` has no sentence above.
    if page.show.part != Part::Pings && answer(page).sentence.trim_end_matches('.') == head.title {
        return format!("{}{likely}", head.id);
    }
    format!("{}\u{a0}\u{a0} {}{likely}", head.id, head.title)
}

fn fix(page: &Page<'_>, heads: &[&Finding], at: usize, density: Density) -> String {
    let Some(remedy) = heads.get(at).and_then(|head| head.remedy.as_ref()) else {
        return String::new();
    };
    let earlier = heads.iter().take(at).enumerate();
    let same = earlier
        .into_iter()
        .find(|(_, other)| other.remedy.as_ref().is_some_and(|other| includes(other, remedy)));
    if let Some((number, _)) = same {
        return labelled(page, "fix", &[format!("as in {}", number + 1)], Tone::Plain);
    }
    let length = match density.advice {
        Length::Nothing if needs_words(remedy) => Length::FirstSentence,
        length => length,
    };
    let mut lines = wrap(density::cut(&remedy.text, length), room(page).saturating_sub(LABEL));
    lines.extend(wrap(&prompts(remedy), room(page).saturating_sub(LABEL)));
    let told = lines.len();
    lines.extend(command_lines(page, remedy));
    let mut text = String::new();
    for (row, line) in lines.iter().enumerate() {
        let label = if row == 0 { "fix" } else { "" };
        let tone = if row < told { Tone::Plain } else { Tone::Copy };
        text.push_str(&format!(
            "{INDENT}{}{}\n",
            pad(label, LABEL),
            page.theme.paint(tone, line)
        ));
    }
    if let Some(confirm) = remedy.confirm.as_ref().filter(|_| page.show.verbose) {
        text.push_str(&labelled(page, "then", std::slice::from_ref(confirm), Tone::Copy));
    }
    text
}

/// Returns what the commands of a fix ask for where that is more than one thing; a single prompt speaks for itself.
fn prompts(remedy: &Remedy) -> String {
    let asked = remedy.commands.iter().flat_map(|command| prompt::asked(command));
    match asked.collect::<Vec<_>>().as_slice() {
        [] | [_] => String::new(),
        all => format!(
            "It asks for {}: paste each, then Enter; nothing is shown.",
            all.join(", then for ")
        ),
    }
}

/// Returns the lines of the commands of a fix, none wider than the window where that can be.
pub(super) fn command_lines(page: &Page<'_>, remedy: &Remedy) -> Vec<String> {
    let room = room(page).saturating_sub(LABEL);
    let commands = paste::together(&remedy.commands);
    commands
        .iter()
        .flat_map(|command| command::lines(command, room))
        .collect()
}

/// Whether the commands do not say it all: an editor does nothing by itself, and a restart changes no value.
pub(super) fn needs_words(remedy: &Remedy) -> bool {
    remedy.commands.iter().any(|command| is_editor(command)) || says_nothing(remedy)
}

/// Returns whether only the words of a fix say what to do: its commands open a file, start the Gateway again or ask again.
fn says_nothing(remedy: &Remedy) -> bool {
    remedy
        .commands
        .iter()
        .all(|command| is_editor(command) || is_closing(command) || command.ends_with(ASKING))
}

/// Returns whether one fix does what another one does. Two faults in one line open the same file at the same place.
fn includes(whole: &Remedy, part: &Remedy) -> bool {
    if part.commands.is_empty() {
        return part.text == whole.text;
    }
    let only = part.text.starts_with("Restart");
    (part.text == whole.text || only || !says_nothing(part))
        && part.commands.iter().all(|command| whole.commands.contains(command))
}

/// Returns the line of what follows from the cause; with `-v` in its own words.
fn also(page: &Page<'_>, head: &Finding) -> String {
    let found: Vec<&Finding> = folded(page.report, head).collect();
    if found.is_empty() {
        return String::new();
    }
    if page.show.verbose {
        let lines: Vec<String> = found
            .iter()
            .map(|other| format!("{}: {}", other.id, other.title))
            .collect();
        return labelled(page, "also", &lines, Tone::Faint);
    }
    let (same, caused): (Vec<&Finding>, Vec<&Finding>) = found.into_iter().partition(|other| other.id == head.id);
    let subjects: Vec<&str> = same.iter().filter_map(|other| other.subject.as_deref()).collect();
    let mut ids: Vec<&str> = caused.iter().map(|other| other.id.as_str()).collect();
    ids.dedup();
    let told = [("the same for", subjects), ("causes", ids)];
    let told: Vec<String> = told
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(what, words)| format!("{what} {}", words.join(", ")))
        .collect();
    labelled(page, "also", &told, Tone::Faint)
}

fn labelled(page: &Page<'_>, label: &str, paragraphs: &[String], tone: Tone) -> String {
    let mut text = String::new();
    let lines = paragraphs
        .iter()
        .flat_map(|paragraph| wrap(paragraph, room(page).saturating_sub(LABEL)));
    for (row, line) in lines.enumerate() {
        let label = if row == 0 { label } else { "" };
        text.push_str(&format!(
            "{INDENT}{}{}\n",
            pad(label, LABEL),
            page.theme.paint(tone, &line)
        ));
    }
    text
}

/// Returns `path:line note`.
pub(in crate::render) fn place_words(evidence: &Evidence) -> String {
    match &evidence.path {
        Some(path) if evidence.note.is_empty() => place(path, evidence.line, evidence.column),
        Some(path) => format!("{} {}", place(path, evidence.line, evidence.column), evidence.note),
        None => evidence.note.clone(),
    }
}
