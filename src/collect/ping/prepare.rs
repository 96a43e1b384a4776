//! The target cut down to what can be sent, and what can be said of it before any answer.

use super::headers::{self, State, TOKEN, state};
use crate::config::cloudflare::address::{Address, Route, Wants, decoded};
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
        let why = match state(vault, name, &candidate.secret, true) {
            State::Sendable => return true,
            State::NoSecret => "no_secret",
            State::Unsendable => "unsendable",
        };
        left_out.push((why.to_owned(), candidate.what.clone()));
        false
    };
    let mut target = target.clone();
    let bad_name = target.headers.iter().find(|(name, _)| !headers::is_name(name));
    let bad_name = bad_name.map(|(name, _)| ("unsendable_name".to_owned(), name.clone()));
    let void_key = void_key(&target, vault);
    let by_header = target.headers.iter().any(|(name, _)| headers::is_key(name));
    // Beside a key in another header both go out; what is made of the two is not known.
    let stand_in = stand_in(&target, vault).or_else(|| void_key.clone().filter(|_| by_header));
    let silent = target.needs_key && target.api_key.is_none() && target.unresolved.is_empty();
    target.api_key = target.api_key.filter(|key| keep("x-api-key", key));
    target
        .headers
        .retain(|(name, candidate)| headers::header_name(name).is_some() && keep(name, candidate));
    left_out.extend(bad_name);
    let own = target.api_key.as_ref();
    let shell_key = target.shell_key.take().filter(|key| {
        let same = own.is_some_and(|own| own.secret.same_as(&key.secret));
        !same && state(vault, "x-api-key", &key.secret, true) == State::Sendable
    });
    target.shell_key = shell_key;
    let sent = sent_key(&target, vault);
    let shape = sent
        .as_ref()
        .and_then(|key| vault.facts("x-api-key", &key.secret).shape);
    let oauth = target.probe.api == Api::Anthropic
        && target
            .api_key
            .as_ref()
            .is_some_and(|key| headers::is_oauth(&key.secret));
    let cloudflare_key = shape.is_some_and(Shape::is_cloudflare) || same_value(&target, vault);
    let setup = Setup {
        key: sent.is_some() && !silent,
        token: token(&target).is_some(),
        headers: target.headers.iter().any(|(name, _)| !headers::is_key(name)),
        access: has_access(&target)
            && base.may_carry_secrets()
            && target.unresolved.is_empty()
            && target.wrong_address.is_none(),
        wrong_address: target.wrong_address.is_some(),
        silent,
        oauth,
        verify: verify(&target, shape),
        tells_missing: target.probe.tells_missing(),
        unread_key: target.probe.rest && target.probe.api == Api::Anthropic && !sends_authorization(&target),
        elsewhere_read: target.probe.api == Api::Openai && target.probe.wants == Wants::Anthropic,
        shell_key: target.shell_key.is_some(),
        unsendable: left_out.iter().any(|(why, _)| why.starts_with("unsendable")),
        placeholder: void_key.is_some() && !by_header && !silent,
        unresolved: !target.unresolved.is_empty() || stand_in.is_some(),
        apart: target.probe.rest && (target.probe.api == Api::Anthropic || has_header(&target, "cf-aig-gateway-id")),
        may_carry_secrets: base.may_carry_secrets(),
        default_gateway: base.path.split('/').any(is_default),
        wrong_shape: !oauth
            && shape.is_some_and(|shape| match target.probe.wants {
                Wants::Anthropic => shape != Shape::AnthropicApiKey,
                Wants::Openai => shape != Shape::OpenaiKey,
                Wants::Cloudflare => !shape.is_cloudflare(),
                Wants::Any => false,
            }),
        cloudflare_key,
        unified: cloudflare_key && by_unified_billing(&target.base_url),
        own_key: target.probe.own_key,
        foreign_api: target.probe.api == Api::Other,
        list: target.probe.list,
    };
    let mut facts = standing_facts(&target, vault);
    if silent {
        facts.retain(|(name, _)| !matches!(name.as_str(), "key_from" | "key_name" | "key_shape" | "credential"));
        facts.push(("silent".to_owned(), "yes".to_owned()));
    }
    if let Some(why) = target.wrong_address {
        facts.push(("wrong_address".to_owned(), why.to_owned()));
    }
    facts.extend(left_out);
    if setup.placeholder {
        facts.push(("placeholder".to_owned(), "yes".to_owned()));
    }
    if let Some(what) = stand_in {
        facts.push(("stand_in".to_owned(), what));
    }
    Prepared { target, setup, facts }
}

/// A configured header of a key that holds a placeholder. OpenClaw sends it as it is, in place of or beside the key, so
/// what an answer to the key alone proves is not what a model call meets.
fn stand_in(target: &CloudflareTarget, vault: &Vault) -> Option<String> {
    let none = |(name, candidate): &&(String, Candidate)| {
        headers::is_key(name) && state(vault, name, &candidate.secret, true) == State::NoSecret
    };
    target
        .headers
        .iter()
        .find(none)
        .map(|(_, candidate)| candidate.what.clone())
}

/// The key that goes out in its own place and is none, such as an example. A configured header there beats it.
fn void_key(target: &CloudflareTarget, vault: &Vault) -> Option<String> {
    let place = target.probe.key_header().0;
    let none = |key: &&Candidate| state(vault, "x-api-key", &key.secret, true) == State::NoSecret;
    let key = target.api_key.as_ref().filter(none)?;
    (!has_header(target, place)).then(|| key.what.clone())
}

/// Returns whether a part of a path is the id `default`, however it is written.
fn is_default(part: &str) -> bool {
    decoded(part).eq_ignore_ascii_case("default")
}

/// The key that goes out: a configured header in its place beats `apiKey`.
fn sent_key(target: &CloudflareTarget, vault: &Vault) -> Option<Candidate> {
    let place = target.probe.key_header().0;
    let in_place = |(name, _): &&(String, Candidate)| name.trim().eq_ignore_ascii_case(place);
    let other = |(name, _): &&(String, Candidate)| headers::is_key(name);
    let alone = |(_, candidate): &(String, Candidate)| Candidate {
        what: candidate.what.clone(),
        secret: headers::token_alone(vault, candidate),
    };
    let header = target.headers.iter().find(in_place).map(alone);
    header
        .or_else(|| target.api_key.clone())
        .or_else(|| target.headers.iter().find(other).map(alone))
}

/// The header that gives the key, where one does.
fn key_header(target: &CloudflareTarget) -> Option<&str> {
    let place = target.probe.key_header().0;
    let named = |wanted: &dyn Fn(&str) -> bool| {
        target
            .headers
            .iter()
            .map(|(name, _)| name.as_str())
            .find(|name| wanted(name))
    };
    let in_place = named(&|name| name.trim().eq_ignore_ascii_case(place));
    in_place.or_else(|| named(&headers::is_key).filter(|_| target.api_key.is_none()))
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
fn same_value(target: &CloudflareTarget, vault: &Vault) -> bool {
    let pair = sent_key(target, vault).zip(token(target));
    pair.is_some_and(|(key, token)| headers::same_value(&key, token))
}

fn standing_facts(target: &CloudflareTarget, vault: &Vault) -> Vec<(String, String)> {
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut say = |name: &str, value: &str| facts.push((name.to_owned(), value.to_owned()));
    let shape = |secret: &Secret| vault.facts("x-api-key", secret).shape.map(Shape::words);
    if let Some(name) = key_header(target) {
        say("key_from", "header");
        say("key_name", &clean(name));
    }
    if let Some(key) = &sent_key(target, vault) {
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
        if same_value(target, vault) {
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
