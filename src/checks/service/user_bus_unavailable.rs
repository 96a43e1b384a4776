//! `user-bus-unavailable`: the user manager cannot be asked from this session.

use crate::base::fact::Fact;
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ManagerKind, Scope};

pub(crate) const CHECK: Check = Check {
    id: "user-bus-unavailable",
    title: "the user's service manager answers this session",
    group: Group::Service,
    severity: Severity::Warning,
    needs: &[Need::Systemd],
    causes: &[],
    docs: "`systemctl --user` finds the user's manager through XDG_RUNTIME_DIR or DBUS_SESSION_BUS_ADDRESS. Under su, \
sudo, cron and some ssh set-ups both are unset, and every command of OpenClaw that asks the service fails with \"Failed \
to connect to bus\". The doctor then reads the unit files themselves; what only the manager knows stays open.\n\n\
Fix: `export XDG_RUNTIME_DIR=/run/user/$(id -u)`; where that folder does not exist, \
`sudo loginctl enable-linger USER` starts the manager.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let facts = &case.snapshot.services;
    let host = &case.snapshot.host;
    let Some(Fact::Unreadable { why, how_to_see }) = &facts.reach else {
        return Vec::new();
    };
    let user_services = facts.services.iter().any(|service| service.scope == Scope::User);
    // Root has a manager of its own only where somebody made one; without a service there it is not missed.
    let missed = user_services || (facts.services.is_empty() && host.uid != 0);
    if facts.manager != ManagerKind::Systemd || facts.why_none.is_some() || !missed {
        return Vec::new();
    }
    let mut commands = Vec::new();
    let service = facts.examined.and_then(|at| facts.services.get(at));
    if let Some(account) = service.and_then(|service| service.systemd.runs_as.as_ref())
        && service.is_some_and(|service| service.scope == Scope::User)
    {
        return vec![of_another(&account.name, why)];
    }
    let no_folder = how_to_see.contains("enable-linger");
    if no_folder {
        commands.push(format!("sudo loginctl enable-linger {}", shell_quote(&host.user)));
    }
    commands.push("export XDG_RUNTIME_DIR=/run/user/$(id -u)".to_owned());
    let text = if no_folder {
        "Start the user's manager, and tell this shell where it is."
    } else {
        "Tell this shell where the user's manager is."
    };
    vec![
        finding(
            CHECK.id,
            CHECK.severity,
            "The user's systemd cannot be asked from this session",
        )
        .detail(
            "The files of the service were read instead; its state, and variables set in the manager, could not be \
                 checked. `openclaw gateway restart` and `systemctl --user` fail here in the same way.",
        )
        .seen(format!("systemctl --user: {why}"))
        .fix(text, commands),
    ]
}

/// The manager of another account: a variable of this shell leads nowhere near it.
fn of_another(name: &str, why: &str) -> Finding {
    finding(
        CHECK.id,
        CHECK.severity,
        format!("The systemd of {name} cannot be asked from this session"),
    )
    .detail(
        "The files of the service were read instead; its state, and variables set in the manager, could not be checked. \
         The manager runs while the account has a session, or lingers.",
    )
    .seen(format!("systemctl --user: {why}"))
    .fix(
        "See whether the account lingers; `enable-linger` starts its manager.",
        [format!("loginctl show-user {} --property=Linger,State", shell_quote(name))],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, words};

    #[test]
    fn a_silent_manager_is_told_and_a_missing_folder_named() {
        let mut snapshot = healthy();
        for (help, linger) in [
            ("XDG_RUNTIME_DIR=/run/user/7 systemctl", false),
            ("sudo loginctl enable-linger me", true),
        ] {
            snapshot.services.reach = Some(Fact::unreadable("Failed to connect to bus: No medium found", help));
            let text = words(&findings(&CHECK, &snapshot)[0]);
            assert!(
                text.contains("export XDG_RUNTIME_DIR=/run/user/$(id -u)") && text.contains("No medium"),
                "{text}"
            );
            assert_eq!(text.contains("enable-linger me"), linger);
        }
    }

    #[test]
    fn where_there_is_no_user_manager_none_is_missed() {
        let mut snapshot = healthy();
        snapshot.services.reach = Some(Fact::unreadable("no", ""));
        snapshot.services.services[0].scope = Scope::System;
        assert!(findings(&CHECK, &snapshot).is_empty());
        snapshot.services.services.clear();
        snapshot.services.why_none = Some("this machine was not started with systemd".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
