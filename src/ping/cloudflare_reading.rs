//! How one answer on the way to Cloudflare and the provider is read: the edge's pages, the gateway's codes and policies,
//! Cloudflare's API, the provider, in this order.

use serde_json::Value;

use super::cloudflare_answer::{CloudflareAnswer, Limit, code_number};
use super::cloudflare_codes::{api_code, gateway_error, policy};
use super::edge_page::EdgePage;
use super::provider_answer::{self, begins_with_a_list, provider};
use super::provider_code::named;
use super::reply::Reply;
use crate::model::snapshot::Layer;

/// Reads an answer; `rest` says that the REST endpoint was asked, where some codes mean something else.
pub fn classify(reply: &Reply, rest: bool) -> CloudflareAnswer {
    let status = reply.status;
    if let Some(page) = EdgePage::of(reply) {
        return match page {
            EdgePage::Access => CloudflareAnswer::Access,
            EdgePage::Firewall => CloudflareAnswer::Firewall,
            EdgePage::Name(code) => CloudflareAnswer::EdgeName(code),
            EdgePage::Rate(code) => CloudflareAnswer::Limit(Limit::Account(code)),
            EdgePage::Failing => CloudflareAnswer::EdgeFailing,
            EdgePage::Other(code) => CloudflareAnswer::EdgeOther(code),
        };
    }
    if reply.is_redirect() {
        return if reply.hints.cf_ray {
            CloudflareAnswer::Redirect
        } else {
            CloudflareAnswer::Portal
        };
    }
    if status == 407 || reply.hints.proxy {
        return CloudflareAnswer::ProxyPage;
    }
    if reply.is_success() && reply.capped {
        return if begins_with_a_list(&reply.body) {
            CloudflareAnswer::Ok
        } else {
            CloudflareAnswer::Garbled
        };
    }
    if let Some(body) = reply.json().filter(|body| body.is_object() || body.is_array()) {
        return from_json(reply, &body, rest);
    }
    let behind = reply.hints.cf_ray || reply.hints.cf_aig;
    if behind && status == 401 {
        return CloudflareAnswer::BareRefusal;
    }
    if behind && status == 429 {
        return CloudflareAnswer::BareTrouble;
    }
    // From 520 on the status is Cloudflare's own; below, a provider's text looks the same.
    if reply.hints.cf_ray && status >= 500 {
        return match status {
            520..=527 | 530 => CloudflareAnswer::EdgeFailing,
            _ => CloudflareAnswer::BareTrouble,
        };
    }
    if reply.hints.cf_ray && status == 403 && reply.is_html() {
        return CloudflareAnswer::Firewall;
    }
    if !reply.hints.cf_ray && (reply.is_html() || status == 511) {
        return CloudflareAnswer::Portal;
    }
    if matches!(status, 404 | 405) {
        return CloudflareAnswer::NotOffered;
    }
    CloudflareAnswer::Garbled
}

/// Returns the code to report beside an answer: a provider's as its body has it, never one that did not come.
pub fn answered_code(answer: CloudflareAnswer, reply: Option<&Reply>) -> Option<String> {
    if answer.layer() != Layer::Provider {
        return answer.code();
    }
    let body = reply.filter(|reply| !reply.is_success())?.json()?;
    named(&body).map(str::to_owned)
}

/// Reads the answer of Cloudflare's check of a token: one that expired or was disabled is told with 200, too.
pub fn verified(reply: &Reply) -> CloudflareAnswer {
    let state = reply.json().and_then(|body| {
        let state = body.pointer("/result/status").and_then(Value::as_str);
        state.map(|state| state == "active")
    });
    match (reply.is_success(), state) {
        (true, Some(true)) => CloudflareAnswer::Ok,
        (true, Some(false)) => CloudflareAnswer::ApiRefused(1000),
        (true, None) => CloudflareAnswer::Unknown,
        (false, _) => classify(reply, true),
    }
}

fn from_json(reply: &Reply, body: &Value, rest: bool) -> CloudflareAnswer {
    let message = provider_answer::message(body);
    if let Some(answer) = gateway_error(reply, body, &message, rest).or_else(|| policy(reply, body, &message)) {
        return answer;
    }
    if let Some(code) = body.pointer("/errors/0/code").and_then(code_number) {
        return api_code(code, reply.status, &message);
    }
    provider(reply, body, &message)
}
