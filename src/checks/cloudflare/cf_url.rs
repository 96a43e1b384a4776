//! What can be wrong with the base URL of an AI Gateway, and the corrected one
//! (facts/pings.md sections 9 and 10).

use crate::ping::aig_url::{AigUrl, HOST, is_account_id};

/// A fault of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// What is so, after the name of the field.
    pub(crate) what: String,
    /// What comes of it.
    pub(crate) why: &'static str,
    /// The address to write instead; ids that are not known stand in angle brackets.
    pub(crate) corrected: String,
}

impl Wrong {
    fn new(what: impl Into<String>, why: &'static str, corrected: String) -> Option<Wrong> {
        Some(Wrong {
            what: what.into(),
            why,
            corrected,
        })
    }

    /// The way to a host of the user's own is not encrypted. The address stays as it is but for the scheme.
    pub(crate) fn in_the_clear(url: &str) -> Wrong {
        let encrypted = url.trim().split_once("://").map(|(_, rest)| format!("https://{rest}"));
        Wrong {
            what: "is not encrypted".to_owned(),
            why: "Keys would travel in the clear; the doctor sent none there.",
            corrected: encrypted.unwrap_or_default(),
        }
    }

    /// Cloudflare itself says that the path names no provider.
    pub(crate) fn refused(url: &str) -> Wrong {
        Wrong {
            what: "names no provider that Cloudflare knows (code 2008)".to_owned(),
            why: "Cloudflare cannot tell where to send the request.",
            corrected: corrected(&AigUrl::parse(url).unwrap_or_default(), "anthropic"),
        }
    }
}

/// Judges the base URL of a provider; none where it has the right form, is on a domain of its
/// own, or is no AI Gateway's at all.
pub(crate) fn judge(id: &str, url: &str, api: Option<&str>) -> Option<Wrong> {
    let own = id.eq_ignore_ascii_case("cloudflare-ai-gateway");
    let Some(parts) = AigUrl::parse(url) else {
        let close = own || url.contains(HOST);
        return close.then(|| unreadable(url)).flatten();
    };
    if let Some(wrong) = host(&parts, own) {
        return Some(wrong);
    }
    if !parts.is_own_host() && !parts.has_form() {
        return None;
    }
    let anthropic = match api {
        Some(api) => api.starts_with("anthropic"),
        None => own,
    };
    let segment = if anthropic { "anthropic" } else { "<provider>" };
    path(&parts, segment).or_else(|| provider(&parts, anthropic))
}

fn unreadable(url: &str) -> Option<Wrong> {
    if url.contains("${") {
        // A reference without a value is the subject of another check.
        return None;
    }
    Wrong::new(
        "is no address that can be used",
        "No request can be made of it.",
        corrected(&AigUrl::default(), "anthropic"),
    )
}

/// Another host of Cloudflare's, or one that differs by a typo.
fn host(parts: &AigUrl, own: bool) -> Option<Wrong> {
    if parts.is_own_host() {
        return (!parts.tls)
            .then(|| {
                Wrong::new(
                    "is not encrypted",
                    "Keys would travel in the clear.",
                    corrected(parts, "anthropic"),
                )
            })
            .flatten();
    }
    let typo = strsim::osa_distance(&parts.host, HOST) <= 3;
    let other = (parts.host == "cloudflare.com" || parts.host.ends_with(".cloudflare.com")) && own;
    if !typo && !other {
        return None;
    }
    let known = typo && (parts.has_form() || parts.versioned);
    let kept = if known { parts.clone() } else { ids_of(parts) };
    Wrong::new(
        format!("has the host {}, where {HOST} is due", parts.host),
        "Nobody there is an AI Gateway.",
        corrected(&kept, "anthropic"),
    )
}

/// An account id that stands in the path of another API.
fn ids_of(parts: &AigUrl) -> AigUrl {
    let texts = [&parts.account, &parts.gateway, &parts.provider]
        .into_iter()
        .flatten()
        .chain(&parts.rest);
    AigUrl {
        account: texts.into_iter().find(|text| is_account_id(text)).cloned(),
        ..AigUrl::default()
    }
}

fn path(parts: &AigUrl, segment: &str) -> Option<Wrong> {
    let fixed = || corrected(parts, segment);
    const NOT_FOUND: &str = "Cloudflare finds no gateway by it.";
    if parts.double_slash {
        return Wrong::new(
            "has an empty part in its path",
            "Cloudflare counts it as an id.",
            fixed(),
        );
    }
    if !parts.versioned {
        return Wrong::new("lacks /v1 before the account id", NOT_FOUND, fixed());
    }
    let (Some(account), Some(gateway)) = (&parts.account, &parts.gateway) else {
        return Wrong::new("lacks the account id or the gateway id", NOT_FOUND, fixed());
    };
    for (name, text) in [("account", account), ("gateway", gateway)] {
        if is_placeholder(text) {
            return Wrong::new(
                format!("still holds a placeholder for the {name} id"),
                NOT_FOUND,
                corrected(&without(parts, name), segment),
            );
        }
    }
    if parts.is_own_host() && !is_account_id(account) {
        return Wrong::new(
            "has an account id that is no 32 hex digits",
            NOT_FOUND,
            corrected(&without(parts, "account"), segment),
        );
    }
    None
}

fn provider(parts: &AigUrl, anthropic: bool) -> Option<Wrong> {
    const TWICE: &str = "OpenClaw appends the rest of the endpoint itself, so it would stand there twice: 404.";
    match (parts.provider.as_deref(), anthropic) {
        (None, true) => Wrong::new(
            "ends without the provider segment /anthropic",
            "Cloudflare cannot tell where to send the request (2008).",
            corrected(parts, "anthropic"),
        ),
        (None, false) => None,
        (Some("anthropic"), _) if !parts.rest.is_empty() => {
            Wrong::new("goes on after /anthropic", TWICE, corrected(parts, "anthropic"))
        }
        (Some("anthropic"), _) => None,
        (Some("v1" | "messages"), true) => Wrong::new(
            "lacks the provider segment /anthropic",
            "Cloudflare cannot tell where to send the request (2008).",
            corrected(parts, "anthropic"),
        ),
        (Some(other), true) if is_other_api(other) => Wrong::new(
            format!("ends in /{other}, and the provider speaks Anthropic's API"),
            "That path answers in another format.",
            corrected(parts, "anthropic"),
        ),
        (Some(_), true) => None,
        (Some(other), false) => {
            let whole = parts.rest.join("/");
            let endpoint = ["chat/completions", "responses", "messages", "embeddings"]
                .into_iter()
                .find(|end| whole.ends_with(end))?;
            let kept = whole.trim_end_matches(endpoint).trim_end_matches('/');
            let base = corrected(parts, other);
            let base = if kept.is_empty() {
                base
            } else {
                format!("{base}/{kept}")
            };
            Wrong::new(format!("ends in the endpoint /{endpoint}"), TWICE, base)
        }
    }
}

/// Segments that are certainly not Anthropic's format.
fn is_other_api(segment: &str) -> bool {
    matches!(
        segment,
        "compat" | "openai" | "workers-ai" | "google-ai-studio" | "groq" | "mistral" | "azure-openai"
    )
}

fn is_placeholder(text: &str) -> bool {
    let lower = text.to_lowercase();
    let odd = lower.contains(['<', '>', '{', '}', '$', ':']) || lower.contains("%3c") || lower.contains("%7b");
    let words = [
        "your-",
        "your_",
        "youraccount",
        "yourgateway",
        "xxxx",
        "changeme",
        "placeholder",
        "replace",
    ];
    let whole = [
        "account_id",
        "account-id",
        "accountid",
        "account",
        "cf_account_id",
        "gateway_id",
        "gateway-id",
        "gatewayid",
        "gateway_name",
        "gateway-name",
        "gateway",
        "cf_aig_id",
        "cf_gateway_id",
        "undefined",
        "null",
        "none",
        "id",
    ];
    odd || words.iter().any(|word| lower.contains(word)) || whole.contains(&lower.as_str())
}

fn without(parts: &AigUrl, name: &str) -> AigUrl {
    let mut kept = parts.clone();
    match name {
        "account" => kept.account = None,
        _ => kept.gateway = None,
    }
    kept
}

/// The address with the ids that are known.
fn corrected(parts: &AigUrl, segment: &str) -> String {
    let good = |id: &Option<String>, instead: &str| match id {
        Some(id) if !is_placeholder(id) => id.clone(),
        _ => instead.to_owned(),
    };
    // A loopback or company host in the right form stays as it is.
    let keeps = !parts.is_own_host() && parts.has_form() && strsim::osa_distance(&parts.host, HOST) > 3;
    let origin = match (keeps, parts.port) {
        (false, _) => format!("https://{HOST}"),
        (true, port) => {
            let scheme = if parts.tls { "https" } else { "http" };
            let port = port.map_or(String::new(), |port| format!(":{port}"));
            format!("{scheme}://{}{port}", parts.host)
        }
    };
    let (account, gateway) = (
        good(&parts.account, "<account id>"),
        good(&parts.gateway, "<gateway id>"),
    );
    format!("{origin}/v1/{account}/{gateway}/{segment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

    fn of(url: &str, api: Option<&str>) -> Option<String> {
        judge("cloudflare-ai-gateway", &url.replace("ACC", ACCOUNT), api).map(|wrong| wrong.corrected)
    }

    #[test]
    fn faults_and_their_corrections() {
        let good = format!("https://{HOST}/v1/{ACCOUNT}/gw/anthropic");
        let no_ids = format!("https://{HOST}/v1/<account id>/<gateway id>/anthropic");
        for (url, wanted) in [
            ("https://gateway.ai.cloudflare.com/v1/ACC/gw/anthropic", None),
            ("https://gateway.ai.cloudflare.com/v1/ACC/gw/anthropic/", None),
            ("https://gateway.ai.cloudflare.com/v1/ACC/gw", Some(&good)),
            ("https://gateway.ai.cloudflare.com/v1/ACC/gw/anthropic/v1", Some(&good)),
            (
                "https://gateway.ai.cloudflare.com/v1/ACC/gw/anthropic/v1/messages",
                Some(&good),
            ),
            ("https://gateway.ai.cloudflare.com/v1/ACC/gw/compat", Some(&good)),
            ("https://gateway.ai.cloudflare.com/v1/ACC//gw/anthropic", Some(&good)),
            ("https://gateway.ai.cloudflare.com/ACC/gw/anthropic", Some(&good)),
            ("http://gateway.ai.cloudflare.com/v1/ACC/gw/anthropic", Some(&good)),
            ("https://gateway.ai.cloudfare.com/v1/ACC/gw/anthropic", Some(&good)),
            (
                "https://gateway.ai.cloudflare.com/v1/<account_id>/<gateway_id>/anthropic",
                Some(&no_ids),
            ),
            (
                "https://gateway.ai.cloudflare.com/v1/me@example.com/gw/anthropic",
                Some(&no_ids.replace("<gateway id>", "gw")),
            ),
            (
                "https://api.cloudflare.com/client/v4/accounts/ACC/ai/v1",
                Some(&no_ids.replace("<account id>", ACCOUNT)),
            ),
            ("https://llm.example.com/anthropic", None),
            ("http://127.0.0.1:4000/v1/ACC/gw/anthropic", None),
            ("nonsense", Some(&no_ids)),
        ] {
            assert_eq!(of(url, Some("anthropic-messages")).as_ref(), wanted, "{url}");
        }
    }

    #[test]
    fn other_providers_keep_their_segment() {
        let of = |url: &str| {
            judge("mine", &url.replace("ACC", ACCOUNT), Some("openai-completions")).map(|wrong| wrong.corrected)
        };
        assert_eq!(of("https://gateway.ai.cloudflare.com/v1/ACC/gw/workers-ai/v1"), None);
        assert_eq!(
            of("https://gateway.ai.cloudflare.com/v1/ACC/gw/workers-ai/v1/chat/completions"),
            Some(format!("https://{HOST}/v1/{ACCOUNT}/gw/workers-ai/v1"))
        );
        assert_eq!(of("https://api.openai.com/v1"), None);
    }

    #[test]
    fn a_loopback_stand_in_is_kept() {
        assert_eq!(
            of("http://127.0.0.1:4000/v1/ACC/gw/anthropic/v1/messages", None),
            Some(format!("http://127.0.0.1:4000/v1/{ACCOUNT}/gw/anthropic"))
        );
    }
}
