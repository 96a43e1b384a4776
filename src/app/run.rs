//! One run from arguments to exit code.

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::app::cli;
use crate::app::cli::{Parsed, Stop, completions, docs};
use crate::app::config_only;
use crate::app::console::Console;
use crate::app::exit::Exit;
use crate::app::handover::Reason;
use crate::app::judge::{catalogue, exit_of, judge};
use crate::app::output;
use crate::app::plan::{Action, ColorChoice, Plan};
use crate::app::say::{fail, print, refuse};
use crate::app::wait;
use crate::app::wait::Waited;
use crate::collect::guard::Unable;
use crate::collect::{self, clock, detach, guard};
use crate::render;

/// Runs the doctor with the arguments after the program's name; `as_doctor` for the executable
/// that is nothing else.
pub fn run(args: &[OsString], as_doctor: bool) -> Exit {
    // What a panic says may quote the text it fell over; the guard below reports it without.
    std::panic::set_hook(Box::new(|_| {}));
    if let Some((_, rest)) = args.split_first().filter(|(first, _)| *first == detach::ARGUMENT) {
        let error = detach::enter(rest);
        Console::new(&collect::terminal::look(), ColorChoice::Never, "openclaw-doctor")
            .err(&format!("error: {error}\n"));
        return Exit::NoHandover;
    }
    let (kind, message, exit) = match guard::on_own_stack(|| with_stack(args, as_doctor)) {
        Ok(exit) => return exit,
        Err(Unable::NoThread) => ("limits", guard::NO_THREAD, Exit::Incomplete),
        Err(Unable::Panicked) => ("internal", FAILED, Exit::Internal),
    };
    let mut console = Console::new(&collect::terminal::look(), ColorChoice::Never, "openclaw-doctor");
    console.err(&format!("error: {message}\n"));
    let document = render::failure(cli::typed_format(args), kind, message, exit.code());
    print(&document, &mut console);
    exit
}

/// What is said of a bug of ours.
const FAILED: &str = "the doctor itself failed; please report this";

fn with_stack(args: &[OsString], as_doctor: bool) -> Exit {
    let begun = clock::Watch::start();
    let terminal = collect::terminal::look();
    let doctor = collect::own_name::find(as_doctor);
    let console = |choice| Console::new(&terminal, choice, &doctor);
    match cli::parse(args, as_doctor) {
        Ok(Parsed::Run(mut plan)) => {
            plan.show.doctor.clone_from(&doctor);
            let mut console = console(plan.color);
            guard::no_core();
            guard::adopt_orphans();
            guard::on_signals();
            let late = Console::new(&terminal, plan.color, &doctor);
            let until = watch(&plan, late, begun);
            let ready = cli::check_topics(&plan, &catalogue())
                .and_then(|()| choose_process(&mut plan))
                .and_then(|()| check_key(&plan));
            let exit = match ready {
                Ok(()) => guarded(&plan, until, &mut console),
                Err(stop) => show(&stop, &mut console),
            };
            guard::leave_nothing();
            exit
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

fn check_key(plan: &Plan) -> Result<(), Stop> {
    let checked = plan
        .request
        .fingerprint_key
        .as_deref()
        .map_or(Ok(()), collect::check_key);
    checked.map_err(|why| Stop::usage(&why, plan.show.format))
}

/// Goes to the machine that is asked about, and finds the process of the container that was asked for.
fn choose_process(plan: &mut Plan) -> Result<(), Stop> {
    let looks = matches!(plan.action, Action::Report | Action::Config { file: None, .. }) && plan.from.is_none();
    if looks && collect::beside::enter().map_err(|why| Stop::usage(&why, plan.show.format))? {
        // Its path in the image leads nowhere on the host.
        "openclaw-doctor".clone_into(&mut plan.show.doctor);
    }
    let Some(name) = plan.request.container.as_deref().filter(|_| looks) else {
        return Ok(());
    };
    let pid = collect::container::resolve(name).map_err(|why| Stop::usage(&why, plan.show.format))?;
    plan.request.pid = Some(pid);
    Ok(())
}

/// How long after its own limit a run that still hangs is ended: in what stands outside of the look at the machine. With
/// what it takes to start and to end, a document is there within a second after the limit.
const GRACE: Duration = Duration::from_millis(800);

/// How much of that is left for printing.
const PRINTING: Duration = Duration::from_millis(300);

/// How long a report may take to come through standard input.
const PIPE: Duration = Duration::from_secs(120);

/// Sees to it that a document comes even where the run hangs for ever, such as in a key on a dead mount. Returns by when all
/// that is not printing has to be done.
fn watch(plan: &Plan, mut console: Console, begun: clock::Watch) -> Instant {
    // What comes through a pipe is made by another machine, in its own time.
    let piped = plan.from.as_deref() == Some("-");
    let pipe = if piped { PIPE } else { Duration::ZERO };
    let limit = plan.request.timeout + plan.wait.unwrap_or_default() + pipe + GRACE;
    let limit = limit.saturating_sub(begun.elapsed());
    let format = plan.show.format;
    guard::answer_within(limit, Exit::Incomplete.code(), move |busy| {
        let message = match busy {
            true => "time was up before the report was made; give it more with --timeout",
            false => "time was up: something on this machine does not answer, such as a dead mount",
        };
        console.err(&format!("error: {message}\n"));
        print(
            &render::failure(format, "timeout", message, Exit::Incomplete.code()),
            &mut console,
        );
    });
    clock::deadline(limit.saturating_sub(PRINTING))
}

/// A bug of ours still ends in a document and in its own exit code.
fn guarded(plan: &Plan, until: Instant, console: &mut Console) -> Exit {
    match catch_unwind(AssertUnwindSafe(|| act(plan, until, console))) {
        Ok(exit) => exit,
        Err(_) => fail(FAILED, plan, console),
    }
}

/// How long the search for the other `openclaw` may take: a folder on PATH can lie on a dead mount.
const SEARCH: Duration = Duration::from_secs(3);
const SILENT_PATH: &str = "a folder on PATH does not answer, such as a dead mount";

fn hand_over(reason: &Reason, args: &[OsString], console: &mut Console) -> Exit {
    let searched = args.to_vec();
    let found = guard::within(SEARCH, move || collect::handover::target(&searched));
    let why = match found.unwrap_or_else(|| Err(SILENT_PATH.to_owned())) {
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

fn act(plan: &Plan, until: Instant, console: &mut Console) -> Exit {
    match &plan.action {
        Action::Completions { shell, beside_node } => {
            let script = completions::completions(shell, &catalogue(), *beside_node);
            print(&script.unwrap_or_default(), console)
        }
        Action::Man => print(&docs::man(), console),
        Action::Checks => {
            let list = render::checks_list::list(&catalogue(), console.theme(), plan.show.format);
            print(&list, console)
        }
        Action::Config { file, elsewhere } => config_only::verdict(plan, file.as_deref(), *elsewhere, console),
        Action::Schema => config_only::schema(plan, console),
        Action::Explain { topic } => output::explain(topic, plan, console),
        Action::Diff { before, after } => output::compare(before, after, plan, console),
        _ => examine(plan, until, console),
    }
}

fn examine(plan: &Plan, until: Instant, console: &mut Console) -> Exit {
    if let Some(why) = output::bundle_refusal(plan) {
        return refuse("usage", &why, plan, console);
    }
    let waited = match plan.wait {
        Some(limit) => wait::until_ready(plan, limit, console),
        None => output::observe(plan, console).map(|seen| Waited { seen, expired: None }),
    };
    let Waited { seen, expired } = match waited {
        Ok(waited) => waited,
        Err(exit) => return exit,
    };
    let report = judge(&seen.snapshot, plan);
    let bundle = output::bundle(&seen, plan, until, console);
    let text = match &bundle {
        Ok(Some(text)) => text.clone(),
        _ => render::render(&report, &plan.show, console.theme(), &catalogue(), seen.elapsed_ms),
    };
    let printed = output::out(&text, &seen, plan, console);
    // The prompt is below the report: there it is read.
    if let Some(said) = expired.as_ref().filter(|_| !plan.show.quiet) {
        console.err(said);
    }
    let exit = match expired {
        // That it is still starting is what the exit code of a wait says.
        Some(_) => exit_of(&wait::besides_the_start(&report), plan),
        None => exit_of(&report, plan),
    };
    match (printed, bundle, exit) {
        (Exit::Ok, Ok(_), Exit::Ok | Exit::Incomplete) if expired.is_some() => Exit::WaitExpired,
        (Exit::Ok, Ok(_), exit) => exit,
        (Exit::Ok, Err(_), Exit::Found) => Exit::Found,
        (Exit::Ok, Err(failed), _) => failed,
        (failed, ..) => failed,
    }
}
