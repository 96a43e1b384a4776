//! `cf-provider-trouble`: Cloudflare or the provider is in trouble.

use super::cf_common::{answer_finding, retry};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-provider-trouble",
    title: "Cloudflare and the provider work",
    group: Group::Cloudflare,
    severity: Severity::Warning,
    needs: &[Need::CloudflareAnswer(Reach::Answered)],
    causes: &[],
    docs: "Cloudflare's edge or the provider behind it answers with a failure of its own (5xx, 529, code 2005, 1101). Nothing in \
the configuration is proved wrong by that.\n\nFix: wait and ask again; both have a status page.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ (Word::ProviderTrouble | Word::EdgeTrouble)) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, word: Word) -> Finding {
    let title = match word {
        Word::EdgeTrouble => "Cloudflare itself answers with a failure",
        _ if case.cloudflare_fact("code") == Some("2009") => {
            "The provider refuses Cloudflare's own credential (503, code 2009); this is Cloudflare's to mend"
        }
        _ => "The provider behind the AI Gateway is in trouble",
    };
    let wait = retry(case).unwrap_or_else(|| " Retry in a few minutes.".to_owned());
    answer_finding(case, &CHECK, CHECK.severity, title.to_owned())
        .detail(format!(
            "The keys and the configuration are not the cause; they are judged when it is over.{wait}"
        ))
        .fix(
            "Wait and ask again; cloudflarestatus.com and the provider's status page tell of larger troubles.",
            ["%doctor% ping"],
        )
}
