//! The OpenClaw Gateway: where it is, and which secrets clients and daemon hold for it
//! (facts/pings.md section 5).

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::cloudflare::extra_ca;
use super::credential::{self, Found};
use super::edge::edge;
use super::side::{Known, Side, trace};
use super::{GatewayPlan, NoTarget};
use crate::ping::target::{Base, BaseProblem, Candidate, GatewayTarget, TlsPin};
use crate::resolve::SLACK_MS;
use crate::secret::Secret;
use crate::secret::value::js_trim;

/// Largest certificate file that is read.
const CERT_CAP: u64 = 256 << 10;

/// Where clients look for the Gateway.
enum Place {
    /// On this machine.
    Local,
    /// By `OPENCLAW_GATEWAY_URL`.
    ByVariable(Result<Base, BaseProblem>),
    /// By `gateway.remote.url`.
    Remote(Result<Base, BaseProblem>),
}

/// Decides whom to ask; an error says why nobody.
pub(in crate::collect) fn gateway(known: &Known<'_>, budget: Duration) -> Result<GatewayPlan, NoTarget> {
    let nobody = |why: &str| NoTarget::Nobody(why.to_owned());
    let client = Side::client(known).ok_or_else(|| nobody("what a client here would use could not be found out"))?;
    let daemon = Side::daemon(known);
    let place = place(&client);
    let local = matches!(place, Place::Local);
    let nothing_here = known.service.is_none() && known.process.is_none() && !known.port_taken;
    if local && nothing_here && client.config.is_null() {
        return Err(nobody("no Gateway is installed here"));
    }
    let contained = known.process.and_then(|(process, _)| process.contained.as_ref());
    if local && contained.is_some_and(|facts| facts.port_of_another) {
        return Err(nobody(
            "the Gateway's container has a network of its own, and another program listens on that port of this machine; \
             run the doctor inside the container",
        ));
    }
    // The Gateway's own config decides about TLS; clients on this machine read the same file.
    let of_daemon = daemon.as_ref().unwrap_or(&client);
    let tls = of_daemon.get(&["gateway", "tls", "enabled"]).and_then(Value::as_bool) == Some(true);
    let (base, pin) = match &place {
        Place::Local => (
            Base::local(port(known), tls),
            local_pin(of_daemon, known).filter(|_| tls),
        ),
        Place::ByVariable(base) => (usable(base, "OPENCLAW_GATEWAY_URL")?, remote_pin(&client)?),
        Place::Remote(base) => (usable(base, "gateway.remote.url")?, remote_pin(&client)?),
    };
    let mut facts = Vec::new();
    let mut candidates = Vec::new();
    let mode = mode(&client);
    let mut unresolved = Vec::new();
    let held = held_by_client(&client, &place, &mode, known);
    let clients = match held {
        Held::Secret(candidate) => {
            candidates.push(candidate);
            "yes"
        }
        Held::Elsewhere(name) => {
            unresolved.push(name);
            // What somebody puts into the shell for this check is asked with, although clients would not use it.
            if let Some(Held::Secret(candidate)) = variable(&client, names(&mode, known), known) {
                candidates.push(candidate);
                facts.push(("handed_over".to_owned(), "yes".to_owned()));
            }
            "unknown"
        }
        Held::None => "no",
    };
    facts.push(("clients_have".to_owned(), clients.to_owned()));
    if let Some(daemon) = daemon
        .as_ref()
        .filter(|_| local && (known.process.is_some() || known.service.is_some()))
    {
        match local_secret(daemon, &mode, known, false) {
            Held::Secret(candidate) => candidates.push(candidate),
            Held::Elsewhere(name) => unresolved.push(name),
            Held::None => {}
        }
    }
    // By its address the Gateway of this machine: nobody else is to be spoken of.
    let here = known.process.is_some() && base.is_loopback() && base.port == port(known);
    if !local && here {
        facts.push(("own_port".to_owned(), "yes".to_owned()));
    }
    let url = match &place {
        Place::Local => None,
        Place::ByVariable(_) => client.var("OPENCLAW_GATEWAY_URL").map(Secret::expose),
        Place::Remote(_) => client.text(&["gateway", "remote", "url"]),
    };
    let edge = url.and_then(|url| edge(&client, url, known));
    if let Some(edge) = &edge {
        facts.push(("edge_auth".to_owned(), edge.word.to_owned()));
    }
    if !unresolved.is_empty() {
        unresolved.dedup();
        facts.push(("unresolved".to_owned(), unresolved.join(", ")));
    }
    let exempt = of_daemon
        .get(&["gateway", "auth", "rateLimit", "exemptLoopback"])
        .and_then(Value::as_bool);
    // Here a refused credential brings a lock-out nearer, and an older secret may be what the Gateway holds.
    if local && exempt == Some(false) && !candidates.is_empty() && edited_since_start(known) {
        candidates.clear();
        facts.push(("withheld".to_owned(), "yes".to_owned()));
    }
    Ok(GatewayPlan {
        target: GatewayTarget {
            remote: !local && !base.is_loopback(),
            by_url: !local,
            base,
            tls: pin,
            extra_ca: extra_ca(&client, known),
            edge: edge.map(|edge| edge.headers).unwrap_or_default(),
            candidates,
            owners: known.owners.clone(),
            exempt_loopback: exempt != Some(false),
            expect_auth: mode,
            old_release: !known.rules.health_pages,
            budget,
        },
        facts,
    })
}

fn usable(base: &Result<Base, BaseProblem>, name: &str) -> Result<Base, NoTarget> {
    base.clone()
        .map_err(|problem| NoTarget::BadAddress(format!("{name} cannot be used: {problem}")))
}

/// Remote mode pins the certificate of either address; a fingerprint of another form makes clients give up
/// (`tls-fingerprint.ts` of 2026.9.6).
fn remote_pin(client: &Side) -> Result<Option<TlsPin>, NoTarget> {
    let written = client
        .text(&["gateway", "remote", "tlsFingerprint"])
        .filter(|_| client.text(&["gateway", "mode"]) == Some("remote"));
    let Some(text) = written else { return Ok(None) };
    let why = "gateway.remote.tlsFingerprint cannot be used: it is not a SHA-256 fingerprint of 64 hex digits";
    TlsPin::from_fingerprint(text)
        .map(Some)
        .ok_or_else(|| NoTarget::BadAddress(why.to_owned()))
}

fn place(client: &Side) -> Place {
    if let Some(url) = client.var("OPENCLAW_GATEWAY_URL") {
        return Place::ByVariable(Base::parse(url.expose()));
    }
    let remote = client.text(&["gateway", "mode"]) == Some("remote");
    match client.text(&["gateway", "remote", "url"]).filter(|_| remote) {
        Some(url) => Place::Remote(Base::parse(url)),
        None => Place::Local,
    }
}

/// Returns whether the config was written after the Gateway had started.
fn edited_since_start(known: &Known<'_>) -> bool {
    let started = known.process.and_then(|(process, _)| process.started_ms);
    let written = trace(known).and_then(|trace| {
        let stat = known.by.stat(Path::new(&trace.config_path));
        stat.get().map(|stat| stat.mtime_ms)
    });
    started
        .zip(written)
        .is_some_and(|(started, written)| written > started + SLACK_MS)
}

/// The daemon's port; without a daemon, the port of a Gateway started from here.
fn port(known: &Known<'_>) -> u16 {
    let process = known.process.and_then(|(process, _)| process.port);
    process.or(trace(known).map(|trace| trace.port)).unwrap_or(18789)
}

/// The certificate that the Gateway made or was given.
fn local_pin(side: &Side, known: &Known<'_>) -> Option<TlsPin> {
    let state_dir = &trace(known)?.state_dir;
    let path = match side.text(&["gateway", "tls", "certPath"]) {
        Some(path) => match path.strip_prefix("~/") {
            Some(rest) => format!("{}/{rest}", trace(known)?.home),
            None => path.to_owned(),
        },
        None => format!("{state_dir}/gateway/tls/gateway-cert.pem"),
    };
    known
        .by
        .read(Path::new(&path), CERT_CAP)
        .ok()
        .and_then(|file| TlsPin::from_cert_file(&file.bytes))
}

/// The mode that applies: as configured, else by the secret that is configured.
fn mode(side: &Side) -> String {
    match side.text(&["gateway", "auth", "mode"]) {
        Some(mode) => mode.to_owned(),
        None if side.written(&["gateway", "auth", "token"]).is_none()
            && side.written(&["gateway", "auth", "password"]).is_some() =>
        {
            "password".to_owned()
        }
        None => "token".to_owned(),
    }
}

enum Held {
    None,
    Elsewhere(String),
    Secret(Candidate),
}

fn held_by_client(client: &Side, place: &Place, mode: &str, known: &Known<'_>) -> Held {
    match place {
        Place::Local => local_secret(client, mode, known, true),
        // An address from the environment takes its credential from there alone.
        Place::ByVariable(_) => first([
            variable(client, names(mode, known), known),
            variable(client, names("token", known), known),
            variable(client, names("password", known), known),
        ]),
        Place::Remote(_) if mode == "password" => first([
            variable(client, names(mode, known), known),
            config(client, &["gateway", "remote", "password"], known),
            config(client, &["gateway", "auth", "password"], known),
        ]),
        // The mode of this machine says nothing of the other one: a password alone is meant to be used.
        Place::Remote(_) => first([
            config(client, &["gateway", "remote", "token"], known),
            variable(client, names("token", known), known),
            config(client, &["gateway", "auth", "token"], known),
            variable(client, names("password", known), known),
            config(client, &["gateway", "remote", "password"], known),
        ]),
    }
}

/// The secret for the Gateway of this machine: clients also look at `gateway.remote.token`.
fn local_secret(side: &Side, mode: &str, known: &Known<'_>, client: bool) -> Held {
    let (field, further): (&[&str], &[&str]) = match mode {
        "none" => return Held::None,
        "password" | "trusted-proxy" => (&["gateway", "auth", "password"], &["gateway", "remote", "password"]),
        _ => (&["gateway", "auth", "token"], &["gateway", "remote", "token"]),
    };
    let from_config = config(side, field, known);
    let from_variable = variable(side, names(mode, known), known);
    let from_remote = if client { config(side, further, known) } else { None };
    if known.rules.token_config_first {
        first([from_config, from_variable, from_remote])
    } else {
        first([from_variable, from_config, from_remote])
    }
}

/// The first source that is given decides; one that leads nowhere ends the search, as in OpenClaw.
fn first<const N: usize>(sources: [Option<Held>; N]) -> Held {
    sources.into_iter().flatten().next().unwrap_or(Held::None)
}

fn names(mode: &str, known: &Known<'_>) -> &'static [&'static str] {
    match (mode, known.rules.token_config_first) {
        ("password" | "trusted-proxy", true) => &["OPENCLAW_GATEWAY_PASSWORD"],
        ("password" | "trusted-proxy", false) => &["OPENCLAW_GATEWAY_PASSWORD", "CLAWDBOT_GATEWAY_PASSWORD"],
        (_, true) => &["OPENCLAW_GATEWAY_TOKEN"],
        (_, false) => &["OPENCLAW_GATEWAY_TOKEN", "CLAWDBOT_GATEWAY_TOKEN"],
    }
}

fn config(side: &Side, path: &[&str], known: &Known<'_>) -> Option<Held> {
    match credential::field(side, path, known) {
        Found::Nothing => None,
        Found::Void => Some(Held::None),
        Found::Elsewhere(name) => Some(Held::Elsewhere(name)),
        Found::Value { secret, variable } => {
            let field = path.join(".");
            let what = match variable {
                Some(name) => format!("{field} ({name} {})", side.whose(&name)),
                None => format!("{field} {}", side.written_in(path)),
            };
            Some(Held::Secret(Candidate {
                what,
                secret: trimmed(&secret, known),
            }))
        }
    }
}

fn variable(side: &Side, names: &[&str], known: &Known<'_>) -> Option<Held> {
    names.iter().find_map(|name| {
        let secret = side.var(name)?;
        (!matches!(js_trim(secret.expose()), "undefined" | "null")).then(|| {
            Held::Secret(Candidate {
                what: format!("{name} {}", side.whose(name)),
                secret: trimmed(secret, known),
            })
        })
    })
}

fn trimmed(secret: &Secret, known: &Known<'_>) -> Secret {
    let text = js_trim(secret.expose());
    if text == secret.expose() {
        return secret.clone();
    }
    known.vault.seal(text)
}
