//! The one thing the doctor writes: a bundle, whole or not at all, for its owner alone.

use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::leftovers::Unfinished;

/// Says why a bundle could not be written to a path, before the work of making it; none when
/// nothing stands in its way.
pub fn refusal(path: &Path, force: bool) -> Option<String> {
    let name = path.display();
    let folder = folder(path);
    if !folder.is_dir() {
        return Some(format!("{}: no such directory", folder.display()));
    }
    let facts = std::fs::symlink_metadata(path).ok()?;
    if facts.is_symlink() {
        Some(format!("{name} is a link; a bundle is never written through one"))
    } else if !facts.is_file() {
        Some(format!("{name} exists and is not a regular file"))
    } else if !force {
        Some(format!("{name} exists; --force replaces it"))
    } else {
        None
    }
}

/// Writes a file with mode 0600: into a file of another name in the same directory, which is then
/// moved to its place.
pub fn save(path: &Path, bytes: &[u8], force: bool) -> Result<(), String> {
    if let Some(why) = refusal(path, force) {
        return Err(why);
    }
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut file = tempfile::Builder::new()
        .prefix(".openclaw-doctor-")
        .permissions(std::fs::Permissions::from_mode(0o600))
        .tempfile_in(folder(path))
        .map_err(failed)?;
    // Whatever the umask is.
    file.as_file()
        .set_permissions(std::fs::Permissions::from_mode(0o600))
        .map_err(failed)?;
    let _unfinished = Unfinished::new(file.path());
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_all())
        .map_err(failed)?;
    let moved = if force {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    match moved {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            Err(format!("{} exists; --force replaces it", path.display()))
        }
        Err(error) => Err(failed(error.error)),
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_private_whole_and_never_replaced_by_accident() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("b.md");
        save(&path, b"one", false).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(save(&path, b"two", false).unwrap_err().contains("--force"));
        save(&path, b"two", true).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        let link = home.path().join("link.md");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(save(&link, b"three", true).unwrap_err().contains("link"));
        assert!(
            save(home.path(), b"three", true)
                .unwrap_err()
                .contains("not a regular file")
        );
        assert!(
            save(&home.path().join("none/b.md"), b"", false)
                .unwrap_err()
                .contains("no such directory")
        );
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 2);
    }
}
