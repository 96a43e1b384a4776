//! Every `openclaw` and `node` on the caller's and on the service's PATH, what the service and the
//! running Gateway use of them, and their versions, told from files alone.

mod node_version;

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

pub(super) use node_version::of_node;

use super::context::Context;
use super::install::{self, package_of};
use super::memo::Memo;
use super::ownership::By;
use super::start_env;
use crate::base::fact::Fact;
use crate::model::snapshot::{
    Binding, GatewayProcess, Install, Program, ProgramUse, Programs, RunningPackage, Service,
};

const NAMES: [&str; 2] = ["openclaw", "node"];
/// Most programs of one name that are taken from one PATH.
const MOST: usize = 16;
/// Most folders of a PATH that are looked at.
const MOST_FOLDERS: usize = 128;

/// Looks at both PATHs and at what runs.
pub fn collect(
    ctx: &Context<'_>,
    install: &Install,
    service: Option<&Service>,
    process: Option<&GatewayProcess>,
) -> Programs {
    let own = own_file();
    let mut list = List {
        memo: &ctx.memo,
        own,
        found: Vec::new(),
    };
    let of_service = service.map_or(ctx.by, |service| start_env::by_of_unit(ctx, service));
    let of_process = process.map_or(ctx.by, |process| ctx.by.also(process.uid));
    let service_path = service.and_then(|service| path_of(&service.bindings));
    if let Some(program) = service.and_then(|service| service.exec.program.as_deref()) {
        list.add(program, ProgramUse::Service, of_service);
    }
    // A process of another container has its files elsewhere.
    let process = process.filter(|process| process.container.is_none());
    if let Some(program) = process.and_then(|process| process.program.as_deref()) {
        list.add(program, ProgramUse::Process, of_process);
    }
    for name in NAMES {
        list.search(name, service_path, "/", (ProgramUse::ServicePath, of_service));
        list.search(name, ctx.var("PATH"), &ctx.host.cwd, (ProgramUse::ShellPath, By::Asker));
    }
    let dir = install.package_dir.as_deref();
    Programs {
        node_range: dir.and_then(|dir| node_range(ctx, install::word(install, of_service, of_process), Path::new(dir))),
        vanished: service_path.map(|path| vanished(of_service, path)).unwrap_or_default(),
        running: process.and_then(|process| running(ctx, of_process, process.script.as_deref()?)),
        found: list.found,
    }
}

struct List<'a> {
    memo: &'a Memo,
    own: Option<Metadata>,
    found: Vec<Program>,
}

impl List<'_> {
    fn search(&mut self, name: &str, path: Option<&str>, cwd: &str, (used, by): (ProgramUse, By)) {
        let Some(path) = path else { return };
        let folders: Vec<&str> = path.split(':').take(MOST_FOLDERS).collect();
        let Ok(found) = which::which_in_all(name, Some(folders.join(":")), cwd) else {
            return;
        };
        for path in found.take(MOST) {
            self.add(&path.to_string_lossy(), used, by);
        }
    }

    fn add(&mut self, path: &str, used: ProgramUse, by: By) {
        if let Some(known) = self.found.iter_mut().find(|known| known.path == path) {
            if !known.uses.contains(&used) {
                known.uses.push(used);
            }
            return;
        }
        let Some(name) = name_of(path) else { return };
        let real = std::fs::canonicalize(path).ok();
        let is_doctor = is_same(self.own.as_ref(), path);
        self.found.push(Program {
            name: name.to_owned(),
            path: path.to_owned(),
            real: real
                .as_deref()
                .map(|real| real.to_string_lossy().into_owned())
                .filter(|real| real != path),
            uses: vec![used],
            version: match name {
                _ if is_doctor => Fact::known(env!("CARGO_PKG_VERSION").to_owned()),
                "node" => of_node(by, path),
                _ => of_openclaw(self.memo, by, path),
            },
            is_doctor,
        });
    }
}

/// `openclaw`, or `node` under one of its names; another runtime or a shell is neither.
fn name_of(path: &str) -> Option<&'static str> {
    let file = path.trim_end_matches(" (deleted)").rsplit('/').next()?;
    match file {
        "openclaw" => Some("openclaw"),
        "node" | "nodejs" => Some("node"),
        _ => None,
    }
}

fn of_openclaw(memo: &Memo, by: By, path: &str) -> Fact<String> {
    match package_of(memo, by, Path::new(path)).and_then(|package| package.version) {
        Some(version) => Fact::known(version),
        None => Fact::unreadable(
            "no package.json of OpenClaw lies beside it",
            format!("{path} --version"),
        ),
    }
}

fn path_of(bindings: &[Binding]) -> Option<&str> {
    let path = bindings.iter().find(|binding| binding.name == "PATH")?;
    path.value.public.as_deref()
}

/// Folders of a PATH that are known not to exist.
fn vanished(by: By, path: &str) -> Vec<String> {
    let mut gone: Vec<String> = Vec::new();
    for folder in path
        .split(':')
        .take(MOST_FOLDERS)
        .filter(|folder| folder.starts_with('/'))
    {
        if by.stat(Path::new(folder)).is_absent() && !gone.iter().any(|known| known == folder) {
            gone.push(folder.to_owned());
        }
    }
    gone
}

fn node_range(ctx: &Context<'_>, by: By, package: &Path) -> Option<String> {
    let manifest = ctx.memo.manifest(by, package)?;
    let range = manifest.node_range()?;
    Some(range.chars().filter(|c| !c.is_control()).take(200).collect())
}

fn running(ctx: &Context<'_>, by: By, script: &str) -> Option<RunningPackage> {
    let package = package_of(&ctx.memo, by, Path::new(script))?;
    let written = by.stat(&package.dir.join("package.json"));
    Some(RunningPackage {
        dir: package.dir.to_string_lossy().into_owned(),
        version: package.version,
        written_ms: written.get().map(|stat| stat.mtime_ms),
    })
}

/// The file of this program.
fn own_file() -> Option<Metadata> {
    let by_link = std::fs::metadata("/proc/self/exe");
    by_link
        .or_else(|_| std::env::current_exe().and_then(std::fs::metadata))
        .ok()
}

fn is_same(own: Option<&Metadata>, path: &str) -> bool {
    let facts = std::fs::metadata(path).ok();
    own.zip(facts)
        .is_some_and(|(own, facts)| own.dev() == facts.dev() && own.ino() == facts.ino())
}

#[cfg(test)]
mod tests;
