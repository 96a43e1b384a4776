//! The rows of a key's matrix: every copy found, and the places where it was looked for in vain.

use crate::base::fact::Fact;
use crate::base::text::{clean, tilde_within};
use crate::model::report::{KeyReport, KeySource, Verdict, ViewState};
use crate::model::snapshot::{FileOutcome, ShellOutcome, Source, Trace};
use crate::render::Page;
use crate::render::group::place;

/// What a cell shows where a source was looked at and has nothing.
const NOTHING: &str = "–";

/// One source in the three environments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::render) struct Row {
    pub(in crate::render) label: String,
    pub(in crate::render) cells: [String; 3],
    rank: u8,
    source: Source,
}

/// Returns the rows of a key in ladder order, strongest source first.
pub(in crate::render) fn rows(page: &Page<'_>, key: &KeyReport) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for source in &key.sources {
        let label = label(source);
        let at = rows.iter().position(|row| row.label == label);
        let at = at.unwrap_or_else(|| {
            rows.push(row(label, source.source));
            rows.len() - 1
        });
        if let Some(row) = rows.get_mut(at) {
            fill(row, source);
        }
    }
    if key.verdict != Verdict::Visible || page.plan.verbose {
        add_empty(page, key, &mut rows);
    }
    mark_running(page, key, &mut rows);
    rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
    rows.sort_by_key(|row| row.rank);
    rows
}

fn row(label: String, source: Source) -> Row {
    Row {
        label,
        cells: Default::default(),
        rank: rank(source),
        source,
    }
}

fn label(source: &KeySource) -> String {
    match &source.path {
        Some(path) if !matches!(source.source, Source::Process) => place(path, source.line, None),
        _ => words(source.source).to_owned(),
    }
}

fn fill(row: &mut Row, source: &KeySource) {
    let fingerprint = source.fingerprint.as_deref().map(|print| format!("#{print}"));
    let text = match (source.status.as_str(), fingerprint) {
        ("wins", Some(print)) => print,
        ("shadowed" | "different", Some(print)) => format!("{print} shadowed"),
        ("unreadable", _) => "? unreadable".to_owned(),
        (status, _) => status.to_owned(),
    };
    let columns: &[usize] = match source.view.as_str() {
        "shell" => &[0],
        "next_start" => &[1],
        "running" => &[2],
        _ => &[0, 1],
    };
    for column in columns {
        if let Some(cell) = row
            .cells
            .get_mut(*column)
            .filter(|cell| cell.is_empty() || text.starts_with('#'))
        {
            *cell = text.clone();
        }
    }
}

/// Adds the usual places that have no copy, so that the reader sees they were looked at.
fn add_empty(page: &Page<'_>, key: &KeyReport, rows: &mut Vec<Row>) {
    let views = [&page.snapshot.views.shell, &page.snapshot.views.next_start];
    let wanted = [key.views.shell.state != ViewState::Set, true];
    for source in [
        Source::Process,
        Source::DotenvState,
        Source::ConfigEnv,
        Source::LoginShell,
    ] {
        let found = rows.iter().position(|row| row.source == source);
        let label = empty_label(page, source);
        let at = found.unwrap_or_else(|| {
            rows.push(row(label, source));
            rows.len() - 1
        });
        let handed_over = rows
            .iter()
            .any(|row| row.source.is_service() && row.cells.get(1).is_some_and(|cell| !cell.is_empty()));
        let Some(row) = rows.get_mut(at) else { continue };
        for (column, view) in views.into_iter().enumerate() {
            let skip = !wanted.get(column).is_some_and(|wanted| *wanted) || (source == Source::Process && handed_over);
            if let (Fact::Known { value }, Some(cell), false) = (view, row.cells.get_mut(column), skip)
                && cell.is_empty()
            {
                *cell = empty_cell(value, source);
            }
        }
    }
}

fn empty_label(page: &Page<'_>, source: Source) -> String {
    let file = page
        .snapshot
        .views
        .next_start
        .get()
        .or(page.snapshot.views.shell.get())
        .and_then(|trace| trace.files.iter().find(|file| file.source == source));
    match file {
        Some(file) => tilde_within(&clean(&file.facts.path), &page.snapshot.host.home),
        None => words(source).to_owned(),
    }
}

fn empty_cell(trace: &Trace, source: Source) -> String {
    if source == Source::LoginShell {
        return match &trace.shell_import.outcome {
            ShellOutcome::Off => "off",
            ShellOutcome::NothingMissing => "not run",
            ShellOutcome::Answered => NOTHING,
            ShellOutcome::Failed { .. } => "failed",
            ShellOutcome::TimedOut => "timed out",
            ShellOutcome::Unknown { .. } => "?",
        }
        .to_owned();
    }
    let outcome = trace
        .files
        .iter()
        .find(|file| file.source == source)
        .map(|file| &file.outcome);
    match outcome {
        None | Some(FileOutcome::Read { .. }) => NOTHING.to_owned(),
        Some(FileOutcome::Missing) => format!("{NOTHING} (no file)"),
        Some(FileOutcome::Ignored { .. }) => "ignored".to_owned(),
        Some(FileOutcome::Unknown { .. }) => "?".to_owned(),
    }
}

/// Shows in the last column what is known of the process: the environment it was started with,
/// and the source its value comes from.
fn mark_running(page: &Page<'_>, key: &KeyReport, rows: &mut [Row]) {
    let processes = &page.snapshot.processes;
    let initial = processes
        .examined
        .and_then(|at| processes.gateways.get(at))
        .and_then(|gateway| gateway.initial.get());
    for row in rows {
        let Some(cell) = row.cells.get_mut(2).filter(|cell| cell.is_empty()) else {
            continue;
        };
        if let (Source::Process, Some(bindings)) = (row.source, initial) {
            *cell = bindings
                .iter()
                .find(|binding| binding.name == key.name)
                .map_or(NOTHING.to_owned(), |binding| format!("#{}", binding.value.fingerprint));
        } else if key.views.running.state == ViewState::Set && key.views.running.source == Some(row.source) {
            *cell = key
                .views
                .running
                .fingerprint
                .as_deref()
                .map_or(String::new(), |print| format!("#{print}"));
        }
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
