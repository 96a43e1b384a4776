//! Key and token in one variable: each gets its own, and the token is typed in by nobody.

use super::cf_slots_tests::{GOOD, have};
use super::cf_tests::{ID, for_config, one};
use super::cf_variables_tests::{commands, told, with_header};
use crate::checks::testkit::{KEY, bind, lose_key, value};
use crate::model::snapshot::{CredentialField, Located, Snapshot, Source};
use crate::ping::verdict::Word;
use crate::remedy::prompt::asked;

const HEADER: &str = "cf-aig-authorization";
const DOTENV: &str = "/home/me/.openclaw/.env";

/// A Gateway that got its token by this variable.
fn gateway_has(snapshot: &mut Snapshot, name: &str, source: Source, file: &str) {
    lose_key(snapshot, KEY);
    have(snapshot, name, GOOD, source, file);
    let crate::base::fact::Fact::Known { value } = &mut snapshot.processes.gateways[0].witness else {
        panic!("no witness")
    };
    value.bindings.retain(|one| one.name != name);
    value.bindings.push(bind(name, GOOD, source, None));
}

fn key_is(snapshot: &mut Snapshot, name: &str) {
    for_config(snapshot, |config| {
        let entry = config.providers.iter_mut().find(|provider| provider.id == ID).unwrap();
        entry.api_key = Some(Located {
            path: format!("models.providers.{ID}.apiKey"),
            place: None,
            value: CredentialField::Literal {
                value: value("", GOOD),
                from: vec![name.to_owned()],
            },
        });
    });
}

#[test]
fn the_token_is_taken_from_where_it_is() {
    const TO_ITS_OWN: &str = "/\\1CF_AIG_TOKEN\\3/";
    let prompts = [
        "CF_AIG_TOKEN (Cloudflare token of the AI Gateway)",
        "CLOUDFLARE_AI_GATEWAY_API_KEY (key of Anthropic)",
    ];
    for (name, source, file, header, moved, typed) in [
        // The variable that OpenClaw reads by its name: the line of the .env becomes that of the token.
        (KEY, Source::DotenvState, DOTENV, true, true, &prompts[1..]),
        (KEY, Source::DotenvState, DOTENV, false, true, &prompts[1..]),
        // A variable of the config's own keeps it, and the key gets another one.
        ("MY_TOKEN", Source::DotenvState, DOTENV, true, false, &prompts[1..]),
        (
            "MY_TOKEN",
            Source::EnvironmentFile,
            "/home/me/gw.env",
            false,
            false,
            &prompts[1..],
        ),
        // Elsewhere its person copies it, and is told so by the prompt.
        (
            KEY,
            Source::EnvironmentFile,
            "/home/me/gw.env",
            true,
            false,
            &prompts[..1],
        ),
    ] {
        let mut snapshot = told(Word::ProviderKeyRejected, &[]);
        gateway_has(&mut snapshot, name, source, file);
        key_is(&mut snapshot, name);
        if header {
            with_header(&mut snapshot, HEADER, &format!("Bearer {GOOD}"), &[name]);
        }
        let found = one("cf-token-in-provider-slot", &snapshot, None, &[]);
        let found = commands(&found);
        let told = format!("{name} {source:?} {header}: {found}");
        assert_eq!(asked(&found), typed, "{told}");
        assert_eq!(found.contains(TO_ITS_OWN), moved, "{told}");
        assert!(!found.contains("/d'"), "{told}");
        let own = if name == KEY { "CF_AIG_TOKEN" } else { name };
        let sends = found.contains(&format!("'Bearer ${{{own}}}'"));
        assert_eq!(sends, name == KEY || !header, "{told}");
        assert_eq!(
            found.contains("apiKey '${CLOUDFLARE_AI_GATEWAY_API_KEY}'"),
            name != KEY,
            "{told}"
        );
    }
}

/// What Cloudflare says of a header that the fix gives its token is told under the finding about the key.
#[test]
fn one_cause_is_one_problem() {
    for (word, id, header) in [
        (Word::GatewayTokenMissing, "cf-aig-token-missing", None),
        (
            Word::GatewayTokenRejected,
            "cf-aig-token-rejected",
            Some(("CF_AIG_TOKEN", "sk-ant-api03-FAKE-0123456789abcdef")),
        ),
    ] {
        let mut snapshot = told(word, &[]);
        gateway_has(&mut snapshot, KEY, Source::DotenvState, DOTENV);
        key_is(&mut snapshot, KEY);
        if let Some((name, text)) = header {
            have(&mut snapshot, name, text, Source::DotenvState, DOTENV);
            with_header(&mut snapshot, HEADER, &format!("Bearer {text}"), &[name]);
        }
        one("cf-token-in-provider-slot", &snapshot, Some(KEY), &[]);
        one(id, &snapshot, Some(KEY), &[]);
    }
    // Another token that is refused is another problem.
    let mut snapshot = told(Word::GatewayTokenRejected, &[]);
    gateway_has(&mut snapshot, KEY, Source::DotenvState, DOTENV);
    key_is(&mut snapshot, KEY);
    have(
        &mut snapshot,
        "CF_AIG_TOKEN",
        "cfut_other-0123456789",
        Source::DotenvState,
        DOTENV,
    );
    with_header(&mut snapshot, HEADER, "Bearer cfut_other-0123456789", &["CF_AIG_TOKEN"]);
    one("cf-aig-token-rejected", &snapshot, Some(HEADER), &[]);
}
