//! What cannot work about the base URL of a provider behind Cloudflare, and the corrected one.
//! The only judgement of it: `doctor config` and the checks both ask here.

use super::address::{Address, HOST, REST_HOST, Route, documented, is_account_id, without_scheme};
use super::corrections::{corrected, emptied, ids_of, origin, swapped};
pub(crate) use super::fault::Fault;
use super::fault::{CLEAR, IN_THE_PATH, NO_PROVIDER, NOT_FOUND, TWICE, fault, in_place};
use super::foreign::{is_other_api, is_providers};
use super::lookalike;
use super::path_secret::{is_gateway_id, named};
use super::placeholders::{is_open_segment, is_placeholder};
use super::rest_faults::{of_api, rest};
use super::version_faults::version;

impl Fault {
    /// The way to a host of the user's own is not encrypted. The address stays as it is but for the scheme.
    pub(crate) fn in_the_clear(url: &str) -> Fault {
        let encrypted = url.trim().split_once("://").map(|(_, rest)| format!("https://{rest}"));
        Fault {
            what: "is not encrypted".to_owned(),
            why: "Keys would travel in the clear; the doctor sent none there.",
            corrected: encrypted.unwrap_or_default(),
            api: None,
            asks: false,
        }
    }

    /// Cloudflare itself says that the path names no provider.
    pub(crate) fn refused(id: &str, url: &str, api: Option<&str>) -> Fault {
        let address = Address::parse(url).unwrap_or_default();
        let segment = if is_anthropic(id, api) {
            "anthropic"
        } else {
            "<provider>"
        };
        Fault {
            what: "names no provider that Cloudflare knows (code 2008)".to_owned(),
            why: "Cloudflare cannot tell where to send the request.",
            corrected: corrected(&address, segment),
            api: None,
            asks: false,
        }
    }
}

/// Returns whether a provider speaks Anthropic's API.
pub(crate) fn is_anthropic(id: &str, api: Option<&str>) -> bool {
    match api {
        Some(api) => api.starts_with("anthropic"),
        None => id.eq_ignore_ascii_case(super::ID),
    }
}

/// Judges the base URL of a provider; none where it has a documented form, is on a domain of its
/// own, has a segment that is not known here, or does not lead to Cloudflare at all.
pub(crate) fn judge(id: &str, url: &str, api: Option<&str>) -> Option<Fault> {
    let own = id.eq_ignore_ascii_case(super::ID);
    let anthropic = is_anthropic(id, api);
    let segment = if anthropic { "anthropic" } else { "<provider>" };
    if let Some(whole) = without_scheme(url) {
        let corrected = judge(id, &whole, api).map_or(whole, |other| other.corrected);
        return fault(
            "lacks https:// at its beginning",
            "No request can be made of it.",
            corrected,
        );
    }
    let Some(address) = Address::parse(url) else {
        // A reference without a value is the subject of another check.
        let close = (own || url.contains(HOST)) && !url.contains("${");
        return close
            .then(|| {
                fault(
                    "is not a valid URL",
                    "No request can be made of it.",
                    corrected(&Address::default(), segment),
                )
            })
            .flatten();
    };
    if let Some(extra) = address.extra.filter(|_| own || address.route() != Route::Other) {
        let plain = address.plain();
        let corrected = judge(id, &plain, api).map_or(plain, |other| other.corrected);
        let why = match extra {
            "a user name or password" => "Node refuses to send a request to such an address.",
            _ => "OpenClaw appends the endpoint behind it, so requests go to another address.",
        };
        return fault(format!("contains {extra}"), why, corrected);
    }
    if let Some(once) = address
        .without_doubled_version()
        .filter(|once| own || once.route() != Route::Other)
    {
        let plain = once.plain();
        let corrected = judge(id, &plain, api).map_or(plain, |other| other.corrected);
        return fault("has /v1 twice", "Nothing answers there.", corrected);
    }
    if let Some((account, tail)) = address.rest_form() {
        return rest(&address, account, tail, anthropic);
    }
    if let Some(wrong) = of_api(&address, anthropic) {
        return Some(wrong);
    }
    if let Some(wrong) = host(&address, own, segment) {
        return Some(wrong);
    }
    if address.is_own_host() || address.has_gateway_form() {
        return path(&address, segment).or_else(|| provider(id, &address, api));
    }
    // A domain of one's own: only an endpoint at its end is certainly wrong.
    own.then(|| doubled(&address, anthropic)).flatten()
}

/// Another host of Cloudflare's, or one that differs by a typo.
fn host(address: &Address, own: bool, segment: &str) -> Option<Fault> {
    if address.is_own_host() {
        return (!address.tls)
            .then(|| fault("is not encrypted", CLEAR, corrected(address, segment)))
            .flatten();
    }
    let typo = lookalike::meant(&address.host).is_some();
    let cloudflares = address.host == "cloudflare.com" || address.host.ends_with(".cloudflare.com");
    let console = matches!(address.host.as_str(), "dash.cloudflare.com" | "one.dash.cloudflare.com");
    let management = address.host == REST_HOST && address.parts.iter().any(|part| part == "ai-gateway");
    let is_v1 = address.host == REST_HOST && address.versioned();
    let misplaced = (cloudflares || is_providers(&address.host)) && address.has_gateway_form() || is_v1;
    if !(typo || console || management || misplaced || cloudflares && own) {
        return None;
    }
    let kept = if (typo || misplaced) && address.versioned() {
        address.clone()
    } else {
        ids_of(address)
    };
    let given = kept.segment().filter(|name| documented(name).is_some());
    let segment = match segment {
        "<provider>" => given.unwrap_or(segment),
        segment => segment,
    };
    fault(
        format!("has the host {}, and AI Gateways answer at {HOST}", address.host),
        "Nobody there is an AI Gateway.",
        corrected(&kept, segment),
    )
}

fn path(address: &Address, segment: &str) -> Option<Fault> {
    let fixed = || corrected(address, segment);
    if address.double_slash {
        return fault(
            "has an empty part in its path",
            "Cloudflare counts it as an id.",
            emptied(address, segment),
        );
    }
    if !address.versioned() {
        return fault("lacks /v1 before the account id", NOT_FOUND, fixed());
    }
    let (Some(account), Some(gateway)) = (address.account(), address.gateway()) else {
        return fault("lacks the account id or the gateway id", NOT_FOUND, fixed());
    };
    for (part, name) in [(account, "account"), (gateway, "gateway")] {
        if let Some(what) = named(part) {
            return fault(in_place(what, name), IN_THE_PATH, fixed());
        }
    }
    if is_placeholder(account) {
        return fault("still has a placeholder for the account id", NOT_FOUND, fixed());
    }
    // What can be a name is one until Cloudflare says otherwise: people do call a gateway `gateway`.
    if is_placeholder(gateway) && !is_gateway_id(gateway) {
        return fault("still has a placeholder for the gateway id", NOT_FOUND, fixed());
    }
    if address.is_own_host() && !is_account_id(account) && is_account_id(gateway) {
        return fault(
            "has account id and gateway id in each other's place",
            NOT_FOUND,
            swapped(address, segment),
        );
    }
    let ended = matches!(address.segment(), None | Some("v1" | "v1beta" | "chat" | "messages"));
    if address.is_own_host() && !is_account_id(account) {
        // The id of the gateway stands where that of the account is due, and the provider where it is due itself.
        if documented(gateway).is_some() && ended && is_gateway_id(account) && !is_nearly_account_id(account) {
            let mut whole = address.clone();
            whole.parts.insert(1, "<account id>".to_owned());
            return fault("lacks the account id", NOT_FOUND, corrected(&whole, gateway));
        }
        return fault("has an account id that is not 32 hex digits", NOT_FOUND, fixed());
    }
    if documented(gateway).is_some() && ended {
        let mut without = address.clone();
        without.parts.truncate(2);
        return fault(
            format!("lacks the gateway id: /{gateway} is in its place"),
            NOT_FOUND,
            corrected(&without, gateway),
        );
    }
    let behind = address.segment().unwrap_or_default();
    let named = documented(behind).is_none() && !behind.starts_with("custom-") && !is_open_segment(behind);
    if documented(gateway).is_some() && named {
        let mut turned = address.clone();
        turned.parts.swap(2, 3);
        turned.parts.truncate(4);
        return fault(
            format!("has gateway id and provider segment in each other's place: /{gateway}/{behind}"),
            NOT_FOUND,
            corrected(&turned, gateway),
        );
    }
    None
}

/// Returns whether a text is an account id but for a few digits, and so no name of a gateway.
fn is_nearly_account_id(text: &str) -> bool {
    text.len() >= 20 && text.chars().all(|c| c.is_ascii_hexdigit())
}

fn provider(id: &str, address: &Address, api: Option<&str>) -> Option<Fault> {
    let anthropic = is_anthropic(id, api);
    let segment = if anthropic { "anthropic" } else { "<provider>" };
    match (address.segment(), anthropic) {
        (None, true) => fault(
            "ends without the provider segment /anthropic",
            NO_PROVIDER,
            corrected(address, segment),
        ),
        (Some(name), _) if is_open_segment(name) => fault(
            "still has a placeholder for the provider",
            NO_PROVIDER,
            corrected(address, segment),
        ),
        (None, false) => fault(
            "ends without a provider segment",
            NO_PROVIDER,
            corrected(address, segment),
        ),
        (Some("v1" | "messages"), true) => fault(
            "lacks the provider segment /anthropic",
            NO_PROVIDER,
            corrected(address, segment),
        ),
        (Some("chat" | "responses"), false) => {
            fault("lacks the provider segment", NO_PROVIDER, corrected(address, segment))
        }
        // The client of OpenClaw drops a /v1 at the end (seen on 2026.9.6).
        (Some("anthropic"), true) if address.rest() == ["v1"] => None,
        (Some("anthropic"), true) if !address.rest().is_empty() => {
            fault("goes on after /anthropic", TWICE, corrected(address, "anthropic"))
        }
        // The address and the key behind it belong together: what was copied is the api.
        (Some(other), true) if is_other_api(other) && !id.eq_ignore_ascii_case(super::ID) => {
            let format = match other {
                "google-ai-studio" => "google-generative-ai",
                _ => "openai-completions",
            };
            let wrong = fault(
                format!("ends in /{other}, and api is Anthropic's"),
                "That path answers in another format.",
                address.plain(),
            );
            wrong.map(|wrong| Fault {
                api: Some(format),
                ..wrong
            })
        }
        (Some(other), true) if is_other_api(other) => fault(
            format!("ends in /{other}, and the provider speaks Anthropic's API"),
            "That path answers in another format.",
            corrected(address, "anthropic"),
        ),
        (Some(name), false) => version(name, address, api).or_else(|| doubled(address, anthropic)),
        (Some(_), true) => doubled(address, anthropic),
    }
}

/// An endpoint at the end of the base.
fn doubled(address: &Address, anthropic: bool) -> Option<Fault> {
    const ENDS: [&[&str]; 6] = [
        &["v1", "messages"],
        &["messages"],
        &["chat", "completions"],
        &["completions"],
        &["responses"],
        &["embeddings"],
    ];
    let ends = |end: &&&[&str]| {
        let from = address.parts.len().checked_sub(end.len())?;
        address.parts.get(from..)?.iter().eq(end.iter()).then_some(())
    };
    let end = ENDS
        .iter()
        .filter(|end| anthropic || end.first() != Some(&"v1"))
        .find(|end| ends(end).is_some())?;
    let kept = address.parts.len() - end.len();
    let parts = address.parts.get(..kept).unwrap_or_default();
    let base = format!("{}/{}", origin(address, true), parts.join("/"));
    fault(format!("ends in the endpoint /{}", end.join("/")), TWICE, base)
}
