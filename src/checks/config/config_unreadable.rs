//! `config-unreadable`: the config cannot be read by this user.

use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigState, FileKind, Place};
use crate::platform::principal;
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "config-unreadable",
    title: "the config can be read",
    group: Group::Config,
    severity: Severity::Error,
    needs: &[],
    causes: &[
        "service-crash-loop",
        "service-not-running",
        "gateway-silent",
        "state-dir-mismatch",
    ],
    docs: "A command that ran as root, or with sudo, leaves files of root in the state directory. The Gateway and the \
commands of the user then cannot read the config, and start as if there were none, or not at all.\n\n\
Fix: give the state directory back to its user, and run `openclaw` without sudo.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    // What another account's Gateway reads is that account's business.
    let own = case
        .service()
        .is_none_or(|service| principal::of_service(case.snapshot, service).is_own());
    let traces = [
        resolve::start_trace(case.snapshot).filter(|_| own),
        case.snapshot.views.shell.get(),
    ];
    let Some((trace, why)) = traces
        .into_iter()
        .flatten()
        .find_map(|trace| match &trace.config.state {
            ConfigState::Unreadable { why } => Some((trace, why)),
            _ => None,
        })
    else {
        return Vec::new();
    };
    let path = case.tilde(&trace.config_path);
    let dir = case.tilde(&trace.state_dir);
    let host = &case.snapshot.host;
    let finding = finding(CHECK.id, CHECK.severity, format!("{path} cannot be read: {why}"))
        .subject(&trace.config_path)
        .detail("Without its config the Gateway does not start, and nothing about its keys can be said.")
        .at(Some(&Place::file(trace.config_path.clone())), why.clone());
    // Files of somebody else's home are that user's; the way to see them is to be that user.
    if let Some(owner) = &host.home_owner {
        let command = principal::ask_as(case.snapshot, Some(owner.uid), &owner.name);
        return vec![finding.fix(
            format!("The home belongs to {}: ask as that user.", owner.name),
            [command],
        )];
    }
    // Its own file, closed even to its owner.
    let seen = case
        .snapshot
        .permissions
        .iter()
        .find(|one| one.path == trace.config_path);
    if seen
        .and_then(|one| one.stat.get())
        .is_some_and(|stat| stat.uid == host.uid && stat.kind == FileKind::File && stat.mode & 0o400 == 0)
    {
        return vec![finding.fix(
            format!("Let {}, who runs the Gateway, read it, and restart.", host.user),
            [
                format!("chmod 600 {}", shell_quote(&path)),
                case.commands().restart_of_refused(),
            ],
        )];
    }
    vec![finding.fix(
        "Give the files back to the user the Gateway runs as.",
        [format!(
            "sudo chown -R {} {}",
            shell_quote(&host.user),
            shell_quote(&dir)
        )],
    )]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, known, words};
    use crate::model::snapshot::{HomeOwner, Scope, ServiceAccount, Snapshot};

    fn closed() -> Snapshot {
        let mut snapshot = healthy();
        let why = "this user may not read it".to_owned();
        known(&mut snapshot.views.next_start).config.state = ConfigState::Unreadable { why };
        snapshot
    }

    #[test]
    fn files_of_root_in_the_own_home_go_back() {
        assert!(words(&findings(&CHECK, &closed())[0]).contains("sudo chown -R me ~/.openclaw"));
    }

    #[test]
    fn an_own_file_that_is_closed_is_opened() {
        let mut snapshot = closed();
        for facts in &mut snapshot.permissions {
            if let crate::base::fact::Fact::Known { value } = &mut facts.stat
                && facts.path.ends_with("openclaw.json")
            {
                value.mode = 0;
            }
        }
        let text = words(&findings(&CHECK, &snapshot)[0]);
        assert!(
            text.contains("chmod 600 ~/.openclaw/openclaw.json") && !text.contains("chown"),
            "{text}"
        );
    }

    #[test]
    fn what_belongs_to_another_account_stays_with_it() {
        let mut snapshot = closed();
        snapshot.host.home_owner = Some(HomeOwner {
            uid: 7,
            name: "bob".to_owned(),
        });
        let text = words(&findings(&CHECK, &snapshot)[0]);
        assert!(
            !text.contains("chown") && text.contains("sudo -iu bob %doctor%"),
            "{text}"
        );
        let mut snapshot = closed();
        let service = &mut snapshot.services.services[0];
        service.scope = Scope::System;
        service.systemd.runs_as = Some(ServiceAccount {
            name: "openclaw".to_owned(),
            uid: Some(77),
            home: None,
            no_login: true,
        });
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
