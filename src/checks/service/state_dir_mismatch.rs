//! `state-dir-mismatch`: daemon and shell resolve different state folders.

use super::service_common::{profile, take_out};
use crate::base::fact::Fact;
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Binding, Found, Scope, Source, Trace};

/// The variables that decide where state and config are, strongest first
/// (facts/env-resolution.md section 1).
const DECIDING: &[&str] = &["OPENCLAW_CONFIG_PATH", "OPENCLAW_STATE_DIR", "OPENCLAW_HOME", "HOME"];

pub(crate) const CHECK: Check = Check {
    id: "state-dir-mismatch",
    title: "shell and Gateway use the same state directory and config",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Shell, Need::Gateway],
    causes: &[
        "config-missing",
        "gateway-no-credential",
        "gateway-port-mismatch",
        "gateway-token-mismatch",
        "key-only-in-shell",
        "key-missing-everywhere",
    ],
    docs: "OPENCLAW_STATE_DIR, OPENCLAW_CONFIG_PATH, OPENCLAW_HOME and HOME decide where OpenClaw keeps its config, its \
`.env` and its stores. Where one of them is set in the shell and not in the service, or the other way round, commands \
typed in the shell edit files that the Gateway never reads.\n\n\
Fix: set the variable in the shell as the Gateway has it, or unset it. Where the shell is right, change it in the service \
definition; `openclaw gateway install` refuses another state directory than the usual one.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some((shell, gateway)) = case.snapshot.views.shell.get().zip(gateway(case)) else {
        return Vec::new();
    };
    let same = |a: &str, b: &str| a.trim_end_matches('/') == b.trim_end_matches('/');
    let alike = same(&shell.state_dir, &gateway.state_dir) && same(&shell.config_path, &gateway.config_path);
    if alike || profile(shell.profile.as_deref()) != profile(gateway.profile.as_deref()) {
        return Vec::new();
    }
    vec![found(case, shell, gateway)]
}

/// The loading of a Gateway of this user on this machine; others have other homes by right.
fn gateway<'a>(case: &CheckContext<'a>) -> Option<&'a Trace> {
    let snapshot = case.snapshot;
    let host = &snapshot.host;
    let foreign = snapshot
        .processes
        .examined
        .and_then(|at| snapshot.processes.gateways.get(at));
    if foreign.is_some_and(|process| process.uid != host.uid || process.container.is_some()) {
        return None;
    }
    let of_other = case
        .service()
        .is_some_and(|service| match (service.scope, &service.user) {
            (Scope::User, _) => false,
            (Scope::System, Some(user)) => *user != host.user,
            (Scope::System, None) => host.uid != 0,
        });
    if of_other || !case.has_daemon() {
        return None;
    }
    snapshot.views.running.get().or(snapshot.views.next_start.get())
}

fn found(case: &CheckContext<'_>, shell: &Trace, gateway: &Trace) -> Finding {
    let cause = DECIDING
        .iter()
        .find(|name| text(shell, name) != text(gateway, name))
        .copied();
    let (what, own, other) = if shell.state_dir == gateway.state_dir {
        ("config", &shell.config_path, &gateway.config_path)
    } else {
        ("state directory", &shell.state_dir, &gateway.state_dir)
    };
    let (own, other) = (case.tilde(own), case.tilde(other));
    let name = case.gateway_name();
    // With nothing of its own there, a shell is only not told where the Gateway is.
    let is_empty = matches!(&shell.config_file, Some(file) if matches!(file.stat, Fact::Absent));
    let severity = if is_empty { Severity::Warning } else { CHECK.severity };
    let mut finding = finding(
        CHECK.id,
        severity,
        format!("{name} uses the {what} {other}, this shell uses {own}"),
    )
    .detail(format!(
        "Keys and settings that are put into {own} from here never reach the Gateway, and its own are not seen here."
    ));
    let Some(cause) = cause else {
        return finding
            .seen(format!("config of the Gateway: {}", case.tilde(&gateway.config_path)))
            .fix(
                format!(
                    "If {other} is right, let this shell find it. If {own} is right, change the service definition."
                ),
                case.commands().find_from_here(),
            );
    };
    finding = finding.subject(cause);
    for (trace, who) in [(shell, "this shell"), (gateway, "the Gateway")] {
        finding = match trace.find(cause) {
            Found::Sure(binding) | Found::Best(binding, _) => finding.at(
                binding.place.as_ref(),
                format!("{who}: {cause}={}", shown(case, binding)),
            ),
            Found::Unset => finding.seen(format!("{who}: {cause} is not set")),
            Found::Unknown(why) => finding.seen(format!("{who}: {cause} is not known: {why}")),
        };
    }
    for (file, assign) in case.in_startup_files(cause).into_iter().take(2) {
        let place = crate::checks::common::assignment_place(file, assign);
        finding = finding.at(Some(&place), format!("sets {cause} for shells alone"));
    }
    let in_shell = shell
        .find(cause)
        .seen()
        .is_some_and(|binding| binding.source == Source::Process)
        && cause != "HOME";
    // A unit or plist of its own is what the product regenerates; these stay, and win.
    let stays = |binding: &Binding| {
        matches!(
            binding.source,
            Source::DropIn | Source::EnvironmentFile | Source::Manager | Source::LaunchctlSetenv
        )
    };
    let from_here = case.commands().find_from_here();
    if is_empty && !from_here.is_empty() {
        return finding.fix(
            format!(
                "There is no config in {own}: let this shell, and the start-up file that it reads, find the Gateway's."
            ),
            from_here,
        );
    }
    let (text, commands) = match (in_shell, gateway.find(cause).seen()) {
        (true, None) => (
            format!(
                "If {other} is right, unset {cause} here and in the start-up file that sets it. If {own} is right, set \
                 {cause} in the service definition as it is here, and restart."
            ),
            vec![format!("unset {cause}")],
        ),
        (true, Some(binding)) if stays(binding) => (
            format!("Set {cause} here as the Gateway has it, and in the start-up file that sets it."),
            vec![format!(
                "export {cause}={}",
                shell_quote(binding.value.public.as_deref().unwrap_or_default())
            )],
        ),
        (false, Some(binding)) if stays(binding) => {
            let file = binding
                .place
                .as_ref()
                .map(|place| case.tilde(&place.path))
                .unwrap_or_default();
            let (how, mut commands) = take_out(case, cause, binding.source, &file);
            commands.push(case.commands().restart());
            let text = format!(
                "If {own} is right: {how}, and restart. If {other} is right, set {cause} here as the Gateway has it."
            );
            (text, commands)
        }
        _ => (
            format!(
                "If {other} is right, set {cause} here as the Gateway has it, and in the start-up file of this shell. If \
                 {own} is right, change {cause} in the service definition, and restart."
            ),
            from_here,
        ),
    };
    finding.fix(text, commands)
}

fn text<'a>(trace: &'a Trace, name: &str) -> Option<&'a str> {
    trace
        .find(name)
        .seen()
        .and_then(|binding| binding.value.public.as_deref())
        .filter(|text| !text.is_empty())
}

fn shown(case: &CheckContext<'_>, binding: &Binding) -> String {
    binding
        .value
        .public
        .as_deref()
        .map_or("…".to_owned(), |text| case.tilde(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{bind, findings, healthy, known, set, unset, words};

    #[test]
    fn the_variable_behind_it_is_named() {
        let mut snapshot = healthy();
        let shell = known(&mut snapshot.views.shell);
        shell.state_dir = "/home/me/claw".to_owned();
        shell.config_path = "/home/me/claw/openclaw.json".to_owned();
        set(
            shell,
            bind("OPENCLAW_STATE_DIR", "/home/me/claw", Source::Process, None),
        );
        let found = findings(&CHECK, &snapshot);
        let text = words(&found[0]);
        for part in [
            "~/claw",
            "~/.openclaw",
            "OPENCLAW_STATE_DIR",
            "unset OPENCLAW_STATE_DIR",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let shell = known(&mut snapshot.views.shell);
        unset(shell, "OPENCLAW_STATE_DIR");
        (shell.state_dir, shell.config_path) = (
            "/home/me/.openclaw/".to_owned(),
            "/home/me/.openclaw/openclaw.json".to_owned(),
        );
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn other_users_and_profiles_have_their_own() {
        let mut snapshot = healthy();
        known(&mut snapshot.views.running).state_dir = "/srv/claw".to_owned();
        snapshot.processes.gateways[0].uid = 0;
        assert!(findings(&CHECK, &snapshot).is_empty());
        snapshot.processes.gateways[0].uid = 1000;
        known(&mut snapshot.views.running).profile = Some("work".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
