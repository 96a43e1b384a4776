//! `cf-tls-untrusted`: the Gateway's Node does not trust the certificate shown.

use super::cf_common::{answer_finding, probe_command};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Source;
use crate::ping::verdict::Word;

pub(crate) const CHECK: Check = Check {
    id: "cf-tls-untrusted",
    title: "the Gateway trusts the AI Gateway's certificate",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflarePing],
    causes: &[],
    docs: "The certificate that answers for the AI Gateway is signed by nobody whom the Gateway's Node trusts. Node brings its \
own list of authorities and does not look at the system's: where a company inspects TLS, curl works and OpenClaw says \
\"Connection error\".\n\nFix: name the authority's file in NODE_EXTRA_CA_CERTS of the service. Node reads it when the \
process starts, so in a `.env` it comes too late.",
    run,
};

/// The variable with Node's further authorities.
const NAME: &str = "NODE_EXTRA_CA_CERTS";

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ Word::TlsUnknownIssuer) => vec![found(case, word)],
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, _: Word) -> Finding {
    let system = case.cloudflare_fact("system_trust") == Some("yes");
    let title = match system {
        true => "This system trusts the certificate shown for the AI Gateway, the Gateway's Node does not",
        false => "Nobody whom the Gateway trusts signed the certificate shown for the AI Gateway",
    };
    let who = match system {
        true => "An authority of this system signed it, as companies do that inspect TLS.",
        false => "It is TLS inspection, a private authority, or somebody in between; no credential was sent.",
    };
    let finding = answer_finding(case, &CHECK, CHECK.severity, title.to_owned());
    // A file of authorities that a line names is where it went wrong before.
    let named = crate::resolve::gateway_trace(case.snapshot)
        .and_then(|trace| trace.find(NAME).seen())
        .filter(|binding| !binding.value.is_blank());
    let finding = match named {
        Some(binding) => finding.at(
            binding.place.as_ref(),
            format!("{NAME} is set here; the file it names is missing, or has another authority"),
        ),
        None => finding,
    };
    let open = named
        .filter(|binding| matches!(binding.source, Source::Unit | Source::DropIn | Source::EnvironmentFile))
        .and_then(|binding| binding.place.as_ref())
        .map(|place| case.edit_at(place));
    let commands: Vec<String> = match open {
        Some(open) => [open].into_iter().chain(case.daemon_reload()).collect(),
        None => vec![probe_command(case)],
    };
    finding
        .detail(format!(
            "{who} Node has its own list of authorities, so the model calls of {} fail with \"Connection error\".",
            case.gateway_name()
        ))
        .fix(
            "If the authority is your company's: set NODE_EXTRA_CA_CERTS to its PEM file in the service definition \
             (not in a .env: Node reads it only when the process starts) and restart.",
            commands.into_iter().chain([case.commands().restart()]),
        )
}
