//! `gateway-remote-unreachable`: the Gateway on another machine does not answer.

use super::gateway_origin::{URL, address_subject, at_address, take_out, variable};
use super::gateway_secrets::is_local;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::cloudflare::cf_common::gateway_answer_finding;
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Side;
use crate::ping::verdict::Word;

pub(crate) const CHECK: Check = Check {
    id: "gateway-remote-unreachable",
    title: "the remote Gateway answers",
    group: Group::Gateway,
    severity: Severity::Warning,
    needs: &[Need::GatewayPing],
    causes: &[],
    docs: "Clients here look for the Gateway on another machine (gateway.mode remote, or OPENCLAW_GATEWAY_URL), and it does \
not answer: the name does not resolve, the connection is refused or dropped, its certificate is not accepted, or a page of \
an edge in front of it answers: a login of Cloudflare Access, a firewall, a name or tunnel that does not resolve. Where such a \
page answers and gateway.remote.edgeAuth is given, the doctor asks again with its headers, over TLS and at that address alone.\n\n\
Fix: bring up the way there (VPN, SSH tunnel, Tailscale), or correct the URL.",
    run,
};

/// The URL that a variable of the shell gives, where it names this machine, or a Gateway is meant to run here.
fn of_shell<'a>(case: &CheckContext<'a>) -> Option<&'a str> {
    let shell = case.snapshot.views.shell.get()?;
    let from_shell = shell
        .find("OPENCLAW_GATEWAY_URL")
        .seen()
        .is_some_and(|binding| !binding.value.is_blank());
    let answer = case
        .snapshot
        .pings
        .answers
        .iter()
        .find(|one| one.target == Side::Gateway)?;
    let (_, rest) = answer.url.split_once("://")?;
    let authority = rest.split('/').next()?;
    let loopback = ["127.", "localhost", "[::1]"]
        .iter()
        .any(|head| authority.starts_with(head));
    (from_shell && (loopback || case.has_daemon())).then_some(authority)
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(word) = case.gateway().filter(|_| !is_local(case)) else {
        return Vec::new();
    };
    let edge_auth = case.gateway_fact("edge_auth");
    // Clients give up before they connect.
    match edge_auth {
        Some("not-wss") => return vec![edge_in_the_clear(case)],
        Some("empty") => return vec![edge_empty(case)],
        _ => {}
    }
    let what = match word {
        Word::Access => return vec![access(case, edge_auth)],
        Word::EdgePage | Word::EdgeName => edge(case),
        Word::BadAddress => "its address or fingerprint cannot be used".to_owned(),
        Word::Dns => "its name does not resolve".to_owned(),
        Word::Refused | Word::NothingListening => "it refuses the connection".to_owned(),
        Word::Unreachable => "no route leads to it".to_owned(),
        Word::Timeout => "it does not answer in time".to_owned(),
        Word::ConnectionLost => "the connection is cut before an answer".to_owned(),
        Word::TlsUnknownIssuer | Word::TlsWrongName | Word::TlsExpired | Word::TlsNotYetValid | Word::TlsOther => {
            "its certificate is not accepted".to_owned()
        }
        Word::Foreign => "another program answers there".to_owned(),
        _ => return Vec::new(),
    };
    let more = match word {
        Word::BadAddress => case
            .gateway_fact("why_not_tried")
            .map_or(String::new(), |why| format!(" {why}.")),
        _ => String::new(),
    };
    if let Some(url) = of_shell(case) {
        let (take, commands) = take_out(case, URL);
        return vec![
            gateway_answer_finding(
                case,
                &CHECK,
                Severity::Error,
                format!("{URL} leads commands here to {url}, and {what}"),
            )
            .subject(address_subject(case))
            .detail("It wins over the config, so no command of this shell reaches the Gateway of this machine.")
            .fix(format!("{take}."), commands),
        ];
    }
    let (text, commands) = way_out(case, word);
    vec![
        started(case, format!("The remote Gateway does not answer: {what}"))
            .detail(format!(
                "Clients here use it instead of a Gateway on this machine, so none of them can connect.{more}"
            ))
            .fix(text, commands),
    ]
}

fn started(case: &CheckContext<'_>, title: String) -> Finding {
    let finding = gateway_answer_finding(case, &CHECK, CHECK.severity, title).subject(address_subject(case));
    at_address(case, finding)
}

/// What a page in front of it is, by its own marks.
fn edge(case: &CheckContext<'_>) -> String {
    let code = case
        .gateway_fact("code")
        .map_or(String::new(), |code| format!(" (error code {code})"));
    match case.gateway_fact("edge") {
        Some("firewall") => "a firewall or challenge page of Cloudflare answers in its place".to_owned(),
        Some("name") if code.contains("1033") => format!("Cloudflare has no connection to its tunnel{code}"),
        Some("name") => format!("the name or tunnel behind Cloudflare does not resolve{code}"),
        Some("rate") => format!("a rate limit of Cloudflare's is reached{code}"),
        Some("failing") => "Cloudflare's edge answers and reaches nothing behind it".to_owned(),
        Some(_) => format!("an error page of Cloudflare answers in its place{code}"),
        None => "a page in front of it answers in its place".to_owned(),
    }
}

fn way_out(case: &CheckContext<'_>, word: Word) -> (String, Vec<String>) {
    let by_variable = variable(case, URL).is_some();
    let text = match (word, case.gateway_fact("edge")) {
        (_, Some("firewall")) => "Let a rule of the zone pass these clients",
        (_, Some("name")) => "Start the tunnel (cloudflared) again, or correct the DNS record at Cloudflare",
        (_, Some("rate")) => "Wait a minute, then ask again; or raise the limit of the zone",
        (_, Some("failing")) => "Start the Gateway behind it, and look at the status of Cloudflare",
        _ => "Bring up the way there (VPN, SSH tunnel, Tailscale), or correct the URL",
    };
    if !by_variable {
        return (
            format!("{text}."),
            vec![case.commands().openclaw("config get gateway.remote.url")],
        );
    }
    let (take, commands) = take_out(case, URL);
    let there = take.strip_prefix("Take ").unwrap_or(&take);
    (
        format!("{text}. If you mean the Gateway of your config, take {there}."),
        commands,
    )
}

fn access(case: &CheckContext<'_>, edge_auth: Option<&str>) -> Finding {
    if edge_auth == Some("refused") {
        let title = "Cloudflare Access in front of the remote Gateway refuses the service token of clients".to_owned();
        return gateway_answer_finding(case, &CHECK, CHECK.severity, title)
            .subject("gateway.remote.edgeAuth")
            .detail(
                "It expired, was revoked, is of another team, or no policy of the action Service Auth names it. None of the \
                 clients here can connect. The Gateway's own token was not judged.",
            )
            .fix(
                "Renew the service token in Zero Trust (Access > Service auth), or add it to a policy of the action Service \
                 Auth; put the new values where gateway.remote.edgeAuth gets them from.",
                [case.commands().openclaw("config get gateway.remote.edgeAuth")],
            );
    }
    if edge_auth.is_some() {
        let title =
            "Cloudflare Access protects the remote Gateway; the doctor asked without its service token".to_owned();
        let finding = gateway_answer_finding(case, &CHECK, Severity::Info, title).subject("gateway.remote.edgeAuth");
        return finding
            .detail("Clients send the headers of gateway.remote.edgeAuth. Nothing behind Access was looked at.")
            .fix(
                "To test it, let OpenClaw's own client connect.",
                [case.commands().openclaw("gateway status")],
            );
    }
    let set = |name: &str, value: &str| case.config_set(&format!("gateway.remote.edgeAuth.{name}"), value);
    let finding = started(case, "Cloudflare Access asks for a login in front of the remote Gateway".to_owned())
        .detail(
            "Clients here cannot log in there, so none of them can connect. It is neither a captive portal nor a firewall, and \
             says nothing about the Gateway's token. gateway.remote.edgeAuth names the headers of a service token; it is sent \
             to the wss:// address of gateway.remote.url alone.",
        );
    // OpenClaw sends the service token nowhere else.
    if variable(case, URL).is_some() {
        let (take, commands) = take_out(case, URL);
        let text = format!("{take}, and name the address in gateway.remote.url: a service token goes there alone.");
        return finding.fix(text, commands);
    }
    let mut answers = case.snapshot.pings.answers.iter();
    if answers.any(|answer| answer.target == Side::Gateway && answer.url.starts_with("http:")) {
        return finding.fix(
            "Write wss:// in place of ws:// into gateway.remote.url first: a service token goes over TLS alone.",
            [case.commands().openclaw("config get gateway.remote.url")],
        );
    }
    finding.fix(
        "Create a service token in Zero Trust with a policy of the action Service Auth, and let clients send it.",
        [
            case.put_in_dotenv("CF_ACCESS_CLIENT_ID"),
            case.put_in_dotenv("CF_ACCESS_CLIENT_SECRET"),
            set("CF-Access-Client-Id", "${CF_ACCESS_CLIENT_ID}"),
            set("CF-Access-Client-Secret", "${CF_ACCESS_CLIENT_SECRET}"),
        ],
    )
}

fn edge_empty(case: &CheckContext<'_>) -> Finding {
    gateway_answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        "Clients cannot use the remote Gateway: a header of gateway.remote.edgeAuth has no value".to_owned(),
    )
    .subject("gateway.remote.edgeAuth")
    .detail("Clients end with an error before they connect where one of these headers is empty, or refers to what is not set.")
    .fix(
        "Give the header its value: set the variable that it refers to, or correct the reference.",
        [case.commands().openclaw("config get gateway.remote.edgeAuth")],
    )
}

fn edge_in_the_clear(case: &CheckContext<'_>) -> Finding {
    gateway_answer_finding(
        case,
        &CHECK,
        CHECK.severity,
        "Clients cannot use the remote Gateway: gateway.remote.edgeAuth needs a wss:// address".to_owned(),
    )
    .subject("gateway.remote.url")
    .detail("Clients send the headers of gateway.remote.edgeAuth over TLS alone, and end with an error for any other address.")
    .fix(
        "Use wss:// in gateway.remote.url, or take gateway.remote.edgeAuth out where nothing in front of the Gateway wants it.",
        [case.commands().openclaw("config get gateway.remote.url")],
    )
}
