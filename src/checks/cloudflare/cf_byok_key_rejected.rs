//! `cf-byok-key-rejected`: the key stored at Cloudflare does not work.

use super::cf_common::{answer_finding, in_brackets};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-byok-key-rejected",
    title: "the key stored at Cloudflare works",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Key)],
    causes: &[],
    docs: "With BYOK the provider's key is stored at Cloudflare and put in by the AI Gateway. The provider refuses the stored key, \
or the header cf-aig-byok-alias names one that does not exist (code 2040).\n\nFix: renew the key in the dashboard under \
AI > AI Gateway > Provider Keys, or correct the alias.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ (Word::ByokKeyRejected | Word::ByokAliasWrong)) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, word: Word) -> Finding {
    let title = match word {
        Word::ByokAliasWrong => "cf-aig-byok-alias names no key stored at Cloudflare (code 2040)".to_owned(),
        _ => format!(
            "The provider refuses the key that is stored at Cloudflare{}",
            in_brackets(case, "BYOK")
        ),
    };
    let who = case.gateway_name();
    let detail = match case.cloudflare_fact("key") {
        Some("missing") => format!("{who} sends no key of its own, so its model calls depend on the stored one."),
        _ => format!("The model calls of {who} depend on the stored key."),
    };
    answer_finding(case, &CHECK, CHECK.severity, title).detail(detail).fix(
        "Renew the stored key in the dashboard under AI > AI Gateway > Provider Keys, or correct the alias in headers.",
        ["%doctor% ping"],
    )
}
