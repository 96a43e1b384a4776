//! One key in one environment.

use super::launch;
use crate::base::fact::Fact;
use crate::model::report::{Certainty, View, ViewState};
use crate::model::snapshot::{
    Binding, FileOutcome, Found, OfferStatus, Place, Snapshot, Source, Trace, ValueFacts, ValueFlag,
};

/// A view with the value behind it.
pub(super) struct Seen {
    pub(super) view: View,
    pub(super) value: Option<ValueFacts>,
}

fn unknown(evidence: impl Into<String>) -> Seen {
    Seen {
        view: View {
            state: ViewState::Unknown,
            fingerprint: None,
            source: None,
            certainty: Certainty::Likely,
            evidence: evidence.into(),
        },
        value: None,
    }
}

fn set(value: &ValueFacts, source: Option<Source>, certainty: Certainty, evidence: String) -> Seen {
    Seen {
        view: View {
            state: ViewState::Set,
            fingerprint: Some(value.fingerprint.clone()),
            source,
            certainty,
            evidence,
        },
        value: Some(value.clone()),
    }
}

fn lacking(state: ViewState, certainty: Certainty, evidence: impl Into<String>) -> Seen {
    Seen {
        view: View {
            state,
            fingerprint: None,
            source: None,
            certainty,
            evidence: evidence.into(),
        },
        value: None,
    }
}

/// Words for a place, home as it is (renderers shorten it).
pub(super) fn place_words(place: Option<&Place>, source: Source) -> String {
    match place {
        Some(place) => match place.line {
            Some(line) => format!("{}:{line}", place.path),
            None => place.path.clone(),
        },
        None => match source {
            Source::Process => "process environment".to_owned(),
            Source::LoginShell => "login shell (env.shellEnv)".to_owned(),
            other => other.word().to_owned(),
        },
    }
}

/// A key by a trace: what loading gives it.
pub(super) fn by_trace(trace: &Fact<Trace>, name: &str, unread: &[String]) -> Seen {
    let trace = match trace {
        Fact::Known { value } => value,
        Fact::Absent => return unknown("there is none"),
        Fact::Unreadable { why, .. } | Fact::NotAsked { why } => return unknown(why.clone()),
    };
    let certainty = if trace.doubts.is_empty() {
        Certainty::Proved
    } else {
        Certainty::Likely
    };
    let found = trace.find(name);
    if let Some(binding) = found.seen() {
        // A stronger source that could not be read may hold another value.
        let doubtful = !unread.is_empty() || matches!(found, Found::Best(..));
        let certainty = if doubtful { Certainty::Likely } else { certainty };
        return set(
            &binding.value,
            Some(binding.source),
            certainty,
            place_words(binding.place.as_ref(), binding.source),
        );
    }
    // What the service's files hide is told first: it stands above what the loading hides.
    if let Some(sentence) = unread.first() {
        return unknown(sentence.clone());
    }
    if let Found::Unknown(why) = found {
        return unknown(why);
    }
    let removed = trace
        .offers_for(name)
        .find(|offer| offer.status == OfferStatus::Removed);
    match removed {
        Some(offer) => lacking(
            ViewState::Removed,
            certainty,
            format!(
                "handed over by {} and removed ({})",
                place_words(offer.place.as_ref(), offer.source),
                offer.rule
            ),
        ),
        None => lacking(ViewState::Unset, certainty, "no source has it"),
    }
}

/// A key at the next start: what loading gives it, as far as the programs before OpenClaw leave that known.
pub(super) fn next_start(snapshot: &Snapshot, name: &str) -> Seen {
    let unread = super::service(snapshot).map_or(&[][..], |service| service.unknown.as_slice());
    let mut seen = by_trace(&snapshot.views.next_start, name, unread);
    if let Some(file) = launch::changed_definition(snapshot, name) {
        return unknown(format!(
            "{} changed after the Gateway started; what it gives next time is not known",
            file.path
        ));
    }
    if launch::has_closed_definition(snapshot) {
        seen.view.certainty = Certainty::Likely;
    }
    let Some(link) = launch::open_link(snapshot, name) else {
        return seen;
    };
    seen.view.certainty = Certainty::Likely;
    let program = &link.program;
    // What stands in `.env`, the config or the login shell gives way to anything that a program before OpenClaw sets.
    let weaker = !seen.view.source.is_some_and(Source::is_service) && !launch::is_managed(snapshot, name);
    match launch::brought(snapshot, name) {
        launch::Brought::Yes { pid } => unknown(format!(
            "{program} gave it to pid {pid}; what it gives next time is not known"
        )),
        launch::Brought::NotLastTime => seen,
        // A tool that fetches secrets puts them in the place of such references.
        launch::Brought::CannotTell if weaker || seen.value.as_ref().is_none_or(is_reference) => {
            unknown(match link.assigns.iter().find(|assign| assign.name == name) {
                Some(assign) => format!(
                    "{program}:{} sets it before OpenClaw starts; it was read, not run",
                    assign.line
                ),
                None => format!("{program} runs before OpenClaw and may set it; the doctor does not run it"),
            })
        }
        launch::Brought::CannotTell => seen,
    }
}

fn is_reference(value: &ValueFacts) -> bool {
    value.reference.is_some() || value.has(ValueFlag::LiteralReference) || value.has(ValueFlag::CommandSubstitution)
}

/// A key in the running process: seen in a child, else predicted from what it was started with.
pub(super) fn running(snapshot: &Snapshot, name: &str) -> Seen {
    let Some(process) = super::process(snapshot) else {
        return unknown(match &snapshot.views.running {
            Fact::Unreadable { why, .. } | Fact::NotAsked { why } => why.clone(),
            _ => "no Gateway is running".to_owned(),
        });
    };
    let initial = match &process.initial {
        Fact::Known { value } => value.iter().find(|binding| binding.name == name),
        _ => None,
    };
    if let Some(witness) = process.witness.get() {
        let evidence = format!("seen in worker pid {} of Gateway pid {}", witness.pid, process.pid);
        return match witness.bindings.iter().find(|binding| binding.name == name) {
            Some(binding) => set(
                &binding.value,
                origin(snapshot, binding, initial),
                Certainty::Proved,
                evidence,
            ),
            None if initial.is_some() => lacking(
                ViewState::Removed,
                Certainty::Proved,
                format!(
                    "in the environment at start of pid {}, absent in worker pid {}",
                    process.pid, witness.pid
                ),
            ),
            None => lacking(
                ViewState::Unset,
                Certainty::Proved,
                evidence.replace("seen", "not there"),
            ),
        };
    }
    match &process.initial {
        Fact::Unreadable { why, .. } => return unknown(why.clone()),
        Fact::Known { .. } | Fact::Absent | Fact::NotAsked { .. } => {}
    }
    predicted(snapshot, name, process.started_ms)
}

/// Without a witness the loading is repeated from the environment at start; files changed since
/// then prove nothing.
fn predicted(snapshot: &Snapshot, name: &str, started_ms: Option<i64>) -> Seen {
    let mut seen = by_trace(&snapshot.views.running, name, &[]);
    seen.view.certainty = Certainty::Likely;
    let changed = snapshot
        .views
        .running
        .get()
        .and_then(|trace| changed_since(trace, started_ms));
    // Only a value from the process itself is safe from later changes of files.
    let handed = seen
        .view
        .source
        .is_some_and(|source| source == Source::Process || source.is_service());
    if let (Some(path), false) = (changed, handed) {
        return unknown(format!(
            "{path} changed after the Gateway started, and no worker shows what it had before"
        ));
    }
    seen.view.evidence = format!("predicted: {}", seen.view.evidence);
    seen
}

/// How far a file's time may lie after the process start without meaning a change (facts/services.md 1.5).
pub(crate) const SLACK_MS: i64 = 2_000;

/// Returns the first dotenv file of a trace that changed after the process started.
pub(crate) fn changed_since(trace: &Trace, started_ms: Option<i64>) -> Option<&str> {
    let started = started_ms?;
    trace
        .files
        .iter()
        .filter(|file| matches!(file.outcome, FileOutcome::Read { .. }))
        .find(|file| {
            file.facts
                .stat
                .get()
                .is_some_and(|stat| stat.mtime_ms > started + SLACK_MS)
        })
        .map(|file| file.facts.path.as_str())
}

/// Where the value of a running process comes from: the loading that gives the same value tells.
fn origin(snapshot: &Snapshot, seen: &Binding, initial: Option<&Binding>) -> Option<Source> {
    let same = |binding: &&Binding| binding.value.same_as(&seen.value);
    let traces = [snapshot.views.running.get(), snapshot.views.next_start.get()];
    let told = traces
        .into_iter()
        .flatten()
        .find_map(|trace| trace.find(&seen.name).seen().filter(same).map(|binding| binding.source));
    told.or(initial.filter(same).map(|_| Source::Process))
}
