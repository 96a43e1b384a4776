//! `cf-access-login`: Cloudflare Access answers in place of the AI Gateway.

use super::cf_common::answer_finding;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-access-login",
    title: "no login of Cloudflare Access is in front of the AI Gateway",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Nobody)],
    causes: &[],
    docs: "The address is protected by Cloudflare Access: a redirect to cloudflareaccess.com or its 403 page. A program cannot \
log in there; it needs a service token, sent as CF-Access-Client-Id and CF-Access-Client-Secret, or a policy that lets it \
through. Where the provider's headers have one, the doctor asks again with it alone. This is neither a captive portal nor a firewall. The doctor follows no redirect and sends no credential on.\n\n\
Fix: add both headers of a service token to the provider's headers, or a bypass policy for the path.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(Word::Access) => vec![found(case)],
        _ => Vec::new(),
    }
}

/// Access knows the service token no more, or no policy lets it pass.
fn token_refused(case: &CheckContext<'_>, id: &str, host: &str) -> Finding {
    answer_finding(case, &CHECK, CHECK.severity, format!("Cloudflare Access at {host} refuses the service token that is sent"))
        .subject(format!("models.providers.{id}.headers"))
        .detail(format!(
            "It expired, was revoked, is of another team, or no policy of the action Service Auth names it. The model calls of \
             {} end at the same page.",
            case.gateway_name()
        ))
        .fix(
            "Renew the service token in Zero Trust (Access > Service auth), or add it to a policy of the action Service Auth; \
             put the new values where the headers get them from, and restart.",
            [case.commands().restart()],
        )
}

fn found(case: &CheckContext<'_>) -> Finding {
    let id = case.cloudflare_fact("provider").unwrap_or("cloudflare-ai-gateway");
    let has = |wanted: &str| {
        let provider = case.asked_provider();
        provider.is_some_and(|provider| {
            provider
                .headers
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case(wanted))
        })
    };
    let (id_given, secret_given) = (has("cf-access-client-id"), has("cf-access-client-secret"));
    let host = case.asked_host();
    if case.cloudflare_fact("access") == Some("refused") {
        return token_refused(case, id, host);
    }
    if id_given && secret_given {
        // The service token goes to an encrypted address alone, and only where all credentials are known here.
        return answer_finding(
            case,
            &CHECK,
            Severity::Info,
            format!("Cloudflare Access protects {host}; the doctor asked without its service token"),
        )
        .subject(format!("models.providers.{id}.headers"))
        .detail("A service token is configured and goes out with model calls. Nothing behind Access was looked at.")
        .fix("To test it, make one real model call.", [case.model_call()]);
    }
    let path = |name: &str| format!("models.providers.{id}.headers.{name}");
    let half = match (id_given, secret_given) {
        (true, false) => " Of the service token only CF-Access-Client-Id is sent.",
        (false, true) => " Of the service token only CF-Access-Client-Secret is sent.",
        _ => "",
    };
    let mut commands = Vec::new();
    for (name, variable, given) in [
        ("CF-Access-Client-Id", "CF_ACCESS_CLIENT_ID", id_given),
        ("CF-Access-Client-Secret", "CF_ACCESS_CLIENT_SECRET", secret_given),
    ] {
        if !given {
            commands.push(case.put_in_dotenv(variable));
            commands.push(case.config_set(&path(name), &format!("${{{variable}}}")));
        }
    }
    commands.push(case.commands().restart());
    answer_finding(case, &CHECK, CHECK.severity, format!("Cloudflare Access asks for a login at {host}"))
        .subject(format!("models.providers.{id}.baseUrl"))
        .detail(format!(
            "{} cannot log in there, so its model calls fail before they reach the AI Gateway.{half}",
            case.gateway_name()
        ))
        .fix(
            "Create a service token in Zero Trust and send it along, or let the path pass with a bypass policy; then restart.",
            commands,
        )
}
