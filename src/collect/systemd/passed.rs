//! Sources of variables that do not reach a service: what the definition passes over, with the names that the files
//! meant would have brought.

use std::path::Path;

use super::ask::Answer;
use super::load::LoadedUnit;
use crate::collect::context::Context;
use crate::collect::launch_files::Outcome;
use crate::collect::ownership::By;
use crate::loader::RawBinding;
use crate::model::snapshot::{Assignment, PassedKind, PassedOver, Place, Scope};
use crate::parse::rc::rc_file;
use crate::parse::rc::rc_file::Dialect;
use crate::platform::launch::{Chain, Change};
use crate::platform::systemd::assemble::Assembled;
use crate::platform::systemd::passed as rules;
use crate::platform::systemd::specifiers::Specifiers;
use crate::secret::Vault;
use crate::secret::names;

/// Largest file that is looked into, how many are, and how many names of one are kept.
const CAP: u64 = 1 << 20;
const MAX_FILES: usize = 32;
const MAX_NAMES: usize = 200;

/// Returns everything that a unit passes over, its files read for the names they would bring.
pub(super) fn of_unit(
    by: By,
    unit: &LoadedUnit,
    assembled: &Assembled,
    specifiers: &Specifiers,
    vault: &Vault,
) -> Vec<PassedOver> {
    let mut found = unit.definition.passed.clone();
    let still_read: Vec<&str> = unit
        .definition
        .env_files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    // What a later line brings again is not lost.
    found.retain(|one| {
        one.kind != PassedKind::Reset || !one.file.as_deref().is_some_and(|file| still_read.contains(&file))
    });
    found.extend(strays(unit, specifiers));
    for one in found.iter_mut().filter(|one| one.names.is_empty()).take(MAX_FILES) {
        if let Some(file) = one.file.clone() {
            one.names = names_of(by, Path::new(&file), vault);
        }
    }
    for file in &unit.env_files {
        found.extend(file.facts.odd_lines.iter().filter_map(|line| {
            let name = line.name.clone()?;
            // The name arrives all the same, or by another line.
            let arrives = file.facts.names.contains(&name);
            (!arrives).then(|| PassedOver {
                kind: if line.what.contains("`export`") {
                    PassedKind::Export
                } else {
                    PassedKind::Line
                },
                names: vec![rules::assignment(name, line.place.line.unwrap_or_default())],
                place: line.place.clone(),
                file: None,
                what: line.what.clone(),
            })
        }));
    }
    found.extend(unset(unit, assembled));
    found
}

/// Values that `UnsetEnvironment=` takes away.
fn unset<'a>(unit: &'a LoadedUnit, assembled: &'a Assembled) -> impl Iterator<Item = PassedOver> + use<'a> {
    let gone = assembled.overridden.iter().filter(|(_, why)| why == "unset");
    gone.filter_map(|(binding, _)| {
        let named = |pattern: &str| pattern.split('=').next() == Some(binding.name.as_str());
        let (_, place) = unit.definition.unset.iter().find(|(pattern, _)| named(pattern))?;
        let line = binding.place.as_ref().and_then(|place| place.line).unwrap_or_default();
        Some(PassedOver {
            kind: PassedKind::Unset,
            place: place.clone(),
            file: binding.place.as_ref().map(|place| place.path.clone()),
            names: vec![rules::assignment(binding.name.clone(), line)],
            what: format!("`UnsetEnvironment={}` removes it, wherever it is set", binding.name),
        })
    })
}

/// Values of the definition that a program of its own command line takes away.
pub(super) fn taken_by_chain(
    chain: &Chain,
    given: &[RawBinding],
    left: &[RawBinding],
    outcome: &Outcome,
    place: &Place,
) -> Vec<PassedOver> {
    let has = |names: &[String], name: &str| names.iter().any(|one| one == name);
    let gone = given.iter().filter(|one| {
        let stays = left.iter().any(|other| other.name == one.name);
        !stays && !has(&outcome.doubtful, &one.name)
    });
    gone.filter_map(|one| {
        let by = chain.changes.iter().rev().find_map(|change| match change {
            Change::Remove(name) if *name == one.name => Some(format!("env -u {name}")),
            Change::Clear(by) => Some(by.clone()),
            _ => None,
        })?;
        let line = one.place.as_ref().and_then(|place| place.line).unwrap_or_default();
        Some(PassedOver {
            what: format!("`{by}` takes it away before OpenClaw starts"),
            kind: PassedKind::Launcher { program: by },
            place: place.clone(),
            file: one.place.as_ref().map(|place| place.path.clone()),
            names: vec![rules::assignment(one.name.clone(), line)],
        })
    })
    .collect()
}

/// Directives in files that look like drop-ins and are none.
fn strays(unit: &LoadedUnit, specifiers: &Specifiers) -> Vec<PassedOver> {
    let mut found = Vec::new();
    for part in &unit.strays {
        let what = if part.path.ends_with(".conf") {
            "systemd does not read this directory: drop-ins are in a directory of the unit's full name and `.d`"
        } else {
            "systemd reads only files whose names end in `.conf`"
        };
        for line in &part.text.assignments {
            if let Some(brings) = rules::brings(&line.key) {
                let place = Place::line(&part.path, line.line);
                found.push(rules::directive(
                    PassedKind::DropIn,
                    line,
                    brings,
                    place,
                    specifiers,
                    what.to_owned(),
                ));
            }
        }
    }
    found
}

/// What environment.d files set and the user's manager does not have: it read them before.
pub(super) fn not_loaded(scope: Scope, block: &Answer<Vec<RawBinding>>, planted: &[RawBinding]) -> Vec<PassedOver> {
    let Ok(block) = block else { return Vec::new() };
    if scope == Scope::System {
        return Vec::new();
    }
    let has = |name: &str| block.iter().any(|one| one.name == name);
    let missing = planted.iter().filter(|one| !has(&one.name));
    missing
        .filter_map(|one| {
            let place = one.place.clone()?;
            Some(PassedOver {
                kind: PassedKind::EnvironmentD,
                names: vec![rules::assignment(one.name.clone(), place.line.unwrap_or_default())],
                place,
                file: None,
                what: "the user's service manager has not loaded this line yet".to_owned(),
            })
        })
        .collect()
}

/// Names that a file of variables sets, in whatever dialect it is written; their values go to the vault.
fn names_of(by: By, path: &Path, vault: &Vault) -> Vec<Assignment> {
    let Ok(file) = by.read(path, CAP) else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&file.bytes);
    let contents = rc_file::parse(&text, Dialect::Plain);
    let of_interest = contents
        .assigned
        .iter()
        .filter(|found| names::is_of_interest(found.name, &[]));
    of_interest
        .take(MAX_NAMES)
        .map(|found| {
            if let Some(literal) = found.literal {
                vault.seal(literal);
            }
            rules::assignment(found.name.to_owned(), found.line)
        })
        .collect()
}

/// Names of interest to this run stay, others are nobody's business.
pub(super) fn of_interest(ctx: &Context<'_>, found: &mut Vec<PassedOver>) {
    for one in found.iter_mut() {
        one.names
            .retain(|name| names::is_of_interest(&name.name, &ctx.request.keys));
    }
    found.retain(|one| !one.names.is_empty());
}
