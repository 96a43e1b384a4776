//! `cf-proxy-refused`: the proxy of the Gateway's environment lets nothing through.

use super::cf_common::answer_finding;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::Word;

pub(crate) const CHECK: Check = Check {
    id: "cf-proxy-refused",
    title: "the Gateway's proxy lets requests through",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflarePing],
    causes: &[],
    docs: "The Gateway's environment names a proxy (HTTPS_PROXY, or HTTP_PROXY in its place), or OpenClaw's own setting does \
(proxy.proxyUrl, OPENCLAW_PROXY_URL), so every model call goes through it. \
The proxy asks for a login, refuses the connection, or is not there. Your shell may have another proxy or none.\n\nFix: \
correct or remove the variable where the Gateway gets it from, and restart.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ (Word::ProxyAuth407 | Word::ProxyRefused | Word::ProxyDead | Word::ProxyUnusable)) => {
            vec![found(case, word)]
        }
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, word: Word) -> Finding {
    let what = match word {
        Word::ProxyAuth407 => "asks for a login (407)",
        Word::ProxyRefused => "refuses the connection to Cloudflare",
        Word::ProxyDead => "cannot be reached",
        _ => "has an address that cannot be used",
    };
    let own = case.cloudflare_fact("proxy_from");
    let set = variable(case, own);
    let whose = match own {
        Some("proxy.proxyUrl") => "of the config (proxy.proxyUrl)",
        _ => "in the Gateway's environment",
    };
    let mut finding = answer_finding(case, &CHECK, CHECK.severity, format!("The proxy {whose} {what}"))
        .detail(format!(
            "Every model call of {} goes through it, so none reaches Cloudflare.",
            case.gateway_name()
        ))
        .fix(
            "Correct the proxy where the Gateway gets it from, or remove it there, and restart.",
            [case.commands().restart()],
        );
    if own == Some("proxy.proxyUrl") {
        finding = finding.subject("proxy.proxyUrl");
    }
    if let Some(binding) = set {
        finding = finding.subject(binding.name.as_str()).at(
            binding.place.as_ref(),
            format!(
                "{} comes from {}",
                binding.name,
                case.place(binding.place.as_ref(), binding.source)
            ),
        );
    }
    finding
}

/// The variable that names the proxy: lower case first, as Node's own rule has it.
fn variable<'a>(case: &CheckContext<'a>, own: Option<&str>) -> Option<&'a crate::model::snapshot::Binding> {
    let trace = crate::resolve::gateway_trace(case.snapshot)?;
    if let Some(name) = own {
        return trace.find(name).seen();
    }
    ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"]
        .into_iter()
        .find_map(|name| trace.find(name).seen())
}
