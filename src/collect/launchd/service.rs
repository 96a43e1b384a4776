//! Puts one job together: its plist, what launchd says of it, its files, its environment.

use std::path::Path;

use super::definitions::{self, Definition};
use super::exec::{Wrapper, exec_facts};
use super::layers;
use crate::base::fact::Fact;
use crate::collect::context::{Context, RawService};
use crate::collect::host;
use crate::collect::launch_files::{self, Disk};
use crate::collect::ownership::By;
use crate::loader::RawBinding;
use crate::model::snapshot::{
    Binding, LaunchdFacts, LostSource, OddLine, OverriddenBinding, PathFacts, Place, Scope, Service, ServiceState,
};
use crate::parse::launchd::launchctl_print::PrintedJob;
use crate::parse::launchd::plist_file::LaunchdPlist;
use crate::platform::launch::follow;
use crate::platform::launchd::launch::launch;
use crate::platform::launchd::{environment, labels};

/// What is known of one job before it is put together.
#[derive(Debug)]
pub(super) struct Job<'a> {
    /// Label.
    pub(super) label: &'a str,
    /// Whose manager.
    pub(super) scope: Scope,
    /// `gui/501` or `system`.
    pub(super) domain: String,
    /// Its plist, where there is one.
    pub(super) definition: Option<&'a Definition>,
    /// What `launchctl print` says.
    pub(super) printed: Option<PrintedJob>,
    /// Its state, or why it is not known.
    pub(super) state: Fact<ServiceState>,
    /// Whether there is no desktop session to ask.
    pub(super) no_gui_session: bool,
    /// Whether it is marked disabled, where that is known.
    pub(super) disabled: Option<bool>,
    /// Variables of its domain.
    pub(super) inherited: Vec<RawBinding>,
    /// Whether the marker of the Mac app exists.
    pub(super) disable_marker: bool,
}

/// A folder to start in; what is no absolute path names none, and may be a key that stands in the wrong place.
fn folder(path: Option<&String>) -> Option<String> {
    path.filter(|path| path.starts_with('/')).cloned()
}

/// Returns the service and the texts that belong to it.
pub(super) fn assemble(ctx: &Context<'_>, job: Job<'_>) -> (Service, RawService) {
    let path = job.definition.map(|one| one.path.to_string_lossy().into_owned());
    let plist = job.definition.and_then(|one| one.plist.as_ref().ok());
    let empty = LaunchdPlist::default();
    let on_disk = plist.unwrap_or(&empty);
    let printed = job.printed.as_ref();
    let (program, arguments) = match (plist, printed) {
        (None, Some(job)) => (job.program.as_deref(), job.arguments.as_slice()),
        _ => (on_disk.program.as_deref(), on_disk.program_arguments.as_slice()),
    };
    let launch = launch(program, arguments);
    let place = path.as_deref().map(|path| Place {
        line: on_disk.command_line,
        ..Place::file(path)
    });
    let user = match job.scope {
        Scope::User => None,
        Scope::System => Some(on_disk.user_name.as_deref().unwrap_or("root")),
    };
    let wrapper = Wrapper::look(&launch, ctx.by);
    let file = layers::env_file(ctx, &launch, wrapper.facts, place.clone());
    let mut stack = layers::launchd_own(ctx, job.label, job.scope, user, printed);
    stack.extend(job.inherited);
    match (plist, path.as_deref(), printed) {
        (Some(plist), Some(path), _) => stack.extend(layers::plist(ctx, plist, path)),
        (_, _, Some(printed)) => stack.extend(layers::loaded(ctx, printed)),
        _ => {}
    }
    stack.extend(file.bindings);
    let (mut env, overridden) = environment::stack(stack);
    let mut disk = Disk {
        cwd: folder(on_disk.working_directory.as_ref()).unwrap_or_else(|| "/".to_owned()),
        bash_env: env
            .iter()
            .find(|one| one.name == "BASH_ENV")
            .map(|one| one.value.expose().to_owned()),
        by: ctx.by,
    };
    let chain = follow(&launch.command, &mut disk);
    let outcome = launch_files::apply(&chain, &mut env, ctx.vault, place.as_ref());

    let public = |name: &str| {
        env.iter()
            .find(|one| one.name == name)
            .map(|one| one.value.expose().trim())
    };
    let profile = launch
        .profile
        .as_deref()
        .or_else(|| public("OPENCLAW_PROFILE").filter(|name| !name.is_empty()))
        .or_else(|| labels::profile_of(job.label))
        .map(str::to_owned);
    let managed_keys = public("OPENCLAW_SERVICE_MANAGED_ENV_KEYS").map_or_else(Vec::new, environment::managed_keys);
    let mut unknown = file.unknown;
    unknown.extend(definition_doubts(job.definition, printed));
    unknown.extend(wrapper.unknown.iter().cloned());
    let working_dir = folder(on_disk.working_directory.as_ref()).or_else(|| {
        let printed = printed.filter(|_| plist.is_none())?;
        folder(printed.working_directory.as_ref())
    });
    let mut state = job.state;
    if let Fact::Known { value } = &mut state {
        finish_state(value, on_disk, printed, job.disabled);
    }
    let loaded = state.get().is_some_and(|state| state.load == "loaded");
    let service = Service {
        name: job.label.to_owned(),
        scope: job.scope,
        profile,
        legacy: labels::is_legacy(job.label),
        nix: host::is_of_nix(
            Path::new(path.as_deref().unwrap_or_default()),
            public("OPENCLAW_NIX_MODE"),
        ),
        definition: definition_facts(ctx.by, path.as_deref(), printed),
        drop_ins: Vec::new(),
        lost_sources: path
            .as_deref()
            .map_or_else(Vec::new, |path| lost(ctx.by, path, plist, &env)),
        state,
        exec: exec_facts(ctx.by, &launch, &wrapper, &chain, outcome, place.clone()),
        working_dir: working_dir.clone(),
        user: user.map(str::to_owned),
        bindings: env.iter().map(|one| shown(ctx, one)).collect(),
        overridden: overridden
            .iter()
            .map(|(one, why)| OverriddenBinding {
                binding: shown(ctx, one),
                why: why.clone(),
            })
            .collect(),
        env_files: file.facts.into_iter().collect(),
        managed_keys,
        unknown,
        blind: file.blind,
        odd_lines: odd_lines(job.definition, on_disk, place),
        systemd: Default::default(),
        launchd: Some(LaunchdFacts {
            domain: job.domain,
            disabled: job.disabled.or(on_disk.disabled).unwrap_or_default(),
            loaded,
            wrapper: wrapper.path,
            wrapper_usable: wrapper.usable,
            wrapper_needs_header: wrapper.needs_header,
            env_file_header: file.header,
            no_gui_session: job.no_gui_session,
            runs: printed.and_then(|job| job.runs),
            log_paths: log_paths(on_disk, printed),
            disable_marker: job.disable_marker,
        }),
    };
    let raw = RawService {
        scope: job.scope,
        env,
        overridden,
        cwd: working_dir.unwrap_or_else(|| "/".to_owned()),
        args: launch.arguments,
    };
    (service, raw)
}

pub(super) fn shown(ctx: &Context<'_>, one: &RawBinding) -> Binding {
    Binding {
        name: one.name.clone(),
        value: ctx.vault.facts(&one.name, &one.value),
        source: one.source,
        place: one.place.clone(),
    }
}

fn finish_state(state: &mut ServiceState, plist: &LaunchdPlist, printed: Option<&PrintedJob>, disabled: Option<bool>) {
    state.enabled = match disabled.or(plist.disabled) {
        Some(true) => "disabled".to_owned(),
        Some(false) => "enabled".to_owned(),
        None => String::new(),
    };
    // launchd keeps what it loaded; a plist that was edited since counts from the next load.
    state.needs_reload = printed.is_some_and(|job| {
        let (loaded, on_disk) = (job.arguments.join("\n"), plist.program_arguments.join("\n"));
        !loaded.is_empty() && !on_disk.is_empty() && !loaded.lines().map(str::trim).eq(on_disk.lines().map(str::trim))
    });
}

fn definition_facts(by: By, path: Option<&str>, printed: Option<&PrintedJob>) -> Option<PathFacts> {
    path.or_else(|| printed.and_then(|job| job.path.as_deref()))
        .map(|path| by.path_facts(Path::new(path), "service definition"))
}

fn definition_doubts(definition: Option<&Definition>, printed: Option<&PrintedJob>) -> Vec<String> {
    match (definition, printed) {
        (Some(one), _) => one
            .plist
            .as_ref()
            .err()
            .map(|why| format!("{} could not be read: {why}", one.path.display()))
            .into_iter()
            .collect(),
        (None, Some(job)) => {
            let path = job.path.as_deref().unwrap_or("its plist");
            vec![format!(
                "the job is loaded, but {path} is gone; what is shown is what launchd still has"
            )]
        }
        (None, None) => Vec::new(),
    }
}

fn odd_lines(definition: Option<&Definition>, plist: &LaunchdPlist, place: Option<Place>) -> Vec<OddLine> {
    let Some(place) = place else { return Vec::new() };
    let broken = definition.and_then(|one| one.plist.as_ref().err().cloned());
    broken
        .into_iter()
        .chain(plist.odd.iter().cloned())
        .map(|what| OddLine {
            place: place.clone(),
            name: None,
            what,
        })
        .collect()
}

/// Returns the variables that the backup of a plist sets and nothing sets now.
fn lost(by: By, path: &str, plist: Option<&LaunchdPlist>, env: &[RawBinding]) -> Vec<LostSource> {
    let backup = format!("{path}.bak");
    let (Some(_), Ok(before)) = (plist, definitions::load(by, Path::new(&backup))) else {
        return Vec::new();
    };
    before
        .environment_variables
        .iter()
        .filter(|one| env.binary_search_by(|now| now.name.as_str().cmp(&one.name)).is_err())
        .map(|one| LostSource {
            backup: backup.clone(),
            directive: "EnvironmentVariables".to_owned(),
            what: one.name.clone(),
            names: vec![one.name.clone()],
        })
        .collect()
}

fn log_paths(plist: &LaunchdPlist, printed: Option<&PrintedJob>) -> Vec<String> {
    let stdout = plist.stdout_path.as_ref().or_else(|| printed?.stdout_path.as_ref());
    let stderr = plist.stderr_path.as_ref().or_else(|| printed?.stderr_path.as_ref());
    let mut paths: Vec<String> = stdout.into_iter().chain(stderr).cloned().collect();
    paths.dedup();
    paths
}
