//! Units and drop-ins on disk, and which of them count.

use super::*;

struct Tree(tempfile::TempDir);

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Tree(tempfile::tempdir().unwrap());
        for (path, text) in files {
            let path = tree.0.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        tree
    }

    fn dirs(&self, names: &[&str]) -> Dirs {
        let dirs: Vec<_> = names
            .iter()
            .map(|name| self.0.path().join(name).to_string_lossy().into_owned())
            .collect();
        Dirs::list(Scope::User, By::Asker, &dirs)
    }

    fn short(&self, path: &Path) -> String {
        path.strip_prefix(self.0.path())
            .unwrap_or(path)
            .to_string_lossy()
            .into_owned()
    }
}

#[test]
fn the_wanted_unit_is_among_those_of_many_profiles() {
    let gateway = "[Service]\nExecStart=/usr/bin/node /p/openclaw/dist/index.js gateway\n";
    let names: Vec<String> = (0..3 * MAX_FOUND)
        .map(|at| format!("a/openclaw-gateway-p{at:03}.service"))
        .collect();
    let wanted = "openclaw-gateway.service";
    let mut files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), gateway)).collect();
    let last = format!("a/{wanted}");
    files.push((&last, gateway));
    let found = Tree::new(&files).dirs(&["a"]).gateways(wanted, Some("me"));
    assert_eq!(found.len(), MAX_FOUND);
    assert!(found.iter().any(|one| one.unit == wanted));
    assert!(found.is_sorted_by_key(|one| one.unit.clone()));
}

#[test]
fn units_are_found_by_name_and_by_what_they_start() {
    let gateway = "[Service]\nExecStart=/usr/bin/node /p/openclaw/dist/index.js gateway\n";
    let tree = Tree::new(&[
        ("a/openclaw-gateway.service", "broken"),
        ("b/openclaw-gateway.service", gateway),
        ("b/openclaw-gateway-Ops.service", gateway),
        ("b/claw.service", gateway),
        ("b/other.service", "[Service]\nExecStart=/usr/bin/kong gateway\n"),
        ("b/tmpl@.service", gateway),
        ("b/multi@.service", gateway),
        ("b/default.target.wants/multi@work.service", ""),
        ("a/x.service", "[Service]\nExecStart=/bin/true\n"),
        ("b/x.service", gateway),
    ]);
    std::os::unix::fs::symlink(
        "openclaw-gateway.service",
        tree.0.path().join("b/alias-gateway.service"),
    )
    .unwrap();
    let found = tree
        .dirs(&["a", "missing", "b"])
        .gateways("openclaw-gateway.service", Some("me"));
    let got: Vec<_> = found
        .iter()
        .map(|one| (one.unit.as_str(), tree.short(&one.fragment)))
        .collect();
    let expected = [
        ("claw.service", "b/claw.service"),
        ("multi@work.service", "b/multi@.service"),
        ("openclaw-gateway-Ops.service", "b/openclaw-gateway-Ops.service"),
        ("openclaw-gateway.service", "a/openclaw-gateway.service"),
        ("tmpl@me.service", "b/tmpl@.service"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(unit, path)| (*unit, (*path).to_owned()))
        .collect();
    assert_eq!(got, expected);
}

#[test]
fn drop_ins_are_sorted_and_masked() {
    let tree = Tree::new(&[
        ("a/openclaw-gateway.service", ""),
        ("a/openclaw-gateway.service.d/20.conf", ""),
        ("a/openclaw-.service.d/10.conf", ""),
        ("a/service.d/05.conf", ""),
        ("a/service.d/20.conf", "weaker: type-wide"),
        ("b/openclaw-gateway.service.d/10.conf", "weaker: later directory"),
        ("b/openclaw-gateway.service.d/15.conf", ""),
        ("b/openclaw-gateway.service.d/note.txt", ""),
    ]);
    let found = tree.dirs(&["a", "b"]).gateways("openclaw-gateway.service", Some("me"));
    let drop_ins: Vec<_> = found
        .iter()
        .flat_map(|one| &one.drop_ins)
        .map(|path| tree.short(path))
        .collect();
    let expected = [
        "a/service.d/05.conf",
        "a/openclaw-.service.d/10.conf",
        "b/openclaw-gateway.service.d/15.conf",
        "a/openclaw-gateway.service.d/20.conf",
    ];
    assert_eq!(drop_ins, expected);
}
