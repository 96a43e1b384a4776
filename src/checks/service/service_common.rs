//! What the checks of services and processes ask and say in the same way.

use crate::base::fact::Fact;
use crate::base::text::shell_quote;
use crate::checks::check::CheckContext;
use crate::checks::common::lacks;
use crate::loader::profile_port;
use crate::model::snapshot::{FileAccess, GatewayProcess, ManagerKind, Scope, Service, ServiceState, Snapshot, Source};
use crate::platform::principal;
use crate::remedy::Intent;
use crate::resolve::{self, ResolvedKey};

/// Restarts from which on a service that is not up counts as looping.
const LOOP_FROM: u32 = 3;

impl CheckContext<'_> {
    /// The service that is examined.
    pub(crate) fn service(&self) -> Option<&Service> {
        resolve::service(self.snapshot)
    }

    /// The process that is examined.
    pub(crate) fn process(&self) -> Option<&GatewayProcess> {
        resolve::process(self.snapshot)
    }

    /// The first needed key that the Gateway lacks.
    pub(crate) fn lacking_key(&self) -> Option<&ResolvedKey> {
        self.needed().find(|key| lacks(self, key))
    }

    /// The command that makes the manager read changed definitions; none under launchd.
    pub(crate) fn daemon_reload(&self) -> Option<String> {
        (self.snapshot.services.manager == ManagerKind::Systemd).then(|| {
            format!(
                "{} daemon-reload",
                systemctl(self.service().map_or(Scope::User, |service| service.scope))
            )
        })
    }

    /// Age of a process in seconds.
    pub(crate) fn age(&self, process: &GatewayProcess) -> Option<i64> {
        process
            .started_ms
            .map(|started| (self.snapshot.taken_at - started / 1000).max(0))
    }
}

/// The head of a systemctl command.
pub(crate) fn systemctl(scope: Scope) -> &'static str {
    match scope {
        Scope::User => "systemctl --user",
        Scope::System => "sudo systemctl",
    }
}

/// The launchd domain of a job: `gui/501` or `system`.
pub(crate) fn launchd_domain(snapshot: &Snapshot, service: &Service) -> String {
    let known = service.launchd.as_ref().map(|facts| facts.domain.clone());
    known
        .filter(|domain| !domain.is_empty())
        .unwrap_or_else(|| match service.scope {
            Scope::User => format!("gui/{}", snapshot.host.uid),
            Scope::System => "system".to_owned(),
        })
}

/// What the manager says of a service, where it is known.
pub(crate) fn state(service: &Service) -> Option<&ServiceState> {
    service.state.get()
}

/// Returns whether a service is up or on its way.
pub(crate) fn is_active(state: &ServiceState) -> bool {
    matches!(state.active.as_str(), "active" | "reloading")
}

/// Returns whether the manager starts a service by itself, or has it running.
pub(crate) fn is_live(service: &Service) -> bool {
    let Some(state) = state(service) else { return false };
    let starts = match &service.launchd {
        Some(launchd) => launchd.loaded && !launchd.disabled,
        None => matches!(
            state.enabled.as_str(),
            "enabled" | "enabled-runtime" | "linked" | "alias"
        ),
    };
    state.load != "not-found" && state.load != "masked" && (starts || is_active(state) || state.active == "activating")
}

/// Returns whether a command beside the program failed, such as one of `ExecStartPre=`: the program itself has no status then.
pub(crate) fn step_failed(state: &ServiceState) -> bool {
    state.exit_status.unwrap_or_default() == 0 && state.result == "exit-code"
}

/// Returns whether a service restarts again and again, or was given up for that
/// (facts/services.md sections 1.5 and 2.2).
pub(crate) fn loops(service: &Service) -> bool {
    state(service).is_some_and(|state| {
        let failed = state.exit_status.is_some_and(|status| status != 0) || step_failed(state);
        let again = state.sub.contains("auto-restart") || state.sub.contains("spawn") || state.active == "activating";
        let given_up = state.result == "start-limit-hit";
        // A start that ended with an error and waits for the next one serves nobody, the first time too.
        let waits = state.sub.contains("auto-restart") && failed;
        given_up || waits || again && (state.restarts >= LOOP_FROM || state.restarts >= 1 && failed)
    })
}

/// Returns whether what the service starts is gone.
pub(crate) fn runtime_gone(service: &Service) -> bool {
    service.exec.program_exists == Some(false) || service.exec.entry_exists == Some(false)
}

/// Returns whether launchd has a plist but no job for it.
pub(crate) fn is_not_loaded(service: &Service) -> bool {
    let Some(launchd) = &service.launchd else { return false };
    let there = service
        .definition
        .as_ref()
        .is_some_and(|definition| definition.stat.get().is_some());
    there && state(service).is_some() && !launchd.no_gui_session && !launchd.loaded
}

/// A file named by `EnvironmentFile=` that the manager insists on and does not get.
pub(crate) fn required_file_gone(service: &Service) -> bool {
    let ends_the_start = |file: &crate::model::snapshot::EnvFile| match file.access {
        FileAccess::Denied => true,
        FileAccess::MadeAtStart => false,
        FileAccess::Usual => is_gone(file),
        FileAccess::Unknown => false,
    };
    service
        .env_files
        .iter()
        .any(|file| !file.optional && ends_the_start(file))
}

/// Returns whether nothing is behind an `EnvironmentFile=`.
pub(crate) fn is_gone(file: &crate::model::snapshot::EnvFile) -> bool {
    file.files.iter().all(|facts| matches!(facts.stat, Fact::Absent))
}

/// The port a service gives its Gateway: by argument, by variable, else by what is known of the
/// next start, else by its profile (facts/env-resolution.md section 1).
pub(crate) fn port_of(case: &CheckContext<'_>, service: &Service) -> Option<u16> {
    let variable = || {
        let names = ["OPENCLAW_GATEWAY_PORT", "CLAWDBOT_GATEWAY_PORT"];
        let bound = service
            .bindings
            .iter()
            .find(|binding| names.contains(&binding.name.as_str()));
        bound.and_then(|binding| binding.value.public.as_deref()?.trim().parse().ok())
    };
    let option = service.exec.port;
    let hidden = service.env_files.iter().any(|file| file.access == FileAccess::Unknown);
    if option.is_some() || hidden {
        return option;
    }
    // The config and the profile of another account are not seen from here.
    if !principal::of_service(case.snapshot, service).is_own() {
        return variable();
    }
    let examined = resolve::service(case.snapshot);
    let by_config = || {
        let alike = examined.is_some_and(|one| profile(one.profile.as_deref()) == profile(service.profile.as_deref()));
        let trace = case.snapshot.views.next_start.get().filter(|_| alike)?;
        (trace.port_source == "gateway.port").then_some(trace.port)
    };
    let usual = || Some(profile_port(profile(service.profile.as_deref())));
    variable().or_else(by_config).or_else(usual)
}

/// A profile by name, with `default` in any case as none.
pub(crate) fn profile(name: Option<&str>) -> Option<&str> {
    name.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("default"))
}

/// What an exit status means, as far as it is known of OpenClaw and systemd.
pub(crate) fn exit_words(state: &ServiceState, status: i32) -> String {
    if state.killed {
        return format!("ended by signal {status}{}", signal_words(&state.result, status));
    }
    let meaning = match status {
        9 => ": Node did not accept its options or NODE_OPTIONS",
        78 => ": OpenClaw refused its configuration, or another Gateway has the lock",
        127 => ": the command was not found",
        200 => ": the working directory could not be entered",
        203 => ": the program could not be executed",
        217 => ": the user does not exist",
        137 => ": it was killed",
        143 => ": it was asked to stop",
        _ => "",
    };
    format!("exit status {status}{meaning}")
}

/// What a signal says of the end.
fn signal_words(result: &str, signal: i32) -> &'static str {
    match (result, signal) {
        ("oom-kill", _) => ": the kernel or systemd killed it because memory ran out",
        (_, 6) => ": ABRT, Node gave up, mostly because its heap was full",
        (_, 9) => ": KILL, by somebody or because memory ran out",
        (_, 11) => ": SEGV, the program crashed",
        (_, 15) => ": TERM, it was asked to stop",
        _ => "",
    }
}

/// The name of a file without its folders.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The command that opens a file in the user's editor.
pub(crate) fn edit(path: &str) -> String {
    format!("${{EDITOR:-nano}} {}", shell_quote(path))
}

/// The command that turns a line of a file of variables into a remark.
fn remark(name: &str, file: &str) -> String {
    let sudo = if file.starts_with("/etc/") { "sudo " } else { "" };
    // In a `.env` a line may begin with export.
    let (export, end) = match file.ends_with("/.env") {
        true => ("\\(export[[:space:]]\\{1,\\}\\)\\{0,1\\}", "[=:]"),
        false => ("", "="),
    };
    format!(
        "{sudo}sed -i 's/^[[:space:]]*{export}{name}[[:space:]]*{end}/# &/' {}",
        shell_quote(file)
    )
}

/// Whether a value of the manager comes from a file that it reads, such as one of environment.d.
pub(crate) fn is_manager_file(file: &str) -> bool {
    file.starts_with("~/") || file.starts_with('/')
}

/// The commands that take a variable out of the service manager: out of the file first, which it reads again at every
/// reload and start. A restart still has to follow.
pub(crate) fn out_of_manager(case: &CheckContext<'_>, name: &str, file: &str) -> Vec<String> {
    let unset = case.commands().unset_manager(name);
    if !is_manager_file(file) {
        return unset.into_iter().collect();
    }
    let first = [remark(name, file)].into_iter().chain(case.daemon_reload());
    first.chain(unset).collect()
}

/// How a variable is taken out of the place from which a service hands it over: in words, without the end of the
/// sentence, and as commands. A restart still has to follow.
pub(crate) fn take_out(case: &CheckContext<'_>, name: &str, source: Source, file: &str) -> (String, Vec<String>) {
    match source {
        Source::EnvironmentFile => (
            format!("Turn the line of {name} in {file} into a remark"),
            vec![remark(name, file)],
        ),
        Source::Manager | Source::LaunchctlSetenv => match is_manager_file(file) {
            true => (
                format!("Turn the line of {name} in {file} into a remark, and have the service manager read it again"),
                out_of_manager(case, name, file),
            ),
            false => (
                format!("Take {name} out of the service manager"),
                out_of_manager(case, name, file),
            ),
        },
        Source::DotenvState | Source::DotenvConfigDir | Source::GatewayEnv => (
            format!("Turn the line of {name} in {file} into a remark"),
            vec![remark(name, file)],
        ),
        Source::ConfigEnv => (format!("Remove {name} from {file}"), vec![edit(file)]),
        Source::Container | Source::Supervisor | Source::Process => case.commands().at_source(name, Intent::Remove),
        // The file of an env dir is the variable.
        Source::Launcher if file_name(file) == name => {
            let sudo = if file.starts_with("/etc/") { "sudo " } else { "" };
            (
                format!("Remove {file}, which gives it"),
                vec![format!("{sudo}rm {}", shell_quote(file))],
            )
        }
        _ => (
            format!("Remove {name} from {file}"),
            [edit(file)].into_iter().chain(case.daemon_reload()).collect(),
        ),
    }
}

/// The command that ends a service for good.
pub(crate) fn disable(snapshot: &Snapshot, service: &Service) -> String {
    let name = shell_quote(&service.name);
    if service.launchd.is_none() {
        return format!("{} disable --now {name}", systemctl(service.scope));
    }
    let sudo = if service.scope == Scope::System { "sudo " } else { "" };
    let target = shell_quote(&format!("{}/{}", launchd_domain(snapshot, service), service.name));
    format!("{sudo}launchctl bootout {target} && {sudo}launchctl disable {target}")
}
