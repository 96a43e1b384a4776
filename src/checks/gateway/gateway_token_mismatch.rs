//! `gateway-token-mismatch`: clients and the running Gateway do not hold the same secret.

use super::gateway_origin::{URL, at_address, credential_subject, hand_over, take_out, variable};
use super::gateway_secrets::{Held, is_local, of_client, of_daemon, of_next_start};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::cloudflare::cf_common::gateway_answer_finding;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::Source;
use crate::ping::verdict::Word;
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "gateway-token-mismatch",
    title: "clients and the Gateway use the same secret",
    group: Group::Gateway,
    severity: Severity::Error,
    needs: &[Need::Layers],
    causes: &["gateway-locked-out", "secret-store-stale"],
    docs: "Clients take the Gateway's token from gateway.auth.token, then OPENCLAW_GATEWAY_TOKEN, then gateway.remote.token; \
the Gateway takes it from the same config or from its own environment, once, when it starts. Where the two differ, every \
client is closed with code 1008 and \"unauthorized: gateway token mismatch\". It happens when the token was changed and the \
Gateway not restarted, or when a service definition still carries an older one. 2026.2 releases read the environment before \
the config.\n\n\
Fix: openclaw gateway restart. Where the service carries the old token: openclaw gateway install --force.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let found = match case.gateway() {
        Some(word @ (Word::AuthMismatch | Word::DaemonSecretAccepted)) => Some(refused(case, word)),
        // What was accepted is no mismatch; what was not asked may still be seen to differ.
        Some(Word::Healthy | Word::NotReady | Word::AuthOff) => None,
        _ => differ(case),
    };
    found.into_iter().collect()
}

fn subject(case: &CheckContext<'_>, client: Option<&Held>) -> String {
    if !is_local(case) {
        return credential_subject(case).unwrap_or("gateway.remote.token".to_owned());
    }
    client.map_or("gateway.auth.token".to_owned(), |held| held.subject.clone())
}

fn refused(case: &CheckContext<'_>, word: Word) -> Finding {
    let (client, daemon) = (of_client(case), of_daemon(case));
    let what = if subject(case, client.as_ref()).to_lowercase().contains("password") {
        "password"
    } else {
        "token"
    };
    let title = match word {
        Word::DaemonSecretAccepted => {
            format!("The Gateway refuses the {what} that clients use, and accepts the one its daemon was started with")
        }
        // Of a variable of the shell no config says anything.
        _ => match client
            .as_ref()
            .filter(|client| is_local(case) && client.source == Some(Source::Process))
        {
            Some(client) => format!(
                "The running Gateway refuses the {what} of {} in your shell",
                client.subject
            ),
            None => match of_shell(case) {
                Some(name) => format!("The Gateway that {URL} names refuses the {what} of {name}"),
                None => format!("The running Gateway refuses the configured {what}"),
            },
        },
    };
    if case.gateway_fact("handed_over").is_some() {
        return handed_over(case, what, word);
    }
    let finding = gateway_answer_finding(case, &CHECK, CHECK.severity, title).subject(subject(case, client.as_ref()));
    if !is_local(case) {
        return elsewhere(case, finding, what);
    }
    finish(
        case,
        finding,
        client.as_ref(),
        daemon.as_ref().filter(|_| word == Word::DaemonSecretAccepted),
    )
}

/// Clients take theirs from a place that cannot be read here; this one was given for the check.
fn handed_over(case: &CheckContext<'_>, what: &str, word: Word) -> Finding {
    // Where the Gateway took its own, nothing is known to be wrong.
    let severity = match word {
        Word::DaemonSecretAccepted => Severity::Info,
        _ => Severity::Warning,
    };
    let name = credential_subject(case).unwrap_or("OPENCLAW_GATEWAY_TOKEN".to_owned());
    let title = format!("The Gateway refuses the {what} of {name} in your shell");
    gateway_answer_finding(case, &CHECK, severity, title)
        .subject(name)
        .detail(format!(
            "Clients do not use it: they take {}, which could not be resolved here and was not tried.",
            case.gateway_fact("unresolved").unwrap_or("another one")
        ))
        .fix(
            "OpenClaw's own client tells whether theirs is accepted.",
            [case.commands().openclaw("gateway status")],
        )
}

/// The variable with the credential that was sent, where the address is that of a variable too.
fn of_shell(case: &CheckContext<'_>) -> Option<String> {
    let name = credential_subject(case).filter(|_| !is_local(case))?;
    (variable(case, URL).is_some() && variable(case, &name).is_some()).then_some(name)
}

/// The Gateway of another machine has another one than clients here send.
fn elsewhere(case: &CheckContext<'_>, finding: Finding, what: &str) -> Finding {
    let subject = credential_subject(case).unwrap_or_default();
    let own = case.gateway_fact("own_port").is_some();
    let finding = at_address(case, finding).detail(match own {
        true => format!(
            "Clients here are closed with code 1008. The address is that of the Gateway of this machine, which has another {what} \
             than the one that goes with the address."
        ),
        false => "Clients here are closed with code 1008. The Gateway on the other machine has another one; if it was changed \
                  there, that Gateway wants a restart."
            .to_owned(),
    });
    if own && variable(case, URL).is_some() {
        let (text, commands) = take_out(case, URL);
        return finding.fix(
            format!("{text}: clients then find this Gateway by the config, with the {what} of the config."),
            commands,
        );
    }
    if let Some(name) = of_shell(case) {
        let (_, mut commands) = take_out(case, &name);
        // The line of a file is corrected; a shell is given the right one when it is known to be that.
        commands.retain(|command| !command.starts_with("unset "));
        commands.insert(0, hand_over(&name));
        return finding.fix(
            format!(
                "Take the {what} from that Gateway's machine and test it so; then set {name} to it where it is set now. If you mean \
                 the Gateway of your config, take {URL} out instead."
            ),
            commands,
        );
    }
    let field = format!("gateway.remote.{what}");
    let name = format!("OPENCLAW_GATEWAY_{}", what.to_uppercase());
    let by_url = variable(case, URL).is_some();
    let mut commands = Vec::new();
    let mut text = String::new();
    if by_url || variable(case, &subject).is_some() {
        let out = take_out(case, if by_url { URL } else { &subject });
        text = format!(
            "{}{}. ",
            out.0,
            if by_url {
                ", if you mean the Gateway of your config"
            } else {
                ""
            }
        );
        commands.extend(out.1);
    }
    if !by_url {
        commands.push(case.put_in_dotenv(&name));
        commands.push(case.config_set(&field, &format!("${{{name}}}")));
    }
    let last = match by_url {
        true => format!("Otherwise export the other Gateway's own {what} as {name}."),
        false => format!("Take the other Gateway's {what} over into {field}."),
    };
    finding.fix(format!("{text}{last}"), commands)
}

/// Without an answer the sources alone show it.
fn differ(case: &CheckContext<'_>) -> Option<Finding> {
    if !case.has_daemon() || !is_local(case) {
        return None;
    }
    let (client, daemon) = (of_client(case)?, of_daemon(case)?);
    if client.value.same_as(&daemon.value) {
        return None;
    }
    let title = format!(
        "Clients and the Gateway take their secret from places that disagree: {} and {}",
        client.subject,
        daemon.words(case)
    );
    let found = finding(CHECK.id, CHECK.severity, title)
        .subject(subject(case, Some(&client)))
        .certainty(Certainty::Likely);
    Some(finish(case, found, Some(&client), Some(&daemon)))
}

fn finish(case: &CheckContext<'_>, mut finding: Finding, client: Option<&Held>, daemon: Option<&Held>) -> Finding {
    let by_service = daemon.and_then(|held| held.source).is_some_and(Source::is_service);
    let stale = daemon.map_or(
        "It was started before the secret was changed, or got it from a place that is not read any more.".to_owned(),
        |held| format!("It has the one of {}.", held.words(case)),
    );
    if let Some(client) = client {
        finding = finding.at(client.place.as_ref(), format!("clients: {}", client.words(case)));
    }
    if let Some(daemon) = daemon {
        finding = finding.at(daemon.place.as_ref(), format!("the Gateway: {}", daemon.words(case)));
    }
    if let Some(process) = resolve::process(case.snapshot) {
        finding = finding.seen(format!("pid {} has the secret it was started with", process.pid));
    }
    let finding = finding.detail(format!(
        "The Gateway reads its secret once, when it starts, and closes every client with code 1008 (unauthorized) until both \
         agree. {stale}"
    ));
    let source = daemon.and_then(|held| held.source);
    let inherited = matches!(source, Some(Source::Manager | Source::LaunchctlSetenv));
    let unset = daemon
        .filter(|_| inherited)
        .and_then(|held| case.commands().unset_manager(&held.subject));
    if let Some(unset) = unset {
        return finding.fix(
            "Take the old secret out of the service manager, so that the Gateway reads the one that clients use, and restart.",
            [unset, case.commands().restart()],
        );
    }
    // The next start will hold what it holds now: only the shell's own variable is out of step.
    let own = client.filter(|client| client.source == Some(Source::Process));
    let at_next = of_next_start(case);
    // No restart makes the Gateway read the config that clients of this shell read.
    let from_here = case.commands().find_from_here();
    if !from_here.is_empty() && client.is_some_and(|client| client.source.is_none()) {
        return finding.fix(
            "Clients of this shell read another config than the Gateway: let them find the Gateway's.",
            from_here,
        );
    }
    let same = |client: &Held| at_next.as_ref().is_some_and(|next| next.value.same_as(&client.value));
    if let Some(client) = own.filter(|client| !same(client)) {
        let (text, commands) = take_out(case, &client.subject);
        let instead = match &at_next {
            Some(next) => format!("what the Gateway holds ({})", next.words(case)),
            // A restart would read the files, not this shell.
            None => "that of the config".to_owned(),
        };
        return finding.fix(format!("{text}, so that clients use {instead}."), commands);
    }
    match by_service {
        true => finding.fix(
            "Regenerate the service definition without a secret of its own, and restart.",
            [case.commands().reinstall(), case.commands().restart()],
        ),
        false => finding.fix(
            "Restart the Gateway, so that it reads the secret that clients use.",
            [case.commands().restart()],
        ),
    }
}
