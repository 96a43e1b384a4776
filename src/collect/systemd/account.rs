//! Accounts from `/etc/passwd`: the home and shell that systemd gives a service.

use std::path::Path;

use crate::collect::read;
use crate::platform::systemd::assemble::Account;

/// Largest user database that is read.
const CAP: u64 = 4 * 1024 * 1024;

/// Finds an account by name or number. Accounts of a directory service are not found.
pub(super) fn find(passwd: &Path, who: &str) -> Option<Account> {
    let bytes = read::read(passwd, CAP).ok()?.bytes;
    let text = String::from_utf8_lossy(&bytes);
    text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, uid) = (fields.next()?, fields.nth(1)?);
        if name != who && uid != who {
            return None;
        }
        Some(Account {
            name: name.to_owned(),
            uid: uid.parse().ok()?,
            home: fields.nth(2)?.to_owned(),
            shell: fields.next().filter(|shell| !shell.is_empty()).map(str::to_owned),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_found_by_name_and_number() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("passwd");
        std::fs::write(&path, "junk\nme:x:7:8:Me,,:/home/me:/bin/zsh\nno:x:9:9::/:\n").unwrap();
        let me = find(&path, "me").unwrap();
        assert_eq!(
            (me.uid, me.home.as_str(), me.shell.as_deref()),
            (7, "/home/me", Some("/bin/zsh"))
        );
        assert_eq!(find(&path, "7"), Some(me));
        assert_eq!(find(&path, "no").and_then(|one| one.shell), None);
        assert_eq!(find(&path, "bob"), None);
    }
}
