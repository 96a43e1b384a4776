//! `cf-provider-trouble`: Cloudflare or the provider is in trouble.

use super::cf_common::{answer_finding, base_url_place, retry, told_status};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::config::cloudflare::address::{HOST, REST_HOST};
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
the configuration is proved wrong by that. On a domain of your own 520 to 526, 502 and 504 are about the server that the domain leads \
to.\n\nFix: wait and ask again; both have a status page. Behind a domain of your own correct its DNS record or server.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ (Word::ProviderTrouble | Word::EdgeTrouble)) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

/// What a status of Cloudflare's edge says of the server behind a domain of one's own, and whether waiting can mend it.
fn origin(status: u16) -> Option<(&'static str, bool)> {
    Some(match status {
        502 | 504 => ("answers with an error, or not in time", true),
        520 => ("answers with what is no answer", true),
        521 => ("refuses the connection", true),
        522 | 524 => ("does not answer in time", true),
        523 => ("cannot be reached", false),
        525 => ("fails in the TLS handshake", false),
        526 => ("has no valid certificate", false),
        _ => return None,
    })
}

/// On a domain of one's own the failure is that of its server or DNS record.
fn behind_own_domain(case: &CheckContext<'_>) -> Option<Finding> {
    let (host, status) = (case.asked_host(), told_status(case)?);
    let (what, passes) = origin(status).filter(|_| host != HOST && host != REST_HOST)?;
    let severity = if passes { CHECK.severity } else { Severity::Error };
    let title = format!("Cloudflare reaches nothing behind {host}: the server there {what} ({status})");
    let change = case.asked_provider().and_then(base_url_place);
    let found = answer_finding(case, &CHECK, severity, title)
        .detail(format!(
            "{host} is no host of Cloudflare's AI Gateway but a domain of your own: its DNS record or the server that it leads to is \
             at fault. Keys were not judged."
        ))
        .at(change, format!("baseUrl leads to {host}"));
    Some(found.fix(
        format!("Correct the DNS record or the server of {host}; for an AI Gateway without a domain of its own the host is {HOST}."),
        ["%doctor% ping"],
    ))
}

fn found(case: &CheckContext<'_>, word: Word) -> Finding {
    if let Some(found) = behind_own_domain(case).filter(|_| word == Word::EdgeTrouble) {
        return found;
    }
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
