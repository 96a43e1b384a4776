//! `cf-base-url-malformed`: the base URL of an AI Gateway is not of the form that works.

use super::cf_common::{answer_finding, field, issue_finding, notes, with_answers};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::config::cloudflare::address::{Address, HOST, REST_HOST, Route};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Located, ProviderConfig, Side};
use crate::ping::verdict::Word;
use crate::resolve;
use crate::secret::public::WITHHELD;

use crate::config::cloudflare::faults::{Fault, is_anthropic, judge};
use crate::config::references;

pub(crate) const CHECK: Check = Check {
    id: "cf-base-url-malformed",
    title: "base URLs of AI Gateways have the right form",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::Config],
    causes: &[
        "cf-gateway-not-found",
        "cf-dns-failed",
        "cf-tls-invalid",
        "cf-key-not-proved",
        "cf-answer-not-understood",
    ],
    docs: "The base URL of an AI Gateway is https://gateway.ai.cloudflare.com/v1/<account id>/<gateway id>/anthropic. OpenClaw \
appends /v1/messages itself. Placeholders of the documentation, a missing provider segment, the whole endpoint instead of \
the base, another host of Cloudflare, or an account id that is no 32 hex digits lead to 400, 404 or to a name that does \
not resolve.\n\n\
Fix: openclaw config set models.providers.cloudflare-ai-gateway.baseUrl \
https://gateway.ai.cloudflare.com/v1/<account id>/<gateway id>/anthropic",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for provider in &config.providers {
        // A reference without a value is the subject of another check.
        let Some(url) = provider
            .base_url
            .as_ref()
            .filter(|url| references(&url.value).is_empty())
        else {
            continue;
        };
        // An address of which a part is withheld was judged when the config was read, and is told below.
        let whole = !url.value.contains(WITHHELD);
        let asked = case.cloudflare_fact("provider") == Some(provider.id.as_str());
        if asked && proved(case) {
            continue;
        }
        let in_the_clear = asked && case.cloudflare() == Some(Word::PlainHttpRemote);
        let path_wrong = asked && case.cloudflare() == Some(Word::ProviderPathWrong);
        let wrong = judge(&provider.id, &url.value, provider.api.as_deref()).filter(|_| whole);
        if let Some(wrong) = wrong {
            found.push(about(case, provider, url, &wrong));
        } else if in_the_clear {
            let clear = about(case, provider, url, &Fault::in_the_clear(&url.value));
            found.push(with_answers(case, clear, Side::Cloudflare));
        } else if path_wrong {
            let refused = about(
                case,
                provider,
                url,
                &Fault::refused(&provider.id, &url.value, provider.api.as_deref()),
            );
            found.push(with_answers(case, refused, Side::Cloudflare));
        }
    }
    let good = proved(case);
    let asked = case.cloudflare_fact("provider").map(|id| field(id, "baseUrl"));
    for issue in notes(case, CHECK.id, &found) {
        if !(good && asked.as_deref() == Some(issue.path.as_str())) {
            found.push(issue_finding(case, &CHECK, CHECK.severity, issue));
        }
    }
    found.extend(of_model(case, &found));
    found
}

/// The address of the model that was asked for, where it is one of its own.
fn of_model(case: &CheckContext<'_>, told: &[Finding]) -> Option<Finding> {
    let why = case.cloudflare_fact("wrong_address")?;
    let provider = case.asked_provider()?;
    let path = field(&provider.id, "baseUrl");
    let known = told.iter().any(|finding| finding.subject.as_ref() == Some(&path));
    (!known).then(|| {
        let start = answer_finding(
            case,
            &CHECK,
            CHECK.severity,
            format!("A model of {} has a baseUrl of its own that cannot work", provider.id),
        );
        let change = provider.place.as_ref().map(|place| case.edit_at(place));
        start
            .subject(field(&provider.id, "models"))
            .detail(format!("{why} The doctor sent no credential there."))
            .at(provider.place.as_ref(), format!("models.providers.{}", provider.id))
            .fix(
                "Remove baseUrl from the model, so that the provider's own counts, and restart.",
                change.into_iter().chain([case.commands().restart()]),
            )
    })
}

/// Whether an answer proves the address. At the API of an account the doctor asks elsewhere than model calls go.
fn proved(case: &CheckContext<'_>) -> bool {
    case.cloudflare().is_some_and(Word::is_good) && !case.asks_account_api()
}

/// The form that the address of such a provider has.
fn form(provider: &ProviderConfig, url: &str) -> String {
    let anthropic = is_anthropic(&provider.id, provider.api.as_deref());
    let end = if anthropic { "/v1/messages" } else { "the endpoint" };
    let address = Address::parse(url);
    if address.is_some_and(|address| address.route() == Route::Rest || address.is_api_host()) {
        return format!(
            "https://{REST_HOST}/client/v4/accounts/<account id>/ai/v1; OpenClaw appends the endpoint itself"
        );
    }
    let segment = if anthropic { "anthropic" } else { "<provider>" };
    format!("https://{HOST}/v1/<account id>/<gateway id>/{segment}; OpenClaw appends {end} itself")
}

fn about(case: &CheckContext<'_>, provider: &ProviderConfig, url: &Located<String>, wrong: &Fault) -> Finding {
    let path = field(&provider.id, "baseUrl");
    if let Some(api) = wrong.api {
        return finding(CHECK.id, CHECK.severity, format!("{path} {}", wrong.what))
            .subject(path.clone())
            .detail(format!(
                "{} Address and key are those of one provider; the api is another's.",
                wrong.why
            ))
            .at(url.place.as_ref(), format!("baseUrl: {}", url.value))
            .fix(
                format!("Set api to {api}, which this address answers, and restart."),
                [
                    case.config_set(&field(&provider.id, "api"), api),
                    case.commands().restart(),
                ],
            );
    }
    // What is not known is written in an editor, beside what the line has now.
    let open = wrong.corrected.contains('<') || wrong.corrected.contains(WITHHELD);
    let change = match (open, &url.place) {
        (true, Some(place)) => case.edit_at(place),
        _ => case.config_set(&path, &wrong.corrected),
    };
    finding(CHECK.id, CHECK.severity, format!("{path} {}", wrong.what))
        .subject(path.clone())
        .detail(format!("{} The form is {}.", wrong.why, form(provider, &url.value)))
        .at(url.place.as_ref(), format!("baseUrl: {}", url.value))
        .fix(
            format!("Use {} and restart.", wrong.corrected),
            [change, case.commands().restart()],
        )
}
