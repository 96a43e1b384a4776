//! The config as one environment reads it: the entries that matter to the loading, and the facts
//! that matter to the report.

mod asked;
mod bounds;
mod documents;
mod facts;
mod marks;
pub(in crate::loader) mod memo;
mod provider_headers;
mod refs;
mod targets;

pub(crate) use {marks::named_variable, targets::secret_in_file};
mod unset_model;
mod uses;

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use self::asked::{exec_commands, lock, tailscale_programs, texts};
use super::Start;
use super::answers::{Answers, Ask, FileAnswer, PluginAsk};
use super::config_env::{self, Layout, Weaker};
use super::env::Env;
use super::paths::{self, PathContext};
use super::shell_import::ImportRequest;
use crate::base::fact::Fact;
use crate::config::document::Document;
use crate::config::{self, Gone, Missing, Reach, ValidateContext, Verdict};
use crate::model::snapshot::{ConfigIssue, ConfigState, ConfigView, Located, PathFacts, Stat};
use crate::product::rules::{FlatEnv, RuleSet};
use crate::secret::Vault;

pub(crate) use memo::ReadConfig;

impl ReadConfig {
    pub(crate) fn import_request(&self) -> ImportRequest {
        ImportRequest {
            ask_anyway: false,
            enabled: self.view.shell_env.enabled,
            timeout_ms: self.view.shell_env.timeout_ms,
            load_paths: self
                .value
                .as_deref()
                .map(|value| texts(value, "/plugins/load/paths"))
                .unwrap_or_default(),
        }
    }
}

/// What reading a config depends on.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) env: &'a Env,
    pub(crate) path_context: PathContext<'a>,
    pub(crate) start: &'a Start,
    pub(crate) answers: &'a Answers,
    pub(crate) vault: &'a Vault,
}

/// Reads the config that this environment selects. Config entries replace the values of `weaker`.
///
/// A loading starts again at every question, and reads the config several times on its way: what
/// came of one file in environments that do not differ for it is kept.
pub(crate) fn read(reading: Reading<'_>, weaker: &Weaker) -> Result<Rc<ReadConfig>, Box<Ask>> {
    let Reading {
        env,
        path_context,
        start,
        answers,
        vault,
    } = reading;
    let path = paths::config_path(env, path_context, &start.rules, answers)?;
    let without = |state: ConfigState, stat, starts| ReadConfig {
        view: ConfigView {
            state,
            ..ConfigView::default()
        },
        file: PathFacts {
            path: path.clone(),
            role: "config".to_owned(),
            stat,
        },
        value: None,
        authored: None,
        entries: Vec::new(),
        referenced: BTreeSet::new(),
        starts,
    };
    let unreadable = |why: &str| {
        let state = ConfigState::Unreadable { why: why.to_owned() };
        without(state, Fact::unreadable(why, format!("ls -l {path}")), false)
    };
    let beyond = |why: String, stat: &Stat| {
        let file = Fact::known(stat.clone());
        without(ConfigState::TooMuch { why }, file, false)
    };
    let (bytes, stat, real_path) = match answers.file(&path)? {
        FileAnswer::Bytes {
            bytes, stat, real_path, ..
        } => (bytes, stat, real_path),
        FileAnswer::Missing => return Ok(Rc::new(without(ConfigState::Missing, Fact::Absent, true))),
        FileAnswer::Ignored(why) => return Ok(Rc::new(unreadable(why))),
        FileAnswer::Denied => return Ok(Rc::new(unreadable("this user may not read it"))),
    };
    if let Some(why) = bounds::exceeded_by_text(bytes) {
        return Ok(Rc::new(beyond(why, stat)));
    }
    let shared = documents::read(reading, &path, bytes, real_path)?;
    let document = &*shared;
    if let Some(why) = bounds::exceeded(document) {
        return Ok(Rc::new(beyond(why, stat)));
    }
    let state_dir = paths::state_dir(env, path_context, &start.rules, answers)?;
    let lock = lock(env, start, answers, document, &path)?;
    let home = paths::home(env, path_context);
    let mut key = answers.reads.key(&shared, start, home, &state_dir, env, weaker);
    key.lock.clone_from(&lock);
    if let Some(known) = answers.reads.find(&key) {
        return Ok(known);
    }
    if let Some(why) = bounds::exceeded_by(document, &key.marks) {
        return Ok(answers.reads.keep(key, beyond(why, stat)));
    }
    let flat = flat_names(document);
    let layout = match (&flat, start.rules.flat_env) {
        (flat, FlatEnv::Refused) if flat.is_empty() => Layout::Vars,
        _ => layout_of(&start.rules),
    };
    let (mut value, missing) = config_env::resolve(document, env, layout, &start.rules, weaker, vault);
    let entries = config_env::entries(&value, document, layout, config_env::Refusals::of(&start.rules), vault);
    let user_path = |path: &str| paths::user_path(path, env, path_context);
    let mut view = facts::view(document, &value, &key.marks, answers, vault, &user_path)?;
    for text in config::out_of_place(&document.value) {
        vault.withhold(text);
    }
    view.refs = refs::collect(document, &key.marks, &missing, env, &entries);
    let gone = secrets_gone(&view, document, &state_dir, answers, &user_path)?;
    let mut verdict = validate(reading, &state_dir, document, &mut value, &missing, &gone)?;
    if let Some(lock) = &lock {
        config::lock::hold(&mut verdict, lock);
    }
    view.lock = lock;
    judge(&mut view, document, &verdict, flat, start, &missing);
    let starts = matches!(
        view.state,
        ConfigState::Valid | ConfigState::Repaired | ConfigState::Partial
    );
    let read = ReadConfig {
        referenced: refs::managed_preserving(document, &key.marks),
        file: PathFacts {
            path: path.clone(),
            role: "config".to_owned(),
            stat: Fact::known(stat.clone()),
        },
        value: document.is_read().then_some(value),
        authored: document.is_read().then(|| Rc::clone(&shared)),
        entries,
        view,
        starts,
    };
    Ok(answers.reads.keep(key, read))
}

/// The Gateway's own secrets that are references with nothing behind them.
fn secrets_gone(
    view: &ConfigView,
    document: &Document,
    state_dir: &str,
    answers: &Answers,
    user_path: &dyn Fn(&str) -> String,
) -> Result<Vec<(String, Gone)>, Box<Ask>> {
    let mut found = Vec::new();
    let own = view
        .secret_refs
        .iter()
        .filter(|secret| matches!(secret.path.as_str(), "gateway.auth.token" | "gateway.auth.password"));
    for secret in own {
        let gone = targets::nothing_behind(document, &secret.value, state_dir, answers, user_path)?;
        found.extend(gone.map(|gone| (secret.path.clone(), gone)));
    }
    Ok(found)
}

/// Judges the config.
fn validate(
    reading: Reading<'_>,
    state_dir: &str,
    document: &Document,
    value: &mut Rc<Value>,
    missing: &[Missing],
    gone: &[(String, Gone)],
) -> Result<Verdict, Box<Ask>> {
    let Reading {
        env,
        path_context,
        start,
        answers,
        ..
    } = reading;
    let plugins = answers.plugins(PluginAsk {
        state_dir: state_dir.to_owned(),
        load_paths: Vec::new(),
        bundled: false,
    })?;
    let load_paths = texts(value, "/plugins/load/paths");
    let absolute: Vec<String> = load_paths
        .iter()
        .map(|path| paths::user_path(path, env, path_context))
        .collect();
    let files: Vec<String> = config::start_paths(value, state_dir)
        .into_iter()
        .map(|path| paths::user_path(&path, env, path_context))
        .collect();
    let programs = tailscale_programs(value, env, path_context, start);
    answers.exists(&[absolute, files, programs.clone()].concat())?;
    answers.look_at_commands(&exec_commands(value))?;
    let ids: Vec<String> = plugins
        .iter()
        .filter(|plugin| !plugin.id.is_empty())
        .map(|plugin| plugin.id.clone())
        .collect();
    let manifests: Vec<_> = plugins.iter().filter_map(|plugin| plugin.settings.clone()).collect();
    let home = paths::home(env, path_context);
    let own = config::own_vars(value, &|_| false);
    let filled = |text: &str| !crate::secret::value::js_trim(text).is_empty();
    let here = !start.elsewhere;
    let reach = Reach {
        port: start
            .port
            .or_else(|| env.text("OPENCLAW_GATEWAY_PORT")?.trim().parse().ok()),
        tailscale: (!programs.is_empty()).then(|| programs.iter().any(|program| answers.is_there(program))),
        ..start.reach.clone()
    };
    let reach = if here { reach } else { Reach::default() };
    let is_set = |name: &str| {
        let own = || own.iter().any(|(own, value)| own == name && filled(value));
        start.elsewhere || env.text(name).is_some_and(filled) || own()
    };
    let path_exists = |path: &str| answers.is_there(&paths::user_path(path, env, path_context));
    let exec_problem = |path: &str| answers.command_problem(path);
    let nothing_behind = |at: &str| gone.iter().find(|(path, _)| path == at).map(|(_, gone)| *gone);
    Ok(config::validate(
        document,
        value,
        &ValidateContext {
            release: start.rules.release,
            home: &home,
            state_dir,
            plugins: &ids,
            manifests: &manifests,
            missing: if here { missing } else { &[] },
            path_exists: if here { Some(&path_exists) } else { None },
            exec_problem: if here { Some(&exec_problem) } else { None },
            nothing_behind: if here { Some(&nothing_behind) } else { None },
            is_set: &is_set,
            container: start.container && here,
            reach: &reach,
        },
    ))
}

/// Names directly under `env`, the layout of older releases.
fn flat_names(document: &Document) -> Vec<String> {
    let env = document.value.get("env").and_then(Value::as_object);
    env.map(|env| {
        env.keys()
            .filter(|name| !matches!(name.as_str(), "shellEnv" | "vars" | "__proto__"))
            .cloned()
            .collect()
    })
    .unwrap_or_default()
}

/// Adds the verdict on the whole config.
fn judge(
    view: &mut ConfigView,
    document: &Document,
    verdict: &Verdict,
    flat: Vec<String>,
    start: &Start,
    missing: &[Missing],
) {
    view.includes = document.includes;
    view.issues.extend(verdict.issues.iter().cloned());
    view.warnings.extend(verdict.warnings.iter().cloned());
    view.repairs.extend(verdict.repairs.iter().cloned());
    view.unchecked.extend(verdict.unchecked.iter().cloned());
    view.gateway_start = Some(verdict.gateway_start.clone());
    if start.rules.flat_env == FlatEnv::Refused {
        view.legacy_env = flat
            .into_iter()
            .map(|name| Located {
                path: format!("env.{name}"),
                place: document.key_place(&["env", &name]),
                value: name,
            })
            .collect();
    }
    if start.rules.missing_ref_fatal && !missing.is_empty() {
        let names: BTreeSet<&str> = missing.iter().map(|entry| entry.name.as_str()).collect();
        let names: Vec<&str> = names.into_iter().collect();
        view.issues.push(ConfigIssue {
            kind: "substitution".to_owned(),
            message: format!(
                "this release refuses a config that refers to a missing variable: {}",
                names.join(", ")
            ),
            ..ConfigIssue::default()
        });
    }
    if start.rules.secrets_required && view.issues.is_empty() {
        view.gateway_start = missing.iter().find_map(required_secret).or(view.gateway_start.take());
    }
    config::keep_lines(document, &mut view.issues);
    // The strict stage belongs to `config validate` alone (facts/config-validation.md section 2.2).
    let blocking = view.issues.iter().any(|issue| !config::is_strict_kind(&issue.kind));
    view.state = match (blocking, &verdict.repaired) {
        (false, _) => ConfigState::Valid,
        (true, Some(_)) => ConfigState::Repaired,
        // What is wrong belongs to a channel that the start leaves out.
        (true, None) if verdict.starts_without_channels() => ConfigState::Partial,
        (true, None) => ConfigState::Invalid,
    };
}

/// The layout rule for a config of this release.
fn layout_of(rules: &RuleSet) -> Layout {
    match rules.flat_env {
        FlatEnv::Wins => Layout::FlatWins,
        FlatEnv::Refused => Layout::VarsWin,
    }
}

/// Until 2026.7.35 a start ends where the Gateway's secret or a provider's key refers to an unset variable
/// ("required secrets are unavailable", facts/releases.md fault 3).
fn required_secret(missing: &Missing) -> Option<crate::model::snapshot::GatewayStart> {
    let path: Vec<&str> = missing.path.iter().map(String::as_str).collect();
    let required = matches!(
        path[..],
        ["gateway", "auth", "token" | "password"] | ["models", "providers", _, "apiKey"]
    );
    required.then(|| crate::model::snapshot::GatewayStart {
        verdict: crate::model::snapshot::Start::Refused,
        why: format!(
            "{} refers to {}, which is not set; this release then does not start",
            path.join("."),
            missing.name
        ),
        outcome: "refused".to_owned(),
        load: crate::config::Load::Ok,
        ended_by: Some(path.join(".")),
    })
}
