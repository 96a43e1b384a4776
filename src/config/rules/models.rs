//! Rules of `models` and of the model maps of agents.

use serde_json::Value;

use super::super::problem::At;
use super::{Rule, text};
use crate::product::spans::Span;

/// Provider ids that need no `baseUrl` and `models` of their own, with the releases on which they were seen so. 2026.2.26
/// wants both of every provider.
const OVERLAYS: [(Span, &str); 3] = [
    (
        Span::FROM_5_28,
        "amazon-bedrock amazon-bedrock-mantle anthropic anthropic-vertex arcee byteplus byteplus-plan cerebras chutes \
         cloudflare-ai-gateway codex comfy copilot-proxy dashscope deepinfra deepseek fal fireworks github-copilot \
         google google-antigravity google-gemini-cli google-vertex groq huggingface kilocode kimi kimi-coding litellm \
         lmstudio microsoft-foundry minimax minimax-portal mistral modelstudio moonshot nvidia ollama openai opencode \
         opencode-go openrouter qianfan qwen qwencloud sglang stepfun stepfun-plan synthetic tencent-tokenhub together \
         venice vercel-ai-gateway vllm volcengine volcengine-plan vydra xai xiaomi zai",
    ),
    (
        Span::FROM_7_35,
        "azure-openai-responses claude-cli gmi gmi-cloud gmicloud meta moonshot-ai moonshotai novita novita-ai novitaai \
         ollama-cloud tencent-tokenplan xiaomi-token-plan z.ai z-ai",
    ),
    (Span::FROM_8_2, "clawrouter qwen-token-plan x-ai"),
];

fn overlays() -> impl Iterator<Item = (Span, &'static str)> {
    OVERLAYS
        .iter()
        .flat_map(|(span, ids)| ids.split(' ').map(|id| (*span, id)))
}

/// Returns whether a provider is one that the newest release completes by itself.
pub(crate) fn is_overlay(id: &str) -> bool {
    let id = crate::secret::value::js_trim(id).to_lowercase();
    overlays().any(|(_, known)| known == id)
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
    let completed = |id: &str| {
        let id = crate::secret::value::js_trim(id).to_lowercase();
        overlays().any(|(span, known)| known == id && at.is_in(span))
    };
    let own: Vec<_> = value
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(id, _)| *id != "__proto__" && !completed(id))
        .collect();
    for (id, provider) in own {
        // Comparing with all names is dear, so it waits until something is wrong.
        let meant = || {
            let known: Vec<&str> = overlays().map(|(_, id)| id).collect();
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
