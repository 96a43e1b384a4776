//! One variable in two places, placeholders in headers of keys, and secrets of the OpenClaw Gateway.

use super::cf_tests::{ID, for_config, machine, one, verdict};
use crate::base::fact::Fact;
use crate::checks::testkit::{KEY, bind, findings, known, set, value, views, words};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigRef, CredentialField, Located, Snapshot, Source};
use crate::ping::verdict::Word;

/// The machine with one more header, its text and the variable in it.
pub(crate) fn with_header(snapshot: &mut Snapshot, name: &str, text: &str, from: &[&str]) {
    for_config(snapshot, |config| {
        let entry = config.providers.iter_mut().find(|provider| provider.id == ID).unwrap();
        let field = Located {
            path: format!("models.providers.{ID}.headers.{name}"),
            place: None,
            value: CredentialField::Literal {
                value: value("", text),
                from: from.iter().map(|name| (*name).to_owned()).collect(),
            },
        };
        entry.headers.push((name.to_owned(), field));
    });
}

pub(crate) fn told(word: Word, facts: &[(&str, &str)]) -> Snapshot {
    let mut snapshot = machine();
    let known = [
        ("provider", ID),
        ("key_from", "variable"),
        ("key_name", KEY),
        ("key", "configured"),
    ];
    snapshot.pings.cloudflare = Some(verdict(word, &[&known, facts].concat()));
    snapshot
}

pub(crate) fn commands(finding: &Finding) -> String {
    finding
        .remedy
        .as_ref()
        .map_or(String::new(), |remedy| remedy.commands.join("\n"))
}

#[test]
fn a_variable_of_two_places_is_not_overwritten_for_one_of_them() {
    for (word, id, text) in [
        (
            Word::GatewayTokenRejected,
            "cf-aig-token-rejected",
            "Bearer something-else-0123456789",
        ),
        (
            Word::GatewayTokenRejected,
            "cf-token-in-provider-slot",
            "Bearer sk-ant-api03-one",
        ),
        (
            Word::GatewayTokenRejected,
            "cf-aig-header-malformed",
            "Bearer: something-else-0123456789",
        ),
    ] {
        let mut snapshot = told(word, &[]);
        with_header(&mut snapshot, "cf-aig-authorization", text, &[KEY]);
        let commands = commands(&one(id, &snapshot, None, &["CF_AIG_TOKEN"]));
        assert!(commands.contains("'Bearer ${CF_AIG_TOKEN}'"), "{id}: {commands}");
        assert!(!commands.contains(&format!("{KEY}=")), "{id}: {commands}");
    }
}

#[test]
fn a_name_that_something_else_reads_is_not_taken() {
    let mut snapshot = told(Word::GatewayTokenRejected, &[]);
    with_header(
        &mut snapshot,
        "cf-aig-authorization",
        "Bearer something-else-0123456789",
        &["CF_AIG_TOKEN"],
    );
    with_header(&mut snapshot, "x-other", "something-else-0123456789", &["CF_AIG_TOKEN"]);
    let found = one("cf-aig-token-rejected", &snapshot, None, &[]);
    assert!(
        commands(&found).contains("'Bearer ${CF_AIG_TOKEN_2}'"),
        "{}",
        commands(&found)
    );
}

#[test]
fn a_placeholder_in_a_header_of_a_key() {
    for (name, text) in [
        ("x-api-key", "<your-key>"),
        ("authorization", "Bearer <your-openai-key>"),
        ("api-key", "your-api-key"),
    ] {
        let mut snapshot = told(Word::AuthSkipped, &[("stand_in", name)]);
        with_header(&mut snapshot, name, text, &[]);
        let found = one(
            "cf-provider-key-missing",
            &snapshot,
            None,
            &["placeholder", "config unset"],
        );
        assert_eq!(
            found.subject.as_deref(),
            Some(format!("models.providers.{ID}.headers.{name}").as_str())
        );
    }
}

#[test]
fn the_gateways_own_secret_in_a_place_of_cloudflare() {
    for (facts, from) in [
        (&[][..], &["OPENCLAW_GATEWAY_TOKEN"][..]),
        (&[("gateway_secret", "cf-aig-authorization")], &[]),
        (&[("gateway_secret", "cf-aig-authorization")], &["SOME_NAME"]),
    ] {
        let mut snapshot = told(Word::AuthSkipped, facts);
        with_header(
            &mut snapshot,
            "cf-aig-authorization",
            "Bearer 0123456789abcdefghij",
            from,
        );
        let found = one(
            "cf-token-in-provider-slot",
            &snapshot,
            None,
            &["OpenClaw Gateway's own secret"],
        );
        assert!(commands(&found).contains("CF_AIG_TOKEN="), "{}", commands(&found));
        assert!(!commands(&found).contains("GATEWAY_TOKEN="), "{}", commands(&found));
    }
}

#[test]
fn a_value_of_the_shell_that_was_refused_is_typed() {
    for (answer, typed) in [("refused", true), ("accepted", false)] {
        let mut snapshot = told(Word::ProviderKeyRejected, &[("shell_name", KEY), ("shell_key", answer)]);
        let own = bind(KEY, "sk-ant-api03-other", Source::Process, None);
        set(known(&mut snapshot.views.shell), own);
        let found = commands(&one("cf-provider-key-rejected", &snapshot, Some(KEY), &[]));
        assert_eq!(found.contains("read -rs"), typed, "{answer}: {found}");
    }
}

/// Gives the running Gateway a value.
fn running(snapshot: &mut Snapshot, name: &str, text: &str) {
    let Fact::Known { value } = &mut snapshot.processes.gateways[0].witness else {
        panic!("no witness")
    };
    value.bindings.retain(|one| one.name != name);
    value.bindings.push(bind(name, text, Source::Process, None));
}

#[test]
fn an_answer_of_200_ends_the_suspicion_of_a_value() {
    for (word, severity) in [
        (Word::Ok, Severity::Info),
        (Word::ProviderKeyRejected, Severity::Error),
        (Word::KeyNotProved, Severity::Error),
    ] {
        let mut snapshot = told(word, &[]);
        for view in views(&mut snapshot) {
            set(
                view,
                bind(KEY, "sk-ant-api03-one-two-three\n", Source::DotenvState, None),
            );
        }
        running(&mut snapshot, KEY, "sk-ant-api03-one-two-three\n");
        let check = &crate::checks::values::value_has_control_char::CHECK;
        let found = findings(check, &snapshot);
        let severities: Vec<Severity> = found.iter().map(|finding| finding.severity).collect();
        assert_eq!(severities, [severity], "{word:?}");
        let passes = words(&found[0]).contains("so it works");
        assert_eq!(passes, severity == Severity::Info, "{}", words(&found[0]));
    }
}

#[test]
fn a_token_that_the_next_start_replaces_is_a_matter_of_the_restart() {
    const TOKEN: &str = "CF_AIG_TOKEN";
    let mut snapshot = told(Word::GatewayTokenRejected, &[]);
    with_header(
        &mut snapshot,
        "cf-aig-authorization",
        "Bearer cf-old-0123456789",
        &[TOKEN],
    );
    for_config(&mut snapshot, |config| {
        config.refs.push(ConfigRef {
            name: TOKEN.to_owned(),
            ..config.refs[0].clone()
        });
    });
    running(&mut snapshot, TOKEN, "cf-old-0123456789");
    let found = one("cf-aig-token-rejected", &snapshot, None, &[]);
    assert_eq!(found.subject.as_deref(), Some("cf-aig-authorization"));
    let new = bind(TOKEN, "cf-new-0123456789", Source::DotenvState, None);
    set(known(&mut snapshot.views.next_start), new);
    let found = one("cf-aig-token-rejected", &snapshot, Some(TOKEN), &[]);
    assert!(!commands(&found).contains("sed"), "{}", commands(&found));
}
