//! `gateway-auth-off-exposed`: the Gateway lets everyone in, and not only from this machine.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::cloudflare::cf_common::gateway_answer_finding;
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "gateway-auth-off-exposed",
    title: "a Gateway without authentication is reached from this machine alone",
    group: Group::Gateway,
    severity: Severity::Error,
    needs: &[Need::GatewayAnswer(Reach::Found)],
    causes: &[],
    docs: "The Gateway accepts requests without a credential. On loopback that is a choice; with gateway.bind lan, tailnet, \
custom or 0.0.0.0 everyone who reaches the port commands the agents and their tools. It is also reported, as a warning, \
where the config asks for a credential and the running Gateway does not.\n\n\
Fix: openclaw config set gateway.auth.mode token, a token beside it, and a restart.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot).filter(|_| case.gateway() == Some(Word::AuthOff)) else {
        return Vec::new();
    };
    let bind = config.gateway.bind.as_deref().unwrap_or("loopback");
    let mode = config.gateway.auth_mode.as_deref();
    if !matches!(bind, "loopback" | "auto" | "127.0.0.1" | "localhost" | "::1") {
        return vec![fixed(
            case,
            gateway_answer_finding(
                case,
                &CHECK,
                CHECK.severity,
                format!("The Gateway accepts everyone, and gateway.bind is {bind}"),
            )
            .detail("Whoever reaches the port commands the agents and their tools, without any credential."),
        )];
    }
    let expected = matches!(mode, Some("token" | "password")) || config.gateway.token.is_some();
    if !expected || mode == Some("none") {
        return Vec::new();
    }
    let finding = gateway_answer_finding(
        case,
        &CHECK,
        Severity::Warning,
        "The config asks for a credential, and the running Gateway accepts requests without one".to_owned(),
    )
    .subject("gateway.auth.mode")
    .detail("It was started before authentication was turned on.")
    .fix("Restart the Gateway.", [case.commands().restart()]);
    vec![finding]
}

fn fixed(case: &CheckContext<'_>, finding: Finding) -> Finding {
    finding.subject("gateway.auth.mode").fix(
        "Turn authentication on and restart; or bind to loopback and reach it through SSH or Tailscale Serve.",
        [
            case.config_set("gateway.auth.mode", "token"),
            case.commands()
                .openclaw("config set gateway.auth.token \"$(openssl rand -hex 32)\""),
            case.commands().restart(),
        ],
    )
}
