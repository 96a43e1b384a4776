//! Ends of the plan for Cloudflare that a refusal by somebody else must not blame on the provider's key.

use super::super::cloudflare::{Load, Next, Setup, Step, next};
use super::super::cloudflare_answer::CloudflareAnswer as A;
use super::super::probe::Probe;
use super::super::reply::Reply;
use super::super::verdict::Word;

fn end(setup: &Setup, nothing: A, everything: A) -> Next {
    let step = |load, answer| Step {
        load,
        got: Ok((answer, true)),
    };
    next(
        setup,
        &[step(Load::Nothing, nothing), step(Load::Everything, everything)],
    )
}

#[test]
fn what_cloudflare_refuses_is_not_the_providers_key() {
    let setup = |key, token, own_key| Setup {
        key,
        token,
        headers: token,
        own_key,
        may_carry_secrets: true,
        ..Setup::default()
    };
    let refused = A::ApiRefused(10_000);
    for (setup, first, last, wanted) in [
        (
            setup(true, true, true),
            A::TokenRefused,
            refused,
            Word::GatewayTokenRejected,
        ),
        (setup(true, true, true), refused, refused, Word::GatewayTokenRejected),
        (
            setup(false, true, true),
            A::TokenRefused,
            refused,
            Word::GatewayTokenRejected,
        ),
        (setup(true, false, true), refused, refused, Word::NotUnderstood),
        (
            setup(true, true, true),
            A::TokenRefused,
            A::ApiMissing(9106),
            Word::NotUnderstood,
        ),
        (setup(true, false, false), refused, refused, Word::ProviderKeyRejected),
        (
            setup(true, true, true),
            A::TokenRefused,
            A::GatewayOther(2008),
            Word::NotUnderstood,
        ),
        (
            setup(false, true, true),
            A::TokenRefused,
            A::GatewayOther(2008),
            Word::NotUnderstood,
        ),
        (
            setup(true, true, true),
            A::TokenRefused,
            A::BareTrouble,
            Word::NotUnderstood,
        ),
    ] {
        assert_eq!(end(&setup, first, last), Next::Done(wanted), "{setup:?} {last:?}");
    }
}

#[test]
fn who_takes_a_key_of_its_own() {
    const ACC: &str = "0123456789abcdef0123456789abcdef";
    for (segment, own, unknown_is) in [
        ("anthropic", true, A::GatewayOther(2008)),
        ("openai", true, A::GatewayOther(2008)),
        ("deepseek", true, A::GatewayOther(2008)),
        ("workers-ai/v1", false, A::GatewayOther(2008)),
        ("compat", false, A::NotOffered),
        ("aws-bedrock", true, A::NotOffered),
        ("custom-mine", false, A::NoSuchProvider),
    ] {
        let base = format!("https://gateway.ai.cloudflare.com/v1/{ACC}/gw/{segment}");
        let probe = Probe::of("mine", &base, Some("openai-completions"));
        let reply = Reply {
            status: 400,
            body: br#"{"success":false,"error":[{"code":2008,"message":"Invalid provider"}]}"#.to_vec(),
            ..Reply::default()
        };
        assert_eq!((probe.own_key, probe.read(&reply)), (own, unknown_is), "{segment}");
    }
}
