//! Providers whose path has a version that OpenClaw does not append. Cloudflare's pages print their base without it, for
//! clients that write the whole path (developers.cloudflare.com/ai-gateway/usage/providers, 2026-11).

use super::address::Address;
use super::corrections::corrected;
use super::fault::{Fault, fault};

/// Judges what follows the segment of such a provider. Where the version alone is missing the doctor asks all the same: the
/// list of models lies below the version, too, so that an answer tells.
pub(super) fn version(name: &str, address: &Address, api: Option<&str>) -> Option<Fault> {
    let google = api == Some("google-generative-ai");
    let openai = api.is_none_or(|api| api.starts_with("openai"));
    let rest: Vec<&str> = address.rest().iter().map(String::as_str).collect();
    let (what, why, due): (String, &str, &str) = match (name, rest.as_slice()) {
        ("workers-ai", []) => (
            "lacks /v1 after /workers-ai".to_owned(),
            "Only /workers-ai/v1 answers in OpenAI's format.",
            "v1",
        ),
        ("workers-ai", [model, ..]) if openai && model.starts_with('@') => (
            "names a model after /workers-ai".to_owned(),
            "Only /workers-ai/v1 answers in OpenAI's format; the model comes with each request.",
            "v1",
        ),
        ("mistral", []) if openai => (
            "lacks /v1 after /mistral".to_owned(),
            "OpenClaw appends /chat/completions alone, and Mistral answers below /v1: 404.",
            "v1",
        ),
        ("google-ai-studio", []) if google => (
            "lacks /v1beta after /google-ai-studio".to_owned(),
            "OpenClaw appends /models/<model> alone, and Google answers below a version: 404.",
            "v1beta",
        ),
        ("google-ai-studio", [] | ["v1" | "v1beta"]) if openai => (
            format!("lacks /openai after /{}", [&[name], rest.as_slice()].concat().join("/")),
            "Google answers in OpenAI's format below /v1beta/openai alone: 404.",
            "v1beta/openai",
        ),
        ("google-ai-studio", ["v1" | "v1beta", "openai"]) if google => (
            "goes on to /openai, and api is Google's".to_owned(),
            "That path answers in OpenAI's format.",
            "v1beta",
        ),
        _ => return None,
    };
    let asks = rest.is_empty() && (name == "mistral" || google);
    fault(what, why, format!("{}/{due}", corrected(address, name))).map(|fault| Fault { asks, ..fault })
}
