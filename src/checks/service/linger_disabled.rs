//! `linger-disabled`: the user service ends with the last login session.

use crate::base::fact::Fact;
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Scope;

pub(crate) const CHECK: Check = Check {
    id: "linger-disabled",
    title: "the user's services go on after the last logout",
    group: Group::Service,
    severity: Severity::Warning,
    needs: &[Need::Systemd, Need::Service],
    causes: &[],
    docs: "systemd ends a user's services with the last login session of that user, and starts them with the first, \
unless the user lingers. A Gateway on a server then stops when the ssh session is closed, and is not there after a \
reboot.\n\n\
Fix: `sudo loginctl enable-linger USER`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(service) = case.service().filter(|service| service.scope == Scope::User) else {
        return Vec::new();
    };
    if case.snapshot.services.linger != Some(Fact::known(false)) {
        return Vec::new();
    }
    let host = &case.snapshot.host;
    let user = match (&service.systemd.runs_as, &host.sudo_user, host.uid) {
        (Some(account), ..) => &account.name,
        (None, Some(caller), 0) => caller,
        _ => &host.user,
    };
    vec![
        finding(
            CHECK.id,
            CHECK.severity,
            format!("{} ends when {user} logs out: linger is off", service.name),
        )
        .detail(
            "systemd runs the services of a user only while the user has a login session, or lingers. The Gateway \
                 stops with the last session and does not start at boot.",
        )
        .seen(format!("loginctl: Linger=no for {user}"))
        .fix(
            "Let the user's services run without a session.",
            [format!("sudo loginctl enable-linger {}", shell_quote(user))],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, words};

    #[test]
    fn only_a_user_service_without_linger_is_told() {
        let mut snapshot = healthy();
        snapshot.services.linger = Some(Fact::known(false));
        assert!(words(&findings(&CHECK, &snapshot)[0]).contains("sudo loginctl enable-linger me"));
        snapshot.services.services[0].scope = Scope::System;
        assert!(findings(&CHECK, &snapshot).is_empty());
        let mut snapshot = healthy();
        for linger in [Some(Fact::known(true)), Some(Fact::unreadable("denied", "")), None] {
            snapshot.services.linger = linger;
            assert!(findings(&CHECK, &snapshot).is_empty());
        }
    }
}
