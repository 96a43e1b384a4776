//! `secret-file-permissions`: a file or folder with secrets is open to others.

use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{FileKind, PathFacts, Place, Stat};
use crate::platform::principal;

pub(crate) const CHECK: Check = Check {
    id: "secret-file-permissions",
    title: "files and folders with secrets are closed to others",
    group: Group::Files,
    severity: Severity::Warning,
    needs: &[Need::Permissions],
    causes: &[],
    docs: "The config, the `.env` files, the service's environment files and the stores of auth profiles contain keys in \
plain text. Other accounts of this machine, and programs that run under them, can read a file of mode 0644.\n\n\
Fix: `chmod 600` for files (mode 0600: the owner alone reads and writes), `chmod 700` for the state directory. Files \
that belong to another user than the Gateway's come from commands run with sudo: `sudo chown USER FILE`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let seen: Vec<(&PathFacts, &Stat)> = case
        .snapshot
        .permissions
        .iter()
        .filter_map(|facts| Some((facts, facts.stat.get()?)))
        .collect();
    open_to_others(case, &seen)
        .into_iter()
        .chain(of_another(case, &seen))
        .collect()
}

/// Returns whether others can get at what is in it: for a folder, whether they may write to it. A file of root's for a group, outside the home, is a system's own set-up.
fn is_open(case: &CheckContext<'_>, facts: &PathFacts, stat: &Stat) -> bool {
    let system_file = stat.uid == 0 && !facts.path.starts_with(&format!("{}/", case.snapshot.host.home));
    match stat.kind {
        // Whoever may write to a folder may put another file in the place of each in it.
        // Where only its owner may exchange a file, as in /tmp, that is no danger on the way; in the state directory itself
        // files can be put that OpenClaw reads and that are not there yet.
        FileKind::Directory => {
            let state_dir = case.start_trace().or_else(|| case.gateway_traces().next());
            let inside = state_dir.is_some_and(|trace| facts.path.starts_with(&trace.state_dir));
            stat.mode & 0o002 != 0 && (inside || stat.mode & 0o1000 == 0)
        }
        FileKind::File if system_file => stat.mode & 0o007 != 0,
        FileKind::File => stat.mode & 0o077 != 0,
        _ => false,
    }
}

fn open_to_others(case: &CheckContext<'_>, seen: &[(&PathFacts, &Stat)]) -> Option<Finding> {
    let open: Vec<_> = seen.iter().filter(|(facts, stat)| is_open(case, facts, stat)).collect();
    let names: Vec<String> = open.iter().map(|(facts, _)| case.tilde(&facts.path)).collect();
    let title = match names.as_slice() {
        [] => return None,
        [only] => format!("{only} is open to other users"),
        [first, ..] => format!("{first} and {} more are open to other users", names.len() - 1),
    };
    let mut finding = finding(CHECK.id, CHECK.severity, title).detail(
        "Files with the Gateway's keys should have mode 0600, so that the Gateway's user alone can read them. Whoever may \
         write to a folder on their way can exchange them.",
    );
    let (mut files, mut dirs) = (String::new(), String::new());
    let me = case.snapshot.host.uid;
    let mut sudo = "";
    for ((facts, stat), name) in open.iter().zip(&names) {
        let mode = stat.mode & 0o7777;
        finding = finding.at(
            Some(&Place::file(facts.path.clone())),
            format!("{}, mode {mode:04o}", facts.role),
        );
        let list = if stat.kind == FileKind::Directory {
            &mut dirs
        } else {
            &mut files
        };
        *list += &format!(" {}", shell_quote(name));
        // What root types in another account's home it types as that account, which may not change what belongs to root.
        if (me != 0 && stat.uid != me) || (me == 0 && stat.uid == 0) {
            sudo = "sudo ";
        }
    }
    let commands = [("600", files), ("o-w", dirs)]
        .into_iter()
        .filter(|(_, list)| !list.is_empty());
    let commands = commands.map(|(mode, list)| format!("{sudo}chmod {mode}{list}"));
    Some(finding.fix("Close them to everybody but the owner.", commands))
}

/// Files of this user's state directory that belong to somebody else, where the Gateway is this user's.
fn of_another(case: &CheckContext<'_>, seen: &[(&PathFacts, &Stat)]) -> Option<Finding> {
    let host = &case.snapshot.host;
    if host.uid == 0 || host.home_owner.is_some() || case.process().is_some_and(|process| process.uid != host.uid) {
        return None;
    }
    if case
        .service()
        .is_some_and(|service| !principal::of_service(case.snapshot, service).is_own())
    {
        return None;
    }
    let home = format!("{}/", host.home);
    let foreign: Vec<_> = seen
        .iter()
        .filter(|(facts, stat)| stat.uid != host.uid && facts.role != "folder" && facts.path.starts_with(&home))
        .collect();
    let (first, _) = foreign.first()?;
    let mut finding = finding(
        CHECK.id,
        CHECK.severity,
        format!(
            "{} does not belong to {}, who runs the Gateway",
            case.tilde(&first.path),
            host.user
        ),
    )
    .detail(
        "A command run with sudo leaves files of root behind. The Gateway cannot write them, and cannot read them once \
         they have mode 0600.",
    );
    let mut list = String::new();
    let mut of_third = false;
    for (facts, stat) in &foreign {
        of_third |= stat.uid != 0;
        let note = format!(
            "{}, owner uid {}, mode {:04o}",
            facts.role,
            stat.uid,
            stat.mode & 0o7777
        );
        finding = finding.at(Some(&Place::file(facts.path.clone())), note);
        list += &format!(" {}", shell_quote(&case.tilde(&facts.path)));
    }
    if of_third {
        // Somebody's own files may lie behind a link: they are not taken away.
        return Some(finding.fix(
            format!(
                "See whose they are. What is a leftover goes to {}; what is somebody's own is copied.",
                host.user
            ),
            [format!("ls -ldL{list}")],
        ));
    }
    Some(finding.fix(
        format!("Give them to {}.", host.user),
        [format!("sudo chown {}{list}", shell_quote(&host.user))],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{findings, healthy, path, words};

    #[test]
    fn open_files_are_listed_with_their_modes() {
        let mut snapshot = healthy();
        snapshot.permissions[0] = path("/home/me/.openclaw", "state dir", FileKind::Directory, 0o757);
        snapshot.permissions[2] = path("/home/me/.openclaw/.env", ".env", FileKind::File, 0o644);
        let text = words(&findings(&CHECK, &snapshot)[0]);
        for part in [
            "0600",
            "0644",
            "0757",
            "chmod 600 ~/.openclaw/.env",
            "chmod o-w ~/.openclaw",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        for facts in &mut snapshot.permissions {
            if let Fact::Known { value } = &mut facts.stat {
                value.mode = if value.kind == FileKind::Directory {
                    0o700
                } else {
                    0o600
                };
            }
        }
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn a_folder_like_tmp_is_left_alone() {
        let mut snapshot = healthy();
        for (folder, mode, told) in [
            ("/tmp", 0o1777, 0),
            ("/tmp", 0o777, 1),
            ("/home/me/.openclaw", 0o1777, 1),
        ] {
            snapshot.permissions[0] = path(folder, "folder", FileKind::Directory, mode);
            assert_eq!(findings(&CHECK, &snapshot).len(), told, "{folder} {mode:o}");
        }
    }

    #[test]
    fn closed_missing_and_unreadable_paths_are_fine() {
        let mut snapshot = healthy();
        snapshot.permissions[0] = path("/home/me/.openclaw", "state dir", FileKind::Directory, 0o755);
        snapshot.permissions[1].stat = Fact::Absent;
        snapshot.permissions[2].stat = Fact::unreadable("permission denied", "");
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn files_of_root_are_a_finding_of_their_own() {
        let mut snapshot = healthy();
        if let Fact::Known { value } = &mut snapshot.permissions[1].stat {
            value.uid = 0;
        }
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found.len(), 1);
        assert!(words(&found[0]).contains("sudo chown me ~/.openclaw/openclaw.json"));
    }
}
