//! When the doctor asks a login shell: only its own user's, in that user's own home, and only where nobody else could
//! have written what the shell would execute.

use std::path::Path;

use super::host;
use super::ownership::{self, Asker};
use super::startup_files::names_of_home;
use crate::loader::ShellAsk;

/// Returns why the login shell of a loading is not asked; none where it may be. `files` are the files that gave the
/// environment its values: who writes them could let the shell execute another file (`ENV`, `BASH_ENV`, `PATH`).
pub(super) fn refusal<'a>(
    ask: &ShellAsk,
    other_uid: Option<u32>,
    files: impl Iterator<Item = &'a str>,
) -> Option<String> {
    if let Some(uid) = other_uid {
        return Some(of_another(uid));
    }
    let asker = Asker::current();
    let home = ask.env.iter().find(|(name, _)| name == "HOME");
    let home = home.map(|(_, home)| home.expose()).unwrap_or("/");
    let way = match ownership::follow(Path::new(home)) {
        Ok(way) => way,
        Err(error) => return Some(format!("the login shell was not asked: {home}: {error}")),
    };
    let owner = way.owner();
    if owner != asker.uid() {
        return Some(of_another(owner));
    }
    let startup = names_of_home().map(|name| Path::new(home).join(name));
    let executed = startup.chain([Path::new(home).to_owned(), Path::new(&ask.shell).to_owned()]);
    for path in executed.chain(files.map(|path| Path::new(path).to_owned())) {
        let Ok(way) = ownership::follow(&path) else { continue };
        if let Some(why) = way.written_by_others(asker) {
            return Some(format!("the login shell was not asked: {}: {why}", path.display()));
        }
    }
    None
}

fn of_another(uid: u32) -> String {
    let user = host::user_label(uid);
    // A user without a name is only a number, which `sudo -u` would take for a name.
    let named = user.parse::<u32>().is_err();
    let quoted = shlex::try_quote(&user).ok().filter(|_| named);
    let how = quoted.map_or("as that user: %doctor%".to_owned(), |name| {
        format!("sudo -iu {name} %doctor%")
    });
    format!("the login shell of user {user} is not run by another user; run {how}")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::collect::testkit::{put, vault};

    fn ask(home: &Path) -> ShellAsk {
        ShellAsk {
            id: String::new(),
            shell: "/bin/sh".to_owned(),
            args: Vec::new(),
            env: vec![("HOME".to_owned(), vault().seal(home.to_string_lossy()))],
            timeout_ms: 0,
            framed: true,
        }
    }

    fn refused(home: &Path, other: Option<u32>, files: &[&str]) -> Option<String> {
        refusal(&ask(home), other, files.iter().copied())
    }

    #[test]
    fn only_the_users_own_home_is_entered() {
        let home = tempfile::tempdir().unwrap();
        put(&home.path().join(".bashrc"), "");
        assert_eq!(refused(home.path(), None, &[]), None);
        assert!(refused(home.path(), Some(4242), &[]).unwrap().contains("4242"));
        assert!(refused(Path::new("/nowhere/x"), None, &[]).is_some());
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(home.path(), Some(4242), None).unwrap();
            assert!(refused(home.path(), None, &[]).unwrap().contains("user 4242"));
        } else {
            assert!(refused(Path::new("/"), None, &[]).is_some());
        }
    }

    #[test]
    fn nothing_is_executed_that_others_could_have_written() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        put(&at("shared"), "");
        std::fs::set_permissions(at("shared"), PermissionsExt::from_mode(0o666)).unwrap();
        assert!(refused(home.path(), None, &[at("shared").to_str().unwrap()]).is_some());
        symlink("shared", at(".zshenv")).unwrap();
        assert!(refused(home.path(), None, &[]).unwrap().contains(".zshenv"));
        std::fs::remove_file(at(".zshenv")).unwrap();
        assert_eq!(refused(home.path(), None, &[]), None);
        std::fs::set_permissions(home.path(), PermissionsExt::from_mode(0o777)).unwrap();
        assert!(refused(home.path(), None, &[]).is_some());
        std::fs::set_permissions(home.path(), PermissionsExt::from_mode(0o700)).unwrap();
    }
}
