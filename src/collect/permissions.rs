//! Mode and owner of the files and directories that hold secrets.

use std::path::Path;

use super::context::Context;
use super::read;
use crate::model::snapshot::PathFacts;

/// Looks at each path once, in the order given; a path listed twice keeps its first role.
pub fn collect(_ctx: &Context<'_>, paths: &[(String, &'static str)]) -> Vec<PathFacts> {
    let mut seen: Vec<PathFacts> = Vec::with_capacity(paths.len());
    for (path, role) in paths {
        if !path.is_empty() && !seen.iter().any(|facts| &facts.path == path) {
            seen.push(read::path_facts(Path::new(path), role));
        }
    }
    seen
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
            (path(&file), "env"),
            (path(&file), "again"),
            (path(&home.path().join("no")), "none"),
        ];
        let bench = Bench::new(home.path());
        let facts = collect(&bench.context(), &asked);
        assert_eq!(facts.len(), 2);
        assert_eq!(facts[0].stat.get().unwrap().kind, "file");
        assert!(facts[1].stat.is_absent());
    }
}
