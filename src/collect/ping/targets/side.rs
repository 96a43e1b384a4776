//! One environment with the config as it reads it: the client's, and the daemon's.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use crate::collect::auth_profiles::AuthSecrets;
use crate::collect::ownership::By;
use crate::collect::process::RawProcess;
use crate::collect::secret_store::StoreSecrets;
use crate::config;
use crate::config::document::Document;
use crate::loader::Finished;
use crate::model::snapshot::{AuthProfileStore, GatewayProcess, Service, Source, Trace};
use crate::product::rules::RuleSet;
use crate::resolve;
use crate::secret::{Secret, Vault};

/// Everything that was found out before the pings.
pub(in crate::collect) struct Known<'a> {
    pub(in crate::collect) vault: &'a Vault,
    pub(in crate::collect) rules: &'a RuleSet,
    pub(in crate::collect) by_hand: Option<&'a Finished>,
    pub(in crate::collect) by_service: Option<&'a Finished>,
    pub(in crate::collect) running: Option<&'a Finished>,
    pub(in crate::collect) service: Option<&'a Service>,
    pub(in crate::collect) process: Option<(&'a GatewayProcess, &'a RawProcess)>,
    pub(in crate::collect) stores: &'a [AuthProfileStore],
    pub(in crate::collect) profiles: &'a AuthSecrets,
    /// The values of the shared secret store.
    pub(in crate::collect) stored: &'a StoreSecrets,
    /// Whether anything holds the Gateway's port.
    pub(in crate::collect) port_taken: bool,
    /// Accounts to which the Gateway's secrets belong.
    pub(in crate::collect) owners: Vec<u32>,
    /// On whose word the files are read that the Gateway names.
    pub(in crate::collect) by: By,
}

/// An environment, the config in it, and what it is called.
pub(in crate::collect) struct Side {
    pub(super) env: BTreeMap<String, Secret>,
    /// The config with the references replaced by `env`.
    pub(super) config: Rc<Value>,
    /// The config as it is written.
    pub(super) authored: Option<Rc<Document>>,
    /// Such as "of the running Gateway".
    pub(super) of: &'static str,
    /// What the values that come from elsewhere than that environment are called.
    sources: BTreeMap<String, &'static str>,
    /// Why the environment is not known, where that is so.
    pub(super) blind: Option<String>,
    /// The service whose next start it is, with the loading: programs before OpenClaw may bring what is not known here.
    chain: Option<(Service, Trace)>,
}

/// What the environment of a client is called.
const CLIENT: &str = "of your shell";

/// Variables that a client does not get from the shell it is started from.
fn sources(done: &Finished) -> BTreeMap<String, &'static str> {
    let elsewhere = |name: &String| {
        let words = match done.trace.find(name).seen()?.source {
            Source::DotenvState => "of the state directory's .env",
            Source::DotenvConfigDir | Source::DotenvWorkspace => "of a .env file",
            Source::GatewayEnv => "of gateway.env",
            Source::ConfigEnv => "of env in openclaw.json",
            Source::LoginShell => "of your login shell",
            _ => return None,
        };
        Some((name.clone(), words))
    };
    done.env.keys().filter_map(elsewhere).collect()
}

impl Side {
    /// What the environment of a running Gateway is called.
    pub(super) const RUNNING: &'static str = "of the running Gateway";

    /// The side of a client started from this shell.
    pub(in crate::collect) fn client(known: &Known<'_>) -> Option<Side> {
        known.by_hand.map(|done| Side::of(done, CLIENT))
    }

    /// The side of the daemon: what its worker shows, else what its start predicts, else the
    /// service's next start; without a daemon, a Gateway started from here.
    pub(in crate::collect) fn daemon(known: &Known<'_>) -> Option<Side> {
        let Some((process, raw)) = known.process else {
            return match known.by_service {
                Some(done) => {
                    let mut side = Side::of(done, "of the service's next start");
                    side.chain = known.service.map(|service| (service.clone(), done.trace.clone()));
                    Some(side)
                }
                None => Side::client(known),
            };
        };
        let done = known.running.or(known.by_service).or(known.by_hand)?;
        let mut side = Side::of(done, Side::RUNNING);
        if let Some(witness) = &raw.witness {
            let seen = witness
                .iter()
                .map(|binding| (binding.name.clone(), binding.value.clone()));
            side.env = seen.collect();
            side.config = Rc::new(substituted(side.as_written(), &side.env));
        } else if known.running.is_none() {
            side.env.clear();
            side.config = Rc::new(side.as_written().clone());
            let why = process.initial.why_unknown().unwrap_or("it could not be read");
            side.blind = Some(format!("the environment of pid {}: {why}", process.pid));
        }
        Some(side)
    }

    /// What the value of a variable is called: for a client, the file or shell that it comes from.
    pub(super) fn whose(&self, name: &str) -> &'static str {
        self.sources.get(name).copied().unwrap_or(self.of)
    }

    /// Why the value of a variable is not known: nothing of the environment is, or a program before OpenClaw may set it.
    pub(super) fn why_open(&self, name: &str) -> Option<String> {
        let link = || {
            let (service, trace) = self.chain.as_ref()?;
            let link = resolve::unsettled_link(service, trace, name)?;
            let program = link.program.rsplit('/').next().unwrap_or_default();
            Some(format!("{program} may set it before OpenClaw starts"))
        };
        self.blind.clone().or_else(link)
    }

    /// What the value at a path of the config is called.
    pub(super) fn written_in(&self, path: &[&str]) -> &'static str {
        let source = self.get(path).and_then(|value| value.get("source"));
        match source.and_then(Value::as_str) {
            Some("store") => "of the secret store",
            Some("file") => "of a secrets file",
            _ => "of openclaw.json",
        }
    }

    fn of(done: &Finished, of: &'static str) -> Side {
        Side {
            env: done.env.clone(),
            config: done.config.clone().unwrap_or_default(),
            authored: done.authored.clone(),
            of,
            sources: match of {
                CLIENT => sources(done),
                _ => BTreeMap::new(),
            },
            blind: None,
            chain: None,
        }
    }

    /// A value of the config, references replaced.
    pub(super) fn get(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(&*self.config, into)
    }

    /// A text of the config, references replaced, that is not blank.
    pub(super) fn text(&self, path: &[&str]) -> Option<&str> {
        self.get(path)
            .and_then(Value::as_str)
            .map(crate::secret::value::js_trim)
            .filter(|text| !text.is_empty())
    }

    /// A value of the config as it is written.
    pub(super) fn written(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(self.as_written(), into)
    }

    /// The whole config as it is written.
    pub(super) fn as_written(&self) -> &Value {
        self.authored.as_ref().map_or(&Value::Null, |document| &document.value)
    }

    /// A variable that is not blank.
    pub(super) fn var(&self, name: &str) -> Option<&Secret> {
        self.env.get(name).filter(|value| !value.is_blank())
    }
}

/// One step into a value: a key, or the index in a list.
fn into<'a>(value: &'a Value, step: &&str) -> Option<&'a Value> {
    match value {
        Value::Array(list) => list.get(step.parse::<usize>().ok()?),
        other => other.get(step),
    }
}

fn substituted(authored: &Value, env: &BTreeMap<String, Secret>) -> Value {
    let lookup = |name: &str| env.get(name).map(|value| value.expose().to_owned());
    config::substitute(authored, &lookup).0.into_owned()
}

/// The loading that tells most of the Gateway.
pub(super) fn trace<'a>(known: &Known<'a>) -> Option<&'a Trace> {
    known
        .running
        .or(known.by_service)
        .or(known.by_hand)
        .map(|done| &done.trace)
}
