//! `gateway-remote-unreachable`: the Gateway on another machine does not answer.

use super::gateway_secrets::is_local;
use crate::checks::check::{Case, Check, Group, Need};
use crate::checks::cloudflare::cf_common::gateway_told;
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
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
an edge in front of it answers.\n\n\
Fix: bring up the way there (VPN, SSH tunnel, Tailscale), or correct the URL.",
    run,
};

fn run(case: &Case<'_>) -> Vec<Finding> {
    let Some(word) = case.gateway().filter(|_| !is_local(case)) else {
        return Vec::new();
    };
    let what = match word {
        Word::BadAddress => "its address or fingerprint cannot be used",
        Word::Dns => "its name does not resolve",
        Word::Refused | Word::NothingListening => "it refuses the connection",
        Word::Unreachable => "no route leads to it",
        Word::Timeout => "it does not answer in time",
        Word::ConnectionLost => "the connection is cut before an answer",
        Word::TlsUnknownIssuer | Word::TlsWrongName | Word::TlsExpired | Word::TlsNotYetValid | Word::TlsOther => {
            "its certificate is not accepted"
        }
        Word::EdgePage => "a page in front of it answers in its place",
        Word::Foreign => "another program answers there",
        _ => return Vec::new(),
    };
    let more = match word {
        Word::BadAddress => case
            .gateway_fact("why_not_tried")
            .map_or(String::new(), |why| format!(" {why}.")),
        _ => String::new(),
    };
    let edge = match word {
        Word::EdgePage => {
            " Where gateway.remote.edgeAuth is configured, such a page is expected: the doctor does not resolve it."
        }
        _ => "",
    };
    vec![
        gateway_told(
            case,
            &CHECK,
            CHECK.severity,
            format!("The remote Gateway does not answer: {what}"),
        )
        .subject("gateway.remote.url")
        .detail(format!(
            "Clients here use it instead of a Gateway on this machine, so none of them can connect.{more}{edge}"
        ))
        .fix(
            "Bring up the way there (VPN, SSH tunnel, Tailscale), or correct the URL.",
            [case.commands().openclaw("config get gateway.remote.url")],
        ),
    ]
}
