//! What a config makes the loading look at on the machine.

use serde_json::Value;

use crate::config;
use crate::config::document::Document;
use crate::loader::Start;
use crate::loader::answers::{Answers, Ask};
use crate::loader::env::Env;
use crate::loader::paths::{self, PathContext};
use crate::model::snapshot::ConfigLock;

/// Where the program `tailscale` may be: on PATH, and where OpenClaw looks beside it. None where it does not matter, or
/// where the Gateway's programs are not those of this machine.
pub(super) fn tailscale_programs(
    value: &Value,
    env: &Env,
    path_context: PathContext<'_>,
    start: &Start,
) -> Vec<String> {
    let mode = value.pointer("/gateway/tailscale/mode").and_then(Value::as_str);
    let known = matches!(mode, Some("serve" | "funnel")) && start.linux && start.reach.addresses.is_some();
    let Some(path) = env.text("PATH").filter(|_| known) else {
        return Vec::new();
    };
    let beside = [
        "/usr/local/sbin",
        "/usr/local/bin",
        "/usr/sbin",
        "/usr/bin",
        "/sbin",
        "/bin",
        "/snap/bin",
    ];
    let own = ["~/.local/bin", "~/bin", "~/go/bin"].map(|folder| paths::user_path(folder, env, path_context));
    let folders = path
        .split(':')
        .filter(|folder| folder.starts_with('/'))
        .map(str::to_owned);
    let mut all: Vec<String> = folders.chain(beside.map(str::to_owned)).chain(own).collect();
    all.iter_mut().for_each(|folder| folder.push_str("/tailscale"));
    all.sort();
    all.dedup();
    all
}

/// What keeps the Gateway from writing the config. A file that was named may lie anywhere.
pub(super) fn lock(
    env: &Env,
    start: &Start,
    answers: &Answers,
    document: &Document,
    path: &str,
) -> Result<Option<ConfigLock>, Box<Ask>> {
    if start.elsewhere || !document.is_read() {
        return Ok(None);
    }
    let own = config::own_vars(&document.value, &|_| false);
    let is_one = |name: &str| {
        let own = || own.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
        env.text(name).or_else(own) == Some("1")
    };
    match config::lock::by_environment(is_one) {
        None if !start.named_config => Ok(answers.lock(path, start.other_uid)?.cloned()),
        lock => Ok(lock),
    }
}

/// Strings of a list in the config.
pub(super) fn texts(value: &Value, pointer: &str) -> Vec<String> {
    let list = value.pointer(pointer).and_then(Value::as_array);
    list.map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default()
}

/// Commands of exec providers, which `config validate` looks at (facts/config-validation.md section 2.2).
pub(super) fn exec_commands(value: &Value) -> Vec<String> {
    let providers = value.pointer("/secrets/providers").and_then(Value::as_object);
    let commands = providers
        .into_iter()
        .flatten()
        .filter_map(|(_, provider)| provider.get("command").and_then(Value::as_str));
    commands
        .filter(|command| command.starts_with('/'))
        .map(str::to_owned)
        .collect()
}
