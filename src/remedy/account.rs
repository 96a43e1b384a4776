//! Commands for a Gateway of another account than the asker's.
//!
//! A file that root makes in the home of a service's account is closed to that account, and the Gateway loses its key. So
//! whatever writes there, and whatever talks to that account's own manager, is typed as that account. It is decided here
//! once, for every command of every check.

use crate::base::text::shell_quote;
use crate::model::snapshot::{GatewayProcess, Host, Scope, Service, Snapshot};

/// Another account, whose files and manager a command touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account<'a> {
    /// Its name; its number where it has none.
    pub(crate) name: &'a str,
    /// Its number; none for an account that exists only while its service runs, or that is not known.
    uid: Option<u32>,
    /// Its home, where that is known.
    pub(super) home: Option<&'a str>,
    /// Whether a command can be run as this account.
    is_open: bool,
}

/// Returns the account that the examined Gateway runs as, where that is not the asker.
pub(crate) fn of_gateway(snapshot: &Snapshot) -> Option<Account<'_>> {
    let host = &snapshot.host;
    if host.copied_home {
        return None;
    }
    let services = &snapshot.services;
    let processes = &snapshot.processes;
    let service = services.examined.and_then(|at| services.services.get(at));
    let process = processes.examined.and_then(|at| processes.gateways.get(at));
    match (service, process) {
        (Some(service), _) => {
            of_service(host, service).or_else(|| of_home(host).filter(|_| service.scope == Scope::User))
        }
        (None, Some(process)) if process.container.is_none() => of_process(host, process),
        (None, Some(_)) => None,
        (None, None) => of_home(host),
    }
}

fn of_service<'a>(host: &'a Host, service: &'a Service) -> Option<Account<'a>> {
    let account = match (&service.systemd.runs_as, &service.user) {
        (Some(account), _) => Account {
            name: &account.name,
            uid: account.uid,
            home: account.home.as_deref(),
            is_open: account.uid.is_some(),
        },
        _ if service.scope == Scope::User => return None,
        (None, Some(name)) => Account {
            name,
            uid: name.parse().ok(),
            home: None,
            is_open: service.systemd.account_unknown.is_none(),
        },
        (None, None) => Account {
            name: "root",
            uid: Some(0),
            home: None,
            is_open: true,
        },
    };
    let own = account.uid == Some(host.uid) || account.name == host.user;
    (!own).then_some(account)
}

fn of_process<'a>(host: &'a Host, process: &'a GatewayProcess) -> Option<Account<'a>> {
    (process.uid != host.uid).then(|| Account {
        name: &process.user,
        uid: Some(process.uid),
        home: of_home(host)
            .filter(|one| one.uid == Some(process.uid))
            .and_then(|one| one.home),
        is_open: !is_number(&process.user),
    })
}

/// The owner of the home that is examined, where that is not the asker's own.
fn of_home(host: &Host) -> Option<Account<'_>> {
    host.home_owner.as_ref().map(|owner| Account {
        name: &owner.name,
        uid: Some(owner.uid),
        home: Some(&host.home),
        is_open: !is_number(&owner.name),
    })
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns a command as the asker has to type it, so that what it touches stays that account's. `place` makes a command of
/// the CLI act on the Gateway's files, whoever types it.
pub(super) fn fit(command: &str, snapshot: &Snapshot, place: impl Fn(&str, Option<Account<'_>>) -> String) -> String {
    let host = &snapshot.host;
    if command.starts_with('#') || host.copied_home {
        return command.to_owned();
    }
    // The shell in which it is typed has another home than the one examined.
    let told = match host.home_owner.is_some() || host.home_asked {
        true => with_home(command, &host.home),
        false => command.to_owned(),
    };
    if told.starts_with("sudo") || told.contains("%doctor%") {
        return told;
    }
    let gateway = of_gateway(snapshot);
    let home = of_home(host);
    // An account may have its home below /etc or /run: what is made there is its own all the same.
    let own = |path: &str| {
        let mut accounts = [gateway, home].into_iter().flatten();
        accounts.any(|account| touches(path, account, snapshot))
    };
    if of_system(&told).is_some_and(|path| !own(path)) {
        return place(&told, None);
    }
    // What starts a stranger's Gateway is not known, where no service of it is.
    if let Some(account) = gateway.filter(|_| snapshot.services.examined.is_none() && starts_a_gateway(&told)) {
        return format!("# restart it as {}, the way it was started", account.name);
    }
    let touched = [gateway, home]
        .into_iter()
        .flatten()
        .find(|account| touches(&told, *account, snapshot));
    let by_gateway = gateway.filter(|_| is_of_account(&told));
    match touched.or(by_gateway) {
        Some(account) => as_account(&place(&told, Some(account)), account, host),
        None => place(&told, None),
    }
}

/// Returns whether a command of the CLI starts or installs a Gateway.
fn starts_a_gateway(command: &str) -> bool {
    let verb = command
        .strip_prefix("openclaw gateway ")
        .and_then(|rest| rest.split(' ').next());
    matches!(verb, Some("restart" | "start" | "run" | "install"))
}

/// Returns whether `sudo` was used to ask: it is there then, and what begins with it runs in a shell of root and in that of
/// whoever called it.
pub(super) fn is_by_sudo(host: &Host) -> bool {
    host.sudo_user.is_some() && host.has_sudo == Some(true)
}

/// Puts the home in the place of each `~/` that a shell would expand.
fn with_home(command: &str, home: &str) -> String {
    let mut told = String::with_capacity(command.len());
    let mut rest = command;
    while let Some((before, after)) = rest.split_once("~/") {
        told.push_str(before);
        let word = told.is_empty() || told.ends_with([' ', '=', '<', '>', '(', ':']);
        let quoted = shell_quote(home);
        told.push_str(if word { &quoted } else { "~" });
        told.push('/');
        rest = after;
    }
    told + rest
}

/// Returns what a command works on, its last word, where that is a file of the system: a unit that names the home is not in it.
fn of_system(command: &str) -> Option<&str> {
    let last = command.rsplit(' ').next()?.trim_matches('\'');
    let below = |dir: &&str| last.starts_with(*dir);
    ["/etc/", "/run/", "/usr/", "/lib/"].iter().any(below).then_some(last)
}

/// Returns whether a command names a path in the account's home, or in the state directory of its Gateway.
fn touches(command: &str, account: Account<'_>, snapshot: &Snapshot) -> bool {
    let is_gateways = of_gateway(snapshot) == Some(account);
    let views = &snapshot.views;
    let traces = [views.next_start.get(), views.running.get()].into_iter().flatten();
    let dirs = traces.filter(|_| is_gateways).flat_map(|trace| {
        let config = trace.config_path.rsplit_once('/').map_or("", |(dir, _)| dir);
        [trace.state_dir.as_str(), config]
    });
    let asker = snapshot
        .host
        .home_owner
        .is_none()
        .then_some(snapshot.host.home.as_str());
    dirs.chain(account.home)
        // A home such as `/` or `/dev` is nobody's own.
        .filter(|dir| dir.matches('/').count() > 1 || *dir == "/root")
        .filter(|dir| !asker.is_some_and(|own| is_below(dir, own)))
        .any(|dir| names(command, dir))
}

fn is_below(dir: &str, own: &str) -> bool {
    dir.strip_prefix(own)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn names(command: &str, dir: &str) -> bool {
    command.match_indices(dir).any(|(at, _)| {
        let after = command.get(at + dir.len()..).and_then(|rest| rest.chars().next());
        after.is_none_or(|c| matches!(c, '/' | ' ' | '\'' | '"' | ')' | ';'))
    })
}

/// Programs that work on the home and the manager of whoever runs them.
const OF_ACCOUNT: &[&str] = &["openclaw", "pm2", "systemctl --user", "journalctl --user"];

/// What may stand before a program.
const BEFORE: &[&str] = &["&& ", "|| ", "; ", "| ", "{ ", "$("];

fn is_of_account(command: &str) -> bool {
    OF_ACCOUNT.iter().any(|program| {
        command.match_indices(program).any(|(at, _)| {
            let (before, after) = (command.get(..at).unwrap_or_default(), command.get(at + program.len()..));
            let begins = before.is_empty() || BEFORE.iter().any(|mark| before.ends_with(mark)) || is_env(before);
            begins && after.is_some_and(|rest| rest.starts_with(' '))
        })
    })
}

/// Returns whether what stands before a program are variables for it: `… && env A="$B" `.
fn is_env(before: &str) -> bool {
    let last = BEFORE
        .iter()
        .filter_map(|mark| before.rfind(mark).map(|at| at + mark.len()))
        .max();
    let words = before.get(last.unwrap_or_default()..).unwrap_or_default();
    let mut words = words.split_ascii_whitespace();
    words.next() == Some("env") && words.all(|word| word.contains('='))
}

/// The command, run as the account, with the home and the manager that are this account's.
fn as_account(command: &str, account: Account<'_>, host: &Host) -> String {
    if !account.is_open {
        return as_folder(command, account.name);
    }
    let simple = command.chars().all(|c| {
        c.is_ascii_alphanumeric() || matches!(c, ' ' | '/' | '.' | '_' | '-' | '+' | '=' | ':' | ',' | '@' | '%')
    });
    let inner = match simple {
        true => command.to_owned(),
        false => format!("bash -c '{}'", command.replace('\'', "'\\''")),
    };
    let name = shell_quote(account.name);
    let by_root = host.uid == 0 && !is_by_sudo(host) && host.os == "linux";
    let mut env = String::new();
    if let Some(home) = account.home.filter(|_| by_root || host.home_owner.is_some()) {
        env = format!(" HOME={}", shell_quote(home));
    }
    let asks_manager =
        command.contains("systemctl --user") || command.contains("journalctl --user") || command.contains("openclaw ");
    if let Some(uid) = account
        .uid
        .filter(|uid| asks_manager && *uid != 0 && host.os == "linux")
    {
        env += &format!(" XDG_RUNTIME_DIR=/run/user/{uid}");
    }
    if !env.is_empty() {
        env = format!("env{env} ");
    }
    match account.uid {
        Some(0) => format!("sudo -H {inner}"),
        _ if by_root => format!("runuser -u {name} -- {env}{inner}"),
        _ => format!("sudo -u {name} -H {env}{inner}"),
    }
}

/// Nobody can become an account that exists only while its service runs. A file that root makes is given to whom its folder
/// belongs to: systemd hands the folder over with all that is in it.
fn as_folder(command: &str, name: &str) -> String {
    let file = command.rsplit_once(" && chmod 600 ").map(|(_, file)| file);
    match file.and_then(|file| Some((file, file.rsplit_once('/')?.0))) {
        Some((file, dir)) if !file.contains([' ', '\'', '"', ';', '&']) && !dir.is_empty() => {
            let told = format!("{command} && chown --reference={dir} {file}");
            format!("sudo bash -c '{}'", told.replace('\'', "'\\''"))
        }
        // It makes no file, and root may do it.
        _ if command.starts_with("chmod ") => format!("sudo {command}"),
        _ => format!("# as {name}, the account of the service: {command}"),
    }
}

#[cfg(test)]
#[path = "account_tests.rs"]
mod tests;
