//! `doctor config`: the verdict on one config alone, in every format, of this machine or of a bundle.

use std::path::Path;

use crate::app::console::Console;
use crate::app::exit::Exit;
use crate::app::judge::catalogue;
use crate::app::output;
use crate::app::plan::Plan;
use crate::app::say::{fail, print};
use crate::checks::config::{CONFIG_ALONE, of_config};
use crate::collect;
use crate::config::document::Document;
use crate::config::standalone::{self, Style};
use crate::model::report::{CheckOutcome, CheckReport, Examined, Finding, Outcome, Report, SCHEMA, Severity, Tool};
use crate::model::snapshot::ConfigView;
use crate::render::format::Format;
use crate::{render, resolve};

/// Prints the verdict: 0 where a Gateway starts with the config, 1 where it is invalid or the start is refused.
pub(crate) fn verdict(plan: &Plan, file: Option<&Path>, console: &mut Console) -> Exit {
    if plan.from.is_some() {
        let seen = match output::observe(plan, console) {
            Ok(seen) => seen,
            Err(exit) => return exit,
        };
        let trace = resolve::start_trace(&seen.snapshot).or(resolve::gateway_trace(&seen.snapshot));
        let Some(trace) = trace else {
            return fail("the bundle has no config", plan, console);
        };
        let text = text(plan, &trace.config_path, None, &trace.config, console);
        return ended(output::out(&text, &seen, plan, console), &trace.config);
    }
    let mut read = match collect::config_file::read(&plan.request, file) {
        Ok(read) => read,
        Err(why) => return fail(&why, plan, console),
    };
    let text = text(plan, &read.path, read.document.as_deref(), &read.view, console);
    read.needles.suspect(&text);
    ended(output::out_without(&read.needles, &text, plan, console), &read.view)
}

/// Prints the JSON Schema of configs.
pub(crate) fn schema(plan: &Plan, console: &mut Console) -> Exit {
    match collect::config_file::read(&plan.request, None) {
        Ok(read) => print(&standalone::json_schema(&read.view), console),
        Err(why) => fail(&why, plan, console),
    }
}

fn ended(printed: Exit, view: &ConfigView) -> Exit {
    match printed {
        Exit::Ok if standalone::exit_code(&standalone::verdict_of(view)) == 0 => Exit::Ok,
        Exit::Ok => Exit::Found,
        failed => failed,
    }
}

fn text(plan: &Plan, path: &str, document: Option<&Document>, view: &ConfigView, console: &Console) -> String {
    let theme = console.theme();
    match plan.show.format {
        Format::Json => standalone::document(path, view),
        Format::Human => {
            let style = Style {
                color: theme.color,
                width: theme.width,
            };
            theme.fit(standalone::page(path, document, view, style))
        }
        // The formats of machines show findings, so the problems become some.
        _ => render::render(&report(path, view), &plan.show, theme, &catalogue(), None),
    }
}

fn check(id: &str, findings: &[Finding]) -> CheckReport {
    let found = findings.iter().any(|finding| finding.id == id);
    CheckReport {
        id: id.to_owned(),
        outcome: if found { CheckOutcome::Found } else { CheckOutcome::Pass },
        why: None,
    }
}

/// The verdict as a report with nothing else in it.
fn report(path: &str, view: &ConfigView) -> Report {
    let findings = of_config(path, view);
    let worst = findings.iter().map(|finding| finding.severity).max();
    Report {
        schema: SCHEMA.to_owned(),
        tool: Tool {
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        taken_at: String::new(),
        examined: Examined {
            config: path.to_owned(),
            ..Examined::default()
        },
        outcome: match worst {
            Some(Severity::Error) => Outcome::Errors,
            Some(Severity::Warning) => Outcome::Warnings,
            _ => Outcome::Ok,
        },
        keys: Vec::new(),
        suppressed: 0,
        checks: CONFIG_ALONE.iter().map(|id| check(id, &findings)).collect(),
        findings,
        pings: Vec::new(),
        answers: Vec::new(),
        programs: Vec::new(),
    }
}
