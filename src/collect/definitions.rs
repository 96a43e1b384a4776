//! The files in which supervisors and container engines are told what to start. Values in them are not kept.

use std::path::{Path, PathBuf};

use super::context::Context;
use super::launch_files::Disk;
use super::ownership::By;
use crate::model::snapshot::{Assignment, DefinitionFile, DefinitionRole, GatewayProcess, LinkKind};
use crate::parse::mentions;
use crate::platform::launch;
use crate::secret::names;

/// Largest definition that is read.
const CAP: u64 = 512 << 10;
/// Most definitions of one directory.
const LIMIT: usize = 64;

const ECOSYSTEM: &[&str] = &[
    "ecosystem.config.js",
    "ecosystem.config.cjs",
    "ecosystem.config.mjs",
    "ecosystem.config.json",
    "ecosystem.json",
    "pm2.config.js",
    "pm2.config.cjs",
    "pm2.json",
    "process.json",
    "process.yml",
];
const COMPOSE: &[&str] = &[
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
    "docker-compose.override.yml",
    "compose.override.yaml",
];
/// Where runit and s6 look for services.
const SERVICES: &[&str] = &["/etc/service", "/var/service", "/service", "/run/service", "/etc/sv"];
/// Below the home, where guides put the Compose project.
const PROJECTS: &[&str] = &[
    "openclaw",
    "openclaw-docker",
    "docker/openclaw",
    "projects/openclaw",
    "src/openclaw",
    "",
];
const MACHINE_PROJECTS: &[&str] = &["/opt/openclaw", "/srv/openclaw", "/srv/docker/openclaw"];

/// Returns the definitions near a Gateway that name a credential or hand a file over. Without a process those of
/// containers alone.
pub fn collect(ctx: &Context<'_>, process: Option<&GatewayProcess>, wanted: &[String]) -> Vec<(DefinitionFile, By)> {
    let asked: Vec<String> = wanted.iter().chain(&ctx.request.keys).cloned().collect();
    let mut finder = Finder {
        asked,
        found: Vec::new(),
    };
    let supervisor = process
        .and_then(|process| process.supervisor.as_deref())
        .unwrap_or_default();
    // Where a process stands is its account's choice.
    let by = process.map_or(ctx.by, |process| ctx.by.also(process.uid));
    let cwd = process.and_then(|process| process.cwd.as_deref()).map(PathBuf::from);
    let service_dir = process
        .and_then(|process| process.service_dir.as_deref())
        .map(PathBuf::from);
    match supervisor {
        "pm2" => {
            let own = [(ctx.home(), ctx.by), (PathBuf::from(&ctx.host.cwd), By::Asker)];
            for (dir, by) in cwd.into_iter().map(|dir| (dir, by)).chain(own) {
                finder.named(by, &dir, ECOSYSTEM, DefinitionRole::Ecosystem);
            }
        }
        "supervisord" => {
            for path in service_dir
                .into_iter()
                .chain(cwd.map(|dir| dir.join("supervisord.conf")))
            {
                finder.add(by, path, DefinitionRole::Supervisord);
            }
            finder.add(
                By::Asker,
                PathBuf::from("/etc/supervisord.conf"),
                DefinitionRole::Supervisord,
            );
            finder.every(
                By::Asker,
                Path::new("/etc/supervisor/conf.d"),
                DefinitionRole::Supervisord,
                ".conf",
            );
            finder.every(
                By::Asker,
                Path::new("/etc/supervisord.d"),
                DefinitionRole::Supervisord,
                "",
            );
        }
        "runit" | "s6" => {
            let name = process.and_then(|process| process.service_name.as_deref());
            // Another account may not see where the supervisor stands; the usual places are open to all.
            let usual = || {
                let mut dirs = SERVICES.iter().map(|dir| Path::new(dir).join(name.unwrap_or_default()));
                dirs.find(|dir| name.is_some() && by.stat(&dir.join("run")).get().is_some())
            };
            if let Some(dir) = service_dir.or_else(usual) {
                finder.service_dir(by, &dir);
            }
        }
        _ => {}
    }
    let contained = process.is_none_or(|process| process.container.is_some());
    let facts = process.and_then(|process| process.contained.as_ref());
    if let Some(facts) = facts.filter(|facts| facts.asked && ctx.host.container.is_none()) {
        // The engine knows which files made it; others lie here for others.
        let of_engine = facts.owner.map_or(ctx.by, |owner| ctx.by.also(owner));
        for file in &facts.compose_files {
            finder.add_own(of_engine, PathBuf::from(file), DefinitionRole::Compose);
        }
        let quadlet = facts.unit.as_deref().and_then(|unit| unit.strip_suffix(".service"));
        for (dir, by) in quadlet.map_or_else(Vec::new, |_| quadlets(ctx)) {
            let file = format!("{}.container", quadlet.unwrap_or_default());
            finder.add_own(by, dir.join(file), DefinitionRole::Quadlet);
        }
    } else if contained && ctx.host.container.is_none() {
        let of_home = PROJECTS.iter().map(|name| (ctx.home().join(name), ctx.by));
        let of_machine = MACHINE_PROJECTS.iter().copied().chain([ctx.host.cwd.as_str()]);
        let of_machine = of_machine.map(|dir| (PathBuf::from(dir), By::Asker));
        for (dir, by) in of_home.chain(of_machine) {
            finder.named(by, &dir, COMPOSE, DefinitionRole::Compose);
        }
        for (dir, by) in quadlets(ctx) {
            finder.every(by, &dir, DefinitionRole::Quadlet, ".container");
        }
    }
    finder.env_files();
    finder.found
}

/// Where quadlets lie.
fn quadlets(ctx: &Context<'_>) -> Vec<(PathBuf, By)> {
    let user = format!("/etc/containers/systemd/users/{}", ctx.host.uid);
    let etc = [
        user.as_str(),
        "/etc/containers/systemd/users",
        "/etc/containers/systemd",
        "/usr/share/containers/systemd",
    ];
    let home = ctx.home().join(".config/containers/systemd");
    let etc = etc.map(|dir| (PathBuf::from(dir), By::Asker));
    std::iter::once((home, ctx.by)).chain(etc).collect()
}

struct Finder {
    asked: Vec<String>,
    /// Each with the word on which the files are read that it names.
    found: Vec<(DefinitionFile, By)>,
}

impl Finder {
    fn named(&mut self, by: By, dir: &Path, names: &[&str], role: DefinitionRole) {
        for name in names {
            self.add(by, dir.join(name), role);
        }
    }

    fn every(&mut self, by: By, dir: &Path, role: DefinitionRole, end: &str) {
        let entries = by.entries(dir, LIMIT).into_iter().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path).collect();
        paths.sort();
        for path in paths.into_iter().filter(|path| path.to_string_lossy().ends_with(end)) {
            self.add(by, path, role);
        }
    }

    /// The run script, and the directories of variables that it names.
    fn service_dir(&mut self, by: By, dir: &Path) {
        let run = dir.join("run");
        self.add(by, run.clone(), DefinitionRole::RunScript);
        let mut disk = Disk {
            cwd: dir.to_string_lossy().into_owned(),
            bash_env: None,
            by,
        };
        let chain = launch::follow(&[run.to_string_lossy().into_owned()], &mut disk);
        for link in chain.links.iter().filter(|link| link.kind == LinkKind::EnvDir) {
            let Some((_, named)) = link.program.rsplit_once(' ') else {
                continue;
            };
            let folder = dir.join(named.trim_start_matches("./"));
            let listed = names_in(disk.by, &folder);
            // A file that was taken out of it shows in nothing but the time of the folder.
            let itself = DefinitionFile {
                unread: listed.is_none(),
                ..bare(disk.by, &folder, DefinitionRole::EnvDir)
            };
            self.found.push((itself, disk.by));
            for name in listed.unwrap_or_default() {
                if names::is_of_interest(&name, &self.asked) {
                    let file = DefinitionFile {
                        unread: false,
                        changed_ms: changed(disk.by, &folder.join(&name)),
                        path: folder.join(&name).to_string_lossy().into_owned(),
                        role: DefinitionRole::EnvDir,
                        assigns: vec![Assignment {
                            name,
                            line: 1,
                            exported: true,
                        }],
                        hands_over: Vec::new(),
                        service: None,
                    };
                    self.found.push((file, disk.by));
                }
            }
        }
    }

    fn add(&mut self, by: By, path: PathBuf, role: DefinitionRole) {
        self.add_if(by, path, role, |text| {
            !matches!(
                role,
                DefinitionRole::Compose | DefinitionRole::Quadlet | DefinitionRole::Supervisord
            ) || text.to_ascii_lowercase().contains("openclaw")
        });
    }

    /// Adds a file that is known to define the Gateway, whether or not it names the product.
    fn add_own(&mut self, by: By, path: PathBuf, role: DefinitionRole) {
        self.add_if(by, path, role, |_| true);
    }

    /// Adds the files of variables that name a key, which are what is to be edited.
    fn env_files(&mut self) {
        let mut more = Vec::new();
        for (file, by) in &self.found {
            let unit = || {
                Some(format!(
                    "{}.service",
                    file.path.rsplit('/').next()?.strip_suffix(".container")?
                ))
            };
            for path in file.hands_over.iter().filter(|path| !path.ends_with("/.env")) {
                let Ok(read) = by.read(Path::new(path), CAP) else {
                    continue;
                };
                let assigns = self.named_in(&String::from_utf8_lossy(&read.bytes));
                if !assigns.is_empty() {
                    let handed = DefinitionFile {
                        unread: false,
                        changed_ms: changed(*by, Path::new(path)),
                        path: path.clone(),
                        role: file.role,
                        assigns,
                        hands_over: Vec::new(),
                        service: unit().or_else(|| file.service.clone()),
                    };
                    more.push((handed, *by));
                }
            }
        }
        self.found.extend(more);
    }

    fn named_in(&self, text: &str) -> Vec<Assignment> {
        let named = mentions::names(text).into_iter();
        named
            .filter(|(name, _)| names::is_of_interest(name, &self.asked))
            .take(LIMIT)
            .map(|(name, line)| Assignment {
                name: name.to_owned(),
                line,
                exported: true,
            })
            .collect()
    }

    fn add_if(&mut self, by: By, path: PathBuf, role: DefinitionRole, is_wanted: impl Fn(&str) -> bool) {
        let shown = path.to_string_lossy().into_owned();
        if self.found.iter().any(|(known, _)| known.path == shown) {
            return;
        }
        let Ok(file) = by.read(&path, CAP) else {
            // Where the supervisor is known to read it, that it is closed to the asker is told.
            if role == DefinitionRole::RunScript && by.stat(&path).get().is_some() {
                let closed = DefinitionFile {
                    unread: true,
                    ..bare(by, &path, role)
                };
                self.found.push((closed, by));
            }
            return;
        };
        let text = String::from_utf8_lossy(&file.bytes);
        if !is_wanted(&text) {
            return;
        }
        let assigns = self.named_in(&text);
        let (files, service) = match role {
            DefinitionRole::Compose | DefinitionRole::Quadlet => mentions::compose(&text),
            _ => (Vec::new(), None),
        };
        let base = path.parent().unwrap_or(Path::new("/"));
        let mut hands_over: Vec<String> = files
            .iter()
            .map(|name| base.join(name.trim_start_matches("./")).to_string_lossy().into_owned())
            .collect();
        // Compose puts the project's `.env` in the place of `${NAME}`.
        if role == DefinitionRole::Compose && text.contains('$') {
            hands_over.push(base.join(".env").to_string_lossy().into_owned());
        }
        let found = DefinitionFile {
            unread: false,
            changed_ms: changed(by, &path),
            path: shown,
            role,
            assigns,
            hands_over,
            service,
        };
        self.found.push((found, file.names));
    }
}

fn changed(by: By, path: &Path) -> Option<i64> {
    by.stat(path).get().map(|stat| stat.mtime_ms)
}

/// A definition of which nothing but its time is known.
fn bare(by: By, path: &Path, role: DefinitionRole) -> DefinitionFile {
    DefinitionFile {
        unread: false,
        changed_ms: changed(by, path),
        path: path.to_string_lossy().into_owned(),
        role,
        assigns: Vec::new(),
        hands_over: Vec::new(),
        service: None,
    }
}

/// The files of a folder; none where it cannot be looked into.
fn names_in(by: By, dir: &Path) -> Option<Vec<String>> {
    let entries = by.entries(dir, LIMIT).ok()?.into_iter();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.name.into_string().ok()).collect();
    names.sort();
    Some(names)
}
