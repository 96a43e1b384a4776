//! `cf-gateway-not-found`: no AI Gateway of that id in that account (2001).

use super::cf_common::{answer_finding, base_url_place, field, in_brackets};
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::config::cloudflare::address::{Address, Route};
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-gateway-not-found",
    title: "the AI Gateway of the base URL exists",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Found)],
    causes: &["cf-config-advice"],
    docs: "Cloudflare answers 400 with code 2001, \"Please configure AI Gateway in the Cloudflare dashboard\", where the \
account of the base URL has no gateway of that id. A wrong account id and a typo in the gateway id look the same. The \
gateway `default` comes into being with the first authenticated request; the doctor never makes that one.\n\n\
Fix: compare both ids with the dashboard (AI > AI Gateway) and correct baseUrl.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    if case.cloudflare() != Some(Word::GatewayNotFound) {
        return Vec::new();
    }
    vec![found(case)]
}

fn found(case: &CheckContext<'_>) -> Finding {
    let provider = case.asked_provider();
    let id = provider.map_or("cloudflare-ai-gateway", |provider| provider.id.as_str());
    let url = provider.and_then(|provider| provider.base_url.as_ref());
    let parts = url.and_then(|url| Address::parse(&url.value)).unwrap_or_default();
    // On a domain of one's own the path names what its owner likes.
    let gateway = match parts.route() {
        Route::Gateway(_) => parts.gateway().unwrap_or_default(),
        Route::Rest | Route::Other => "",
    };
    let no_account = case.cloudflare_fact("code") == Some("7003");
    let title = match no_account {
        true => format!(
            "Cloudflare knows no account of the id in the base URL{}",
            in_brackets(case, "code 7003")
        ),
        false if gateway.is_empty() => {
            format!(
                "Cloudflare knows no AI Gateway for the base URL{}",
                in_brackets(case, "code 2001")
            )
        }
        false => format!(
            "Cloudflare knows no AI Gateway `{gateway}` in the account of the base URL{}",
            in_brackets(case, "code 2001")
        ),
    };
    let detail = match no_account {
        true => "The id is that of an account, 32 hex digits; a zone has one of the same form. Keys were not judged."
            .to_owned(),
        false => {
            "A wrong account id and a typo in the gateway id get the same answer. Keys were not judged.".to_owned()
        }
    };
    if gateway == "default" && !no_account {
        return answer_finding(
            case,
            &CHECK,
            Severity::Warning,
            format!("The AI Gateway `default` is not there yet{}", in_brackets(case, "code 2001")),
        )
        .subject(url.map_or(field(id, "baseUrl"), |url| url.path.clone()))
        .detail(
            "It comes into being with the first authenticated model call, which the doctor does not make. A wrong account id \
             gets the same answer. Keys were not judged.",
        )
        .fix(
            "Make one model call (it may cost a fraction of a cent). If the same answer comes again, compare the account id \
             with the dashboard.",
            [case.model_call()],
        );
    }
    // The ids are not known here, so the line is opened instead of set.
    let change = match provider.and_then(base_url_place) {
        Some(place) => case.edit_at(place),
        None => case
            .commands()
            .openclaw(&format!("config get {}", shell_quote(&field(id, "baseUrl")))),
    };
    answer_finding(case, &CHECK, CHECK.severity, title)
        .subject(url.map_or(field(id, "baseUrl"), |url| url.path.clone()))
        .detail(detail)
        .at(
            provider.and_then(base_url_place),
            match no_account {
                true => "baseUrl names the account".to_owned(),
                false if gateway.is_empty() => "baseUrl".to_owned(),
                false => format!("baseUrl names the gateway `{gateway}`"),
            },
        )
        .fix(
            "Compare account id and gateway id with the dashboard (AI > AI Gateway), correct baseUrl and restart.",
            [change, case.commands().restart()],
        )
}
