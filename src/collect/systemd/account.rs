//! Accounts: the home and shell that systemd gives a service, from `/etc/passwd`, else from the name service.

use std::path::{Path, PathBuf};

use super::find::Found;
use super::load;
use super::shared::Shared;
use crate::collect::ownership::By;
use crate::model::snapshot::{Scope, ServiceAccount};
use crate::platform::systemd::assemble::Account;
use crate::platform::systemd::definition::Definition;

/// Largest user database that is read.
const CAP: u64 = 4 * 1024 * 1024;

/// Finds an account of `/etc/passwd` by name or number.
pub(super) fn find(passwd: &Path, who: &str) -> Option<Account> {
    let bytes = By::Asker.read(passwd, CAP).ok()?.bytes;
    let text = String::from_utf8_lossy(&bytes);
    text.lines()
        .find_map(|line| parse(line).filter(|one| one.name == who || one.uid.to_string() == who))
}

/// Reads a line of `/etc/passwd` or of `getent passwd`.
pub(super) fn parse(line: &str) -> Option<Account> {
    let mut fields = line.split(':');
    let (name, uid) = (fields.next()?, fields.nth(1)?);
    Some(Account {
        name: name.to_owned(),
        uid: uid.parse().ok()?,
        home: fields.nth(2)?.to_owned(),
        shell: fields.next().filter(|shell| !shell.is_empty()).map(str::to_owned),
    })
}

/// Whom a service runs as.
pub(super) enum Owner {
    /// The user whose manager starts it.
    Manager,
    /// root, by the system's manager.
    Root,
    /// The account of `User=`.
    Named(Account),
    /// An account that systemd makes for the time the service runs.
    Dynamic(String),
    /// `User=` names nobody that is known here.
    Unknown(String),
    /// The unit is masked, so its text does not count.
    Masked,
}

impl Owner {
    /// Returns the account whose variables systemd sets.
    pub(super) fn account(&self, shared: &Shared<'_>) -> Option<Account> {
        match self {
            Owner::Manager => Some(shared.target.account.clone()),
            Owner::Named(account) => Some(account.clone()),
            Owner::Root | Owner::Dynamic(_) | Owner::Unknown(_) | Owner::Masked => None,
        }
    }

    /// Returns why the account is not known.
    pub(super) fn why_unknown(&self) -> Option<String> {
        match self {
            Owner::Unknown(user) => Some(format!(
                "the account {user} of User= is not known on this machine (`getent passwd {user}` finds nothing)"
            )),
            Owner::Dynamic(user) => Some(format!(
                "the account {user} exists only while the service runs (DynamicUser=), so its home is not known"
            )),
            Owner::Masked => Some("the unit is masked, so whom it runs as, and with what, is not known".to_owned()),
            Owner::Manager | Owner::Root | Owner::Named(_) => None,
        }
    }

    /// Returns the account in facts: for a service of the system's manager, and for one of another user's manager.
    pub(super) fn runs_as(&self, shared: &Shared<'_>) -> Option<ServiceAccount> {
        let no_shell = |shell: &str| shell.ends_with("/nologin") || shell.ends_with("/false");
        let named = |account: &Account| ServiceAccount {
            name: account.name.clone(),
            uid: Some(account.uid),
            home: Some(account.home.clone()),
            no_login: account.shell.as_deref().is_some_and(no_shell),
        };
        match self {
            Owner::Manager if shared.target.account.uid != shared.asker && shared.moved_to.is_none() => {
                Some(named(&shared.target.account))
            }
            Owner::Manager | Owner::Unknown(_) | Owner::Masked => None,
            Owner::Root => Some(ServiceAccount {
                name: "root".to_owned(),
                uid: Some(0),
                home: Some("/root".to_owned()),
                no_login: false,
            }),
            Owner::Named(account) => Some(named(account)),
            Owner::Dynamic(name) => Some(ServiceAccount {
                name: name.clone(),
                uid: None,
                home: None,
                no_login: true,
            }),
        }
    }
}

/// Whom the programs of a system service's command line make it run as: `su - NAME -c …`. None where they change nothing.
pub(super) fn changed_to(shared: &Shared<'_>, found: &Found, name: &str) -> Option<Owner> {
    if found.scope == Scope::User {
        return None;
    }
    let listed = find(&PathBuf::from(format!("{}/etc/passwd", shared.root)), name);
    let named = |one: &&Account| one.name == name || one.uid.to_string() == name;
    Some(match listed.or_else(|| shared.accounts.iter().find(named).cloned()) {
        Some(account) if account.uid == 0 => Owner::Root,
        Some(account) => Owner::Named(account),
        None => Owner::Unknown(name.to_owned()),
    })
}

/// Finds out whom a service runs as. `DynamicUser=` takes an account of that name where there is one.
pub(super) fn owner(shared: &Shared<'_>, found: &Found, definition: &Definition, masked: bool) -> Owner {
    if found.scope == Scope::User {
        return Owner::Manager;
    }
    let last = |name: &str| definition.settings.iter().rev().find(|one| one.name == name);
    let dynamic = last("DynamicUser").is_some_and(|one| matches!(one.value.as_str(), "yes" | "true" | "1" | "on"));
    let user = match (&definition.user, dynamic) {
        (Some(user), _) => user.clone(),
        (None, true) => found.unit.trim_end_matches(".service").to_owned(),
        (None, false) if masked => return Owner::Masked,
        (None, false) => return Owner::Root,
    };
    let listed = find(&PathBuf::from(format!("{}/etc/passwd", shared.root)), &user);
    let by_service = || {
        let named = |one: &&Account| one.name == user || one.uid.to_string() == user;
        shared.accounts.iter().find(named).cloned()
    };
    match listed.or_else(by_service) {
        Some(account) if account.uid == 0 => Owner::Root,
        // While the service runs the name service knows the account, and gives it no home.
        Some(account) if !dynamic || account.home != "/" => Owner::Named(account),
        _ if dynamic => Owner::Dynamic(user),
        _ => Owner::Unknown(user),
    }
}

/// Returns the names in `User=` of units that `/etc/passwd` does not have.
pub(super) fn not_listed(root: &str, units: &[Found]) -> Vec<String> {
    const MAX_NAMES: usize = 16;
    let passwd = PathBuf::from(format!("{root}/etc/passwd"));
    let plain = |name: &String| {
        !name.starts_with('-') && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-@\\$".contains(c))
    };
    let mut names: Vec<String> = units.iter().filter_map(load::user_of).filter(plain).collect();
    names.sort();
    names.dedup();
    names.retain(|name| find(&passwd, name).is_none());
    names.truncate(MAX_NAMES);
    names
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
