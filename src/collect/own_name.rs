//! How this program is started from here: `openclaw doctor` where that is this program, else
//! `openclaw-doctor`, else its full path (design section 2).

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

/// How long folders on PATH may take to answer: one of them can lie on a dead mount.
const PATIENCE: Duration = Duration::from_millis(300);

/// Returns the words that start this doctor in the asker's shell. `as_doctor` is true for the
/// executable `openclaw-doctor`.
pub fn find(as_doctor: bool) -> String {
    let own = std::env::current_exe().ok();
    let (tell, told) = mpsc::channel();
    let searched = own.clone();
    let search = move || tell.send(on_path(searched, as_doctor));
    let started = std::thread::Builder::new().name("own name".to_owned()).spawn(search);
    let found = started.ok().and_then(|_| told.recv_timeout(PATIENCE).ok());
    found.unwrap_or_else(|| called_by_path(own, as_doctor))
}

fn on_path(own: Option<PathBuf>, as_doctor: bool) -> String {
    let facts = own.as_deref().and_then(|own| std::fs::metadata(own).ok());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let first = first_on(&folders, "openclaw");
    let is_own = |found: &Path| is_same(facts.as_ref(), std::fs::metadata(found).ok().as_ref());
    if !as_doctor && first.is_some_and(|found| is_own(&found)) {
        return "openclaw doctor".to_owned();
    }
    // Nobody else's program has this name.
    if first_on(&folders, "openclaw-doctor").is_some() {
        return "openclaw-doctor".to_owned();
    }
    called_by_path(own, as_doctor)
}

fn called_by_path(own: Option<PathBuf>, as_doctor: bool) -> String {
    let path = own.as_deref().and_then(Path::to_str).and_then(quoted);
    match path {
        Some(path) if as_doctor => path,
        Some(path) => format!("{path} doctor"),
        None => "openclaw-doctor".to_owned(),
    }
}

fn first_on(folders: &[PathBuf], name: &str) -> Option<PathBuf> {
    let candidates = folders
        .iter()
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name));
    candidates
        .into_iter()
        .find(|path| std::fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.mode() & 0o111 != 0))
}

fn is_same(one: Option<&Metadata>, other: Option<&Metadata>) -> bool {
    one.zip(other)
        .is_some_and(|(one, other)| (one.dev(), one.ino()) == (other.dev(), other.ino()))
}

/// Quotes a path for a shell; none where it could not be printed in every format.
fn quoted(path: &str) -> Option<String> {
    let plain = !path.chars().any(|c| c.is_control() || matches!(c, '"' | '\\' | '\''));
    let word = shlex::try_quote(path).ok()?;
    plain.then(|| word.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_where_it_has_to_be() {
        assert_eq!(
            quoted("/opt/bin/openclaw-doctor").as_deref(),
            Some("/opt/bin/openclaw-doctor")
        );
        assert_eq!(quoted("/opt/my bin/x").as_deref(), Some("'/opt/my bin/x'"));
        assert_eq!(quoted("/opt/\"x"), None);
    }

    #[test]
    fn the_first_program_of_the_name_counts() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let dirs: Vec<PathBuf> = ["a", "b"].map(|name| folder.path().join(name)).to_vec();
        for dir in &dirs {
            std::fs::create_dir(dir).unwrap();
            std::fs::write(dir.join("openclaw"), "x").unwrap();
        }
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(dirs[1].join("openclaw"), mode).unwrap();
        assert_eq!(first_on(&dirs, "openclaw"), Some(dirs[1].join("openclaw")));
        assert_eq!(first_on(&dirs, "openclaw-doctor"), None);
    }
}
