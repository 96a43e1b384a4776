//! The requests to the OpenClaw Gateway (facts/pings.md part A).

use std::time::{Duration, Instant, SystemTime};

use reqwest::{Client, Method};

use super::client::{build, speaks_tls};
use super::headers::{self, State, state};
use super::listener::{Listener, Listeners};
use super::scrub::scrub;
use super::send::{Budget, Request, send};
use super::tls::{Pinned, config, provider};
use super::trust::{NodeTrust, Trust, Who};
use crate::model::snapshot::{Layer, PingAnswer, PingVerdict, Side};
use crate::ping::date::skew;
use crate::ping::gateway::{Next, Setup, Step, facts, is_old, next, with_edge};
use crate::ping::gateway_answer::{Ask, GatewayAnswer, classify};
use crate::ping::reply::Reply;
use crate::ping::target::{Candidate, GatewayTarget};
use crate::ping::trouble::Trouble;
use crate::ping::verdict::Word;
use crate::secret::{Secret, Vault};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// How long one of the pages may take; they need no credential and are never delayed.
const PAGE: Duration = Duration::from_secs(4);
/// Less than this is no second chance.
const SHORT: Duration = Duration::from_millis(500);
/// The first wrong credential of a minute waits 250 ms on loopback, the next one twice as long: a
/// refusal this late means that others were refused before (facts/pings.md section 3).
const DELAYED: u64 = 450;

/// Asks a Gateway: at most four requests, never through a proxy, the first ones without a
/// credential. Returns every request and what they amount to; facts are named in [`crate::ping::verdict`].
pub(in crate::collect) async fn gateway(
    target: &GatewayTarget,
    vault: &Vault,
    listeners: &Listeners,
) -> (Vec<PingAnswer>, PingVerdict) {
    let (usable, setup) = prepare(target, vault);
    let (mut answers, mut verdict) = ask_all(target, &usable, &setup, listeners).await;
    let of_edge = target.edge.iter().map(|(_, candidate)| candidate);
    let secrets: Vec<&Secret> = target
        .candidates
        .iter()
        .chain(of_edge)
        .map(|candidate| &candidate.secret)
        .collect();
    scrub(&secrets, &mut answers, &mut verdict);
    (answers, verdict)
}

fn prepare<'a>(target: &'a GatewayTarget, vault: &Vault) -> (Vec<&'a Candidate>, Setup) {
    let mut usable: Vec<&Candidate> = Vec::new();
    let mut unsendable = false;
    for candidate in target.candidates.iter().take(2) {
        match state(
            vault,
            "OPENCLAW_GATEWAY_TOKEN",
            &candidate.secret,
            !target.base.is_loopback(),
        ) {
            State::NoSecret => {}
            State::Unsendable => unsendable = true,
            State::Sendable if usable.iter().any(|known| known.secret.same_as(&candidate.secret)) => {}
            State::Sendable => usable.push(candidate),
        }
    }
    // Where loopback is not exempt a refused credential counts towards a lock-out. Of two that
    // differ only the daemon's can be right, so that one alone is sent: if it is accepted, the
    // other is refused.
    let exempt = target.exempt_loopback && target.base.is_loopback() && !target.remote;
    let daemon_only = !exempt && usable.len() > 1;
    if daemon_only {
        usable.remove(0);
    }
    let setup = Setup {
        candidates: usable.len(),
        daemon_only,
        unsendable: unsendable && usable.is_empty(),
        may_carry_secrets: target.base.may_carry_secrets(),
        remote: target.remote,
        by_url: target.by_url,
        edge: target.base.tls
            && !target.edge.is_empty()
            && target
                .edge
                .iter()
                .all(|(name, candidate)| state(vault, name, &candidate.secret, true) == State::Sendable),
        old_release: target.old_release,
        expect_auth: mode(&target.expect_auth).to_owned(),
    };
    (usable, setup)
}

/// Only modes that are known are repeated.
fn mode(text: &str) -> &'static str {
    ["token", "password", "none", "trusted-proxy"]
        .into_iter()
        .find(|known| *known == text)
        .unwrap_or_default()
}

struct Connection {
    client: Client,
    trust: Option<std::sync::Arc<NodeTrust>>,
}

fn connect(target: &GatewayTarget, limit: Duration) -> Result<Connection, Trouble> {
    let (tls, trust) = match (&target.tls, target.base.tls) {
        (_, false) => (None, None),
        (Some(pin), true) => {
            let provider = provider();
            let pinned = std::sync::Arc::new(Pinned {
                pin: pin.clone(),
                provider: provider.clone(),
            });
            (Some(config(pinned, provider).ok_or(Trouble::Other)?), None)
        }
        (None, true) => {
            let trust = NodeTrust::new(target.extra_ca.as_deref(), Who::Either).ok_or(Trouble::Other)?;
            (
                Some(config(trust.clone(), provider()).ok_or(Trouble::Other)?),
                Some(trust),
            )
        }
    };
    build(tls, None, limit).map(|client| Connection { client, trust })
}

async fn ask_all(
    target: &GatewayTarget,
    usable: &[&Candidate],
    setup: &Setup,
    listeners: &Listeners,
) -> (Vec<PingAnswer>, PingVerdict) {
    let budget = Budget::start(target.budget);
    let connect_limit = CONNECT.min(target.budget / 2);
    let connection = connect(target, connect_limit);
    let mut steps: Vec<Step> = Vec::new();
    let mut answers: Vec<PingAnswer> = Vec::new();
    let mut extra: Vec<(String, String)> = Vec::new();
    let word = loop {
        let ask = match next(setup, &steps) {
            Next::Done(word) => break word,
            Next::Send(ask) => ask,
        };
        let load = Load {
            candidate: match ask {
                Ask::Invoke(Some(index)) => usable.get(index).copied(),
                _ => None,
            },
            edge: if with_edge(setup, &steps) { &target.edge } else { &[] },
        };
        if load.is_secret() {
            // Asked again before each credential: a Gateway that ended leaves its port to anybody.
            let owner = listeners.owner(&target.base, &target.owners).await;
            if let Some(facts) = withheld(owner) {
                extra.extend(facts);
                let word = Word::NoCredential;
                break if is_old(&steps) { word.of_old_release() } else { word };
            }
        }
        let started = Instant::now();
        let (reply, ms) = match &connection {
            Ok(connection) => {
                let limit = budget.left(if matches!(ask, Ask::Invoke(_)) {
                    Duration::MAX
                } else {
                    PAGE
                });
                let first = send_one(target, connection, ask, &load, limit).await;
                // A machine with much to do answers late: what carries no secret is asked once more within the limit.
                let left = budget.left(PAGE);
                match (&first.0, steps.is_empty() && !load.is_secret() && left > SHORT) {
                    (Err(Trouble::Timeout), true) => send_one(target, connection, ask, &load, left).await,
                    _ => first,
                }
            }
            Err(trouble) => (Err(*trouble), 0),
        };
        let mut got = reply
            .as_ref()
            .map(|reply| classify(ask, reply))
            .map_err(|trouble| *trouble);
        if steps.is_empty()
            && !target.base.tls
            && matches!(got, Err(Trouble::Closed | Trouble::Reset | Trouble::NotHttp))
        {
            // Both a stranger and a Gateway with TLS cut a plain request short; the handshake tells.
            let limit = budget.left(CONNECT);
            if speaks_tls(&target.base, limit).await {
                got = Err(Trouble::SpeaksTls);
            }
        }
        note(&mut extra, target, ask, &got, reply.as_ref().ok(), started.elapsed());
        answers.push(answer(target, ask, &load, &got, reply.as_ref().ok(), ms));
        steps.push(Step { ask, got });
    };
    if let Some(trust) = connection.ok().and_then(|connection| connection.trust) {
        extra.extend(trust_facts(trust.seen()));
    }
    let last = steps.iter().rev().find_map(|step| match step.ask {
        Ask::Invoke(Some(index)) => usable.get(index),
        _ => None,
    });
    if let Some(candidate) = last {
        extra.push(("credential".to_owned(), candidate.what.clone()));
    }
    let mut facts = facts(setup, &steps);
    facts.extend(extra);
    (answers, word.verdict(facts))
}

/// What a request carries.
struct Load<'a> {
    /// The Gateway's own credential.
    candidate: Option<&'a Candidate>,
    /// The headers for the edge in front of it.
    edge: &'a [(String, Candidate)],
}

impl Load<'_> {
    fn is_secret(&self) -> bool {
        self.candidate.is_some() || !self.edge.is_empty()
    }

    /// Says where it comes from.
    fn what(&self) -> Option<String> {
        let of_edge = (!self.edge.is_empty()).then(|| "gateway.remote.edgeAuth".to_owned());
        let what: Vec<String> = of_edge
            .into_iter()
            .chain(self.candidate.map(|candidate| candidate.what.clone()))
            .collect();
        (!what.is_empty()).then(|| what.join(" and "))
    }
}

async fn send_one(
    target: &GatewayTarget,
    connection: &Connection,
    ask: Ask,
    load: &Load<'_>,
    limit: Duration,
) -> (Result<Reply, Trouble>, u64) {
    let (method, path) = ask.request();
    let mut headers = headers::gateway(load.candidate, load.edge);
    let posts = method == "POST";
    if posts {
        headers.insert(
            "content-type",
            reqwest::header::HeaderValue::from_static("application/json"),
        );
    }
    send(Request {
        client: &connection.client,
        method: if posts { Method::POST } else { Method::GET },
        url: target.base.url(path),
        headers,
        body: posts.then_some("{}"),
        limit,
        proxied: false,
    })
    .await
}

/// Facts that say why no credential was sent; none where it may be.
fn withheld(owner: Listener) -> Option<Vec<(String, String)>> {
    let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    match owner {
        Listener::Owned => None,
        Listener::Stranger(user) => Some(vec![fact("listener", "stranger"), fact("listener_user", &user)]),
        Listener::Unknown => Some(vec![fact("listener", "unknown")]),
    }
}

/// Says who trusts a certificate.
pub(super) fn trust_facts(trust: Trust) -> Vec<(String, String)> {
    let word = |answer: Option<bool>| match answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    };
    vec![
        ("node_trust".to_owned(), word(trust.node).to_owned()),
        ("system_trust".to_owned(), word(trust.system).to_owned()),
    ]
}

fn note(
    extra: &mut Vec<(String, String)>,
    target: &GatewayTarget,
    ask: Ask,
    got: &Result<GatewayAnswer, Trouble>,
    reply: Option<&Reply>,
    took: Duration,
) {
    let mut say = |name: &str, value: String| {
        if !extra.iter().any(|(known, _)| known == name) {
            extra.push((name.to_owned(), value));
        }
    };
    let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if ask == Ask::Invoke(Some(0)) && *got == Ok(GatewayAnswer::Refused) && took >= DELAYED {
        say("refusal_delay_ms", took.to_string());
    }
    if got.as_ref().is_ok_and(|answer| !answer.is_openclaw())
        && let Some(server) = reply.and_then(|reply| reply.hints.server)
    {
        say("server", server.to_owned());
    }
    if let Some(code) = got.as_ref().ok().and_then(GatewayAnswer::code) {
        extra.retain(|(name, _)| name != "code");
        if *got != Ok(GatewayAnswer::LetIn) {
            extra.push(("code".to_owned(), code.to_owned()));
        }
    }
    let Some(hints) = reply.map(|reply| &reply.hints) else {
        return;
    };
    let mut say = |name: &str, value: String| {
        if !extra.iter().any(|(known, _)| known == name) {
            extra.push((name.to_owned(), value));
        }
    };
    if let (Ok(GatewayAnswer::LockedOut), Some(seconds)) = (got, hints.retry_after) {
        say("retry_after", seconds.to_string());
    }
    if target.remote
        && let Some(ahead) = skew(now(), hints.date)
    {
        say("clock_skew_s", ahead.to_string());
    }
}

/// Returns seconds since 1970 by this machine's clock.
pub(super) fn now() -> i64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .unwrap_or_default()
}

fn answer(
    target: &GatewayTarget,
    ask: Ask,
    load: &Load<'_>,
    got: &Result<GatewayAnswer, Trouble>,
    reply: Option<&Reply>,
    ms: u64,
) -> PingAnswer {
    let (method, path) = ask.request();
    let (code, layer, meaning) = match got {
        Ok(answer) if answer.is_openclaw() => (answer.code(), Layer::Openclaw, answer.meaning()),
        Ok(answer) => (None, Layer::Unknown, answer.meaning()),
        Err(trouble) => (None, trouble.layer(), trouble.meaning()),
    };
    PingAnswer {
        target: Side::Gateway,
        request: format!("{method} {path}"),
        url: target.base.url(path),
        auth: load.candidate.is_some(),
        credential: load.what(),
        status: reply.map(|reply| reply.status),
        code: code.map(str::to_owned),
        layer,
        meaning: meaning.to_owned(),
        ms,
    }
}
