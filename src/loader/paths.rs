//! Home, state directory and config path (facts/env-resolution.md section 1).

use super::env::Env;
use super::{Answers, Ask};
use crate::product::rules::RuleSet;
use crate::secret::value::js_trim;

/// What path rules depend on beside the environment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PathContext<'a> {
    /// Home directory of the account, from the user database.
    pub(crate) os_home: Option<&'a str>,
    /// Working directory.
    pub(crate) cwd: &'a str,
}

/// Returns the home directory that `~` means.
pub(crate) fn home(env: &Env, path_context: PathContext<'_>) -> String {
    let os = os_home(env, path_context);
    let chosen = match env.text("OPENCLAW_HOME").filter(|text| !is_void(text)) {
        Some(own) => Some(expand_tilde(own, os.as_deref())),
        None => os,
    };
    absolute(chosen.as_deref().unwrap_or(path_context.cwd), path_context.cwd)
}

fn is_void(text: &str) -> bool {
    text == "undefined" || text == "null"
}

fn os_home(env: &Env, path_context: PathContext<'_>) -> Option<String> {
    let named = ["HOME", "USERPROFILE"]
        .into_iter()
        .find_map(|name| env.text(name).filter(|text| !is_void(text)));
    let termux = || {
        let prefix = env
            .text("PREFIX")
            .filter(|text| text.trim_end_matches('/').ends_with("com.termux/files/usr"))?;
        env.text("ANDROID_DATA").map(|_| format!("{prefix}/../home"))
    };
    // libuv asks the user database only where HOME is not bound at all.
    let from_database = || {
        path_context
            .os_home
            .filter(|_| !env.is_bound("HOME"))
            .map(str::to_owned)
    };
    named.map(str::to_owned).or_else(termux).or_else(from_database)
}

/// Returns a path below a folder, which may be `/`.
pub(crate) fn below(folder: &str, name: &str) -> String {
    format!("{}/{name}", folder.trim_end_matches('/'))
}

fn expand_tilde(path: &str, home: Option<&str>) -> String {
    let Some(rest) = path.strip_prefix('~') else {
        return path.to_owned();
    };
    match home {
        Some(home) if rest.is_empty() => home.to_owned(),
        Some(home) if rest.starts_with(['/', '\\']) => format!("{}{rest}", home.trim_end_matches('/')),
        _ => path.to_owned(),
    }
}

/// Makes a path absolute against `cwd` and removes `.` and `..`, without looking at the disk.
pub(crate) fn absolute(path: &str, cwd: &str) -> String {
    let joined = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("{cwd}/{path}")
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Expands and absolutises a path given by a user.
pub(crate) fn user_path(input: &str, env: &Env, path_context: PathContext<'_>) -> String {
    let trimmed = js_trim(input);
    absolute(&expand_tilde(trimmed, Some(&home(env, path_context))), path_context.cwd)
}

/// Returns the state directory.
pub(crate) fn state_dir(
    env: &Env,
    path_context: PathContext<'_>,
    rules: &RuleSet,
    answers: &Answers,
) -> Result<String, Box<Ask>> {
    if let Some(own) = env.text("OPENCLAW_STATE_DIR") {
        return Ok(user_path(own, env, path_context));
    }
    let home = home(env, path_context);
    let mut candidates = vec![below(&home, ".openclaw"), below(&home, ".clawdbot")];
    if rules.moltbot {
        candidates.push(below(&home, ".moltbot"));
    }
    Ok(answers
        .first_existing(&candidates)?
        .unwrap_or_else(|| below(&home, ".openclaw")))
}

/// Returns the directory of the second `.env`: it never becomes `.clawdbot`.
pub(crate) fn config_dir(env: &Env, path_context: PathContext<'_>) -> String {
    if let Some(own) = env.text("OPENCLAW_STATE_DIR") {
        return user_path(own, env, path_context);
    }
    if let Some(config) = env.text("OPENCLAW_CONFIG_PATH") {
        let path = user_path(config, env, path_context);
        return match path.rsplit_once('/') {
            Some(("", _)) | None => "/".to_owned(),
            Some((dir, _)) => dir.to_owned(),
        };
    }
    below(&home(env, path_context), ".openclaw")
}

/// Returns the config file that the reader opens.
pub(crate) fn config_path(
    env: &Env,
    path_context: PathContext<'_>,
    rules: &RuleSet,
    answers: &Answers,
) -> Result<String, Box<Ask>> {
    if let Some(own) = env.text("OPENCLAW_CONFIG_PATH") {
        return Ok(user_path(own, env, path_context));
    }
    let mut names = vec!["openclaw.json", "clawdbot.json"];
    if rules.moltbot {
        names.push("moltbot.json");
    }
    let state = state_dir(env, path_context, rules, answers)?;
    let inside = |dir: &str| names.iter().map(|name| below(dir, name)).collect::<Vec<_>>();
    let mut candidates = inside(&state);
    if env.text("OPENCLAW_STATE_DIR").is_none() {
        let home = home(env, path_context);
        candidates.extend(inside(&below(&home, ".openclaw")));
        candidates.extend(inside(&below(&home, ".clawdbot")));
    }
    Ok(answers
        .first_existing(&candidates)?
        .unwrap_or_else(|| format!("{state}/openclaw.json")))
}

/// Returns the home directory and the other paths of the finished environment.
pub(crate) fn places(
    env: &Env,
    path_context: PathContext<'_>,
    rules: &RuleSet,
    answers: &Answers,
) -> Result<[String; 3], Box<Ask>> {
    Ok([
        home(env, path_context),
        state_dir(env, path_context, rules, answers)?,
        config_path(env, path_context, rules, answers)?,
    ])
}
