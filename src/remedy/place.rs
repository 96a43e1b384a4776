//! Commands of the product's own CLI act on the state directory and the config of whatever shell they are typed in. Where
//! the examined Gateway has others, as where only its unit sets them, they name the Gateway's. It is decided here once, for
//! every command of every check.

use super::account::{self, Account};
use super::{Commands, quote};
use crate::model::snapshot::{Snapshot, Source, Trace};

const STATE_DIR: &str = "OPENCLAW_STATE_DIR";
const CONFIG_PATH: &str = "OPENCLAW_CONFIG_PATH";
const HOME: &str = "OPENCLAW_HOME";

/// What a command needs in its environment to act on the Gateway's files.
#[derive(Debug, Default, PartialEq, Eq)]
struct Needed {
    /// Names that lead elsewhere.
    unset: Vec<&'static str>,
    /// Names with the value they need.
    set: Vec<(&'static str, String)>,
}

/// State directory and config file that a command finds.
struct Finds {
    state_dir: String,
    config_path: String,
}

/// Where a command may stand in a line of several.
const BEFORE: &[&str] = &["&& ", "|| ", "; ", "| ", "{ ", "$("];

/// Puts the variables that it needs before each command of the CLI, which is typed as the account, else as the asker.
pub(super) fn fit(command: &str, snapshot: &Snapshot, account: Option<Account<'_>>) -> String {
    const CLI: &str = "openclaw ";
    let mut told = String::with_capacity(command.len());
    let mut rest = command;
    while let Some(at) = rest.find(CLI) {
        let (before, after) = rest.split_at(at);
        told.push_str(before);
        let words = after.strip_prefix(CLI).unwrap_or_default();
        let begins = told.is_empty() || BEFORE.iter().any(|mark| told.ends_with(mark));
        if let Some(needed) = begins.then(|| needed(snapshot, profile(words), account)).flatten() {
            told.push_str("env ");
            told.extend(needed.unset.iter().map(|name| format!("-u {name} ")));
            let set = needed.set.iter();
            told.extend(set.map(|(name, value)| format!("{name}={} ", quote(value))));
        }
        told.push_str(CLI);
        rest = words;
    }
    told + rest
}

/// The profile that a command names before its words.
fn profile(words: &str) -> Option<&str> {
    words.strip_prefix("--profile ")?.split(' ').next()
}

impl Commands<'_> {
    /// Returns the commands that let this shell find the Gateway's state directory and config; none where it finds them.
    pub(crate) fn find_from_here(&self) -> Vec<String> {
        let shell = self.snapshot.views.shell.get();
        let profile = shell.and_then(|shell| shell.profile.as_deref());
        let needed = needed(self.snapshot, profile, None).unwrap_or_default();
        let unset = needed.unset.iter().map(|name| format!("unset {name}"));
        let set = needed.set.iter();
        unset
            .chain(set.map(|(name, value)| format!("export {name}={}", quote(value))))
            .collect()
    }
}

impl Commands<'_> {
    /// Returns whether the Gateway has another state directory or config than its account has by itself. Commands that manage
    /// services refuse there (2026.9.6: "service management skipped: non-default state dir or config path").
    pub(super) fn is_moved(&self) -> bool {
        let host = &self.snapshot.host;
        let home = match account::of_gateway(self.snapshot) {
            Some(account) => account.home,
            None => Some(host.home.as_str()),
        };
        let Some((meant, home)) = meant(self.snapshot).zip(home) else {
            return false;
        };
        let mut usual = vec![usual(home, self.profile)];
        if self.profile.is_none() {
            usual.push(format!("{}/.clawdbot", home.trim_end_matches('/')));
        }
        let is_usual = usual.iter().any(|usual| same(usual, &meant.state_dir));
        let dir = meant.config_path.rsplit_once('/').map_or("", |(dir, _)| dir);
        !is_usual || !same(dir, &meant.state_dir)
    }
}

/// The loading whose files are meant. A container has paths of its own, and commands for it are typed inside.
fn meant(snapshot: &Snapshot) -> Option<&Trace> {
    let views = &snapshot.views;
    let processes = &snapshot.processes;
    let process = processes.examined.and_then(|at| processes.gateways.get(at));
    if process.is_some_and(|process| process.container.is_some()) {
        return None;
    }
    let of_home = || views.shell.get().filter(|_| snapshot.host.home_asked);
    views.next_start.get().or(views.running.get()).or_else(of_home)
}

fn needed(snapshot: &Snapshot, profile: Option<&str>, account: Option<Account<'_>>) -> Option<Needed> {
    let meant = meant(snapshot)?;
    let host = &snapshot.host;
    let shell = snapshot.views.shell.get();
    // What `sudo` starts has none of the asker's variables; what root starts by `runuser` has them all.
    let keeps = account.is_none() || host.uid == 0 && !account::is_by_sudo(host);
    let bound = |name: &str| {
        let seen = shell.filter(|_| keeps)?.find(name).seen()?;
        let own = seen.source == Source::Process && !seen.value.is_blank();
        own.then(|| seen.value.public.clone().unwrap_or_default())
    };
    let home = match account {
        Some(account) => account.home,
        None => Some(host.home.as_str()).filter(|_| !host.home_asked),
    };
    let usual = home.map(|home| usual(home, profile));
    let finds = match (account, shell) {
        (None, Some(shell)) if !host.home_asked && profile == own_profile(shell) => Some(Finds {
            state_dir: shell.state_dir.clone(),
            config_path: shell.config_path.clone(),
        }),
        _ => usual.as_ref().map(|usual| {
            let state_dir = bound(STATE_DIR).unwrap_or_else(|| usual.clone());
            Finds {
                config_path: bound(CONFIG_PATH).unwrap_or_else(|| config_in(&state_dir)),
                state_dir,
            }
        }),
    };
    let state_dir_found = finds
        .as_ref()
        .is_some_and(|finds| same(&finds.state_dir, &meant.state_dir));
    let config_found = finds
        .as_ref()
        .is_some_and(|finds| same(&finds.config_path, &meant.config_path));
    if state_dir_found && config_found {
        return None;
    }
    let mut needed = Needed::default();
    if !state_dir_found {
        let misled = [STATE_DIR, HOME].into_iter().filter(|name| bound(name).is_some());
        let is_usual = usual.is_some_and(|usual| same(&usual, &meant.state_dir));
        match is_usual {
            true => needed.unset.extend(misled),
            false => needed.set.push((STATE_DIR, meant.state_dir.clone())),
        }
    }
    if !same(&config_in(&meant.state_dir), &meant.config_path) {
        needed.set.push((CONFIG_PATH, meant.config_path.clone()));
    } else if bound(CONFIG_PATH).is_some() {
        needed.unset.push(CONFIG_PATH);
    }
    (needed != Needed::default()).then_some(needed)
}

fn same(a: &str, b: &str) -> bool {
    a.trim_end_matches('/') == b.trim_end_matches('/')
}

fn own_profile(shell: &Trace) -> Option<&str> {
    let named = |name: &&str| !name.is_empty() && !name.eq_ignore_ascii_case("default");
    shell.profile.as_deref().filter(named)
}

/// The state directory that the CLI takes in a home where nothing else is said.
fn usual(home: &str, profile: Option<&str>) -> String {
    let suffix = profile.map_or(String::new(), |name| format!("-{name}"));
    format!("{}/.openclaw{suffix}", home.trim_end_matches('/'))
}

fn config_in(state_dir: &str) -> String {
    format!("{}/openclaw.json", state_dir.trim_end_matches('/'))
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
