//! Each check of the pings: what makes it fire, and what it must not fire on.

pub(crate) use super::cf_origin_tests::{origin, verdict};
use crate::base::fact::Fact;
use crate::checks::check::Check;
use crate::checks::testkit::{KEY, findings, healthy, set, value, words};
use crate::model::report::Severity;
use crate::model::snapshot::*;
use crate::ping::verdict::Word;

pub(crate) const ID: &str = "cloudflare-ai-gateway";
const URL: &str = "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/my-gw/anthropic";
const TOKEN: &str = "cf-aig-authorization";

pub(crate) type Checked = &'static Check;

pub(crate) fn check(id: &str) -> Checked {
    crate::checks::ALL
        .iter()
        .find(|check| check.id == id)
        .unwrap_or_else(|| panic!("no check {id}"))
}

/// A healthy machine whose config has one AI Gateway.
pub(crate) fn machine() -> Snapshot {
    let mut snapshot = healthy();
    for_config(&mut snapshot, |config| {
        config.providers.retain(|provider| provider.id != ID);
        config.providers.push(provider(ID, URL));
    });
    snapshot
}

fn provider(id: &str, url: &str) -> ProviderConfig {
    let path = |field: &str| format!("models.providers.{id}.{field}");
    ProviderConfig {
        id: id.to_owned(),
        place: None,
        base_url: Some(Located {
            path: path("baseUrl"),
            place: None,
            value: url.to_owned(),
        }),
        api: Some("anthropic-messages".to_owned()),
        auth: None,
        api_key: Some(Located {
            path: path("apiKey"),
            place: None,
            value: CredentialField::Literal {
                value: value(KEY, "sk-ant-api03-one"),
                from: vec![KEY.to_owned()],
            },
        }),
        headers: Vec::new(),
        model_headers: Vec::new(),
        models: vec!["claude-sonnet-4-6".to_owned()],
    }
}

pub(crate) fn for_config(snapshot: &mut Snapshot, change: impl Fn(&mut ConfigView)) {
    for view in crate::checks::testkit::views(snapshot) {
        change(&mut view.config);
    }
}

fn told(word: Word, facts: &[(&str, &str)]) -> Snapshot {
    let mut snapshot = machine();
    let mut all = vec![
        ("provider", ID),
        ("key_from", "variable"),
        ("key_name", KEY),
        ("key", "configured"),
    ];
    all.extend_from_slice(facts);
    snapshot.pings.cloudflare = Some(verdict(word, &all));
    snapshot
}

fn header(text: &str) -> Snapshot {
    let mut snapshot = machine();
    for_config(&mut snapshot, |config| {
        for provider in &mut config.providers {
            let field = Located {
                path: format!("models.providers.{ID}.headers.{TOKEN}"),
                place: None,
                value: CredentialField::Literal {
                    value: value("", text),
                    from: Vec::new(),
                },
            };
            provider.headers = vec![(TOKEN.to_owned(), field)];
        }
    });
    snapshot
}

/// The one finding of a check; its words hold all of `wanted`.
pub(crate) fn one(
    id: &str,
    snapshot: &Snapshot,
    subject: Option<&str>,
    wanted: &[&str],
) -> crate::model::report::Finding {
    let mut found = findings(check(id), snapshot);
    assert_eq!(found.len(), 1, "{id}: {found:#?}");
    let finding = found.remove(0);
    if subject.is_some() {
        assert_eq!(finding.subject.as_deref(), subject, "{id}");
    }
    let text = words(&finding);
    for word in wanted {
        assert!(text.contains(word), "{id}: no {word:?} in\n{text}");
    }
    finding
}

#[test]
fn every_word_of_cloudflare_that_is_bad_has_a_finding() {
    for word in Word::ALL.iter().filter(|word| !word.is_good()) {
        let about_cloudflare = word.layer() != Layer::Openclaw;
        let silent = matches!(
            word.base(),
            // Told by checks of the config, or nothing was proved.
            Word::Inconclusive | Word::AuthSkipped | Word::BadAddress | Word::ProviderKeyMissing | Word::OnlyShellKeyAccepted
                // Words of the local Gateway alone.
                | Word::NothingListening | Word::TlsPinMismatch | Word::EdgePage | Word::Foreign
        );
        if !about_cloudflare || silent {
            continue;
        }
        let snapshot = told(*word, &[]);
        let found: usize = crate::checks::ALL
            .iter()
            .filter(|check| check.id.starts_with("cf-"))
            .map(|check| findings(check, &snapshot).len())
            .sum();
        assert!(found >= 1, "{}", word.as_str());
    }
}

#[test]
fn a_healthy_pair_of_pings_finds_nothing() {
    for word in [Word::Ok, Word::OkAuthOff, Word::ByokWorks] {
        let mut snapshot = told(word, &[]);
        snapshot.pings.gateway = Some(verdict(Word::Healthy, &[("clients_have", "yes")]));
        for check in crate::checks::ALL
            .iter()
            .filter(|check| check.id.starts_with("cf-") || check.id.starts_with("gateway-"))
        {
            // The healthy machine of the tests has no plugin on disk.
            if check.id == "cf-plugin-missing" {
                continue;
            }
            assert!(findings(check, &snapshot).is_empty(), "{}", check.id);
        }
    }
}

#[test]
fn token_of_the_ai_gateway() {
    one(
        "cf-aig-token-missing",
        &told(Word::GatewayTokenMissing, &[]),
        Some(TOKEN),
        &["2009", "headers", TOKEN, "Bearer ${CF_AIG_TOKEN}"],
    );
    one(
        "cf-aig-token-rejected",
        &told(Word::GatewayTokenRejected, &[]),
        Some(TOKEN),
        &["2009", TOKEN],
    );
    assert!(findings(check("cf-aig-token-missing"), &told(Word::GatewayTokenRejected, &[])).is_empty());
    assert!(findings(check("cf-aig-token-rejected"), &told(Word::GatewayTokenMissing, &[])).is_empty());
}

#[test]
fn forms_of_the_token_header() {
    for (text, wanted) in [
        ("Bearer: abcdefghijkl", "colon"),
        ("abcdefghijkl", "missing"),
        ("bearer abcdefghijkl", "spelled"),
        ("Bearer Bearer abcdefghijkl", "twice"),
        ("Bearer \"abcdefghijkl\"", "quotes"),
        ("\"Bearer abcdefghijkl\"", "quotes"),
        ("Bearer abcdefghijkl ", "white space"),
        ("Bearer abcdefghijkl\r", "carriage return"),
        ("Bearer", "nothing follows"),
        ("Bearer abc def", "more than one word"),
    ] {
        let found = one(
            "cf-aig-header-malformed",
            &header(text),
            Some(TOKEN),
            &[wanted, "Bearer <token>", TOKEN],
        );
        assert!(
            !words(&found).contains("abcdefghijkl"),
            "the text of the token is shown"
        );
    }
    for text in ["Bearer abcdefghijkl", "Bearer a-b_c.d~e", "__OPENCLAW_REDACTED__"] {
        assert!(
            findings(check("cf-aig-header-malformed"), &header(text)).is_empty(),
            "{text}"
        );
    }
}

#[test]
fn what_cloudflare_accepts_is_not_called_malformed() {
    let mut snapshot = header("abcdefghijkl");
    snapshot.pings.cloudflare = Some(verdict(Word::Ok, &[("provider", ID), ("auth", "accepted")]));
    assert!(findings(check("cf-aig-header-malformed"), &snapshot).is_empty());
}

#[test]
fn secrets_in_each_others_place() {
    one(
        "cf-token-in-provider-slot",
        &header("Bearer sk-ant-api03-abcdef"),
        Some(TOKEN),
        &["Cloudflare"],
    );
    assert!(findings(check("cf-token-in-provider-slot"), &header("Bearer cfut_abcdef")).is_empty());
    let mut snapshot = machine();
    for view in crate::checks::testkit::views(&mut snapshot) {
        set(
            view,
            crate::checks::testkit::bind(KEY, "cfut_abcdefabcdef", Source::DotenvState, None),
        );
    }
    if let Some(process) = snapshot.processes.gateways.first_mut()
        && let Fact::Known { value: witness } = &mut process.witness
    {
        witness.bindings.retain(|binding| binding.name != KEY);
        witness.bindings.push(crate::checks::testkit::bind(
            KEY,
            "cfut_abcdefabcdef",
            Source::Process,
            None,
        ));
    }
    one(
        "cf-token-in-provider-slot",
        &snapshot,
        Some(KEY),
        &["Cloudflare user token", KEY],
    );
    // Evidence ranks: what passes is right whatever it looks like, and a refusal is proof.
    let with = |word: Word, base: &str| {
        let mut snapshot = snapshot.clone();
        snapshot.pings.cloudflare = Some(verdict(word, &[("provider", ID)]));
        for_config(&mut snapshot, |config| {
            for url in config.providers.iter_mut().filter_map(|one| one.base_url.as_mut()) {
                url.value = url.value.replace("/anthropic", base);
            }
        });
        findings(check("cf-token-in-provider-slot"), &snapshot)
    };
    assert!(with(Word::Ok, "/anthropic").is_empty());
    assert!(with(Word::ProviderKeyRejected, "/workers-ai/v1").is_empty());
    assert!(with(Word::ProviderKeyRejected, "/compat").is_empty());
    let refused = with(Word::KeyShapeWrong, "/openai");
    assert!(words(&refused[0]).contains("OpenAI's key belongs there"), "{refused:?}");
    assert_eq!(refused[0].certainty, crate::model::report::Certainty::Proved);
}

#[test]
fn addresses() {
    let mut snapshot = machine();
    for_config(&mut snapshot, |config| {
        for provider in &mut config.providers {
            if let Some(url) = &mut provider.base_url {
                url.value = format!("{URL}/v1/messages");
            }
        }
    });
    let path = format!("models.providers.{ID}.baseUrl");
    one("cf-base-url-malformed", &snapshot, Some(&path), &[URL, "/anthropic"]);
    assert!(findings(check("cf-base-url-malformed"), &machine()).is_empty());
    one(
        "cf-base-url-malformed",
        &told(Word::ProviderPathWrong, &[]),
        Some(&path),
        &["2008"],
    );
    one(
        "cf-gateway-not-found",
        &told(Word::GatewayNotFound, &[]),
        Some(&path),
        &["my-gw", "2001"],
    );
}

#[test]
fn keys_of_the_provider() {
    one(
        "cf-provider-key-rejected",
        &told(Word::ProviderKeyRejected, &[]),
        Some(KEY),
        &["provider refuses", KEY],
    );
    one(
        "cf-provider-key-rejected",
        &told(Word::OnlyShellKeyAccepted, &[]),
        Some(KEY),
        &["Your shell's key is accepted"],
    );
    let by_config = told(Word::ProviderKeyRejected, &[]);
    let mut by_config = by_config;
    by_config.pings.cloudflare = Some(verdict(
        Word::ProviderKeyRejected,
        &[("provider", ID), ("key_from", "config")],
    ));
    let path = format!("models.providers.{ID}.apiKey");
    one(
        "cf-provider-key-rejected",
        &by_config,
        Some(&path),
        &["provider refuses"],
    );
    let found = one(
        "cf-byok-header-conflict",
        &told(Word::ByokConflict, &[]),
        Some(&path),
        &["BYOK", "apiKey"],
    );
    // Without an apiKey OpenClaw makes no request at all.
    assert!(!found.remedy.unwrap().commands.join("\n").contains("config unset"));
}

#[test]
fn a_second_provider_without_a_key() {
    let mut snapshot = machine();
    for_config(&mut snapshot, |config| {
        let mut second = provider("cf-workers", &URL.replace("anthropic", "workers-ai/v1"));
        second.api = Some("openai-completions".to_owned());
        second.api_key = None;
        config.providers.push(second);
    });
    let found = one(
        "cf-provider-key-missing",
        &snapshot,
        Some("models.providers.cf-workers.apiKey"),
        &["cf-workers", "apiKey"],
    );
    assert_eq!(found.severity, Severity::Warning);
    assert!(findings(check("cf-provider-key-missing"), &machine()).is_empty());
}

#[test]
fn a_missing_key_is_told_once() {
    let mut snapshot = told(Word::ProviderKeyMissing, &[("key", "missing")]);
    crate::checks::testkit::lose_key(&mut snapshot, KEY);
    assert!(findings(check("cf-provider-key-missing"), &snapshot).is_empty());
}

#[test]
fn the_network_is_no_error_of_the_config() {
    for (id, word) in [
        ("cf-dns-failed", Word::Dns),
        ("cf-unreachable", Word::Unreachable),
        ("cf-timeout", Word::Timeout),
        ("cf-captive-portal", Word::CaptivePortal),
    ] {
        assert_eq!(one(id, &told(word, &[]), None, &[]).severity, Severity::Warning, "{id}");
    }
    one(
        "cf-tls-untrusted",
        &told(Word::TlsUnknownIssuer, &[("system_trust", "yes")]),
        None,
        &["This system trusts", "NODE_EXTRA_CA_CERTS"],
    );
    one(
        "cf-clock-skew",
        &told(Word::TlsNotYetValid, &[("clock_skew_s", "-7200")]),
        None,
        &["120 minutes behind"],
    );
    one(
        "cf-rate-limited",
        &told(Word::RateLimited, &[("code", "2041")]),
        None,
        &["spending"],
    );
}
