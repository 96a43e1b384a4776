//! `dotenv-ignored`: a `.env` that OpenClaw passes over without a word.

use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{lacks, next_start_has};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{FileKind, FileOutcome, Place, Source, TracedFile};
use crate::platform::principal;

pub(crate) const CHECK: Check = Check {
    id: "dotenv-ignored",
    title: "OpenClaw reads every trusted env file that is there",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::Layers],
    causes: &[
        "key-missing-everywhere",
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "key-only-in-shell",
        "secret-file-permissions",
        "cf-provider-key-missing",
    ],
    docs: "OpenClaw reads a `.env` only when it is a regular file of at most 1 MiB (links are followed) that the \
Gateway's user may read. Anything else, a directory, a FIFO, a dangling link, a larger file, a file of root, is \
passed over silently: the Gateway starts as if it were not there. In a file in UTF-16 it finds nothing.\n\n\
Fix: make it a regular, private file of the Gateway's user.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let mut seen: Vec<&str> = Vec::new();
    let mut findings = Vec::new();
    let trusted = case
        .gateway_traces()
        .flat_map(|trace| &trace.files)
        .filter(|file| file.source != Source::DotenvWorkspace);
    for file in trusted {
        if let FileOutcome::Ignored { why } = &file.outcome
            && !seen.contains(&file.facts.path.as_str())
        {
            seen.push(&file.facts.path);
            findings.push(found(case, file, why));
        }
    }
    findings
}

fn found(case: &CheckContext<'_>, file: &TracedFile, why: &str) -> Finding {
    let path = case.tilde(&file.facts.path);
    let waiting = case.needed().any(|key| lacks(case, key) && !next_start_has(key));
    let severity = if waiting { Severity::Error } else { CHECK.severity };
    finding(CHECK.id, severity, format!("OpenClaw ignores {path}: {why}"))
        .detail("The Gateway starts as if the file were not there, and logs nothing about it; no key in it arrives.")
        .at(Some(&Place::file(file.facts.path.clone())), why)
        .fix_by(repair(case, file, why))
}

/// What makes it a file that is read. Nothing is written to it before it is one.
fn repair(case: &CheckContext<'_>, file: &TracedFile, why: &str) -> (String, Vec<String>) {
    let path = case.tilde(&file.facts.path);
    let quoted = shell_quote(&path);
    let host = &case.snapshot.host;
    let own = case
        .service()
        .is_none_or(|service| principal::of_service(case.snapshot, service).is_own());
    let seen = case.snapshot.permissions.iter().find(|one| one.path == file.facts.path);
    let stat = seen.and_then(|one| one.stat.get());
    let is_a = |kind: &str| stat.is_some_and(|stat| stat.kind.word() == kind) || why.contains(kind);
    let restart = case.commands().apply_dotenv();
    // A file of root is a leftover of sudo; one of a third account is not taken from it.
    let takes = stat.is_some_and(|stat| stat.uid == 0 || stat.uid == host.uid);
    let denied = takes && matches!(stat, Some(stat) if stat.kind == FileKind::File) && file.facts.stat.get().is_none();
    if denied && own {
        let foreign = stat.is_some_and(|stat| stat.uid != host.uid);
        let chown = foreign.then(|| format!("sudo chown {} {quoted}", shell_quote(&host.user)));
        let commands = chown.into_iter().chain([format!("chmod 600 {quoted}"), restart]);
        return (
            format!("Let {}, who runs the Gateway, read it.", host.user),
            commands.collect(),
        );
    }
    if why.contains("UTF-16") && own {
        let new = shell_quote(&format!("{path}.utf8"));
        return (
            "Convert it to UTF-8, and restart.".to_owned(),
            vec![
                format!("iconv -f UTF-16 -t UTF-8 {quoted} > {new} && chmod 600 {new} && mv {new} {quoted}"),
                restart,
            ],
        );
    }
    let aside = ["directory", "FIFO", "socket", "dangling"]
        .iter()
        .any(|kind| is_a(kind));
    if aside && own && file.source == Source::DotenvState {
        let waiting = case.needed().filter(|key| lacks(case, key) && !next_start_has(key));
        let puts = waiting.map(|key| case.put_in_dotenv(key.name()));
        let first = format!("mv {quoted} {}", shell_quote(&format!("{path}.aside")));
        let commands = [first].into_iter().chain(puts).chain([restart]);
        return (
            format!("Move it out of the way; then write the keys to a regular file {path} with mode 600."),
            commands.collect(),
        );
    }
    (
        format!("Make {path} a regular file of the Gateway's user with mode 600."),
        vec![format!("ls -lL {quoted}"), case.commands().restart()],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy};

    #[test]
    fn an_ignored_file_is_told_once_and_a_read_one_not() {
        let mut snapshot = healthy();
        assert_eq!(findings(&CHECK, &snapshot), Vec::new());
        let views = &mut snapshot.views;
        for view in [&mut views.next_start, &mut views.running] {
            let crate::base::fact::Fact::Known { value } = view else {
                continue;
            };
            for file in &mut value.files {
                file.outcome = FileOutcome::Ignored {
                    why: "it is not a regular file but a FIFO".to_owned(),
                };
            }
        }
        let told = findings(&CHECK, &snapshot);
        assert!(!told.is_empty(), "{told:?}");
        assert!(told.iter().all(|finding| finding.title.contains("FIFO")));
    }
}
