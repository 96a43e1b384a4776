//! Stable stand-ins for what tells people and machines apart: home, user, host name, account ids,
//! mail and network addresses.
//!
//! Each stand-in has the form of what it stands for (an account id stays 32 hex digits, an address
//! an address), so that a check judges the replayed snapshot as it would judge the real one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::addresses;
use super::ledger::Ledger;
use crate::model::snapshot::Snapshot;
use crate::secret::public::WITHHELD;

/// User names that tell nothing and are words of most reports.
const COMMON: &[&str] = &[
    "root",
    "nobody",
    "openclaw",
    "gateway",
    "node",
    "user",
    "admin",
    "ubuntu",
    "debian",
    "docker",
    "service",
    "daemon",
    "linux",
    "localhost",
    "systemd",
    "launchd",
    "home",
    "config",
    "default",
    "production",
    "linuxbrew",
    "shared",
    "Shared",
];

/// The replacements of one bundle.
#[derive(Debug, Clone, Default)]
pub(super) struct StandIns {
    home: String,
    host: Vec<String>,
    users: Vec<String>,
    folders: Vec<String>,
    ids: Vec<String>,
    mails: Vec<String>,
    addresses: Vec<String>,
    chats: Vec<String>,
}

impl StandIns {
    /// Returns those of a snapshot. `host_name` is the machine's own.
    pub(super) fn new(snapshot: &Snapshot, host_name: Option<&str>) -> Self {
        let host = &snapshot.host;
        let mut users = vec![host.user.clone()];
        users.extend(host.sudo_user.clone());
        users.extend(snapshot.processes.gateways.iter().map(|process| process.user.clone()));
        users.extend(
            snapshot
                .services
                .services
                .iter()
                .filter_map(|service| service.user.clone()),
        );
        users.extend(snapshot.processes.port_owner.iter().map(|owner| owner.user.clone()));
        // A name that was withheld is no name: its mark stands in many other places.
        let told = |user: &String| !user.contains(WITHHELD) && !user.starts_with('~');
        users.retain(|user| !user.is_empty() && told(user) && !is_stand_in(user) && !is_number(user));
        let mut unique: Vec<String> = Vec::new();
        for user in users {
            if !unique.contains(&user) && !["root", "nobody"].contains(&user.as_str()) {
                unique.push(user);
            }
        }
        let mut names: Vec<String> = host_name.map(str::to_owned).into_iter().collect();
        names.extend(host_name.and_then(|name| Some(name.split_once('.')?.0.to_owned())));
        names.retain(|name| name.len() >= 3 && name != "host" && !is_number(name) && !is_common(name));
        let home = host.home.trim_end_matches('/');
        StandIns {
            home: if home.len() > 1 && home.starts_with('/') {
                home.to_owned()
            } else {
                String::new()
            },
            host: names,
            folders: unique.clone(),
            users: unique,
            ..StandIns::default()
        }
    }

    /// Replaces in every text of a snapshot and counts by section. An error means that the result
    /// is no snapshot any more.
    pub(super) fn snapshot(&mut self, snapshot: &Snapshot, ledger: &mut Ledger) -> Result<Snapshot, String> {
        let mut value = serde_json::to_value(snapshot).map_err(|error| error.to_string())?;
        self.value(&mut value, "snapshot", ledger);
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    /// Replaces in every text of a JSON value.
    pub(super) fn value(&mut self, value: &mut Value, place: &str, ledger: &mut Ledger) {
        self.walk(value, "", place, ledger);
    }

    fn walk(&mut self, value: &mut Value, field: &str, place: &str, ledger: &mut Ledger) {
        match value {
            Value::String(text) => {
                // The whole text is a name only where a name is expected; elsewhere it may be a
                // fixed word of the format.
                let named = matches!(field, "user" | "sudo_user" | "public").then(|| position(&self.users, text));
                *text = match named.flatten() {
                    Some(at) => {
                        ledger.count("user name", place, 1);
                        numbered("user", at)
                    }
                    None if text.len() < 3 => return,
                    None => self.text(text, place, ledger),
                };
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item, field, place, ledger)),
            Value::Object(members) => {
                for (name, item) in members.iter_mut() {
                    self.walk(item, name, place, ledger);
                }
            }
            _ => {}
        }
    }

    /// Replaces in one text.
    pub(super) fn text(&mut self, text: &str, place: &str, ledger: &mut Ledger) -> String {
        let mut text = text.to_owned();
        if !self.home.is_empty() && text.contains(&self.home) {
            text = replace_path(&text, &self.home, |begins| {
                ledger.count("home", place, 1);
                if begins { "~".to_owned() } else { "/~".to_owned() }
            });
        }
        for parent in ["/home/", "/Users/"] {
            if text.contains(parent) {
                text = self.folder(&text, parent, place, ledger);
            }
        }
        if text.contains([' ', '/', '=', ':', '@', '(']) {
            for (at, user) in self
                .users
                .iter()
                .enumerate()
                .filter(|(_, user)| user.len() >= 3 && !is_common(user))
            {
                text = replace_word(&text, user, &numbered("user", at), || {
                    ledger.count("user name", place, 1)
                });
            }
            for host in &self.host {
                text = replace_word(&text, host, "host", || ledger.count("host name", place, 1));
            }
        }
        if text.contains('@') {
            text = addresses::mails(&text, |mail| {
                ledger.count("mail address", place, 1);
                format!("mail-{}@example.invalid", number(&mut self.mails, mail))
            });
        }
        text = addresses::internet(&text, |address, six| {
            ledger.count("network address", place, 1);
            let number = number(&mut self.addresses, address);
            if six {
                format!("2001:db8::{number:x}")
            } else {
                format!("192.0.2.{}", number % 255)
            }
        });
        text = addresses::chats(&text, |chat| {
            ledger.count("chat id", place, 1);
            format!("-1000000{:04}", number(&mut self.chats, chat))
        });
        addresses::ids(&text, |id| {
            ledger.count("account id", place, 1);
            format!("acc{:029x}", number(&mut self.ids, id))
        })
    }

    /// Names of users in paths below `/home/` and `/Users/`, known or not.
    fn folder(&mut self, text: &str, parent: &str, place: &str, ledger: &mut Ledger) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(parent) {
            let (before, after) = rest.split_at(at + parent.len());
            out.push_str(before);
            let end = after.find(|c: char| !is_name_char(c)).unwrap_or(after.len());
            let (name, tail) = after.split_at(end);
            // A folder with a dot in front, `.openclaw` say, is nobody's home.
            if name.is_empty() || name.starts_with('.') || is_stand_in(name) || is_common(name) {
                out.push_str(name);
            } else {
                ledger.count("user name", place, 1);
                let at = number(&mut self.folders, name) - 1;
                out.push_str(&numbered("user", at));
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    /// Returns what stands for what, for the reader.
    pub(super) fn legend(&self) -> Vec<(String, String)> {
        let mut legend = BTreeMap::new();
        let mut add = |present: bool, what: &str, shown: &str| {
            if present {
                legend.insert(what.to_owned(), shown.to_owned());
            }
        };
        add(true, "home directory", "~");
        add(!self.folders.is_empty(), "user names", "user, user-2, …");
        add(!self.host.is_empty(), "host name", "host");
        add(
            !self.ids.is_empty(),
            "account ids and other ids of 32 hex digits",
            "acc00000000000000000000000000001, …",
        );
        add(!self.chats.is_empty(), "chat ids", "-10000000001, …");
        add(!self.mails.is_empty(), "mail addresses", "mail-1@example.invalid, …");
        add(
            !self.addresses.is_empty(),
            "network addresses",
            "192.0.2.1, 2001:db8::1, …",
        );
        legend.into_iter().collect()
    }
}

fn is_common(name: &str) -> bool {
    COMMON.contains(&name)
}

/// `user`, `user-2`: what an earlier pass left.
fn is_stand_in(name: &str) -> bool {
    name.strip_prefix("user")
        .is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(is_number))
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

fn position(list: &[String], text: &str) -> Option<usize> {
    list.iter().position(|known| known == text)
}

/// The number of a text in the order of appearance, from 1.
fn number(list: &mut Vec<String>, text: &str) -> usize {
    position(list, text).map(|at| at + 1).unwrap_or_else(|| {
        list.push(text.to_owned());
        list.len()
    })
}

fn numbered(word: &str, at: usize) -> String {
    if at == 0 {
        word.to_owned()
    } else {
        format!("{word}-{}", at + 1)
    }
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '+')
}

/// Replaces a path where it ends at the end of a name; the closure is told whether it begins there.
fn replace_path(text: &str, path: &str, mut with: impl FnMut(bool) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(path) {
        let (before, found) = rest.split_at(at);
        let after = found.get(path.len()..).unwrap_or_default();
        out.push_str(before);
        if after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-')) {
            out.push_str(path);
        } else {
            let begins = !out.ends_with(|c: char| is_name_char(c) || matches!(c, '/' | '~' | '@'));
            out.push_str(&with(begins));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn replace_word(text: &str, word: &str, with: &str, mut counted: impl FnMut()) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, found) = rest.split_at(at);
        let after = found.get(word.len()..).unwrap_or_default();
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        out.push_str(before);
        let dotted = out.ends_with('.') && !out.ends_with("..");
        if out.ends_with(inside) || dotted || after.starts_with(inside) {
            out.push_str(word);
        } else {
            out.push_str(with);
            counted();
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
#[path = "standins_tests.rs"]
mod tests;
