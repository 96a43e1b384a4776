//! Puts the collectors together: who needs whose answer, and what goes side by side.
//!
//! The service manager is asked first, because everything else is about the service it names;
//! while it answers, everything is read that does not depend on it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::context::{Context, ServiceCollection};
use super::draft::{self, Draft};
use super::loading::Loading;
use super::ownership::By;
use super::ping::round;
use super::ping::targets::Known;
use super::process::{self, ProcessCollection};
use super::request::Request;
use super::running::{self, Examined};
use super::{
    auth_profiles, choice, clock, commented, config_copies, container, copied, definitions, host, install,
    launch_files, launchd, log_tail, paths, permissions, programs, secret_store, start_env, startup_files,
    suppressions, systemd, unread_files,
};
use crate::base::fact::Fact;
use crate::loader::Finished;
use crate::model::snapshot::{
    Asked, ConfigRef, Install, ManagerKind, PingFacts, Service, ServiceFacts, Snapshot, StartupFile, Trace, Views,
};
use crate::platform::handover;
use crate::product::rules;
use crate::secret::{Secret, Vault};

/// Looks at this machine.
pub(super) async fn collect(
    request: &Request,
    vault: &Vault,
    env: &BTreeMap<String, Secret>,
    deadline: Instant,
    draft: &Draft,
) -> Snapshot {
    let mut host = host::outline(request, env);
    draft.keep(&draft::empty(draft::out_of_time(request), asked(request), host.clone()));
    host::fill_in(&mut host, env);
    if copied::is_asked(request) {
        copied::host(&mut host, request);
    }
    let host = host;
    let mut so_far = draft::empty(draft::out_of_time(request), asked(request), host.clone());
    draft.keep(&so_far);
    let ctx = Context {
        request,
        vault,
        env,
        host: &host,
        by: By::of_owner(Path::new(&host.home)),
        deadline,
        memo: Default::default(),
    };
    let (mut services, meanwhile) = tokio::join!(services(&ctx), async { meanwhile(&ctx) });
    if host.copied_home {
        copied::services(&mut services.facts, &host.home);
    }
    for service in &mut services.facts.services {
        let by = start_env::by_of_unit(&ctx, service);
        launch_files::note_assignments(&ctx, &mut service.exec.links, by);
    }
    if let Some(pid) = request.pid {
        // Only the service of that process speaks of it.
        let of_pid = |service: &Service| service.state.get().is_some_and(|state| state.main_pid == Some(pid));
        services.facts.examined = services.facts.services.iter().position(of_pid);
    }
    so_far.services = services.facts.clone();
    so_far.startup_files = meanwhile.startup_files;
    draft.keep(&so_far);
    let examined = services.facts.examined;
    let service = examined.and_then(|at| services.facts.services.get(at));
    let raw = examined.and_then(|at| services.raw.get(at));
    let by_unit = service.map_or(ctx.by, |service| start_env::by_of_unit(&ctx, service));
    let entry = service.and_then(|service| Some((service.exec.entry.as_deref()?, by_unit)));
    let mut install = match host.copied_home {
        true => Install::default(),
        false => install::collect(&ctx, entry),
    };
    let rules = rules::for_version(install.version.as_deref());

    let mut loading = Loading::new(&ctx, install.package_dir.clone());
    let by_hand = loading.run(&start_env::by_hand(&ctx, &rules)).await;
    let by_service = match (service, raw) {
        (Some(service), Some(raw)) => Some(match start_env::by_service(&ctx, service, raw, &rules) {
            Ok(start) => match start_env::hides(service) {
                Some(hides) => {
                    Loading::behind(&ctx, install.package_dir.clone(), hides)
                        .run(&start)
                        .await
                }
                None => loading.run(&start).await,
            },
            Err(why) => Err(why),
        }),
        _ => None,
    };
    so_far.install = install.clone();
    so_far.views.shell = trace(ctx.by, &by_hand);
    so_far.views.next_start = next_start_view(
        start_env::by(ctx.by, service, None, &ctx),
        &services.facts,
        service,
        by_service.as_ref(),
    );
    draft.keep(&so_far);
    let mut processes = match meanwhile.processes {
        None => ProcessCollection::default(),
        Some(scan) => process::collect(
            &ctx,
            &choice::hints(&ctx, &services, service, &by_hand, by_service.as_ref()),
            scan,
        ),
    };
    let examined_process = processes.facts.examined;
    if let Some(process) = examined_process.and_then(|at| processes.facts.gateways.get_mut(at))
        && let Some(facts) = &mut process.contained
    {
        container::fill_in(&ctx, facts).await;
    }
    let process = examined_process.and_then(|at| processes.facts.gateways.get(at));
    install.programs = match host.copied_home {
        true => Fact::not_asked(copied::WHY),
        false => Fact::known(programs::collect(&ctx, &install, service, process)),
    };
    install::of_process(&ctx, process, &mut install);
    let rules = rules::for_version(install.version.as_deref());
    let files_of = Examined {
        processes: &processes,
        service,
        raw,
    };
    let running = running::load(&ctx, &files_of, &rules, install.package_dir.clone(), &mut loading).await;
    let by = start_env::by(ctx.by, service, process, &ctx);
    let views = Views {
        shell: so_far.views.shell.clone(),
        next_start: match (service, process, running.as_ref()) {
            // What its supervisor gave it once, it gives it again.
            (None, Some(process), Some(done)) if handover::source(&host, None, process).is_some() => trace(by, done),
            _ => so_far.views.next_start.clone(),
        },
        running: match host.copied_home {
            true => Fact::not_asked(copied::WHY),
            false => running_view(by, &processes, running.as_ref()),
        },
    };
    let gateway = [views.running.get(), views.next_start.get(), views.shell.get()]
        .into_iter()
        .flatten()
        .next();
    let (definitions, handed): (Vec<_>, Vec<_>) = match host.copied_home || service.is_some() {
        true => Vec::new(),
        false => definitions::collect(&ctx, process, &names(gateway)),
    }
    .into_iter()
    .map(|(file, by)| {
        let handed: Vec<(String, By)> = file.hands_over.iter().map(|path| (path.clone(), by)).collect();
        (file, handed)
    })
    .unzip();
    // As it is reached from here, where the Gateway is in a container.
    let state_dir = gateway.map(|trace| trace.state_dir.clone()).unwrap_or_default();
    let ((auth_profiles, secrets), (secret_store, stored)) = match container::state_dir(process, &state_dir) {
        Ok(dir) => (
            auth_profiles::collect_with_secrets(&ctx, &dir, by),
            secret_store::collect(&ctx, &dir, by),
        ),
        Err(why) => (
            (vec![auth_profiles::closed(&state_dir, why.clone())], Default::default()),
            secret_store::closed(&state_dir, why),
        ),
    };
    so_far.install = install;
    so_far.processes = processes.facts.clone();
    so_far.processes.definitions = definitions;
    so_far.views = views.clone();
    so_far.auth_profiles = auth_profiles.clone();
    so_far.secret_store = secret_store;
    so_far.host.skipped_folders = ctx.memo.skipped();
    if let Some(cut) = &mut so_far.cut_short {
        cut.judged = true;
    }
    draft.keep(&so_far);
    let at = processes.facts.examined;
    let known = Known {
        vault,
        rules: &rules,
        by_hand: by_hand.as_ref().ok(),
        by_service: by_service.as_ref().and_then(|done| done.as_ref().ok()),
        running: running.as_ref().and_then(|done| done.as_ref().ok()),
        service,
        process: at.and_then(|at| processes.facts.gateways.get(at).zip(processes.raw.get(at))),
        stores: &auth_profiles,
        profiles: &secrets,
        owners: start_env::owners(&ctx, service, at.and_then(|at| processes.facts.gateways.get(at))),
        by,
        stored: &stored,
        port_taken: processes.facts.port_owner.is_some(),
    };
    // The requests wait for the network while the files are read.
    let files = || {
        let mut read = paths::read(&views, by, service, by_unit);
        read.extend(handed.iter().flatten().cloned());
        let unread = unread_files::collect(&ctx, by, &state_dir, &read, &names(gateway));
        read.extend(commented::definition_paths(
            (service, by_unit),
            (&so_far.startup_files, ctx.by),
        ));
        let commented = commented::collect(&ctx, &read, &names(gateway));
        let guarded = paths::with_secrets(&views, by, &ctx, &services.facts, &auth_profiles);
        // A copy has the owner and the modes of whoever copied it; a container's paths are not those of this machine.
        let permissions = match host.copied_home || process.is_some_and(|process| process.container.is_some()) {
            true => Vec::new(),
            false => permissions::collect(&ctx, &guarded),
        };
        (unread, commented, permissions)
    };
    let measure = process::processor::begin_in_doubt(process);
    let asked_elsewhere = || PingFacts {
        why_none: Some(copied::WHY.to_owned()),
        ..PingFacts::default()
    };
    let (pings, log_tail, (unread_files, commented, permissions)) = match host.copied_home {
        true => (
            asked_elsewhere(),
            log_tail::of_service(&ctx, service, process, &state_dir, by).await,
            files(),
        ),
        false => tokio::join!(
            round::ask(&ctx, &known),
            log_tail::of_service(&ctx, service, process, &state_dir, by),
            async { files() }
        ),
    };
    let measured = match measure {
        Some(measure) => {
            measure
                .end_where_silent(&pings, ctx.within(Duration::from_secs(1)))
                .await
        }
        None => None,
    };
    if let Some(process) = at.and_then(|at| so_far.processes.gateways.get_mut(at)) {
        process.processor = measured;
    }
    let mut snapshot = Snapshot {
        taken_at: clock::now(),
        unread_files,
        commented,
        permissions,
        log_tail,
        pings,
        cut_short: None,
        ..so_far
    };
    snapshot.suppressions = suppressions::collect(&ctx, &snapshot);
    snapshot.host.skipped_folders = ctx.memo.skipped();
    snapshot
}

/// Returns what is known of a machine that cannot be looked at.
pub(super) fn unseen(request: &Request, env: &BTreeMap<String, Secret>, why: String) -> Snapshot {
    draft::empty(why, asked(request), host::collect(request, env))
}

/// What needs no answer of the service manager.
struct Meanwhile {
    startup_files: Vec<StartupFile>,
    /// None where a copied home is examined: the processes here are not its own.
    processes: Option<process::Scan>,
}

fn meanwhile(ctx: &Context<'_>) -> Meanwhile {
    // Nearly every service has the state directory of the user's shell.
    ctx.memo.state_rows(ctx.by, &state_dir_of_shell(ctx));
    Meanwhile {
        startup_files: startup_files::collect(ctx),
        processes: (!ctx.host.copied_home).then(process::scan),
    }
}

fn state_dir_of_shell(ctx: &Context<'_>) -> PathBuf {
    let profile = ctx.request.profile.as_deref().or_else(|| ctx.var("OPENCLAW_PROFILE"));
    match (ctx.var("OPENCLAW_STATE_DIR"), profile) {
        (Some(dir), _) => PathBuf::from(dir),
        (None, Some(profile)) if profile != "default" => ctx.home().join(format!(".openclaw-{profile}")),
        (None, _) => ctx.home().join(".openclaw"),
    }
}

fn asked(request: &Request) -> Asked {
    Asked {
        keys: request.keys.clone(),
        profile: request.profile.clone(),
        offline: request.offline,
        service_manager: request.manager.word().to_owned(),
        own_fingerprint_key: request.fingerprint_key.is_some(),
    }
}

async fn services(ctx: &Context<'_>) -> ServiceCollection {
    match choice::manager(ctx) {
        Ok(ManagerKind::Systemd) => systemd::collect(ctx).await,
        Ok(ManagerKind::Launchd) => launchd::collect(ctx).await,
        Ok(ManagerKind::None) => ServiceCollection::default(),
        Err(why) => ServiceCollection {
            facts: ServiceFacts {
                why_none: Some(why),
                ..ServiceFacts::default()
            },
            raw: Vec::new(),
        },
    }
}

fn trace(by: By, done: &Result<Finished, String>) -> Fact<Trace> {
    match done {
        Ok(done) => {
            let mut trace = done.trace.clone();
            trace.config.copies = config_copies::collect(by, &trace.config_path);
            Fact::known(trace)
        }
        Err(why) => Fact::unreadable(why.clone(), ""),
    }
}

fn next_start_view(
    by: By,
    services: &ServiceFacts,
    service: Option<&Service>,
    done: Option<&Result<Finished, String>>,
) -> Fact<Trace> {
    match (service, done) {
        (_, Some(done)) => trace(by, done),
        (Some(service), None) => Fact::unreadable(format!("the definition of {} could not be read", service.name), ""),
        // A service could be where nothing could be looked at.
        (None, None) => match services.closed.first() {
            Some(why) => Fact::unreadable(why.clone(), ""),
            None => Fact::Absent,
        },
    }
}

fn running_view(by: By, processes: &ProcessCollection, done: Option<&Result<Finished, String>>) -> Fact<Trace> {
    let process = processes.facts.examined.and_then(|at| processes.facts.gateways.get(at));
    match (process, done) {
        (_, Some(done)) => trace(by, done),
        (Some(process), None) => match &process.initial {
            Fact::Unreadable { why, how_to_see } => Fact::unreadable(why.clone(), how_to_see.clone()),
            _ => Fact::unreadable("the environment of the process could not be read", ""),
        },
        (None, None) => Fact::Absent,
    }
}

/// Names whose assignments are worth finding in files that nothing reads.
fn names(gateway: Option<&Trace>) -> Vec<String> {
    let refs = gateway.into_iter().flat_map(|trace| &trace.config.refs);
    refs.map(|reference: &ConfigRef| reference.name.clone()).collect()
}
