//! From what was found and asked to one service: facts, and the texts beside them.

use super::account;
use super::ask::Answer;
use super::env_files::Reader;
use super::find::Found;
use super::load::{self, LoadedUnit};
use super::shared::Shared;
use super::{made_at_start, passed, programs};
use crate::base::fact::Fact;
use crate::collect::context::RawService;
use crate::collect::host;
use crate::collect::launch_files::{self, Disk};
use crate::loader::RawBinding;
use crate::model::snapshot::{
    Binding, FileAccess, OddLine, OverriddenBinding, PartOf, Place, Scope, Service, Source, SystemdFacts,
};
use crate::parse::systemd::show::Block;
use crate::platform::systemd::assemble::{self, Account, Assembled, Layers};
use crate::platform::systemd::sandbox::{self, Seen};
use crate::platform::systemd::specifiers::Specifiers;
use crate::platform::systemd::{exec, names, state};
use crate::secret::Vault;
use crate::secret::value::is_env_name;

/// What the manager of one scope said.
pub(super) struct Said<'a> {
    /// Its environment block.
    pub(super) environment: &'a Answer<Vec<RawBinding>>,
    /// What environment.d files put into that block; stands in for it where it cannot be read.
    pub(super) planted: &'a [RawBinding],
    /// Its units.
    pub(super) units: &'a Answer<Vec<Block>>,
    /// The command that would help where it could not be asked.
    pub(super) help: String,
}

/// Returns the specifiers of a unit.
fn specifiers(shared: &Shared<'_>, found: &Found) -> Specifiers {
    let user = found.scope == Scope::User;
    let account = &shared.target.account;
    Specifiers {
        unit: found.unit.clone(),
        scope: found.scope,
        user: if user { account.name.clone() } else { "root".to_owned() },
        uid: if user { account.uid } else { 0 },
        home: if user { account.home.clone() } else { "/root".to_owned() },
        shell: if user {
            account.shell.clone()
        } else {
            Some("/bin/sh".to_owned())
        },
        runtime: shared.target.dirs.runtime.clone(),
        config_home: shared.target.dirs.config_home.clone(),
        host: shared.host.clone(),
    }
}

/// Reads one unit and puts all together.
pub(super) fn service(shared: &Shared<'_>, found: &Found, said: &Said<'_>) -> (Service, RawService) {
    let vault = shared.vault;
    let specifiers = specifiers(shared, found);
    let mut unit = load::load(found, &specifiers, vault, shared.moved_to, reader(shared, found.scope));
    let owner = account::owner(shared, found, &unit.definition, unit.masked);
    let account = owner.account(shared);
    if let Some(why) = owner.why_unknown() {
        unit.blind.push(PartOf::Definition.unread(why.clone()));
        unit.unknown.push(why);
    }
    let state = state_of(said, &found.unit);
    note_files(&mut unit, &state, &specifiers.home);
    note_sandbox(&mut unit, found.scope, &specifiers);
    let manager: &[RawBinding] = said.environment.as_deref().unwrap_or(said.planted);
    note_block(&mut unit, found.scope, said, manager);
    let files = unit
        .env_files
        .iter_mut()
        .flat_map(|file| std::mem::take(&mut file.bindings))
        .collect();
    let layers = Layers {
        scope: found.scope,
        manager,
        account: account.as_ref(),
        definition: &unit.definition,
        files,
    };
    let assembled = assemble::assemble(layers, vault);
    let value = |name: &str| assembled.get(name).map(|one| one.value.expose());
    let command = unit.definition.exec.first();
    let cwd = working_dir(&unit, found.scope, account.as_ref());
    let mut disk = Disk {
        cwd: cwd.clone(),
        bash_env: value("BASH_ENV").map(str::to_owned),
        by: found.by,
    };
    let mut read = |line: &str| {
        exec::read(
            line,
            |letter| specifiers.resolve(letter),
            |name| value(name).map(str::to_owned),
            &mut disk,
        )
    };
    let exec = command.map(|(line, _)| read(line)).unwrap_or_default();
    let name = names::read(&found.unit);
    let profile = exec
        .profile
        .clone()
        .or_else(|| value("OPENCLAW_PROFILE").and_then(names::profile))
        .or(name.profile);
    let managed_keys = managed(value("OPENCLAW_SERVICE_MANAGED_ENV_KEYS").unwrap_or_default());
    let still_set =
        |name: &str| assembled.get(name).is_some() || managed_keys.binary_search(&name.to_ascii_uppercase()).is_ok();
    let lost_sources = load::lost_sources(found, &unit.definition, &specifiers, vault, still_set);
    let nix = host::is_of_nix(&found.fragment, value("OPENCLAW_NIX_MODE"));
    let mut passed_over = passed::of_unit(found.by, &unit, &assembled, &specifiers, vault);
    passed_over.extend(passed::not_loaded(found.scope, said.environment, said.planted));
    let Assembled { mut env, overridden } = assembled;
    let given = env.clone();
    let outcome = launch_files::apply(&exec.chain, &mut env, vault, command.map(|(_, place)| place));
    if let Some((_, place)) = command {
        passed_over.extend(passed::taken_by_chain(&exec.chain, &given, &env, &outcome, place));
    }
    let mut account_unknown = owner.why_unknown();
    let mut runs_as = owner.runs_as(shared);
    let mut user = unit.definition.user.clone();
    let mut account = account;
    if let Some(owner) = exec
        .chain
        .account
        .as_deref()
        .and_then(|name| account::changed_to(shared, found, name))
    {
        (account_unknown, runs_as) = (owner.why_unknown(), owner.runs_as(shared));
        user = exec.chain.account.clone();
        account = owner.account(shared);
        if let Some(own) = account.as_ref().filter(|_| !env.iter().any(|one| one.name == "HOME")) {
            env.push(RawBinding {
                name: "HOME".to_owned(),
                value: vault.seal(own.home.clone()),
                source: Source::Launcher,
                place: command.map(|(_, place)| place.clone()),
            });
        }
    }
    if let Some(program) = &exec.chain.elsewhere {
        let why =
            format!("{program} starts OpenClaw elsewhere, so its home and its files are not those of this machine");
        unit.blind.push(PartOf::Definition.unread(why.clone()));
        unit.unknown.push(why.clone());
        (account_unknown, runs_as) = (Some(why), None);
    }
    let cwd = working_dir(&unit, found.scope, account.as_ref());
    let mut odd_lines = std::mem::take(&mut unit.definition.odd);
    if unit.masked {
        odd_lines.push(OddLine {
            place: Place::file(found.fragment.to_string_lossy()),
            name: None,
            what: "the unit is masked; systemd does not start it".to_owned(),
        });
    }
    let service = Service {
        name: found.unit.clone(),
        scope: found.scope,
        profile,
        legacy: name.legacy,
        nix,
        definition: Some(unit.fragment),
        drop_ins: unit.drop_ins,
        lost_sources,
        state,
        exec: programs::facts(found.by, &exec, command.map(|(_, place)| place), outcome),
        working_dir: unit.definition.working_dir.clone(),
        user,
        bindings: env.iter().map(|one| facts(one, vault)).collect(),
        overridden: overridden
            .iter()
            .map(|(one, why)| OverriddenBinding {
                binding: facts(one, vault),
                why: why.clone(),
            })
            .collect(),
        env_files: unit.env_files.into_iter().map(|file| file.facts).collect(),
        managed_keys,
        unknown: unit.unknown,
        blind: unit.blind,
        odd_lines,
        launchd: None,
        systemd: SystemdFacts {
            masked: unit.masked,
            settings: std::mem::take(&mut unit.definition.settings),
            passed_over,
            account_unknown,
            runs_as,
        },
    };
    let raw = RawService {
        scope: found.scope,
        env,
        overridden,
        cwd,
        args: exec.args,
    };
    (service, raw)
}

/// Returns a binding without its text.
pub(super) fn facts(one: &RawBinding, vault: &Vault) -> Binding {
    Binding {
        name: one.name.clone(),
        value: vault.facts(&one.name, &one.value),
        source: one.source,
        place: one.place.clone(),
    }
}

/// Who opens the files of variables of a service.
fn reader(shared: &Shared<'_>, scope: Scope) -> Reader {
    match scope {
        Scope::System => Reader::Root,
        Scope::User if shared.target.account.uid == shared.asker => Reader::Asker,
        Scope::User => Reader::Other(shared.target.account.uid),
    }
}

/// Notes directives that may hide the home from a service of a user's manager, which may not be able to.
fn note_sandbox(unit: &mut LoadedUnit, scope: Scope, specifiers: &Specifiers) {
    let settings = &unit.definition.settings;
    let state_dir = format!("{}/.openclaw", specifiers.home);
    if sandbox::is_carried_out(scope, settings) {
        return;
    }
    if let Seen::Hidden(by) = sandbox::seen(settings, &state_dir) {
        let what = format!(
            "{}={} hides {state_dir} from the service, where the user's manager can carry it out",
            by.name, by.value
        );
        unit.unknown.push(what);
    }
}

/// Notes files of variables that are made when the service starts: what they give is not known before.
fn note_files(unit: &mut LoadedUnit, state: &Fact<crate::model::snapshot::ServiceState>, home: &str) {
    let active = state.get().is_some_and(|state| state.active == "active");
    let definition = &unit.definition;
    for file in &mut unit.env_files {
        if let Some(why) = made_at_start::maker(&file.facts, definition, active, home) {
            let path = &file.facts.path;
            unit.unknown.push(format!(
                "what {path} gives is not known before the service starts: {why}"
            ));
            file.facts.access = FileAccess::MadeAtStart;
        }
    }
}

/// Notes names that the manager may hand over and that cannot be seen.
fn note_block(unit: &mut LoadedUnit, scope: Scope, said: &Said<'_>, manager: &[RawBinding]) {
    if let Err(why) = said.environment {
        unit.unknown
            .push(format!("the environment block of the manager could not be read: {why}"));
    }
    if scope == Scope::System {
        for name in &unit.definition.pass {
            if !manager.iter().any(|one| one.name == *name) {
                let what = format!(
                    "PassEnvironment={name} copies it from the system manager, whose own environment cannot be read"
                );
                unit.unknown.push(what);
            }
        }
    }
}

fn state_of(said: &Said<'_>, unit: &str) -> Fact<crate::model::snapshot::ServiceState> {
    match said.units {
        Ok(blocks) => match state::find(blocks, unit) {
            Some(block) => Fact::known(state::read(block)),
            None => Fact::unreadable("the manager did not report on this unit", said.help.clone()),
        },
        Err(why) => Fact::unreadable(why.clone(), said.help.clone()),
    }
}

fn managed(text: &str) -> Vec<String> {
    let mut keys: Vec<String> = text
        .split(',')
        .map(str::trim)
        .filter(|key| is_env_name(key))
        .map(str::to_ascii_uppercase)
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

/// A user's manager starts services in the home, the system's in `/`.
fn working_dir(unit: &LoadedUnit, scope: Scope, account: Option<&Account>) -> String {
    let home = || {
        account
            .map(|one| one.home.clone())
            .unwrap_or_else(|| "/root".to_owned())
    };
    match unit.definition.working_dir.as_deref() {
        Some("~") => home(),
        Some(dir) => dir.to_owned(),
        None if scope == Scope::User => home(),
        None => "/".to_owned(),
    }
}
