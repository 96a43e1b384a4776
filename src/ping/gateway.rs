//! What to ask a Gateway next, and what all answers amount to (facts/pings.md sections 0 to 3, 5, 7, 8).

use super::MOST_REQUESTS;
use super::edge_page::EdgePage;
use super::gateway_answer::{Ask, GatewayAnswer};
use super::trouble::Trouble;
use super::verdict::Word;

/// What the plan needs to know of the target.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// How many candidates can be sent (0 to 2), already cut down to the budget of section 3.
    pub candidates: usize,
    /// Whether the one candidate is the daemon's, and the clients' is another one and not to be sent.
    pub daemon_only: bool,
    /// Whether a credential exists that no header can carry.
    pub unsendable: bool,
    /// Whether the way there may carry secrets.
    pub may_carry_secrets: bool,
    /// Whether it is on another machine.
    pub remote: bool,
    /// Whether clients look for it by a URL, behind which an edge may stand.
    pub by_url: bool,
    /// Whether headers for the edge in front of it can be sent (`gateway.remote.edgeAuth`).
    pub edge: bool,
    /// Whether the installed release has no health pages.
    pub old_release: bool,
    /// The configured auth mode.
    pub expect_auth: String,
}

/// What came of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was asked.
    pub ask: Ask,
    /// The answer, or why there is none.
    pub got: Result<GatewayAnswer, Trouble>,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Ask this.
    Send(Ask),
    /// Nothing more; this is what it amounts to.
    Done(Word),
}

/// Decides from what came so far. Never asks more than [`MOST_REQUESTS`] times; asks with a
/// credential only after an answer that nobody but OpenClaw gives, and again only after a refusal.
///
/// With two candidates the readiness page is asked last, and only if the first was accepted: the
/// second may need its place.
pub fn next(setup: &Setup, steps: &[Step]) -> Next {
    let Some(last) = steps.last() else {
        return Next::Send(if setup.old_release { Ask::Health } else { Ask::Startup });
    };
    let answer = match &last.got {
        Ok(answer) => answer,
        // A question beyond the decisive one failed: what was known before stands.
        Err(_) if has_answer(steps, Ask::Invoke(Some(0))) => return Next::Done(verdict(setup, steps)),
        Err(trouble) => return Next::Done(trouble.word(!setup.remote)),
    };
    if asks_edge(setup, steps) {
        return Next::Send(last.ask);
    }
    let plan = match (last.ask, answer) {
        (_, GatewayAnswer::Attribution) => Next::Done(Word::ProxyAttribution),
        (_, GatewayAnswer::LockedOut) => Next::Done(Word::LockedOut),
        (_, GatewayAnswer::WantsTls) => Next::Done(Word::SchemeMismatch),
        (Ask::Startup, GatewayAnswer::Starting) => Next::Done(Word::Starting),
        (Ask::Startup, GatewayAnswer::Draining) => Next::Done(Word::Draining),
        // With the headers of the edge one request is spent already.
        (Ask::Startup, GatewayAnswer::Started(_)) if setup.candidates < 2 && !with_edge(setup, steps) => {
            Next::Send(Ask::Ready)
        }
        (Ask::Startup, GatewayAnswer::Started(_)) => Next::Send(Ask::Invoke(None)),
        (Ask::Startup, other) if setup.candidates < 2 && other.may_be_old_release() && !with_edge(setup, steps) => {
            Next::Send(Ask::Health)
        }
        (Ask::Startup | Ask::Health, other) if other.is_openclaw() || other.may_be_old_release() => {
            Next::Send(Ask::Invoke(None))
        }
        (Ask::Startup | Ask::Health, other) => Next::Done(stranger(setup, other)),
        (Ask::Ready, _) if asked(steps, Ask::Invoke(None)) => Next::Done(verdict(setup, steps)),
        (Ask::Ready, _) => Next::Send(Ask::Invoke(None)),
        (Ask::Invoke(None), GatewayAnswer::Refused) if setup.candidates > 0 && setup.may_carry_secrets => {
            Next::Send(Ask::Invoke(Some(0)))
        }
        (Ask::Invoke(Some(0)), GatewayAnswer::Refused) if setup.candidates > 1 => Next::Send(Ask::Invoke(Some(1))),
        (Ask::Invoke(_), GatewayAnswer::LetIn) if setup.candidates > 1 && knows_ready(steps) => Next::Send(Ask::Ready),
        (Ask::Invoke(_), _) => Next::Done(verdict(setup, steps)),
    };
    match plan {
        Next::Send(_) if steps.len() >= MOST_REQUESTS => Next::Done(verdict(setup, steps)),
        plan => plan,
    }
}

/// Returns whether the next request carries the headers of the edge: from the first page on that the edge gave in the
/// Gateway's place.
pub fn with_edge(setup: &Setup, steps: &[Step]) -> bool {
    before_edge(setup, steps).is_some()
}

/// Returns whether the last question is asked again, with the headers of the edge: it had none of them and no credential,
/// and a page of somebody in front answered.
fn asks_edge(setup: &Setup, steps: &[Step]) -> bool {
    let Some((last, before)) = steps.split_last() else {
        return false;
    };
    let plain = !matches!(last.ask, Ask::Invoke(Some(_)));
    plain && !with_edge(setup, before) && with_edge(setup, steps) && steps.len() < MOST_REQUESTS
}

fn asked(steps: &[Step], ask: Ask) -> bool {
    steps.iter().any(|step| step.ask == ask)
}

fn has_answer(steps: &[Step], ask: Ask) -> bool {
    steps.iter().any(|step| step.ask == ask && step.got.is_ok())
}

fn knows_ready(steps: &[Step]) -> bool {
    !asked(steps, Ask::Ready) && has(steps, |answer| matches!(answer, GatewayAnswer::Started(_)))
}

fn has(steps: &[Step], test: impl Fn(&GatewayAnswer) -> bool) -> bool {
    steps.iter().any(|step| step.got.as_ref().is_ok_and(&test))
}

fn stranger(setup: &Setup, answer: &GatewayAnswer) -> Word {
    if let GatewayAnswer::Edge(page) = answer
        && setup.by_url
    {
        return match page {
            EdgePage::Access => Word::Access,
            EdgePage::Name(_) => Word::EdgeName,
            _ => Word::EdgePage,
        };
    }
    if setup.remote && !answer.is_openclaw() {
        Word::EdgePage
    } else {
        Word::Foreign
    }
}

/// Sums up steps that ended in an answer to `POST /tools/invoke`.
fn verdict(setup: &Setup, steps: &[Step]) -> Word {
    let invoked = |candidate| {
        steps
            .iter()
            .rev()
            .find(|step| step.ask == Ask::Invoke(candidate))
            .and_then(|step| step.got.as_ref().ok())
    };
    let not_ready = has(steps, |answer| matches!(answer, GatewayAnswer::NotReady(_)));
    if let Some(page) = edge(setup, steps) {
        return stranger(setup, &GatewayAnswer::Edge(page));
    }
    let word = match (invoked(None), invoked(Some(0)), invoked(Some(1))) {
        (Some(GatewayAnswer::LetIn), _, _) => Word::AuthOff,
        (Some(GatewayAnswer::Refused), Some(GatewayAnswer::LetIn), _) if setup.daemon_only => {
            Word::DaemonSecretAccepted
        }
        (Some(GatewayAnswer::Refused), Some(GatewayAnswer::LetIn), _) if not_ready => Word::NotReady,
        (Some(GatewayAnswer::Refused), Some(GatewayAnswer::LetIn), _) => Word::Healthy,
        (Some(GatewayAnswer::Refused), Some(_), Some(GatewayAnswer::LetIn)) => Word::DaemonSecretAccepted,
        (Some(GatewayAnswer::Refused), Some(GatewayAnswer::Refused), _) => Word::AuthMismatch,
        (Some(GatewayAnswer::Refused), None, _) if setup.unsendable => Word::CredentialUnsendable,
        (Some(GatewayAnswer::Refused), None, _) if setup.candidates > 0 && !setup.may_carry_secrets => {
            Word::PlainHttpRemote
        }
        (Some(GatewayAnswer::Refused), None, _) if setup.expect_auth == "trusted-proxy" => Word::ProxyAuthOnly,
        (Some(GatewayAnswer::Refused), None, _) => Word::NoCredential,
        // An OpenClaw that answers something new, or a stranger that was let in as an old release.
        _ if has(steps, GatewayAnswer::is_openclaw) => Word::Inconclusive,
        _ => stranger(setup, &GatewayAnswer::Strange),
    };
    if is_old(steps) { word.of_old_release() } else { word }
}

/// The answer that made the headers of the edge be sent.
fn before_edge(setup: &Setup, steps: &[Step]) -> Option<usize> {
    let wants = |step: &Step| step.got.as_ref().is_ok_and(GatewayAnswer::may_want_edge);
    steps.iter().position(wants).filter(|_| setup.edge)
}

/// The page of Cloudflare's edge among the answers; what came before the headers for it were sent counts no more.
fn edge(setup: &Setup, steps: &[Step]) -> Option<EdgePage> {
    let past = before_edge(setup, steps).map_or(0, |at| (at + 1).min(steps.len() - 1));
    steps.iter().skip(past).find_map(|step| match step.got {
        Ok(GatewayAnswer::Edge(page)) => Some(page),
        _ => None,
    })
}

/// Returns whether the answers are those of a release without health pages.
pub fn is_old(steps: &[Step]) -> bool {
    let pages = |ask| matches!(ask, Ask::Startup | Ask::Health | Ask::Ready);
    has(steps, GatewayAnswer::is_openclaw)
        && !steps
            .iter()
            .any(|step| pages(step.ask) && step.got.as_ref().is_ok_and(GatewayAnswer::is_openclaw))
}

/// Returns the facts that the answers alone give.
pub fn facts(setup: &Setup, steps: &[Step]) -> Vec<(String, String)> {
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut say = |name: &str, value: &str| facts.push((name.to_owned(), value.to_owned()));
    let openclaw = has(steps, GatewayAnswer::is_openclaw);
    let refused = steps.iter().any(|step| step.got == Err(Trouble::Refused));
    let live = match openclaw {
        true => "yes",
        false if refused => "no",
        false => "unknown",
    };
    say("live", live);
    let mut ready = "unknown";
    let mut auth = "not-tried";
    for step in steps {
        match &step.got {
            Ok(GatewayAnswer::Started(Some(version))) => say("version", version),
            Ok(GatewayAnswer::Ready) => ready = "yes",
            Ok(GatewayAnswer::Starting | GatewayAnswer::Draining) => ready = "no",
            Ok(GatewayAnswer::NotReady(failing)) => {
                ready = "no";
                say("failing", &failing.join(", "));
            }
            Ok(GatewayAnswer::LetIn) => {
                auth = if step.ask == Ask::Invoke(None) {
                    "off"
                } else {
                    "accepted"
                };
            }
            Ok(GatewayAnswer::Refused) if step.ask != Ask::Invoke(None) => auth = "refused",
            _ => {}
        }
    }
    say("ready", ready);
    say("auth", auth);
    if openclaw {
        say("release", if is_old(steps) { "old" } else { "current" });
    }
    if !setup.expect_auth.is_empty() {
        say("expected_auth", &setup.expect_auth);
    }
    if let Some(after) = before_edge(setup, steps).and_then(|at| steps.get(at + 1)) {
        match &after.got {
            Ok(answer) if answer.may_want_edge() => say("edge_auth", "refused"),
            Ok(answer) if answer.is_openclaw() => say("edge_auth", "accepted"),
            _ => {}
        }
    }
    if let Some(page) = edge(setup, steps) {
        say("edge", page.as_str());
        if let Some(code) = page.code() {
            say("code", &code.to_string());
        }
    }
    if let Some(trouble) = steps.iter().find_map(|step| step.got.as_ref().err()) {
        facts.extend(trouble.facts());
    }
    facts
}
