//! The requests to Cloudflare's AI Gateway (facts/pings.md part B).

use std::time::Duration;

use reqwest::{Client, Method, Proxy};

use super::client::{build, speaks_tls};
use super::gateway::{now, trust_facts};
use super::headers::{self, Way};
use super::listener::{Listener, Listeners};
use super::prepare::{Prepared, prepare};
use super::scrub::scrub;
use super::send::{Budget, Request, send};
use super::tls::{config, provider};
use super::trust::{NodeTrust, Who};
use crate::config::cloudflare::address::List;
use crate::model::snapshot::{Layer, PingAnswer, PingVerdict, Side};
use crate::ping::MOST_REQUESTS;
use crate::ping::cloudflare::{Load, Next, Step, next};
use crate::ping::cloudflare_answer::{CloudflareAnswer, PUBLIC_LIST};
use crate::ping::cloudflare_facts::facts;
use crate::ping::cloudflare_reading::{answered_code, verified};
use crate::ping::date::{skew, wait_until};
use crate::ping::reply::Reply;
use crate::ping::target::{Base, CloudflareTarget};
use crate::ping::trouble::Trouble;
use crate::ping::verdict::Word;
use crate::secret::{Secret, Vault};

/// How long a connection, handshake included, may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long the first request may take as a whole: a black hole costs this much, and a slow answer leaves time for the
/// request with credentials.
const FIRST: Duration = Duration::from_secs(5);

/// Asks Cloudflare's AI Gateway as the daemon would, the first time without any credential; at
/// most four requests. Returns every request and what they amount to; facts are named in
/// [`crate::ping::verdict`]. Not tested against the live service.
pub async fn cloudflare(target: &CloudflareTarget, vault: &Vault) -> (Vec<PingAnswer>, PingVerdict) {
    let (mut answers, mut verdict) = match Base::parse(&target.base_url) {
        Ok(base) => ask_all(&base, &prepare(target, vault, &base)).await,
        Err(problem) => {
            let why = vec![("why_not_tried".to_owned(), problem.to_string())];
            (Vec::new(), Word::BadAddress.verdict(why))
        }
    };
    scrub(&secrets(target), &mut answers, &mut verdict);
    (answers, verdict)
}

fn secrets(target: &CloudflareTarget) -> Vec<&Secret> {
    let named = target.api_key.iter().chain(&target.shell_key);
    named
        .chain(target.headers.iter().map(|(_, candidate)| candidate))
        .map(|candidate| &candidate.secret)
        .chain(target.proxy.vars.iter().map(|(_, value)| value))
        .chain(target.proxy.managed.iter().map(|(_, value)| value))
        .collect()
}

struct Connection {
    client: Client,
    trust: Option<std::sync::Arc<NodeTrust>>,
}

fn connect(
    target: &CloudflareTarget,
    base: &Base,
    proxy: Option<Proxy>,
    limit: Duration,
) -> Result<Connection, Trouble> {
    if !base.tls {
        let client = build(None, proxy, limit)?;
        return Ok(Connection { client, trust: None });
    }
    let who = if target.system_ca {
        Who::NodeWithSystem
    } else {
        Who::Node
    };
    let trust = NodeTrust::new(target.extra_ca.as_deref(), who).ok_or(Trouble::Other)?;
    let tls = config(trust.clone(), provider()).ok_or(Trouble::Other)?;
    let client = build(Some(tls), proxy, limit)?;
    Ok(Connection {
        client,
        trust: Some(trust),
    })
}

async fn ask_all(base: &Base, prepared: &Prepared) -> (Vec<PingAnswer>, PingVerdict) {
    let Prepared {
        target,
        setup,
        facts: known,
        key,
        token,
    } = prepared;
    let budget = Budget::start(target.budget);
    let probe = target.probe;
    let base = &Base {
        path: probe.base_path(&base.path).to_owned(),
        ..base.clone()
    };
    let mut extra = known.clone();
    let (way, all_proxy) = headers::way(&target.proxy, base);
    extra.push(("proxy".to_owned(), way_word(&way).to_owned()));
    if let Some((name, _)) = &target.proxy.managed {
        extra.push(("proxy_from".to_owned(), (*name).to_owned()));
    }
    if all_proxy {
        extra.push(("all_proxy".to_owned(), "ignored".to_owned()));
    }
    let limit = CONNECT.min(target.budget / 2);
    let proxied = matches!(way, Way::Through(_));
    let foreign = match headers::local_login(&target.proxy, base) {
        Some(there) => {
            let owners = [0, rustix::process::geteuid().as_raw()];
            Listeners::default().owner(&there, &owners).await != Listener::Owned
        }
        None => false,
    };
    let connection = match way {
        Way::Through(_) if foreign => Err(Trouble::ProxyStranger),
        Way::Through(proxy) => connect(target, base, Some(*proxy), limit),
        Way::Unusable => Err(Trouble::ProxyUnusable),
        Way::Direct | Way::Bypassed | Way::NotForHttp => connect(target, base, None, limit),
    };
    let mut steps: Vec<Step> = Vec::new();
    let mut answers: Vec<PingAnswer> = Vec::new();
    let word = loop {
        let load = match next(setup, &steps) {
            Next::Done(word) => break word,
            Next::Send(load) => load,
        };
        let (reply, ms) = match &connection {
            Ok(connection) => {
                let (there, path, query) = place(target, base, load);
                let request = Request {
                    client: &connection.client,
                    method: Method::GET,
                    url: there.url(&format!("{path}{query}")),
                    headers: headers::cloudflare(target, load),
                    body: None,
                    limit: budget.left(if steps.is_empty() { FIRST } else { Duration::MAX }),
                    proxied,
                };
                send(request).await
            }
            Err(trouble) => (Err(*trouble), 0),
        };
        let mut got = reply
            .as_ref()
            .map(|reply| {
                let answer = match load {
                    Load::VerifyUser | Load::VerifyAccount => verified(reply),
                    _ => probe.read(reply),
                };
                (answer, &reply.hints)
            })
            .map(|(answer, hints)| (answer, answer.proves_identity(hints)))
            .map_err(|trouble| *trouble);
        let cut = matches!(got, Err(Trouble::Closed | Trouble::Reset | Trouble::NotHttp));
        if steps.is_empty() && cut && !base.tls && speaks_tls(base, budget.left(limit)).await {
            got = Err(Trouble::SpeaksTls);
        }
        note(&mut extra, reply.as_ref().ok());
        answers.push(report(
            base,
            target,
            load,
            got.map(|(answer, _)| answer),
            reply.as_ref().ok(),
            ms,
        ));
        steps.push(Step { load, got });
    };
    if let (Some(model), Ok(connection)) = (model_to_ask(target, word, &steps), &connection) {
        let load = if setup.key || setup.headers {
            Load::Everything
        } else {
            Load::Nothing
        };
        let path = format!("{}/{model}", probe.path());
        let request = Request {
            client: &connection.client,
            method: Method::GET,
            url: base.url(&path),
            headers: headers::cloudflare(target, load),
            body: None,
            limit: budget.left(Duration::MAX),
            proxied,
        };
        let (reply, ms) = send(request).await;
        let known = reply.as_ref().ok().and_then(|reply| probe.knows_model(reply));
        if let Some(known) = known {
            extra.push(("model".to_owned(), if known { "known" } else { "unknown" }.to_owned()));
        }
        answers.push(PingAnswer {
            request: format!("GET {path}"),
            url: base.url(&path),
            ..about_model(
                report(
                    base,
                    target,
                    load,
                    Ok(CloudflareAnswer::Unknown),
                    reply.as_ref().ok(),
                    ms,
                ),
                known,
            )
        });
    }
    if let Some(trust) = connection.ok().and_then(|connection| connection.trust) {
        extra.extend(trust_facts(trust.seen()));
    }
    let mut facts = facts(setup, &steps);
    facts.extend(extra);
    let mut verdict = word.verdict(facts);
    (verdict.key, verdict.token) = (key.clone(), token.clone());
    // At the API of an account Cloudflare is the provider, and its token the key.
    if let Some(words) = of_account_api(word).filter(|_| probe.rest) {
        verdict.detail = words.to_owned();
    }
    if word == Word::ByokConflict && setup.placeholder {
        verdict.detail =
            "The key stored at Cloudflare works, but what the daemon sends as the key is a placeholder, and takes its \
                          place. The doctor did not send it."
                .to_owned();
    }
    if word == Word::ProviderKeyMissing && setup.silent {
        verdict.detail = "OpenClaw has no apiKey for the provider, and makes no request without one.".to_owned();
    }
    if word == Word::AuthSkipped && setup.wrong_address {
        verdict.detail = "Somebody answers. The address cannot be right, so no credential was sent there.".to_owned();
    } else if word == Word::AuthSkipped && verdict.facts.iter().any(|(name, _)| name == "stand_in") {
        verdict.detail =
            "The other side answers. A header of the config has nothing, or a placeholder, where a key is due, so it \
                          was not asked with any credential."
                .to_owned();
    } else if word == Word::AuthSkipped
        && let Some(names) = verdict.fact("unresolved")
    {
        verdict.detail = format!(
            "Authenticated ping skipped: {names} cannot be read here. To ask with it, refer to it as ${{NAME}} for the check, and \
             export NAME."
        );
    }
    (answers, verdict)
}

/// The default model, where the provider can be asked whether it knows it and the budget of requests has room.
fn model_to_ask<'a>(target: &'a CloudflareTarget, word: Word, steps: &[Step]) -> Option<&'a str> {
    let free = word.is_good() && steps.len() < MOST_REQUESTS && target.probe.tells_models();
    target.model.as_deref().filter(|_| free)
}

fn about_model(answer: PingAnswer, known: Option<bool>) -> PingAnswer {
    let (code, layer, meaning) = match known {
        Some(true) => (None, Layer::Provider, "the provider knows the model"),
        Some(false) => (
            Some("model_not_found".to_owned()),
            Layer::Provider,
            "the provider does not know the model",
        ),
        None => (None, Layer::Unknown, "this says nothing about the model"),
    };
    PingAnswer {
        code,
        layer,
        meaning: meaning.to_owned(),
        ..answer
    }
}

/// What a word means at the REST endpoint of an account, where that differs.
fn of_account_api(word: Word) -> Option<&'static str> {
    Some(match word {
        Word::GatewayNotFound => "Cloudflare knows no account of that id.",
        Word::ProviderKeyMissing => "Cloudflare's API answers, and no token comes with the request.",
        Word::ProviderKeyRejected | Word::KeyShapeWrong => {
            "Cloudflare's API refuses the token that is sent as the key."
        }
        _ => return None,
    })
}

/// Where a request goes: below the base, or to Cloudflare's check of tokens on the same host.
fn place(target: &CloudflareTarget, base: &Base, load: Load) -> (Base, &'static str, &'static str) {
    let at = |path: &str| Base {
        path: path.to_owned(),
        ..base.clone()
    };
    let account = base.path.strip_suffix("/ai").unwrap_or(&base.path);
    let api = account.split("/accounts/").next().unwrap_or_default();
    match load {
        Load::VerifyUser => (at(api), "/user/tokens/verify", ""),
        Load::VerifyAccount => (at(account), "/tokens/verify", ""),
        _ => (base.clone(), target.probe.path(), target.probe.query()),
    }
}

fn way_word(way: &Way) -> &'static str {
    match way {
        Way::Direct => "none",
        Way::Bypassed => "bypassed",
        Way::NotForHttp => "not-for-http",
        Way::Through(_) => "used",
        Way::Unusable => "unusable",
    }
}

fn note(extra: &mut Vec<(String, String)>, reply: Option<&Reply>) {
    let Some(hints) = reply.map(|reply| &reply.hints) else {
        return;
    };
    let mut say = |name: &str, value: String| {
        extra.retain(|(known, _)| known != name);
        extra.push((name.to_owned(), value));
    };
    let wait = hints
        .retry_after
        .or(hints.retry_at.map(|moment| wait_until(moment, now())));
    if let Some(seconds) = wait {
        say("retry_after", seconds.to_string());
    }
    if let Some(ahead) = skew(now(), hints.date) {
        say("clock_skew_s", ahead.to_string());
    }
    if let Some(server) = hints.server.filter(|_| !hints.cf_ray) {
        say("server", server.to_owned());
    }
}

fn report(
    base: &Base,
    target: &CloudflareTarget,
    load: Load,
    got: Result<CloudflareAnswer, Trouble>,
    reply: Option<&Reply>,
    ms: u64,
) -> PingAnswer {
    let key = target.api_key.as_ref().map(|key| key.what.as_str());
    let shell = target.shell_key.as_ref().map(|key| key.what.as_str());
    let along = target
        .headers
        .iter()
        .filter(|(name, _)| headers::goes_along(load, name));
    let headers = along.map(|(_, candidate)| candidate.what.as_str());
    let key_place = target.probe.key_header().0;
    let by_header = target
        .headers
        .iter()
        .any(|(name, _)| name.trim().eq_ignore_ascii_case(key_place));
    let key = match load {
        Load::Nothing | Load::AccessOnly | Load::HeadersOnly => None,
        Load::Everything | Load::KeyOnly if by_header => None,
        Load::Everything | Load::KeyOnly | Load::VerifyUser | Load::VerifyAccount => key,
        Load::ShellKey => shell,
    };
    let sent: Vec<&str> = key.into_iter().chain(headers).collect();
    let (code, layer, meaning) = match got {
        Ok(CloudflareAnswer::Ok) if target.probe.list == List::Public => (None, Layer::Provider, PUBLIC_LIST),
        // Some providers say so of a missing key, too, and none was sent.
        Ok(answer @ CloudflareAnswer::KeyRefused) if sent.is_empty() => {
            let meaning = CloudflareAnswer::Unauthorized.meaning();
            (answered_code(answer, reply), answer.layer(), meaning)
        }
        Ok(answer) => (answered_code(answer, reply), answer.layer(), answer.meaning()),
        Err(trouble) => (None, trouble.layer(), trouble.meaning()),
    };
    let (there, path, _) = place(target, base, load);
    PingAnswer {
        target: Side::Cloudflare,
        request: format!("GET {path}"),
        url: there.url(path),
        auth: !matches!(load, Load::Nothing | Load::AccessOnly),
        credential: (!sent.is_empty()).then(|| sent.join(" and ")),
        status: reply.map(|reply| reply.status),
        code,
        layer,
        meaning: meaning.to_owned(),
        ms,
    }
}
