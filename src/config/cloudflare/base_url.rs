//! The address: host, placeholders, ids, the provider's segment, and whether `api` matches it.

use reqwest::Url;
use serde_json::Value;

use super::super::problem::{Problem, text};
use super::super::substitute::Missing;
use super::{Entry, HOST};

const TARGET: &str = "https://gateway.ai.cloudflare.com/v1/<account>/<gateway>/anthropic";
const KIND: &str = "cf-base-url-malformed";
/// Last segments of the documented forms and the `api` each belongs to.
const FORMS: [(&str, &[&str]); 3] = [
    ("anthropic", &["anthropic-messages"]),
    ("openai", &["openai-completions", "openai-responses"]),
    ("compat", &["openai-completions"]),
];
const PLACEHOLDERS: [&str; 14] = [
    "account_id",
    "account-id",
    "accountid",
    "gateway_id",
    "gateway-id",
    "gatewayid",
    "your-account",
    "your_account",
    "your-gateway",
    "your_gateway",
    "youraccount",
    "yourgateway",
    "undefined",
    "xxxx",
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
    let mut say = |words: String, hint: String| out.push(entry.at(&["baseUrl"], KIND, words, hint));
    let trimmed = crate::secret::value::js_trim(given);
    if trimmed.is_empty() {
        if own {
            say("the address is empty".to_owned(), format!("write {TARGET}"));
        }
        return;
    }
    if trimmed != given {
        say(
            "there is white space around the address".to_owned(),
            "remove it".to_owned(),
        );
    }
    if placeholder(trimmed) {
        let hint =
            "put the account id (32 hex digits, in the dashboard's address bar) and the gateway's name in".to_owned();
        return say("the address still holds a placeholder".to_owned(), hint);
    }
    let Ok(url) = Url::parse(trimmed) else {
        return say("this is no address".to_owned(), format!("write {TARGET}"));
    };
    let host = url.host_str().unwrap_or_default();
    let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    if url.scheme() != "https" && !local {
        say(
            format!(
                "the address begins with {}://, so keys would travel in the clear",
                url.scheme()
            ),
            "write https://".to_owned(),
        );
    }
    if host != HOST {
        if own || host.ends_with("cloudflare.com") {
            foreign(entry, host, local, out);
        }
        return;
    }
    segments(entry, &url, out);
}

/// A host other than the gateways' own: a custom domain is possible, `api.cloudflare.com` is not.
fn foreign(entry: &Entry<'_>, host: &str, local: bool, out: &mut Vec<Problem>) {
    if local {
        return;
    }
    if host.ends_with("cloudflare.com") {
        let words = format!("{host} is not the host of the gateways; OpenClaw speaks to {HOST}");
        out.push(entry.at(&["baseUrl"], KIND, words, format!("write {TARGET}")));
    } else {
        let words = format!("{host} is not {HOST}; that is right only for a custom domain of the gateway");
        out.push(entry.at(
            &["baseUrl"],
            "cf-base-url-host",
            words,
            format!("the usual form is {TARGET}"),
        ));
    }
}

fn segments(entry: &Entry<'_>, url: &Url, out: &mut Vec<Problem>) {
    let mut say = |words: String, hint: &str| out.push(entry.at(&["baseUrl"], KIND, words, hint));
    if url.query().is_some() || url.fragment().is_some() {
        say(
            "the address has a query or fragment".to_owned(),
            "remove everything from ? or # on",
        );
    }
    let path = url.path();
    if path.contains("//") {
        say("the address has a doubled slash".to_owned(), "write one slash");
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let rest = match parts.split_first() {
        Some((&"v1", rest)) => rest,
        _ => {
            return say(
                "the path does not begin with /v1/".to_owned(),
                "write https://gateway.ai.cloudflare.com/v1/…",
            );
        }
    };
    let (account, gateway) = match rest {
        [] => {
            return say(
                "account and gateway are missing".to_owned(),
                "add /<account>/<gateway>/anthropic",
            );
        }
        [_] => return say("the gateway's name is missing".to_owned(), "add /<gateway>/anthropic"),
        [account, gateway, ..] => (*account, *gateway),
    };
    if !(account.len() == 32
        && account
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
    {
        let hint = "the account id has 32 hex digits in lower case; it stands in the address bar of the dashboard";
        out.push(entry.at(&["baseUrl"], "cf-account-id", "the account id has an odd form", hint));
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if gateway.len() > 64 || !gateway.bytes().all(plain) || FORMS.iter().any(|(form, _)| *form == gateway) {
        let hint = "it is the name given in the dashboard: at most 64 letters, digits, - and _";
        out.push(entry.at(
            &["baseUrl"],
            "cf-gateway-id",
            "the gateway's name has an odd form",
            hint,
        ));
    }
    suffix(entry, rest.get(2..).unwrap_or_default(), out);
}

fn suffix(entry: &Entry<'_>, tail: &[&str], out: &mut Vec<Problem>) {
    let mut say = |words: String, hint: String| out.push(entry.at(&["baseUrl"], KIND, words, hint));
    let api = text(entry.value, &["api"]).unwrap_or("anthropic-messages");
    let Some((form, more)) = tail.split_first() else {
        let wanted = FORMS
            .iter()
            .find(|(_, apis)| apis.contains(&api))
            .map_or("anthropic", |(form, _)| *form);
        return say(
            "the provider's segment is missing at the end".to_owned(),
            format!("add /{wanted}"),
        );
    };
    let Some((_, apis)) = FORMS.iter().find(|(known, _)| known == form) else {
        let words = format!("{form} is a segment whose api is not checked here");
        return out.push(entry.at(
            &["baseUrl"],
            "cf-base-url-form",
            words,
            format!("for Anthropic models write {TARGET}"),
        ));
    };
    if !more.is_empty() && *form == "anthropic" {
        let words = format!("/{} is too much: OpenClaw adds /v1/messages itself", more.join("/"));
        say(words, "end the address with /anthropic".to_owned());
    } else if more.first().is_some_and(|part| *part == "v1") && more.len() > 1 || more.contains(&"chat") {
        say(
            "the end of the address is an endpoint that OpenClaw adds itself".to_owned(),
            format!("end it with /{form}"),
        );
    }
    if !apis.contains(&api) && entry.value.get("models").is_some() {
        let words = format!("the address ends in /{form}, and api is {api}; the two do not fit together");
        let hint = format!("write api: \"{}\"", apis.first().unwrap_or(&"anthropic-messages"));
        out.push(entry.at(&["api"], "cf-api-mismatch", words, hint));
    }
}

fn placeholder(text: &str) -> bool {
    let lower = text.to_lowercase();
    text.contains(['<', '>', '{', '}', '[', ']', '…'])
        || text.contains("...")
        || PLACEHOLDERS.iter().any(|word| lower.contains(word))
        || lower
            .split('/')
            .any(|part| matches!(part, "account" | "gateway" | "null" | "none"))
}

/// Tells whether a provider entry has models of its own.
pub(super) fn model_ids(entry: &Value) -> Vec<&str> {
    let models = entry.get("models").and_then(Value::as_array);
    models
        .into_iter()
        .flatten()
        .filter_map(|model| text(model, &["id"]))
        .collect()
}
