//! `key-only-in-shell`: the key is in the shell or its start-up files, which the daemon never sees.

use super::key_not_in_container;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{assignment_place, lacks, next_start_has, shell_has};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Scope, ShellOutcome, StartupFile};
use crate::resolve::{self, ResolvedKey};

pub(crate) const CHECK: Check = Check {
    id: "key-only-in-shell",
    title: "no needed key is only in a shell",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &[
        "config-ref-unset-in-daemon",
        "cf-provider-key-rejected",
        "secret-ref-unresolved",
    ],
    docs: "A key that is exported in a terminal, or in ~/.bashrc, ~/.zshrc or ~/.profile, works for commands \
typed there. A daemon is started by systemd or launchd, which run no shell and read none of these files, so the \
Gateway answers 401 or \"No API key found\".\n\n\
Fix: put the key into the `.env` of the state directory (mode 600) and restart the Gateway. The alternative, \
`env.shellEnv.enabled`, lets the Gateway ask a login shell at each start; it takes only names that an installed \
plugin declares, and only from files that a login shell reads.\n\n\
Example: `export CLOUDFLARE_AI_GATEWAY_API_KEY=…` in ~/.bashrc, nothing in ~/.openclaw/.env.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    case.needed()
        .filter(|key| lacks(case, key) && !next_start_has(key))
        .filter(|key| shell_has(key) || !case.in_startup_files(key.name()).is_empty())
        .filter(|_| !import_answers_for_it(case))
        .filter(|key| !a_container_lacks_it(case, key))
        .map(|key| found(case, key))
        .collect()
}

/// What a host has and its container lacks is told by a check of its own.
fn a_container_lacks_it(case: &CheckContext<'_>, key: &ResolvedKey) -> bool {
    let contained = case.process().is_some_and(|process| process.container.is_some());
    contained && !key_not_in_container::copies(case, key.name()).is_empty()
}

/// With the import on, its own checks say why the key does not arrive.
fn import_answers_for_it(case: &CheckContext<'_>) -> bool {
    resolve::start_trace(case.snapshot)
        .is_some_and(|trace| trace.shell_import.enabled && trace.shell_import.outcome != ShellOutcome::Off)
}

fn found(case: &CheckContext<'_>, key: &ResolvedKey) -> Finding {
    let name = key.name();
    let files = case.in_startup_files(name);
    let intent = key_import(case, key);
    let title = match files.first().filter(|_| !case.has_daemon()) {
        Some((file, assign)) => {
            let file = case.tilde(&file.path);
            format!("{name} is not set: only {file}:{} has it", assign.line)
        }
        None => format!("{name} is only in your shell"),
    };
    let mut finding = finding(CHECK.id, key.severity(), title)
        .subject(name)
        .certainty(key.report.certainty)
        .detail(match resolve::login_shell(case.snapshot) {
            _ if !case.has_daemon() => format!(
                "The shell that asks did not get it from there, so {} has no key. OpenClaw reads no start-up file of a \
                 shell, and a service has none.",
                case.gateway_name()
            ),
            Some(link) => format!(
                "{} is started through `{}`, which did not get it from the files it reads; env.shellEnv is off.",
                case.gateway_name(),
                link.program,
            ),
            None => format!(
                "{} is started by {}, which reads no shell start-up file; env.shellEnv is off.",
                case.gateway_name(),
                case.manager_name(),
            ),
        })
        .fix(
            format!(
                "Put the key into {}, which the Gateway reads at every start, and restart it. {intent}",
                case.dotenv()
            ),
            [case.put_in_dotenv(name), case.commands().restart_after_add()],
        );
    for (file, assign) in files.into_iter().take(3) {
        let verb = if assign.exported { "exports" } else { "assigns" };
        finding = finding.at(
            Some(&assignment_place(file, assign)),
            match resolve::login_shell(case.snapshot) {
                Some(_) => format!("{verb} it"),
                None => format!("{verb} it; {}", who_reads(case, file)),
            },
        );
    }
    finding
}

/// A file that a login shell of this kind reads.
fn read_at_login(shell: &str) -> &'static str {
    match shell.rsplit('/').next().unwrap_or_default() {
        "fish" => "~/.config/fish/config.fish",
        "zsh" => "~/.zprofile",
        "nu" => "~/.config/nushell/env.nu",
        _ => "~/.profile",
    }
}

/// Who reads a start-up file, for sentences.
fn who_reads(case: &CheckContext<'_>, file: &StartupFile) -> String {
    let system = case.service().is_some_and(|service| service.scope == Scope::System);
    let of_user_manager = file.path == "/etc/environment" || file.path.contains("/environment.d/");
    match (of_user_manager, system) {
        (true, true) => format!("system services do not get what {} sets", file.name),
        (true, false) => format!("the user's service manager reads {} when it starts", file.name),
        (false, _) => format!("no daemon reads {}", file.name),
    }
}

/// What `env.shellEnv` could do about it.
fn key_import(case: &CheckContext<'_>, key: &ResolvedKey) -> String {
    let declared = resolve::config(case.snapshot).is_some_and(|config| {
        config
            .plugins_found
            .iter()
            .any(|plugin| plugin.env_vars.iter().any(|name| name == key.name()))
    });
    if declared || crate::loader::is_stock_expected(key.name()) {
        format!(
            "Or turn on the login-shell import with `openclaw config set env.shellEnv.enabled true`; the export must \
             then be in a file that a login shell reads, such as {}.",
            read_at_login(&case.snapshot.host.shell)
        )
    } else {
        format!(
            "(env.shellEnv would not import it: no installed plugin declares {}.)",
            key.name()
        )
    }
}
