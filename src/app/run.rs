//! One run from arguments to exit code.

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::app::cli;
use crate::app::cli::{Parsed, Stop, docs};
use crate::app::console::Console;
use crate::app::exit::Exit;
use crate::app::handover::Reason;
use crate::app::output as deliver;
use crate::app::plan::{Action, ColorChoice, Format, Plan};
use crate::app::spelled;
use crate::app::wait;
use crate::app::wait::Waited;
use crate::checks;
use crate::checks::runner::Filter;
use crate::collect::{self, guard, session};
use crate::config::standalone;
use crate::model::report::{Outcome, Report, SCHEMA, Severity, Tool};
use crate::model::snapshot::Snapshot;
use crate::render::{self, CheckMeta};
use crate::resolve;
use crate::resolve::examined;

/// Runs the doctor with the arguments after the program's name; `as_doctor` for the executable
/// that is nothing else.
pub fn run(args: &[OsString], as_doctor: bool) -> Exit {
    // What a panic says may quote the text it fell over; the guard below reports it without.
    std::panic::set_hook(Box::new(|_| {}));
    if let Some((_, rest)) = args.split_first().filter(|(first, _)| *first == session::ARGUMENT) {
        let error = session::enter(rest);
        Console::new(&collect::terminal::look(), ColorChoice::Never, "openclaw-doctor")
            .err(&format!("error: {error}\n"));
        return Exit::NoHandover;
    }
    let terminal = collect::terminal::look();
    let doctor = collect::own_name::find(as_doctor);
    let console = |choice| Console::new(&terminal, choice, &doctor);
    match cli::parse(args, as_doctor) {
        Ok(Parsed::Run(mut plan)) => {
            plan.doctor.clone_from(&doctor);
            let mut console = console(plan.color);
            guard::no_core();
            guard::on_signals();
            let late = Console::new(&terminal, plan.color, &doctor);
            watch(&plan, late);
            match cli::check_topics(&plan, &catalogue()) {
                Ok(()) => guarded(&plan, &mut console),
                Err(stop) => show(&stop, &mut console),
            }
        }
        Ok(Parsed::HandOver(reason)) => {
            let mut console = console(cli::typed_color(args));
            hand_over(&reason, args, &mut console)
        }
        Err(stop) => {
            let mut console = console(cli::typed_color(args));
            show(&stop, &mut console)
        }
    }
}

/// How long after its own limit a run that still hangs is ended: in what stands outside of the look at the machine.
const GRACE: Duration = Duration::from_millis(1500);

/// Sees to it that a document comes even where the run hangs for ever, such as in a bundle on a dead mount.
fn watch(plan: &Plan, mut console: Console) {
    let limit = plan.timeout + plan.wait.unwrap_or_default() + GRACE;
    let format = plan.format;
    guard::answer_within(limit, Exit::Incomplete.code(), move || {
        let message = "time was up: something on this machine does not answer, such as a dead mount";
        console.err(&format!("error: {message}\n"));
        print(
            &render::failure(format, "timeout", message, Exit::Incomplete.code()),
            &mut console,
        );
    });
}

/// A bug of ours still ends in a document and in its own exit code.
fn guarded(plan: &Plan, console: &mut Console) -> Exit {
    match catch_unwind(AssertUnwindSafe(|| act(plan, console))) {
        Ok(exit) => exit,
        Err(_) => fail("the doctor itself failed; please report this", plan, console),
    }
}

fn hand_over(reason: &Reason, args: &[OsString], console: &mut Console) -> Exit {
    let why = match collect::handover::target(args) {
        Ok(target) => {
            if let Some(notice) = reason.notice(&target) {
                console.err(&notice);
            }
            collect::handover::exec(&target, args)
        }
        Err(why) => match reason.own_answer() {
            Some(answer) => return print(&answer, console),
            None => why,
        },
    };
    let refusal = reason.refusal(&why);
    console.err(&refusal);
    // A script that asked the doctor for a format gets its document whoever was to answer.
    if matches!(reason, Reason::Flag(_)) {
        let format = cli::typed_format(args);
        print(
            &render::failure(format, "handover", refusal.trim_end(), Exit::NoHandover.code()),
            console,
        );
    }
    Exit::NoHandover
}

fn show(stop: &Stop, console: &mut Console) -> Exit {
    console.err(&stop.stderr);
    match print(&stop.stdout, console) {
        Exit::Ok => stop.exit,
        failed => failed,
    }
}

pub(crate) fn print(text: &str, console: &mut Console) -> Exit {
    match console.out(text) {
        Ok(()) => Exit::Ok,
        Err(error) => {
            console.err(&format!("error: standard output cannot be written: {error}\n"));
            Exit::Internal
        }
    }
}

pub(crate) fn fail(message: &str, plan: &Plan, console: &mut Console) -> Exit {
    console.err(&format!("error: {message}\n"));
    print(
        &render::failure(plan.format, "internal", message, Exit::Internal.code()),
        console,
    );
    Exit::Internal
}

/// Refuses what was asked for: exit 2, and the one document of the format.
pub(crate) fn refuse(kind: &str, message: &str, plan: &Plan, console: &mut Console) -> Exit {
    console.err(&format!("error: {message}\n"));
    print(
        &render::failure(plan.format, kind, message, Exit::Usage.code()),
        console,
    );
    Exit::Usage
}

fn act(plan: &Plan, console: &mut Console) -> Exit {
    match &plan.action {
        Action::Completions { shell } => print(&docs::completions(shell, &catalogue()).unwrap_or_default(), console),
        Action::Man => print(&docs::man(), console),
        Action::Checks => {
            let list = render::checks_list::list(&catalogue(), console.theme(), plan.format);
            print(&list, console)
        }
        Action::Config { file } => config(plan, file.as_deref(), console),
        Action::Explain { topic } => deliver::explain(topic, plan, console),
        Action::Diff { before, after } => deliver::compare(before, after, plan, console),
        _ => examine(plan, console),
    }
}

/// The verdict on one config alone: 0 valid, 1 invalid.
fn config(plan: &Plan, file: Option<&std::path::Path>, console: &mut Console) -> Exit {
    let mut read = match collect::config_file::read(plan, file) {
        Ok(read) => read,
        Err(why) => return fail(&why, plan, console),
    };
    let json = plan.format == Format::Json;
    let (text, code) = standalone::page(&read.path, read.document.as_deref(), &read.view, json);
    read.needles.suspect(&text);
    match deliver::out_without(&read.needles, &text, plan, console) {
        Exit::Ok if code == 0 => Exit::Ok,
        Exit::Ok => Exit::Found,
        failed => failed,
    }
}

/// What renderers need of the checks, in table order.
fn catalogue() -> Vec<CheckMeta<'static>> {
    checks::ALL
        .iter()
        .map(|check| CheckMeta {
            id: check.id,
            title: check.title,
            group: check.group.word(),
        })
        .collect()
}

fn examine(plan: &Plan, console: &mut Console) -> Exit {
    if let Some(why) = deliver::bundle_refusal(plan) {
        return refuse("usage", &why, plan, console);
    }
    let waited = match plan.wait {
        Some(limit) => wait::until_ready(plan, limit, console),
        None => deliver::observe(plan, console).map(|seen| Waited { seen, expired: false }),
    };
    let Waited { seen, expired } = match waited {
        Ok(waited) => waited,
        Err(exit) => return exit,
    };
    let report = judge(&seen.snapshot, plan);
    let bundle = deliver::bundle(&seen, plan, &catalogue(), console);
    let text = match &bundle {
        Ok(Some(text)) => text.clone(),
        _ => render::render(&report, plan, console.theme(), &catalogue(), seen.elapsed_ms),
    };
    match (
        deliver::out(&text, &seen, plan, console),
        bundle,
        exit_of(&report, plan),
    ) {
        (Exit::Ok, Ok(_), Exit::Ok | Exit::Incomplete) if expired => Exit::WaitExpired,
        (Exit::Ok, Ok(_), exit) => exit,
        (Exit::Ok, Err(failed), _) => failed,
        (failed, ..) => failed,
    }
}

/// Makes the report of a snapshot: a pure function of it and of the filters.
pub(crate) fn judge(snapshot: &Snapshot, plan: &Plan) -> Report {
    let resolved = resolve::resolve(snapshot);
    let filter = Filter {
        only: &plan.only,
        skip: &plan.skip,
    };
    let diagnosis = crate::checks::runner::run(checks::ALL, snapshot, &resolved, filter);
    let mut report = Report {
        schema: SCHEMA.to_owned(),
        tool: Tool {
            version: snapshot.tool_version.clone(),
        },
        taken_at: examined::rfc3339(snapshot.taken_at),
        examined: examined::of(snapshot),
        outcome: diagnosis.outcome,
        keys: resolved.keys.into_iter().map(|key| key.report).collect(),
        suppressed: diagnosis.findings.iter().filter(|finding| !finding.counts()).count(),
        findings: diagnosis.findings,
        checks: diagnosis.checks,
        pings: snapshot.pings.answers.iter().map(Into::into).collect(),
        answers: examined::answers(&snapshot.pings),
        programs: examined::programs(snapshot),
    };
    spelled::in_report(&mut report, &plan.doctor);
    report
}

fn exit_of(report: &Report, plan: &Plan) -> Exit {
    let Some(least) = plan.fail_on else {
        return Exit::Ok;
    };
    let found = report
        .findings
        .iter()
        .any(|finding| finding.counts() && finding.severity >= least);
    match report.outcome {
        _ if found => Exit::Found,
        Outcome::Incomplete if least <= Severity::Error => Exit::Incomplete,
        _ => Exit::Ok,
    }
}
