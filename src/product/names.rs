//! The key-name lists of OpenClaw and the predicates over them
//! (facts/env-resolution.md sections 4 to 6; recorded in `names-2026.9.6.json`).

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde::Deserialize;

use super::names_older::{Given, taken, taken_at_first};
use super::rules::RuleSet;
use crate::secret::value::is_env_name;

/// The recorded lists.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'static"))]
pub(crate) struct Lists {
    #[serde(rename = "workspaceProviderKeys")]
    workspace_provider: BTreeSet<&'static str>,
    #[serde(rename = "workspaceExactKeys")]
    workspace_exact: BTreeSet<&'static str>,
    workspace_prefixes: Vec<&'static str>,
    workspace_suffixes: Vec<&'static str>,
    workspace_token_sequences: Vec<Vec<&'static str>>,
    host_blocked_everywhere: BTreeSet<&'static str>,
    host_blocked_override_only: BTreeSet<&'static str>,
    host_allowed_inherited: BTreeSet<&'static str>,
    host_blocked_prefixes: Vec<&'static str>,
    host_blocked_override_prefixes: Vec<&'static str>,
    config_extra_blocked: BTreeSet<&'static str>,
    #[serde(rename = "gatewaySelectionKeys")]
    pub(crate) selection: BTreeSet<&'static str>,
    #[serde(rename = "shellExpected_2026_2_26")]
    pub(crate) shell_expected_old: BTreeSet<&'static str>,
    /// Names the stock package takes from a login shell; used where manifests cannot be read.
    #[serde(rename = "shellExpectedDefault")]
    pub(crate) shell_expected_default: BTreeSet<&'static str>,
}

/// Names expected from a login shell whatever plugins there are (section 6).
pub(crate) const SHELL_EXPECTED_CORE: &[&str] = &[
    "ANTHROPIC_OAUTH_TOKEN",
    "ANTHROPIC_API_KEY",
    "CODEX_API_KEY",
    "OPENAI_API_KEY",
    "VOYAGE_API_KEY",
    "CEREBRAS_API_KEY",
    "DASHSCOPE_API_KEY",
    "MINIMAX_API_KEY",
    "OPENCLAW_GATEWAY_TOKEN",
    "OPENCLAW_GATEWAY_PASSWORD",
];

/// Returns the lists; parsed once.
pub(crate) fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| parse(include_str!("names-2026.9.6.json")))
}

fn parse(text: &'static str) -> Lists {
    // The file is part of the program; a test proves that it parses.
    serde_json::from_str(text).unwrap_or_else(|_| Lists {
        workspace_provider: BTreeSet::new(),
        workspace_exact: BTreeSet::new(),
        workspace_prefixes: Vec::new(),
        workspace_suffixes: Vec::new(),
        workspace_token_sequences: Vec::new(),
        host_blocked_everywhere: BTreeSet::new(),
        host_blocked_override_only: BTreeSet::new(),
        host_allowed_inherited: BTreeSet::new(),
        host_blocked_prefixes: Vec::new(),
        host_blocked_override_prefixes: Vec::new(),
        config_extra_blocked: BTreeSet::new(),
        selection: BTreeSet::new(),
        shell_expected_old: BTreeSet::new(),
        shell_expected_default: BTreeSet::new(),
    })
}

/// Returns whether a name is in one of the lists.
pub(crate) fn is_listed(name: &str) -> bool {
    let lists = lists();
    [
        &lists.workspace_provider,
        &lists.workspace_exact,
        &lists.host_blocked_everywhere,
        &lists.host_blocked_override_only,
        &lists.host_allowed_inherited,
        &lists.config_extra_blocked,
        &lists.selection,
        &lists.shell_expected_old,
        &lists.shell_expected_default,
    ]
    .iter()
    .any(|list| list.contains(name))
        || SHELL_EXPECTED_CORE.contains(&name)
}

/// Names that stand for the variable where a provider's `apiKey` is nothing but the name: those of the bundled providers'
/// manifests, and some of providers that have left (`isKnownEnvApiKeyMarker`; played on 2026.9.6). Any other name is sent
/// as the key.
pub(crate) fn is_key_marker(name: &str) -> bool {
    const LEFT: [&str; 5] = [
        "DEEPSEEK_API_KEY",
        "PERPLEXITY_API_KEY",
        "FIREWORKS_API_KEY",
        "NOVITA_API_KEY",
        "AZURE_API_KEY",
    ];
    const OTHERS: [&str; 3] = [
        "OPENCLAW_GATEWAY_TOKEN",
        "OPENCLAW_GATEWAY_PASSWORD",
        "TELEGRAM_BOT_TOKEN",
    ];
    LEFT.contains(&name) || lists().shell_expected_default.contains(name) && !OTHERS.contains(&name)
}

/// Why a name may not stand in a workspace `.env`, as a rule word (section 4).
///
/// Not every release stops names that lead elsewhere: `X_ENDPOINT`, `AWS_PROFILE`, `DISABLE_TLS_X`.
pub(crate) fn workspace_block(name: &str, rules: &RuleSet) -> Option<&'static str> {
    let lists = lists();
    let upper = name.to_uppercase();
    let parts: Vec<&str> = upper.split('_').filter(|part| !part.is_empty()).collect();
    let has_sequence = lists
        .workspace_token_sequences
        .iter()
        .any(|sequence| !sequence.is_empty() && parts.windows(sequence.len()).any(|window| window == sequence));
    match taken(Given::Workspace, &upper, rules.checked) {
        Some(true) => return None,
        Some(false) => return Some("workspace-blocked-name"),
        None => {}
    }
    if lists.workspace_provider.contains(upper.as_str()) {
        return Some("workspace-provider-key");
    }
    let leads_elsewhere = upper == "AWS_PROFILE" || upper.ends_with("_ENDPOINT") || has_sequence;
    if leads_elsewhere && !rules.endpoint_filter {
        return None;
    }
    let blocked = host_blocked(&upper)
        || override_blocked(&upper)
        || lists.workspace_exact.contains(upper.as_str())
        || starts_with_one(&upper, &lists.workspace_prefixes)
        || lists.workspace_suffixes.iter().any(|suffix| upper.ends_with(*suffix))
        || has_sequence;
    blocked.then_some("workspace-blocked-name")
}

/// Returns whether the config of a release may set a name (section 5).
pub(crate) fn config_may_set(name: &str, rules: &RuleSet) -> bool {
    let upper = name.to_uppercase();
    if !rules.config_filter {
        return taken_at_first(&upper);
    }
    if let Some(taken) = taken(Given::Config, &upper, rules.checked) {
        return taken;
    }
    !lists().config_extra_blocked.contains(upper.as_str()) && !host_blocked(&upper) && !override_blocked(&upper)
}

/// Returns whether a name is left out of the environment of the login shell (section 6).
pub(crate) fn hidden_from_login_shell(name: &str) -> bool {
    let lists = lists();
    let upper = name.to_uppercase();
    host_blocked(&upper)
        || (lists.host_blocked_override_only.contains(upper.as_str())
            && !lists.host_allowed_inherited.contains(upper.as_str()))
}

fn host_blocked(upper: &str) -> bool {
    lists().host_blocked_everywhere.contains(upper) || starts_with_one(upper, &lists().host_blocked_prefixes)
}

fn override_blocked(upper: &str) -> bool {
    lists().host_blocked_override_only.contains(upper)
        || starts_with_one(upper, &lists().host_blocked_override_prefixes)
        || is_cargo_target_program(upper)
}

/// `CARGO_TARGET_[A-Z0-9_]+_(LINKER|RUNNER)`.
fn is_cargo_target_program(upper: &str) -> bool {
    upper
        .strip_prefix("CARGO_TARGET_")
        .and_then(|rest| rest.strip_suffix("_LINKER").or_else(|| rest.strip_suffix("_RUNNER")))
        .is_some_and(|middle| {
            !middle.is_empty()
                && middle
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        })
}

fn starts_with_one(upper: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| upper.starts_with(*prefix))
}

/// Returns whether a name of a config entry or `.env` line is usable after trimming.
pub(crate) fn portable(name: &str) -> Option<&str> {
    let trimmed = crate::secret::value::js_trim(name);
    is_env_name(trimmed).then_some(trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::rules::for_version;

    #[test]
    fn the_recorded_lists_parse() {
        assert!(serde_json::from_str::<Lists>(include_str!("names-2026.9.6.json")).is_ok());
        assert_eq!(lists().workspace_provider.len(), 90);
        assert_eq!(lists().shell_expected_default.len(), 51);
        assert_eq!(lists().shell_expected_old.len(), 17);
    }

    /// Each compared with what 2026.9.6 itself takes for such a name.
    #[test]
    fn names_that_an_api_key_may_be() {
        for (name, stands_for_it) in [
            ("ANTHROPIC_API_KEY", true),
            ("OPENAI_API_KEY", true),
            ("DEEPSEEK_API_KEY", true),
            ("HF_TOKEN", true),
            ("CLOUDFLARE_AI_GATEWAY_API_KEY", false),
            ("MY_ANT_KEY", false),
            ("GROQ_API_KEY", false),
            ("TELEGRAM_BOT_TOKEN", false),
            ("OPENCLAW_GATEWAY_TOKEN", false),
            ("anthropic_api_key", false),
        ] {
            assert_eq!(is_key_marker(name), stands_for_it, "{name}");
        }
    }

    #[test]
    fn workspace_rules() {
        for (name, rule) in [
            ("CLOUDFLARE_AI_GATEWAY_API_KEY", Some("workspace-provider-key")),
            ("openai_api_key", Some("workspace-provider-key")),
            // Keys of usage reports, and that of another tool (seen refused on 2026.7.35 to 2026.9.6).
            ("ANTHROPIC_ADMIN_KEY", Some("workspace-provider-key")),
            ("CODEX_API_KEY", Some("workspace-provider-key")),
            ("OPENCLAW_FOO", Some("workspace-blocked-name")),
            ("LD_PRELOAD", Some("workspace-blocked-name")),
            ("X_BASE_URL", Some("workspace-blocked-name")),
            ("DISABLE_TLS_X", Some("workspace-blocked-name")),
            ("CARGO_TARGET_A_LINKER", Some("workspace-blocked-name")),
            ("TF_VAR_x", Some("workspace-blocked-name")),
            ("MY_VAR", None),
            ("DISABLED_TLS", None),
            ("CARGO_TARGET__LINKERS", None),
        ] {
            assert_eq!(workspace_block(name, &for_version(None)), rule, "{name}");
        }
    }

    #[test]
    fn config_rules() {
        for (name, may) in [
            ("CLOUDFLARE_AI_GATEWAY_API_KEY", true),
            ("PATH", true),
            ("HOME", false),
            ("GITHUB_TOKEN", false),
            ("https_proxy", false),
            ("OPENCLAW_INCLUDE_ROOTS", false),
        ] {
            assert_eq!(config_may_set(name, &for_version(None)), may, "{name}");
        }
        // Each asked of its Gateway.
        for (name, may) in [
            ("GITHUB_TOKEN", true),
            ("bash_env", false),
            ("LD_FOO", false),
            ("PYTHONSTARTUP", true),
        ] {
            assert_eq!(config_may_set(name, &for_version(Some("2026.2.26"))), may, "{name}");
        }
    }
}
