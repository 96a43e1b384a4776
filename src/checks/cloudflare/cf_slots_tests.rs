//! Which variable a fix takes, and what it leaves alone.

use super::cf_tests::{ID, for_config, one, origin};
use super::cf_variables_tests::{commands, told, with_header};
use crate::checks::testkit::{KEY, bind, lose_key, set, views};
use crate::model::snapshot::{ConfigRef, OriginKind, Place, Snapshot, Source};
use crate::ping::verdict::Word;

const TOKEN: &str = "CF_AIG_TOKEN";
const HEADER: &str = "cf-aig-authorization";
pub(crate) const GOOD: &str = "cfut_FAKE0123456789abcdefghij0123456789";

/// Gives a variable a value in every view.
pub(crate) fn have(snapshot: &mut Snapshot, name: &str, text: &str, source: Source, file: &str) {
    for view in views(snapshot) {
        set(view, bind(name, text, source, Some(Place::line(file, 3))));
    }
}

fn refer(snapshot: &mut Snapshot, path: &str) {
    for_config(snapshot, |config| {
        config.refs.push(ConfigRef {
            name: TOKEN.to_owned(),
            path: path.to_owned(),
            ..config.refs[0].clone()
        });
    });
}

const DOTENV: (Source, &str) = (Source::DotenvState, "/home/me/.openclaw/.env");
const FILE: (Source, &str) = (Source::EnvironmentFile, "/home/me/gw.env");

/// A header that is missing: a token that is there is used, and none that something else reads is overwritten.
#[test]
fn a_missing_token() {
    for (text, (source, file), other, name, typed) in [
        (None, DOTENV, false, TOKEN, true),
        (Some(GOOD), DOTENV, false, TOKEN, false),
        (Some(GOOD), FILE, false, TOKEN, false),
        (Some(GOOD), DOTENV, true, "CF_AIG_TOKEN_2", true),
        (Some("<your-token>"), DOTENV, false, TOKEN, true),
        (Some("<your-token>"), FILE, false, "CF_AIG_TOKEN_2", true),
        (
            Some("sk-ant-api03-FAKE-0123456789abcdef"),
            DOTENV,
            false,
            "CF_AIG_TOKEN_2",
            true,
        ),
    ] {
        let mut snapshot = told(Word::GatewayTokenMissing, &[]);
        if let Some(text) = text {
            have(&mut snapshot, TOKEN, text, source, file);
        }
        if other {
            refer(&mut snapshot, "models.providers.p2.headers.cf-aig-authorization");
        }
        let found = commands(&one("cf-aig-token-missing", &snapshot, None, &[]));
        assert!(found.contains(&format!("'Bearer ${{{name}}}'")), "{text:?}: {found}");
        assert_eq!(found.contains("read -rs"), typed, "{text:?}: {found}");
        assert!(!found.contains("CF_AIG_TOKEN=") || name == TOKEN, "{text:?}: {found}");
    }
}

/// Where the form alone is wrong the token stays; a value is corrected at the source that wins.
#[test]
fn a_malformed_header() {
    for (written, own, (source, file), wanted, never) in [
        ("Bearer: T", GOOD, DOTENV, "'Bearer ${CF_AIG_TOKEN}'", "read -rs"),
        ("bearer T", GOOD, FILE, "'Bearer ${CF_AIG_TOKEN}'", "read -rs"),
        ("Bearer  T", GOOD, DOTENV, "'Bearer ${CF_AIG_TOKEN}'", "read -rs"),
        (
            "Bearer Bearer T",
            &format!("Bearer {GOOD}"),
            FILE,
            "'${CF_AIG_TOKEN}'",
            "read -rs",
        ),
        ("Bearer <your-token>", "<your-token>", FILE, "gw.env", "config set"),
        ("Bearer \"T\"", &format!("\"{GOOD}\""), FILE, "gw.env", ".openclaw/.env"),
        (
            "Bearer \"T\"",
            &format!("\"{GOOD}\""),
            DOTENV,
            "${EDITOR:-nano} +3 ~/.openclaw/.env",
            "read -rs",
        ),
        (
            "Bearer <your-token>",
            "<your-token>",
            DOTENV,
            "CF_AIG_TOKEN=",
            "config set",
        ),
    ] {
        let mut snapshot = told(Word::GatewayTokenRejected, &[]);
        have(&mut snapshot, TOKEN, own, source, file);
        with_header(&mut snapshot, HEADER, &written.replace('T', GOOD), &[TOKEN]);
        refer(&mut snapshot, &format!("models.providers.{ID}.headers.{HEADER}"));
        let found = commands(&one("cf-aig-header-malformed", &snapshot, None, &[]));
        assert!(found.contains(wanted), "{written}: {found}");
        assert!(!found.contains(never), "{written}: {found}");
    }
}

/// A token that the config has itself is mended in its line: nobody has another copy of it.
#[test]
fn a_malformed_header_of_the_config() {
    let mut snapshot = told(Word::GatewayTokenRejected, &[]);
    with_header(&mut snapshot, HEADER, &format!("Bearer: {GOOD}"), &[]);
    for_config(&mut snapshot, |config| {
        for (_, field) in config.providers.iter_mut().flat_map(|provider| &mut provider.headers) {
            field.place = Some(Place::line("/home/me/.openclaw/openclaw.json", 9));
        }
    });
    let found = commands(&one("cf-aig-header-malformed", &snapshot, None, &[]));
    assert!(found.contains("+9 ~/.openclaw/openclaw.json"), "{found}");
    assert!(!found.contains("read -rs") && !found.contains("config set"), "{found}");
}

/// Key and token in each other's variable are exchanged, and neither is typed in again.
#[test]
fn secrets_in_each_others_place() {
    let mut snapshot = told(Word::ProviderKeyRejected, &[]);
    lose_key(&mut snapshot, KEY);
    have(&mut snapshot, KEY, GOOD, FILE.0, FILE.1);
    have(
        &mut snapshot,
        TOKEN,
        "sk-ant-api03-FAKE-0123456789abcdef",
        DOTENV.0,
        DOTENV.1,
    );
    with_header(
        &mut snapshot,
        HEADER,
        "Bearer sk-ant-api03-FAKE-0123456789abcdef",
        &[TOKEN],
    );
    let crate::base::fact::Fact::Known { value } = &mut snapshot.processes.gateways[0].witness else {
        panic!("no witness")
    };
    value.bindings.retain(|one| one.name != KEY);
    value.bindings.push(bind(KEY, GOOD, FILE.0, None));
    let found = commands(&one(
        "cf-token-in-provider-slot",
        &snapshot,
        None,
        &["Exchange the values"],
    ));
    assert!(
        found.contains("~/gw.env") && found.contains("~/.openclaw/.env"),
        "{found}"
    );
    assert!(!found.contains("read -rs"), "{found}");
}

/// A stored profile that gives no key is asked before everything else.
#[test]
fn a_profile_without_a_key() {
    for (facts, wanted, never) in [
        (
            &[("closed_profile", "corp:default"), ("closed_variable", "MYK")][..],
            "MYK=",
            "config set",
        ),
        (&[("closed_profile", "corp:default")], "models auth login", "config set"),
        (
            &[
                ("profile", "agents/main.sqlite"),
                ("no_secret", "auth profile corp:default"),
            ],
            "models auth login",
            "read -rs",
        ),
    ] {
        let mut snapshot = told(Word::ProviderKeyMissing, &[]);
        let verdict = snapshot.pings.cloudflare.as_mut().unwrap();
        verdict.facts.retain(|(name, _)| name == "provider");
        let more = facts
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        verdict.facts.extend(more);
        let profile = facts.iter().find(|(name, _)| *name == "profile");
        verdict.key = profile.map(|(_, store)| origin(OriginKind::Profile, store, None));
        let found = commands(&one("cf-provider-key-missing", &snapshot, None, &["profile"]));
        assert!(found.contains(wanted) && !found.contains(never), "{facts:?}: {found}");
    }
}
