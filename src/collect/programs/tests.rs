//! Made-up installs on made-up PATHs.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use super::*;
use crate::checks::testkit::{bind, gateway, service};
use crate::collect::testkit::{Bench, put};
use crate::model::snapshot::Source;

fn program(path: &Path) -> String {
    put(path, vec![0x7f; 300 << 10]);
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
    path.to_string_lossy().into_owned()
}

fn package(root: &Path, version: &str) -> PathBuf {
    let dir = root.join("lib/node_modules/openclaw");
    put(
        &dir.join("package.json"),
        format!(r#"{{"name":"openclaw","version":"{version}","engines":{{"node":">=24.16.0 <25 || >=26.1.0"}}}}"#),
    );
    put(&dir.join("dist/index.js"), "");
    put(&dir.join("openclaw.mjs"), "#!/usr/bin/env node\n");
    std::fs::set_permissions(dir.join("openclaw.mjs"), PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::create_dir_all(root.join("bin")).unwrap();
    symlink(dir.join("openclaw.mjs"), root.join("bin/openclaw")).unwrap();
    std::fs::canonicalize(dir).unwrap()
}

#[test]
fn both_paths_and_both_uses_are_told() {
    let root = tempfile::tempdir().unwrap();
    let root = std::fs::canonicalize(root.path()).unwrap();
    let (of_service, of_cli) = (root.join("a"), root.join("b"));
    let package_dir = package(&of_service, "2026.9.6");
    package(&of_cli, "2026.5.1");
    let node = program(&root.join(".nvm/versions/node/v24.16.0/bin/node"));
    let other = program(&of_cli.join("bin/node"));
    let mut bench = Bench::new(&root);
    let path = format!("{0}/b/bin:{0}/a/bin:relative", root.display());
    bench.env.insert("PATH".to_owned(), bench.vault.seal(path));

    let mut one = service("openclaw-gateway.service");
    one.exec.program = Some(node.clone());
    let bin = root.join(".nvm/versions/node/v24.16.0/bin");
    let gone = root.join("gone/bin");
    let path = format!(
        "{}:{}:{}",
        bin.display(),
        of_service.join("bin").display(),
        gone.display()
    );
    one.bindings = vec![bind("PATH", &path, Source::Unit, None)];
    let mut process = gateway(4242);
    process.program = Some(node.clone());
    process.script = Some(package_dir.join("dist/index.js").to_string_lossy().into_owned());
    let install = Install {
        package_dir: Some(package_dir.to_string_lossy().into_owned()),
        ..Install::default()
    };

    let found = collect(&bench.context(), &install, Some(&one), Some(&process));
    let told: Vec<_> = found
        .found
        .iter()
        .map(|one| (one.path.clone(), one.uses.clone(), one.version.get().cloned()))
        .collect();
    let bin = |root: &Path| root.join("bin/openclaw").to_string_lossy().into_owned();
    let version = |text: &str| Some(text.to_owned());
    assert_eq!(
        told,
        [
            (
                node,
                vec![ProgramUse::Service, ProgramUse::Process, ProgramUse::ServicePath],
                version("24.16.0")
            ),
            (
                bin(&of_service),
                vec![ProgramUse::ServicePath, ProgramUse::ShellPath],
                version("2026.9.6")
            ),
            (bin(&of_cli), vec![ProgramUse::ShellPath], version("2026.5.1")),
            (other, vec![ProgramUse::ShellPath], None),
        ]
    );
    assert_eq!(found.node_range.as_deref(), Some(">=24.16.0 <25 || >=26.1.0"));
    assert_eq!(found.vanished, [gone.to_string_lossy().into_owned()]);
    let running = found.running.unwrap();
    assert_eq!(
        (running.dir.as_str(), running.version.as_deref()),
        (package_dir.to_str().unwrap(), Some("2026.9.6"))
    );
    assert!(running.written_ms.is_some());
}

#[test]
fn the_doctor_is_marked_and_containers_are_left_alone() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join("bin")).unwrap();
    symlink("/proc/self/exe", root.path().join("bin/openclaw")).unwrap();
    let mut bench = Bench::new(root.path());
    let path = root.path().join("bin").to_string_lossy().into_owned();
    bench.env.insert("PATH".to_owned(), bench.vault.seal(path));
    let mut process = gateway(4242);
    process.container = Some("docker".to_owned());
    process.program = Some("/usr/local/bin/node".to_owned());
    process.script = Some("/app/dist/index.js".to_owned());
    let found = collect(&bench.context(), &Install::default(), None, Some(&process));
    assert_eq!(found.found.len(), 1);
    assert!(found.found[0].is_doctor);
    assert_eq!(found.running, None);
}
