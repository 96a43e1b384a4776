//! `cf-answer-not-understood`: an answer on the way to the provider is not known here.

use super::cf_common::{answer_finding, retry};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Layer, Side};
use crate::ping::cloudflare_answer::CloudflareAnswer;
use crate::ping::hearsay;
use crate::ping::verdict::Word;

pub(crate) const CHECK: Check = Check {
    id: "cf-answer-not-understood",
    title: "answers on the way to the provider are understood",
    group: Group::Cloudflare,
    severity: Severity::Warning,
    needs: &[Need::CloudflarePing],
    causes: &[],
    docs: "Cloudflare or the provider answered in a way that the doctor does not know: another code, another form, a page. That \
proves neither that model calls work nor that they fail. The finding names status, code and who answered.\n\n\
Fix: make one real model call through the Gateway, and look the code up in the AI Gateway's documentation and logs.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(Word::NotUnderstood) => vec![found(case)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>) -> Finding {
    let answers = &case.snapshot.pings.answers;
    let last = answers
        .iter()
        .rfind(|answer| answer.target == Side::Cloudflare && answer.status.is_some());
    let who = match last.map(|answer| answer.layer) {
        Some(Layer::Cloudflare) => "Cloudflare",
        Some(Layer::Provider) => "The provider",
        _ => "The other side",
    };
    let status = last
        .and_then(|answer| answer.status)
        .map_or(String::new(), |status| format!(" {status}"));
    let code = last.and_then(|answer| answer.code.as_deref());
    let meaning = code.and_then(hearsay);
    let bare = last.is_some_and(|answer| answer.meaning == CloudflareAnswer::BareTrouble.meaning());
    let title = match (code, meaning) {
        (Some(code), Some((means, _))) => format!("{who} answered{status} with code {code}: {means}"),
        (Some(code), None) if code.parse::<u32>().is_ok() => {
            format!("{who} answered{status} with code {code}, which is not known here")
        }
        // The name of a kind of errors: what is meant by it in this answer is what is not known.
        (Some(code), None) => format!("{who} answered{status} with code {code}, in a way that is not known here"),
        (None, _) if bare => format!("{who} answered{status} without saying who is busy or in trouble"),
        (None, _) => format!("{who} answered{status} in a way that is not known here"),
    };
    let more = match meaning {
        Some((_, seen)) => format!(" {seen}"),
        None if bare => {
            retry(case).unwrap_or_else(|| " Such an answer mostly passes by itself: retry in a few minutes.".to_owned())
        }
        None => String::new(),
    };
    let id = case.cloudflare_fact("provider").unwrap_or("cloudflare-ai-gateway");
    let found = answer_finding(case, &CHECK, CHECK.severity, title)
        .subject(format!("models.providers.{id}"))
        .detail(format!(
            "Whether the model calls of {} pass was not found out.{more}",
            case.gateway_name()
        ));
    if bare {
        return found.fix("Wait and ask again.", ["%doctor% ping"]);
    }
    found.fix(
            "Make one real model call (it may cost a fraction of a cent); the AI Gateway's log in the dashboard shows the same \
             request from Cloudflare's side.",
            [case.model_call()],
        )
}
