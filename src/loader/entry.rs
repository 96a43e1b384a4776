//! The first steps of the entry script: markers, aliases, `--profile`
//! (facts/env-resolution.md sections 1 and 2, step 1).

use super::env::{Env, Slot};
use super::paths::{self, PathContext};
use crate::model::snapshot::Source;
use crate::secret::Vault;
use crate::secret::value::js_trim;

/// The spellings that count as one name.
const ALIASES: [&str; 2] = ["ZAI_API_KEY", "Z_AI_API_KEY"];

/// Returns the names that count as one with `name`, the canonical one first.
pub(crate) fn alias_group(name: &str) -> Vec<&str> {
    if ALIASES.contains(&name) {
        ALIASES.to_vec()
    } else {
        vec![name]
    }
}

/// Copies `Z_AI_API_KEY` where `ZAI_API_KEY` is blank.
pub(crate) fn normalise_aliases(env: &mut Env) {
    let [canonical, other] = ALIASES;
    if env.text(canonical).is_some() || env.text(other).is_none() {
        return;
    }
    if let Some(slot) = env.slot(other).cloned() {
        env.set(
            canonical,
            Slot {
                source: Source::Alias,
                rule: "alias",
                ..slot
            },
        );
    }
}

/// Makes `OPENCLAW_STATE_DIR` absolute; a blank value stays as it is.
pub(crate) fn normalise_state_dir(env: &mut Env, path_context: PathContext<'_>, vault: &Vault) {
    let Some(path) = env
        .text("OPENCLAW_STATE_DIR")
        .map(|text| paths::user_path(text, env, path_context))
    else {
        return;
    };
    let Some(slot) = env.slot("OPENCLAW_STATE_DIR").cloned() else {
        return;
    };
    if slot.value.expose() != path {
        let value = vault.seal(path);
        env.set("OPENCLAW_STATE_DIR", Slot { value, ..slot });
    }
}

/// Sets the marker of OpenClaw's own processes.
pub(crate) fn mark(env: &mut Env, vault: &Vault) {
    set_own(env, vault, "OPENCLAW_CLI", "1", "entry-marker");
}

fn set_own(env: &mut Env, vault: &Vault, name: &str, value: &str, rule: &'static str) {
    env.set(
        name,
        Slot {
            value: vault.seal(value),
            source: Source::Entry,
            place: None,
            rule,
        },
    );
}

/// Drops what names the service of the profile that is left: a service of another name stays
/// (2026.9.6, run: `--profile work` under `OPENCLAW_SYSTEMD_UNIT=openclaw-gateway.service`).
fn forget_service(env: &mut Env) {
    let inherited = env.text("OPENCLAW_PROFILE").map(js_trim).unwrap_or_default().to_owned();
    let (unit, label, task) = match inherited.as_str() {
        name if name.is_empty() || name.eq_ignore_ascii_case("default") => (
            "openclaw-gateway".to_owned(),
            "ai.openclaw.gateway".to_owned(),
            "OpenClaw Gateway".to_owned(),
        ),
        name => (
            format!("openclaw-gateway-{name}"),
            format!("ai.openclaw.{}", name.to_lowercase()),
            format!("OpenClaw Gateway ({name})"),
        ),
    };
    for (name, own) in [
        ("OPENCLAW_SYSTEMD_UNIT", unit),
        ("OPENCLAW_LAUNCHD_LABEL", label),
        ("OPENCLAW_WINDOWS_TASK_NAME", task),
    ] {
        let is_own = |text: &str| {
            let text = js_trim(text);
            text == own || (name == "OPENCLAW_SYSTEMD_UNIT" && text.strip_suffix(".service") == Some(own.as_str()))
        };
        if env.text(name).is_some_and(is_own) {
            env.remove(name);
        }
    }
}

/// Applies `--profile`: the profile's own state directory and config, unless others were set.
/// Values that are the previous profile's own paths give way.
pub(crate) fn apply_profile(env: &mut Env, profile: &str, path_context: PathContext<'_>, vault: &Vault) {
    let home = paths::home(env, path_context);
    let own_dir = |name: &str| match name {
        name if name.eq_ignore_ascii_case("default") => paths::below(&home, ".openclaw"),
        name => paths::below(&home, &format!(".openclaw-{name}")),
    };
    let inherited = own_dir(env.text("OPENCLAW_PROFILE").unwrap_or("default"));
    let selected = own_dir(profile);
    let switches = inherited != selected;
    let resolve = |env: &Env, name: &str| env.text(name).map(|text| paths::user_path(text, env, path_context));
    let (state, config) = (resolve(env, "OPENCLAW_STATE_DIR"), resolve(env, "OPENCLAW_CONFIG_PATH"));
    let replaces_state = switches && state.as_ref() == Some(&inherited);
    let replaces_config = switches
        && (state.is_none() || replaces_state)
        && config.as_ref() == Some(&format!("{inherited}/openclaw.json"));
    if switches {
        forget_service(env);
    }
    let raw_state = env.text("OPENCLAW_STATE_DIR").map(str::to_owned);
    let state_dir = match raw_state {
        Some(kept) if !replaces_state => kept,
        _ => {
            set_own(env, vault, "OPENCLAW_STATE_DIR", &selected, "profile");
            selected
        }
    };
    set_own(env, vault, "OPENCLAW_PROFILE", profile, "profile");
    if config.is_none() || replaces_config {
        let path = format!("{}/openclaw.json", state_dir.trim_end_matches('/'));
        set_own(env, vault, "OPENCLAW_CONFIG_PATH", &path, "profile");
    }
    if profile == "dev" && env.text("OPENCLAW_GATEWAY_PORT").is_none() {
        set_own(env, vault, "OPENCLAW_GATEWAY_PORT", "19001", "profile");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::FingerprintKey;

    /// `(profile of the environment, profile asked for, name, value, whether it goes)`: measured with 2026.9.6.
    const SWITCHES: [(&str, &str, &str, &str, bool); 12] = [
        ("", "work", "OPENCLAW_SYSTEMD_UNIT", "openclaw-gateway.service", true),
        ("", "work", "OPENCLAW_SYSTEMD_UNIT", " openclaw-gateway ", true),
        (" ", "dev", "OPENCLAW_SYSTEMD_UNIT", "openclaw-gateway.service", true),
        ("", "work", "OPENCLAW_SYSTEMD_UNIT", "OpenClaw-gateway.service", false),
        ("", "work", "OPENCLAW_SYSTEMD_UNIT", "my-openclaw.service", false),
        (
            "",
            "default",
            "OPENCLAW_SYSTEMD_UNIT",
            "openclaw-gateway.service",
            false,
        ),
        (
            "work",
            "work",
            "OPENCLAW_SYSTEMD_UNIT",
            "openclaw-gateway-work.service",
            false,
        ),
        (
            "work",
            "default",
            "OPENCLAW_SYSTEMD_UNIT",
            "openclaw-gateway.service",
            false,
        ),
        ("work", "Work", "OPENCLAW_SYSTEMD_UNIT", "openclaw-gateway-work", true),
        ("work", "default", "OPENCLAW_LAUNCHD_LABEL", "ai.openclaw.work", true),
        ("", "work", "OPENCLAW_LAUNCHD_LABEL", "ai.openclaw.gateway", true),
        (
            "work",
            "x",
            "OPENCLAW_WINDOWS_TASK_NAME",
            "OpenClaw Gateway (work)",
            true,
        ),
    ];

    #[test]
    fn another_profile_leaves_the_service_behind() {
        let vault = Vault::new(FingerprintKey::from_bytes(vec![7]));
        for (inherited, asked, name, text, goes) in SWITCHES {
            let mut env = Env::default();
            set_own(&mut env, &vault, "HOME", "/h", "process");
            set_own(&mut env, &vault, "OPENCLAW_PROFILE", inherited, "process");
            set_own(&mut env, &vault, name, text, "process");
            let context = PathContext {
                os_home: None,
                cwd: "/w",
            };
            apply_profile(&mut env, asked, context, &vault);
            assert_eq!(
                env.slot(name).is_none(),
                goes,
                "{inherited:?} → {asked:?}: {name}={text}"
            );
        }
    }
}
