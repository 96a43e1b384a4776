//! Mode and owner of the files and directories that hold secrets.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::context::Context;
use super::ownership::By;
use crate::model::snapshot::PathFacts;

/// Looks at each path once, in the order given; a path listed twice keeps its first role. The folders of each follow,
/// up to the home, and where a link leads: who may write there can exchange the file.
pub fn collect(ctx: &Context<'_>, paths: &[(String, &'static str, By)]) -> Vec<PathFacts> {
    let mut seen: Vec<PathFacts> = Vec::with_capacity(paths.len());
    let mut names: BTreeSet<PathBuf> = BTreeSet::new();
    let mut look = |by: By, path: &Path, role: &str, seen: &mut Vec<PathFacts>| {
        if !path.as_os_str().is_empty() && names.insert(path.to_owned()) {
            seen.push(by.path_facts(path, role));
        }
    };
    for (path, role, by) in paths {
        look(*by, Path::new(path), role, &mut seen);
    }
    let home = ctx.home();
    for (path, role, by) in paths.iter().filter(|(path, ..)| Path::new(path).is_absolute()) {
        let path = Path::new(path);
        let target = std::fs::canonicalize(path).ok().filter(|target| target != path);
        let linked = std::fs::symlink_metadata(path).is_ok_and(|facts| facts.is_symlink());
        for folder in folders(path, &home) {
            look(*by, folder, "folder", &mut seen);
        }
        if let Some(target) = target {
            if linked {
                look(*by, &target, role, &mut seen);
            }
            for folder in folders(&target, &home) {
                look(*by, folder, "folder", &mut seen);
            }
        }
    }
    seen
}

/// The folders of a file up to the home; outside of the home, the one that has it.
fn folders<'a>(path: &'a Path, home: &'a Path) -> impl Iterator<Item = &'a Path> {
    let within = path.starts_with(home);
    let above = path.ancestors().skip(1);
    let most = if within { usize::MAX } else { 1 };
    above
        .take(most)
        .take_while(move |folder| !within || folder.starts_with(home))
        .filter(|folder| *folder != Path::new("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::testkit::{Bench, put};

    #[test]
    fn modes_are_seen_and_missing_is_absent() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(".env");
        put(&file, "A=1");
        let path = |path: &Path| path.to_string_lossy().into_owned();
        let asked = [
            (path(&file), "env", By::Asker),
            (path(&file), "again", By::Asker),
            (path(&home.path().join("no")), "none", By::Asker),
        ];
        let bench = Bench::new(home.path());
        let facts = collect(&bench.context(), &asked);
        // The home itself follows as the folder of both.
        assert_eq!(facts.len(), 3);
        assert_eq!(
            facts[0].stat.get().unwrap().kind,
            crate::model::snapshot::FileKind::File
        );
        assert!(facts[1].stat.is_absent());
    }
}
