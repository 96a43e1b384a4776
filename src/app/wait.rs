//! `--wait`: looks again until the Gateway is ready or waiting cannot help.
//!
//! What is decided is a function of report and snapshot; the loop around it asks `collect` for the
//! next look and for the pause.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::app::console::Console;
use crate::app::exit::Exit;
use crate::app::judge::judge as report_of;
use crate::app::output;
use crate::app::output::Seen;
use crate::app::plan::Plan;
use crate::base::text::clean;
use crate::checks::{self, check::Group};
use crate::collect::clock;
use crate::model::report::{Finding, Report, Severity};
use crate::model::snapshot::{PingFacts, Side, Snapshot};
use crate::ping::verdict::Word;

/// Findings that go away by themselves while a Gateway starts.
const PASSING: &str = "gateway-starting";
const _: () = assert!(checks::is_id(PASSING));

/// Returns the report without what a start explains.
pub(crate) fn besides_the_start(report: &Report) -> Report {
    let mut besides = report.clone();
    besides.findings.retain(|finding| finding.id != PASSING);
    besides
}

/// First and longest pause between two looks.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(3);

/// What a look says about waiting on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// The Gateway is up.
    Ready,
    /// A problem stays however long one waits.
    Useless,
    /// It is not up yet.
    Starting,
}

/// Judges one look.
pub(crate) fn judge(report: &Report, snapshot: &Snapshot) -> State {
    let word = snapshot
        .pings
        .gateway
        .as_ref()
        .map(|verdict| Word::parse(&verdict.word));
    let passing = word.flatten().is_some_and(Word::may_pass);
    if report.findings.iter().any(|finding| is_lasting(finding, passing)) {
        return State::Useless;
    }
    let ready = match word {
        // A word of a later release may mean anything; only what is known to pass is waited for.
        Some(_) => !passing,
        None => {
            let listens = snapshot
                .processes
                .port_owner
                .as_ref()
                .is_some_and(|owner| owner.is_gateway);
            snapshot.processes.examined.is_some() && listens
        }
    };
    if ready { State::Ready } else { State::Starting }
}

fn is_lasting(finding: &Finding, passing: bool) -> bool {
    let group = crate::checks::ALL
        .iter()
        .find(|check| check.id == finding.id)
        .map(|check| check.group);
    let of_answers = matches!(group, Some(Group::Gateway | Group::Cloudflare));
    finding.counts() && finding.severity == Severity::Error && finding.id != PASSING && !(passing && of_answers)
}

/// The last look of a wait, and whether time ran out before the Gateway was ready.
pub(crate) struct Waited {
    pub(crate) seen: Seen,
    /// What was still missing when time ran out, in a line to say after the report.
    pub(crate) expired: Option<String>,
}

/// Looks until the Gateway is ready, waiting is useless, or the limit is reached.
pub(crate) fn until_ready(plan: &Plan, limit: Duration, console: &mut Console) -> Result<Waited, Exit> {
    let watch = clock::Watch::start();
    let mut told = BTreeSet::new();
    let mut pause = FIRST;
    let mut asked: Option<PingFacts> = None;
    loop {
        let left = limit.saturating_sub(watch.elapsed());
        let mut look = plan.clone();
        look.request.timeout = plan.request.timeout.min(left.max(FIRST));
        if asked.is_some() {
            look.request.no_cloudflare = Some("asked before".to_owned());
        }
        let mut seen = output::observe(&look, console)?;
        match &asked {
            Some(before) => keep_cloudflare(&mut seen.snapshot.pings, before),
            None => asked = Some(seen.snapshot.pings.clone()).filter(has_cloudflare),
        }
        seen.elapsed_ms = Some(watch.elapsed_ms());
        let report = report_of(&seen.snapshot, plan);
        let state = judge(&report, &seen.snapshot);
        let left = limit.saturating_sub(watch.elapsed());
        let expired = state == State::Starting && left.is_zero();
        if !plan.show.quiet {
            tell(&report, &seen, &mut told, state, expired, console);
        }
        if state != State::Starting || expired {
            let missing = missing(&seen.snapshot);
            let said = format!("time ran out after {} s: {missing}\n", limit.as_secs());
            return Ok(Waited {
                seen,
                expired: expired.then_some(said),
            });
        }
        let label = format!(
            "waiting until the Gateway is ready: {} of {} s",
            watch.elapsed().as_secs(),
            limit.as_secs()
        );
        console.progress(plan.show.quiet).pause(&label, pause.min(left));
        pause = (pause * 3 / 2).min(LONGEST);
    }
}

/// Returns whether requests came to somebody at Cloudflare's address: they count there, so one round has to do for a run.
fn has_cloudflare(pings: &PingFacts) -> bool {
    let word = pings.cloudflare.as_ref().and_then(|verdict| Word::parse(&verdict.word));
    let nobody = [
        Word::BadAddress,
        Word::Dns,
        Word::Refused,
        Word::Unreachable,
        Word::ProxyDead,
    ];
    word.is_some_and(|word| !nobody.contains(&word))
}

/// Takes Cloudflare's answers over from an earlier look.
fn keep_cloudflare(pings: &mut PingFacts, before: &PingFacts) {
    let answers = before.answers.iter().filter(|answer| answer.target == Side::Cloudflare);
    pings.answers.extend(answers.cloned());
    pings.cloudflare.clone_from(&before.cloudflare);
    pings.others.clone_from(&before.others);
    pings.why_no_cloudflare = None;
    if let Some(why) = pings.why_none.take() {
        pings.why_no_gateway = Some(why);
    }
}

/// What a Gateway that is not up yet still lacks.
fn missing(snapshot: &Snapshot) -> &'static str {
    let verdict = snapshot.pings.gateway.as_ref();
    match verdict.and_then(|verdict| Word::parse(&verdict.word)) {
        Some(word) => word.meaning(),
        None if snapshot.processes.examined.is_some() => "the Gateway runs and does not listen on its port yet",
        None => "no Gateway is running",
    }
}

/// Says once that there is something to wait for, and each problem once: not during a start, for it may end with that.
fn tell(report: &Report, seen: &Seen, told: &mut BTreeSet<String>, state: State, expired: bool, console: &mut Console) {
    let problems = report.findings.iter().filter(|finding| {
        finding.counts() && finding.severity > Severity::Info && (state != State::Starting || expired)
    });
    let lines = problems
        .filter(|finding| finding.folded_under.is_none())
        .map(|finding| {
            let subject = finding
                .subject
                .as_deref()
                .map_or(String::new(), |subject| format!(" ({subject})"));
            format!("{}{subject}: {}", finding.id, finding.title)
        });
    let waiting = (state == State::Starting).then(|| "waiting until the Gateway is ready".to_owned());
    let lines: Vec<String> = waiting.into_iter().chain(lines).map(|line| clean(&line)).collect();
    for line in lines {
        let key = line.split(": ").next().unwrap_or_default().to_owned();
        if told.insert(key) && seen.leak("progress", &line).is_none() {
            console.err(&format!("{line}\n"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::snapshot::Layer;
    use crate::model::snapshot::{PingAnswer, PingVerdict, PortOwner};
    use crate::render::samples;

    fn verdict(word: Word) -> Option<PingVerdict> {
        Some(word.verdict(Vec::new()))
    }

    #[test]
    fn one_waits_only_for_what_can_come() {
        let (report, mut snapshot) = (samples::healthy(), samples::snapshot());
        snapshot.pings.gateway = None;
        assert_eq!(judge(&report, &snapshot), State::Starting);
        snapshot.pings.gateway = verdict(Word::Starting);
        assert_eq!(judge(&report, &snapshot), State::Starting);
        snapshot.pings.gateway = verdict(Word::Healthy);
        assert_eq!(judge(&report, &snapshot), State::Ready);
        snapshot.pings.gateway = verdict(Word::NothingListening);
        let lacking = samples::shell_only();
        assert_eq!(judge(&lacking, &snapshot), State::Useless);
        let mut young = report.clone();
        young.findings = vec![crate::checks::finding::finding(
            "gateway-starting",
            Severity::Error,
            "it is young",
        )];
        assert_eq!(judge(&young, &snapshot), State::Starting);
    }

    #[test]
    fn without_pings_the_port_decides() {
        let (report, mut snapshot) = (samples::healthy(), samples::snapshot());
        snapshot.pings.gateway = None;
        snapshot.processes.examined = Some(0);
        snapshot.processes.port_owner = Some(PortOwner {
            port: 18789,
            uid: 1,
            user: "me".to_owned(),
            pid: Some(1),
            command: None,
            is_gateway: true,
        });
        assert_eq!(judge(&report, &snapshot), State::Ready);
    }

    #[test]
    fn a_start_is_no_finding_of_a_wait() {
        for (id, left) in [("gateway-starting", 0), ("gateway-silent", 1), ("linger-disabled", 1)] {
            let mut report = samples::healthy();
            report.findings = vec![crate::checks::finding::finding(id, Severity::Error, "x")];
            assert_eq!(besides_the_start(&report).findings.len(), left, "{id}");
        }
    }

    #[test]
    fn cloudflare_is_asked_in_one_round() {
        let pings = |word: Word| PingFacts {
            cloudflare: verdict(word),
            answers: vec![PingAnswer {
                target: Side::Cloudflare,
                request: "GET /v1/models".to_owned(),
                url: "https://gateway.ai.cloudflare.com/v1/models".to_owned(),
                auth: false,
                credential: None,
                status: Some(401),
                code: None,
                layer: Layer::Cloudflare,
                meaning: String::new(),
                ms: 1,
            }],
            ..PingFacts::default()
        };
        let before = pings(Word::Ok);
        assert!(has_cloudflare(&before) && has_cloudflare(&pings(Word::Timeout)));
        assert!(!has_cloudflare(&pings(Word::Dns)) && !has_cloudflare(&PingFacts::default()));
        let mut now = PingFacts {
            gateway: verdict(Word::Starting),
            why_no_cloudflare: Some("skipped".to_owned()),
            ..PingFacts::default()
        };
        keep_cloudflare(&mut now, &before);
        assert_eq!((now.cloudflare, now.answers.len()), (before.cloudflare.clone(), 1));
        assert_eq!(now.why_no_cloudflare, None);
        let mut alone = PingFacts {
            why_none: Some("skipped".to_owned()),
            ..PingFacts::default()
        };
        keep_cloudflare(&mut alone, &before);
        assert_eq!(
            (alone.why_none, alone.why_no_gateway.as_deref()),
            (None, Some("skipped"))
        );
    }
}
