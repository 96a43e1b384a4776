//! Who sees a key: one row per source, one column per environment.

use super::density::{Density, Rows};
use super::labelled::{Item, line};
use crate::base::text::clean;
use crate::checks::OF_THE_SUBJECT;
use crate::model::report::{Cell, CellState, Certainty, Finding, KeyReport, KeyRow, Severity, Verdict, ViewState};
use crate::model::snapshot::{OfferStatus, Source};
use crate::render::Page;
use crate::render::format::Part;
use crate::render::group::place;
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

/// Returns the tables of the keys that something is wrong with, and one line for the others.
pub(super) fn part(page: &Page<'_>, density: Density) -> String {
    let mut tables = Vec::new();
    let mut others = Vec::new();
    for (at, key) in page.report.keys.iter().enumerate() {
        if is_full(page, at) && tables.len() < density.tables {
            tables.push(table(page, key, density.rows));
        } else if !density.bare || key.verdict != Verdict::Visible {
            others.push(item(page, key));
        }
    }
    tables.push(line(page.theme, "keys", &others));
    tables.retain(|part| !part.is_empty());
    tables.join("\n")
}

/// Returns the tables of all keys.
pub(super) fn all(page: &Page<'_>) -> String {
    let keys = &page.report.keys;
    if keys.is_empty() {
        // Without a subject nothing can be said of a config.
        let missing = |id: &str| OF_THE_SUBJECT.contains(&id);
        if page.report.findings.iter().any(|finding| missing(&finding.id)) {
            return super::last::again(page);
        }
        let name = format!("{} env NAME", page.show.doctor);
        let said = match &page.report.examined.config_unknown {
            Some(why) => format!("It is not known which keys the config needs ({}).", clean(why)),
            None => format!("The config needs no key that the doctor knows of. Name a variable to see it: {name}"),
        };
        let lines = wrap(&said, page.theme.width).into_iter();
        return lines.map(|line| format!("{line}\n")).collect();
    }
    let rows = if page.show.verbose { Rows::All } else { Rows::Telling };
    let tables: Vec<String> = keys.iter().map(|key| table(page, key, rows)).collect();
    tables.join("\n")
}

/// Returns whether a key gets its table: asked for by name, or among the first with a problem.
pub(in crate::render) fn is_full(page: &Page<'_>, at: usize) -> bool {
    let keys = &page.report.keys;
    let trouble = |key: &&KeyReport| key.verdict != Verdict::Visible;
    let Some(key) = keys.get(at) else { return false };
    page.show.verbose
        || page.show.part == Part::Keys
        || page.show.keys.contains(&key.name)
        || (trouble(&key) && keys.iter().take(at).filter(trouble).count() < MOST_FULL)
}

/// Returns the line of a key without a table: whether the Gateway has it, from where, and what is told of its value.
fn item(page: &Page<'_>, key: &KeyReport) -> Item {
    let view = match key.views.running.state {
        ViewState::Unknown => &key.views.next_start,
        _ => &key.views.running,
    };
    let print = view
        .fingerprint
        .as_deref()
        .map_or(String::new(), |print| format!(" #{print}"));
    let source = match view.source {
        Some(source) => {
            let mut copies = key.sources.iter().filter(|copy| copy.source == source);
            // Of two lines for it one wins.
            let wins = copies.clone().find(|copy| copy.status == OfferStatus::Wins);
            wins.or_else(|| copies.next())
        }
        None => None,
    };
    let from = source.and_then(|copy| Some(place(copy.path.as_deref()?, copy.line, None)));
    let from = from.map_or(String::new(), |from| format!(" from {from}"));
    if let Some(profile) = key.hidden_by().and_then(|copy| copy.profile.as_deref()) {
        return Item::warn(format!(
            "{}{print} is never used: profile {profile} goes first",
            key.name
        ));
    }
    let about = |finding: &&Finding| finding.counts() && finding.subject.as_deref() == Some(&key.name);
    let told = page
        .report
        .findings
        .iter()
        .filter(about)
        .max_by_key(|finding| finding.severity);
    let seen = |id: &str| format!("{}{print}{from} (see {id})", key.name);
    match (key.verdict, told.map(|finding| (finding.severity, finding.id.as_str()))) {
        (Verdict::Visible, Some((Severity::Error, id))) => return Item::bad(seen(id)),
        (Verdict::Visible, Some((Severity::Warning, id))) => return Item::warn(seen(id)),
        _ => {}
    }
    match key.verdict {
        Verdict::Visible => Item::good(format!("{}{print}{from}", key.name)),
        Verdict::Missing => Item::bad(format!("{} is missing", key.name)),
        Verdict::Blocked => Item::bad(format!("{} is blocked", key.name)),
        Verdict::Stale => Item::warn(format!("{} is an older value", key.name)),
        Verdict::Different => Item::warn(format!("{}{print}, not your shell's value", key.name)),
        Verdict::Unknown => Item::unsure(format!("{} is not known", key.name)),
    }
}

/// Returns the rows of a key that are worth showing.
pub(in crate::render) fn rows(key: &KeyReport, all: bool) -> Vec<&KeyRow> {
    let wanted = if all { Rows::All } else { Rows::Telling };
    key.table.iter().filter(|row| shows(row, key, wanted)).collect()
}

fn shows(row: &KeyRow, key: &KeyReport, wanted: Rows) -> bool {
    let copies = row.cells().iter().any(|cell| !cell.is_empty());
    let telling = matches!(row.source, Some(Source::DotenvState | Source::LoginShell));
    match wanted {
        Rows::All => true,
        _ if copies => true,
        Rows::Telling => telling && key.verdict != Verdict::Visible,
        Rows::Copies => false,
    }
}

/// Returns the name of a row.
pub(in crate::render) fn label(row: &KeyRow) -> String {
    match (&row.path, row.source) {
        (_, None) => "effective".to_owned(),
        (Some(_), Some(Source::AuthProfile)) => words(Source::AuthProfile).to_owned(),
        (Some(path), _) => place(path, row.line, None),
        (None, Some(source)) => words(source).to_owned(),
    }
}

/// Returns the words of a cell.
pub(in crate::render) fn cell_words(cell: &Cell) -> String {
    let print = cell.fingerprint.as_deref().map(|print| format!("#{print}"));
    let words = match cell.state {
        CellState::Value => return print.unwrap_or("set".to_owned()) + likely(cell),
        CellState::Shadowed => return print.unwrap_or_default() + " shadowed",
        CellState::Blank => "",
        CellState::Empty => "empty",
        CellState::Nothing => "–",
        CellState::NoFile => "– (no file)",
        CellState::Blocked => "blocked",
        CellState::Removed => "removed",
        CellState::Ignored => "ignored",
        CellState::Unreadable => "? unreadable",
        CellState::Off => "off",
        CellState::NotRun => "not run",
        CellState::Failed => "failed",
        CellState::TimedOut => "timed out",
        CellState::Missing => "missing",
        CellState::NotSet => "not set",
        CellState::NoService => "no service",
        CellState::NotRunning => "not running",
        CellState::Unknown => "?",
    };
    words.to_owned() + likely(cell)
}

fn likely(cell: &Cell) -> &'static str {
    if cell.likely { " likely" } else { "" }
}

fn tone(cell: &Cell) -> Tone {
    match cell.state {
        CellState::Missing | CellState::Blocked | CellState::Removed | CellState::Failed | CellState::Empty => {
            Tone::Bad
        }
        CellState::TimedOut => Tone::Bad,
        CellState::Unknown | CellState::Unreadable => Tone::Unsure,
        CellState::Nothing | CellState::NoFile | CellState::Off | CellState::NotRun => Tone::Faint,
        CellState::Ignored | CellState::Shadowed => Tone::Faint,
        CellState::Value | CellState::Blank | CellState::NotSet | CellState::NoService | CellState::NotRunning => {
            Tone::Plain
        }
    }
}

/// A row ready to be shown: its label, and words and tone of each cell.
type Shown = (String, [(String, Tone); 3]);

fn table(page: &Page<'_>, key: &KeyReport, wanted: Rows) -> String {
    let theme = page.theme;
    let rows = key
        .table
        .iter()
        .filter(|row| shows(row, key, wanted) || row.source.is_none());
    let mut table: Vec<Shown> = rows
        .map(|row| (label(row), row.cells().map(|cell| (cell_words(cell), tone(cell)))))
        .collect();
    let notes = notes(page, key);
    let (labels, widths) = measure(key, &table);
    let mut taken = 2 + widths.iter().sum::<usize>() + 3 * GAP;
    if let (Some(note), Some((_, [.., last]))) = (witness(page, key), table.last_mut()) {
        let inside = format!("{} ({note})", last.0);
        let wider = columns(&inside).saturating_sub(widths.last().copied().unwrap_or(0));
        // Where there is no room for it, `-v` and the JSON have it.
        if taken + labels + wider <= theme.width {
            last.0 = inside;
            taken += wider;
        }
    }
    let label_width = labels.min(theme.width.saturating_sub(taken).max(LABEL_MIN));
    if taken + label_width > theme.width {
        return stacked(theme, key, &table) + &notes;
    }
    let mark = if theme.unicode { "…" } else { "..." };
    let mut text = String::new();
    let mut add = |label: &str, cells: [(&str, Tone); 3], label_tone: Tone| {
        let label = shorten(label, label_width, mark);
        let mut line = format!("  {}", theme.paint(label_tone, &pad(&label, label_width)));
        for ((cell, tone), width) in cells.into_iter().zip(widths) {
            line.push_str(&" ".repeat(GAP));
            line.push_str(&pad(&theme.paint(tone, cell), width));
        }
        text.push_str(&format!("{}\n", line.trim_end()));
    };
    add(&key.name, COLUMNS.map(|head| (head, Tone::Plain)), Tone::Strong);
    for (at, (label, cells)) in table.iter().enumerate() {
        let last = at + 1 == table.len();
        let cells = cells.each_ref().map(|(cell, tone)| (cell.as_str(), *tone));
        add(label, cells, if last { Tone::Strong } else { Tone::Plain });
    }
    text + &notes
}

/// Returns how wide the labels and the cells of each column are.
fn measure(key: &KeyReport, table: &[Shown]) -> (usize, [usize; 3]) {
    let labels = table.iter().map(|(label, _)| columns(label));
    let cells = std::array::from_fn(|column| {
        let cells = table.iter().filter_map(|(_, cells)| cells.get(column));
        let cells = cells.map(|(cell, _)| columns(cell));
        cells
            .chain(COLUMNS.get(column).map(|head| columns(head)))
            .max()
            .unwrap_or(0)
    });
    (labels.max().unwrap_or(0).max(columns(&key.name)), cells)
}

/// The same without columns, for windows too narrow for them.
fn stacked(theme: &Theme, key: &KeyReport, table: &[Shown]) -> String {
    let mut text = format!("  {}\n", theme.paint(Tone::Strong, &key.name));
    for (label, cells) in table {
        text.push_str(&format!("  {label}\n"));
        for (head, (cell, tone)) in COLUMNS.iter().zip(cells).filter(|(_, (cell, _))| !cell.is_empty()) {
            text.push_str(&format!("    {} {}\n", pad(head, 11), theme.paint(*tone, cell)));
        }
    }
    text
}

/// Returns the lines under a table: what is not known, and why.
fn notes(page: &Page<'_>, key: &KeyReport) -> String {
    let theme = page.theme;
    let views = [&key.views.shell, &key.views.next_start, &key.views.running];
    let Some(last) = key.table.last() else {
        return String::new();
    };
    let mut text = String::new();
    for ((head, view), cell) in COLUMNS.iter().zip(views).zip(last.cells()) {
        // A cell such as "no service" says it all.
        if cell.state == CellState::Unknown && !view.evidence.is_empty() {
            for line in wrap(&format!("? {head}: {}", view.evidence), theme.width.saturating_sub(4)) {
                text.push_str(&format!("  {}\n", theme.paint(Tone::Unsure, &line)));
            }
        }
    }
    text
}

/// Returns which process shows the live environment, for a value that was observed.
fn witness(page: &Page<'_>, key: &KeyReport) -> Option<String> {
    let view = &key.views.running;
    if view.state == ViewState::Unknown || view.certainty != Certainty::Proved {
        return None;
    }
    page.report.examined.worker_pid.map(|pid| format!("worker pid {pid}"))
}

fn words(source: Source) -> &'static str {
    match source {
        Source::Process => "process environment",
        Source::DotenvWorkspace => ".env of the working directory",
        Source::DotenvState => ".env of the state directory",
        Source::DotenvConfigDir => ".env beside the config",
        Source::GatewayEnv => "gateway.env",
        Source::ConfigEnv => "config env.vars",
        Source::LoginShell => "login shell (shellEnv)",
        Source::Alias => "alias",
        Source::Entry => "set by OpenClaw itself",
        Source::Unit => "unit Environment=",
        Source::DropIn => "drop-in Environment=",
        Source::EnvironmentFile => "EnvironmentFile=",
        Source::Manager => "user manager environment",
        Source::SystemManager => "system manager",
        Source::LaunchdPlist => "plist EnvironmentVariables",
        Source::LaunchdEnvFile => "LaunchAgent env file",
        Source::LaunchctlSetenv => "launchctl setenv",
        Source::Container => "container environment",
        Source::Supervisor => "supervisor's environment",
        Source::Launcher => "launch command",
        Source::AuthProfile => "auth profile",
        Source::ProviderConfig => "provider apiKey",
    }
}
