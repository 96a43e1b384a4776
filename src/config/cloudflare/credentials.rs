//! Key and token: which is which, where each belongs, and how the header is written.

use serde_json::Value;

use super::super::problem::{Problem, get, text};
use super::super::substitute::Missing;
use super::Entry;
use super::address::{Address, Wants};
use crate::model::snapshot::Shape;
use crate::secret::{foreign_ref, generated, names, value};

const HEADER: &str = "cf-aig-authorization";
const MALFORMED: &str = "cf-aig-header-malformed";
const SWAPPED: &str = "cf-token-in-provider-slot";

/// Checks `apiKey` and `headers` of an entry.
pub(super) fn check(entry: &Entry<'_>, missing: &[Missing], out: &mut Vec<Problem>) {
    let known = |path: &[&str]| {
        let full: Vec<&str> = ["models", "providers", entry.id].iter().chain(path).copied().collect();
        !missing.iter().any(|one| one.path == full)
    };
    let key = text(entry.value, &["apiKey"])
        .filter(|_| known(&["apiKey"]))
        .map(value::js_trim);
    if let Some(key) = key.filter(|key| !key.is_empty()) {
        api_key(entry, key, wants(entry), out);
    }
    let headers = get(entry.value, &["headers"]).and_then(Value::as_object);
    let wants = wants(entry);
    let has_token = headers.is_some_and(|map| map.keys().any(|name| value::js_trim(name).eq_ignore_ascii_case(HEADER)));
    let mut seen: Option<&str> = None;
    for (name, given) in headers.into_iter().flatten() {
        let lower = value::js_trim(name).to_lowercase();
        if lower == HEADER {
            if let Some(other) = seen {
                let words = format!("{other} and {name} are the same header, given twice");
                out.push(entry.at(&["headers", name], MALFORMED, words, "keep one of them"));
            }
            seen = Some(name);
            if let Some(text) = given.as_str().filter(|_| known(&["headers", name])) {
                header(entry, name, text, out);
            }
        } else if misnamed(&lower) {
            let words = format!("{name} is not the header that Cloudflare reads");
            out.push(entry.at(&["headers", name], MALFORMED, words, format!("write \"{HEADER}\"")));
        } else if lower == "authorization"
            && !has_token
            && matches!(wants, Wants::Anthropic | Wants::Openai)
            && given.as_str().and_then(bearer_shape).is_some_and(Shape::is_cloudflare)
        {
            let words = "the gateway's token does not belong in Authorization: that header goes to the provider";
            out.push(entry.at(&["headers", name], MALFORMED, words, format!("write \"{HEADER}\"")));
        }
    }
    misplaced(entry, out);
}

fn misnamed(lower: &str) -> bool {
    let plain: String = lower.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let known = matches!(
        lower,
        "cf-aig-metadata" | "cf-aig-cache-ttl" | "cf-aig-skip-cache" | "cf-aig-gateway-id"
    );
    let near = strsim::damerau_levenshtein(&plain, "cfaigauthorization") <= 3;
    !known
        && (near
            || matches!(
                plain.as_str(),
                "cfaigauth" | "cfaigtoken" | "cfaigkey" | "cfaigapikey" | "cfauthorization"
            ))
}

/// Returns the kind of key that the provider behind the entry wants. Without an address of its own
/// the provider of the plugin is Anthropic.
fn wants(entry: &Entry<'_>) -> Wants {
    match text(entry.value, &["baseUrl"]).and_then(Address::parse) {
        Some(address) => address.wants(),
        None if entry.id.eq_ignore_ascii_case(super::ID) => Wants::Anthropic,
        None => Wants::Any,
    }
}

fn api_key(entry: &Entry<'_>, key: &str, wants: Wants, out: &mut Vec<Problem>) {
    let mut say = |kind, words: &str, hint: &str| out.push(entry.at(&["apiKey"], kind, words, hint));
    // OpenClaw sends the variable of that name.
    if crate::product::names::is_key_marker(key) {
        return;
    }
    // An example or a mark is told as what it is; its name is no variable.
    if value::is_placeholder(key) || value::is_sentinel(key) {
        return;
    }
    if value::is_bare_name(key) {
        let words = "this is the name of a variable and no reference to it: where nothing else gives the key, it is sent as it is";
        // A key of capitals and digits looks like a name too, and is not repeated.
        let is_told = names::is_public_name(key, &|_| false) && generated::find(key).is_empty();
        let name = if is_told { key } else { "NAME" };
        return say("cf-apikey-bare-name", words, &format!("write apiKey: \"${{{name}}}\""));
    }
    match value::shape(key) {
        // The same token in both places is what Cloudflare shows for Unified Billing: only an answer can tell.
        Some(shape)
            if shape.is_cloudflare()
                && matches!(wants, Wants::Anthropic | Wants::Openai)
                && !is_token_too(entry, key) =>
        {
            let words = "apiKey contains a Cloudflare token instead of the key of the provider behind the gateway";
            let hint = "put the provider's key here and the token into headers[\"cf-aig-authorization\"]";
            say(SWAPPED, words, hint);
        }
        Some(Shape::BearerHeader) => {
            say(
                "cf-apikey-form",
                "apiKey begins with Bearer; the key is sent without that word",
                "remove Bearer",
            );
        }
        Some(Shape::AnthropicAdminKey) if wants == Wants::Anthropic => {
            let words = "this Anthropic credential is not accepted as an API key";
            say(
                "cf-apikey-form",
                words,
                "create an API key (sk-ant-api…) in the Anthropic console",
            );
        }
        Some(Shape::Url) => say(
            "cf-apikey-form",
            "apiKey contains an address",
            "put the key here, the address in baseUrl",
        ),
        _ => {}
    }
}

/// Returns whether the token header has the same text.
fn is_token_too(entry: &Entry<'_>, key: &str) -> bool {
    let headers = get(entry.value, &["headers"]).and_then(Value::as_object);
    headers.into_iter().flatten().any(|(name, given)| {
        let own = value::js_trim(name).eq_ignore_ascii_case(HEADER)
            || value::js_trim(name).eq_ignore_ascii_case("authorization");
        own && given.as_str().and_then(|text| text.split_whitespace().last()) == Some(key)
    })
}

fn header(entry: &Entry<'_>, name: &str, given: &str, out: &mut Vec<Problem>) {
    // What a template or a vault would put there is the subject of another check.
    if foreign_ref::kind(given).is_some() {
        return;
    }
    let path = ["headers", name];
    let hint = "write \"Bearer <token>\": the word, one blank, the token";
    let trimmed = value::js_trim(given);
    let token = trimmed.split_whitespace().last().unwrap_or_default();
    let lower = trimmed.to_lowercase();
    let words = if trimmed.is_empty() {
        Some("the header is empty")
    } else if trimmed != given {
        Some("there is white space around the value")
    } else if lower.starts_with("bearer:") {
        Some("a colon after Bearer")
    } else if lower.starts_with("bearer bearer") {
        Some("Bearer twice")
    } else if !lower.starts_with("bearer") {
        Some("the word Bearer is missing in front of the token")
    } else if !trimmed.starts_with("Bearer ") {
        Some("Bearer is not written as Cloudflare documents it")
    } else if trimmed.split(' ').count() != 2 || token.contains(['"', '\'']) {
        Some("the token has blanks or quotes in it")
    } else if value::is_stand_in(token) || value::is_bare_name(token) {
        Some("the token is a placeholder")
    } else {
        None
    };
    if let Some(words) = words {
        out.push(entry.at(&path, MALFORMED, words, hint));
    }
    if bearer_shape(trimmed).is_some_and(|shape| {
        matches!(
            shape,
            Shape::AnthropicApiKey | Shape::AnthropicOauthToken | Shape::OpenaiKey
        )
    }) {
        let words = "this header contains a provider's key; it wants the token of the gateway";
        out.push(entry.at(&path, SWAPPED, words, "put the provider's key into apiKey"));
    }
}

/// Returns the shape of the token of a header value.
fn bearer_shape(text: &str) -> Option<Shape> {
    value::shape(text.split_whitespace().last()?)
}

/// The header in a place where it is not sent.
fn misplaced(entry: &Entry<'_>, out: &mut Vec<Problem>) {
    let models = entry.value.get("models").and_then(Value::as_array);
    let has_it = |value: &Value| {
        let headers = value.get("headers").and_then(Value::as_object);
        headers.is_some_and(|map| map.keys().any(|name| name.eq_ignore_ascii_case(HEADER)))
    };
    // Where every model has it, or the provider too, none lacks it.
    let lacking = !has_it(entry.value) && models.is_some_and(|models| !models.iter().all(has_it));
    for (at, model) in models.into_iter().flatten().enumerate().filter(|_| lacking) {
        let names = get(model, &["headers"]).and_then(Value::as_object);
        for name in names
            .into_iter()
            .flat_map(|map| map.keys())
            .filter(|name| name.eq_ignore_ascii_case(HEADER))
        {
            let words = "the header is set at one model; it is missing for all others";
            let hint = "move it to headers of the provider";
            out.push(entry.at(
                &["models", &at.to_string(), "headers", name],
                "cf-header-place",
                words,
                hint,
            ));
        }
    }
    for path in [&["params"][..], &["request"], &["request", "auth"]] {
        let names = get(entry.value, path).and_then(Value::as_object);
        for name in names
            .into_iter()
            .flat_map(|map| map.keys())
            .filter(|name| name.eq_ignore_ascii_case(HEADER))
        {
            let full: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
            let words = "a header here is not sent";
            out.push(entry.at(&full, "cf-header-place", words, "move it to headers of the provider"));
        }
    }
}
