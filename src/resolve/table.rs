//! The table of a key: every copy found, and the usual places where it was looked for in vain.

use super::process;
use crate::base::fact::Fact;
use crate::model::report::{Cell, CellState, Certainty, KeyReport, KeyRow, KeySource, SourceView, View, ViewState};
use crate::model::snapshot::{FileOutcome, OfferStatus, ShellOutcome, Snapshot, Source, Trace};

/// Places that are shown although they have no copy, so that the reader sees they were looked at.
const USUAL: [Source; 4] = [
    Source::Process,
    Source::DotenvState,
    Source::ConfigEnv,
    Source::LoginShell,
];

/// Returns the rows of a key, strongest source first, and last what each environment ends with.
pub(super) fn rows(snapshot: &Snapshot, key: &KeyReport) -> Vec<KeyRow> {
    let mut rows: Vec<KeyRow> = Vec::new();
    for source in &key.sources {
        let place = (source.source, own_path(source), source.line);
        let known = rows
            .iter()
            .position(|row| (row.source, row.path.clone(), row.line) == (Some(place.0), place.1.clone(), place.2));
        let at = known.unwrap_or_else(|| {
            rows.push(row(place.0, place.1, place.2));
            rows.len() - 1
        });
        if let Some(row) = rows.get_mut(at) {
            fill(row, source);
        }
    }
    add_usual(snapshot, key, &mut rows);
    mark_running(snapshot, key, &mut rows);
    rows.retain(|row| row.cells().iter().any(|cell| cell.state != CellState::Blank));
    rows.sort_by_key(|row| row.source.map(rank));
    rows.push(last(snapshot, key));
    name_empty(snapshot, key, &mut rows);
    rows
}

/// An empty value is told as such, wherever it lies: a fingerprint of nothing looks like a key.
fn name_empty(snapshot: &Snapshot, key: &KeyReport, rows: &mut [KeyRow]) {
    let views = &snapshot.views;
    let traces = || {
        [&views.shell, &views.next_start, &views.running]
            .into_iter()
            .filter_map(|view| view.get())
    };
    let offered = traces().flat_map(|trace| trace.offers_for(&key.name));
    let bound = traces().filter_map(|trace| trace.find(&key.name).seen());
    let process = process(snapshot);
    let handed = process.and_then(|process| process.initial.get()).into_iter().flatten();
    let seen = process.and_then(|process| process.witness.get());
    let of_process = handed.chain(seen.into_iter().flat_map(|witness| &witness.bindings));
    let values = offered
        .filter_map(|offer| offer.value.as_ref())
        .chain(bound.map(|binding| &binding.value))
        .chain(of_process.filter(|one| one.name == key.name).map(|one| &one.value));
    let prints: Vec<&str> = values
        .filter(|value| value.is_blank())
        .map(|value| value.fingerprint.as_str())
        .collect();
    let empty = |fingerprint: &str| prints.contains(&fingerprint);
    for cell in rows
        .iter_mut()
        .flat_map(|row| [&mut row.shell, &mut row.next_start, &mut row.running])
    {
        if cell.fingerprint.as_deref().is_some_and(empty) {
            (cell.state, cell.fingerprint) = (CellState::Empty, None);
        }
    }
}

fn row(source: Source, path: Option<String>, line: Option<u32>) -> KeyRow {
    KeyRow {
        source: Some(source),
        path,
        line,
        shell: Cell::default(),
        next_start: Cell::default(),
        running: Cell::default(),
    }
}

/// A process has no file, whatever it was started from.
fn own_path(source: &KeySource) -> Option<String> {
    source.path.clone().filter(|_| source.source != Source::Process)
}

fn fill(row: &mut KeyRow, source: &KeySource) {
    let state = match source.status {
        OfferStatus::Wins if source.fingerprint.is_some() => CellState::Value,
        OfferStatus::Shadowed | OfferStatus::Different if source.fingerprint.is_some() => CellState::Shadowed,
        OfferStatus::Blocked => CellState::Blocked,
        OfferStatus::Removed => CellState::Removed,
        OfferStatus::Ignored => CellState::Ignored,
        OfferStatus::Wins | OfferStatus::Shadowed | OfferStatus::Different => CellState::Unknown,
    };
    let has_value = matches!(state, CellState::Value | CellState::Shadowed);
    let cell = Cell {
        state,
        fingerprint: source.fingerprint.clone().filter(|_| has_value),
        likely: false,
    };
    let cells: &mut [&mut Cell] = match source.view {
        SourceView::Shell => &mut [&mut row.shell],
        SourceView::NextStart => &mut [&mut row.next_start],
        SourceView::Both => &mut [&mut row.shell, &mut row.next_start],
    };
    for place in cells {
        if place.state == CellState::Blank || state == CellState::Value {
            **place = cell.clone();
        }
    }
}

fn add_usual(snapshot: &Snapshot, key: &KeyReport, rows: &mut Vec<KeyRow>) {
    let views = &snapshot.views;
    for source in USUAL {
        let known = rows.iter().position(|row| row.source == Some(source));
        let at = known.unwrap_or_else(|| {
            rows.push(row(source, usual_path(snapshot, source), None));
            rows.len() - 1
        });
        let handed_over = rows
            .iter()
            .any(|row| row.source.is_some_and(Source::is_service) && row.next_start.state != CellState::Blank);
        let Some(row) = rows.get_mut(at) else { continue };
        let by_service = source == Source::Process && handed_over;
        for (cell, view, wanted) in [
            (&mut row.shell, &views.shell, key.views.shell.state != ViewState::Set),
            (&mut row.next_start, &views.next_start, true),
        ] {
            if let (Fact::Known { value }, CellState::Blank, true) = (view, cell.state, wanted && !by_service) {
                *cell = Cell::of(without_copy(value, source));
            }
        }
    }
}

fn usual_path(snapshot: &Snapshot, source: Source) -> Option<String> {
    let views = &snapshot.views;
    let trace = views.next_start.get().or(views.shell.get())?;
    let file = trace.files.iter().find(|file| file.source == source)?;
    Some(file.facts.path.clone())
}

fn without_copy(trace: &Trace, source: Source) -> CellState {
    if source == Source::LoginShell {
        return match &trace.shell_import.outcome {
            ShellOutcome::Off => CellState::Off,
            ShellOutcome::NothingMissing => CellState::NotRun,
            ShellOutcome::Answered => CellState::Nothing,
            ShellOutcome::Failed { .. } => CellState::Failed,
            ShellOutcome::TimedOut => CellState::TimedOut,
            ShellOutcome::Unknown { .. } => CellState::Unknown,
        };
    }
    let file = trace.files.iter().find(|file| file.source == source);
    match file.map(|file| &file.outcome) {
        None | Some(FileOutcome::Read { .. }) => CellState::Nothing,
        Some(FileOutcome::Missing) => CellState::NoFile,
        Some(FileOutcome::Ignored { .. }) => CellState::Ignored,
        Some(FileOutcome::Unknown { .. }) => CellState::Unknown,
    }
}

/// Fills the last column: the environment the process was started with, and the source its value
/// comes from.
fn mark_running(snapshot: &Snapshot, key: &KeyReport, rows: &mut [KeyRow]) {
    let initial = process(snapshot).and_then(|process| process.initial.get());
    let running = &key.views.running;
    // Of two lines for it in one file, one is where the value comes from.
    let wins = |row: &KeyRow| row.next_start.state == CellState::Value;
    let winners: Vec<Option<Source>> = rows.iter().filter(|row| wins(row)).map(|row| row.source).collect();
    for row in rows {
        if row.running.state != CellState::Blank || (!wins(row) && winners.contains(&row.source)) {
            continue;
        }
        let print = match (row.source, initial) {
            (Some(Source::Process), Some(bindings)) => {
                let binding = bindings.iter().find(|binding| binding.name == key.name);
                row.running = Cell::of(CellState::Nothing);
                binding.map(|binding| binding.value.fingerprint.clone())
            }
            _ if running.state == ViewState::Set && running.source == row.source => running.fingerprint.clone(),
            _ => None,
        };
        if print.is_some() {
            row.running = Cell {
                state: CellState::Value,
                fingerprint: print,
                likely: false,
            };
        }
    }
}

fn last(snapshot: &Snapshot, key: &KeyReport) -> KeyRow {
    let (views, of) = (&snapshot.views, &key.views);
    let running = match super::is_unseen(snapshot) {
        true => CellState::Unknown,
        false => CellState::NotRunning,
    };
    let none = CellState::NoService;
    KeyRow {
        source: None,
        path: None,
        line: None,
        shell: end(&of.shell, &views.shell, CellState::NotSet, CellState::Unknown),
        next_start: end(&of.next_start, &views.next_start, CellState::Missing, none),
        running: end(&of.running, &views.running, CellState::Missing, running),
    }
}

fn end(view: &View, fact: &Fact<Trace>, unset: CellState, absent: CellState) -> Cell {
    let likely = view.certainty == Certainty::Likely;
    let bare = |state| Cell {
        state,
        fingerprint: None,
        likely,
    };
    match view.state {
        ViewState::Unknown | ViewState::Unset if fact.is_absent() => Cell::of(absent),
        ViewState::Unknown => Cell::of(CellState::Unknown),
        ViewState::Unset => bare(unset),
        ViewState::Removed => bare(CellState::Removed),
        ViewState::Set => Cell {
            fingerprint: view.fingerprint.clone(),
            ..bare(CellState::Value)
        },
    }
}

/// Returns the place of a source on the ladder, strongest first.
fn rank(source: Source) -> u8 {
    match source {
        Source::Process => 0,
        Source::Container | Source::Supervisor | Source::Launcher => 1,
        Source::Unit | Source::LaunchdPlist => 2,
        Source::DropIn | Source::LaunchdEnvFile => 3,
        Source::EnvironmentFile | Source::LaunchctlSetenv => 4,
        Source::Manager | Source::SystemManager => 5,
        Source::Entry => 6,
        Source::DotenvWorkspace => 7,
        Source::DotenvState => 8,
        Source::DotenvConfigDir => 9,
        Source::GatewayEnv => 10,
        Source::ConfigEnv => 11,
        Source::LoginShell => 12,
        Source::Alias => 13,
        Source::AuthProfile => 14,
        Source::ProviderConfig => 15,
    }
}
