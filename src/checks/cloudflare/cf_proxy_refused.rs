//! `cf-proxy-refused`: the proxy of the Gateway's environment lets nothing through.

use super::cf_common::answer_finding;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::checks::service::service_common::{edit, take_out};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Binding;
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
        .fix_by(repair(case, own, set));
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

/// How the proxy is taken out of the place from which the Gateway has it.
fn repair(case: &CheckContext<'_>, own: Option<&str>, set: Option<&Binding>) -> (String, Vec<String>) {
    let restart = case.commands().restart();
    if own == Some("proxy.proxyUrl") {
        let path = crate::resolve::gateway_trace(case.snapshot).map(|trace| case.tilde(&trace.config_path));
        let open = path.map(|path| edit(&path));
        return (
            "Correct proxy.proxyUrl in the config, or remove it, and restart.".to_owned(),
            open.into_iter().chain([restart]).collect(),
        );
    }
    let Some(binding) = set else {
        return (
            "Correct the proxy where the Gateway gets it from, or remove it there, and restart.".to_owned(),
            vec![restart],
        );
    };
    let file = binding
        .place
        .as_ref()
        .map(|place| case.tilde(&place.path))
        .unwrap_or_default();
    let (how, mut commands) = take_out(case, &binding.name, binding.source, &file);
    if !commands.contains(&restart) {
        commands.push(restart);
    }
    (
        format!("If no proxy is needed: {how}, and restart. Otherwise correct its address there."),
        commands,
    )
}

/// The variable that names the proxy: lower case first, as Node's own rule has it.
fn variable<'a>(case: &CheckContext<'a>, own: Option<&str>) -> Option<&'a Binding> {
    let trace = crate::resolve::gateway_trace(case.snapshot)?;
    if let Some(name) = own {
        return trace.find(name).seen();
    }
    ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"]
        .into_iter()
        .find_map(|name| trace.find(name).seen())
}
