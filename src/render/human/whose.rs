//! Whose credentials a request carried, in few words: what they are and where they are from, without their names.

use crate::model::snapshot::Side;

/// Returns the short form of the words of a request's credentials, such as `key and token of your shell`.
pub(super) fn short(side: Side, credential: &str) -> String {
    let mut groups: Vec<(String, Vec<&'static str>)> = Vec::new();
    for part in credential.split(" and ") {
        let (kind, whose) = one(side, part);
        match groups.iter_mut().find(|(known, _)| *known == whose) {
            Some((_, kinds)) if kinds.contains(&kind) => {}
            Some((_, kinds)) => kinds.push(kind),
            None => groups.push((whose, vec![kind])),
        }
    }
    // Other headers are told where nothing else is.
    let telling = groups.iter().flat_map(|(_, kinds)| kinds).any(|kind| *kind != HEADER);
    for (_, kinds) in groups.iter_mut().filter(|_| telling) {
        kinds.retain(|kind| *kind != HEADER);
    }
    groups.retain(|(_, kinds)| !kinds.is_empty());
    let words = groups.iter().map(|(whose, kinds)| {
        let mut kinds = kinds.clone();
        kinds.sort_unstable();
        format!("{}{whose}", kinds.join(" and "))
    });
    words.collect::<Vec<_>>().join(", ")
}

const HEADER: &str = "header";

/// One credential: `KEY of your shell`, `cf-aig-authorization (TOKEN of your shell)`, `x-api-key of openclaw.json`,
/// `auth profile corp:default (KEY)`.
fn one(side: Side, part: &str) -> (&'static str, String) {
    if part.starts_with("auth profile ") {
        return ("key", " of a stored profile".to_owned());
    }
    let (name, inner) = match part.split_once(" (") {
        Some((name, inner)) => (name, inner.trim_end_matches(')')),
        None => (part, part),
    };
    let whose = inner.find(" of ").and_then(|at| inner.get(at..)).unwrap_or_default();
    let name = name.split(" of ").next().unwrap_or(name).to_ascii_lowercase();
    let kind = match side {
        Side::Gateway if name.ends_with("password") => "password",
        Side::Gateway => "token",
        Side::Cloudflare if name == "cf-aig-authorization" => "token",
        Side::Cloudflare if name.starts_with("cf-access-") => "service token",
        // A variable, or a field of the config.
        Side::Cloudflare if !name.contains('-') || name.ends_with("key") || name.ends_with(".apikey") => "key",
        Side::Cloudflare => HEADER,
    };
    (kind, whose.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_and_whose() {
        use Side::{Cloudflare, Gateway};
        for (side, credential, wanted) in [
            (
                Cloudflare,
                "CLOUDFLARE_AI_GATEWAY_API_KEY of your shell",
                "key of your shell",
            ),
            (
                Cloudflare,
                "CLOUDFLARE_API_TOKEN of the running Gateway",
                "key of the running Gateway",
            ),
            (
                Cloudflare,
                "CLOUDFLARE_AI_GATEWAY_API_KEY of your shell and cf-aig-authorization (CF_AIG_TOKEN of your shell)",
                "key and token of your shell",
            ),
            (
                Cloudflare,
                "cf-aig-authorization (CF_AIG_TOKEN of your shell)",
                "token of your shell",
            ),
            (
                Cloudflare,
                "cf-aig-authorization of openclaw.json",
                "token of openclaw.json",
            ),
            (
                Cloudflare,
                "KEY of the running Gateway and cf-aig-authorization of openclaw.json",
                "key of the running Gateway, token of openclaw.json",
            ),
            (
                Cloudflare,
                "models.providers.cloudflare-ai-gateway.apiKey of openclaw.json and cf-aig-authorization of openclaw.json",
                "key and token of openclaw.json",
            ),
            (
                Cloudflare,
                "cf-aig-authorization of openclaw.json and x-api-key of openclaw.json and x-team of openclaw.json",
                "key and token of openclaw.json",
            ),
            (Cloudflare, "x-team of openclaw.json", "header of openclaw.json"),
            (Cloudflare, "authorization of openclaw.json", "key of openclaw.json"),
            (
                Cloudflare,
                "auth profile corp:default (MY_KEY) and cf-aig-authorization (T of the service's next start)",
                "key of a stored profile, token of the service's next start",
            ),
            (
                Cloudflare,
                "CF-Access-Client-Id of openclaw.json and CF-Access-Client-Secret (S of your shell)",
                "service token of openclaw.json, service token of your shell",
            ),
            (Gateway, "gateway.auth.token of openclaw.json", "token of openclaw.json"),
            (
                Gateway,
                "OPENCLAW_GATEWAY_PASSWORD of your shell",
                "password of your shell",
            ),
            (
                Gateway,
                "OPENCLAW_GATEWAY_TOKEN of the state directory's .env",
                "token of the state directory's .env",
            ),
        ] {
            assert_eq!(short(side, credential), wanted, "{credential}");
        }
    }
}
