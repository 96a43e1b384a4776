//! Gateway services under systemd: what is defined on disk, what the managers say.
//!
//! The environment comes from the files; the managers are asked for state and for their own
//! environment blocks. Files are read while the commands run, and at most three commands run at
//! once (facts/services.md sections 1.5 and 1.6).

mod access;
mod account;
mod ask;
mod build;
mod env_files;
mod environment_d;
mod find;
mod glob;
mod load;
mod made_at_start;
mod passed;
mod programs;
mod reach;
mod shared;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use self::ask::Answer;
use self::build::Said;
use self::find::{Dirs, Found};
use self::reach::Target;
use self::shared::Shared;
use crate::base::fact::Fact;
use crate::collect::context::{Context, ServiceCollection};
use crate::collect::copied;
use crate::collect::ownership::By;
use crate::loader::RawBinding;
use crate::model::snapshot::{ManagerKind, Place, Scope, ServiceFacts, Source};
use crate::parse::systemd::show::Block;
use crate::platform::systemd::select::{self, Wanted};
use crate::platform::systemd::{names, paths};
use crate::secret::Vault;

/// Finds the Gateway services of this user and of the system. Never fails: what could not be
/// read is said in the facts.
pub async fn collect(ctx: &Context<'_>) -> ServiceCollection {
    collect_under(ctx, "").await
}

/// Units on disk, found while the first commands run.
struct Search {
    user: Vec<Found>,
    system: Vec<Found>,
    user_dirs: Dirs,
    looked_at: Vec<String>,
    closed: Vec<String>,
}

/// `root` stands before the system's own directories; empty but in tests.
async fn collect_under(ctx: &Context<'_>, root: &str) -> ServiceCollection {
    let wanted = Wanted::new(
        ctx.request.profile.as_deref(),
        ctx.var("OPENCLAW_PROFILE"),
        ctx.var("OPENCLAW_SYSTEMD_UNIT"),
    );
    let unit = wanted.unit_name();
    let target = reach::target(ctx, root, &unit);
    let searched: OnceCell<Search> = OnceCell::new();
    let search = || searched.get_or_init(|| search(root, &target, &unit, ctx));

    // Three lanes, one command at a time in each. The search runs before the first command of
    // the second lane, while those of the others are already at work.
    let (user_env, (user_units, system_env), (linger, system_units)) = tokio::join!(
        ask::environment(ctx, &target, Scope::User),
        async {
            let found = search();
            let units = ask::show(ctx, &target, Scope::User, &asked(&found.user, Some(&unit))).await;
            if found.system.is_empty() {
                return (units, None);
            }
            (units, Some(ask::environment(ctx, &target, Scope::System).await))
        },
        async {
            let linger = ask::linger(ctx, &target, root).await;
            let found = search();
            if found.system.is_empty() {
                return (linger, None);
            }
            let units = ask::show(ctx, &target, Scope::System, &asked(&found.system, None)).await;
            (linger, Some(units))
        },
    );

    let search = search();
    let planted = match ctx.host.copied_home {
        true => Vec::new(),
        false => environment_d::bindings(target.by(ctx), &target, root, ctx.vault),
    };
    let user_env = user_env.map(|block| {
        let mut block = sealed(block, Scope::User, ctx.vault);
        environment_d::place(&mut block, &planted);
        block
    });
    let system_env = system_env
        .unwrap_or_else(not_asked)
        .map(|block| sealed(block, Scope::System, ctx.vault));
    let system_units = system_units.unwrap_or_else(not_asked);
    let help = reach::help(&target, root);
    let shared = Shared {
        vault: ctx.vault,
        target: &target,
        root,
        moved_to: ctx.moved_to(),
        asker: ctx.host.uid,
        host: host_name(root),
        accounts: ask::accounts(ctx, &target, &account::not_listed(root, &search.system)).await,
    };
    let user = Said {
        environment: &user_env,
        planted: &planted,
        units: &user_units,
        help: help.clone(),
    };
    let system = Said {
        environment: &system_env,
        planted: &[],
        units: &system_units,
        help: "systemctl show-environment".to_owned(),
    };
    let from_manager = only_loaded(search, &user_units, &unit);
    let mut pairs: Vec<_> = search
        .user
        .iter()
        .chain(&from_manager)
        .map(|found| build::service(&shared, found, &user))
        .chain(
            search
                .system
                .iter()
                .map(|found| build::service(&shared, found, &system)),
        )
        .collect();
    pairs.sort_by(|(a, _), (b, _)| (&a.name, a.scope == Scope::System).cmp(&(&b.name, b.scope == Scope::System)));
    for (service, _) in &mut pairs {
        passed::of_interest(ctx, &mut service.systemd.passed_over);
    }
    let (services, raw) = pairs.into_iter().unzip();

    let why_none = why_none(ctx, &user_env);
    let mut facts = ServiceFacts {
        manager: ManagerKind::Systemd,
        why_none,
        reach: Some(reached(&user_env, &user_units, &help)),
        services,
        examined: None,
        manager_env: Some(block_facts(&user_env, ctx.vault, &help)),
        linger: Some(linger),
        looked_at: search.looked_at.clone(),
        closed: search.closed.clone(),
    };
    let target = &target.account;
    let is_own = |service: &crate::model::snapshot::Service| match &service.systemd.runs_as {
        _ if service.scope == Scope::User => true,
        Some(account) => account.uid == Some(target.uid) || account.name == target.name,
        None => false,
    };
    facts.examined = select::examined(&facts.services, &wanted, is_own);
    if facts.why_none.is_some() && facts.services.is_empty() {
        facts.manager = ManagerKind::None;
    }
    ServiceCollection { facts, raw }
}

/// Of a copied home only the home's own directories count.
fn search(root: &str, target: &Target, unit: &str, ctx: &Context<'_>) -> Search {
    let home_alone = ctx.host.copied_home;
    let list = |scope| {
        let dirs = paths::unit_dirs(scope, &target.dirs);
        let counts = |dir: &String| !home_alone || dir.starts_with(&target.dirs.home);
        let rooted = dirs
            .into_iter()
            .filter(counts)
            .map(|dir| match dir.starts_with(&target.dirs.home) {
                true => dir,
                false => format!("{root}{dir}"),
            });
        let by = match scope {
            Scope::User => target.by(ctx),
            Scope::System => By::Asker,
        };
        Dirs::list(scope, by, &rooted.collect::<Vec<_>>())
    };
    let (mut user_dirs, mut system_dirs) = (list(Scope::User), list(Scope::System));
    // Templates are made for accounts that are not root: where it has no Gateway of its own, no instance is its own.
    let account = &target.account;
    let own = account.uid != 0 || Path::new(&format!("{root}{}/.openclaw", account.home)).exists();
    let name = own.then_some(account.name.as_str());
    let (user, system) = (user_dirs.gateways(unit, name), system_dirs.gateways(unit, name));
    let both = |of: fn(&Dirs) -> &Vec<String>| [&user_dirs, &system_dirs].into_iter().flat_map(of).cloned().collect();
    Search {
        user,
        system,
        looked_at: both(|dirs| &dirs.looked_at),
        closed: both(|dirs| &dirs.closed),
        user_dirs,
    }
}

/// The answer of the system's manager where no service of its own made us ask.
fn not_asked<T>() -> Answer<T> {
    Err("the system manager was not asked".to_owned())
}

/// Names for one `show`; a hostile file name never becomes a pattern or an option.
fn asked(found: &[Found], wanted: Option<&str>) -> Vec<String> {
    let mut units: Vec<String> = found.iter().map(|one| one.unit.clone()).collect();
    units.extend(wanted.map(str::to_owned));
    units.retain(|unit| names::with_suffix(unit).as_ref() == Some(unit));
    units.sort();
    units.dedup();
    units
}

/// The wanted unit where the manager has it loaded from a place that was not searched.
fn only_loaded(search: &Search, units: &Answer<Vec<Block>>, unit: &str) -> Vec<Found> {
    let block = units
        .as_deref()
        .ok()
        .filter(|_| !search.user.iter().any(|found| found.unit == unit))
        .and_then(|blocks| blocks.iter().find(|block| block.get("Id") == Some(unit)))
        .filter(|block| block.get("LoadState") == Some("loaded"));
    let fragment = block.and_then(|block| block.get("FragmentPath"));
    fragment
        .map(|path| search.user_dirs.unit(unit.to_owned(), PathBuf::from(path)))
        .into_iter()
        .collect()
}

fn sealed(block: Vec<(String, String)>, scope: Scope, vault: &Vault) -> Vec<RawBinding> {
    let (source, command) = match scope {
        Scope::User => (Source::Manager, "systemctl --user show-environment"),
        Scope::System => (Source::SystemManager, "systemctl show-environment"),
    };
    let bind = |(name, value): (String, String)| RawBinding {
        name,
        value: vault.seal(value),
        source,
        place: Some(Place::file(command)),
    };
    block.into_iter().map(bind).collect()
}

fn block_facts(
    block: &Answer<Vec<RawBinding>>,
    vault: &Vault,
    help: &str,
) -> Fact<Vec<crate::model::snapshot::Binding>> {
    match block {
        Ok(block) => Fact::known(block.iter().map(|one| build::facts(one, vault)).collect()),
        Err(why) => Fact::unreadable(why.clone(), help),
    }
}

fn reached(environment: &Answer<Vec<RawBinding>>, units: &Answer<Vec<Block>>, help: &str) -> Fact<bool> {
    match (environment, units) {
        (Ok(_), _) | (_, Ok(_)) => Fact::known(true),
        (Err(why), _) => Fact::unreadable(why.clone(), help),
    }
}

/// Says why there is no systemd to examine, where that is so.
fn why_none(ctx: &Context<'_>, user_env: &Answer<Vec<RawBinding>>) -> Option<String> {
    if ctx.host.copied_home {
        return Some(copied::WHY.to_owned());
    }
    let why = user_env.as_ref().err()?;
    if why.contains("not been booted with systemd") {
        return Some("this machine was not started with systemd".to_owned());
    }
    if ctx.tool("systemctl").is_none() && !ctx.host.systemd_booted {
        return Some("there is no `systemctl` here and this machine was not started with systemd".to_owned());
    }
    None
}

fn host_name(root: &str) -> Option<String> {
    let path = format!("{root}/proc/sys/kernel/hostname");
    let text = String::from_utf8(By::Asker.read(Path::new(&path), 256).ok()?.bytes).ok()?;
    Some(text.trim().to_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
#[cfg(test)]
mod tests;
