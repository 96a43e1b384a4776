//! The login-shell import (facts/env-resolution.md section 6).

use std::collections::BTreeSet;

use super::answers::{Answers, Ask, PluginAsk, ShellAnswer, ShellAsk};
use super::config_env::Weaker;
use super::env::{Env, Slot};
use super::paths::{self, PathContext};
use crate::model::snapshot::{PluginOrigin, ShellImport, ShellOutcome, Source};
use crate::product::names;
use crate::product::rules::{ExpectedKeys, RuleSet, ShellSkip};
use crate::secret::Vault;
use crate::secret::value::js_trim;

/// OpenClaw's limit where none is set, in milliseconds.
const DEFAULT_TIMEOUT_MS: u64 = 15_000;

/// What the config says about the import.
#[derive(Debug, Clone, Default)]
pub(crate) struct ImportRequest {
    pub(crate) enabled: Option<bool>,
    pub(crate) timeout_ms: Option<u64>,
    pub(crate) load_paths: Vec<String>,
    /// Ask the shell even though the import is off.
    pub(crate) ask_anyway: bool,
}

/// What an import did.
#[derive(Debug, Default)]
pub(crate) struct Import {
    pub(crate) facts: ShellImport,
    /// What was bound from the shell.
    pub(crate) applied: Weaker,
    /// All the shell printed that concerns expected or asked names: name, value, used.
    pub(crate) printed: Vec<(String, crate::secret::Secret, Option<&'static str>)>,
    /// The names this installation takes from a login shell.
    pub(crate) expected: BTreeSet<String>,
}

/// Returns whether a text means yes (trimmed, any case).
pub(crate) fn is_truthy(text: Option<&str>) -> bool {
    let lower = text.map(|text| js_trim(text).to_lowercase());
    matches!(lower.as_deref(), Some("1" | "true" | "yes" | "on"))
}

/// Runs the import on `env`. `planned` is the environment with the config's values applied: it
/// decides whether the import is on, but its values do not make a name "not missing".
pub(crate) fn run(
    env: &mut Env,
    planned: &Env,
    import_request: &ImportRequest,
    rules: &RuleSet,
    path_context: PathContext<'_>,
    answers: &Answers,
    vault: &Vault,
) -> Result<Import, Box<Ask>> {
    let mut import = Import::default();
    let by_variable = is_truthy(planned.text("OPENCLAW_LOAD_SHELL_ENV"));
    let by_config = import_request.enabled == Some(true);
    let deferred = is_truthy(planned.text("OPENCLAW_DEFER_SHELL_ENV_FALLBACK"));
    let off = deferred || !(by_variable || by_config);
    if off && !import_request.ask_anyway {
        return Ok(import);
    }
    import.facts.enabled = !off;
    let by = if by_config {
        "env.shellEnv.enabled"
    } else {
        "OPENCLAW_LOAD_SHELL_ENV"
    };
    import.facts.by = (!off).then(|| by.to_owned());
    import.expected = expected(planned, import_request, rules, path_context, answers)?;
    let missing: Vec<String> = match rules.shell_skip {
        ShellSkip::AllBound => import
            .expected
            .iter()
            .filter(|name| !env.is_bound(name))
            .cloned()
            .collect(),
        ShellSkip::AnyHasValue if import.expected.iter().any(|name| env.text(name).is_some()) => Vec::new(),
        ShellSkip::AnyHasValue => import.expected.iter().cloned().collect(),
    };
    let shell = shell_of(env, answers)?;
    import.facts.timeout_ms = timeout_ms(planned, import_request);
    import.facts.shell = Some(shell.clone());
    if missing.is_empty() {
        import.facts.outcome = ShellOutcome::NothingMissing;
        return Ok(import);
    }
    let ask = question(env, shell, import.facts.timeout_ms, rules, path_context, vault);
    let values = match answers.shell(ask)? {
        ShellAnswer::Values { values, ms } => {
            import.facts.outcome = ShellOutcome::Answered;
            import.facts.ms = Some(*ms);
            values
        }
        ShellAnswer::Failed(why) => {
            import.facts.outcome = ShellOutcome::Failed { why: why.clone() };
            return Ok(import);
        }
        ShellAnswer::TimedOut => {
            import.facts.outcome = ShellOutcome::TimedOut;
            return Ok(import);
        }
        ShellAnswer::Unknown(why) => {
            import.facts.outcome = ShellOutcome::Unknown { why: why.clone() };
            return Ok(import);
        }
    };
    for (name, value) in values {
        let refused = if off {
            Some("shellenv-off")
        } else if !import.expected.contains(name) {
            Some("shell-not-expected")
        } else if !missing.contains(name) {
            Some("bound-before")
        } else if value.is_blank() {
            Some("shell-blank")
        } else {
            None
        };
        if refused.is_none() {
            let slot = Slot {
                value: value.clone(),
                source: Source::LoginShell,
                place: None,
                rule: "login-shell",
            };
            env.set(name, slot);
            import.applied.insert(name.clone(), value.clone());
        }
        import.printed.push((name.clone(), value.clone(), refused));
    }
    Ok(import)
}

fn expected(
    env: &Env,
    import_request: &ImportRequest,
    rules: &RuleSet,
    path_context: PathContext<'_>,
    answers: &Answers,
) -> Result<BTreeSet<String>, Box<Ask>> {
    if rules.expected == ExpectedKeys::Fixed {
        return Ok(names::lists()
            .shell_expected_old
            .iter()
            .map(|name| (*name).to_owned())
            .collect());
    }
    let plugins = answers.plugins(PluginAsk {
        state_dir: paths::state_dir(env, path_context, rules, answers)?,
        load_paths: import_request.load_paths.clone(),
        bundled: true,
    })?;
    let core = names::SHELL_EXPECTED_CORE.iter().map(|name| (*name).to_owned());
    let declared = plugins.iter().flat_map(|plugin| plugin.env_vars.iter().cloned());
    let mut expected: BTreeSet<String> = core.chain(declared).collect();
    if !plugins.iter().any(|plugin| plugin.origin == PluginOrigin::Bundled) {
        // Without the package at hand, the recorded list of the stock release stands in.
        expected.extend(
            names::lists()
                .shell_expected_default
                .iter()
                .map(|name| (*name).to_owned()),
        );
    }
    Ok(expected)
}

/// The shell is trusted where `/etc/shells` lists it, else `/bin/sh`.
fn shell_of(env: &Env, answers: &Answers) -> Result<String, Box<Ask>> {
    use super::answers::FileAnswer;
    let listed = match answers.file("/etc/shells")? {
        FileAnswer::Bytes { bytes, .. } => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    };
    let trusted = |shell: &&str| {
        shell.starts_with('/')
            && paths::absolute(shell, "/") == **shell
            && listed.lines().map(js_trim).any(|line| line == *shell)
    };
    Ok(env.text("SHELL").filter(trusted).unwrap_or("/bin/sh").to_owned())
}

fn timeout_ms(env: &Env, import_request: &ImportRequest) -> u64 {
    let from_variable = || {
        let text = env.text("OPENCLAW_SHELL_ENV_TIMEOUT_MS")?;
        let strict = text.bytes().all(|byte| byte.is_ascii_digit());
        strict.then(|| text.parse().ok()).flatten()
    };
    import_request
        .timeout_ms
        .or_else(from_variable)
        .unwrap_or(DEFAULT_TIMEOUT_MS)
}

fn question(
    env: &Env,
    shell: String,
    timeout_ms: u64,
    rules: &RuleSet,
    path_context: PathContext<'_>,
    vault: &Vault,
) -> ShellAsk {
    let mut given: Vec<(String, crate::secret::Secret)> = env
        .iter()
        .filter(|(name, _)| !names::hidden_from_login_shell(name))
        .filter(|(name, _)| !matches!(name.as_str(), "HOME" | "ZDOTDIR" | "OPENCLAW_CLI"))
        .map(|(name, slot)| (name.clone(), slot.value.clone()))
        .collect();
    // libuv: $HOME where it is bound, else the user database.
    let home = env
        .get("HOME")
        .map(|home| home.expose().to_owned())
        .or_else(|| path_context.os_home.map(str::to_owned));
    if let Some(home) = home.filter(|home| !js_trim(home).is_empty()) {
        given.push(("HOME".to_owned(), vault.seal(home)));
    }
    given.push(("OPENCLAW_CLI".to_owned(), vault.seal("1")));
    let is_bash = shell.rsplit('/').next() == Some("bash");
    let args: &[&str] = match (rules.shell_framed, is_bash) {
        (true, true) => &["-lic", "printf '\\0'; env -0"],
        (true, false) => &["-l", "-c", "printf '\\0'; env -0"],
        (false, _) => &["-l", "-c", "env -0"],
    };
    let prints: Vec<String> = given
        .iter()
        .map(|(name, value)| format!("{name}={}", vault.fingerprint(value)))
        .collect();
    ShellAsk {
        id: format!("{shell}\0{timeout_ms}\0{}", prints.join("\0")),
        shell,
        args: args.iter().map(|arg| (*arg).to_owned()).collect(),
        env: given,
        timeout_ms,
        framed: rules.shell_framed,
    }
}
