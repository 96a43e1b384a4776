//! Of several places of a credential the one that wins is named and mended, and no other one is touched.

use super::cf_tests::{ID, for_config, machine, one};
use super::cf_variables_tests::commands;
use crate::checks::testkit::{KEY, findings, lose_key, value};
use crate::model::snapshot::{
    CredentialField, CredentialOrigin, Located, ModelHeader, OriginKind, PingVerdict, Snapshot,
};
use crate::ping::verdict::Word;

const MODEL: &str = "claude-sonnet-4-6";
const TOKEN: &str = "cf-aig-authorization";
const GOOD: &str = "Bearer cfut_FAKE0123456789abcdefghij0123456789";

/// A verdict; `key_from` and `key_name` stand for the place that the key comes from.
pub(crate) fn verdict(word: Word, facts: &[(&str, &str)]) -> PingVerdict {
    let of_origin = |name: &str| matches!(name, "key_from" | "key_name");
    let told = facts.iter().filter(|(name, _)| !of_origin(name));
    let mut verdict = word.verdict(
        told.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    );
    let fact = |wanted: &str| facts.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    let name = fact("key_name").map(str::to_owned);
    verdict.key = match fact("key_from") {
        None => None,
        Some("variable") => Some(origin(OriginKind::Variable, "", name)),
        Some("profile") => Some(origin(OriginKind::Profile, &name.unwrap_or_default(), None)),
        Some("config") => Some(origin(
            OriginKind::ApiKey,
            &format!("models.providers.{ID}.apiKey"),
            None,
        )),
        Some(path) => {
            let mut header = origin(OriginKind::Header, path, None);
            header.header = name;
            Some(header)
        }
    };
    verdict
}

pub(crate) fn origin(kind: OriginKind, path: &str, variable: Option<String>) -> CredentialOrigin {
    CredentialOrigin {
        kind,
        path: path.to_owned(),
        variable,
        header: None,
    }
}

fn field(place: &str, text: &str) -> Located<CredentialField> {
    Located {
        path: format!("models.providers.{ID}.{place}"),
        place: None,
        value: CredentialField::Literal {
            value: value("", text),
            from: Vec::new(),
        },
    }
}

/// The machine with headers at places, the strongest first, the first of which was sent.
fn sent(word: Word, name: &str, places: &[(OriginKind, &str, &str)], facts: &[(&str, &str)]) -> Snapshot {
    let mut snapshot = machine();
    for_config(&mut snapshot, |config| {
        let provider = config.providers.iter_mut().find(|one| one.id == ID).unwrap();
        for (kind, place, text) in places {
            let (name, field) = (name.to_lowercase(), field(place, text));
            match kind {
                OriginKind::ModelHeader => provider.model_headers.push(ModelHeader {
                    model: MODEL.to_owned(),
                    name,
                    field,
                }),
                _ => provider.headers.push((name, field)),
            }
        }
    });
    let (kind, place, _) = places[0];
    let mut verdict = verdict(word, &[&[("provider", ID), ("key", "configured")], facts].concat());
    let mut from = origin(kind, &format!("models.providers.{ID}.{place}"), None);
    from.header = Some(name.to_owned());
    match name {
        TOKEN => verdict.token = Some(from),
        _ => verdict.key = Some(from),
    }
    snapshot.pings.cloudflare = Some(verdict);
    snapshot
}

/// A header that is refused is taken away where apiKey, or a header below it, can be a key; both stay as they are.
#[test]
fn a_key_in_a_header_is_named_by_its_place() {
    use OriginKind as K;
    const BAD: &str = "sk-ant-api03-bad";
    for (places, wanted) in [
        (
            &[(K::Header, "headers.x-api-key", BAD)][..],
            "config unset models.providers.cloudflare-ai-gateway.headers.x-api-key",
        ),
        (
            &[(K::ModelHeader, "models.0.headers.x-api-key", BAD)],
            "config unset models.providers.cloudflare-ai-gateway.models.0.headers.x-api-key",
        ),
        (
            &[(K::RequestHeader, "request.headers.X-Api-Key", BAD)],
            "config unset models.providers.cloudflare-ai-gateway.request.headers.X-Api-Key",
        ),
        (
            &[(K::RequestAuth, "request.auth.value", BAD)],
            "config unset models.providers.cloudflare-ai-gateway.request.auth",
        ),
        (
            &[
                (K::RequestAuth, "request.auth.value", BAD),
                (K::Header, "headers.x-api-key", "sk-ant-api03-two"),
            ],
            "config unset models.providers.cloudflare-ai-gateway.request.auth",
        ),
        // What is hidden is a placeholder: the header that is sent gets another key.
        (
            &[
                (K::Header, "headers.x-api-key", BAD),
                (K::Header, "headers.x-api-key", "<your-key>"),
            ],
            "config set models.providers.cloudflare-ai-gateway.headers.x-api-key",
        ),
    ] {
        let snapshot = sent(Word::ProviderKeyRejected, "x-api-key", places, &[]);
        let path = format!("models.providers.{ID}.{}", places[0].1);
        let found = one("cf-provider-key-rejected", &snapshot, Some(&path), &[&path]);
        let commands = commands(&found);
        assert!(
            commands
                .lines()
                .any(|line| line.starts_with(&format!("openclaw {wanted}"))),
            "{places:?}: {commands}"
        );
        assert!(!commands.contains(".apiKey"), "{places:?}: {commands}");
    }
}

/// What is hidden is no remedy where it is the same text, or too short for a key.
#[test]
fn a_hidden_text_that_is_no_key_does_not_count() {
    const BAD: &str = "sk-ant-api03-refused-0123456789";
    for (hidden, wanted) in [
        (BAD, "config set"),
        ("unused", "config set"),
        (GOOD.trim_start_matches("Bearer "), "config set"),
        ("sk-ant-api03-another-0123456789", "config unset"),
    ] {
        let places = [(OriginKind::Header, "headers.x-api-key", BAD)];
        let mut snapshot = sent(Word::ProviderKeyRejected, "x-api-key", &places, &[]);
        lose_key(&mut snapshot, KEY);
        for_config(&mut snapshot, |config| {
            let provider = config.providers.iter_mut().find(|one| one.id == ID).unwrap();
            provider.api_key = Some(field("apiKey", hidden));
        });
        let found = commands(&one("cf-provider-key-rejected", &snapshot, None, &[]));
        assert!(found.contains(wanted), "{hidden}: {found}");
    }
}

/// A refused token that hides another one gives way; both texts stay what they are.
#[test]
fn a_refused_token_that_hides_another_one() {
    let bad = "Bearer cfut_FAKEbad23456789abcdefghij0123456789";
    let own = format!("headers.{TOKEN}");
    let request = format!("request.headers.{TOKEN}");
    for (hidden, wanted) in [
        (GOOD, "config unset"),
        (bad, "config set"),
        ("Bearer <token>", "config set"),
    ] {
        let places = [
            (OriginKind::RequestHeader, request.as_str(), bad),
            (OriginKind::Header, own.as_str(), hidden),
        ];
        let snapshot = sent(Word::GatewayTokenRejected, TOKEN, &places, &[]);
        let path = format!("models.providers.{ID}.{request}");
        let found = commands(&one("cf-aig-token-rejected", &snapshot, Some(&path), &[&path]));
        assert!(found.contains(&format!("{wanted} {path}")), "{hidden}: {found}");
    }
}

/// The OpenClaw Gateway's own secret is told where it is sent from.
#[test]
fn the_gateways_own_secret_at_a_model() {
    let model = format!("models.0.headers.{TOKEN}");
    let own = format!("headers.{TOKEN}");
    let places = [
        (
            OriginKind::ModelHeader,
            model.as_str(),
            "Bearer gateway-token-of-the-config",
        ),
        (OriginKind::Header, own.as_str(), GOOD),
    ];
    let snapshot = sent(Word::AuthSkipped, TOKEN, &places, &[("gateway_secret", TOKEN)]);
    let path = format!("models.providers.{ID}.{model}");
    one(
        "cf-token-in-provider-slot",
        &snapshot,
        Some(&path),
        &["the OpenClaw Gateway's own secret"],
    );
}

/// Without a key that could count the whole of `request.auth` is written, and an `Authorization` with its word.
#[test]
fn a_key_header_gets_another_key() {
    use OriginKind as K;
    for (kind, place, name, wanted) in [
        (
            K::RequestAuth,
            "request.auth.value",
            "x-api-key",
            r#""headerName":"x-api-key","value":"${CLOUDFLARE_AI_GATEWAY_API_KEY_2}""#,
        ),
        (
            K::RequestAuth,
            "request.auth.token",
            "authorization",
            "request.auth.token '${CLOUDFLARE_AI_GATEWAY_API_KEY_2}'",
        ),
        (
            K::Header,
            "headers.Authorization",
            "Authorization",
            "headers.Authorization 'Bearer ${CLOUDFLARE_AI_GATEWAY_API_KEY_2}'",
        ),
    ] {
        let mut snapshot = sent(Word::ProviderKeyRejected, name, &[(kind, place, "Bearer bad")], &[]);
        lose_key(&mut snapshot, KEY);
        for_config(&mut snapshot, |config| {
            let provider = config.providers.iter_mut().find(|one| one.id == ID).unwrap();
            provider.api_key = Some(field("apiKey", "<your-key>"));
        });
        let found = commands(&one("cf-provider-key-rejected", &snapshot, None, &[place]));
        assert!(found.contains(wanted), "{place}: {found}");
    }
}

/// The gateway's token in `Authorization` beside a good apiKey: the header goes, the key stays.
#[test]
fn the_token_in_a_header_of_the_key() {
    let places = [(OriginKind::Header, "headers.Authorization", GOOD)];
    let snapshot = sent(Word::KeyShapeWrong, "Authorization", &places, &[("same_value", "yes")]);
    let path = format!("models.providers.{ID}.headers.Authorization");
    let found = one(
        "cf-token-in-provider-slot",
        &snapshot,
        Some(&path),
        &["contains the AI Gateway's token"],
    );
    let commands = commands(&found);
    assert!(
        commands.starts_with(&format!("openclaw config unset {path}")),
        "{commands}"
    );
    assert!(!commands.contains("config set"), "{commands}");
}

/// A token without its word is told where it is sent from; the good one of the provider is left alone.
#[test]
fn the_token_of_a_model() {
    use OriginKind as K;
    let bare = GOOD.trim_start_matches("Bearer ");
    let path = format!("models.providers.{ID}.models.0.headers.{TOKEN}");
    for (text, word, wanted, fix) in [
        (
            bare,
            Word::GatewayTokenRejected,
            "the word Bearer before the token is missing",
            "config set",
        ),
        (
            "Bearer <token>",
            Word::GatewayTokenMissing,
            "placeholder",
            "config unset",
        ),
    ] {
        let model = format!("models.0.headers.{TOKEN}");
        let own = format!("headers.{TOKEN}");
        let places = [(K::ModelHeader, model.as_str(), text), (K::Header, own.as_str(), GOOD)];
        let snapshot = sent(word, TOKEN, &places, &[]);
        let found = one("cf-aig-header-malformed", &snapshot, Some(&path), &[wanted, &path]);
        assert!(
            commands(&found).contains(&format!("{fix} {path}")),
            "{}",
            commands(&found)
        );
        // A token is no key of a provider.
        assert!(findings(super::cf_tests::check("cf-provider-key-missing"), &snapshot).is_empty());
    }
}
