//! Hosts and segments that are certainly somebody else's.

/// Hosts of providers' own APIs, where the path of an AI Gateway leads nowhere.
pub(super) fn is_providers(host: &str) -> bool {
    matches!(
        host,
        "api.openai.com"
            | "api.anthropic.com"
            | "api.deepseek.com"
            | "api.groq.com"
            | "api.mistral.ai"
            | "api.x.ai"
            | "api.cohere.com"
            | "openrouter.ai"
            | "generativelanguage.googleapis.com"
    )
}

/// Segments that certainly do not answer in Anthropic's format.
pub(super) fn is_other_api(segment: &str) -> bool {
    matches!(
        segment,
        "compat"
            | "openai"
            | "workers-ai"
            | "google-ai-studio"
            | "groq"
            | "mistral"
            | "azure-openai"
            | "grok"
            | "cohere"
    )
}
