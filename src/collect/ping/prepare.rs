//! The target cut down to what can be sent, and what can be said of it before any answer.

use super::headers::{self, State, TOKEN, state};
use crate::config::cloudflare::address::{Address, Route, Wants};
use crate::model::snapshot::Shape;
use crate::ping::cloudflare::{Setup, Verify};
use crate::ping::probe::Api;
use crate::ping::target::{Base, Candidate, CloudflareTarget};
use crate::secret::{Secret, Vault};

/// A target whose credentials can all stand in headers.
pub(super) struct Prepared {
    pub(super) target: CloudflareTarget,
    pub(super) setup: Setup,
    /// Facts that no answer is needed for; named in [`crate::ping::verdict`].
    pub(super) facts: Vec<(String, String)>,
}

/// Prepares a target: leaves out what is no secret or cannot be sent, and a shell key that is the daemon's.
pub(super) fn prepare(target: &CloudflareTarget, vault: &Vault, base: &Base) -> Prepared {
    let mut left_out: Vec<(String, String)> = Vec::new();
    let mut keep = |name: &str, candidate: &Candidate| {
        let why = match state(vault, name, &candidate.secret) {
            State::Sendable => return true,
            State::NoSecret => "no_secret",
            State::Unsendable => "unsendable",
        };
        left_out.push((why.to_owned(), candidate.what.clone()));
        false
    };
    let mut target = target.clone();
    target.api_key = target.api_key.filter(|key| keep("x-api-key", key));
    target
        .headers
        .retain(|(name, candidate)| headers::header_name(name).is_some() && keep(name, candidate));
    let own = target.api_key.as_ref();
    let shell_key = target.shell_key.take().filter(|key| {
        let same = own.is_some_and(|own| own.secret.same_as(&key.secret));
        !same && state(vault, "x-api-key", &key.secret) == State::Sendable
    });
    let shape = own.and_then(|key| vault.facts("x-api-key", &key.secret).shape);
    target.shell_key = shell_key;
    let cloudflare_key = shape.is_some_and(Shape::is_cloudflare) || same_value(&target);
    let setup = Setup {
        key: target.api_key.is_some(),
        token: token(&target).is_some(),
        headers: !target.headers.is_empty(),
        access: has_access(&target) && base.may_carry_secrets() && target.unresolved.is_empty(),
        verify: verify(&target, shape),
        tells_missing: target.probe.tells_missing(),
        unread_key: target.probe.rest && target.probe.api == Api::Anthropic && !sends_authorization(&target),
        shell_key: target.shell_key.is_some(),
        unsendable: left_out.iter().any(|(why, _)| why == "unsendable"),
        unresolved: !target.unresolved.is_empty(),
        may_carry_secrets: base.may_carry_secrets(),
        default_gateway: base.path.split('/').any(|part| part == "default"),
        wrong_shape: shape.is_some_and(|shape| match target.probe.wants {
            Wants::Anthropic => shape != Shape::AnthropicApiKey,
            Wants::Openai => shape != Shape::OpenaiKey,
            Wants::Cloudflare => !shape.is_cloudflare(),
            Wants::Any => false,
        }),
        cloudflare_key,
        unified: cloudflare_key && by_unified_billing(&target.base_url),
        foreign_api: target.probe.api == Api::Other,
        list: target.probe.list,
    };
    let mut facts = standing_facts(&target, vault);
    facts.extend(left_out);
    Prepared { target, setup, facts }
}

/// Returns whether both halves of a service token of Cloudflare Access are among the headers.
fn has_access(target: &CloudflareTarget) -> bool {
    let halves = ["cf-access-client-id", "cf-access-client-secret"];
    halves.iter().all(|half| has_header(target, half))
}

/// Returns which check of tokens can tell of the key of the REST endpoint.
fn verify(target: &CloudflareTarget, shape: Option<Shape>) -> Verify {
    let plain = target.probe.rest && target.probe.key_header().0 == "authorization";
    if !plain || target.api_key.is_none() || has_header(target, "authorization") {
        return Verify::No;
    }
    match shape {
        None => Verify::Either,
        Some(Shape::CloudflareUserToken) => Verify::User,
        Some(Shape::CloudflareAccountToken) => Verify::Account,
        Some(_) => Verify::No,
    }
}

fn sends_authorization(target: &CloudflareTarget) -> bool {
    target.bearer_too || has_header(target, "authorization")
}

fn has_header(target: &CloudflareTarget, wanted: &str) -> bool {
    target
        .headers
        .iter()
        .any(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))
}

fn token(target: &CloudflareTarget) -> Option<&Candidate> {
    let named = |(name, _): &&(String, Candidate)| name.trim().eq_ignore_ascii_case(TOKEN);
    target.headers.iter().find(named).map(|(_, candidate)| candidate)
}

/// Whether the address is the one at which Unified Billing takes a token of Cloudflare's in the key's place.
fn by_unified_billing(base_url: &str) -> bool {
    Address::parse(base_url).is_some_and(|address| address.route() == Route::Gateway(Some("compat")))
}

/// Returns whether key and token are the same text.
fn same_value(target: &CloudflareTarget) -> bool {
    let pair = target.api_key.as_ref().zip(token(target));
    pair.is_some_and(|(key, token)| headers::same_value(key, token))
}

fn standing_facts(target: &CloudflareTarget, vault: &Vault) -> Vec<(String, String)> {
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut say = |name: &str, value: &str| facts.push((name.to_owned(), value.to_owned()));
    let shape = |secret: &Secret| vault.facts("x-api-key", secret).shape.map(Shape::words);
    if let Some(key) = &target.api_key {
        say("credential", &key.what);
        if let Some(shape) = shape(&key.secret) {
            say("key_shape", shape);
        }
    }
    if let Some(token) = token(target) {
        say("token_form", headers::token_form(token).as_str());
        if let Some(shape) = shape(&headers::token_alone(vault, token)) {
            say("token_shape", shape);
        }
        if same_value(target) {
            say("same_value", "yes");
        }
    }
    if !target.unresolved.is_empty() {
        let names: Vec<String> = target.unresolved.iter().take(10).map(|name| clean(name)).collect();
        say("unresolved", &names.join(", "));
        say("why_not_tried", "a credential cannot be resolved here");
    }
    facts
}

fn clean(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}
