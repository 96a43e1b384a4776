//! The starting points of the three loadings: by hand, by the service, as the process was.

use std::path::Path;

use super::context::{Context, RawService};
use super::ownership::By;
use super::process::{ProcessCollection, is_supervised};
use super::{host, listening};
use crate::config::Reach;
use crate::loader::{RawBinding, Start};
use crate::model::snapshot::{GatewayProcess, Scope, Service, Setting, Source};
use crate::platform::handover;
use crate::platform::systemd::sandbox;
use crate::product::rules::RuleSet;

/// A Gateway started by hand from here.
pub fn by_hand(ctx: &Context<'_>, rules: &RuleSet) -> Start {
    let mut env: Vec<RawBinding> = ctx
        .env
        .iter()
        // The variables of this shell are not those of the other machine's.
        .filter(|_| !ctx.host.copied_home)
        .map(|(name, value)| RawBinding {
            name: name.clone(),
            value: value.clone(),
            source: Source::Process,
            place: None,
        })
        .collect();
    if let Some(home) = &ctx.request.home {
        env.retain(|binding| binding.name != "HOME");
        env.push(RawBinding {
            name: "HOME".to_owned(),
            value: ctx.vault.seal(home.to_string_lossy()),
            source: Source::Process,
            place: None,
        });
    }
    Start {
        env,
        overridden: Vec::new(),
        cwd: ctx.host.cwd.clone(),
        profile: ctx.request.profile.clone(),
        port: None,
        os_home: host::home_of(ctx.host.uid),
        linux: ctx.host.os == "linux",
        container: ctx.host.container.is_some(),
        reach: listening::reach(ctx, ctx.host.uid, None),
        other_uid: None,
        ask_shell: ctx.request.ask_shell,
        elsewhere: false,
        named_config: false,
        rules: rules.clone(),
    }
}

/// The next start of the service; an error says why nothing is known of it.
pub fn by_service(ctx: &Context<'_>, service: &Service, raw: &RawService, rules: &RuleSet) -> Result<Start, String> {
    let uid = uid_of(ctx, service)?;
    let rooted = |one: &&Setting| matches!(one.name.as_str(), "RootDirectory" | "RootImage") && one.value != "/";
    if let Some(root) = service.systemd.settings.iter().find(rooted) {
        return Err(format!(
            "{}= gives the service a file system of its own, which the doctor does not look into",
            root.name
        ));
    }
    Ok(Start {
        env: raw.env.clone(),
        overridden: raw.overridden.clone(),
        cwd: raw.cwd.clone(),
        profile: service.exec.profile.clone(),
        port: service.exec.port,
        os_home: host::home_of(uid).or_else(|| service.systemd.runs_as.as_ref()?.home.clone()),
        linux: ctx.host.os == "linux",
        container: ctx.host.container.is_some(),
        reach: listening::reach(ctx, uid, Some(service)),
        other_uid: (uid != ctx.host.uid).then_some(uid),
        ask_shell: false,
        elsewhere: false,
        named_config: false,
        rules: rules.clone(),
    })
}

/// Returns the accounts to which the Gateway's secrets belong: the asker, root, the account of the service or, for root, of
/// the process that its supervisor runs, and the owner of the home that is examined.
pub fn owners(ctx: &Context<'_>, service: Option<&Service>, process: Option<&GatewayProcess>) -> Vec<u32> {
    let of_home = By::Asker.stat(Path::new(&ctx.host.home));
    let mut owners = vec![ctx.host.uid, 0];
    owners.extend(service.and_then(|service| uid_of(ctx, service).ok()));
    owners.extend(of_home.get().map(|stat| stat.uid));
    let of_root = |process: &&GatewayProcess| ctx.host.uid == 0 && service.is_none() && is_supervised(process);
    owners.extend(process.filter(of_root).map(|process| process.uid));
    owners
}

/// Returns on whose word the paths are read that the examined Gateway names.
pub fn by(of_home: By, service: Option<&Service>, process: Option<&GatewayProcess>, ctx: &Context<'_>) -> By {
    let of_process = process.map(|process| process.uid);
    let of_service = service.and_then(|service| uid_of(ctx, service).ok());
    of_home.of_gateway(of_process.into_iter().chain(of_service))
}

/// Returns on whose word a definition is read, and what it names: where root's own manager has it, that of whoever could
/// have written it.
pub fn by_of_unit(ctx: &Context<'_>, service: &Service) -> By {
    by_of_files(ctx.by.of_gateway(uid_of(ctx, service).ok()), service)
}

/// As [`by_of_unit`]; `by` is the word of a user's own service.
pub fn by_of_files(by: By, service: &Service) -> By {
    match service.scope {
        Scope::User => by,
        Scope::System => {
            let files = service.definition.iter().chain(&service.drop_ins);
            By::of_files(files.map(|file| Path::new(&file.path)))
        }
    }
}

/// The user a service runs as.
fn uid_of(ctx: &Context<'_>, service: &Service) -> Result<u32, String> {
    if let Some(why) = &service.systemd.account_unknown {
        return Err(why.clone());
    }
    let named = |name: &str| name.parse().ok().or_else(|| host::uid_of(name));
    match (service.scope, &service.systemd.runs_as, &service.user) {
        (Scope::User, None, _) => Ok(ctx.host.uid),
        (_, Some(account), _) if account.uid.is_some() => Ok(account.uid.unwrap_or_default()),
        (Scope::User, ..) => Ok(ctx.host.uid),
        (Scope::System, _, Some(name)) => {
            named(name).ok_or_else(|| format!("the account {name} of the service is not known on this machine"))
        }
        (Scope::System, _, None) => Ok(0),
    }
}

/// The running process as it was started, where its environment could be read.
pub fn running(
    ctx: &Context<'_>,
    processes: &ProcessCollection,
    service: Option<&Service>,
    raw: Option<&RawService>,
    rules: &RuleSet,
) -> Option<Start> {
    let at = processes.facts.examined?;
    let process = processes.facts.gateways.get(at)?;
    let texts = processes.raw.get(at)?;
    let initial = texts.initial.as_ref()?;
    let is_service = service.is_some_and(|service| {
        let main = service.state.get().and_then(|state| state.main_pid);
        main == Some(process.pid) || process.unit.as_deref() == Some(service.name.as_str())
    });
    let layers = raw
        .filter(|_| is_service)
        .map(|raw| raw.env.as_slice())
        .unwrap_or_default();
    let exec = service.filter(|_| is_service).map(|service| &service.exec);
    let handed = handover::source(ctx.host, service, process).unwrap_or(Source::Process);
    Some(Start {
        env: initial
            .iter()
            .map(|binding| attributed(binding, layers, handed))
            .collect(),
        overridden: Vec::new(),
        cwd: texts.cwd.clone().unwrap_or_else(|| "/".to_owned()),
        profile: exec.and_then(|exec| exec.profile.clone()),
        port: exec.and_then(|exec| exec.port).or(process.port),
        os_home: host::home_of(process.uid),
        linux: ctx.host.os == "linux",
        container: ctx.host.container.is_some() || process.container.is_some(),
        // It listens already, or has its own word on why it does not.
        reach: Reach::default(),
        other_uid: (process.uid != ctx.host.uid).then_some(process.uid),
        ask_shell: false,
        elsewhere: false,
        named_config: false,
        rules: rules.clone(),
    })
}

/// A value that the service definition gives the same name comes from there.
fn attributed(binding: &RawBinding, layers: &[RawBinding], handed: Source) -> RawBinding {
    let same = layers
        .iter()
        .find(|layer| layer.name == binding.name && layer.value.same_as(&binding.value));
    match same {
        Some(layer) => layer.clone(),
        None => RawBinding {
            source: handed,
            ..binding.clone()
        },
    }
}

/// Returns the directives that keep files of this machine from a service, where its manager carries them out for sure.
pub fn hides(service: &Service) -> Option<&[Setting]> {
    let settings = service.systemd.settings.as_slice();
    (sandbox::is_carried_out(service.scope, settings) && sandbox::changes_the_view(settings)).then_some(settings)
}

/// Returns whether the process that is examined belongs to a service.
pub fn is_of(process: Option<&GatewayProcess>, service: &Service) -> bool {
    let main = service.state.get().and_then(|state| state.main_pid);
    process.is_some_and(|process| main == Some(process.pid) || process.unit.as_deref() == Some(service.name.as_str()))
}
