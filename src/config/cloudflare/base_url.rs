//! The address of an entry: what cannot work is judged in `faults`; here is what is merely odd.

use serde_json::Value;

use super::super::problem::{Problem, text};
use super::super::substitute::Missing;
use super::Entry;
use super::address::{Address, Route, documented};
use super::faults::{is_anthropic, judge};
use super::path_secret::is_gateway_id;
use super::placeholders::is_placeholder;

/// What the advice about a base URL that cannot work is called; also the id of the check.
pub(crate) const KIND: &str = "cf-base-url-malformed";
/// Segments whose path certainly does not answer in the format of another `api`.
const FORMS: [(&str, &[&str]); 3] = [
    ("anthropic", &["anthropic-messages"]),
    ("openai", &["openai-completions", "openai-responses"]),
    ("compat", &["openai-completions", "openai-responses"]),
];

/// Checks `baseUrl` and `api` of an entry.
pub(super) fn check(entry: &Entry<'_>, missing: &[Missing], own: bool, out: &mut Vec<Problem>) {
    let Some(given) = text(entry.value, &["baseUrl"]) else {
        return;
    };
    let path = ["models", "providers", entry.id, "baseUrl"];
    if missing.iter().any(|one| one.path == path) {
        // Said already, with the name of the variable.
        return;
    }
    let api = text(entry.value, &["api"]);
    let mut say = |words: String, hint: String| out.push(entry.at(&["baseUrl"], KIND, words, hint));
    let trimmed = crate::secret::value::js_trim(given);
    if trimmed.is_empty() {
        if own {
            say("the address is empty".to_owned(), format!("write {}", super::TARGET));
        }
        return;
    }
    if let Some(fault) = judge(entry.id, trimmed, api) {
        return say(format!("the address {}", fault.what), fault.hint());
    }
    let Some(address) = Address::parse(trimmed) else { return };
    if let Route::Gateway(Some(segment)) = address.route() {
        gateway_id(entry, address.gateway().unwrap_or_default(), out);
        mismatch(entry, segment, address.rest(), api, own, out);
    }
}

/// The gateway's name is at most 64 letters, digits, `-` and `_` (facts/pings.md section 10).
fn gateway_id(entry: &Entry<'_>, gateway: &str, out: &mut Vec<Problem>) {
    if is_placeholder(gateway) {
        let hint = "if it is left over from an example, write the name given in the dashboard (AI > AI Gateway)";
        let words = format!("the gateway's name `{gateway}` looks like a placeholder");
        return out.push(entry.at(&["baseUrl"], "cf-gateway-id", words, hint));
    }
    if !is_gateway_id(gateway) || documented(gateway).is_some() {
        let hint = "it is the name given in the dashboard: at most 64 letters, digits, - and _";
        out.push(entry.at(
            &["baseUrl"],
            "cf-gateway-id",
            "the gateway's name has an odd form",
            hint,
        ));
    }
}

fn mismatch(entry: &Entry<'_>, segment: &str, rest: &[String], api: Option<&str>, own: bool, out: &mut Vec<Problem>) {
    let Some((form, apis)) = FORMS.iter().find(|(known, _)| *known == segment) else {
        return;
    };
    let models = entry.value.get("models").and_then(Value::as_array);
    let by_model = models.is_some_and(|all| all.iter().any(|model| text(model, &["api"]).is_some()));
    let Some(api) = api else {
        // Seen on 2026.9.6: without an api, of the entry or of its plugin, models are asked in the format openai-completions,
        // which Anthropic answers below /anthropic/v1 alone.
        let answers = rest.first().is_some_and(|part| part == "v1");
        if *form == "anthropic" && models.is_some() && !by_model && (own || !answers) {
            let (kind, whose) = match own || is_of_anthropic(entry.id) {
                true => ("cf-api-missing", " without the provider's plugin"),
                false => ("cf-api-fails", ""),
            };
            let words =
                format!("the address ends in /anthropic, and api is not set:{whose} that means openai-completions");
            out.push(entry.at(&["api"], kind, words, "write api: \"anthropic-messages\""));
        }
        return;
    };
    // Anthropic answers OpenAI's format too, below /anthropic/v1.
    let compatible =
        *form == "anthropic" && rest.first().is_some_and(|part| part == "v1") && !is_anthropic(entry.id, Some(api));
    if !compatible && !apis.contains(&api) && entry.value.get("models").is_some() {
        let words = format!("the address ends in /{form}, and api is {api}; the two do not fit together");
        let hint = format!("write api: \"{}\"", apis.first().unwrap_or(&"anthropic-messages"));
        // Anthropic's address has no endpoint in OpenAI's format: every request fails.
        let kind = match *form == "anthropic" && api.starts_with("openai") {
            true => "cf-api-fails",
            false => "cf-api-mismatch",
        };
        out.push(entry.at(&["api"], kind, words, hint));
    }
}

/// Returns whether an id is one of OpenClaw's own providers for Anthropic, which have an api without an entry.
fn is_of_anthropic(id: &str) -> bool {
    id.to_lowercase().starts_with("anthropic")
}

/// Returns the ids of a provider entry's own models.
pub(super) fn model_ids(entry: &Value) -> Vec<&str> {
    let models = entry.get("models").and_then(Value::as_array);
    models
        .into_iter()
        .flatten()
        .filter_map(|model| text(model, &["id"]))
        .collect()
}
