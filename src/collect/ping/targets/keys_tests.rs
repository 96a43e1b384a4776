//! Keys by a bare name, by a stored profile whose reference leads nowhere, and by a program before OpenClaw.

use serde_json::{Value, json};

use super::cloudflare;
use super::side::Known;
use super::tests::{LIMIT, machine, providers};
use crate::base::fact::Fact;
use crate::checks::testkit;
use crate::model::snapshot::{Adds, AuthProfile, AuthProfileStore, Link, LinkKind, OriginKind, SecretRef};

const URL: &str = "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/gw/anthropic";

fn authored(api_key: &Value) -> Value {
    json!({"models": {"providers": {"mine": {"baseUrl": URL, "api": "anthropic-messages", "apiKey": api_key}}}})
}

/// OpenClaw sends the variable of a name that it knows, and nothing where that is not set; any other name goes out as it is.
#[test]
fn a_bare_name_as_the_key() {
    let env = [("ANTHROPIC_API_KEY", "sk-one"), ("MY_ANT_KEY", "sk-two")];
    for (written, sent) in [
        ("ANTHROPIC_API_KEY", Some("sk-one")),
        ("OPENAI_API_KEY", None),
        ("MY_ANT_KEY", Some("MY_ANT_KEY")),
        ("CLOUDFLARE_AI_GATEWAY_API_KEY", Some("CLOUDFLARE_AI_GATEWAY_API_KEY")),
    ] {
        let target = cloudflare(&machine(&env, &authored(&json!(written))).known(), LIMIT)
            .ok()
            .unwrap()
            .first
            .target;
        assert_eq!(
            target.api_key.as_ref().map(|key| key.secret.expose()),
            sent,
            "{written}"
        );
    }
}

fn profile(source: &str) -> AuthProfileStore {
    AuthProfileStore {
        path: "/h/state.sqlite".to_owned(),
        kind: "agent-db".to_owned(),
        agent: None,
        profiles: Fact::Known {
            value: vec![AuthProfile {
                id: "mine:default".to_owned(),
                kind: "api_key".to_owned(),
                provider: "mine".to_owned(),
                key: None,
                key_ref: Some(SecretRef {
                    source: source.to_owned(),
                    provider: "default".to_owned(),
                    id: "MYK".to_owned(),
                    place: None,
                    target: Fact::Absent,
                    flaw: None,
                    pass_env: Vec::new(),
                }),
                has_gateway_ids: false,
                expires_ms: None,
                renews: false,
                blocked: None,
            }],
        },
    }
}

/// The profile is asked first, and its reference fails closed: no other key is tried.
#[test]
fn a_profile_that_leads_nowhere() {
    for (source, env, sent, variable) in [
        ("env", &[("KEY", "sk-one")][..], None, Some("MYK")),
        ("env", &[("KEY", "sk-one"), ("MYK", "sk-two")], Some("sk-two"), None),
        ("store", &[("KEY", "sk-one")], None, None),
    ] {
        let machine = machine(env, &authored(&json!("${KEY}")));
        let stores = [profile(source)];
        let known = Known {
            stores: &stores,
            ..machine.known()
        };
        let plan = cloudflare(&known, LIMIT).ok().unwrap().first;
        let fact = |name: &str| {
            plan.facts
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.as_str())
        };
        if plan.target.unresolved.is_empty() {
            assert_eq!(
                plan.target.api_key.as_ref().map(|key| key.secret.expose()),
                sent,
                "{source}"
            );
            assert_eq!(fact("closed_variable"), variable, "{source}");
            assert_eq!(fact("closed_profile").is_some(), sent.is_none(), "{source}");
            assert!(plan.target.needs_key == sent.is_none(), "{source}");
        }
    }
}

/// A stopped service behind a program that fetches secrets: what it will send is not known.
#[test]
fn a_key_that_a_wrapper_may_bring() {
    for (env, adds, unresolved) in [
        (&[][..], Adds::Unknown, true),
        (&[("KEY", "sk-one")], Adds::Unknown, true),
        (&[("KEY", "sk-one")], Adds::Nothing, false),
    ] {
        let machine = machine(env, &authored(&json!("${KEY}")));
        let mut service = testkit::service(testkit::UNIT);
        service.exec.links = vec![Link {
            kind: LinkKind::SecretTool,
            program: "/usr/bin/doppler run".to_owned(),
            adds,
            assigns: Vec::new(),
        }];
        let known = Known {
            by_service: Some(&machine.shell),
            service: Some(&service),
            ..machine.known()
        };
        let target = cloudflare(&known, LIMIT).ok().unwrap().first.target;
        assert_eq!(
            target.unresolved.iter().any(|what| what.contains("doppler run")),
            unresolved,
            "{env:?}"
        );
        assert_eq!(target.api_key.is_some(), !unresolved, "{env:?}");
    }
}

#[test]
fn what_goes_to_cloudflare() {
    let env = [("KEY", "sk-one\r\n"), ("CF", "token"), ("https_proxy", "http://p:1")];
    let authored = providers(
        json!("${KEY}"),
        json!({"cf-aig-authorization": "Bearer ${CF}", "x-lost": "Bearer ${NOT_SET}"}),
    );
    let plan = cloudflare(&machine(&env, &authored).known(), LIMIT).ok().unwrap().first;
    let target = plan.target;
    assert_eq!(target.api_key.as_ref().map(|key| key.secret.expose()), Some("sk-one"));
    let headers: Vec<(&str, &str)> = target
        .headers
        .iter()
        .map(|(name, one)| (name.as_str(), one.secret.expose()))
        .collect();
    assert_eq!(headers, [("cf-aig-authorization", "Bearer token")]);
    assert_eq!(target.proxy.vars.len(), 1);
    let key = target
        .origins
        .key
        .as_ref()
        .map(|key| (key.path.as_str(), key.variable.as_deref()));
    assert_eq!(
        key,
        Some(("models.providers.cloudflare-ai-gateway.apiKey", Some("KEY")))
    );
    let token = target.origins.header("CF-AIG-Authorization").unwrap();
    assert_eq!(
        (token.kind, token.variable.as_deref()),
        (OriginKind::Header, Some("CF"))
    );
}

#[test]
fn without_a_provider_nobody_is_asked() {
    let why = cloudflare(&machine(&[], &json!({})).known(), LIMIT).err().unwrap();
    assert!(why.contains("AI Gateway"), "{why}");
}
