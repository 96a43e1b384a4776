//! `cf-provider-permission`: the provider key lacks a permission.

use super::cf_common::{answer_finding, in_brackets};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Layer;
use crate::ping::cloudflare_answer::Barred;
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-provider-permission",
    title: "the provider key may use the models",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Key)],
    causes: &[],
    docs: "The provider knows the key and refuses it for what was asked (403 permission_error): a key of a workspace or project \
without access to the models, a key that is limited to a list of addresses, to other APIs or to web pages, an account, a workspace or \
an API that is switched off, or a header that names another organization. The key itself is not wrong then.\n\n\
Fix: give the key's workspace the permission, lift the limit, or use another key.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(Word::ProviderPermission) => vec![found(case)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>) -> Finding {
    let who = case.gateway_name();
    if let Some(why) = case.cloudflare_fact("barred").and_then(Barred::parse) {
        return barred(case, why);
    }
    let (title, detail, fix) = match case.cloudflare_fact("code") {
        Some("ip_not_authorized") => (
            format!(
                "The provider accepts the key only from other addresses{}",
                in_brackets(case, "")
            ),
            format!(
                "The key is limited to a list of addresses at the provider, and the calls of {who} reach it from Cloudflare's. \
                 The key itself is not wrong."
            ),
            "Take the limit off the key at the provider, or use a key without one.",
        ),
        Some("mismatched_organization") => (
            format!(
                "The organization or project in the headers is not the one of the key{}",
                in_brackets(case, "")
            ),
            format!("{who} sends it along with the key; the key itself is not wrong."),
            "Correct OpenAI-Organization and OpenAI-Project in the provider's headers, or use a key of that organization; then restart.",
        ),
        Some(code @ "9109") => (
            format!(
                "Cloudflare's API accepts the token only from other addresses{}",
                in_brackets(case, &format!("code {code}"))
            ),
            format!("The token is limited to a list of addresses, and the one from which {who} asks is not on it."),
            "Change the client IP filter of the token in the dashboard (My Profile > API Tokens), or use another token.",
        ),
        _ => (
            format!(
                "The provider knows the key, and it lacks a permission{}",
                in_brackets(case, "")
            ),
            format!("Cloudflare lets the request of {who} through; the provider's own rights refuse it."),
            "Give the key's workspace access at the provider, or use a key that has it.",
        ),
    };
    answer_finding(case, &CHECK, CHECK.severity, title)
        .detail(detail)
        .fix(fix, ["%doctor% ping"])
}

/// What the provider bars by more than the rights of one key.
fn barred(case: &CheckContext<'_>, why: Barred) -> Finding {
    let (what, fix) = match why {
        Barred::Account => (
            "the account of the key is switched off",
            "Ask the provider why, or use a key of another account: no other key of this one will do.",
        ),
        Barred::Workspace => (
            "the workspace of the key is archived",
            "Use a key of a workspace that is not archived.",
        ),
        Barred::ServiceOff => (
            "the API is switched off in the key's project",
            "Switch the API on in the provider's console, in the project of the key; it takes a few minutes.",
        ),
        Barred::Service => (
            "the key is limited to other APIs",
            "Allow the API at the key's restrictions in the provider's console, or use a key without them.",
        ),
        Barred::Referrer => (
            "the key is limited to requests of some web pages",
            "Take the limit to web pages off the key in the provider's console, or use a key without one.",
        ),
    };
    let title = format!(
        "The provider knows the key and refuses it: {what}{}",
        in_brackets(case, &told_code(case))
    );
    answer_finding(case, &CHECK, CHECK.severity, title)
        .detail(format!(
            "Cloudflare lets the request of {} through; the provider refuses it.",
            case.gateway_name()
        ))
        .fix(fix, ["%doctor% ping"])
}

/// The provider's own code, where it sent one that is known.
fn told_code(case: &CheckContext<'_>) -> String {
    let answers = case.snapshot.pings.answers.iter();
    let mut own = answers.filter(|answer| answer.auth && answer.layer == Layer::Provider);
    let code = own.find_map(|answer| answer.code.as_deref());
    code.map_or(String::new(), |code| format!("code {code}"))
}
