//! From a plan to what is looked at, and from a report to where it goes: this machine or a bundle,
//! standard output or a file. Nothing leaves before it was searched for secrets.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;

use crate::app::console::Console;
use crate::app::exit::Exit;
use crate::app::judge::{catalogue, exit_of, judge};
use crate::app::plan::{Action, Plan};
use crate::app::replay::{self, Opened};
use crate::app::say::{fail, print, refuse};
use crate::base::doctor_name::spell;
use crate::base::text::clean_page;
use crate::bundle::{self, Kind};
use crate::checks;
use crate::collect::{self, clock, guard, save};
use crate::model::report::Report;
use crate::model::snapshot::Snapshot;
use crate::redact::Extras;
use crate::redact::{Leak, Scanner, SecretPatterns};
use crate::render::explain::{self, Topic};
use crate::render::explain_key;
use crate::render::format::Format;
use crate::render::{self, diff};

/// What a report is made of.
pub(crate) struct Seen {
    /// The machine.
    pub(crate) snapshot: Snapshot,
    /// How long it took; none for a replay, whose text must not change.
    pub(crate) elapsed_ms: Option<u64>,
    extras: Extras,
    secret_patterns: SecretPatterns,
    /// How many secrets were withheld in texts of the machine.
    withheld: usize,
}

impl Seen {
    /// Searches a text that is about to leave.
    pub(crate) fn leak(&self, place: &str, text: &str) -> Option<Leak> {
        Scanner::new(&self.secret_patterns).find(place, text)
    }
}

/// Looks at this machine, or opens what `--from` names.
pub(crate) fn observe(plan: &Plan, console: &mut Console) -> Result<Seen, Exit> {
    if let Some(from) = &plan.from {
        let replay = match replay::open(from, plan).map_err(|why| refuse("input", &why, plan, console))? {
            Opened::Machine(replay) => replay,
            Opened::Report(report) => return Err(show_saved(from, &report, plan, console)),
        };
        console.err(&replay.note.unwrap_or_default());
        return Ok(Seen {
            snapshot: replay.snapshot,
            elapsed_ms: None,
            extras: replay.extras,
            secret_patterns: SecretPatterns::default(),
            withheld: 0,
        });
    }
    let from = plan.request.suppressions.clone();
    let refusal = guard::within(ANSWER, move || collect::suppressions::refusal(&from));
    if let Some(why) = refusal.flatten() {
        return Err(refuse("input", &why, plan, console));
    }
    let watch = collect::clock::Watch::start();
    let progress = console.progress(plan.show.quiet);
    let wait: collect::Wait<'_> = &|look, limit| progress.receive("looking at this machine …", look, limit);
    let collected = collect::snapshot(&plan.request, wait).map_err(|why| fail(&why, plan, console))?;
    let secret_patterns = SecretPatterns::new(&collected.vault, &collected.snapshot, plan.request.says);
    let (snapshot, withheld) = without_secrets(collected.snapshot, &secret_patterns);
    Ok(Seen {
        extras: collected.extras.unwrap_or_default(),
        snapshot,
        secret_patterns,
        withheld,
        elapsed_ms: Some(watch.elapsed_ms()),
    })
}

/// Shows a saved report again, as it was judged where it was made.
fn show_saved(from: &str, report: &Report, plan: &Plan, console: &mut Console) -> Exit {
    let judges = !plan.checks.only.is_empty() || !plan.checks.skip.is_empty() || !plan.request.keys.is_empty();
    if judges || plan.bundle.is_some() || plan.action != Action::Report {
        let why =
            format!("--from {from}: this is a report, which is shown as it is; --bundle FILE.json can be judged again");
        return refuse("input", &why, plan, console);
    }
    let text = render::render(report, &plan.show, console.theme(), &catalogue(), None);
    match out_without(&SecretPatterns::default(), &text, plan, console) {
        Exit::Ok => exit_of(report, plan),
        failed => failed,
    }
}

/// The snapshot without the secrets that stand in texts of the machine, such as a key in the place of a name, and
/// how many there were.
fn without_secrets(snapshot: Snapshot, secret_patterns: &SecretPatterns) -> (Snapshot, usize) {
    let scanner = Scanner::new(secret_patterns);
    let Ok(mut value) = serde_json::to_value(&snapshot) else {
        return (snapshot, 0);
    };
    match scanner.mask_value(&mut value) {
        0 => (snapshot, 0),
        // By reference: a copy of a snapshot of ten thousand names takes some ten megabytes.
        count => match Snapshot::deserialize(&value) {
            Ok(masked) => (masked, count),
            // A secret that is one of the model's fixed words is left there, and withheld everywhere else.
            Err(_) => {
                let mut kept = serde_json::to_value(&snapshot).unwrap_or_default();
                let count = take_over(&mut kept, &value, "");
                (serde_json::from_value(kept).unwrap_or(snapshot), count)
            }
        },
    }
}

/// Takes over from `masked` what stands at a place, or of its parts those that leave `whole` a snapshot; returns how many
/// were taken.
fn take_over(whole: &mut Value, masked: &Value, place: &str) -> usize {
    let (Some(new), Some(spot)) = (masked.pointer(place), whole.pointer_mut(place)) else {
        return 0;
    };
    if spot == new {
        return 0;
    }
    let old = std::mem::replace(spot, new.clone());
    if serde_json::from_value::<Snapshot>(whole.clone()).is_ok() {
        return 1;
    }
    let parts: Vec<String> = match &old {
        Value::Array(items) => (0..items.len()).map(|at| at.to_string()).collect(),
        Value::Object(members) => members.keys().cloned().collect(),
        _ => Vec::new(),
    };
    if let Some(spot) = whole.pointer_mut(place) {
        *spot = old;
    }
    let escaped = |part: &String| part.replace('~', "~0").replace('/', "~1");
    let places = parts.iter().map(|part| format!("{place}/{}", escaped(part)));
    places.map(|place| take_over(whole, masked, &place)).sum()
}

/// Prints a text made of what was seen; a secret that is still in it is withheld.
pub(crate) fn out(text: &str, seen: &Seen, plan: &Plan, console: &mut Console) -> Exit {
    out_without(&seen.secret_patterns, text, plan, console)
}

/// Prints a text without the secrets that are known.
pub(crate) fn out_without(secret_patterns: &SecretPatterns, text: &str, plan: &Plan, console: &mut Console) -> Exit {
    let scanner = Scanner::new(secret_patterns);
    let color = console.theme().color;
    let text = match plan.show.format {
        Format::Json => bundle::seal_json(&scanner, text.to_owned()),
        _ => scanner.seal(text.to_owned(), |text| clean_page(text, color)).0,
    };
    print(&text, console)
}

/// How long a path of the command line is waited for before the machine is looked at. One that answers later is met again
/// where it is used.
const ANSWER: Duration = Duration::from_millis(200);

/// Refuses a bundle that could not be written, before any work; none when nothing is wrong.
pub(crate) fn bundle_refusal(plan: &Plan) -> Option<String> {
    let path = plan.bundle.clone()?;
    match Kind::of(&path) {
        Err(why) => Some(why),
        Ok(_) if path == Path::new("-") => (plan.show.format != Format::Human)
            .then(|| "--bundle - takes standard output, so no --format goes with it".to_owned()),
        Ok(_) => {
            let force = plan.force;
            let refused = guard::within(ANSWER, move || save::refusal(&path, force)).flatten();
            refused.map(|why| format!("--bundle: {why}"))
        }
    }
}

/// Makes the bundle that was asked for, and has it written by `until`: the report is not lost with a disk that does not
/// answer. Returns its text where that goes to standard output, or how the run ends where there is no bundle.
pub(crate) fn bundle(seen: &Seen, plan: &Plan, until: Instant, console: &mut Console) -> Result<Option<String>, Exit> {
    let Some(path) = plan.bundle.as_deref() else {
        return Ok(None);
    };
    let checks = &catalogue();
    let kind = Kind::of(path).map_err(|why| refuse("usage", &why, plan, console))?;
    let source = bundle::Source {
        snapshot: &seen.snapshot,
        extras: &seen.extras,
        withheld: seen.withheld,
        show: &plan.show,
        checks,
    };
    let refused = match bundle::make(kind, source, |snapshot| judge(snapshot, plan), &seen.secret_patterns) {
        Ok(bytes) if path == Path::new("-") => return Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Ok(bytes) => {
            let (size, to, force) = (bytes.len(), path.to_owned(), plan.force);
            match guard::within(clock::left(until), move || save::save(&to, &bytes, force)) {
                Some(Ok(())) => {
                    console.err(&format!("bundle: {} ({size} bytes, mode 0600)\n", path.display()));
                    return Ok(None);
                }
                Some(Err(why)) => why,
                None => {
                    let (name, silent) = (path.display(), guard::SILENT);
                    console.err(&format!("error: no bundle was written: {name}: {silent}\n"));
                    return Err(Exit::Incomplete);
                }
            }
        }
        Err(why) => why,
    };
    console.err(&format!("error: no bundle was written: {refused}\n"));
    Err(Exit::Found)
}

/// `doctor explain`: a check from its own words, a variable from this machine.
pub(crate) fn explain(topic: &str, plan: &Plan, console: &mut Console) -> Exit {
    if let Some(check) = checks::ALL.iter().find(|check| check.id == topic) {
        let topic = Topic {
            id: check.id,
            title: check.title,
            group: check.group.word(),
            severity: check.severity,
            causes: check.causes,
            docs: &spell(&check.text(), &plan.show.doctor),
            address: &checks::docs_address(check.id),
        };
        return print(&explain::explain(&topic, console.theme(), plan.show.format), console);
    }
    if !crate::secret::value::is_env_name(topic) || topic.chars().any(|c| c.is_ascii_lowercase()) {
        return refuse("usage", &unknown_topic(topic), plan, console);
    }
    let mut look = plan.clone();
    look.request.keys = vec![topic.to_owned()];
    look.request.offline = true;
    let seen = match observe(&look, console) {
        Ok(seen) => seen,
        Err(exit) => return exit,
    };
    let report = judge(&seen.snapshot, &look);
    let text = explain_key::explain(topic, &report, &seen.snapshot, console.theme(), plan.show.format);
    match out(&text, &seen, plan, console) {
        Exit::Ok if report.examined.config_unknown.is_some() => Exit::Incomplete,
        exit => exit,
    }
}

/// What was typed is not repeated: it may be a key pasted in the wrong place.
fn unknown_topic(topic: &str) -> String {
    let near = checks::ALL
        .iter()
        .map(|check| (strsim::jaro_winkler(check.id, topic), check.id))
        .filter(|(closeness, _)| *closeness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0));
    let tip = near.map_or("`%doctor% checks` lists the checks".to_owned(), |(_, id)| {
        format!("did you mean `{id}`?")
    });
    format!("this is neither the id of a check nor the name of a variable; {tip}")
}

/// `doctor diff`: 0 when nothing of note changed, 1 when something did, as diff(1) does.
pub(crate) fn compare(before: &Path, after: &Path, plan: &Plan, console: &mut Console) -> Exit {
    let mut reports = Vec::new();
    for path in [before, after] {
        match saved(path, plan) {
            Ok(report) => reports.push(report),
            Err(why) => return refuse("input", &why, plan, console),
        }
    }
    let [before, after] = reports.as_slice() else {
        return Exit::Internal;
    };
    let difference = diff::compare(before, after);
    match print(&diff::show(&difference, console.theme(), plan.show.format), console) {
        Exit::Ok if !difference.same => Exit::Found,
        exit => exit,
    }
}

/// The report of a saved report or bundle.
fn saved(path: &Path, plan: &Plan) -> Result<Report, String> {
    if path == Path::new("sample") {
        return Ok(judge(&crate::app::sample::snapshot(), plan));
    }
    let name = path.display();
    let bytes = replay::bytes(path).map_err(|why| format!("{name}: {why}"))?;
    if path.extension().is_some_and(|end| end == "md") {
        return Err(format!("{name}: {}", replay::FOR_PEOPLE));
    }
    if let Some(report) = bundle::load_report(&bytes) {
        return Ok(report);
    }
    let loaded = bundle::load(&bytes).map_err(|why| format!("{name}: {why}"))?;
    Ok(judge(&loaded.snapshot, plan))
}
