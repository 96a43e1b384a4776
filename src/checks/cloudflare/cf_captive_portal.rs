//! `cf-captive-portal`: a page of somebody else answers in Cloudflare's place.

use super::cf_common::{answer_finding, probe_command};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::Word;

pub(crate) const CHECK: Check = Check {
    id: "cf-captive-portal",
    title: "Cloudflare itself answers",
    group: Group::Cloudflare,
    severity: Severity::Warning,
    needs: &[Need::CloudflarePing],
    causes: &[],
    docs: "What answers at the AI Gateway's address is not an answer of Cloudflare's: a page without its marks, as captive portals, \
filters and proxies send it, or a redirect. The doctor follows no redirect and sent no credential.\n\nFix: sign in to the \
network, or have the filter let gateway.ai.cloudflare.com through.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ (Word::CaptivePortal | Word::Redirect)) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, word: Word) -> Finding {
    let host = case.asked_host();
    let title = match word {
        Word::Redirect => format!("{host} sends the request elsewhere"),
        _ => format!("A page that is not Cloudflare's answers for {host}"),
    };
    answer_finding(case, &CHECK, CHECK.severity, title)
        .detail("No credential was sent there. The Gateway sends its key with every model call, to whoever answers.")
        .fix(
            "Sign in to the network where it asks for that; otherwise have the proxy or filter let the host through, or \
             correct baseUrl.",
            [probe_command(case)],
        )
}
