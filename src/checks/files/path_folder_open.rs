//! `path-folder-open`: a folder of PATH in which another account could put a program.

use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::SkippedFolder;

pub(crate) const CHECK: Check = Check {
    id: "path-folder-open",
    title: "nobody else can put programs into the folders of PATH",
    group: Group::Files,
    severity: Severity::Warning,
    needs: &[],
    causes: &[],
    docs: "Whoever can write to a folder of PATH, or to a program in it, decides what the next command does: as you, or as \
root. The doctor runs its helper programs (`systemctl`, `loginctl`, `journalctl`, `launchctl`, `lsof`) only from folders \
that belong to root or to you and that nobody else can write to, every parent folder included. This finding names a \
folder from which it would have run one.\n\n\
Fix: take the folder out of PATH, or `chmod go-w` the folder and the program.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let skipped = &case.snapshot.host.skipped_folders;
    skipped.iter().map(told).collect()
}

fn told(folder: &SkippedFolder) -> Finding {
    let programs = folder.programs.join(", ");
    finding(
        CHECK.id,
        CHECK.severity,
        format!("{} in PATH is not safe: {programs} there was not run", folder.path),
    )
    .subject(folder.path.clone())
    .detail("Another account can decide what runs there. The doctor took the next program of that name on PATH.")
    .seen(format!("{}: {}", folder.path, folder.why))
    .fix(
        "Take the folder out of PATH, or close it and the programs in it to others.",
        [format!("ls -ld {}", shell_quote(&folder.path))],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, words};

    #[test]
    fn each_skipped_folder_is_told_once() {
        let mut snapshot = healthy();
        assert!(findings(&CHECK, &snapshot).is_empty());
        snapshot.host.skipped_folders = vec![SkippedFolder {
            path: "/open/bin".to_owned(),
            why: "others may write to its folder".to_owned(),
            programs: vec!["loginctl".to_owned(), "systemctl".to_owned()],
        }];
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found.len(), 1);
        assert!(words(&found[0]).contains("/open/bin") && words(&found[0]).contains("loginctl, systemctl"));
    }
}
