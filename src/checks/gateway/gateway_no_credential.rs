//! `gateway-no-credential`: clients here have nothing to authenticate with.

use super::gateway_origin::{URL, address_subject, hand_over, variable};
use super::gateway_secrets::{is_local, of_daemon};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::cloudflare::cf_common::gateway_answer_finding;
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{CredentialField, Side};
use crate::ping::target::Base;
use crate::ping::verdict::{Reach, Word};
use crate::remedy::account;

pub(crate) const CHECK: Check = Check {
    id: "gateway-no-credential",
    title: "clients here have the Gateway's credential",
    group: Group::Gateway,
    severity: Severity::Warning,
    needs: &[Need::GatewayAnswer(Reach::Found)],
    causes: &[],
    docs: "The Gateway asks for a credential, and a client started from this shell finds none: not in gateway.auth, not in \
OPENCLAW_GATEWAY_TOKEN or OPENCLAW_GATEWAY_PASSWORD, not in gateway.remote. Such a client is closed with code 1008. A secret \
reference that leads to a command, or to what this user may not read, is resolved by OpenClaw alone; the doctor then asks \
without it, says so, and takes a token for this one check from OPENCLAW_GATEWAY_TOKEN.\n\n\
Fix: let the config name the token, or export it where the client runs.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let word = case.gateway();
    let unresolved = case.gateway_fact("unresolved");
    let without = case.gateway_fact("clients_have") == Some("no") && word == Some(Word::Healthy);
    let withheld = case.gateway_fact("withheld").is_some();
    let listener = case
        .gateway_fact("listener")
        .filter(|_| matches!(word, Some(Word::NoCredential | Word::NoCredentialOldRelease)));
    if let Some(listener) = listener {
        return vec![not_sent(case, listener)];
    }
    match (word, unresolved) {
        (Some(Word::NoCredential), _) if withheld => vec![counts(case)],
        (Some(Word::NoCredential), Some(names)) => vec![elsewhere(case, names)],
        (Some(Word::ProxyAuthOnly), _) => vec![by_proxy(case)],
        (Some(Word::PlainHttpRemote), _) => vec![in_the_clear(case)],
        (Some(Word::NoCredential), None) => vec![none(case)],
        _ if without => vec![none(case)],
        _ => Vec::new(),
    }
}

fn none(case: &CheckContext<'_>) -> Finding {
    if !is_local(case) {
        return none_for_another(case);
    }
    if let Some(whose) = whose(case) {
        return none_of_theirs(case, &whose);
    }
    let finding = gateway_answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        "The Gateway asks for a credential, and clients of this shell have none".to_owned(),
    )
    .subject("gateway.auth.token")
    .detail("They are closed with code 1008 (unauthorized: gateway token missing).");
    // The Gateway has one, in a config that clients of this shell do not look at: another one would shut out whoever has it.
    let from_here = case.commands().find_from_here();
    if let Some(held) = of_daemon(case).filter(|_| !from_here.is_empty()) {
        return finding
            .at(held.place.as_ref(), format!("the Gateway: {}", held.words(case)))
            .fix(
                "Let this shell find the config of the Gateway, which has it.",
                from_here,
            );
    }
    // A reference stays: a token in its place would be a second one, and in plain text.
    if refers(case) {
        let get = case.commands().openclaw("config get gateway.auth");
        return finding.fix("Put the token back where gateway.auth refers to, and restart.", [get]);
    }
    finding.fix(
        "Let config and Gateway use one token: keep it in the config, where both read it, and restart.",
        [
            case.commands()
                .openclaw("config set gateway.auth.token \"$(openssl rand -hex 32)\""),
            case.commands().restart(),
        ],
    )
}

/// Whether the config names a place for the token, which has none now.
fn refers(case: &CheckContext<'_>) -> bool {
    let views = &case.snapshot.views;
    let traces = [views.shell.get(), views.next_start.get(), views.running.get()];
    let gateways = traces.into_iter().flatten().map(|trace| &trace.config.gateway);
    let fields = gateways
        .flat_map(|gateway| [&gateway.token, &gateway.password])
        .flatten();
    fields
        .map(|field| &field.value)
        .any(|value| !matches!(value, CredentialField::Literal { .. }))
}

/// Says whose the Gateway is, where that is not the asker or cannot be seen: a new token would be known to nobody there.
fn whose(case: &CheckContext<'_>) -> Option<String> {
    if let Some(account) = account::of_gateway(case.snapshot) {
        return Some(account.name.to_owned());
    }
    if case.process().is_some_and(|process| process.container.is_some()) {
        return None;
    }
    let own = case.process().is_some() || case.service().is_some();
    (!own).then(|| "somebody else, or runs in a container".to_owned())
}

fn none_of_theirs(case: &CheckContext<'_>, whose: &str) -> Finding {
    gateway_answer_finding(
        case,
        &CHECK,
        Severity::Info,
        "The Gateway asks for a credential, and clients of this shell have none".to_owned(),
    )
    .subject("gateway.auth.token")
    .detail(format!(
        "The Gateway belongs to {whose}. Its token is in the config it was started with; clients of this shell need one only if \
         they are to use it."
    ))
    .fix(
        "Take the token from there, and hand it over for one check; then give it to the clients.",
        [hand_over("OPENCLAW_GATEWAY_TOKEN")],
    )
}

/// Another machine's Gateway was asked: its token is not made here.
fn none_for_another(case: &CheckContext<'_>) -> Finding {
    let subject = address_subject(case);
    let whence = match variable(case, URL) {
        Some(_) => format!("{URL} of this shell names that Gateway"),
        None => format!("{subject} names that Gateway"),
    };
    gateway_answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        "The Gateway asks for a credential, and clients of this shell have none".to_owned(),
    )
    .subject(subject)
    .detail("They are closed with code 1008 (unauthorized: gateway token missing).")
    .seen(whence)
    .fix(
        "Take the token from the machine of that Gateway, and hand it over for one check; then give it to the clients.",
        [hand_over("OPENCLAW_GATEWAY_TOKEN")],
    )
}

fn elsewhere(case: &CheckContext<'_>, names: &str) -> Finding {
    let by_password = matches!(case.gateway_fact("expected_auth"), Some("password" | "trusted-proxy"));
    let name = match by_password {
        true => "OPENCLAW_GATEWAY_PASSWORD",
        false => "OPENCLAW_GATEWAY_TOKEN",
    };
    gateway_answer_finding(
        case,
        &CHECK,
        Severity::Info,
        "The Gateway was asked without a credential".to_owned(),
    )
    .detail(format!(
        "Clients may have it all the same: {names} could not be resolved here, and the doctor runs no command for it."
    ))
    .fix(
        "Hand it over for one check; or let OpenClaw's own client tell whether it is accepted.",
        [hand_over(name), case.commands().openclaw("gateway status")],
    )
}

/// The credential was there, and the listener was not known to be the Gateway's.
fn not_sent(case: &CheckContext<'_>, listener: &str) -> Finding {
    // The port that was asked, which need not be that of the config here.
    let asked = case
        .snapshot
        .pings
        .answers
        .iter()
        .find(|one| one.target == Side::Gateway);
    let asked = asked.and_then(|one| Base::parse(&one.url).ok()).map(|base| base.port);
    let port = asked
        .or(case.snapshot.processes.port)
        .map_or("the Gateway's port".to_owned(), |port| format!("port {port}"));
    let user = case.gateway_fact("listener_user").unwrap_or("another user");
    let (severity, title, detail) = match listener {
        "stranger" => (
            CHECK.severity,
            format!("No credential was sent to {port}: its listener belongs to user {user}"),
            "The Gateway should run as you, as root or as its service's account. A process of another user could keep \
             the token.",
        ),
        _ => (
            Severity::Info,
            format!("No credential was sent to {port}: whose process listens there could not be found out"),
            "The listener is outside of what this system shows, such as in a container or behind a forwarded port.",
        ),
    };
    gateway_answer_finding(case, &CHECK, severity, title)
        .subject("gateway.port")
        .detail(detail)
        .fix(
            "See who listens. If it is your Gateway, OpenClaw's own client tells whether the credential is accepted.",
            ["sudo ss -ltnp".to_owned(), case.commands().openclaw("gateway status")],
        )
}

fn counts(case: &CheckContext<'_>) -> Finding {
    gateway_answer_finding(case, &CHECK, Severity::Info, "The Gateway was asked without a credential".to_owned())
        .subject("gateway.auth")
        .detail(
            "The config was edited after the Gateway started, so the Gateway may have another one; and with \
             gateway.auth.rateLimit.exemptLoopback false a refused credential counts towards a lock-out of every client here.",
        )
        .fix("Restart the Gateway, so that both have the config of today; then ask again.", [case.commands().restart()])
        .confirm("%doctor% ping")
}

fn by_proxy(case: &CheckContext<'_>) -> Finding {
    gateway_answer_finding(
        case,
        &CHECK,
        Severity::Info,
        "The Gateway cannot be asked with a credential from here".to_owned(),
    )
    .subject("gateway.auth.mode")
    .detail("With auth mode trusted-proxy it takes its callers' identity from the proxy and has no local credential.")
}

fn in_the_clear(case: &CheckContext<'_>) -> Finding {
    gateway_answer_finding(case, &CHECK, CHECK.severity, "The way to the remote Gateway is not encrypted, so no credential was sent".to_owned())
        .subject(address_subject(case))
        .detail("Clients refuse plain ws:// to public hosts for the same reason; in a private network they send the token in the clear.")
        .fix(format!("Use wss:// in {}, or an SSH tunnel to 127.0.0.1.", address_subject(case)), ["ssh -N -L 18789:127.0.0.1:18789 user@gateway-host"])
}
