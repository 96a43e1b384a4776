//! Answers of Cloudflare and of what lies on the way: each fires its own check, with words that name the layer.

use super::cf_tests::{ID, check, machine, one, verdict};
use crate::checks::testkit::findings;
use crate::model::snapshot::Snapshot;
use crate::ping::verdict::Word;

fn told(word: Word) -> Snapshot {
    let mut snapshot = machine();
    snapshot.pings.cloudflare = Some(verdict(word, &[("provider", ID)]));
    snapshot
}

#[test]
fn each_answer_fires_its_own_check_and_no_other_of_the_table() {
    let table: &[(&str, &[Word], &str)] = &[
        (
            "cf-byok-key-rejected",
            &[Word::ByokKeyRejected, Word::ByokAliasWrong],
            "stored",
        ),
        ("cf-credits", &[Word::Credits, Word::ProviderBilling], "credit"),
        ("cf-provider-permission", &[Word::ProviderPermission], "permission"),
        (
            "cf-provider-trouble",
            &[Word::ProviderTrouble, Word::EdgeTrouble],
            "again",
        ),
        (
            "cf-proxy-refused",
            &[
                Word::ProxyAuth407,
                Word::ProxyRefused,
                Word::ProxyDead,
                Word::ProxyUnusable,
            ],
            "proxy",
        ),
        ("cf-region-blocked", &[Word::RegionBlock], "region"),
        (
            "cf-tls-invalid",
            &[
                Word::TlsExpired,
                Word::TlsNotYetValid,
                Word::TlsWrongName,
                Word::TlsOther,
                Word::SchemeMismatch,
            ],
            "No credential was sent",
        ),
        ("cf-waf-blocked", &[Word::Waf], "firewall"),
        ("cf-access-login", &[Word::Access], "service token"),
        ("cf-edge-name-failed", &[Word::EdgeName], "edge"),
        (
            "cf-policy-refused",
            &[
                Word::PolicyDenied,
                Word::ContentBlocked,
                Word::SpendUnpriced,
                Word::ModelNotSold,
            ],
            "AI Gateway",
        ),
        ("cf-answer-not-understood", &[Word::NotUnderstood], "not known here"),
        ("cf-key-not-proved", &[Word::KeyNotProved], "infer model run --gateway"),
        ("cf-credential-unsendable", &[Word::KeyUnsendable], "header"),
    ];
    for (id, words, wanted) in table {
        for word in *words {
            let snapshot = told(*word);
            let found = one(id, &snapshot, None, &[]);
            let text = crate::checks::testkit::words(&found).to_lowercase();
            assert!(text.contains(&wanted.to_lowercase()), "{id}: no {wanted:?} in {text}");
            assert!(found.remedy.is_some(), "{id} has no remedy");
            for (other, _, _) in table.iter().filter(|(other, _, _)| other != id) {
                assert!(
                    findings(check(other), &snapshot).is_empty(),
                    "{other} fires on {}",
                    word.as_str()
                );
            }
        }
        assert!(findings(check(id), &told(Word::Ok)).is_empty(), "{id}");
    }
}

#[test]
fn what_the_provider_says_of_the_default_model() {
    let mut snapshot = machine();
    let told = |model: &str| Some(verdict(Word::Ok, &[("provider", ID), ("model", model)]));
    snapshot.pings.cloudflare = told("known");
    assert!(findings(check("cf-model-ref-wrong"), &snapshot).is_empty());
    snapshot.pings.cloudflare = told("unknown");
    one(
        "cf-model-ref-wrong",
        &snapshot,
        None,
        &["does not know the default model"],
    );
}

#[test]
fn a_fallback_that_was_not_asked_is_told() {
    use crate::model::snapshot::{Located, ModelRole, ModelUse};
    let mut snapshot = machine();
    snapshot.pings.cloudflare = Some(verdict(Word::Ok, &[("provider", ID), ("not_asked", "second, third")]));
    assert!(findings(check("cf-key-not-proved"), &snapshot).is_empty());
    super::cf_tests::for_config(&mut snapshot, |config| {
        config.uses.models.push(ModelUse {
            role: ModelRole::Fallback,
            model: Located {
                path: "agents.defaults.model.fallbacks.0".to_owned(),
                place: None,
                value: "second/m".to_owned(),
            },
        });
    });
    one(
        "cf-key-not-proved",
        &snapshot,
        Some("models.providers.second"),
        &["second was not tested", "infer model run --gateway --model second/m"],
    );
    // The good word of the whole says of whom it is true.
    let summaries = crate::resolve::examined::answers(&snapshot);
    let summary = summaries
        .iter()
        .find(|one| one.target == crate::model::snapshot::Side::Cloudflare);
    let summary = summary.expect("a summary");
    assert_eq!(summary.not_asked, ["second"]);
    assert!(
        summary
            .meaning
            .contains(&format!("true of {ID} alone; second was not asked")),
        "{}",
        summary.meaning
    );
}

#[test]
fn each_bar_has_its_own_way_out() {
    for (why, wanted) in [
        ("account", "use a key of another account"),
        ("workspace", "not archived"),
        ("service-off", "Switch the API on"),
        ("service", "restrictions"),
        ("referrer", "limit to web pages"),
    ] {
        let mut snapshot = machine();
        let facts = [("provider", ID), ("code", "permission_error"), ("barred", why)];
        snapshot.pings.cloudflare = Some(verdict(Word::ProviderPermission, &facts));
        one("cf-provider-permission", &snapshot, None, &[wanted]);
    }
}

/// Empty credit is not renewed by waiting.
#[test]
fn a_used_up_credit_is_not_waited_for_alone() {
    let mut snapshot = machine();
    let facts = [("provider", ID), ("code", "2018")];
    snapshot.pings.cloudflare = Some(verdict(Word::RateLimited, &facts));
    one(
        "cf-rate-limited",
        &snapshot,
        None,
        &["Add credit", "ask again in an hour"],
    );
}

/// What a stranger is told is no answer to the credential that could not be read.
#[test]
fn a_skipped_login_leaves_the_report_incomplete() {
    use crate::checks::runner::{Filter, run};
    use crate::model::report::Outcome;
    for (word, wanted) in [(Word::AuthSkipped, Outcome::Incomplete), (Word::Ok, Outcome::Ok)] {
        let snapshot = told(word);
        let resolved = crate::resolve::resolve(&snapshot);
        // The plugin of the provider is not part of the machine.
        let filter = Filter {
            skip: vec!["cf-plugin-missing".to_owned()],
            ..Filter::default()
        };
        let done = run(crate::checks::ALL, &snapshot, &resolved, &filter);
        let found: Vec<&str> = done.findings.iter().map(|finding| finding.id.as_str()).collect();
        assert_eq!(done.outcome, wanted, "{found:?}");
    }
}
