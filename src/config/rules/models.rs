//! Rules of `models` and of the model maps of agents.

use serde_json::Value;

use super::super::problem::At;
use super::{Rule, text};

/// Provider ids that need no `baseUrl` and `models` of their own.
const OVERLAYS: &str = "amazon-bedrock amazon-bedrock-mantle anthropic anthropic-vertex arcee azure-openai-responses \
byteplus byteplus-plan cerebras chutes claude-cli clawrouter cloudflare-ai-gateway codex comfy copilot-proxy dashscope \
deepinfra deepseek fal fireworks github-copilot gmi gmi-cloud gmicloud google google-antigravity google-gemini-cli \
google-vertex groq huggingface kilocode kimi kimi-coding litellm lmstudio meta microsoft-foundry minimax minimax-portal \
mistral modelstudio moonshot moonshot-ai moonshotai nvidia novita novita-ai novitaai ollama ollama-cloud openai opencode \
opencode-go openrouter qianfan qwen qwen-token-plan qwencloud sglang stepfun stepfun-plan synthetic tencent-tokenhub \
tencent-tokenplan together venice vercel-ai-gateway vllm volcengine volcengine-plan vydra x-ai xai xiaomi \
xiaomi-token-plan z.ai z-ai zai";

/// Returns whether a provider is one that the release completes by itself.
pub(crate) fn is_overlay(id: &str) -> bool {
    let id = crate::secret::value::js_trim(id).to_lowercase();
    OVERLAYS.split(' ').any(|known| known == id)
}

pub(super) const RULES: &[(&str, Rule)] = &[
    ("models.providers", providers),
    ("models.catalogRefresh.url", catalog_url),
    ("agents.defaults.models", model_map),
    ("agents.entries.*.models", model_map),
    ("agents.defaults.models.*.pickerRuntimes.*", picker_runtime),
    ("agents.entries.*.models.*.pickerRuntimes.*", picker_runtime),
    ("agents.defaults.decisionModel", decision_model),
    ("agents.entries.*.decisionModel", decision_model),
];

fn providers(value: &Value, at: &mut At<'_>) {
    for (id, provider) in value.as_object().into_iter().flatten() {
        if id == "__proto__" || is_overlay(id) {
            continue;
        }
        // Comparing with all names is dear, so it waits until something is wrong.
        let meant = || {
            let known: Vec<&str> = OVERLAYS.split(' ').collect();
            let near = super::super::near::name(id, &known);
            near.map_or(String::new(), |near| format!("; did you mean the provider {near}?"))
        };
        let base = provider.get("baseUrl").and_then(Value::as_str).unwrap_or_default();
        if base.is_empty() {
            let hint = format!("add baseUrl{}", meant());
            at.refuse_with(
                &[id, "baseUrl"],
                format!("{id} is not a built-in provider and needs a baseUrl"),
                hint,
            );
        }
        if !provider.get("models").is_some_and(Value::is_array) {
            let hint = format!("add models: [{{id, name}}]{}", meant());
            at.refuse_with(
                &[id, "models"],
                format!("{id} is not a built-in provider and needs a list of models"),
                hint,
            );
        }
    }
}

fn catalog_url(value: &Value, at: &mut At<'_>) {
    let fits = value
        .as_str()
        .and_then(|text| reqwest::Url::parse(text).ok())
        .is_some_and(|url| {
            let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
            url.scheme() == "https" || (url.scheme() == "http" && local)
        });
    if !fits {
        at.refuse(
            &[],
            "the address must be https (http only for localhost, 127.0.0.1 and [::1])",
        );
    }
}

fn model_map(value: &Value, at: &mut At<'_>) {
    for (reference, entry) in value.as_object().into_iter().flatten() {
        let exact = !reference.contains('*') && text::provider_model(reference).is_some();
        for field in ["pickerRuntimes", "codeMode"] {
            if !exact && entry.get(field).is_some() {
                at.refuse(
                    &[reference, field],
                    format!("{field} needs an exact provider/model key, not {reference}"),
                );
            }
        }
    }
}

fn picker_runtime(value: &Value, at: &mut At<'_>) {
    if value
        .as_str()
        .map(crate::secret::value::js_trim)
        .is_some_and(|id| id == "auto" || id == "default")
    {
        at.refuse(&[], "auto and default are not runtimes to pick from");
    }
}

fn decision_model(value: &Value, at: &mut At<'_>) {
    let text = value.as_str().map(crate::secret::value::js_trim).unwrap_or_default();
    if !text.is_empty() && text::provider_model(text).is_none() {
        at.refuse(&[], "expected provider/model, or an empty string for none");
    }
}
