//! `model-unknown`: a model is named with a provider that the Gateway does not know, or with none.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::gateway_lacks_name;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{ConfigView, ModelRole, ModelUse, PluginOrigin, ProviderConfig};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "model-unknown",
    title: "models are named with a provider that the Gateway knows",
    group: Group::Config,
    severity: Severity::Error,
    needs: &[Need::Config, Need::Plugins, Need::Providers],
    causes: &[],
    docs: "A model is written `provider/model`. The provider is one of OpenClaw's own, an entry of `models.providers`, or \
one that an installed plugin brings; with any other the config is valid, and every message ends in \"Unknown model\". A \
name without a provider is looked for in `models.providers` and `agents.defaults.models`; where neither has it, OpenClaw \
takes a provider with a key that lists it, else `openai/…`.\n\n\
Fix: openclaw config set agents.defaults.model.primary provider/model",
    run,
};

/// What people write for a provider.
const MEANT: &[(&str, &str)] = &[
    ("claude", "anthropic"),
    ("gemini", "google"),
    ("google-ai", "google"),
    ("google-ai-studio", "google"),
    ("gpt", "openai"),
    ("chatgpt", "openai"),
    ("open-ai", "openai"),
    ("grok", "xai"),
    ("glm", "zai"),
    ("zhipu", "zai"),
    ("bedrock", "amazon-bedrock"),
    ("aws-bedrock", "amazon-bedrock"),
    ("vertex", "google-vertex"),
    ("vertex-ai", "google-vertex"),
    ("hf", "huggingface"),
    ("copilot", "github-copilot"),
    ("cloudflare", "cloudflare-ai-gateway"),
    ("lm-studio", "lmstudio"),
    ("open-router", "openrouter"),
    ("openai-codex", "openai"),
    ("codex", "openai"),
    ("google-antigravity", "google"),
    ("minimax-oauth", "minimax-portal"),
    ("qwen-portal", "qwen"),
    ("qwen-oauth", "qwen"),
    ("opencode-zen", "opencode"),
];

/// How the names of models begin, and whose they are.
const BY_MODEL: &[(&str, &str)] = &[
    ("claude", "anthropic"),
    ("gpt-", "openai"),
    ("chatgpt-", "openai"),
    ("o3", "openai"),
    ("o4", "openai"),
    ("gemini-", "google"),
    ("grok-", "xai"),
    ("deepseek-", "deepseek"),
    ("glm-", "zai"),
    ("kimi-", "moonshot"),
    ("mistral-", "mistral"),
    ("codestral-", "mistral"),
];

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    let mut told: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for used in &config.uses.models {
        let Some((provider, model)) = used.model.value.split_once('/') else {
            continue;
        };
        if told.contains(&provider) {
            continue;
        }
        if !is_known(config, provider) {
            told.push(provider);
            found.push(foreign(case, used, provider, model));
        } else if let Some(variable) = unregistered(case, config, provider) {
            told.push(provider);
            found.push(without_entry(case, used, provider, variable));
        }
    }
    found.extend(config.uses.bare_models.iter().map(|used| bare(case, used)));
    found
}

/// Whether the Gateway may know a provider: a plugin that this release does not ship may bring any.
fn is_known(config: &ConfigView, id: &str) -> bool {
    let same = |other: &str| other.eq_ignore_ascii_case(id);
    let stock = resolve::stock();
    let of_release = |plugin: &str| {
        stock.providers.contains_key(plugin)
            || stock.channels.contains_key(plugin)
            || stock.search.values().any(|search| search.plugin == plugin)
    };
    let by_plugin = config.plugins_found.iter().any(|plugin| {
        let brings = plugin.providers.iter().any(|(provider, _)| same(provider));
        brings || same(&plugin.id) || (plugin.origin != PluginOrigin::Bundled && !of_release(&plugin.id))
    });
    // Another name of `openai` in the core. The release completes entries of further names that no plugin of it knows.
    same("azure-openai-responses")
        || resolve::stock_provider(id).is_some()
        || config.providers.iter().any(|entry| same(&entry.id))
        || by_plugin
}

/// The variable that makes the release know a local server, where neither an entry nor a profile does. Any value will do.
/// Seen on 2026.9.6: "Unknown model: ollama/… Ollama requires authentication to be registered as a provider".
fn unregistered(case: &CheckContext<'_>, config: &ConfigView, id: &str) -> Option<&'static str> {
    let same = |entry: &ProviderConfig| entry.id.eq_ignore_ascii_case(id);
    let variable = "OLLAMA_API_KEY";
    let asked = id.eq_ignore_ascii_case("ollama") && gateway_lacks_name(case, variable);
    let unread = || {
        let mut stores = case.snapshot.auth_profiles.iter();
        stores.any(|store| store.profiles.why_unknown().is_some())
    };
    (asked && !config.providers.iter().any(same) && !resolve::has_profile(case.snapshot, id) && !unread())
        .then_some(variable)
}

fn without_entry(case: &CheckContext<'_>, used: &ModelUse, provider: &str, variable: &str) -> Finding {
    let (path, written) = (&used.model.path, &used.model.value);
    let title = format!("{path} names {provider}, which is not set up");
    finding(CHECK.id, severity(used.role), title)
        .certainty(Certainty::Likely)
        .subject(path)
        .detail(format!(
            "A server of one's own needs no key, but OpenClaw knows of it only by {variable}, a profile or an entry in \
             models.providers. The Gateway answers \"Unknown model: {written}\"."
        ))
        .at(used.model.place.as_ref(), written.clone())
        .fix(
            format!(
                "Give {variable} any value, such as ollama-local, in {}, and restart.",
                case.dotenv()
            ),
            [case.put_in_dotenv(variable), case.commands().restart_after_add()],
        )
}

fn meant(provider: &str) -> Option<&'static str> {
    let lower = provider.to_ascii_lowercase();
    let by_name = MEANT.iter().find(|(name, _)| *name == lower).map(|(_, right)| *right);
    let near = || {
        let all = resolve::stock().providers.keys();
        let close = all.map(|id| (strsim::osa_distance(&lower, id), id.as_str()));
        close
            .filter(|(far, id)| *far <= 2 && id.len() > 4)
            .min()
            .map(|(_, id)| id)
    };
    by_name.or_else(near)
}

fn severity(role: ModelRole) -> Severity {
    match role {
        ModelRole::Primary => Severity::Error,
        _ => Severity::Warning,
    }
}

fn foreign(case: &CheckContext<'_>, used: &ModelUse, provider: &str, model: &str) -> Finding {
    let (path, written) = (&used.model.path, &used.model.value);
    let base = finding(
        CHECK.id,
        severity(used.role),
        format!("{path} names a provider that the Gateway does not know: {provider}"),
    )
    .certainty(Certainty::Likely)
    .subject(path)
    .detail(format!(
        "No provider of OpenClaw, no entry of models.providers and no installed plugin is called {provider}. The Gateway \
         answers \"Unknown model: {written}\"."
    ))
    .at(used.model.place.as_ref(), written.clone());
    match meant(provider) {
        Some(right) => {
            let reference = format!("{right}/{model}");
            base.fix(
                format!("The provider is called {right}. Use a model of it; `models list` shows them."),
                [
                    case.commands().openclaw(&format!("models list --provider {right}")),
                    case.config_set(path, &reference),
                ],
            )
        }
        None => base.fix(
            format!("Use a provider of the list, or give {provider} an entry in models.providers."),
            [case.commands().openclaw("models list --all")],
        ),
    }
}

fn bare(case: &CheckContext<'_>, used: &ModelUse) -> Finding {
    let (path, name) = (&used.model.path, &used.model.value);
    let lower = name.to_ascii_lowercase();
    let owner = BY_MODEL.iter().find(|(start, _)| lower.starts_with(start));
    let base = finding(CHECK.id, Severity::Warning, format!("{path} names no provider: {name}"))
        .certainty(Certainty::Likely)
        .subject(path)
        .detail(format!(
            "OpenClaw looks for a provider with a key that lists {name}, and takes openai/{name} where there is none."
        ))
        .at(used.model.place.as_ref(), name.clone());
    match owner {
        Some((_, owner)) => base.fix(
            "Write the provider in front.",
            [case.config_set(path, &format!("{owner}/{name}"))],
        ),
        None => base.fix(
            "Write the provider in front, as the list has it.",
            [case.commands().openclaw("models list --all")],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, views};
    use crate::model::snapshot::{Located, Snapshot};

    fn using(role: ModelRole, model: &str, bare: bool) -> Snapshot {
        let mut snapshot = healthy();
        for view in views(&mut snapshot) {
            let used = ModelUse {
                role,
                model: Located {
                    path: "agents.defaults.model".to_owned(),
                    place: None,
                    value: model.to_owned(),
                },
            };
            view.config.uses.models.clear();
            match bare {
                true => view.config.uses.bare_models = vec![used],
                false => view.config.uses.models = vec![used],
            }
        }
        snapshot
    }

    #[test]
    fn unknown_providers_and_bare_names_are_told() {
        for (role, model, bare, severity, command) in [
            (
                ModelRole::Primary,
                "gemini/gemini-3-pro",
                false,
                Severity::Error,
                "google/gemini-3-pro",
            ),
            (
                ModelRole::Primary,
                "antropic/claude-x",
                false,
                Severity::Error,
                "anthropic/claude-x",
            ),
            // Names of earlier releases, and of a plugin that is not there.
            (
                ModelRole::Primary,
                "google-antigravity/claude-x",
                false,
                Severity::Error,
                "google/",
            ),
            (
                ModelRole::Primary,
                "codex/gpt-x",
                false,
                Severity::Error,
                "openai/gpt-x",
            ),
            (
                ModelRole::Primary,
                "minimax-oauth/M2",
                false,
                Severity::Error,
                "minimax-portal/M2",
            ),
            (ModelRole::Fallback, "nobody/x", false, Severity::Warning, "models list"),
            (
                ModelRole::Primary,
                "claude-x",
                true,
                Severity::Warning,
                "anthropic/claude-x",
            ),
            (ModelRole::Primary, "some-model", true, Severity::Warning, "models list"),
        ] {
            let found = findings(&CHECK, &using(role, model, bare));
            let [one] = found.as_slice() else {
                panic!("{model}: {}", found.len())
            };
            assert_eq!(one.severity, severity, "{model}");
            let commands = one.remedy.as_ref().map(|remedy| remedy.commands.join("\n"));
            assert!(commands.unwrap_or_default().contains(command), "{model}");
        }
    }

    #[test]
    fn what_is_configured_or_of_the_release_is_known() {
        for model in [
            "anthropic/x",
            "Z.AI/glm",
            "openrouter/meta/llama",
            "cloudflare-ai-gateway/claude",
            "claude-cli/opus",
            "azure-openai-responses/x",
        ] {
            assert!(
                findings(&CHECK, &using(ModelRole::Primary, model, false)).is_empty(),
                "{model}"
            );
        }
    }
}
