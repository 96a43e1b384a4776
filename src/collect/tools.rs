//! Helper programs, from folders alone in which nobody else could have put them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::ownership::{self, Asker};
use crate::model::snapshot::SkippedFolder;

/// Finds a program on a PATH. The path returned may be executed as it is: nobody else can change where it leads. A folder whose program others could have written goes into `skipped`.
pub(crate) fn find(name: &str, path: &str, skipped: &mut BTreeMap<String, SkippedFolder>) -> Option<PathBuf> {
    let asker = Asker::current();
    for folder in path.split(':') {
        let called = Path::new(folder).join(name);
        let why = match called.is_absolute() {
            false if called.exists() => Some("it is relative to the working directory".to_owned()),
            false => continue,
            true => match ownership::follow(&called) {
                Ok(way) if !way.is_program() => continue,
                Ok(way) => match way.written_by_others(asker) {
                    None => return Some(called),
                    why => why,
                },
                Err(_) => continue,
            },
        };
        let shown = if folder.is_empty() { "." } else { folder };
        let entry = skipped.entry(shown.to_owned()).or_insert_with(|| SkippedFolder {
            path: shown.to_owned(),
            why: why.unwrap_or_default(),
            programs: Vec::new(),
        });
        if !entry.programs.iter().any(|known| known == name) {
            entry.programs.push(name.to_owned());
        }
    }
    None
}

/// Returns a PATH without the folders in which others could put a program.
pub(crate) fn safe_path(path: &str) -> String {
    let asker = Asker::current();
    let is_safe = |folder: &&str| {
        Path::new(folder).is_absolute()
            && ownership::follow(Path::new(folder)).is_ok_and(|way| way.written_by_others(asker).is_none())
    };
    path.split(':').filter(is_safe).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::collect::testkit::put;

    fn program(path: &Path, mode: u32) {
        put(path, "#!/bin/sh\n");
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }

    fn found(path: &[&Path]) -> (Option<PathBuf>, Vec<SkippedFolder>) {
        let joined: Vec<&str> = path.iter().map(|folder| folder.to_str().unwrap()).collect();
        let mut skipped = BTreeMap::new();
        let tool = find("systemctl", &joined.join(":"), &mut skipped);
        (tool, skipped.into_values().collect())
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_skipped_and_told_once() {
        let home = tempfile::tempdir().unwrap();
        let real = home.path().canonicalize().unwrap();
        let (open, sticky, own) = (real.join("open"), real.join("sticky"), real.join("own"));
        for folder in [&open, &sticky, &own] {
            program(&folder.join("systemctl"), 0o755);
        }
        std::fs::set_permissions(&open, PermissionsExt::from_mode(0o777)).unwrap();
        std::fs::set_permissions(&sticky, PermissionsExt::from_mode(0o1777)).unwrap();
        let (tool, skipped) = found(&[&open, &sticky, Path::new("."), &own]);
        assert_eq!(tool, Some(own.join("systemctl")));
        let told: Vec<&str> = skipped.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(told, [open.to_str().unwrap(), sticky.to_str().unwrap()]);
        assert_eq!(
            safe_path(&format!("{}::.:{}", open.display(), own.display())),
            own.display().to_string()
        );
    }

    #[test]
    fn a_program_or_a_parent_that_others_may_write_is_skipped_too() {
        let home = tempfile::tempdir().unwrap();
        let real = home.path().canonicalize().unwrap();
        program(&real.join("file/systemctl"), 0o777);
        program(&real.join("above/bin/systemctl"), 0o755);
        std::fs::set_permissions(real.join("above"), PermissionsExt::from_mode(0o777)).unwrap();
        std::fs::create_dir(real.join("links")).unwrap();
        symlink(real.join("above/bin/systemctl"), real.join("links/systemctl")).unwrap();
        for folder in ["file", "above/bin", "links"] {
            let (tool, skipped) = found(&[&real.join(folder)]);
            assert_eq!((tool, skipped.len()), (None, 1), "{folder}");
        }
        program(&real.join("good/busybox"), 0o755);
        symlink("busybox", real.join("good/systemctl")).unwrap();
        assert_eq!(found(&[&real.join("good")]).0, Some(real.join("good/systemctl")));
        program(&real.join("none/systemctl"), 0o644);
        assert_eq!(found(&[&real.join("none")]), (None, Vec::new()));
    }
}
