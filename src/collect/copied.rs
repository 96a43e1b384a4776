//! A copied home of another machine: `--home DIR` together with `--service-manager`.
//!
//! Only what lies in the home is read. This machine's own managers, processes, programs and
//! variables say nothing about the other one. Definitions name files by the path the home had
//! there; that path is told from their text and replaced by DIR.

use std::path::Path;

use super::host;
use super::ownership::By;
use super::request::{ManagerChoice, Request};
use crate::base::fact::Fact;
use crate::model::snapshot::{Host, ServiceFacts};
use crate::parse::launchd::plist_file::LaunchdPlist;

/// Why something was not looked at.
pub const WHY: &str = "a copied home is examined; its machine was not asked";

/// Returns whether the request asks for the home of another machine: the home of an account of this one is no copy.
pub fn is_asked(request: &Request) -> bool {
    let here = match request.manager {
        ManagerChoice::Systemd => cfg!(target_os = "linux"),
        ManagerChoice::Launchd => cfg!(target_os = "macos"),
        _ => return false,
    };
    request
        .home
        .as_deref()
        .is_some_and(|home| !(here && is_home_of_account(home)))
}

/// Returns whether a folder is the home of the account that owns it.
fn is_home_of_account(home: &Path) -> bool {
    let owner = By::Asker.stat(home).get().map(|stat| stat.uid);
    let listed = owner.and_then(host::home_of);
    listed.is_some_and(|listed| Path::new(&listed).components().eq(home.components()))
}

/// Makes the description of this machine one of the other, as far as that is known.
pub fn host(host: &mut Host, request: &Request) {
    let mac = request.manager == ManagerChoice::Launchd;
    *host = Host {
        os: if mac { "macos" } else { "linux" }.to_owned(),
        arch: "unknown".to_owned(),
        user: host.user.clone(),
        uid: host.uid,
        home: host.home.clone(),
        cwd: host.home.clone(),
        systemd_booted: !mac,
        copied_home: true,
        home_asked: true,
        home_missing: host.home_missing,
        ..Host::default()
    };
}

/// Takes back what was looked for on this machine although it belongs to the other.
pub fn services(facts: &mut ServiceFacts, home: &str) {
    let elsewhere = |path: &Option<String>| path.as_ref().is_none_or(|path| !is_below(path, home));
    for service in &mut facts.services {
        let exec = &mut service.exec;
        if elsewhere(&exec.program) {
            exec.program_exists = None;
        }
        if elsewhere(&exec.entry) {
            exec.entry_exists = None;
        }
        service.state = Fact::not_asked(WHY);
    }
    facts.reach = Some(Fact::not_asked(WHY));
    facts.linger = facts.linger.as_ref().map(|_| Fact::not_asked(WHY));
    facts.manager_env = Some(Fact::not_asked(WHY));
}

fn is_below(path: &str, home: &str) -> bool {
    path.strip_prefix(home).is_some_and(|rest| rest.starts_with('/'))
}

/// Returns the home that a text names: the value of `HOME`, else what stands before `/.openclaw`.
fn original(text: &str) -> Option<&str> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '=' | '<' | '>' | ':'))
        .map(|word| word.trim_start_matches('-'))
        .filter(|word| !word.is_empty())
        .collect();
    let variable = words.iter().zip(words.iter().skip(1));
    let by_variable = variable
        .filter(|(name, _)| **name == "HOME")
        .map(|(_, value)| value.trim_end_matches('/'));
    let by_folder = words.iter().filter_map(|word| Some(word.split_once("/.openclaw")?.0));
    by_variable
        .chain(by_folder)
        .find(|home| home.len() > 1 && home.starts_with('/'))
}

/// Puts `home` in the place of the home that the text names.
pub fn moved(text: &str, home: &str) -> String {
    match original(text) {
        Some(from) if from != home => replaced(text, from, home),
        _ => text.to_owned(),
    }
}

/// Replaces whole paths only: `/home/al` is no part of `/home/alice`.
fn replaced(text: &str, from: &str, to: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(from) {
        out.push_str(before);
        let ends = after
            .chars()
            .next()
            .is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-')));
        out.push_str(if ends { to } else { from });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The same for a plist, which may be binary.
pub fn moved_plist(plist: &mut LaunchdPlist, home: &str) {
    let mut variables = plist.environment_variables.iter();
    let by_variable = variables
        .find(|one| one.name == "HOME")
        .map(|one| one.value.trim_end_matches('/'));
    let paths = plist.program_arguments.iter().chain(&plist.working_directory);
    let by_folder = paths.filter_map(|path| Some(path.split_once("/.openclaw")?.0));
    let from = by_variable
        .into_iter()
        .chain(by_folder)
        .find(|from| from.len() > 1 && from.starts_with('/') && *from != home)
        .map(str::to_owned);
    let Some(from) = from else { return };
    let change = |text: &mut String| *text = replaced(text, &from, home);
    plist.program_arguments.iter_mut().for_each(&change);
    let paths = [
        &mut plist.program,
        &mut plist.working_directory,
        &mut plist.stdout_path,
        &mut plist.stderr_path,
    ];
    paths.into_iter().flatten().for_each(change);
    for one in &mut plist.environment_variables {
        let text = replaced(&one.value, &from, home);
        one.value.clear();
        one.value.push_str(&text);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_home_of_the_other_machine_is_told_from_the_text() {
        let cases = [
            (
                "EnvironmentFile=-/home/al-ice/.openclaw/gateway.systemd.env\nX=/home/al-ice-b",
                "EnvironmentFile=-/c/.openclaw/gateway.systemd.env\nX=/home/al-ice-b",
            ),
            (
                "Environment=HOME=/home/a PATH=/home/a/bin:/usr/bin",
                "Environment=HOME=/c PATH=/c/bin:/usr/bin",
            ),
            (
                "export HOME='/Users/a'\nexport X='/Users/a/x'\n",
                "export HOME='/c'\nexport X='/c/x'\n",
            ),
            (
                "ExecStart=/usr/bin/node /usr/lib/x.js",
                "ExecStart=/usr/bin/node /usr/lib/x.js",
            ),
            ("WorkingDirectory=%h/.openclaw", "WorkingDirectory=%h/.openclaw"),
        ];
        for (text, wanted) in cases {
            assert_eq!(moved(text, "/c"), wanted);
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in any::<String>(), home in "/[a-z/]{0,9}") {
            let _ = moved(&text, &home);
            let _ = moved(&format!("HOME=/a{text}/.openclaw{text}"), &home);
        }

        #[test]
        fn a_home_in_its_place_stays(text in "[ -~]{0,40}") {
            let text = format!("HOME=/c\n{text}");
            prop_assert_eq!(moved(&text, "/c"), text);
        }
    }
}
