//! The installed OpenClaw package, found from its files alone: Node is never run.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::context::Context;
use super::memo::Memo;
use super::ownership::By;
use crate::model::snapshot::{GatewayProcess, Install};

/// How far above the entry script its package may begin.
const LEVELS: usize = 4;
/// Largest manifest of a container that is read.
const MANIFEST_CAP: u64 = 512 << 10;

/// A package of OpenClaw on the disk.
pub(super) struct Package {
    /// Its folder.
    pub(super) dir: PathBuf,
    /// The version of its manifest.
    pub(super) version: Option<String>,
}

/// Finds the package of the entry script, else the one of the `openclaw` on PATH. The one on PATH
/// is described in both cases.
pub fn collect(ctx: &Context<'_>, entry: Option<(&str, By)>) -> Install {
    let mut install = Install::default();
    let of_entry = entry.and_then(|(entry, by)| {
        install.looked_at.push(entry.to_owned());
        package_of(&ctx.memo, by, Path::new(entry))
    });
    let cli = on_path(ctx, &mut install.looked_at);
    let of_cli = cli.as_deref().and_then(|cli| package_of(&ctx.memo, By::Asker, cli));
    install.cli_path = cli.map(|path| path.to_string_lossy().into_owned());
    install.cli_version = of_cli.as_ref().and_then(|package| package.version.clone());
    let (found_by, package) = match (of_entry, of_cli) {
        (Some(package), _) => (Some("service"), Some(package)),
        (None, Some(package)) => (Some("path"), Some(package)),
        (None, None) => (None, None),
    };
    install.found_by = found_by.map(str::to_owned);
    if let Some(package) = package {
        install.package_dir = Some(package.dir.to_string_lossy().into_owned());
        install.version = package.version;
    }
    install
}

/// Adds the package of the process that runs: in a container that one alone, else where no other was found.
pub(super) fn of_process(ctx: &Context<'_>, process: Option<&GatewayProcess>, install: &mut Install) {
    let Some((process, script)) = process.and_then(|process| Some((process, process.script.as_deref()?))) else {
        return;
    };
    let by = ctx.by.also(process.uid);
    if process.container.is_some() {
        let version = script
            .split_once("/dist/")
            .and_then(|(dir, _)| version_below(by, &PathBuf::from(format!("/proc/{}/root", process.pid)), dir));
        (install.found_by, install.version) = (version.as_ref().map(|_| "process".to_owned()), version);
        install.package_dir = None;
    } else if install.package_dir.is_none()
        && let Some(package) = package_of(&ctx.memo, by, Path::new(script))
    {
        install.found_by = Some("process".to_owned());
        install.package_dir = Some(package.dir.to_string_lossy().into_owned());
        install.version = package.version;
    }
}

fn version_below(by: By, root: &Path, dir: &str) -> Option<String> {
    let manifest = Path::new(dir).join("package.json");
    let file = by.read_below(root, &manifest, MANIFEST_CAP).ok()?;
    let manifest: serde_json::Value = serde_json::from_slice(&file.bytes).ok()?;
    let is_product = manifest.get("name").and_then(|name| name.as_str()) == Some("openclaw");
    let version = manifest
        .get("version")
        .and_then(|version| version.as_str())
        .filter(|_| is_product)?;
    Some(version.chars().filter(|c| !c.is_control()).take(64).collect())
}

/// Returns on whose word the package that was found is read.
pub(super) fn word(install: &Install, of_service: By, of_process: By) -> By {
    match install.found_by.as_deref() {
        Some("path") => By::Asker.along(Path::new(install.cli_path.as_deref().unwrap_or_default())),
        Some("process") => of_process,
        _ => of_service,
    }
}

/// Walks up from a script to the `package.json` of OpenClaw; links are followed first.
pub(super) fn package_of(memo: &Memo, by: By, script: &Path) -> Option<Package> {
    let by = by.along(script);
    let real = std::fs::canonicalize(script).unwrap_or_else(|_| script.to_owned());
    real.ancestors()
        .skip(1)
        .take(LEVELS)
        .find_map(|dir| package_in(memo, by, dir))
        .or_else(|| package_beside_bin(memo, by, script))
}

/// npm on some systems writes a small script instead of a link: `<prefix>/bin/openclaw` then
/// belongs to `<prefix>/lib/node_modules/openclaw`.
fn package_beside_bin(memo: &Memo, by: By, script: &Path) -> Option<Package> {
    let folder = script.parent()?;
    ["../lib/node_modules/openclaw", "../openclaw", "node_modules/openclaw"]
        .iter()
        .filter_map(|relative| std::fs::canonicalize(folder.join(relative)).ok())
        .find_map(|dir| package_in(memo, by, &dir))
}

fn package_in(memo: &Memo, by: By, dir: &Path) -> Option<Package> {
    let manifest = memo.manifest(by, dir)?;
    (manifest.name() == Some("openclaw")).then(|| Package {
        dir: dir.to_owned(),
        version: manifest.version().map(|version| version.chars().take(64).collect()),
    })
}

/// The first executable `openclaw` on PATH that is not this program.
fn on_path(ctx: &Context<'_>, looked_at: &mut Vec<String>) -> Option<PathBuf> {
    let own = std::fs::metadata("/proc/self/exe")
        .or_else(|_| std::env::current_exe().and_then(std::fs::metadata))
        .ok();
    let path = ctx.var("PATH")?;
    let found = which::which_in_all("openclaw", Some(path), &ctx.host.cwd).ok()?;
    for candidate in found.take(64) {
        looked_at.push(candidate.to_string_lossy().into_owned());
        let Ok(facts) = std::fs::metadata(&candidate) else {
            continue;
        };
        if !own.as_ref().is_some_and(|own| is_same(own, &facts)) {
            return Some(candidate);
        }
    }
    None
}

fn is_same(one: &Metadata, other: &Metadata) -> bool {
    one.dev() == other.dev() && one.ino() == other.ino()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::collect::testkit::{Bench, put};

    fn package(root: &Path, version: &str) -> PathBuf {
        let dir = root.join("lib/node_modules/openclaw");
        put(
            &dir.join("package.json"),
            format!(r#"{{"name":"openclaw","version":"{version}"}}"#),
        );
        put(&dir.join("dist/index.js"), "");
        put(&dir.join("openclaw.mjs"), "#!/usr/bin/env node\n");
        std::fs::set_permissions(dir.join("openclaw.mjs"), PermissionsExt::from_mode(0o755)).unwrap();
        std::fs::canonicalize(dir).unwrap()
    }

    #[test]
    fn the_service_entry_comes_before_the_path() {
        let root = tempfile::tempdir().unwrap();
        let service = package(&root.path().join("a"), "2026.9.6");
        let cli = package(&root.path().join("b"), "2026.5.1");
        let bin = root.path().join("b/bin");
        std::fs::create_dir_all(&bin).unwrap();
        symlink(cli.join("openclaw.mjs"), bin.join("openclaw")).unwrap();
        let mut bench = Bench::new(root.path());
        bench
            .env
            .insert("PATH".to_owned(), bench.vault.seal(bin.to_string_lossy().into_owned()));

        let entry = service.join("dist/index.js");
        let found = collect(&bench.context(), entry.to_str().map(|entry| (entry, By::Asker)));
        assert_eq!(found.found_by.as_deref(), Some("service"));
        assert_eq!(found.package_dir.as_deref(), service.to_str());
        assert_eq!(
            (found.version.as_deref(), found.cli_version.as_deref()),
            (Some("2026.9.6"), Some("2026.5.1"))
        );

        let found = collect(&bench.context(), Some(("/nowhere/dist/index.js", By::Asker)));
        assert_eq!(
            (found.found_by.as_deref(), found.version.as_deref()),
            (Some("path"), Some("2026.5.1"))
        );
        assert_eq!(found.cli_path.as_deref(), bin.join("openclaw").to_str());
    }

    #[test]
    fn the_package_of_a_container_is_read_below_its_root_and_through_no_link() {
        let root = tempfile::tempdir().unwrap();
        put(
            &root.path().join("app/package.json"),
            r#"{"name":"openclaw","version":"2026.9.6"}"#,
        );
        put(
            &root.path().join("other/package.json"),
            r#"{"name":"else","version":"1"}"#,
        );
        symlink(root.path().join("app"), root.path().join("link")).unwrap();
        let found = |dir: &str| version_below(By::Asker, root.path(), dir);
        assert_eq!(found("/app").as_deref(), Some("2026.9.6"));
        for dir in ["/other", "/link", "/nowhere", "/app/../other"] {
            assert_eq!(found(dir), None, "{dir}");
        }
    }

    #[test]
    fn the_doctor_itself_is_passed_over() {
        let root = tempfile::tempdir().unwrap();
        let bin = root.path().join("bin");
        std::fs::create_dir_all(&bin).unwrap();
        symlink("/proc/self/exe", bin.join("openclaw")).unwrap();
        let mut bench = Bench::new(root.path());
        bench
            .env
            .insert("PATH".to_owned(), bench.vault.seal(bin.to_string_lossy().into_owned()));
        let found = collect(&bench.context(), None);
        assert_eq!((found.cli_path, found.package_dir), (None, None));
    }

    #[test]
    fn packages_of_another_name_do_not_count() {
        let root = tempfile::tempdir().unwrap();
        put(&root.path().join("package.json"), r#"{"name":"other","version":"1"}"#);
        put(&root.path().join("dist/index.js"), "");
        let bench = Bench::new(root.path());
        let entry = root.path().join("dist/index.js");
        assert_eq!(
            collect(&bench.context(), entry.to_str().map(|entry| (entry, By::Asker))).package_dir,
            None
        );
    }
}
