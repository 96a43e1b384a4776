//! `key-only-in-manager-env`: the key comes from the user manager's block alone and ends with it.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Place, Source};

pub(crate) const CHECK: Check = Check {
    id: "key-only-in-manager-env",
    title: "no needed key lives in the manager's environment alone",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::NextStart],
    causes: &[],
    docs: "A value put into the service manager by `systemctl --user set-environment` or `launchctl setenv` works \
until the manager ends: at the last logout without linger, or at the next boot. Then the Gateway starts without it.\n\n\
Fix: put the key into the `.env` of the state directory as well.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(trace) = case.snapshot.views.next_start.get() else {
        return Vec::new();
    };
    case.needed()
        .filter_map(|key| {
            let binding = trace.find(key.name()).seen()?;
            let passing = match (&binding.source, &binding.place) {
                (Source::LaunchctlSetenv, _) => true,
                // A file such as /etc/environment.d/… is read again at every boot.
                (Source::Manager, Some(Place { path, .. })) => path.starts_with("systemctl"),
                (Source::Manager, None) => true,
                _ => false,
            };
            let copies = trace.offers_for(key.name()).filter(|offer| offer.source != binding.source).count();
            (passing && copies == 0).then(|| {
                finding(CHECK.id, CHECK.severity, format!("{} lives in the manager's environment alone", key.name()))
                    .subject(key.name())
                    .certainty(key.report.certainty)
                    .detail("The value is lost when the manager ends (last logout without linger, reboot); the Gateway then starts without it.")
                    .at(binding.place.as_ref(), "the only source")
                    .fix(
                        format!("Put the key into {}, and take it out of the manager, whose copy would win.", case.dotenv()),
                        [case.put_in_dotenv(key.name())]
                            .into_iter()
                            .chain(case.commands().unset_manager(key.name()))
                            .chain([case.commands().restart_after_add()]),
                    )
            })
        })
        .collect()
}
