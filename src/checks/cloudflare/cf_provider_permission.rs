//! `cf-provider-permission`: the provider key lacks a permission.

use super::cf_common::answer_finding;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-provider-permission",
    title: "the provider key may use the models",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Key)],
    causes: &[],
    docs: "The provider knows the key and refuses it for what was asked (403 permission_error): a key of a workspace or project \
without access to the models.\n\nFix: give the key's workspace the permission, or use another key.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ Word::ProviderPermission) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, _: Word) -> Finding {
    answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        "The provider knows the key, and it lacks a permission (403)".to_owned(),
    )
    .detail(format!(
        "Cloudflare lets the request of {} through; the provider's own rights refuse it.",
        case.gateway_name()
    ))
    .fix(
        "Give the key's workspace access at the provider, or use a key that has it.",
        ["%doctor% ping"],
    )
}
