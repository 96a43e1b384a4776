//! `config-start-refused`: the config validates, and a Gateway that starts with it ends at once.

use super::config_common::{about, certainty, edit, repair, sentence, start_refusals};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{ConfigIssue, CredentialField, SecretRef};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "config-start-refused",
    title: "the Gateway starts with the settings of its config",
    group: Group::Config,
    severity: Severity::Error,
    needs: &[Need::Config],
    causes: &[
        "service-crash-loop",
        "service-not-running",
        "gateway-silent",
        "gateway-starting",
    ],
    docs: "`openclaw config validate` looks at each setting; some are refused together when the Gateway starts: no secret \
while other machines can reach it, auth.mode password without a password, token and password without a mode, bind custom \
without an address, a config that a newer release wrote, trusted-proxy beside a token, TLS without its files, hooks without their token, a port that only root may listen on, an address \
of another machine, Tailscale without its program. It then ends with \
status 78, or with 1 and is restarted without end.\n\n\
Fix: the command shown, or the line of the config; then start the Gateway.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    start_refusals(case)
        .into_iter()
        .map(|issue| found(case, issue))
        .collect()
}

fn found(case: &CheckContext<'_>, issue: &ConfigIssue) -> Finding {
    let title = format!("The Gateway does not start with this config: {}", issue.message);
    let wrapped = case.service().is_some_and(|service| service.exec.shell_wrapped);
    // What a start refuses was played on the newest release alone.
    let certainty = if wrapped { Certainty::Likely } else { certainty(case) };
    let commands = repair_commands(case, issue)
        .into_iter()
        .chain([case.commands().restart_of_refused()]);
    // Of a variable this is told with what else is known of it.
    let subject = variable_of(case, &issue.path).unwrap_or(&issue.path);
    about(CHECK.id, CHECK.severity, issue, subject, title)
        .certainty(certainty)
        .detail("`openclaw config validate` does not report this: it checks each setting alone, the start checks them together.")
        .fix(
            issue
                .hint
                .as_deref()
                .map_or_else(|| format!("Correct {}.", issue.path), sentence),
            commands,
        )
        .confirm("%doctor% --wait")
}

/// The SecretRef that one of the Gateway's secrets is, `${NAME}` included.
fn reference<'a>(case: &CheckContext<'a>, path: &str) -> Option<&'a SecretRef> {
    let gateway = &resolve::config(case.snapshot)?.gateway;
    let field = match path {
        "gateway.auth.token" => gateway.token.as_ref(),
        "gateway.auth.password" => gateway.password.as_ref(),
        _ => None,
    };
    match &field?.value {
        CredentialField::Ref { secret_ref } => Some(secret_ref),
        CredentialField::Literal { .. } | CredentialField::Unresolved { .. } => None,
    }
}

fn variable_of<'a>(case: &CheckContext<'a>, path: &str) -> Option<&'a str> {
    let found = reference(case, path).filter(|found| found.source == "env");
    found.map(|found| found.id.as_str())
}

/// The commands that mend one refusal, where one is right on every machine; else the place to edit.
fn repair_commands(case: &CheckContext<'_>, issue: &ConfigIssue) -> Vec<String> {
    let mode = resolve::config(case.snapshot).and_then(|config| config.gateway.auth_mode.as_deref());
    let new_secret = |path: &str| {
        case.commands()
            .openclaw(&format!("config set {path} \"$(openssl rand -hex 32)\""))
    };
    // A reference that is not resolved is mended; a new secret in its place would lock everybody out.
    if reference(case, &issue.path).is_some() {
        return vec![edit(case, issue)];
    }
    match (issue.path.as_str(), mode) {
        ("gateway.auth", Some("token" | "none")) => {
            vec![
                case.config_set("gateway.auth.mode", "token"),
                new_secret("gateway.auth.token"),
            ]
        }
        ("gateway.auth", None) => vec![new_secret("gateway.auth.token")],
        // Two secrets, and no mode.
        ("gateway.auth.mode", None) => vec![case.config_set("gateway.auth.mode", "token")],
        ("gateway.tailscale.mode", _) if issue.message.contains("funnel makes") => {
            vec![case.config_set("gateway.tailscale.mode", "serve")]
        }
        ("gateway.tailscale.mode", _) if issue.message.contains("tailscale funnel needs") => {
            vec![case.config_set("gateway.tailscale.mode", "off")]
        }
        ("gateway.auth.token", _) => vec![new_secret("gateway.auth.token")],
        ("gateway.auth.password", Some("password")) => vec![case.put_in_dotenv("OPENCLAW_GATEWAY_PASSWORD")],
        ("gateway.bind", _) => vec![case.config_set("gateway.bind", "loopback")],
        ("meta.lastTouchedVersion", _) => vec!["npm install -g openclaw@latest".to_owned()],
        ("hooks.token", _) => vec![new_secret("hooks.token")],
        _ => vec![repair(case, issue)],
    }
}
