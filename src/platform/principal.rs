//! Whose machine, home, service and process it is, and how somebody else's is asked about (design section 12).

use crate::model::snapshot::{GatewayProcess, HomeOwner, Host, Scope, Service, Snapshot};
use crate::platform::container;

/// Whose a service or home is, seen from whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    /// The asker's own, or that of the user who called `sudo`.
    Own,
    /// Another account's.
    Other {
        /// Its name.
        name: &'a str,
        /// Its number; none for an account that exists only while its service runs.
        uid: Option<u32>,
    },
    /// Nobody knows: the account cannot be resolved.
    Unknown(&'a str),
}

impl Whose<'_> {
    /// Returns whether it is the asker's own.
    pub fn is_own(self) -> bool {
        self == Whose::Own
    }
}

/// Returns whose a service is.
pub fn of_service<'a>(snapshot: &Snapshot, service: &'a Service) -> Whose<'a> {
    let host = &snapshot.host;
    if service.scope == Scope::User {
        return Whose::Own;
    }
    if let Some(why) = &service.systemd.account_unknown
        && service.systemd.runs_as.is_none()
    {
        return Whose::Unknown(why);
    }
    let (name, uid) = match (&service.systemd.runs_as, &service.user) {
        (Some(account), _) => (account.name.as_str(), account.uid),
        (None, Some(user)) => (user.as_str(), user.parse().ok()),
        (None, None) => ("root", Some(0)),
    };
    let own = uid == Some(host.uid) || (uid.is_none() && name == host.user);
    let callers = host.uid == 0 && host.sudo_user.as_deref() == Some(name);
    let of_home = owns_home(host, |owner| uid == Some(owner.uid) || name == owner.name);
    if of_home {
        return Whose::Own;
    }
    if own || callers || name == host.user {
        Whose::Own
    } else {
        Whose::Other { name, uid }
    }
}

/// Returns whether a Gateway process is the asker's own, or runs in a container, where users mean little.
pub fn is_own_process(snapshot: &Snapshot, process: &GatewayProcess) -> bool {
    let host = &snapshot.host;
    let callers = host.uid == 0 && host.sudo_user.as_ref() == Some(&process.user);
    let of_home = owns_home(host, |owner| process.uid == owner.uid);
    process.uid == host.uid || callers || of_home || process.container.is_some()
}

/// Returns whether root asks about the home of an account, and `is_it` is true of that account.
fn owns_home(host: &Host, is_it: impl Fn(&HomeOwner) -> bool) -> bool {
    host.uid == 0 && !host.copied_home && host.home_owner.as_ref().is_some_and(is_it)
}

/// Returns the command that examines another account's Gateway. `sudo -i` starts a login shell, which accounts with
/// `nologin` do not have.
pub fn ask_as(snapshot: &Snapshot, uid: Option<u32>, name: &str) -> String {
    let quoted = shlex::try_quote(name).map_or_else(|_| "''".to_owned(), |name| name.into_owned());
    let accounts = snapshot
        .services
        .services
        .iter()
        .filter_map(|service| service.systemd.runs_as.as_ref());
    let account = accounts.into_iter().find(|account| account.name == name);
    let root = if snapshot.host.uid == 0 { "" } else { "sudo " };
    match (uid, account) {
        (Some(0), _) => format!("{root}%doctor%"),
        // There is nobody to ask as: root sees what there is.
        (None, Some(account)) if account.uid.is_none() => format!("{root}%doctor%"),
        _ if is_number(name) => format!("{root}%doctor%"),
        _ if snapshot.host.uid == 0 => format!("runuser -u {quoted} -- %doctor%"),
        (_, Some(account)) if account.no_login => format!("sudo -u {quoted} -H %doctor%"),
        _ => format!("sudo -iu {quoted} %doctor%"),
    }
}

/// A number without a name is an account that exists only while its service runs, or in another container.
fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the command that examines one process by its container or its id.
pub fn ask_about(host: &Host, process: &GatewayProcess) -> String {
    let hidden = process.initial.get().is_none() && host.uid != 0;
    let root = if hidden { "sudo " } else { "" };
    match process.contained.as_ref().and_then(container::word) {
        Some(word) => format!("{root}%doctor% --container {word}"),
        None => format!("{root}%doctor% --pid {}", process.pid),
    }
}

/// Says who asks about whose machine, where these are not one and the same.
pub fn sentences(snapshot: &Snapshot) -> Vec<String> {
    let host = &snapshot.host;
    let mut said = Vec::new();
    let caller = host.sudo_user.as_deref().filter(|name| *name != host.user);
    let asker = match caller {
        Some(caller) => format!("{} (by sudo from {caller})", host.user),
        None => host.user.clone(),
    };
    if let Some(owner) = &host.home_owner {
        said.push(format!(
            "asked as {asker}, about the home {}, which belongs to {}",
            host.home, owner.name
        ));
    } else if caller.is_some() {
        said.push(format!("asked as {asker}, about the home {}", host.home));
    }
    if let Some(pid) = snapshot.processes.not_a_gateway {
        said.push(format!(
            "pid {pid}, named by `--pid`, is not a Gateway; what follows is about the asker's own"
        ));
    }
    let examined = snapshot.processes.examined;
    if let Some(process) = examined.and_then(|at| snapshot.processes.gateways.get(at))
        && let Some(kind) = &process.container
        && kind != "pid namespace"
    {
        said.push(format!(
            "the Gateway runs in {}; its paths are those inside it",
            container::called(kind, process.contained.as_ref())
        ));
    }
    let services = &snapshot.services;
    let service = services.examined.and_then(|at| services.services.get(at));
    if let Some(service) = service {
        match of_service(snapshot, service) {
            Whose::Own => {}
            Whose::Other { name, uid } => {
                let first = format!(
                    "{} runs as {name}, not as {}: its files and variables are those of {name}",
                    service.name, host.user
                );
                let ask = ask_as(snapshot, uid, name);
                said.push(match ask.strip_prefix("sudo ") {
                    // Root asks already.
                    _ if ask == "%doctor%" => first,
                    Some(rest) if host.has_sudo == Some(false) => match rest.strip_prefix('-') {
                        Some(_) => format!("{first}; ask as {name}"),
                        None => format!("{first}; ask as root with `{rest}`"),
                    },
                    _ => format!("{first}; ask with `{ask}`"),
                });
            }
            Whose::Unknown(why) => said.push(format!("{}: {why}", service.name)),
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{healthy, service};
    use crate::model::snapshot::ServiceAccount;

    fn account(name: &str, uid: Option<u32>, no_login: bool) -> ServiceAccount {
        ServiceAccount {
            name: name.to_owned(),
            uid,
            home: None,
            no_login,
        }
    }

    #[test]
    fn services_belong_to_their_accounts() {
        let mut snapshot = healthy();
        let mut unit = service("openclaw-gateway.service");
        assert!(of_service(&snapshot, &unit).is_own());
        unit.scope = Scope::System;
        assert_eq!(
            of_service(&snapshot, &unit),
            Whose::Other {
                name: "root",
                uid: Some(0)
            }
        );
        unit.systemd.runs_as = Some(account("me", Some(snapshot.host.uid), false));
        assert!(of_service(&snapshot, &unit).is_own());
        unit.systemd.runs_as = Some(account("openclaw", Some(77), true));
        assert!(!of_service(&snapshot, &unit).is_own());
        (snapshot.host.uid, snapshot.host.sudo_user) = (0, Some("openclaw".to_owned()));
        assert!(of_service(&snapshot, &unit).is_own());
        unit.systemd.runs_as = None;
        unit.systemd.account_unknown = Some("nobody knows".to_owned());
        assert_eq!(of_service(&snapshot, &unit), Whose::Unknown("nobody knows"));
    }

    #[test]
    fn the_way_to_another_account_fits_it_and_the_asker() {
        let mut snapshot = healthy();
        for (uid, no_login, user, expected) in [
            (Some(7), false, "bob", "sudo -iu bob %doctor%"),
            (Some(7), true, "bob", "sudo -u bob -H %doctor%"),
            (Some(0), false, "root", "sudo %doctor%"),
            (None, true, "oc", "sudo %doctor%"),
        ] {
            snapshot.services.services[0].systemd.runs_as = Some(account(user, uid, no_login));
            assert_eq!(ask_as(&snapshot, uid, user), expected);
        }
        snapshot.host.uid = 0;
        assert_eq!(ask_as(&snapshot, Some(7), "bob"), "runuser -u bob -- %doctor%");
    }

    #[test]
    fn a_home_of_somebody_else_is_said_first() {
        let mut snapshot = healthy();
        assert!(sentences(&snapshot).is_empty());
        snapshot.host.home_owner = Some(HomeOwner {
            uid: 7,
            name: "bob".to_owned(),
        });
        snapshot.host.sudo_user = Some("bob".to_owned());
        let said = sentences(&snapshot);
        assert!(
            said[0].contains("by sudo from bob") && said[0].contains("belongs to bob"),
            "{said:?}"
        );
    }
}
