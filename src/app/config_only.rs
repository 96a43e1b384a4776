//! `doctor config`: the verdict on one config alone, of this machine or of a bundle.

use std::path::Path;

use crate::app::console::Console;
use crate::app::exit::Exit;
use crate::app::judge::judge;
use crate::app::output;
use crate::app::plan::Plan;
use crate::app::say::{fail, print, unknown};
use crate::base::doctor_name::spell;
use crate::base::wrap::wrap;
use crate::checks::OF_THE_SUBJECT;
use crate::collect;
use crate::config::document::Document;
use crate::config::standalone::{self, FileVerdict, Style};
use crate::model::report::Severity;
use crate::model::snapshot::{ConfigState, ConfigView};
use crate::{render, resolve};

/// Prints the verdict on a file, on the machine's own config, or on that of a bundle.
pub(crate) fn verdict(plan: &Plan, file: Option<&Path>, elsewhere: bool, console: &mut Console) -> Exit {
    if plan.from.is_some() {
        let seen = match output::observe(plan, console) {
            Ok(seen) => seen,
            Err(exit) => return exit,
        };
        let trace = resolve::start_trace(&seen.snapshot).or(resolve::gateway_trace(&seen.snapshot));
        let Some(trace) = trace else {
            return fail("the bundle has no config", plan, console);
        };
        if let Some(why) = too_much(&trace.config_path, &trace.config) {
            return unknown(&why, plan, console);
        }
        let verdict = standalone::object(&trace.config_path, None, &trace.config);
        let text = text(plan, &verdict, None, &trace.config, true, console);
        return ended(output::out(&text, &seen, plan, console), &verdict, plan);
    }
    let mut read = match collect::config_file::read(&plan.request, file, elsewhere) {
        Ok(read) => read,
        Err(why) => return fail(&why, plan, console),
    };
    if let Some(why) = too_much(&read.path, &read.view) {
        return unknown(&why, plan, console);
    }
    let document = read.document.as_deref();
    let verdict = standalone::object(&read.path, document, &read.view);
    let text = text(plan, &verdict, document, &read.view, file.is_none(), console);
    read.secret_patterns.suspect(&text);
    ended(
        output::out_without(&read.secret_patterns, &text, plan, console),
        &verdict,
        plan,
    )
}

/// Why there is no verdict on a config that the Gateway may well take.
fn too_much(path: &str, view: &ConfigView) -> Option<String> {
    match &view.state {
        ConfigState::TooMuch { why } => Some(format!("{path}: {why}")),
        _ => None,
    }
}

/// Prints the JSON Schema of configs.
pub(crate) fn schema(plan: &Plan, console: &mut Console) -> Exit {
    match collect::config_file::read(&plan.request, None, false) {
        Ok(read) => print(&standalone::json_schema(&read.view), console),
        Err(why) => fail(&why, plan, console),
    }
}

fn text(
    plan: &Plan,
    verdict: &FileVerdict,
    document: Option<&Document>,
    view: &ConfigView,
    own: bool,
    console: &mut Console,
) -> String {
    let theme = console.theme().clone();
    render::config_verdict(verdict, plan.show.format, plan.show.fail_on).unwrap_or_else(|| {
        let style = Style {
            color: theme.color,
            width: theme.width,
        };
        let mut page = standalone::page(&verdict.path, document, view, style);
        if let Some(words) = judged_with(verdict) {
            page.push_str(&lines(&spell(words, &plan.show.doctor), theme.width));
        }
        if own && view.state == ConfigState::Missing {
            page.push_str(&lines(&subject_missing(plan, console), theme.width));
        }
        theme.fit(page)
    })
}

/// What a verdict on the secret of the Gateway rests on, for below the page.
fn judged_with(verdict: &FileVerdict) -> Option<&'static str> {
    let by = verdict.gateway_start.ended_by.as_deref().unwrap_or_default();
    (verdict.valid && !verdict.starts() && by.starts_with("gateway.auth")).then_some(
        "Judged with this shell's variables and .env; `%doctor%` also looks at those that only the service sets.",
    )
}

fn lines(text: &str, width: usize) -> String {
    let lines = text.lines().flat_map(|line| wrap(line, width));
    lines.map(|line| format!("{line}\n")).collect()
}

/// What the report says of a machine without a config, with its first step: both speak of one thing.
fn subject_missing(plan: &Plan, console: &mut Console) -> String {
    let report = output::observe(plan, console).map(|seen| judge(&seen.snapshot, plan));
    let missing = report.ok().and_then(|report| {
        let mut findings = report.findings.into_iter();
        findings.find(|finding| OF_THE_SUBJECT.contains(&finding.id.as_str()) && finding.folded_under.is_none())
    });
    let Some(missing) = missing else {
        return "Set OpenClaw up: openclaw onboard --install-daemon".to_owned();
    };
    let (words, commands) = missing
        .remedy
        .map(|remedy| (remedy.text, remedy.commands))
        .unwrap_or_default();
    let lines = [format!("{}.", missing.title), words].into_iter().chain(commands);
    lines.collect::<Vec<_>>().join("\n")
}

/// The exit code that a verdict asks for: a config that no Gateway starts with is an error.
fn ended(printed: Exit, verdict: &FileVerdict, plan: &Plan) -> Exit {
    let found = match plan.show.fail_on {
        None => false,
        Some(Severity::Error) => verdict.is_refused(),
        Some(_) => verdict.is_refused() || !verdict.warnings.is_empty(),
    };
    match printed {
        Exit::Ok if found => Exit::Found,
        printed => printed,
    }
}
